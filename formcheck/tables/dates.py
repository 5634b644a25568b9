"""Dates as people and programs write them, and which part of 05/11/2026 is the day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator

from formcheck.errors import BadRequest
from formcheck.tables.grid import Value, plain_of
from formcheck.tables.words import spoken, words

EARLIEST = datetime.date(1990, 1, 1)  # cameras without a clock say 1904 or 1970
AHEAD = datetime.timedelta(days=366)
"""A list may hold next week's plan; a year further on the year is a slip."""

EXCEL_DAY_0 = datetime.date(1899, 12, 30)
SURE = ""
"""In place of an order: there is only one way to read it."""

Readings = dict[str, datetime.date]
"""Order of the parts ("dmy", "mdy", "ymd", or ``SURE``) -> the day that it gives."""

_YEAR_FIRST = re.compile(r"(\d{4})([-/._ ]?)(\d{2})\2(\d{2})|(\d{4})([-/._])(\d{1,2})\6(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/._]| (?=\d)|\. )(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-. ]*(?:de )?([^\W\d_]{3,})[-., ]*(?:de )?(\d{4}|\d{2})(?!\d)"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})[-. ]*(\d{1,2})(?:st|nd|rd|th)?[-., ]+(\d{4}|\d{2})(?!\d)")
_WEEKDAY = re.compile(r"[^\W\d_]{2,}[.,]*\s+(?=\d)|[^\W\d_]{2,}[.,]+\s*(?=[^\W\d_]{3,}[ .-])")
_TIME = re.compile(
    r"(?:[T,\s]\s*(?:at |um |à )?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?"
    r"\s*(?:[ap]\.?m\.?|uhr|z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)


def readings(text: str) -> Readings:
    """Give every day that a text can mean; none when it is no date."""
    for written in (text, _WEEKDAY.sub("", text, count=1)):
        for pattern, read in (
            (_YEAR_FIRST, _year_first),
            (_YEAR_LAST, _year_last),
            (_DAY_MONTH, _day_month),
            (_MONTH_DAY, _month_day),
        ):
            found = pattern.match(written)
            if found and _TIME.fullmatch(written[found.end() :]) and (days := read(found)):
                return days
    return {}


def settled_order(values: Iterable[Value]) -> str:
    """Find the order in which a column writes its dates, from those that leave no doubt.

    "" when nothing settles it, or when they contradict each other.
    """
    orders: set[str] | None = None
    for value in values:
        found = set(readings(plain_of(value))) if isinstance(value, str) else set()
        if found and SURE not in found:
            orders = found if orders is None else orders & found
    return orders.pop() if orders is not None and len(orders) == 1 else ""


def read_date(value: Value, order: str, *, today: datetime.date | None = None) -> datetime.date:
    """Read the cell of a date.

    Parameters
    ----------
    value
        What is in the cell.
    order
        That of the column, ``settled_order``.
    today
        In place of this machine's day.

    Raises
    ------
    BadRequest
        It is none, can be read in two ways, or can't be a day of training.
    """
    text = plain_of(value)
    day = _only_day(value, text, order)
    if not EARLIEST <= day <= (today or datetime.date.today()) + AHEAD:
        raise BadRequest(f"date {text!r} is {day}, which can't be. Check the year.")
    return day


def may_be_swapped(value: Value, order: str) -> bool:
    """Whether a spreadsheet may have taken the day for the month.

    It has, as a rule, where it took some cells of a column for dates and left others,
    whose parts can't be the other way round, as text.
    """
    return (
        isinstance(value, datetime.date)
        and order != SURE
        and value.day <= 12
        and value.day != value.month
    )


def swapped_note(text: str) -> str:
    """What is said of such a date."""
    return (
        f"date {text} is what your spreadsheet made of it; other rows, which it left as text, "
        "let us think that it swapped day and month. Check it."
    )


def _only_day(value: Value, text: str, order: str) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    serial = re.fullmatch(r"(\d{5})(?:[.,]\d+)?", text)
    if serial:
        return EXCEL_DAY_0 + datetime.timedelta(days=int(serial[1]))
    days = readings(text)
    if not days:
        raise BadRequest(f"date {text!r} isn't one such as 2026-11-22.")
    if order in days:
        return days[order]
    if len(set(days.values())) > 1:
        both = " or ".join(sorted(f"{one:%Y-%m-%d}" for one in set(days.values())))
        raise BadRequest(f"date {text!r} may be {both}. Write the one you mean.")
    return next(iter(days.values()))


def _year_first(found: re.Match[str]) -> Readings:
    year, month, day = (
        (int(part) for part in found.group(1, 3, 4) if part)
        if found[1]
        else (int(part) for part in found.group(5, 7, 8))
    )
    return dict(_made({SURE: (year, month, day)}))


def _year_last(found: re.Match[str]) -> Readings:
    first, sign, second, year_text = found.groups()
    one, two, year = int(first), int(second), int(year_text)
    short = len(year_text) == 2
    whole = 2000 + year if short else year
    parts = {"dmy": (whole, two, one), "mdy": (whole, one, two)}
    if short and sign == "-" and len(first) == 2:
        parts["ymd"] = (2000 + one, two, year)
    days = dict(_made(parts))
    if sign.startswith(".") and "dmy" in days:
        return {SURE: days["dmy"]}  # who writes dots writes the day first
    return days


def _day_month(found: re.Match[str]) -> Readings:
    return _named(found[3], found[2], found[1])


def _month_day(found: re.Match[str]) -> Readings:
    return _named(found[3], found[1], found[2])


def _named(year: str, name: str, day: str) -> Readings:
    said = "".join(spoken(name))
    months = {
        len(start): int(month)
        for month, starts in words()["months"].items()
        for start in starts
        if said.startswith(start)
    }
    if not months:
        return {}
    whole = int(year) + (2000 if len(year) == 2 else 0)
    return dict(_made({SURE: (whole, months[max(months)], int(day))}))


def _made(parts: dict[str, tuple[int, int, int]]) -> Iterator[tuple[str, datetime.date]]:
    for order, (year, month, day) in parts.items():
        try:
            yield order, datetime.date(year, month, day)
        except ValueError:
            continue
