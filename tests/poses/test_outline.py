"""The mask's edge beside the trunk, and what the skeleton of the tests says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.data import FloatArray, PoseTrack
from formcheck.poses.outline import REACH, STATIONS, on_body, outline
from tests import rods
from tests.silhouette import Silhouette, drawn
from tests.skeleton import skeleton

SIZE = (200, 240)
HALF = 18.0


def upright(middle_x: float = 100.0) -> FloatArray:
    """Landmarks of a trunk 100 pixels long, from (x, 180) up to (x, 80)."""
    points = np.full((33, 2), np.nan)
    points[[23, 24]] = (middle_x - 5.0, 180.0), (middle_x + 5.0, 180.0)
    points[[11, 12]] = (middle_x - 5.0, 80.0), (middle_x + 5.0, 80.0)
    return points


def stripe(left: float, right: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A mask (H, W) that is 1 from one column to another, its edge in between."""
    across = np.clip(np.minimum(np.arange(SIZE[0]) - left, right - np.arange(SIZE[0])) + 0.5, 0, 1)
    return np.repeat(across[None], SIZE[1], axis=0).astype(np.float32)


def test_the_edge_is_found_between_pixels_on_either_side() -> None:
    """Skin 18.3 pixels left and 30.6 right of the trunk: found to a tenth of a pixel."""
    found = outline(stripe(100 - 18.3, 100 + 30.6), upright())
    assert found[0, :, 0] == pytest.approx(100 - 18.3, abs=0.1)
    assert found[1, :, 0] == pytest.approx(100 + 30.6, abs=0.1)
    assert found[:, :, 1] == pytest.approx(np.tile(180.0 - 100.0 * STATIONS, (2, 1)))


def test_what_lies_beyond_the_skin_is_not_the_back() -> None:
    """An elbow behind a gap of four pixels changes nothing."""
    mask = np.maximum(stripe(82, 118), stripe(60, 78))
    assert outline(mask, upright()) == pytest.approx(outline(stripe(82, 118), upright()))


def test_where_the_mask_does_not_end_there_is_no_edge() -> None:
    """Wider than a ray reaches, cut by the picture, or the trunk's line outside: NaN."""
    wide = outline(stripe(100 - 100 * REACH - 2, 118), upright())
    assert np.isnan(wide[0]).all() and np.isfinite(wide[1]).all()
    cut = outline(stripe(-50, 48), upright(middle_x=30.0))
    assert np.isnan(cut[0]).all() and np.isfinite(cut[1]).all()
    assert np.isnan(outline(stripe(110, 150), upright())).all()


def test_a_trunk_of_no_length_has_no_edge() -> None:
    """Nobody found, or hips on shoulders: all NaN, and no error."""
    folded = upright()
    folded[[11, 12]] = folded[[23, 24]] - [0.0, 7.0]
    for points in (np.full((33, 2), np.nan), folded):
        assert np.isnan(outline(stripe(82, 118), points)).all()


def test_a_point_beyond_the_picture_is_on_no_body() -> None:
    """The mask's word is 1 within, 0 outside, a half at the edge, 0 beyond the picture."""
    points = np.tile([100.0, 100.0], (33, 1))
    points[1], points[2], points[3] = (60.0, 100.0), (82.0, 100.0), (-20.0, 100.0)
    assert on_body(stripe(82, 118), points)[:4] == pytest.approx([1.0, 0.0, 0.5, 0.0], abs=0.05)


@pytest.mark.parametrize(
    ("lift", "dials"),
    [
        ("deadlift", {}),
        ("deadlift", {"plate_m": 0.45}),
        ("deadlift", {"plate_m": 0.45, "plate_taken_in": True}),
        ("back_squat", {"lumbar_deg": 30.0, "facing": "left"}),
        ("kettlebell_swing", {"scale_px": 250.0}),
        ("front_squat", {"yaw_deg": 40.0}),
        ("good_morning", {"yaw_deg": 90.0}),
    ],
)
def test_the_skeletons_mask_is_what_would_be_drawn(
    lift: str, dials: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its edges and its points' word are those that the drawn mask gives.

    A median third of a pixel apart; rays that graze a limb may differ by more, one
    in fifty.
    """
    people: list[Silhouette] = []
    with_mask = rods.with_mask

    def kept(track: PoseTrack, person: Silhouette) -> PoseTrack:
        people.append(person)
        return with_mask(track, person)

    monkeypatch.setattr(rods, "with_mask", kept)
    track = skeleton(lift, reps=1, **dials).track
    assert track.outline_px is not None and track.on_body is not None
    apart = []
    for frame in range(0, track.time_s.size, 20):
        mask = drawn(people[0], frame, track.frame_size)
        points = track.landmarks_px[frame, :, :2]
        found, said = outline(mask, points.astype(float)), track.outline_px[frame]
        off = np.linalg.norm(found - said, axis=-1)
        neither = np.isnan(found[..., 0]) & np.isnan(said[..., 0])
        apart.append(np.where(neither, 0.0, np.nan_to_num(off, nan=np.inf)))
        assert on_body(mask, points) == pytest.approx(track.on_body[frame], abs=0.05)
    assert np.median(apart) < 0.35
    assert np.mean(np.concatenate(apart) > 1.5) < 0.02
