"""Accuracy on the labelled clips: what we say beside what a person saw."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.checks import Check, checks
from benchmarks.manifest import Clip, read_manifest, real_data
from benchmarks.pose_cache import USUAL_EYE, Eye, Kept, poses_of
from formcheck.errors import FormcheckError
from formcheck.pipeline import analyze
from formcheck.report.record import Analysis

MARKS = {"good": ("g", "green"), "watch": ("w", "yellow"), "fault": ("f", "red")}
UNJUDGED = ("?", "dim")
VERDICTS = ("good", "watch", "fault", "cannot_judge")


@dataclass(frozen=True)
class Row:
    """What we say of one clip.

    lift, confidence    what was recognised; "" when it isn't a lift we know
    reps                repetitions counted
    said                name of the error and its message, when nothing was judged
    verdicts            cue -> verdict of each repetition, for the cues of one
    values              cue -> value of each repetition, NaN where not judged
    whole               cue -> verdict of the set, for its own cues as well
    pose_s, judge_s     seconds of the pose stage (when it was run) and of the rest
    """

    clip: Clip
    lift: str = ""
    confidence: float = math.nan
    view: str = ""
    facing: str | None = None
    yaw_deg: float = math.nan
    reps: int = 0
    people: int = 0
    chosen: int = 0
    said: str = ""
    verdicts: dict[str, list[str]] | None = None
    values: dict[str, list[float]] | None = None
    whole: dict[str, str] | None = None
    rejected: tuple[str, ...] = ()
    pose_s: float = math.nan
    judge_s: float = math.nan

    @property
    def counted_right(self) -> bool:
        """The count is one that the manifest accepts."""
        return self.reps in self.clip.reps

    @property
    def named(self) -> str:
        """How well the lift was named: "exact", "family", "wrong" or "none"."""
        if not self.lift:
            return "none"
        if self.lift in self.clip.lifts:
            return "exact"
        return "family" if self.clip.is_kin(self.lift) else "wrong"

    def count(self, cue: str, verdict: str) -> int:
        """How many repetitions got this verdict."""
        return (self.verdicts or {}).get(cue, []).count(verdict)

    def to_dict(self) -> dict[str, Any]:
        """A form for programs, without the machine's paths."""
        out: dict[str, Any] = asdict(self)
        out["clip"] = self.clip.name
        out["wanted"] = list(self.clip.reps)
        out["certainty"] = self.clip.certainty
        out["counted_right"] = self.counted_right
        out["named"] = self.named
        return {key: _without_nan(value) for key, value in out.items()}


def row_of(clip: Clip, kept: Kept) -> Row:
    """Judge one clip from its kept poses."""
    start_s = time.perf_counter()
    try:
        kept.raise_problem()
        analysis = analyze(kept.poses)
    except FormcheckError as reason:
        words = f"{type(reason).__name__}: {_short(str(reason), clip, kept)}"
        judge_s = time.perf_counter() - start_s
        return Row(clip, said=words, pose_s=kept.wall_s, judge_s=judge_s)
    return _row(clip, analysis, kept.wall_s, time.perf_counter() - start_s)


def _row(clip: Clip, analysis: Analysis, pose_s: float, judge_s: float) -> Row:
    cues = analysis.summary.findings
    of_rep = analysis.reps[0].findings if analysis.reps else {}
    return Row(
        clip,
        lift=analysis.lift.name,
        confidence=analysis.lift.confidence,
        view=analysis.view.name,
        facing=analysis.view.facing,
        yaw_deg=analysis.view.yaw_deg,
        reps=len(analysis.reps),
        people=len(analysis.people),
        chosen=analysis.chosen,
        verdicts={cue: [one.findings[cue].verdict for one in analysis.reps] for cue in of_rep},
        values={cue: [one.findings[cue].value for one in analysis.reps] for cue in of_rep},
        whole={cue: finding.verdict for cue, finding in cues.items()},
        rejected=tuple(f"{one.start_s:.1f} s {one.reason}" for one in analysis.rejected),
        pose_s=pose_s,
        judge_s=judge_s,
    )


def _short(message: str, clip: Clip, kept: Kept) -> str:
    for prefix in (f"{kept.poses}: ", f"{clip.path}: ", f"{clip.name}: "):
        message = message.removeprefix(prefix)
    return message


