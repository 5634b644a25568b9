"""What we say of the real labelled clips, against what a person saw in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.checks import HIPS_FIRST_REPS
from benchmarks.clips import Row
from tests.real.chosen import counted, negatives

Judged = Callable[[str], Row]

ROUNDED = ["dva_bad_01", "dva_bad_02", "dva_bad_03", "dva_bad_04", "dva_bad_05", "idds_0016r_1"]
FLAT = ["dva_good_01", "dva_good_02", "dva_good_03", "dva_good_04", "dva_good_05", "idds_0016c_1"]


@pytest.mark.parametrize("name", counted)
def test_count_is_the_labelled_one(name: str, judged: Judged) -> None:
    """As many repetitions as a person is certain of."""
    row = judged(name)
    assert row.reps in row.clip.reps, row.said or row.rejected


@pytest.mark.parametrize("name", negatives)
def test_nothing_is_counted_where_nobody_lifts(name: str, judged: Judged) -> None:
    """News, push-ups, a treadmill, a shrug and the like hold no repetition."""
    assert judged(name).reps == 0


@pytest.mark.parametrize("name", counted)
def test_lift_is_of_the_labelled_family(name: str, judged: Judged) -> None:
    """A hinge is called a hinge and a squat a squat."""
    row = judged(name)
    if not row.reps and 0 in row.clip.reps:
        pytest.skip("nothing was counted, which the label allows")
    assert row.named in {"exact", "family"}, row.lift or row.said


@pytest.mark.parametrize("name", ROUNDED)
def test_rounded_back_is_a_fault(name: str, judged: Judged) -> None:
    """A set labelled as rounded is a fault of lumbar_rounding."""
    row = judged(name)
    assert (row.whole or {}).get("lumbar_rounding") == "fault", row.values


@pytest.mark.parametrize("name", FLAT)
def test_flat_back_is_no_fault(name: str, judged: Judged) -> None:
    """A set labelled as good is no fault of lumbar_rounding."""
    row = judged(name)
    assert (row.whole or {}).get("lumbar_rounding") == "good", row.values


@pytest.mark.parametrize("name", ["idds_0016h_1"])
def test_hips_first_is_a_fault_on_nearly_every_rep(name: str, judged: Judged) -> None:
    """Acted with the hips first: hip_drive says so of nine repetitions in ten."""
    row = judged(name)
    assert row.count("hip_drive", "fault") >= HIPS_FIRST_REPS, row.values


@pytest.mark.parametrize("name", ["idds_0016c_1"])
def test_hips_and_shoulders_together_is_no_fault(name: str, judged: Judged) -> None:
    """Acted correctly: hip_drive finds no fault, and judges every repetition."""
    row = judged(name)
    assert row.count("hip_drive", "fault") == 0
    assert row.count("hip_drive", "cannot_judge") == 0
