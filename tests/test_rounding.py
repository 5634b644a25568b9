"""How well the turn of the back ranks labelled backs: the reading of labels and the figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.clips import Row
from benchmarks.manifest import Clip
from benchmarks.rounding import LabelledSet, auc, judged_sets, labelled_rounded


def clip(faults: str, notes: str = "", source: str = "somebody") -> Clip:
    return Clip(Path("a.mp4"), "", "deadlift", "side", (1,), "high", faults, source, 3.0, notes)


@pytest.mark.parametrize(
    ("faults", "notes", "expected"),
    [
        ("clearly rounded back", "", True),
        ("none seen", "rounded earlier", False),
        ("hips rise first", "", False),
        ("slight rounding possible", "", None),
        ("incorrect (fault not named)", "", None),
        ("none stated by repo", "the upper back rounds", True),
        ("none stated by repo", "mildly rounded", None),
        ("none stated by repo", "looks ahead", False),
    ],
)
def test_labels_are_read(faults: str, notes: str, expected: bool | None) -> None:
    """What the film's maker says counts, else what the reader saw; what is unclear is left out."""
    assert labelled_rounded(clip(faults, notes)) is expected


def test_only_judged_repetitions_of_clear_labels_count() -> None:
    """A set without a judged repetition, or with an unclear label, isn't ranked."""
    values = {"lumbar_rounding": [30.0, 90.0, 20.0]}
    verdicts = {"lumbar_rounding": ["fault", "cannot_judge", "watch"]}
    (found,) = judged_sets(
        [
            Row(clip("rounded"), verdicts=verdicts, values=values),
            Row(clip("ambiguous"), verdicts=verdicts, values=values),
            Row(clip("none seen")),
        ]
    )
    assert (found.turns_deg, found.turn_deg, found.faults) == ((30.0, 20.0), 25.0, 1)


def of(source: str, rounded: bool, *turns_deg: float) -> LabelledSet:
    return LabelledSet(source, source, turns_deg, rounded, 0)


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    """Of four pairs three are in order; by repetition it is five of six."""
    sets = [of("a", True, 30.0), of("b", True, 10.0), of("c", False, 5.0), of("d", False, 20.0)]
    assert auc(sets, by_rep=False).value == 0.75
    sets[2] = of("c", False, 5.0, 6.0)
    assert auc(sets, by_rep=True).value == pytest.approx(5 / 6)


def test_a_source_that_carries_it_shows_in_the_interval() -> None:
    """With the one bad source taken away all is in order; with a good one, less."""
    sets = [of("bad", True, 0.0), *(of(f"{at}", bool(at % 2), 30.0 * (at % 2)) for at in range(6))]
    found = auc(sets, by_rep=False)
    assert found.least < found.value < found.most == 1.0
    assert found.low < found.value < found.high
