"""A coach's limits as text in a form: taken as the command line takes a file, or told where not."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formcheck.batch.client_page import cue_title
from formcheck.batch.own_limits import OwnLimits
from formcheck.cues import Limits, load_limits
from formcheck.cues.judging.limits import ANY_LIFT, Limit
from formcheck.errors import BadRequest
from formcheck.history.names import printable
from formcheck.report.wording import lift_title

FILE = "limits.toml"
"""What limits are called that were written at the desk."""

MOST_LETTERS = 100_000

_AT_LINE = re.compile(r"at line (\d+)")
_AT_ENTRY = re.compile(r"\[([\w-]+)(?:\.([\w-]+))?\]")


@dataclass(frozen=True)
class Refused:
    """Why a text is no limits file, and in which line, 0 where that can't be told."""

    message: str
    line: int


def own_limits(text: str) -> OwnLimits | Refused:
    """Take a text as a coach's limits; nothing in it means the standard ones."""
    text = printable(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        return OwnLimits()
    if len(text) > MOST_LETTERS:
        return Refused(f"This is longer than limits are ({MOST_LETTERS} letters).", 0)
    with tempfile.TemporaryDirectory(prefix="formcheck-") as scratch:
        file = Path(scratch) / FILE
        file.write_text(text, encoding="utf-8")
        try:
            load_limits(file)
        except BadRequest as problem:
            said = str(problem).removeprefix(f"{file}: ")
            return Refused(said[:1].upper() + said[1:], _line_of(said, text))
    return OwnLimits(FILE, text)


def _line_of(said: str, text: str) -> int:
    """The line that a refusal speaks of, from 1."""
    at_line = _AT_LINE.search(said)
    if at_line is not None:
        return int(at_line[1])
    entry = _AT_ENTRY.search(said)
    lines = text.split("\n")
    if entry is None:
        return len(lines) if "end of document" in said else 0
    cue, lift = entry[1], entry[2]
    name = re.escape(cue) + (rf"\s*\.\s*{re.escape(lift)}" if lift else r"(\s*\.\s*[\w-]+)?")
    begins = re.compile(rf"\s*\[\s*{name}\s*\]")
    head = next((at for at, line in enumerate(lines) if begins.match(line)), None)
    if head is None:
        return 0
    rest = said[entry.end() :]
    for at in range(head + 1, len(lines)):
        if lines[at].lstrip().startswith("["):
            break
        key = re.match(r"\s*([\w-]+)\s*=", lines[at])
        if key is not None and re.search(rf"\b{re.escape(key[1])}\b", rest):
            return at + 1
    return head + 1


def rows(own: Limits) -> list[dict[str, Any]]:
    """Give every limit, the standard beside the coach's own."""
    standard = load_limits()
    return [
        {
            "cue": cue_title(cue),
            "id": f"{cue}.{lift}",
            "lift": "Any lift" if lift == ANY_LIFT else lift_title(lift),
            "standard": _said(standard.of(cue, lift)),
            "own": _said(limit) if limit != standard.table.get((cue, lift)) else "",
            "source": standard.of(cue, lift).source,
        }
        for (cue, lift), limit in own.table.items()
    ]


def _said(one: Limit) -> dict[str, str]:
    unit = "°" if one.unit == "deg" else f" {one.unit}" if one.unit else ""
    more = [f"weight {one.weight:g}"] if one.weight != 1 else []
    more += ["never a fault"] if one.most != "fault" else []
    return {
        "watch": f"{one.watch:g}{unit}",
        "fault": f"{one.fault:g}{unit}",
        "more": ", ".join(more),
    }
