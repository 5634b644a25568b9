"""The accuracy page's tables of plates, bar and dials, and of before and after."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.accuracy import parts
from benchmarks.accuracy.agreement import Agreement
from benchmarks.accuracy.dials import DIALS
from benchmarks.accuracy.measure import ClipResult
from benchmarks.accuracy.parts import FREE, FULL, BarRow, DialRow
from benchmarks.accuracy.summary import SIDE

LITTLE = "little in the way"
LIMBS = ("trunk", "thigh", "shank", "knee", "hip")


@dataclass(frozen=True)
class Earlier:
    """What an earlier run found: its name, its clips, its key figures."""

    name: str
    clips: int
    figures: Mapping[str, str]


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is text, the others numbers."""
    lines = [" | ".join(head), " | ".join(["---", *["--:"] * (len(head) - 1)])]
    return "\n".join(f"| {line} |" for line in [*lines, *(" | ".join(row) for row in rows)])


def number(value: float) -> str:
    """One digit, or a dash for what isn't known."""
    return f"{value:.1f}" if math.isfinite(value) else "–"


def share(value: float) -> str:
    """Per cent, or a dash for what isn't known."""
    return f"{value:.0%}" if math.isfinite(value) else "–"


def speech(results: list[ClipResult]) -> str:
    """How much is said of clean clips."""
    rows = [
        [
            name,
            str(one.clips),
            str(one.reps),
            str(one.false_faults),
            f"{one.false_per_rep:.3f}" if one.reps else "–",
            share(one.judged),
            f"{one.scored} of {one.clips}",
            f"{one.counted} of {one.clips}",
            f"{one.named} of {one.clips}",
        ]
        for name, one in parts.speech_rows(results).items()
    ]
    head = [
        "clean clips",
        "clips",
        "reps",
        "false faults",
        "a rep",
        "judged, median",
        "with a score",
        "counted right",
        "named exactly",
    ]
    return "\n".join(
        [
            "## What is said of a set without a fault",
            "",
            "*Judged* is the share of the findings that count which say something; with half of",
            "their weight there is a score. *Named*: left to itself.",
            "",
            table(head, rows),
        ]
    )


def bar(results: list[ClipResult]) -> str:
    """The bar against the true one."""
    head = [
        "view",
        "clips",
        "found",
        "off, RMSE",
        "95 % within",
        "within σ",
        "scale known",
        "scale off",
        "speed told",
        "speed off",
        "within σ",
        "whole way, bias",
        "whole way, off",
    ]
    rows = [[name, *_bar_cells(one)] for name, one in parts.bar_rows(results).items()]
    return "\n".join(
        [
            "## The bar",
            "",
            "The middle of its near plate against the true one, in centimetres at the plate, over",
            "the frames of the true repetitions in which it was found. *Scale* is the length of a",
            "pixel there, told only of full plates; its mean size of error. *Speed* is the mean",
            "speed of a way up against what the same rule makes of the true bar: what watching",
            "adds. *Whole way* is it against all of the true height over all of its time: these",
            "lifters creep out of and into their rest, and our rule leaves such ends out.",
            "",
            table(head, rows) if rows else "There is no barbell in these clips.",
        ]
    )


def _bar_cells(one: BarRow) -> list[str]:
    return [
        str(one.clips),
        share(one.found),
        f"{one.rmse_cm:.2f} cm" if math.isfinite(one.rmse_cm) else "–",
        f"{one.worst_cm:.2f} cm" if math.isfinite(one.worst_cm) else "–",
        share(one.place.covered),
        share(one.scale.seen),
        _percent(one.scale.mae),
        share(one.speed.seen),
        _percent(one.speed.mae),
        share(one.speed.covered),
        _percent(one.whole_way.bias, signed=True),
        _percent(one.whole_way.mae),
    ]


def _percent(value: float, *, signed: bool = False) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{100 * value:+.1f} %" if signed else f"{100 * value:.1f} %"


