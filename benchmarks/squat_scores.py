"""How well our cues tell the labelled squats' faults from correct squats.

The cues judge with the limits as shipped. Nothing is learned, so every session
is held out from everything: its faulty squats are ranked against its own correct
ones, and all against all ("pooled"), where the sessions' different cameras count
as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.squat_faults import SquatClip, clips, squat_faults
from formcheck.cues import judge, load_limits
from formcheck.data import Finding, Lift, PoseTrack
from formcheck.reps import cut_set
from formcheck.signals import compute_signals

LIFT = Lift("bodyweight_squat", "given", 1.0)
MOST_FALSE_ALARMS = 0.10
LEAST_SQUATS = 5
"""Sessions with fewer faulty or correct squats have no ranking of their own."""


@dataclass(frozen=True)
class Wanted:
    """Which cue shows an acted fault, in which view, and how well it should."""

    label: str
    cue: str
    view: str
    auroc: float


WANTED = (
    Wanted("knees caving", "knees_track", "front", 0.97),
    Wanted("bending forward", "trunk_lean", "side", 0.92),
    Wanted("no depth", "depth", "side", 0.93),
    Wanted("heels lifting", "heels_down", "side", 0.80),
)


@dataclass(frozen=True)
class Judged:
    """One squat with what our cues say of it, by cue."""

    clip: SquatClip
    findings: dict[str, Finding]

    def badness(self, cue: str) -> float:
        """The cue's value, turned so that larger is worse; NaN where not judged."""
        one = self.findings.get(cue)
        if one is None:
            return float("nan")
        return one.value if one.fault_limit > one.watch_limit else -one.value

    def says(self, cue: str, *verdicts: str) -> bool:
        """Whether the cue's verdict is one of these."""
        return cue in self.findings and self.findings[cue].verdict in verdicts


@dataclass(frozen=True)
class Score:
    """How well one cue tells its fault.

    auroc         chance that a faulty squat reads worse than a correct one of
                  its session; mean over the sessions that have both
    by_session    the same of each session
    pooled        the same over all sessions together
    measured      share of faulty and correct squats with a value
    false_faults  share of correct squats that are called a fault
    false_alarms  share of correct squats that are called anything but good
    found         share of faulty squats that are called a fault, or to watch
    """

    wanted: Wanted
    auroc: float
    by_session: dict[str, float]
    pooled: float
    measured: float
    false_faults: float
    false_alarms: float
    found: float

    @property
    def is_met(self) -> bool:
        """The targets for ranking and for false faults are reached."""
        return self.auroc >= self.wanted.auroc and self.false_faults <= MOST_FALSE_ALARMS


def judge_squats(squats: Iterable[SquatClip]) -> list[Judged]:
    """Judge the correct squats and those whose fault is asked for, each from its view."""
    views = {one.label: one.view for one in WANTED}
    out = []
    for clip in squats:
        if clip.is_correct:
            seen = {**_findings(clip.front), **_findings(clip.side)}
        elif clip.label in views:
            seen = _findings(clip.front if views[clip.label] == "front" else clip.side)
        else:
            continue
        out.append(Judged(clip, seen))
    return out


def _findings(track: PoseTrack) -> dict[str, Finding]:
    """What our cues say of the only, or first, squat of a track; not what isn't seen."""
    measured = cut_set(compute_signals(track), LIFT)
    said = judge(replace(measured, reps=measured.reps[:1]), load_limits()).reps
    found = said[0].findings if said else {}
    return {cue: one for cue, one in found.items() if math.isfinite(one.value)}


def score(wanted: Wanted, squats: Sequence[Judged]) -> Score:
    """Rank the squats with one fault against the correct ones."""
    faulty = [one for one in squats if one.clip.label == wanted.label]
    correct = [one for one in squats if one.clip.is_correct]
    by_session = {}
    for session in sorted({one.clip.session for one in faulty}):
        sides = [[one for one in part if one.clip.session == session] for part in (faulty, correct)]
        if min(map(len, sides)) >= LEAST_SQUATS:
            by_session[session] = auroc(*([one.badness(wanted.cue) for one in s] for s in sides))
    values = [[one.badness(wanted.cue) for one in part] for part in (faulty, correct)]
    return Score(
        wanted,
        auroc=float(np.mean(list(by_session.values()))) if by_session else float("nan"),
        by_session=by_session,
        pooled=auroc(*values),
        measured=float(np.isfinite([*values[0], *values[1]]).mean()),
        false_faults=_share(correct, wanted.cue, "fault"),
        false_alarms=_share(correct, wanted.cue, "fault", "watch"),
        found=_share(faulty, wanted.cue, "fault", "watch"),
    )


def auroc(faulty: Sequence[float], correct: Sequence[float]) -> float:
    """Chance that a faulty value is the larger one; ties count half, NaN not at all."""
    one, other = (np.array([v for v in part if math.isfinite(v)]) for part in (faulty, correct))
    if not one.size or not other.size:
        return float("nan")
    above = one[:, None] - other[None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def _share(squats: Sequence[Judged], cue: str, *verdicts: str) -> float:
    return sum(one.says(cue, *verdicts) for one in squats) / max(len(squats), 1)


def run(console: Console) -> list[dict[str, Any]] | None:
    """Judge the squats and print the table; None when they aren't here."""
    if squat_faults() is None:
        console.print("squat_faults: skipped, the labelled squats aren't on this machine.")
        return None
    squats = judge_squats(clips())
    scores = [score(wanted, squats) for wanted in WANTED]
    console.print(_table(scores))
    return [asdict(one) for one in scores]


def _table(scores: Sequence[Score]) -> Table:
    table = Table(title="Labelled squats: faulty against correct", box=None, pad_edge=False)
    for column in ("", "fault", "cue", "AUROC", "wanted", "by session", "pooled", "measured"):
        table.add_column(column, overflow="fold")
    for column in ("false faults", "faults or watch", "found"):
        table.add_column(column)
    for one in scores:
        table.add_row(
            "[green]ok[/]" if one.is_met else "[red]no[/]",
            one.wanted.label,
            one.wanted.cue,
            f"{one.auroc:.3f}",
            f"{one.wanted.auroc:.2f}",
            ", ".join(f"{session} {value:.2f}" for session, value in one.by_session.items()),
            f"{one.pooled:.3f}",
            *(
                f"{share:.0%}"
                for share in (one.measured, one.false_faults, one.false_alarms, one.found)
            ),
        )
    return table
