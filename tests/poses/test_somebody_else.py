"""Who was followed is told from who stands beside."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.data import FloatArray
from formcheck.poses.people import Sighting, Sightings
from formcheck.poses.somebody_else import elsewhere, goes_up_and_down, together

TIMES_S = np.arange(0.0, 2.0, 0.1)


def box(middle: float, top: float = 0.0) -> FloatArray:
    """Round somebody 100 pixels tall when standing, whose middle is there."""
    return np.array([middle - 15.0, top, middle + 15.0, 100.0])


def sighted(boxes: dict[float, FloatArray]) -> Sightings:
    out = Sightings()
    for time_s, one in boxes.items():
        sighting = Sighting(one, np.zeros((33, 3)), np.zeros(3), 100.0)
        out.add(time_s, 0, sighting)
    return out


LIFTER = sighted({time_s: box(50.0) for time_s in TIMES_S.tolist()})


def told(middle: float, *others: Sightings) -> bool:
    """Whether somebody followed there through all frames is somebody else."""
    boxes = np.tile(box(middle), (len(TIMES_S), 1))
    out = elsewhere(TIMES_S, boxes, np.zeros(len(TIMES_S), np.int32), LIFTER, others)
    assert out.all() or not out.any()
    return bool(out[0])


@pytest.mark.parametrize(
    ("middle", "beside", "is_else"),
    [
        (50.0, (), False),
        (70.0, (), False),  # a place is known about so well
        (130.0, (), True),
        (70.0, (72.0,), True),  # that is the one beside
        (52.0, (72.0,), False),
        (62.0, (72.0,), False),  # between the two
    ],
)
def test_who_stands_beside_is_somebody_else(
    middle: float, beside: tuple[float, ...], is_else: bool
) -> None:
    """Near the lifter's place, but much nearer to another's."""
    others = [sighted({0.0: box(one), 2.0: box(one)}) for one in beside]
    assert told(middle, *others) == is_else


def test_a_lifter_taken_for_two_is_not_beside_herself() -> None:
    """Bent she was noted as another one: never when she herself was."""
    bent = sighted({0.05: box(72.0, 50.0), 1.05: box(72.0, 50.0)})
    trainer = sighted({0.1: box(72.0), 0.5: box(72.0), 0.55: box(72.0)})
    times = sorted(LIFTER.times_s)
    seen = sighted({time_s: box(72.0) for time_s in times[:3]})
    assert not together(bent, LIFTER)
    assert together(seen, LIFTER)
    assert together(trainer, LIFTER)  # in two of three looks


def test_nobody_is_nowhere_else() -> None:
    """A frame without anybody isn't told of."""
    boxes = np.full((len(TIMES_S), 4), np.nan)
    out = elsewhere(TIMES_S, boxes, np.zeros(len(TIMES_S), np.int32), LIFTER, ())
    assert not out.any()


@pytest.mark.parametrize(("down", "lifts"), [(0.0, False), (0.05, False), (0.25, True)])
@pytest.mark.parametrize("camera_px", [0.0, 80.0])
def test_who_bends_and_rises_lifts(down: float, lifts: bool, camera_px: float) -> None:
    """However the camera moves meanwhile, and whatever is missing."""
    phase = np.linspace(0.0, 4.0 * np.pi, 60)
    points: FloatArray = np.zeros((60, 33, 3))
    points[:, [11, 12], 1] = (100.0 * down * np.sin(phase) ** 2)[:, None]
    points[:, [27, 28], 1] = 100.0
    points[..., 1] += (camera_px * np.sin(phase / 3.0))[:, None]
    points[5:8] = np.nan
    assert goes_up_and_down(points) == lifts
    assert not goes_up_and_down(np.full_like(points, np.nan))
