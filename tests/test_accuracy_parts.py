"""The accuracy page's tables of plates, bar and dials, on made-up figures."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.accuracy import page_parts, parts
from benchmarks.accuracy.agreement import Pairs
from benchmarks.accuracy.bar import BarErrors, bar_errors
from benchmarks.accuracy.checks import checks
from benchmarks.accuracy.measure import ClipResult, CueValue, hidden_frames
from benchmarks.accuracy.run import earlier
from benchmarks.accuracy.specs import SMALL_PLATE_M, Clip, make_clip
from formcheck.data import Bar, FloatArray, Rep, Signals
from formcheck.reps.bar_speed import UNKNOWN, Amount, BarLift, BarSet, bar_speeds
from formcheck.signals import compute_signals
from tests.skeleton import skeleton

NAN = math.nan
TIME_S = np.arange(48) / 24
PX_PER_M = 200.0
SIDE_FULL = "0–18°, full plates"


def clip(fault: str = "none", lift: str = "deadlift", yaw_deg: float = 0.0) -> Clip:
    return make_clip(lift, fault, "man", "tshirt", yaw_deg)


def result(
    of: Clip,
    error_deg: Sequence[float] = (),
    hidden: Sequence[bool] = (),
    cues: Sequence[CueValue] = (),
    bar: BarErrors | None = None,
    judged: float = 1.0,
) -> ClipResult:
    errors = np.array(error_deg, dtype=float)
    pairs = Pairs(errors, np.zeros(len(errors)), np.full(len(errors), 5.0), np.array(hidden, bool))
    return ClipResult(
        of,
        abs(of.spec.camera.yaw_deg),
        2,
        2,
        of.spec.lift,
        "",
        dict.fromkeys(page_parts.LIMBS, pairs),
        cues=tuple(cues),
        bar=bar,
        judged=judged,
        has_score=judged >= 0.5,
    )


def verdict(cue: str, said: str, rep: int = 1) -> CueValue:
    return CueValue(cue, rep, said, 0.0, 1.0, 0.0, 1.0, 2.0, "")


def truth(lift_m: float = 0.6, up_s: float = 1.0) -> dict[str, Any]:
    """A plate that waits for half a second at 0.225 m and goes up by half a cosine."""
    share = np.clip((TIME_S - 0.5) / up_s, 0.0, 1.0)
    up_m = 0.225 + lift_m * (1.0 - np.cos(np.pi * share)) / 2
    face_m = np.stack([np.zeros(48), np.full(48, -0.72), up_m], axis=1)
    face_px = np.stack([np.full(48, 240.0), 800.0 - PX_PER_M * up_m], axis=1)
    plate = {"face_m": face_m, "face_px": face_px, "px_per_m": np.full(48, PX_PER_M)}
    rep = {"start_s": 0.5, "bottom_s": 0.4, "rise_s": 0.5, "top_s": 0.5 + up_s, "end_s": 2.0}
    return {
        "time_s": TIME_S,
        "view": {"side": "right"},
        "plates": {"right": plate, "left": plate},
        "reps": [rep],
    }


def bar_at(centre_px: FloatArray, m_per_px: float = 1 / PX_PER_M) -> Bar:
    return Bar(centre_px, np.full(48, 2.0), 45.0, np.zeros(48, bool), m_per_px, 0.02)


def told(mean_m_s: float, index: int = 1) -> BarSet:
    lift = BarLift(12, 36, Amount(mean_m_s, 0.02), UNKNOWN, UNKNOWN, UNKNOWN, (0.0, 0.0))
    return BarSet("m", Amount(1 / PX_PER_M, 0.0001), {index: lift}, True, UNKNOWN, UNKNOWN)


REP = Rep(1, 0.5, 0.5, 1.5, 2.0, True, 1.0, 0.0, 1.0)
EVERY = np.ones(48, dtype=bool)


@cache
def some_signals() -> Signals:
    """A lifter's, at these times: of them only the leg and the view matter to a bar."""
    found = compute_signals(skeleton("deadlift", reps=1).track)
    return replace(found, time=replace(found.time, time_s=TIME_S, stretch=np.zeros(48, int)))


def found_bar(
    true: dict[str, Any], bar: Bar | None, said: BarSet | None = None, rep: Rep = REP
) -> BarErrors:
    found = bar_errors(true, EVERY, replace(some_signals(), bar=bar), said, [rep])
    assert found is not None
    return found


# ------------------------------------------------------------ the bar


