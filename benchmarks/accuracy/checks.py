"""The targets, and whether the numbers reach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.accuracy import summary
from benchmarks.accuracy.measure import ANGLES, ClipResult

LARGEST_RMSE_DEG = {"knee": 5.0, "hip": 5.0, "trunk": 5.0, "neck_change": 8.0}
HONEST = (0.60, 0.76)
LARGEST_LUMBAR_MAE_DEG = 6.0
MEDIAN_S, WORST_S = 0.10, 0.25
FEWEST = 20  # frames or repetitions below which a share says nothing


@dataclass(frozen=True)
class Check:
    """One target: what was reached, what was wanted."""

    what: str
    reached: str
    wanted: str
    is_met: bool


def checks(results: list[ClipResult]) -> list[Check]:
    """Every target that the results say something about."""
    found = [*_counts(results), *_times(results), *_angles(results), *_back(results)]
    return [*found, *_honest(results), *_faults(results)]


def _counts(results: list[ClipResult]) -> Iterator[Check]:
    right = sum(one.reps == one.true_reps for one in results)
    yield Check(
        "repetitions counted",
        f"exact on {right} of {len(results)} clips",
        "every clip",
        right == len(results),
    )


def _times(results: list[ClipResult]) -> Iterator[Check]:
    for moment, error in summary.time_errors(results).items():
        yield Check(
            f"{moment} of a repetition",
            f"median {error.median:.2f} s, worst {error.worst:.2f} s",
            f"{MEDIAN_S:.2f} s and {WORST_S:.2f} s",
            error.median <= MEDIAN_S and error.worst <= WORST_S,
        )


def _angles(results: list[ClipResult]) -> Iterator[Check]:
    side = [one for one in results if one.clip.clothes != "hoodie"]
    for quantity, limit in LARGEST_RMSE_DEG.items():
        agreed = summary.agreements(side, quantity).get(summary.SIDE)
        if agreed is not None and agreed.count:
            yield Check(
                f"{quantity.replace('_change', ', from standing')}, side view, no hoodie",
                f"RMSE {agreed.rmse:.1f}°",
                f"{limit:g}°",
                agreed.rmse <= limit,
            )


def _back(results: list[ClipResult]) -> Iterator[Check]:
    low, high = HONEST
    side = [one for one in results if one.clip.clothes != "hoodie"]
    found = summary.lumbar_errors(side)
    if found.count:
        yield Check(
            "lumbar flexion, side view, no hoodie",
            f"mean error {found.mae:.1f}° on {found.seen:.0%} of the repetitions",
            f"{LARGEST_LUMBAR_MAE_DEG:g}°",
            found.mae <= LARGEST_LUMBAR_MAE_DEG,
        )
    if found.count >= FEWEST:
        yield Check(
            "stated error of lumbar flexion covers the truth",
            f"{found.covered:.0%}",
            f"{low:.0%} to {high:.0%}",
            low <= round(found.covered, 2) <= high,
        )


def _honest(results: list[ClipResult]) -> Iterator[Check]:
    low, high = HONEST
    for quantity in ANGLES:
        cells = {
            view: one.covered
            for view, one in summary.agreements(results, quantity).items()
            if one.count >= FEWEST
        }
        if not cells:
            continue
        off = [
            f"{view} {share:.0%}"
            for view, share in cells.items()
            if not low <= round(share, 2) <= high
        ]
        yield Check(
            f"stated error of {quantity} covers the truth",
            "in every view" if not off else f"not at {', '.join(off)}",
            f"{low:.0%} to {high:.0%} in every view",
            not off,
        )


def _faults(results: list[ClipResult]) -> Iterator[Check]:
    wrong = summary.false_faults(results)
    reps = summary.clean_reps(results)
    yield Check(
        "faults found where none was put in",
        f"{len(wrong)} on {reps} repetitions, {_per_rep(len(wrong), reps)} a repetition",
        "none",
        not wrong,
    )
    for cue in summary.cues_seen(results):
        rows = summary.confusion(results, cue)
        for strength in ("strong", "weak"):
            own = rows.get(strength)
            if own is None:
                continue
            hit, unjudged = own.counts["fault"] + own.counts["watch"], own.counts["cannot_judge"]
            yield Check(
                f"{cue} noticed where its {strength} fault was put in",
                f"{hit} of {own.total} ({unjudged} not judged)",
                "all that it judges",
                hit + unjudged == own.total,
            )
        hidden = rows.get("wrong view")
        if hidden is not None:
            yield Check(
                f"{cue} says nothing from where its fault can't be seen",
                f"{hidden.counts['cannot_judge']} of {hidden.total} not judged",
                "all",
                hidden.counts["cannot_judge"] == hidden.total,
            )


def _per_rep(count: int, reps: int) -> str:
    return f"{count / reps:.2f}" if reps else "–"