def _without_nan(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return value


def run(console: Console, *, eye: Eye = USUAL_EYE, fresh: bool = False) -> dict[str, Any] | None:
    """Judge every clip and print the tables; None when the clips aren't here."""
    folder = real_data()
    if folder is None:
        console.print("clips: skipped, the labelled clips aren't on this machine.")
        return None
    console.print(f"clips: watched by {eye}")
    rows = judge_all(read_manifest(folder), console, eye=eye, fresh=fresh)
    results = checks(rows)
    for table in (_seen_table(rows), _cue_table(rows), _check_table(results)):
        console.print(table)
    return {
        "eye": str(eye),
        "clips": [row.to_dict() for row in rows.values()],
        "checks": [asdict(one) for one in results],
    }


def judge_all(
    clips: dict[str, Clip], console: Console, *, eye: Eye = USUAL_EYE, fresh: bool = False
) -> dict[str, Row]:
    """Judge clips, watching those whose poses aren't kept yet."""
    by_path = {clip.path: clip for clip in clips.values()}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Watching the clips", total=len(clips))

        def tell(film: Path, _: Kept) -> None:
            progress.update(task, advance=1, description=f"Watching the clips ({film.name} done)")

        kept = poses_of(by_path, eye=eye, fresh=fresh, tell=tell)
    return {stem: row_of(clip, kept[clip.path]) for stem, clip in clips.items()}


def _seen_table(rows: dict[str, Row]) -> Table:
    table = Table(title="What we saw, and what a person saw", box=None, pad_edge=False)
    for column in ("clip", "lift", "labelled", "view", "labelled", "people"):
        table.add_column(column, overflow="fold")
    for column in ("reps", "labelled"):
        table.add_column(column, justify="right")
    for column in ("sure", "poses s", "rest s"):
        table.add_column(column)
    colours = {"exact": "green", "family": "yellow", "wrong": "red", "none": "dim"}
    for row in rows.values():
        name = f"{row.lift} {row.confidence:.2f}" if row.lift else row.said.split(":")[0]
        mark = "green" if row.counted_right else ("red" if row.clip.is_sure else "yellow")
        if row.clip.is_negative and row.reps:
            mark = "red"
        colour = "green" if row.clip.is_negative and not row.lift else colours[row.named]
        table.add_row(
            row.clip.path.name,
            f"[{colour}]{name}[/]",
            row.clip.exercise[:30],
            f"{row.view} {row.facing or ''} {row.yaw_deg:.0f}°" if row.view else "",
            row.clip.view[:30],
            f"{row.chosen} of {row.people}" if row.people > 1 else "",
            f"[{mark}]{row.reps}[/]",
            "-".join(map(str, row.clip.reps)),
            row.clip.certainty.split(" ")[0],
            f"{row.pose_s:.1f}",
            f"{row.judge_s:.2f}",
        )
    return table


def _cue_table(rows: dict[str, Row]) -> Table:
    cues = list(dict.fromkeys(cue for row in rows.values() for cue in row.whole or {}))
    table = Table(
        title="Reps by verdict: g good, w watch, f fault, ? cannot judge",
        box=None,
        pad_edge=False,
    )
    table.add_column("clip", no_wrap=True)
    for cue in cues:
        table.add_column(cue.replace("_", "\n"))
    table.add_column("labelled faults, or what was said", overflow="fold")
    for row in rows.values():
        cells = [_cell((row.verdicts or {}).get(cue)) for cue in cues]
        table.add_row(row.clip.name, *cells, (row.said or row.clip.faults)[:70])
    return table


def _cell(verdicts: list[str] | None) -> str:
    if verdicts is None:
        return ""
    counts = Counter(verdicts)
    parts = []
    for verdict in VERDICTS:
        letter, colour = MARKS.get(verdict, UNJUDGED)
        if counts[verdict]:
            parts.append(f"[{colour}]{counts[verdict]}{letter}[/]")
    return " ".join(parts)


def _check_table(results: list[Check]) -> Table:
    table = Table(title="Against the targets", box=None, pad_edge=False)
    for column in ("", "what", "reached", "wanted", "not so"):
        table.add_column(column, overflow="fold")
    for one in results:
        mark = "[green]ok[/]" if one.is_met else "[red]no[/]"
        table.add_row(mark, one.what, one.reached, one.wanted, "; ".join(one.exceptions))
    return table
