"""The comparison as plain tables in the terminal: the set first, then repetition by repetition."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from formcheck.data import Verdict
from formcheck.report import wording
from formcheck.report.compare import words
from formcheck.report.compare.change import Change, Kind, Told
from formcheck.report.compare.sets import Comparison

_STYLES: dict[Kind, str] = {
    "better": "green",
    "worse": "bold red",
    "moved": "yellow",
    "same": "",
    "unknown": "dim",
}
_PROSE_WIDTH = 80


def print_comparison(found: Comparison, console: Console) -> None:
    """Print both sets' names, what changed, what didn't and what can't be told."""
    console.print()
    _say(console, words.title(found), "dim")
    for letter, name in zip("AB", found.names, strict=True):
        _say(console, f"{letter}: {name}" if name != letter else letter, "dim")
    _say(console, words.headline(found), "bold")
    _say(console, words.tally(found))
    console.print()
    console.print(_sets_table(found))
    if len(found.pairs) > 1:
        console.print()
        _say(console, "Repetition by repetition, those of the same number:", "bold")
        console.print(_reps_table(found))
    if found.quantities:
        console.print()
        console.print(_quantities_table(found))
        _say(console, words.NEITHER, "dim")
    console.print()
    _say(console, words.RULE, "dim")
    for note in words.notes(found):
        _say(console, note, "dim")
    _print_untold(found, console)


def _sets_table(found: Comparison) -> Table:
    table = _table("", "", "A", "B", "Change")
    for kind in words.ORDER:
        for cue in found.of(kind):
            one = cue.over_set
            if kind == "unknown" and {one.a.verdict, one.b.verdict} <= {"cannot_judge", None}:
                continue
            style = _STYLES[kind]
            table.add_row(
                Text(words.SIGNS[kind], style),
                Text(cue.title, style),
                *(_side(told, one.unit) for told in (one.a, one.b)),
                Text(
                    words.difference(one).replace(" of your", "") or "can't be compared",
                    style or "none",
                ),
            )
    return table


def _side(told: Told, unit: str) -> Text:
    if told.verdict in {None, "cannot_judge"}:
        return Text("?" if told.verdict else "–", "dim")
    verdict: Verdict = told.verdict or "good"
    return Text(f"{wording.SYMBOLS[verdict]} {_briefly(words.value(told, unit))}")


def _briefly(amount: str) -> str:
    """A number whose unit is told beside it: "70 ± 15 %" of "70 ± 15 % of your foot"."""
    return amount.partition(" of your ")[0]


def _reps_table(found: Comparison) -> Table:
    table = _table("", *(str(a) for a, _ in found.pairs))
    for kind in words.ORDER:
        for cue in found.of(kind):
            if any(rep.kind != "unknown" for rep in cue.reps):
                table.add_row(Text(cue.title), *(_cell(rep) for rep in cue.reps))
    return table


def _cell(rep: Change) -> Text:
    return Text(words.SIGNS[rep.kind], _STYLES[rep.kind])


def _quantities_table(found: Comparison) -> Table:
    table = _table("", "", "A", "B", "Change", "")
    for one in found.quantities:
        change = one.change
        table.add_row(
            Text(words.SIGNS[change.kind], _STYLES[change.kind]),
            one.title,
            words.value(change.a, change.unit),
            words.value(change.b, change.unit),
            words.difference(change),
            one.word or change.why,
        )
    return table


def _print_untold(found: Comparison, console: Console) -> None:
    """Why cues can't be compared, those with the same reason together."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for cue in found.of("unknown"):
        one = cue.over_set
        reasons.setdefault((one.why, one.film), []).append(cue.title)
    if reasons:
        console.print()
        _say(console, "What can't be compared, and how to film it:", "bold")
    for (why, film), titles in reasons.items():
        _say(console, f"? {', '.join(titles)}: {why} {film}".rstrip(), indent=2)


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(heads))
    for head in heads:
        table.add_column(head)
    return table


def _say(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """Print words as they are, at most 80 wide."""
    width = min(console.width, _PROSE_WIDTH)
    console.print(Padding(Text(text, style), (0, 0, 0, indent), expand=False), width=width)