def dials(results: list[ClipResult]) -> str:
    """Strong faults: found, honestly not judged, missed."""
    plated, free = (parts.dial_rows(results, plated=plated) for plated in (True, False))
    rows = [
        [
            name.replace("_", " "),
            ", ".join(f"`{cue}`" for cue in DIALS[name].cues),
            *_dial_cells(plated.get(name)),
            *_dial_cells(free.get(name)),
        ]
        for name in DIALS
        if name in plated or name in free
    ]
    missed = [
        f"- {miss}" for found in (plated, free) for one in found.values() for miss in one.worst
    ]
    counts = ["found", "not judged", "missed", "not asked"]
    head = [
        "dial",
        "cue",
        *(f"{FULL}: {count}" for count in ("clips", *counts)),
        *(f"{LITTLE}: {count}" for count in ("clips", *counts)),
    ]
    return "\n".join(
        [
            "## Faults that nobody could overlook",
            "",
            "Each dial at its strong setting, in a view that shows it, over the repetitions (for",
            "one of the whole set: the sets): noticed, honestly not judged, called good, or not",
            "asked, as the repetition wasn't counted or the cue isn't one of the lift's.",
            "",
            table(head, rows) if rows else "No fault was put into these clips.",
            *(["", "Missed, and by how much:", "", *missed] if missed else []),
        ]
    )


def _dial_cells(one: DialRow | None) -> list[str]:
    if one is None:
        return ["–"] * 5
    return [str(count) for count in (one.clips, one.found, one.unjudged, one.missed, one.unasked)]


def before_and_after(results: list[ClipResult], earlier: Earlier | None) -> str:
    """The key figures beside an earlier run's."""
    if earlier is None:
        return ""
    now = key_figures(results)
    rows = [
        [what, earlier.figures.get(what, "–"), now.get(what, "–")]
        for what in {**now, **earlier.figures}
    ]
    return "\n".join(
        [
            "## Before and after",
            "",
            f"Before: {earlier.name}, on {earlier.clips} clips; now on {len(results)}.",
            "",
            table(["", "before", "now"], rows),
        ]
    )


def key_figures(results: list[ClipResult]) -> dict[str, str]:
    """What a change is judged by, as words."""
    found: dict[str, str] = {}
    for quantity in LIMBS:
        rows = parts.angle_rows(results, quantity)
        for name in (f"{FULL}, joints seen", f"{FULL}, joints hidden", FREE):
            found |= _angle_figure(f"{quantity}, {name}", rows.get(f"{SIDE}, {name}"))
    for view in parts.OBLIQUE:
        for quantity in LIMBS:
            rows = parts.angle_rows(results, quantity)
            found |= _angle_figure(f"{quantity}, {view}", rows.get(view))
    one = parts.bar_rows(results).get(f"{SIDE}, {FULL}")
    if one is not None:
        found["bar found, full plates from the side"] = share(one.found)
        found["bar's centre off, RMSE"] = f"{number(one.rmse_cm)} cm"
        found["scale off, mean"] = f"{_percent(one.scale.mae)}, known on {share(one.scale.seen)}"
        found["mean speed off, mean"] = (
            f"{_percent(one.speed.mae)}, told on {share(one.speed.seen)}"
        )
    for part, plated in ((FULL, True), (LITTLE, False)):
        many = parts.dial_rows(results, plated=plated).values()
        if many:
            found[f"strong faults, {part}"] = (
                f"{sum(row.found for row in many)} found, "
                f"{sum(row.unjudged for row in many)} not judged, "
                f"{sum(row.missed for row in many)} missed, "
                f"{sum(row.unasked for row in many)} not asked"
            )
    for name, row in parts.speech_rows(results).items():
        found[f"false faults, {name}"] = f"{row.false_faults} on {row.reps} repetitions"
        found[f"judged, median, {name}"] = (
            f"{share(row.judged)}, {row.scored} of {row.clips} scored"
        )
        found[f"counted right, {name}"] = f"{row.counted} of {row.clips}"
        found[f"named exactly, {name}"] = f"{row.named} of {row.clips}"
    return found


def _angle_figure(what: str, one: Agreement | None) -> dict[str, str]:
    if one is None:
        return {}
    if not one.count:
        return {what: "not seen"}
    off = f"{one.rmse:.1f}° (median clip {one.typical:.1f}°)"
    return {what: f"{off} on {share(one.seen)} of the frames, {share(one.covered)} within σ"}
