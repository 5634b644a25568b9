"""Writes ``docs/accuracy.md``: every number on it comes from the command."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy import page_clinical, page_parts, parts, summary
from benchmarks.accuracy.agreement import Agreement
from benchmarks.accuracy.checks import Check
from benchmarks.accuracy.clinical import Row
from benchmarks.accuracy.measure import QUANTITIES, ClipResult
from benchmarks.accuracy.page_parts import Earlier, number, share, table
from benchmarks.accuracy.parts import FREE, FULL, from_side
from benchmarks.accuracy.summary import SIDE

TITLES = {
    "trunk": "Trunk, from the vertical",
    "thigh": "Thigh, from the vertical",
    "shank": "Shank, from the vertical",
    "knee": "Knee flexion",
    "hip": "Hip (trunk to thigh)",
    "arm": "Arm, from hanging",
    "elbow": "Elbow",
    "neck": "Neck (shoulder to ear, against the trunk)",
    "lumbar_flexion": "Lower back's flexion from standing, as estimated",
    "neck_change": "Neck, change from standing",
    "trunk_change": "Trunk, change from standing",
    "hip_change": "Hip, change from standing",
    "yaw": "Yaw of the camera, frame by frame, positive towards the front",
}
CAPTIONS = {
    "accuracy_yaw.webp": "Error of each clip against the camera's yaw, beside the stated error",
    "accuracy_back.webp": "The visible back's turn against the lower back's true flexion",
}
ASTRAY = 0.05  # of the frames, for a clip to be told of
AGREEMENT_HEAD = [
    "view",
    "clips",
    "frames",
    "seen",
    "bias",
    "RMSE",
    "of the median clip",
    "95 % limits",
    "stated σ",
    "within σ",
    "honest σ",
    "from clip to clip",
]


@dataclass(frozen=True)
class Run:
    """What was run: said at the top of the page."""

    command: str
    set_name: str
    wanted: int
    date: dt.date
    figures: tuple[str, ...]
    any_renderer: bool
    eye: str
    earlier: Earlier | None = None


def page(
    run: Run,
    results: list[ClipResult],
    found: list[Check],
    rows: Mapping[str, Mapping[str, Row]],
) -> str:
    """The whole page; ``rows`` are the angles' as poseaudit has them."""
    sections = [
        _head(run, results),
        _short(results),
        page_parts.before_and_after(results, run.earlier),
        _targets(found),
        page_parts.speech(results),
        page_parts.dials(results),
        page_parts.bar(results),
        _figures(run),
        _angles(results),
        page_clinical.section(rows),
        _back(results),
        _reps(results),
        _cues(results),
        _clips(results),
    ]
    return "\n\n".join(one for one in sections if one) + "\n"


def _head(run: Run, results: list[ClipResult]) -> str:
    camera = results[0].clip.spec.camera
    reps = sum(one.true_reps for one in results)
    bodies = Counter(one.clip.body for one in results)
    lifts = len({one.clip.spec.lift for one in results})
    plated = len(from_side(results, FULL))
    clothes = ", ".join(sorted({one.clip.clothes for one in results}))
    kept = (
        " Some clips may have been drawn by an earlier version of the renderer; "
        "each is compared with the truth that was written with it."
        if run.any_renderer
        else ""
    )
    return f"""# How accurate it is

formcheck is measured on rendered lifters: every angle of theirs is known, in every
frame. No number on this page is typed by hand; it is written by
`{run.command}`.

Measured on {run.date:%d %B %Y}: {len(results)} of the {run.wanted} clips of the {run.set_name} set,
of them {plated} of barbell lifts with full plates from the side; {reps} repetitions of
{lifts} lifts by {len(bodies)} bodies, {clothes},
{camera.width} × {camera.height} pixels at {camera.frame_rate_hz:g} Hz, watched by
{run.eye}.{kept}

What this can't tell: a rendered body is cleaner than a real one. Its skin doesn't slide,
its clothes hardly fold, the light is even. Read the errors as a floor, and see
[evidence.md](evidence.md) for what others measured on people."""


def _targets(found: list[Check]) -> str:
    holds = [f"- {one.what}: {one.reached} (wanted: {one.wanted})" for one in found if one.is_met]
    fails = [
        f"- {one.what}: {one.reached} (wanted: {one.wanted})" for one in found if not one.is_met
    ]
    nothing = ["- nothing"]
    return "\n".join(
        ["## What holds", "", *(holds or nothing), "", "## What doesn't", "", *(fails or nothing)]
    )


def _figures(run: Run) -> str:
    return "## Error against the camera's place\n\n" + "\n\n".join(
        f"![{CAPTIONS.get(name, name)}](images/{name})" for name in run.figures
    )