def test_a_plate_found_two_pixels_off_is_a_centimetre_off() -> None:
    """Two pixels sideways at 200 of a metre are 1 cm in every frame, within a σ of 2 pixels."""
    true = truth()
    found = found_bar(true, bar_at(true["plates"]["right"]["face_px"] + [2.0, 0.0]))
    row = parts.bar_rows([result(clip(), bar=found)])[SIDE_FULL]
    assert found.off_cm == pytest.approx(1.0)
    assert (row.rmse_cm, row.worst_cm) == pytest.approx((1.0, 1.0))
    assert (row.found, row.place.covered) == (1.0, 1.0)


def test_frames_without_the_bar_are_not_frames_without_error() -> None:
    """A bar that is seen in half of the frames is measured there, and its share is told."""
    true = truth()
    centre = true["plates"]["right"]["face_px"].copy()
    centre[24:] = NAN
    bar = bar_at(centre)
    half = replace(bar, sigma_px=np.where(np.arange(48) < 24, 2.0, NAN))
    row = parts.bar_rows([result(clip(), bar=found_bar(true, half))])[SIDE_FULL]
    assert (row.found, row.rmse_cm, row.place.seen) == (0.5, 0.0, 0.5)


def test_a_bar_nobody_found_is_counted() -> None:
    """Nothing found: 0 % found, and no distance, no scale and no speed."""
    row = parts.bar_rows([result(clip(), bar=found_bar(truth(), None))])[SIDE_FULL]
    assert row.found == 0.0
    assert math.isnan(row.rmse_cm)
    assert (row.scale.seen, row.speed.seen) == (0.0, 0.0)


def test_scale_is_told_in_true_ones() -> None:
    """A pixel that is taken for 3 % too long is 3 % off."""
    true = truth()
    bar = bar_at(true["plates"]["right"]["face_px"], 1.03 / PX_PER_M)
    row = parts.bar_rows([result(clip(), bar=found_bar(true, bar))])[SIDE_FULL]
    assert row.scale.mae == pytest.approx(0.03)


def test_speed_is_told_in_those_of_the_same_rule_and_in_true_ones() -> None:
    """What the rule says of the true bar is no error; all of 0.6 m in a second is 0.6 m/s.

    The rule makes half a cosine's way up up to 4 % longer.
    """
    true = truth()
    said = bar_speeds(
        replace(some_signals(), bar=bar_at(true["plates"]["right"]["face_px"])), [REP]
    )
    assert said is not None
    found = found_bar(true, bar_at(true["plates"]["right"]["face_px"]), said)
    assert found.speed.ours == pytest.approx(1.0)
    assert found.whole_way.ours == pytest.approx(said.lifts[1].mean.value / 0.6)
    assert found.whole_way.ours == pytest.approx(1.0, abs=0.04)
    slow = found_bar(true, bar_at(true["plates"]["right"]["face_px"]), told(0.57))
    assert slow.whole_way.ours == pytest.approx(0.95)


def test_a_speed_belongs_to_the_repetition_at_its_time() -> None:
    """Where one repetition was missed, the other one's speed isn't taken for it."""
    true = truth()
    late = replace(REP, top_s=3.5)
    found = found_bar(true, bar_at(true["plates"]["right"]["face_px"]), told(0.6), late)
    assert np.isnan(found.speed.ours).all()
    assert np.isnan(found.whole_way.ours).all()


def test_a_kettlebell_has_no_plate() -> None:
    """Where there is no barbell there is nothing to compare."""
    assert bar_errors(truth() | {"plates": {}}, EVERY, some_signals(), None, []) is None


# ------------------------------------------------------------ behind plates


def test_hidden_frames_stand_apart() -> None:
    """Frames behind the plate are 20° off, the others 2: two rows, and one of both."""
    one = result(clip(), [2.0, 2.0, 20.0, 20.0], [False, False, True, True])
    rows = parts.angle_rows([one], "knee")
    assert rows[f"{SIDE_FULL}, joints seen"].rmse == 2.0
    assert rows[f"{SIDE_FULL}, joints hidden"].rmse == 20.0
    assert rows[SIDE_FULL].rmse == pytest.approx(math.sqrt(202))


def test_plates_parted_from_small_ones_and_none() -> None:
    """Small plates and kettlebells have rows of their own, and so have oblique full plates."""
    small = make_clip("deadlift", "none", "man", "tshirt", 0.0, plate_m=SMALL_PLATE_M)
    clips = [clip(), small, clip(lift="kettlebell_deadlift"), clip(yaw_deg=45.0)]
    found = parts.angle_rows([result(one, [1.0], [False]) for one in clips], "knee")
    assert {name: one.clips for name, one in found.items()} == {
        "0–18°, full plates": 1,
        "0–18°, full plates, joints seen": 1,
        "0–18°, full plates, joints hidden": 0,
        "0–18°, small plates": 1,
        "0–18°, no barbell": 1,
        "45°": 1,
        "45°, full plates": 1,
    }


