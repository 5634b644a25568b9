"""How well the turn of the back tells rounded backs from others, by source.

*W* isn't learned, so a source that is left out doesn't change it; what the figure owes to
single sources shows in its interval, drawn again from whole sources, and in what is left
when each is taken away. Repetitions are ranked, or sets by the median of theirs; only those
that are judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.clips import Row, judge_all
from benchmarks.manifest import Clip, read_manifest, read_strangers, real_data

CUE = "lumbar_rounding"
DRAWS, SEED = 2000, 20261129
MIDDLE = (2.5, 97.5)  # percentiles of the draws: an interval of 95 %

_ROUNDED = re.compile(r"round(ed|s|ing)\b")
_DOUBTFUL = re.compile(
    r"ambiguous|possible|mild|not certain|not judged|\bbad\b|\bwrong\b|incorrect"
)
_UNSAID = "none stated"


@dataclass(frozen=True)
class LabelledSet:
    """A labelled set that was judged: the turn of each repetition, and what a person saw."""

    clip: str
    source: str
    turns_deg: tuple[float, ...]
    rounded: bool
    faults: int

    @property
    def turn_deg(self) -> float:
        """The set's own turn, degrees."""
        return float(np.median(self.turns_deg))


@dataclass(frozen=True)
class Auc:
    """Share of pairs, a rounded back and another, in which the rounded one turns further.

    low, high    95 % of 2000 draws of sources
    least, most  with each source taken away
    """

    value: float
    low: float
    high: float
    least: float
    most: float


def labelled_rounded(clip: Clip) -> bool | None:
    """Whether what was seen of a clip means a rounded back; None where it doesn't tell.

    Where the film's own maker says nothing, it is what the reader saw.
    """
    words = clip.faults.lower()
    if words.startswith(_UNSAID):
        words = clip.notes.lower()
    if _ROUNDED.search(words) and "possible" not in words and "mild" not in words:
        return True
    return None if _DOUBTFUL.search(words) else False


def judged_sets(rows: Sequence[Row]) -> list[LabelledSet]:
    """The labelled sets of which at least one repetition's back was judged."""
    found = []
    for row in rows:
        rounded = labelled_rounded(row.clip)
        verdicts, values = (row.verdicts or {}).get(CUE, []), (row.values or {}).get(CUE, [])
        said = zip(verdicts, values, strict=True)
        known = [(verdict, value) for verdict, value in said if verdict != "cannot_judge"]
        if rounded is None or not known:
            continue
        found.append(
            LabelledSet(
                clip=row.clip.name,
                source=row.clip.source or row.clip.name,
                turns_deg=tuple(value for _, value in known),
                rounded=rounded,
                faults=sum(verdict == "fault" for verdict, _ in known),
            )
        )
    return found


def auc(sets: Sequence[LabelledSet], *, by_rep: bool) -> Auc:
    """How well the turn ranks repetitions, or sets, with its interval by source."""
    sources = sorted({one.source for one in sets})
    of = {name: [one for one in sets if one.source == name] for name in sources}
    rng = np.random.default_rng(SEED)
    drawn = []
    for _ in range(DRAWS):
        names = rng.choice(np.array(sources), len(sources))
        drawn.append(_share([one for name in names for one in of[str(name)]], by_rep))
    without = [_share([one for one in sets if one.source != name], by_rep) for name in sources]
    low, high = np.nanpercentile(drawn, MIDDLE)
    least, most = np.nanmin(without), np.nanmax(without)
    return Auc(_share(sets, by_rep), float(low), float(high), float(least), float(most))


def _share(sets: Sequence[LabelledSet], by_rep: bool) -> float:
    """The area; NaN where all are of one kind."""
    rounded, others = (
        np.array(
            [
                turn
                for one in sets
                if one.rounded == kind
                for turn in (one.turns_deg if by_rep else (one.turn_deg,))
            ]
        )
        for kind in (True, False)
    )
    if not rounded.size or not others.size:
        return float("nan")
    return float(np.mean((np.sign(rounded[:, None] - others[None, :]) + 1) / 2))


def run(console: Console, *, fresh: bool = False) -> dict[str, Any] | None:
    """Judge the labelled clips and print; None when they aren't here."""
    folder = real_data()
    if folder is None:
        console.print("rounding: skipped, the labelled clips aren't on this machine.")
        return None
    clips: dict[str, Clip] = {**read_manifest(folder), **read_strangers(folder)}
    sets = judged_sets(list(judge_all(clips, console, fresh=fresh).values()))
    console.print(_table(sets))
    console.print(
        f"{len(sets)} sets of {len({one.source for one in sets})} sources, "
        f"{sum(one.rounded for one in sets)} rounded"
    )
    aucs = {what: auc(sets, by_rep=what == "repetitions") for what in ("sets", "repetitions")}
    for what, found in aucs.items():
        console.print(
            f"AUC of {what} {found.value:.3f} (95 % by source {found.low:.3f}..{found.high:.3f}; "
            f"each source taken away {found.least:.3f}..{found.most:.3f})"
        )
    return {
        "auc": {what: asdict(found) for what, found in aucs.items()},
        "sets": [asdict(one) for one in sets],
    }


def _table(sets: Sequence[LabelledSet]) -> Table:
    table = Table(title="The turn of the back, and what a person saw", box=None, pad_edge=False)
    for column in ("clip", "source", "labelled"):
        table.add_column(column, overflow="fold")
    for column in ("turn °", "faults"):
        table.add_column(column, justify="right")
    for one in sorted(sets, key=lambda one: -one.turn_deg):
        label = "rounded" if one.rounded else "not"
        odd = one.rounded != (one.faults > 0)
        table.add_row(
            one.clip,
            one.source,
            f"[yellow]{label}[/]" if odd else label,
            f"{one.turn_deg:.0f}",
            f"{one.faults} of {len(one.turns_deg)}",
        )
    return table
