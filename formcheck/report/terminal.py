"""The answer as a table in the terminal: a row a cue, a column a repetition."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from formcheck.data import Finding, JudgedRep, Verdict
from formcheck.report import filming_advice, wording
from formcheck.report.record import Analysis

_STYLES: dict[Verdict, str] = {
    "good": "green",
    "watch": "yellow",
    "fault": "bold red",
    "cannot_judge": "dim",
}
_PLAIN = str.maketrans({"✓": "+", "✕": "x", "–": "-", "−": "-", "·": ".", "±": "+/-"})
_MOST_WIDTH = 100
_PROSE_WIDTH = 80
_LEAST_CELL = 4
_GAP = 1

_Row = tuple[Text, Text, list[Text]]


def print_table(analysis: Analysis, console: Console) -> None:
    """Print the set: headline, table, what to work on, what wasn't judged.

    The table has a column a repetition and is at most 100 columns wide; with
    more repetitions than fit it goes on below. Cues that no repetition shows
    aren't in it. Without a terminal (a pipe, a file) there are no colours;
    verdicts have symbols everywhere.
    """
    console.print()
    if part := wording.part_of_film(analysis):
        _print_text(console, part, style="dim")
    _print_text(console, analysis.summary.headline, style="bold")
    if tally := wording.tally(analysis):
        _print_text(console, _sayable(tally, console))
    if analysis.reps:
        _print_reps(analysis, console)
        _print_key(analysis, console)
    _print_set(analysis, console)
    _print_advice(analysis, console)
    _print_unjudged(analysis, console)


def _print_reps(analysis: Analysis, console: Console) -> None:
    rows = [*_time_rows(analysis), *_cue_rows(analysis, console)]
    names = max(name.cell_len for name, _, _ in rows)
    errors = max(error.cell_len for _, error, _ in rows)
    cell = max(_LEAST_CELL, *(one.cell_len for _, _, cells in rows for one in cells))
    left = min(console.width, _MOST_WIDTH) - names - errors - 2 * _GAP
    room = max(1, left // (cell + _GAP))
    tables = math.ceil(len(analysis.reps) / room)
    room = math.ceil(len(analysis.reps) / tables)  # 5 and 5 rather than 9 and 1
    for first in range(0, len(analysis.reps), room):
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, _GAP, 0, 0))
        table.add_column(min_width=names, no_wrap=True)
        table.add_column(min_width=errors, no_wrap=True, style="dim")
        shown = rows[0][2][first : first + room]
        for _ in shown:
            table.add_column(min_width=cell, no_wrap=True)
        for name, error, cells in rows:
            table.add_row(name, error, *cells[first : first + room])
        console.print()
        console.print(table)


def _time_rows(analysis: Analysis) -> list[_Row]:
    """The repetitions' numbers, their start, tempo and score."""
    reps = analysis.reps
    numbers = [Text(f"{one.rep.index}{'' if one.rep.complete else '*'}") for one in reps]
    rows: list[_Row] = [
        (Text("Rep"), Text(""), [Text.assemble((n.plain, "bold")) for n in numbers])
    ]
    times: dict[str, Callable[[JudgedRep], float]] = {
        "Start": lambda one: one.rep.start_s,
        "Lowering": lambda one: one.rep.eccentric_s,
        "Pause": lambda one: one.rep.pause_s,
        "Rising": lambda one: one.rep.concentric_s,
    }
    for name, of in times.items():
        rows.append((Text(name), Text("s"), [Text(_or_unknown(of(one), 1)) for one in reps]))
    scores = [Text(_or_unknown(one.score, 0)) for one in reps]
    return [*rows, (Text("Score"), Text("of 100"), scores)]


def _cue_rows(analysis: Analysis, console: Console) -> list[_Row]:
    """A row for each cue that is seen on some repetition, those with most to say first."""
    rows: list[_Row] = []
    for cue in wording.judged_cues(analysis):
        found = [one.findings.get(cue) for one in analysis.reps]
        title = wording.cue_title(cue, analysis.cues.get(cue))
        error = Text(_sayable(_error([one for one in found if one]), console))
        unit_cm = _unit_cm([one for one in found if one])
        cells = [_cell(one, unit_cm, console) for one in found]
        rows.append((Text(_sayable(title, console)), error, cells))
    return rows


def _error(found: Sequence[Finding]) -> str:
    """The typical ± of a cue's numbers with their unit: "± 3°"."""
    known = [one for one in found if math.isfinite(one.value) and math.isfinite(one.sigma)]
    if not known:
        return ""
    sigma = statistics.median(one.sigma for one in known)
    said = wording.number(sigma, sigma, known[0].unit, _unit_cm(found))
    return f"± {said.replace(' of your', '')}"


