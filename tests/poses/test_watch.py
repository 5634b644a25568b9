"""Which pictures an engine is given, by one that notes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.errors import BadRequest
from formcheck.poses.engine import Detection
from formcheck.poses.sampling import EVERY, MOST_HZ, Sampling, comes_to, sampling_of
from formcheck.poses.watch import BACK_S, MOVES_TRUNKS, Held, Watch
from formcheck.video import Frame

AUTO = sampling_of("auto")
TRUNK_PX = 100.0

Height = Callable[[float], float | None]
"""How far down the shoulders are at a time, trunk lengths; None where nobody is."""


def picture(number: int) -> NDArray[np.uint8]:
    """A picture that says which it is."""
    return np.array([[[number % 256, number // 256, 0]]], np.uint8)


class Noting:
    """Finds somebody whose shoulders are where they are said to be; notes each look."""

    def __init__(self, height: Height, rate_hz: float) -> None:
        self._height, self._rate_hz = height, rate_hz
        self.followed: list[int] = []
        self.masks: list[int] = []
        self.passed: list[int] = []
        self.near_px: list[FloatArray | None] = []
        self.beside_of: dict[int, float] = {}

    def _found(self, rgb: NDArray[np.uint8]) -> tuple[int, Detection | None]:
        at = int(rgb[0, 0, 0]) + 256 * int(rgb[0, 0, 1])
        height = self._height(at / self._rate_hz)
        return at, None if height is None else person(height)

    def follow(
        self,
        rgb: NDArray[np.uint8],
        *,
        mask: bool = True,
        passed: int = 0,
        near_px: FloatArray | None = None,
    ) -> Detection | None:
        at, found = self._found(rgb)
        self.followed.append(at)
        self.passed.append(passed)
        self.near_px.append(near_px)
        if mask and found is not None:
            self.masks.append(at)
        return found

    def beside(
        self, rgb: NDArray[np.uint8], known: Detection, *, mask: bool = False
    ) -> Detection | None:
        at, found = self._found(rgb)
        if mask:
            self.masks.append(at)
        self.beside_of[at] = float(known.points_px[11, 1])
        return found

    def look(self, rgb: NDArray[np.uint8], known: Detection | None = None) -> Sequence[Detection]:
        return [] if known is None else [known]


def person(height: float, ahead: float = 0.0) -> Detection:
    """Somebody with a trunk of 100 pixels, the shoulders so far down and ahead of the hips."""
    points: FloatArray = np.zeros((33, 3))
    points[:, 1] = 2 * TRUNK_PX
    points[[11, 12], 1] = TRUNK_PX * (1 + height)
    points[[11, 12], 0] = TRUNK_PX * ahead
    return Detection(points, np.ones(33), points / 100, None)


def watched(
    height: Height, seconds: float, rate_hz: float = 30.0, sampling: Sampling = AUTO
) -> tuple[Noting, list[Held]]:
    """A film from beginning to end."""
    engine = Noting(height, rate_hz)
    watch = Watch(engine, sampling)
    out: list[Held] = []
    for at in range(round(seconds * rate_hz)):
        rgb = picture(at)
        out += watch.take(Frame(at, at / rate_hz, rgb), rgb)
    return engine, [*out, *watch.end()]


def times_s(held: Sequence[Held], *, looked: bool) -> list[float]:
    return [one.time_s for one in held if one.looked == looked]


@pytest.mark.parametrize("rate_hz", [12.5, 23.976, 30.0, 60.0])
def test_somebody_who_rests_is_looked_at_ten_times_a_second(rate_hz: float) -> None:
    """Or at every picture of a slow film; the first and the last are always looked at."""
    engine, held = watched(lambda _: 0.0, 4.0, rate_hz)
    gaps_s = np.diff(times_s(held, looked=True))
    step_s = 1 / rate_hz
    assert gaps_s.max() <= 0.1 + step_s / 2 + 1e-9
    assert gaps_s[:-1].min() >= min(0.1 - step_s / 2, 1.0) - 1e-9 or rate_hz < 15
    assert held[0].looked and held[-1].looked
    assert not engine.beside_of


@pytest.mark.parametrize("rate_hz", [25.0, 30.0, 60.0])
def test_a_movement_is_watched_whole(rate_hz: float) -> None:
    """Every picture from before it began until after it ended."""
    begin_s, end_s = 2.0, 3.5
    engine, held = watched(
        lambda time_s: float(np.clip((time_s - begin_s) / (end_s - begin_s), 0, 1)), 6.0, rate_hz
    )
    looked_s = np.array(times_s(held, looked=True))
    around_s = looked_s[(looked_s >= begin_s - 0.1) & (looked_s <= end_s + 0.2)]
    assert np.diff(around_s).max() <= 1.01 / rate_hz
    assert around_s[0] <= begin_s <= end_s <= around_s[-1]
    still_s = times_s(held, looked=False)
    assert any(one < begin_s - BACK_S for one in still_s)
    assert any(one > end_s + BACK_S + 0.2 for one in still_s)
    assert engine.beside_of  # what had been passed over when it began


def test_what_was_passed_over_is_looked_at_beside_the_nearest_look() -> None:
    """Each from the landmarks of the one before it: places go on, they don't leap."""
    engine, _ = watched(lambda time_s: max(time_s - 1.0, 0.0), 2.0)
    for at, known_px in engine.beside_of.items():
        own_px = TRUNK_PX * (1 + max(at / 30 - 1.0, 0.0))
        assert abs(known_px - own_px) < 0.05 * TRUNK_PX


