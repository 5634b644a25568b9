"""The text of ``lines.toml``: each line with what it parts."""

from __future__ import annotations

import json
from math import isfinite

from formcheck.signals.lines import Group, LeftOut, Lines

DIGITS = 4
HEAD = """\
# The lines that decide what a movement is, and what was read on either side of them.
# Written by `python -m benchmarks lines`: change nothing by hand but value and spread,
# then run it. What each entry means: signals/lines.py.
"""


def page(lines: Lines) -> str:
    """Write everything as TOML."""
    text = [HEAD, "[recipe]", *_entries(lines.recipe)]
    for module in Lines.__struct_fields__:
        if module != "recipe":
            for name, line in getattr(lines, module).items():
                text += ["", f"[{module}.{name}]", *_entries(line)]
    return "\n".join(text) + "\n"


def _entries(struct: object) -> list[str]:
    names: tuple[str, ...] = struct.__struct_fields__  # type: ignore[attr-defined]
    return [f"{name} = {_value(name, getattr(struct, name))}" for name in names]


def _value(name: str, value: object) -> str:
    if isinstance(value, Group | LeftOut):
        return "{ " + ", ".join(_entries(value)) + " }"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        if not isfinite(value):
            return "nan"
        # What the code reads is written to its last bit.
        return repr(value) if name == "value" else repr(round(value, DIGITS) + 0.0)
    return str(value)


def without_date(text: str) -> str:
    """The text but for the day on which it was written."""
    return "\n".join(row for row in text.splitlines() if not row.startswith("date = "))
