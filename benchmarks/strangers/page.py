"""The page ``docs/strangers.md``: the table, and what lies behind it by cue, kind and source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from benchmarks.repeat.page import table
from benchmarks.strangers import figures
from benchmarks.strangers.answers import Film
from benchmarks.strangers.films import GROUPS, Group
from benchmarks.strangers.shares import Interval, Share
from benchmarks.strangers.tuned import tuned_on

MOST_FALSE = 1.0
"""False faults in 100 judged repetitions of any cue (our choice, as the next two)."""
LEAST_AUROC = 0.97
MOST_ERROR = 0.05

BOTH = "both"
LEFT_OUT = "both, learned without the film's source"


@dataclass(frozen=True)
class Run:
    """How it was run."""

    command: str
    date: dt.date
    version: str


@dataclass(frozen=True)
class Column:
    """One column of the table: its films, under a title."""

    title: str
    films: tuple[Film, ...]


def columns(films: Sequence[Film], without: Sequence[Film] = ()) -> list[Column]:
    """The groups that there are, and both folders of real films together.

    ``without`` are the real films again, judged by what is learned without their source.
    """
    by_group: dict[Group, list[Film]] = {group: [] for group in GROUPS}
    for film in films:
        by_group[film.label.group].append(film)
    out = [Column(GROUPS[group], tuple(own)) for group, own in by_group.items() if own]
    if by_group["strangers"] and by_group["known"]:
        real = (*by_group["strangers"], *by_group["known"])
        out.insert(2, Column(BOTH, real))
    if without:
        out.insert(3, Column(LEFT_OUT, tuple(without)))
    return out


def page(run: Run, films: Sequence[Film], without: Sequence[Film] = ()) -> str:
    """Write the page."""
    cols = columns(films, without)
    parts = [
        _head(run, cols),
        _main(cols),
        _false_faults(films),
        _found(films),
        _kinds(films),
        _calibration(films),
        _sources(films),
        tuned_on(tried=bool(without)),
    ]
    return "\n\n".join(parts) + "\n"


def _head(run: Run, cols: Sequence[Column]) -> str:
    counts = "\n".join(
        f"- {one.title}: {len(one.films)}, of {_sources_in(one.films)}"
        for one in cols
        if one.title not in {BOTH, LEFT_OUT}
    )
    return f"""\
# Strangers

How right formcheck is on other people's films, by source: on those that came after its limits
were first chosen, and with sources left out. No number on this page is typed by hand; it is
written by `{run.command}`.

Measured on {run.date.day} {run.date:%B %Y} with formcheck {run.version}, the lift
found by itself, on these films:

{counts}

They are other people's and not in this repository; each was labelled by one reader, whose words
`benchmarks/labels.toml` turns into ours. A source is a repository in which films were found:
often one person in one room.

Behind each figure stand two intervals of 95 %: Wilson's, which takes each film for itself, and
one over sources drawn with repetition, which is what another handful of people might have given.
Where all are right the second has no width and says nothing. A film with several sets counts as
a whole; of poses without film only the count is asked."""


def _sources_in(films: Iterable[Film]) -> str:
    count = len(figures.sources_of(list(films)))
    return f"{count} source{'' if count == 1 else 's'}"


def _main(cols: Sequence[Column]) -> str:
    rows = [[question.asks, _goal(question.goal)] for question in figures.QUESTIONS]
    for row, question in zip(rows, figures.QUESTIONS, strict=True):
        row += [cell(figures.answer(one.films, question)) for one in cols]
    worst = ["false faults in 100 judged repetitions, the worst cue", f"≤ {MOST_FALSE:g}"]
    rounding = ["rounded from flat hinges, AUROC", f"≥ {LEAST_AUROC:g}"]
    error = ["confidence in the name, expected calibration error", f"≤ {MOST_ERROR:g}"]
    for one in cols:
        worst.append(_worst(figures.false_faults(one.films, unstated=False)))
        rank = figures.rounding(one.films)
        rounding.append(
            f"**{rank.auroc:.2f}** {rank.faulty} rounded, {rank.clean} flat"
            + _by_source(rank.by_source)
            if isfinite(rank.auroc)
            else "–"
        )
        found = figures.confidence(one.films)
        error.append(f"**{found.error:.3f}**{_by_source(found.by_source)}" if found.bins else "–")
    rows += [worst, rounding, error]
    return "## The table\n\n" + table(["", "wanted", *(one.title for one in cols)], rows)


def block(films: Sequence[Film], without: Sequence[Film] = ()) -> str:
    """The short table of docs/trust.md: with sources left out, where that was tried.

    Else the films that came later, which what was changed since has looked at.
    """
    by_title = {one.title: one.films for one in columns(films, without)}
    titles = [_fairest(by_title)]
    rows = []
    for question in figures.QUESTIONS:
        if question.goal is not None:
            found = [figures.answer(by_title[one], question) for one in titles]
            told = [f"{_short(one.value)} of {one.of}{_by_source(one.by_source)}" for one in found]
            rows.append([question.asks, _goal(question.goal), *told])
    errors = [figures.confidence(by_title[one]).error for one in titles]
    rows.append(["error of the confidence", f"≤ {MOST_ERROR:g}", *(f"{one:.2f}" for one in errors)])
    return table(["", "wanted", *titles], rows)


IN_SHORT = {
    "repetitions exact, all": "all repetitions counted right on {}",
    "hinge or squat right, where named": "hinge or squat told apart on {}",
    "lift named exactly": "the lift named exactly on {}",
}
"""The questions whose answers the README gives, and how."""


def sentence(films: Sequence[Film], without: Sequence[Film] = ()) -> str:
    """The README's point: the same films as ``block``, three numbers."""
    by_title = {one.title: one.films for one in columns(films, without)}
    asked = by_title[_fairest(by_title)]
    told = [
        IN_SHORT[question.asks].format(f"{_percent(found.value)} of {found.of} films")
        for question in figures.QUESTIONS
        if question.asks in IN_SHORT and (found := figures.answer(asked, question)).of
    ]
    return "\n".join(("- On people whom nobody tuned it to:", f"  {', '.join(told)}."))


