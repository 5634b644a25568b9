"""The clips parted by what stands between the camera and the joints."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.agreement import Agreement, Pairs, agreement
from benchmarks.accuracy.dials import DIALS
from benchmarks.accuracy.measure import ClipResult
from benchmarks.accuracy.summary import SIDE, VIEWS, in_view, view_of
from formcheck.synth.lifts import PLANS

FREE, SMALL, FULL = "no barbell", "small plates", "full plates"
PARTS = (FULL, SMALL, FREE)
OBLIQUE = ("30°", "45°", "60°")
NOTICED = ("fault", "watch")


def part_of(result: ClipResult) -> str:
    """Which of ``PARTS`` a clip is."""
    if result.clip.has_full_plates:
        return FULL
    return SMALL if PLANS[result.clip.spec.lift].load == "barbell" else FREE


def from_side(results: Iterable[ClipResult], part: str) -> list[ClipResult]:
    """The clips of one part that were filmed from the side."""
    return [one for one in in_view(results, SIDE) if part_of(one) == part]


def angle_rows(results: list[ClipResult], quantity: str) -> dict[str, Agreement]:
    """Agreement of one quantity: the side views by part, then the others.

    Behind full plates the frames in which one hides a joint of the quantity stand apart.
    """
    rows: dict[str, list[Pairs]] = {}
    for part in PARTS:
        pairs = [one.pairs[quantity] for one in from_side(results, part) if quantity in one.pairs]
        rows[f"{SIDE}, {part}"] = pairs
        if part == FULL and any(one.hidden is not None for one in pairs):
            rows[f"{SIDE}, {part}, joints seen"] = [one.part(hidden=False) for one in pairs]
            rows[f"{SIDE}, {part}, joints hidden"] = [one.part(hidden=True) for one in pairs]
    for view in VIEWS[1:]:
        many = [one for one in in_view(results, view) if quantity in one.pairs]
        rows[view] = [one.pairs[quantity] for one in many]
        if view in OBLIQUE:
            rows[f"{view}, {FULL}"] = [one.pairs[quantity] for one in many if part_of(one) == FULL]
    return {name: agreement(pairs) for name, pairs in rows.items() if pairs}


@dataclass(frozen=True)
class BarRow:
    """The bar over some clips.

    found         share of the frames in which its plate was found
    rmse_cm       of the distance between its centre and the true one
    worst_cm      95 % of the frames lie within it
    place         the coordinates, cm
    scale         measured in true ones; 0.02 is 2 % off
    speed         in those of the same rule on the true bar
    whole_way     in true ones
    """

    clips: int
    found: float
    rmse_cm: float
    worst_cm: float
    place: Agreement
    scale: Agreement
    speed: Agreement
    whole_way: Agreement


def bar_rows(results: list[ClipResult]) -> dict[str, BarRow]:
    """The bar with full and with small plates from the side, by lift, and obliquely."""
    full = from_side(results, FULL)
    groups = {f"{SIDE}, {FULL}": full}
    for lift in dict.fromkeys(one.clip.spec.lift for one in full):
        groups[f"{SIDE}, {FULL}, {lift}"] = [one for one in full if one.clip.spec.lift == lift]
    groups[f"{SIDE}, {SMALL}"] = from_side(results, SMALL)
    for view in OBLIQUE:
        groups[f"{view}, {FULL}"] = [one for one in in_view(results, view) if part_of(one) == FULL]
    return {name: _bar_row(many) for name, many in groups.items() if many}


def _bar_row(results: list[ClipResult]) -> BarRow:
    bars = [one.bar for one in results if one.bar is not None]
    off = np.concatenate([bar.off_cm for bar in bars]) if bars else np.empty(0)
    off = off[np.isfinite(off)]
    return BarRow(
        clips=len(bars),
        found=float(np.mean([bar.found for bar in bars])) if bars else math.nan,
        rmse_cm=float(np.sqrt((off**2).mean())) if off.size else math.nan,
        worst_cm=float(np.quantile(off, 0.95)) if off.size else math.nan,
        place=agreement([pairs for bar in bars for pairs in (bar.across_cm, bar.up_cm)]),
        scale=agreement([bar.scale for bar in bars]),
        speed=agreement([bar.speed for bar in bars]),
        whole_way=agreement([bar.whole_way for bar in bars]),
    )


@dataclass(frozen=True)
class DialRow:
    """What became of one dial, strong, where it shows; ``worst`` says of each miss by how much.

    found, unjudged, missed   repetitions (for a fault of the whole set, sets) in which one
                              of its cues noticed it; none did and one couldn't be judged;
                              all called it good
    unasked                 those that weren't counted, or whose lift has no such cue
    """

    clips: int
    found: int
    unjudged: int
    missed: int
    unasked: int
    worst: tuple[str, ...]

    @property
    def total(self) -> int:
        """All that were put in."""
        return self.found + self.unjudged + self.missed + self.unasked


def dial_rows(results: list[ClipResult], *, plated: bool) -> dict[str, DialRow]:
    """Each dial that has a cue, strong, in clips that show it, behind full plates or not."""
    rows = {}
    for name, dial in DIALS.items():
        many = [
            one
            for one in results
            if one.clip.fault == name
            and one.clip.strength == "strong"
            and one.clip.shows
            and (part_of(one) == FULL) == plated
        ]
        if many and dial.cues:
            rows[name] = _dial_row(many)
    return rows


def _dial_row(results: list[ClipResult]) -> DialRow:
    counts: Counter[str] = Counter()
    worst = []
    for result in results:
        said: dict[int, list[str]] = {}
        for one in result.cues:
            if one.cue in result.clip.cues:
                said.setdefault(one.rep, []).append(one.verdict)
        became = Counter(_became(verdicts) for verdicts in said.values())
        counts += became
        asked = 1 if DIALS[result.clip.fault].of_the_set else result.true_reps
        counts["unasked"] += max(asked - became.total(), 0)
        worst += [
            f"{result.clip.name}: `{one.cue}` {one.value:.2f} ± {one.sigma:.2f}, true by the same "
            f"rule {_known(one.true)}, to watch from {one.watch_limit:g}"
            for one in result.cues
            if one.cue in result.clip.cues and _became(said[one.rep]) == "missed"
        ]
    return DialRow(
        clips=len(results),
        found=counts["found"],
        unjudged=counts["unjudged"],
        missed=counts["missed"],
        unasked=counts["unasked"],
        worst=tuple(worst),
    )


def _known(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "unknown"


def _became(verdicts: list[str]) -> str:
    if any(one in NOTICED for one in verdicts):
        return "found"
    return "unjudged" if "cannot_judge" in verdicts else "missed"


@dataclass(frozen=True)
class SpeechRow:
    """How much is said of clean clips, and how much of it is wrong.

    judged   median share of the findings that count and say something
    scored   clips with a score
    """

    clips: int
    reps: int
    false_faults: int
    judged: float
    scored: int
    counted: int
    named: int

    @property
    def false_per_rep(self) -> float:
        """False faults for each clean repetition."""
        return self.false_faults / self.reps if self.reps else math.nan


def speech_rows(results: list[ClipResult]) -> dict[str, SpeechRow]:
    """Clean clips by part and view."""
    groups: dict[str, Callable[[ClipResult], bool]] = {
        **{f"{SIDE}, {part}": _is_side(part) for part in PARTS},
        "30–60°": lambda one: view_of(one.yaw_deg) in OBLIQUE,
        "75–90°": lambda one: view_of(one.yaw_deg) in {"75°", "90°"},
    }
    clean = [one for one in results if one.clip.is_clean]
    rows = {}
    for name, belongs in groups.items():
        many = [one for one in clean if belongs(one)]
        if many:
            rows[name] = SpeechRow(
                clips=len(many),
                reps=sum(one.reps for one in many),
                false_faults=sum(c.verdict == "fault" for one in many for c in one.cues),
                judged=float(np.median([one.judged for one in many])),
                scored=sum(one.has_score for one in many),
                counted=sum(one.reps == one.true_reps for one in many),
                named=sum(one.lift == one.clip.spec.lift for one in many),
            )
    return rows


def _is_side(part: str) -> Callable[[ClipResult], bool]:
    return lambda one: view_of(one.yaw_deg) == SIDE and part_of(one) == part