def _unit_cm(found: Sequence[Finding]) -> float | None:
    """Centimetres of a row's unit, where they are known of all: a row has one unit."""
    known = {one.unit_cm for one in found if math.isfinite(one.value)}
    return known.pop() if len(known) == 1 else None


def _cell(finding: Finding | None, unit_cm: float | None, console: Console) -> Text:
    if finding is None:
        return Text("-", style="dim")
    symbol = wording.SYMBOLS[finding.verdict]
    if finding.verdict == "cannot_judge" or not math.isfinite(finding.value):
        return Text(_sayable(symbol, console), style=_STYLES[finding.verdict])
    value = wording.number(finding.value, finding.sigma, finding.unit, unit_cm)
    value = value.rstrip("°").split(" ")[0]  # the unit stands before the row
    return Text(_sayable(f"{symbol} {value}", console), style=_STYLES[finding.verdict])


def _or_unknown(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "?"


def _print_key(analysis: Analysis, console: Console) -> None:
    words = "   ".join(
        f"{wording.SYMBOLS[verdict]} {word.lower()}" for verdict, word in wording.WORDS.items()
    )
    console.print()
    hidden = wording.unjudged_cues(analysis)
    if hidden:
        titles = ", ".join(wording.cue_title(cue, analysis.cues.get(cue)) for cue in hidden)
        _print_text(console, f"? Not judged on any rep ({len(hidden)}): {titles}.", style="dim")
    _print_text(console, words, style="dim")
    if any(not one.rep.complete for one in analysis.reps):
        _print_text(console, "* cut off by the recording", style="dim")


def _print_set(analysis: Analysis, console: Console) -> None:
    """What is said of the whole set: its own cues, its score, what it was judged by."""
    summary = analysis.summary
    of_reps = {cue for one in analysis.reps for cue in one.findings}
    own = [
        one
        for cue, one in summary.findings.items()
        if cue not in of_reps and one.verdict != "cannot_judge"
    ]
    if own or summary.score_reason:
        console.print()
    for one in own:
        title = wording.cue_title(one.cue, analysis.cues.get(one.cue))
        words = Text.assemble(
            (f"{_sayable(wording.SYMBOLS[one.verdict], console)} {title}: ", _STYLES[one.verdict]),
            _sayable(one.reason, console),
        )
        _print_text(console, words)
    if summary.score_reason:
        known = math.isfinite(summary.score)
        score = f"Score {summary.score:.0f} of 100. " if known else ""
        _print_text(console, Text.assemble((score, "bold"), summary.score_reason))
    if analysis.tempo is not None:
        _print_text(console, f"Judged against the tempo you asked for: {analysis.tempo}.")
    changed = wording.limits_changed(analysis)
    if changed:
        _print_text(console, f"Your limits, from {analysis.limits_name}:", style="bold")
    for line in changed:
        _print_text(console, line, indent=2)


def _print_advice(analysis: Analysis, console: Console) -> None:
    summary = analysis.summary
    for title, text in (
        ("Going well", summary.praise.removeprefix("Well done: ")),
        ("Work on", summary.main_advice),
    ):
        if text:
            console.print()
            words = Text.assemble((f"{title}: ", "bold"), _sayable(text, console))
            _print_text(console, words)
    if summary.main_reason:
        _print_text(console, summary.main_reason, style="dim")


def _print_unjudged(analysis: Analysis, console: Console) -> None:
    changes = filming_advice.changes(analysis)
    if changes or analysis.cautions:
        console.print()
        _print_text(console, "What could not be judged, and how to film it:", style="bold")
    for change in changes:
        unlocks = f" ({change.unlocks} of what counts)" if change.unlocks else ""
        _print_text(console, f"? {change.how or 'Nothing to change:'}{unlocks}", indent=2)
        for reason in change.reasons:
            _print_text(console, f"{reason.titles}: {reason.said}", style="dim", indent=4)
    for caution in analysis.cautions:
        _print_text(console, f"? {caution.message} {caution.how_to_fix}".rstrip(), indent=2)


def _print_text(console: Console, text: str | Text, style: str = "", indent: int = 0) -> None:
    """Print words as they are: no markup, no colouring of numbers, at most 80 wide."""
    words = text if isinstance(text, Text) else Text(_sayable(text, console), style=style)
    width = min(console.width, _PROSE_WIDTH)
    console.print(Padding(words, (0, 0, 0, indent), expand=False), width=width)


def _sayable(text: str, console: Console) -> str:
    """Put plain letters where the terminal's encoding lacks ours, as on old Windows."""
    if console.encoding.lower().replace("-", "").startswith("utf"):
        return text
    plain = text.translate(_PLAIN)
    return plain.encode(console.encoding, "replace").decode(console.encoding)
