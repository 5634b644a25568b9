"""The framing check: what it tells a lifter to change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.data import PoseTrack
from formcheck.live.framing import check
from tests.skeleton import skeleton

LIGHT = 120.0
# A lifter of 1.7 m at 400 pixels a metre, in a picture cut to leave a margin.
TRACK = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=3.0, reps=1).part(0.0, 2.0).track


def placed(
    track: PoseTrack, *, left: float = 0.5, top: float = 0.12, tall: float = 0.75
) -> PoseTrack:
    """The lifter put somewhere in a picture of 720 x 1280: shares of its size."""
    points = track.landmarks_px.copy()
    low, high = np.nanmin(points[..., 1]), np.nanmax(points[..., 1])
    scale = tall * 1280 / (high - low)
    middle = np.nanmedian(points[..., 0])
    points[..., 0] = (points[..., 0] - middle) * scale + left * 720
    points[..., 1] = (points[..., 1] - low) * scale + top * 1280
    return replace(track, landmarks_px=points, frame_size=(720, 1280), outline_px=None)


def test_a_lifter_well_in_the_picture_is_ready() -> None:
    """Side-on and whole in the picture: the green light, with the cues it can judge."""
    framing = check(placed(TRACK), "goblet_squat", LIGHT)
    assert (framing.ok, framing.code) == (True, "ready")
    assert "hip_drive" in framing.judges
    assert "knees_track" not in framing.judges


@pytest.mark.parametrize(
    ("place", "code", "word"),
    [
        ({"tall": 0.3, "top": 0.4}, "too_far", "closer"),
        ({"top": 0.5}, "feet_out", "feet"),
        ({"top": -0.2}, "head_out", "head"),
        ({"top": -0.1, "tall": 1.3}, "too_near", "Step back"),
        ({"left": 0.02}, "left", "middle"),
        ({"left": 1.0}, "right", "middle"),
    ],
)
def test_what_is_out_of_the_picture_is_named(place: dict[str, Any], code: str, word: str) -> None:
    """Too far, too near, head, feet, left and right each have their instruction."""
    framing = check(placed(TRACK, **place), "goblet_squat", LIGHT)
    assert (framing.ok, framing.code) == (False, code)
    assert word in framing.say


def test_an_oblique_lifter_is_asked_to_turn() -> None:
    """At 45° neither the side cues nor the front ones show."""
    oblique = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=3.0, reps=1, yaw_deg=45.0)
    framing = check(placed(oblique.part(0.0, 2.0).track), "goblet_squat", LIGHT)
    assert (framing.ok, framing.code) == (False, "turn")


def test_a_front_view_is_ready_for_the_front_cues() -> None:
    """From the front the knees can be judged, the back can't."""
    front = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=3.0, reps=1, yaw_deg=90.0)
    framing = check(placed(front.part(0.0, 2.0).track), "goblet_squat", LIGHT)
    assert framing.ok
    assert "knees_track" in framing.judges
    assert "lumbar_rounding" not in framing.judges


def test_darkness_comes_first() -> None:
    """In the dark nothing else is told."""
    assert check(placed(TRACK), "auto", 10.0).code == "dark"


def test_nobody() -> None:
    """An empty picture asks to step in."""
    empty = replace(TRACK, landmarks_px=np.full_like(TRACK.landmarks_px, np.nan))
    assert check(empty, "auto", LIGHT).code == "nobody"


def test_a_plate_before_the_hips_is_named() -> None:
    """A plate that hides the hips is told before the set, not after it."""
    hidden = np.ones((len(TRACK.time_s), 33))
    hidden[:, [23, 24]] = 0.1
    framing = check(replace(placed(TRACK), on_body=hidden), "deadlift", LIGHT)
    assert framing.code == "hip_hidden"


@pytest.mark.parametrize(
    ("yaw_deg", "code"), [(22.0, "ready"), (29.0, "turn"), (68.0, "turn"), (76.0, "ready")]
)
def test_turning_is_asked_while_it_would_show_more(yaw_deg: float, code: str) -> None:
    """Green where every side cue shows, or every front one; between them one is asked to turn."""
    turned = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=3.0, reps=1, yaw_deg=yaw_deg)
    assert check(placed(turned.part(0.0, 2.0).track), "goblet_squat", LIGHT).code == code


def test_a_lunge_from_a_little_off_the_front_has_no_knees() -> None:
    """At 73° the knees of a squat can be judged, the one of a split squat can't yet."""
    off = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=3.0, reps=1, yaw_deg=73.0)
    track = placed(off.part(0.0, 2.0).track)
    assert "knees_track" in check(track, "goblet_squat", LIGHT).judges
    assert "knees_track" not in check(track, "split_squat", LIGHT).judges