def test_a_mask_is_drawn_ten_times_a_second_and_when_somebody_comes_back() -> None:
    """Never more than a tenth of a second and half a picture apart."""
    engine, _ = watched(
        lambda time_s: None if 1.0 <= time_s < 1.25 else np.sin(3 * time_s), 3.0, sampling=EVERY
    )
    assert engine.followed == list(range(90))
    masks = np.array(engine.masks)
    assert np.diff(masks[masks < 30]).tolist() == [3] * 9
    assert 38 in masks  # the first picture after 1.25 s
    assert len(masks) <= 29


class Bowing(Noting):
    """Finds somebody whose shoulders go down and ahead together."""

    def _found(self, rgb: NDArray[np.uint8]) -> tuple[int, Detection | None]:
        at, _ = super()._found(rgb)
        down = self._height(at / self._rate_hz)
        return at, None if down is None else person(down, ahead=np.sqrt(down * (2.0 - down)))


@pytest.mark.parametrize("sampling", [EVERY, AUTO])
def test_a_leaning_trunk_has_a_mask_in_every_picture(sampling: Sampling) -> None:
    """From 30 degrees on, one picture late; what was passed over at the bottom too."""

    def down(time_s: float) -> float:  # a bow, a rest of two seconds, and up again
        return float(np.interp(time_s, [1, 2, 4, 5], [0, 1, 1, 0]))

    engine = Bowing(down, 30.0)
    watch = Watch(engine, sampling)
    held = [
        one
        for at in range(180)
        for one in watch.take(Frame(at, at / 30.0, picture(at)), picture(at))
    ]
    held += watch.end()
    leaning = {one.frame.index for one in held if one.looked and down(one.time_s) > 0.2}
    assert len(leaning) > 50
    assert leaning <= set(engine.masks)
    upright = {one.frame.index for one in held if one.looked and not down(one.time_s)}
    if sampling == EVERY:
        assert len(upright & set(engine.masks)) < 0.5 * len(upright)


def test_an_engine_is_told_how_many_pictures_it_missed() -> None:
    """So that what it smooths by the picture is smoothed by the time."""
    engine, _ = watched(lambda _: 0.0, 2.0)
    assert engine.passed[:4] == [0, 2, 2, 2]


