"""The page ``docs/repeat.md``: tables for each change, cue and film."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.repeat.changes import EVERY_CHANGE
from benchmarks.repeat.compare import Compared, Pair, Spread, Tally, beyond_sigma, spreads, tally

GOAL = 0.98
"""Share of the verdicts that is to stay (our choice)."""


@dataclass(frozen=True)
class Drawn:
    """A film of the run, without its name: ``lift`` and ``view`` as its label has them."""

    lift: str
    view: str
    duration_s: float
    reps: int

    def __str__(self) -> str:
        return f"{self.lift.replace('_', ' ')}, {self.view}"


@dataclass(frozen=True)
class Run:
    """What was run: how many films there are to draw from, the command, and the day."""

    command: str
    there: int
    films: Sequence[Drawn]
    date: dt.date
    version: str


def page(run: Run, compared: Sequence[Compared]) -> str:
    """Write the page."""
    parts = [_head(run, compared), _by_change(compared), _by_cue(compared)]
    parts += [_by_film(run, compared), _flips(run, compared), _crashes(run, compared)]
    return "\n\n".join(parts) + "\n"


def shortcuts_page(run: Run, compared: Sequence[Compared]) -> str:
    """Write the page of ways of watching that save work."""
    parts = [_shortcuts_head(run), _by_change(compared, together=False)]
    parts += [_flips(run, compared), _crashes(run, compared)]
    return "\n\n".join(parts) + "\n"


def _shortcuts_head(run: Run) -> str:
    reps = sum(film.reps for film in run.films)
    return f"""\
# What watching less changes

A shortcut may change no more than moving the film by 2 pixels does, on the same films: no
verdict from good to fault or back, no count and no lift. No number on this page is typed by
hand; it is written by
`{run.command}`.

Measured on {run.date.day} {run.date:%B %Y} with formcheck {run.version}: {len(run.films)} of \
{run.there} real films, {reps} repetitions.
What `litert` leaves out is compared with `litert` that leaves out nothing, and so is the film
that is moved for it; `litert` itself and the other moved film with `mediapipe`, and that with
what `formcheck analyze` does by itself. The columns are those of [repeat.md](repeat.md)."""


def _head(run: Run, compared: Sequence[Compared]) -> str:
    reps = sum(film.reps for film in run.films)
    names = dict.fromkeys(one.change for one in compared)
    drawn = f"{len(run.films)} of {run.there} real films, {reps} repetitions"
    return f"""\
# The same film twice

A film that was changed by what nobody sees should get the same answer. No number on this
page is typed by hand; it is written by
`{run.command}`.

Measured on {run.date.day} {run.date:%B %Y} with formcheck {run.version}: {drawn},
{len(names)} changes of each. Where not all films are taken they are drawn by the seed, one of
each kind of lift and view in turn. The pictures are changed as they are read, at the size at
which they are watched (a pixel is one of those); then all is done anew, from the pose engine
to the verdict. A film isn't halved where too few pictures would be left to judge by.

Wanted: {GOAL:.0%} of the verdicts of repetitions and of sets stay, no count and no lift changes,
good never becomes a fault nor a fault good, and no σ is smaller than the spread of its values.

- **kept**: of all verdicts, "cannot judge" among them, those that are the same; a repetition
  that is lost or new has none that is.