def _short(results: list[ClipResult]) -> str:
    """The page in a few sentences."""
    places: dict[str, list[str]] = {}
    for quantity in ("trunk", "hip", "knee"):
        rows = parts.angle_rows(results, quantity)
        for where, row in {
            "From the side with nothing in the way": f"{SIDE}, {FREE}",
            "From the side with full plates, which hide joints,": f"{SIDE}, {FULL}",
            "From 45°": "45°",
        }.items():
            places.setdefault(where, []).extend(_within(quantity, rows.get(row)))
    wrong, reps = len(summary.false_faults(results)), summary.clean_reps(results)
    counted = sum(one.reps == one.true_reps for one in results)
    lines = ["## In short", ""]
    lines += [
        f"- {where} two thirds of all frames lie within {', '.join(found)}."
        for where, found in places.items()
        if found
    ]
    astray = sum(one.astray > ASTRAY for one in results)
    lines += [
        f"- It follows somebody else or nobody for a part of {astray} of {len(results)} clips.",
        f"- It counts the repetitions right on {counted} of {len(results)} clips.",
        f"- It finds {wrong} faults on {reps} repetitions that have none.",
    ]
    return "\n".join(lines)


def _within(quantity: str, one: Agreement | None) -> list[str]:
    return [f"{one.honest:.0f}° ({quantity})"] if one is not None and one.count else []


def _angles(results: list[ClipResult]) -> str:
    lines = [
        "## Angles, in degrees",
        "",
        f"Measured minus true, over the frames of the true repetitions. {SIDE} holds the views",
        "within 18° of a true side view, from ahead and from behind. A barbell's plates hide",
        "joints: *joints hidden* are the frames in which a full plate covers one of those that",
        "the angle lies between, *joints seen* the others. *Seen* is the share of the frames that",
        "were measured. *Within σ* is the share of those whose error is no larger than the",
        "standard deviation that formcheck states with the value: 68 % is honest, more is too",
        "humble, less is too bold; *honest σ* is what 68 % of the errors stay within. *From clip",
        "to clip* is the standard deviation of the clips' own biases: what body, clothes and lift",
        "change.",
    ]
    for quantity in QUANTITIES:
        found = parts.angle_rows(results, quantity)
        rows = [_agreement_row(name, one) for name, one in found.items()]
        lines += ["", f"### {TITLES[quantity]}", "", table(AGREEMENT_HEAD, rows)]
    return "\n".join(lines)


def _agreement_row(name: str, one: Agreement) -> list[str]:
    return [
        name,
        str(one.clips),
        str(one.count),
        share(one.seen),
        _signed(one.bias),
        number(one.rmse),
        number(one.typical),
        f"{_signed(one.low)} to {_signed(one.high)}" if one.count else "–",
        number(one.sigma),
        share(one.covered),
        number(one.honest),
        number(one.spread),
    ]


def _back(results: list[ClipResult]) -> str:
    ways = {
        "W, lumbar flexion": (lambda b: b.lumbar, lambda b: b.turn),
        "W less own standing W, lumbar flexion": (
            lambda b: b.lumbar,
            lambda b: b.turn - b.standing_turn,
        ),
    }
    rows = []
    for name, (truth, ours) in ways.items():
        one = summary.back_fit(results, truth, ours)
        rows.append(
            [
                name,
                str(one.count),
                f"{one.slope:.2f}",
                _signed(one.offset),
                number(one.residual),
                f"{one.share:.2f}",
                number(one.mae),
            ]
        )
    head = [
        "measured, true",
        "reps",
        "slope",
        "at 0°",
        "scatter",
        "R²",
        "mean error of the flexion",
    ]
    return "\n".join(
        [
            "## The back",
            "",
            "*W*, the turn of the visible back, where the trunk leans furthest, against the true",
            "flexion of the spine from standing; side views of lifts whose back is free, one value",
            "a repetition. A line is fitted; *scatter* is what is left around it, in degrees of W.",
            "The last column reads the flexion back from W with a line fitted to the other clips.",
            "",
            table(head, rows),
            "",
            _lumbar(results),
        ]
    )


def _lumbar(results: list[ClipResult]) -> str:
    one = summary.lumbar_errors(results)
    if not one.count:
        return "The lower back's flexion was estimated on none of these repetitions."
    return (
        f"The lower back's flexion as formcheck estimates it, same repetitions: mean error "
        f"{one.mae:.1f}°, bias {one.bias:+.1f}°,\nestimated on {one.seen:.0%} of them; stated "
        f"σ {one.sigma:.1f}°, which covers {one.covered:.0%}."
    )