def _fairest(titles: Collection[str]) -> str:
    """Which column of films tells most of people that nobody has seen."""
    return LEFT_OUT if LEFT_OUT in titles else GROUPS["strangers"]


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _goal(goal: float | None) -> str:
    return "" if goal is None else "all" if goal == 1 else f"≥ {goal:g}"


def cell(found: Share) -> str:
    """A share in words: "**.84** 63 of 75; .74–.90; by source .72–.92"."""
    if not found.of:
        return "–"
    text = f"**{_short(found.value)}** {found.hits} of {found.of}; {_interval(found.wilson)}"
    return text + _by_source(found.by_source)


def _by_source(ends: Interval) -> str:
    """The interval over sources; nothing of one source alone."""
    return f"; by source {_interval(ends)}" if all(map(isfinite, ends)) else ""


def _interval(ends: Interval) -> str:
    return "–".join(_short(end) for end in ends)


def _short(value: float) -> str:
    if not isfinite(value):
        return "?"
    return f"{value:.2f}".removeprefix("0") if value < 1 else f"{value:.2f}"


def _worst(cues: dict[str, Share]) -> str:
    if not cues:
        return "–"
    cue = max(cues, key=lambda one: cues[one].value)
    return f"`{cue}`: {_rate(cues[cue])}" if cues[cue].hits else "**0** of any"


def _rate(found: Share) -> str:
    if not found.of:
        return "–"
    low, high = (100 * end for end in found.by_source)
    ends = f"; by source {low:.1f}–{high:.1f}" if isfinite(low) and found.hits else ""
    return f"**{100 * found.value:.1f}** ({found.hits} of {found.of}){ends}"


def _false_faults(films: Sequence[Film]) -> str:
    kinds = [
        figures.called(films, verdict, unstated=unstated)
        for unstated in (False, True)
        for verdict in ("fault", "watch")
    ]
    rows = [
        [f"`{cue}`", *(_rate(kind[cue]) if cue in kind else "–" for kind in kinds)]
        for cue in sorted({cue for kind in kinds for cue in kind})
    ]
    head = ("cue", "fault", "to watch", "fault, nothing noted", "to watch, nothing noted")
    return f"""\
## False faults

In 100 judged repetitions, of all films that are called correct or in which no fault was seen,
and in the last two columns of those of which nothing is said and nothing was noted: nobody looked
for faults there in particular, so one may be true. A cue of which a label says anything, were it
"a little", isn't asked there.

{table(head, rows)}"""


def _found(films: Sequence[Film]) -> str:
    rows = [
        [", ".join(f"`{one}`" for one in cue.split(" or ")), cell(found), cell(judged)]
        for cue, (found, judged) in figures.found_faults(films).items()
    ]
    return "## Labelled faults\n\n" + table(
        ("cue", "films called a fault or to watch", "judged at all"), rows
    )


def _kinds(films: Sequence[Film]) -> str:
    real = [film for film in films if film.label.group != "rendered"]
    rows = [
        [family, view, str(one.films), f"{one.share:.2f}", str(one.scores)]
        for (family, view), one in figures.judged_shares(real).items()
    ]
    head = ("lift", "filmed from", "films", "median judged share", "with a score")
    return "## How much is judged\n\nReal films, both folders.\n\n" + table(head, rows)


def _calibration(films: Sequence[Film]) -> str:
    real = [film for film in films if film.label.group in {"known", "strangers"}]
    rows = [
        [str(one.films), f"{one.confidence:.2f}", f"{one.right:.2f}"]
        for one in figures.confidence(real).bins
    ]
    head = ("films", "said confidence", "named exactly")
    return "## Confidence in the name\n\nReal films, both folders.\n\n" + table(head, rows)


def _sources(films: Sequence[Film]) -> str:
    rows = []
    for number, source in enumerate(figures.sources_of(films), 1):
        own = [film for film in films if film.label.source == source]
        rows.append([f"{number}", own[0].label.group, str(len(own)), *_of_source(own)])
    head = (
        "source",
        "group",
        "films",
        "counts exact",
        "named",
        "named, or one of two",
        "family",
        "other movements counted",
        "false faults, all cues",
    )
    return f"""\
## By source

Sources go by numbers here, in the order of the lists; the command prints their names.

{table(head, rows)}"""


def _of_source(own: Sequence[Film]) -> list[str]:
    asked = (figures.is_counted, figures.is_named, figures.is_among, figures.is_kin)
    return [
        *(_plain([told(film) for film in own]) for told in asked),
        _plain([None if (one := figures.is_refused(film)) is None else not one for film in own]),
        _false_of(own),
    ]


def _plain(told: Sequence[bool | None]) -> str:
    asked = [one for one in told if one is not None]
    return f"{sum(asked)} of {len(asked)}" if asked else ""


def _false_of(own: Sequence[Film]) -> str:
    both = [figures.false_faults(own, unstated=one) for one in (False, True)]
    shares = [share for kind in both for share in kind.values()]
    of = sum(one.of for one in shares)
    return f"{sum(one.hits for one in shares)} of {of}" if of else ""