- **of judged**: the same for those where one of both is more than "cannot judge".
- **good ↔ fault**: verdicts that turned into their contrary, of repetitions and sets.
- **beyond σ**: values that moved by more than the σ that is said of them.
- **moments**: by how much the lowest point of a repetition moved, 95th percentile."""


def _by_change(compared: Sequence[Compared], *, together: bool = True) -> str:
    names = dict.fromkeys(one.change for one in compared)
    rows = [_change_row(EVERY_CHANGE[name].what, _of(compared, name)) for name in names]
    if together:
        rows.append(_change_row("**all**", compared))
    head = (
        "change",
        "films",
        "reps' verdicts kept",
        "of judged",
        "sets' verdicts kept",
        "of judged",
        "good ↔ fault",
        "counts changed",
        "lifts changed",
        "views changed",
        "beyond σ",
        "moments",
    )
    return "## By change\n\n" + table(head, rows)


def _of(compared: Iterable[Compared], change: str) -> list[Compared]:
    return [one for one in compared if one.change == change]


def _change_row(what: str, compared: Sequence[Compared]) -> list[str]:
    reps, sets = list(_pairs(compared, of_set=False)), list(_pairs(compared, of_set=True))
    return [
        what,
        str(len(compared)),
        *_shares(reps),
        *_shares(sets),
        str(tally([*reps, *sets]).flipped),
        str(sum(not one.same_count for one in compared)),
        str(sum(not one.same_lift for one in compared)),
        str(sum(not one.same_view for one in compared)),
        "{} of {}".format(*beyond_sigma(reps)),
        _usual_s([moved_s for one in compared for moved_s in one.moved_s]),
    ]


def _usual_s(moved_s: Sequence[float]) -> str:
    """95th percentile of how far moments moved."""
    return f"{np.percentile(moved_s, 95):.2f} s" if moved_s else "–"


def _pairs(compared: Iterable[Compared], *, of_set: bool) -> Iterator[Pair]:
    return (pair for one in compared for pair in one.pairs if pair.of_set == of_set)


def _shares(pairs: Sequence[Pair]) -> list[str]:
    return [share(tally(pairs)), share(tally(one for one in pairs if one.is_judged))]


def share(found: Tally) -> str:
    """Say how many stayed: "98.1 % of 210"; never rounded up to all."""
    if not found.verdicts:
        return "–"
    percent = math.floor(1000 * found.share + 1e-9) / 10
    return f"{percent:.1f} % of {found.verdicts}"


def _by_cue(compared: Sequence[Compared]) -> str:
    every = [pair for one in compared for pair in one.pairs]
    rows = []
    measured: dict[str, list[Spread]] = {}
    for one in spreads(compared):
        measured.setdefault(one.cue, []).append(one)
    for cue in sorted({pair.cue for pair in every}):
        of_cue = [pair for pair in every if pair.cue == cue]
        found = tally(of_cue)
        row = [
            f"`{cue}`",
            share(found),
            share(tally(pair for pair in of_cue if pair.is_judged)),
            str(found.silent),
            str(found.flipped),
        ]
        columns = [_spread_cells(one) for one in measured.get(cue, [])] or [["–"] * 4]
        rows += [row + columns[0]] + [[""] * len(row) + more for more in columns[1:]]
    head = (
        "cue",
        "verdicts kept",
        "of judged",
        "came or went",
        "good ↔ fault",
        "values",
        "spread",
        "σ",
        "spread > σ",
    )
    return f"""\
## By cue

Repetitions and sets. The spread is the standard deviation of a repetition's value over the
film as it is and its changes, σ what is said of it; both as root mean squares over **values**
repetitions. A σ in bold is smaller than the spread.

{table(head, rows)}"""


def _spread_cells(one: Spread) -> list[str]:
    sigma = f"{one.sigma:.3g} {one.unit}"
    said = sigma if one.is_honest else f"**{sigma}**"
    return [str(one.values), f"{one.spread:.3g}", said, f"{one.larger} of {one.values}"]


def _by_film(run: Run, compared: Sequence[Compared]) -> str:
    rows = []
    for number, film in enumerate(run.films):
        own = [one for one in compared if one.film == number]
        pairs = [pair for one in own for pair in one.pairs]
        rows.append(
            [
                str(film),
                f"{film.duration_s:.1f} s",
                str(film.reps),
                share(tally(pairs)),
                share(tally(pair for pair in pairs if pair.is_judged)),
                _most_changed(own, lambda one: tally(one.pairs)),
                _names(own, lambda one: one.same_count),
                _names(own, lambda one: one.same_lift),
            ]
        )
    head = (
        "film",
        "length",
        "reps",
        "verdicts kept",
        "of judged",
        "worst change",
        "count changed by",
        "lift changed by",
    )
    return "## By film\n\n" + table(head, rows)


def _most_changed(own: Sequence[Compared], count: Callable[[Compared], Tally]) -> str:
    worst = max(own, key=lambda one: count(one).verdicts - count(one).kept, default=None)
    if worst is None or count(worst).kept == count(worst).verdicts:
        return "–"
    found = count(worst)
    return f"{worst.change}: {found.verdicts - found.kept} of {found.verdicts}"


def _names(own: Sequence[Compared], same: Callable[[Compared], bool]) -> str:
    return ", ".join(one.change for one in own if not same(one)) or "–"


def _flips(run: Run, compared: Sequence[Compared]) -> str:
    found = [
        [
            str(run.films[one.film]),
            EVERY_CHANGE[one.change].what,
            f"`{pair.cue}`",
            _whose(pair),
            *_two(pair),
        ]
        for one in compared
        for pair in one.pairs
        if pair.flipped
    ]
    if not found:
        return "## Good ↔ fault\n\nNone."
    head = ("film", "change", "cue", "of", "before", "after")
    return "## Good ↔ fault\n\n" + table(head, found)


def _crashes(run: Run, compared: Sequence[Compared]) -> str:
    found = [
        [str(run.films[one.film]), EVERY_CHANGE[one.change].what, one.crashed]
        for one in compared
        if one.crashed
    ]
    if not found:
        return "## Breakdowns\n\nNone."
    return "## Breakdowns\n\nNothing was judged.\n\n" + table(("film", "change", "error"), found)


def _whose(pair: Pair) -> str:
    return "the set" if pair.of_set else f"repetition {pair.at[1]}"


def _two(pair: Pair) -> list[str]:
    sides = (pair.before, pair.after)
    return [
        "" if one is None else f"{one.verdict} {one.sided:.3g} ± {one.sigma:.2g} {one.unit}"
        for one in sides
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
