"""What the name of a film tells: the day and the load."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from formcheck.tables.dates import EARLIEST, readings
from formcheck.tables.numbers import KG_OF_LB, MOST_KG

_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=\D|\d{6}(?:\d{3})?(?!\d)|$)")
_PARTED = re.compile(
    r"(?<![\d.,])(?:\d{4}([-._ ])\d{1,2}\1\d{1,2}|\d{1,2}([-._ ])\d{1,2}\2\d{4}"
    r"|(?<![^\W_])\d{1,2}\.\d{1,2}\.\d{2})(?![\d.]*\d)"
)
_NAMED = re.compile(
    r"(?<!\d)\d{1,2}[-._ ]{0,2}[^\W\d_]{3,9}[-._, ]{1,2}\d{4}(?!\d)"
    r"|(?<![^\W\d_])[^\W\d_]{3,9}[-._ ]{1,2}\d{1,2}[-._, ]{1,2}\d{4}(?!\d)"
)
_LOAD = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)[ _-]?(kgs?|kilos?|lbs?|pounds?)(?![^\W\d_])",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<!\d)[12]\s?[x×]\s?$")  # two kettlebells, or two repetitions?
_HALF = re.compile(r"(?<!\d)\d{2,3}[-_]$")  # 82-5kg is 82.5 as much as the 82nd film with 5
HALVES = frozenset({"5", "25", "75"})


@dataclass(frozen=True)
class Said:
    """What a name says: None where it says nothing, or two things."""

    date: datetime.date | None = None
    load_kg: float | None = None


def said_by_name(file: str, today: datetime.date | None = None) -> Said:
    """Read a film's name, and the folders it is in where they alone have a date.

    A date is one from 1990 to tomorrow (a phone may be ahead of this machine) that can
    be read in one way only; a load has its unit.

    Parameters
    ----------
    file
        Name or path from the client's folder.
    today
        In place of this machine's day.
    """
    latest = (today or datetime.date.today()) + datetime.timedelta(days=1)
    folders, _, name = file.replace("\\", "/").rpartition("/")
    stem = name.rpartition(".")[0] or name
    for told in (stem, *reversed(folders.split("/"))):
        days = {day for _, day in _dates(told) if EARLIEST <= day <= latest}
        if days:
            return Said(days.pop() if len(days) == 1 else None, _load_kg(stem))
    return Said(None, _load_kg(stem))


def _dates(text: str) -> Iterator[tuple[re.Match[str], datetime.date]]:
    for pattern in (_PARTED, _COMPACT, _NAMED):
        for found in pattern.finditer(text):
            written = found[0] if pattern is not _NAMED else re.sub(r"[_.]", " ", found[0])
            days = set(readings(written).values())
            if len(days) == 1:
                yield found, days.pop()


def _load_kg(stem: str) -> float | None:
    for found, _ in list(_dates(stem)):
        stem = stem[: found.start()] + " " * len(found[0]) + stem[found.end() :]
    loads = set()
    for found in _LOAD.finditer(stem):
        before = stem[: found.start()]
        if _TIMES.search(before) or (found[1] in HALVES and _HALF.search(before)):
            continue
        amount = float(found[1].replace(",", "."))
        loads.add(round(amount * KG_OF_LB, 2) if found[2][0] in "lLpP" else amount)
    one = loads.pop() if len(loads) == 1 else None
    return one if one is not None and 0 < one <= MOST_KG else None
