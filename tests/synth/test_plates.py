"""Where a barbell's plates are, and what they hide."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formcheck.synth import read_truth
from formcheck.synth.motion import plan_motion
from formcheck.synth.skeleton import Skeleton
from formcheck.synth.spec import parse_spec
from formcheck.synth.truth import Truth, truth_of


def truth(lift: str, camera: str = "", scene: str = "") -> Truth:
    text = f'lift = "{lift}"\nreps = 1\n[camera]\n{camera}\n[scene]\n{scene}\n'
    spec = parse_spec(text)
    return truth_of(spec, plan_motion(spec, Skeleton.standard(1.75), 75.0))


def test_a_plate_on_the_floor_stands_as_high_as_it_is_wide() -> None:
    """Before a deadlift the middles of both plates are half their width above the floor."""
    found = truth("deadlift").plates
    assert found is not None
    for side, sign in (("left", 1), ("right", -1)):
        np.testing.assert_allclose(found.faces_m[side][0, 2], 0.225, atol=0.002)
        assert (sign * found.faces_m[side][:, 1] > 0.7).all()


def test_a_metre_at_the_near_plate_has_more_pixels() -> None:
    """From the side the nearer end of the bar is larger, and lies where it is projected."""
    clip = truth("deadlift")
    assert clip.plates is not None
    assert (clip.plates.px_per_m["right"] > 1.2 * clip.plates.px_per_m["left"]).all()
    width, height = clip.frame_size
    for place in clip.plates.faces_px.values():
        assert ((place > 0) & (place < (width, height))).all()


def test_what_a_plate_hides_lies_inside_its_circle() -> None:
    """Straight aside a joint is hidden where it is nearer to the plate's middle than its rim."""
    clip = truth("deadlift", "distance_m = 12\nfov_deg = 15\nheight_m = 0.5\naim_height_m = 0.5")
    assert clip.plates is not None
    middle, radius = clip.plates.faces_px["right"], 0.225 * clip.plates.px_per_m["right"]
    for joint in ("ankle", "knee", "hip", "shoulder"):
        off = np.linalg.norm(clip.joints_px[f"right_{joint}"] - middle, axis=1)
        sure = np.abs(off - radius) > 2.0
        hides = clip.plates.hides[f"right_{joint}"]
        np.testing.assert_array_equal(hides[sure], (off < radius)[sure])
    assert clip.plates.hides["right_ankle"][0]
    assert not clip.plates.hides["right_shoulder"].any()


def test_small_plates_hide_less_and_front_views_nothing_of_the_legs() -> None:
    """Fewer frames lose the knee behind 32 cm; from ahead none does."""
    full, small = truth("deadlift"), truth("deadlift", scene="plate_m = 0.32")
    front = truth("deadlift", "yaw_deg = 90")
    assert full.plates is not None
    assert small.plates is not None
    assert front.plates is not None
    assert small.plates.hides["right_knee"].sum() < full.plates.hides["right_knee"].sum()
    assert not front.plates.hides["right_knee"].any()


def test_plates_survive_the_file(tmp_path: Path) -> None:
    """Places to its rounding, hidden frames exactly; a kettlebell has none, and hides nobody."""
    clip = truth("back_squat")
    clip.write(tmp_path / "a.truth.json")
    table = read_truth(tmp_path / "a.truth.json")
    assert clip.plates is not None
    for side, place in clip.plates.faces_px.items():
        np.testing.assert_allclose(table["plates"][side]["face_px"], place, atol=0.006)
    for joint, hidden in clip.plates.hides.items():
        np.testing.assert_array_equal(table["hidden"][joint], hidden)
    truth("kettlebell_deadlift").write(tmp_path / "b.truth.json")
    table = read_truth(tmp_path / "b.truth.json")
    assert table["plates"] == {}
    assert not any(hidden.any() for hidden in table["hidden"].values())


def test_the_way_up_begins_after_the_wait() -> None:
    """A squat's waits a little at the bottom; a deadlift's begins with the repetition."""
    squat, pull = truth("back_squat").reps[0], truth("deadlift").reps[0]
    assert squat.bottom_s < squat.rise_s < squat.top_s
    assert pull.rise_s == pull.start_s
