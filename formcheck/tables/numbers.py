"""Numbers of cells: decimal commas, thousands, units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from formcheck.errors import BadRequest
from formcheck.tables.grid import Formula, Value, plain_of
from formcheck.tables.words import listed, spoken, words

KG_OF_LB = 0.45359237  # by definition
MOST_KG, MOST_REPS = 1000.0, 1000

_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:[ '’]\d{3})+|\d+)(?:[.,]\d+)*[.,]?)(?![\d '’]*\d)\s*(.*)")
_REPS = {spoken(one) for one in (*words()["heads"]["reps"], "x")}
_WITHOUT = {("bw",), ("bodyweight",), ("body", "weight"), ("korpergewicht",)}


@dataclass(frozen=True)
class Read:
    """A number that was read, and what is to be said of it ("" if nothing).

    ``unit`` is the one written beside it.
    """

    value: float
    unit: str = ""
    doubt: str = ""


def decimal_sign(values: Iterable[Value]) -> str:
    """Find which of "," and "." a column writes before decimals; "" when it doesn't show."""
    signs: Counter[str] = Counter()
    for value in values:
        found = _NUMBER.match(plain_of(value)) if isinstance(value, str) else None
        number = found[1].strip() if found else ""
        last = max(number.rfind(","), number.rfind("."))
        if last > 0 and number.count(number[last]) == 1 and len(number) - last - 1 in {1, 2}:
            signs[number[last]] += 1
    return next(iter(signs)) if len(signs) == 1 else ""


def read_number(column: str, value: Value, low: float, high: float, decimals: str = "") -> Read:
    """Read a number, with or without a unit behind it.

    Parameters
    ----------
    column
        How the column is called, for the message.
    value
        What is in the cell.
    low, high
        Between which it lies.
    decimals
        The column's ``decimal_sign``.

    Raises
    ------
    BadRequest
        It isn't a number, or none that can be.
    """
    text = plain_of(value)
    need_result(column, value)
    found = _NUMBER.fullmatch(text) if isinstance(value, str | float) else None
    if found is None:
        raise BadRequest(f"{column} {text!r} isn't a number.")
    number, unit = re.sub(r"[ '’]", "", found[1]), found[2].strip()
    doubtful = False
    try:
        if isinstance(value, float):
            amount = value
        else:
            amount, doubtful = _amount(number, high, decimals)
    except ValueError:
        raise BadRequest(f"{column} {text!r} isn't a number.") from None
    if not low <= amount <= high:
        raise BadRequest(f"{column} {text} is outside {low:g} to {high:g}.")
    return Read(amount, unit, f"{column} {text!r} was read as {amount:g}." if doubtful else "")


def need_result(column: str, value: Value) -> None:
    """Refuse a formula that no program has worked out.

    Raises
    ------
    BadRequest
        It is one.
    """
    if isinstance(value, Formula):
        raise BadRequest(
            f"{column} is the formula {value.text} without its result. Open the list in your "
            "spreadsheet and save it once."
        )


def read_load(column: str, value: Value, unit: str, decimals: str = "") -> Read:
    """Read a load in kg; ``unit`` is the column's and "" means kg.

    The ``unit`` of what comes back is that which counted, "" when none was named.
    """
    text = plain_of(value)
    if spoken(text) in _WITHOUT:
        return Read(0.0, "kg")
    read = read_number(column, value, 0.0, MOST_KG / KG_OF_LB, decimals)
    beside = listed("units").get(spoken(read.unit), "") if read.unit else ""
    if read.unit and not beside and read.unit != "#":
        raise BadRequest(f"{column} {text!r} isn't a load in kg or lb.")
    used = ("lb" if read.unit == "#" else beside) or unit
    kg = round(read.value * KG_OF_LB, 2) if used == "lb" else read.value
    if kg > MOST_KG:
        raise BadRequest(f"{column} {text} is outside 0 to {MOST_KG:g} kg.")
    doubt = read.doubt
    if used == "lb" and unit != "lb":
        doubt = f"{column} {text!r} is {kg:g} kg."
    return Read(kg, used, doubt)


def read_reps(column: str, value: Value) -> int:
    """Read a number of repetitions, with or without a word such as "reps" behind it.

    Raises
    ------
    BadRequest
        It isn't one: "3x5" and "8-10" may mean several.
    """
    read = read_number(column, value, 1, MOST_REPS)
    if not read.value.is_integer() or (read.unit and spoken(read.unit) not in _REPS):
        raise BadRequest(f"{column} {plain_of(value)!r} isn't a whole number.")
    return int(read.value)


def unit_note(column: str) -> str:
    """What is said of a column of loads that names no unit."""
    return (
        f"column {column!r} names no unit and was read as kg. If it is pounds, call it "
        f"'{column} (lb)'."
    )


def _amount(number: str, high: float, decimals: str) -> tuple[float, bool]:
    """Give the amount, and whether it might have been meant otherwise."""
    number = number.rstrip(",.") if number[-1:] in {",", "."} else number
    signs = [sign for sign in number if sign in ",."]
    if not signs:
        return float(number), False
    groups = re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", number) is not None
    if len(set(signs)) == 2:
        last = signs[-1]
        if signs.count(last) > 1 or signs[0] == last:
            raise ValueError
        return float(number.replace(signs[0], "").replace(last, ".")), False
    if len(signs) > 1:
        if not groups:
            raise ValueError
        return float(number.replace(signs[0], "")), False
    whole = float(number.replace(signs[0], ""))
    part = float(number.replace(",", "."))
    if not groups or number.lstrip("+-").startswith("0") or signs[0] == decimals or whole > high:
        return part, False
    return whole, True