def _reps(results: list[ClipResult]) -> str:
    wrong = [one for one in results if one.reps != one.true_reps]
    lines = [
        f"- {one.clip.name}: {one.reps} counted, {one.true_reps} put in. {one.said}".rstrip()
        for one in wrong
    ]
    names = [
        f"- {lift}: {', '.join(f'{name} {count}' for name, count in taken.items())}"
        for lift, taken in summary.misnamed(results).items()
    ]
    named = sum(one.lift == one.clip.spec.lift for one in results)
    rows = [
        [
            moment,
            str(one.count),
            f"{one.bias:+.2f}",
            f"{one.median:.2f}",
            f"{one.worst:.2f}",
            one.where,
        ]
        for moment, one in summary.time_errors(results).items()
    ]
    return "\n".join(
        [
            "## Repetitions",
            "",
            f"The count is exact on {len(results) - len(wrong)} of {len(results)} clips.",
            *(["", *lines] if lines else []),
            "",
            "Times in seconds, measured minus true, on those clips, the lift given:",
            "",
            table(["moment", "reps", "median", "median size", "worst", "where"], rows),
            "",
            f"Left to itself, it named the lift exactly on {named} of {len(results)} clips.",
            *(["Taken for another:", "", *names] if names else []),
        ]
    )


def _cues(results: list[ClipResult]) -> str:
    rows, values = [], []
    for cue in summary.cues_seen(results):
        for name, one in summary.confusion(results, cue).items():
            counts = [str(one.counts[verdict]) for verdict in summary.VERDICTS]
            rows.append([f"`{cue}`", name, *counts, share(one.unjudged)])
        agreed = summary.cue_agreement(results, cue)
        if agreed.count:
            digits = 2 if agreed.rmse < 1 else 1
            values.append(
                [
                    f"`{cue}`",
                    str(agreed.count),
                    f"{agreed.bias:+.{digits}f}",
                    f"{agreed.rmse:.{digits}f}",
                    f"{agreed.sigma:.{digits}f}",
                    share(agreed.covered),
                ]
            )
    wrong = [
        f"- `{one.cue}` {one.value:.1f} (true by the same rule: {number(one.true)}; fault above "
        f"{one.fault_limit:g}): {result.clip.name}, {_rep(one.rep)}"
        for result, one in summary.false_faults(results)
    ]
    return "\n".join(
        [
            "## Cues",
            "",
            "Verdicts by what was put into the clip, over the repetitions counted: the cue's own",
            "fault, strong (nobody could overlook it) or weak (a good coach would just notice);",
            "the same where the view can't show it; another fault; none.",
            "",
            table(["cue", "fault put in", *_words(), "can't judge, share"], rows),
            "",
            f"Faults on the {summary.clean_reps(results)} repetitions without any: {len(wrong)}"
            f" ({len(wrong) / max(summary.clean_reps(results), 1):.2f} a repetition).",
            *(["", *wrong] if wrong else []),
            "",
            "A cue's value against the same rule applied to the true joints at the same moments:",
            "",
            table(["cue", "reps", "bias", "RMSE", "stated σ", "within σ"], values),
        ]
    )


def _rep(index: int) -> str:
    return f"repetition {index}" if index else "the set"


def _words() -> list[str]:
    return [verdict.replace("_", " ") for verdict in summary.VERDICTS]


def _clips(results: list[ClipResult]) -> str:
    rows = []
    for one in results:
        knee = _own_rmse(one, "knee")
        rows.append(
            [
                one.clip.name,
                f"{one.reps} of {one.true_reps}",
                one.lift or one.said.split(":")[0] or "–",
                share(one.astray),
                _own_rmse(one, "trunk"),
                _own_rmse(one, "hip"),
                knee,
                ", ".join(
                    f"{cue} {count}"
                    for cue, count in Counter(
                        c.cue for c in one.cues if c.verdict == "fault"
                    ).items()
                )
                or "–",
            ]
        )
    head = [
        "clip",
        "reps",
        "named",
        "astray",
        "trunk RMSE",
        "hip RMSE",
        "knee RMSE",
        "faults found",
    ]
    return "\n".join(
        [
            "## Clips",
            "",
            "A clip's name says lift, fault, body, clothes and yaw (minus: from behind). *Astray*",
            "is the share of the frames in which the hip or shoulder that is followed lies more",
            "than half a trunk from the true one: on somebody else, say.",
            "",
            table(head, rows),
        ]
    )


def _own_rmse(one: ClipResult, quantity: str) -> str:
    if quantity not in one.pairs:
        return "–"
    error = one.pairs[quantity].error
    known = error[np.isfinite(error)]
    return f"{math.sqrt(float((known**2).mean())):.1f}" if known.size else "–"


def _signed(value: float) -> str:
    return f"{value:+.1f}" if math.isfinite(value) else "–"
