"""One lifter followed through a film, by an engine that finds what it is told to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.data import FloatArray, Pace
from formcheck.errors import BadRequest, NoLifter
from formcheck.poses import follow
from formcheck.poses.engine import Detection
from formcheck.poses.rows import GROWN as BLOCK
from formcheck.poses.sampling import sampling_of
from formcheck.poses.track import _across
from formcheck.video import Frame

SIZE = (96, 72)
STEP_S = 1 / 30


class StillFilm:
    """A film whose pictures say only which they are."""

    def __init__(self, frames: int) -> None:
        self.number = frames
        self.scale = 0.5
        self.size = SIZE
        self.expected_s = frames * STEP_S
        self.span = SimpleNamespace(start_s=0.0)
        self.source = SimpleNamespace(file="still.mp4", width=2 * SIZE[0], height=2 * SIZE[1])
        self.cautions = ()
        self.pace = Pace()
        self.turn_given = False

    def frames(self, _every_s: float | None = None) -> Iterator[Frame]:
        for at in range(self.number):
            rgb = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
            rgb[0, 0, :2] = at % 256, at // 256
            yield Frame(index=at, time_s=at * STEP_S, rgb=rgb)


def number(rgb: NDArray[np.uint8]) -> int:
    return int(rgb[0, 0, 0]) + 256 * int(rgb[0, 0, 1])


def person(left: float, lifted: float) -> Detection:
    """Somebody 40 pixels tall, whose shoulders are ``lifted`` pixels up."""
    points: FloatArray = np.zeros((33, 3))
    points[:, 0] = left + np.arange(33) % 3
    points[:, 1] = 10.0 + np.linspace(0.0, 40.0, 33)
    points[[11, 12], 1] -= lifted
    return Detection(points, np.ones(33), points / 100.0, None)


class Scripted:
    """Follows and finds what it was given for each picture."""

    def __init__(self, followed: Any, everybody: Any = None) -> None:
        self._followed = followed
        self._everybody = everybody or (lambda at: [self._followed(at)])

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        found: Detection | None = self._followed(number(rgb))
        return found

    def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        return [one for one in self._everybody(number(rgb)) if one is not None]


class Sparing(Scripted):
    """The same, of an engine that needn't see every picture."""

    known: bool = False

    def follow(
        self,
        rgb: NDArray[np.uint8],
        *,
        mask: bool = True,
        passed: int = 0,
        near_px: FloatArray | None = None,
    ) -> Detection | None:
        return super().follow(rgb)

    def beside(
        self, rgb: NDArray[np.uint8], known: Detection, *, mask: bool = False
    ) -> Detection | None:
        return super().follow(rgb)

    def look(self, rgb: NDArray[np.uint8], known: Detection | None = None) -> Sequence[Detection]:
        self.known |= known is not None
        return super().look(rgb)


def alone(at: int) -> Detection:
    return person(20.0, 6.0 * (1 + np.sin(at / 9)))


@pytest.mark.parametrize("frames", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7])
def test_frame_by_frame_over_any_length(frames: int) -> None:
    """Each frame's landmarks are its own, in pixels of the film, however long it is."""
    found = follow(StillFilm(frames), Scripted(alone))  # type: ignore[arg-type]  # no file
    expected = np.array([alone(at).points_px for at in range(frames)], np.float32) * 2
    assert found.time_s == pytest.approx(np.arange(frames) * STEP_S)
    np.testing.assert_array_equal(found.landmarks_px, expected)
    assert (found.visibility == 1.0).all()
    assert found.on_body is not None and found.on_body.shape == (frames, 33)


def test_frames_without_the_lifter_are_missing() -> None:
    """Where nobody is found there is NaN, and no visibility."""
    hidden = range(BLOCK - 3, BLOCK + 3)
    film: Any = StillFilm(BLOCK + 40)
    found = follow(film, Scripted(lambda at: None if at in hidden else alone(at)))
    missing = np.isnan(found.landmarks_px).all(axis=(1, 2))
    assert np.flatnonzero(missing).tolist() == list(hidden)
    assert np.isnan(found.world_m[missing]).all()
    assert (found.visibility[missing] == 0.0).all()


def test_moments_on_somebody_else_are_dropped() -> None:
    """A passer-by whom the engine takes for six frames isn't the lifter."""
    astray = range(BLOCK - 3, BLOCK + 3)

    def followed(at: int) -> Detection:
        return person(80.0, 0.0) if at in astray else alone(at)

    def everybody(at: int) -> list[Detection]:
        return [alone(at), person(80.0, 0.0)]

    film: Any = StillFilm(BLOCK + 40)
    found = follow(film, Scripted(followed, everybody))
    missing = np.isnan(found.landmarks_px).all(axis=(1, 2))
    assert np.flatnonzero(missing).tolist() == list(astray)
    assert [caution.code for caution in found.cautions] == ["other_people"]


def test_what_was_passed_over_is_marked_and_lies_between() -> None:
    """Somebody who drifts slowly: three pictures of four aren't looked at, all have landmarks."""
    film: Any = StillFilm(90)
    engine = Sparing(lambda at: person(20.0 + at / 10, 0.0))
    found = follow(film, engine, sampling=sampling_of("auto"))
    assert engine.known
    assert found.looked is not None
    assert np.flatnonzero(found.looked)[:4].tolist() == [0, 3, 6, 9]
    assert found.looked[-1]
    expected = np.array([person(20.0 + at / 10, 0.0).points_px for at in range(90)]) * 2
    np.testing.assert_allclose(found.landmarks_px, expected, rtol=1e-6)
    assert follow(film, engine).looked is None


def test_nothing_lies_between_two_scenes() -> None:
    """A picture that wasn't looked at, with a cut on its way to the next look, shows nobody."""
    looked = np.array([True, False, False, True, False, False, True])
    shot = np.array([0, 0, 1, 1, 1, 1, 1], np.int32)
    still = np.zeros(7, np.int32)
    assert np.flatnonzero(_across(looked, shot, still)).tolist() == [1, 2]
    flash = np.array([0, 0, -1, 0, 0, 0, 0], np.int32)
    assert np.flatnonzero(_across(looked, still, flash)).tolist() == [1, 2]
    assert not _across(np.ones(7, dtype=bool), shot).any()


def test_nobody_is_said() -> None:
    """A film without people is an error that says how to film."""
    film: Any = StillFilm(40)
    with pytest.raises(NoLifter, match=r"still\.mp4: nobody was found"):
        follow(film, Scripted(lambda _: None))


def test_a_person_who_isnt_there_cant_be_chosen() -> None:
    """Asking for the third of one person says how many were seen."""
    film: Any = StillFilm(40)
    with pytest.raises(BadRequest, match="1 was seen"):
        follow(film, Scripted(alone), lifter=3)