def test_an_angle_is_hidden_with_any_of_its_joints() -> None:
    """A covered ankle hides shank and knee, not the thigh; the other leg's hides nothing."""
    joints = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    hidden = {f"{side}_{one}": np.zeros(48, bool) for side in ("left", "right") for one in joints}
    hidden["right_ankle"] = TIME_S < 1.0
    hidden["left_hip"] = EVERY
    found = hidden_frames(truth() | {"hidden": hidden}, TIME_S[::2])
    assert {name for name, flags in found.items() if flags.any()} == {"shank", "knee"}
    assert found["knee"].tolist() == [bool(t < 1.0) for t in TIME_S[::2]]


# ------------------------------------------------------------ dials and what is said


@pytest.mark.parametrize(
    ("said", "became"),
    [
        (["fault"], "found"),
        (["watch"], "found"),
        (["cannot_judge"], "unjudged"),
        (["good"], "missed"),
    ],
)
def test_what_becomes_of_a_dial(said: list[str], became: str) -> None:
    """Noticed, honestly not judged, or called good; and whose verdict it is counts."""
    cues = [*(verdict("hip_drive", one) for one in said), verdict("depth", "fault")]
    one = replace(result(clip("hips_first_strong"), cues=cues), true_reps=1)
    row = parts.dial_rows([one], plated=True)["hips_first"]
    assert {"found": row.found, "unjudged": row.unjudged, "missed": row.missed}[became] == 1
    assert row.total == 1
    miss = f"{one.clip.name}: `hip_drive` 0.00 ± 1.00, true by the same rule 0.00, to watch from 1"
    assert row.worst == ((miss,) if became == "missed" else ())
    assert parts.dial_rows([one], plated=False) == {}


def test_a_fault_in_a_repetition_that_was_not_counted_is_not_found() -> None:
    """Of two repetitions one was counted, and its fault found; nobody asked about the other."""
    row = parts.dial_rows(
        [result(clip("hips_first_strong"), cues=[verdict("hip_drive", "fault")])], plated=True
    )["hips_first"]
    assert (row.found, row.unasked, row.total) == (1, 1, 2)
    set_row = parts.dial_rows(
        [result(clip("fatigue_strong"), cues=[verdict("fatigue", "fault", rep=0)])], plated=True
    )["fatigue"]
    assert (set_row.found, set_row.unasked) == (1, 0)


def test_a_missed_dial_is_told() -> None:
    """A strong fault behind plates that is called good misses its target; unjudged doesn't."""
    for said, is_met in (("good", False), ("cannot_judge", True)):
        one = result(clip("hips_first_strong"), [1.0], [False], [verdict("hip_drive", said)])
        one = replace(one, true_reps=1)
        by_name = {check.what: check.is_met for check in checks([one])}
        assert by_name["strong hips first, full plates"] is is_met


def test_false_faults_for_each_clean_repetition() -> None:
    """One false fault on two clips of two repetitions is 0.25 each; the median judges half."""
    wrong = result(clip(), cues=[verdict("depth", "fault")], judged=0.2)
    right = result(clip(), cues=[verdict("depth", "good")], judged=0.8)
    put_in = result(clip("hips_first_strong"), cues=[verdict("hip_drive", "fault")])
    row = parts.speech_rows([wrong, right, put_in])[SIDE_FULL]
    assert (row.false_per_rep, row.judged, row.scored, row.clips) == (0.25, 0.5, 1, 2)


# ------------------------------------------------------------ before and after


def test_an_earlier_run_stands_beside_this_one(tmp_path: Path) -> None:
    """Its figures, name, engine and number of clips are those of its file."""
    now = [result(clip(), [3.0], [False])]
    figures = {"knee, full plates": "9.0°"}
    kept = {"date": "2026-01-02", "clips": ["a"], "figures": figures, "eye": "mediapipe 1.2.2"}
    path = tmp_path / "main before.json"
    path.write_text(json.dumps({"accuracy": kept}))
    text = page_parts.before_and_after(now, earlier(path))
    assert "Before: main before, 02 January 2026, watched by mediapipe 1.2.2, on 1 clips" in text
    assert "| knee, full plates | 9.0° | – |" in text
    off = "3.0° (median clip 3.0°) on 100% of the frames, 100% within σ"
    assert f"| knee, full plates, joints seen | – | {off} |" in text


def test_tables_hold_no_nan() -> None:
    """What isn't known is a dash."""
    some = [result(clip(), [3.0], [False], bar=found_bar(truth(), None))]
    for text in (page_parts.bar(some), page_parts.speech(some), page_parts.dials(some)):
        assert "nan" not in text
