"""The targets, and whether the numbers reach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.accuracy import parts, summary
from benchmarks.accuracy.measure import ANGLES, ClipResult
from benchmarks.accuracy.parts import FREE, FULL, OBLIQUE
from benchmarks.accuracy.summary import SIDE

LIMBS = ("knee", "hip", "trunk", "thigh", "shank")
FREE_RMSE_DEG, PLATED_RMSE_DEG, OBLIQUE_RMSE_DEG, NECK_RMSE_DEG = 5.0, 6.0, 8.0, 8.0
BAR_CM, SCALE_OFF, SPEED_OFF = 1.0, 0.02, 0.04
FALSE_A_REP = 0.01
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
    found = [*_counts(results), *_times(results), *_angles(results), *_bar(results)]
    return [*found, *_back(results), *_honest(results), *_faults(results)]


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
    limits = {
        f"{SIDE}, {FREE}": FREE_RMSE_DEG,
        f"{SIDE}, {FULL}": PLATED_RMSE_DEG,
        **dict.fromkeys(OBLIQUE, OBLIQUE_RMSE_DEG),
    }
    wanted = dict.fromkeys(LIMBS, limits)
    wanted["neck_change"] = {f"{SIDE}, {FREE}": NECK_RMSE_DEG}
    for quantity, by_row in wanted.items():
        rows = parts.angle_rows(side, quantity)
        for name, limit in by_row.items():
            if name in rows and rows[name].count:
                yield Check(
                    f"{quantity.replace('_change', ', from standing')}, {name}, no hoodie",
                    f"RMSE {rows[name].rmse:.1f}°",
                    f"{limit:g}°",
                    rows[name].rmse <= limit,
                )


def _bar(results: list[ClipResult]) -> Iterator[Check]:
    row = parts.bar_rows(results).get(f"{SIDE}, {FULL}")
    if row is None:
        return
    for what, off, limit, unit, seen in (
        ("bar's centre", row.rmse_cm, BAR_CM, "cm", row.found),
        ("scale", 100 * row.scale.mae, 100 * SCALE_OFF, "%", row.scale.seen),
        ("mean speed", 100 * row.speed.mae, 100 * SPEED_OFF, "%", row.speed.seen),
    ):
        yield Check(
            f"{what}, {FULL} from the side",
            f"off by {off:.1f} {unit}, known on {seen:.0%}",
            f"{limit:g} {unit}",
            off <= limit,
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
            for view, one in parts.angle_rows(results, quantity).items()
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
            "in every row" if not off else f"not at {', '.join(off)}",
            f"{low:.0%} to {high:.0%} in every row",
            not off,
        )


def _faults(results: list[ClipResult]) -> Iterator[Check]:
    wrong = summary.false_faults(results)
    reps = summary.clean_reps(results)
    yield Check(
        "faults found where none was put in",
        f"{len(wrong)} on {reps} repetitions, {_per_rep(len(wrong), reps)} a repetition",
        f"{FALSE_A_REP:g} a repetition",
        len(wrong) <= FALSE_A_REP * reps,
    )
    for where, plated in ((FULL, True), ("little in the way", False)):
        for name, dial in parts.dial_rows(results, plated=plated).items():
            yield Check(
                f"strong {name.replace('_', ' ')}, {where}",
                f"{dial.found} found, {dial.unjudged} not judged, {dial.missed} missed, "
                f"{dial.unasked} not asked",
                "found or not judged",
                not dial.missed and not dial.unasked,
            )
    for cue in summary.cues_seen(results):
        rows = summary.confusion(results, cue)
        weak = rows.get("weak")
        if weak is not None:
            hit, unjudged = (
                sum(weak.counts[one] for one in kinds)
                for kinds in (parts.NOTICED, ("cannot_judge",))
            )
            yield Check(
                f"{cue} noticed where its weak fault was put in",
                f"{hit} of {weak.total} ({unjudged} not judged)",
                "all that it judges",
                hit + unjudged == weak.total,
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
    return f"{count / reps:.3f}" if reps else "–"