def test_an_engine_that_follows_by_itself_sees_every_picture() -> None:
    """At once: nothing is held back."""

    class Plain:
        def __init__(self) -> None:
            self.frames = 0

        def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
            self.frames += 1
            return person(0.0)

        def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
            return []

    engine = Plain()
    watch = Watch(engine, AUTO)
    for at in range(40):
        (held,) = watch.take(Frame(at, at / 30, picture(at)), picture(at))
        assert held.looked and held.frame.index == at
    assert engine.frames == 40
    assert watch.end() == []


@given(
    parts=st.lists(
        st.tuples(st.floats(0.1, 1.5), st.sampled_from(["still", "up", "down", "gone"]))
    ),
    rate_hz=st.floats(8.0, 62.0),
)
@settings(max_examples=60, deadline=None)
def test_every_picture_comes_out_once_and_in_order(
    parts: list[tuple[float, str]], rate_hz: float
) -> None:
    """Whatever happens: few are held, and what lies between two looks is between them."""
    bounds_s = np.cumsum([length_s for length_s, _ in parts])

    def height(time_s: float) -> float | None:
        at_s = up = 0.0
        for (length_s, what), end_s in zip(parts, bounds_s, strict=True):
            inside_s = float(np.clip(time_s - at_s, 0, length_s))
            if what == "gone" and at_s <= time_s < end_s:
                return None
            up += {"up": 1.0, "down": -1.0}.get(what, 0.0) * inside_s
            at_s = float(end_s)
        return up

    seconds = float(bounds_s[-1]) if parts else 0.5
    engine = Noting(height, rate_hz)
    watch, out = Watch(engine, AUTO), []
    for at in range(int(seconds * rate_hz)):
        out += watch.take(Frame(at, at / rate_hz, picture(at)), picture(at))
        assert len(watch._held) <= (BACK_S + 0.15) * rate_hz + 2
    out += watch.end()
    assert [one.frame.index for one in out] == list(range(int(seconds * rate_hz)))
    looks = [one for one in out if one.looked]
    for one in out:
        own = height(one.time_s)
        if one.looked:
            assert (one.found is None) == (own is None)
        elif one.found is not None and own is not None:
            before = [look for look in looks if look.time_s < one.time_s][-1]
            after = next(look for look in looks if look.time_s > one.time_s)
            ends = [two.found.points_px[11, 1] for two in (before, after) if two.found is not None]
            assert min(ends) - 1e-9 <= one.found.points_px[11, 1] <= max(ends) + 1e-9
            assert max(ends) - min(ends) <= 2 * MOVES_TRUNKS * TRUNK_PX + TRUNK_PX * 2 / rate_hz


@pytest.mark.parametrize("asked", ["", "always", "0", "-3", "nan", "inf", "0.5", "63", "1e9"])
def test_what_is_no_sampling_is_refused(asked: str) -> None:
    """With what can be asked for."""
    with pytest.raises(BadRequest, match="auto, every, or pictures a second"):
        sampling_of(asked)


def test_what_comes_to_the_same_has_one_name() -> None:
    """An engine that needs every picture is given it; the highest rate is every picture."""
    assert comes_to("auto", "litert") == "auto"
    assert comes_to("auto", "mediapipe") == comes_to(f"{MOST_HZ:g}", "litert") == "every"
    assert comes_to("15.0", "mediapipe") == comes_to("15", "litert") == "15"


def test_where_the_lifter_is_expected_goes_on_to_the_engine() -> None:
    """With the picture that it belongs to."""

    engine = Noting(lambda time_s: 0.0, 30.0)
    watch = Watch(engine, EVERY)
    for at in range(5):
        watch.take(Frame(at, at / 30.0, picture(at)), picture(at), np.full(4, float(at)))
    assert engine.followed == [0, 1, 2, 3, 4]
    assert [None if one is None else one[0] for one in engine.near_px] == engine.followed
