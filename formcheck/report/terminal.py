"""The answer as a table in the terminal, in 80 columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from formcheck.data import Analysis, CueInfo, Finding, JudgedRep, Verdict
from formcheck.report import wording

_STYLES: dict[Verdict, str] = {
    "good": "green",
    "watch": "yellow",
    "fault": "bold red",
    "cannot_judge": "dim",
}
_PLAIN = str.maketrans({"✓": "+", "✕": "x", "–": "-", "−": "-", "·": "."})
_MOST_WIDTH = 80
_REP_COLUMNS_WIDTH = 25
_CUE_WIDTH = 9


def print_table(analysis: Analysis, console: Console) -> None:
    """Print the set: headline, one row a rep, what to work on, what wasn't judged.

    The table is at most 80 columns wide; with more cues than fit it goes on
    below. Without a terminal (a pipe, a file) there are no colours; verdicts
    have symbols everywhere.
    """
    console.print()
    _print_text(console, analysis.summary.headline, style="bold")
    cues = list(dict.fromkeys(cue for one in analysis.reps for cue in one.findings))
    room = max(1, (min(console.width, _MOST_WIDTH) - _REP_COLUMNS_WIDTH) // _CUE_WIDTH)
    for first in range(0, max(len(cues), 1), room):
        if analysis.reps:
            console.print()
            console.print(_table(analysis, cues[first : first + room], console))
    _print_key(analysis, console)
    _print_advice(analysis, console)
    _print_unjudged(analysis, console)


def _table(analysis: Analysis, cues: Sequence[str], console: Console) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Rep", justify="right", min_width=3)
    table.add_column("Start", justify="right", min_width=6)
    table.add_column("Tempo", min_width=11, no_wrap=True)
    for cue in cues:
        title = _short_title(analysis.cues.get(cue), cue)
        table.add_column(_sayable(title, console), width=_CUE_WIDTH - 1)
    for judged in analysis.reps:
        rep = judged.rep
        cells = [_cell(judged.findings.get(cue), console) for cue in cues]
        tempo = _sayable(_tempo(judged), console)
        mark = "" if rep.complete else "*"
        table.add_row(f"{rep.index}{mark}", f"{rep.start_s:.1f} s", tempo, *cells)
    return table


def _cell(finding: Finding | None, console: Console) -> Text:
    if finding is None:
        return Text("-", style="dim")
    symbol = _sayable(wording.SYMBOLS[finding.verdict], console)
    if finding.verdict == "cannot_judge" or not math.isfinite(finding.value):
        return Text(symbol, style=_STYLES[finding.verdict])
    value = wording.number(finding.value, finding.sigma, finding.unit)
    text = f"{symbol} {_sayable(value, console)}"
    if len(text) > _CUE_WIDTH - 1:
        text = symbol
    return Text(text, style=_STYLES[finding.verdict], no_wrap=True)


def _short_title(info: CueInfo | None, cue: str) -> str:
    """Give a heading of at most two lines of the column's width."""
    words = (info.title if info else cue.replace("_", " ")).split()
    words = [w if len(w) < _CUE_WIDTH else f"{w[: _CUE_WIDTH - 2]}." for w in words]
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) < _CUE_WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines[:2])


def _tempo(judged: JudgedRep) -> str:
    """Write lowering–pause–rising in seconds, as coaches do; "?" where unknown."""
    rep = judged.rep
    return "–".join(
        f"{part:.1f}" if math.isfinite(part) else "?"
        for part in (rep.eccentric_s, rep.pause_s, rep.concentric_s)
    )


def _print_key(analysis: Analysis, console: Console) -> None:
    if not analysis.reps:
        return
    words = "   ".join(
        f"{wording.SYMBOLS[verdict]} {word.lower()}" for verdict, word in wording.WORDS.items()
    )
    console.print()
    _print_text(console, words, style="dim")
    _print_text(console, "Tempo: lowering–pause–rising, in seconds.", style="dim")
    if any(not one.rep.complete for one in analysis.reps):
        _print_text(console, "* cut off by the recording", style="dim")


def _print_advice(analysis: Analysis, console: Console) -> None:
    summary = analysis.summary
    for title, text in (("Going well", summary.praise), ("Work on", summary.main_advice)):
        if text:
            console.print()
            words = Text.assemble((f"{title}: ", "bold"), _sayable(text, console))
            _print_text(console, words)


def _print_unjudged(analysis: Analysis, console: Console) -> None:
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    for judged in analysis.reps:
        for cue, finding in judged.findings.items():
            if finding.verdict == "cannot_judge":
                info = analysis.cues.get(cue)
                title = info.title if info else wording.lift_title(cue)
                reasons.setdefault((finding.reason, finding.advice), {})[title] = None
    lines = [
        f"{', '.join(titles)}: {reason} {advice}" for (reason, advice), titles in reasons.items()
    ]
    lines += [f"{caution.message} {caution.how_to_fix}" for caution in analysis.cautions]
    if lines:
        console.print()
        _print_text(console, "What could not be judged, and how to film it:", style="bold")
    for line in lines:
        _print_text(console, f"? {line.strip()}", indent=2)


def _print_text(console: Console, text: str | Text, style: str = "", indent: int = 0) -> None:
    """Print words as they are: no markup, no colouring of numbers, at most 80 wide."""
    words = text if isinstance(text, Text) else Text(_sayable(text, console), style=style)
    width = min(console.width, _MOST_WIDTH)
    console.print(Padding(words, (0, 0, 0, indent), expand=False), width=width)


def _sayable(text: str, console: Console) -> str:
    """Put plain letters where the terminal's encoding lacks ours, as on old Windows."""
    if console.encoding.lower().replace("-", "").startswith("utf"):
        return text
    plain = text.translate(_PLAIN)
    return plain.encode(console.encoding, "replace").decode(console.encoding)
