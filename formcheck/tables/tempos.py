"""A prescribed tempo, as coaches write it and as spreadsheets spoil it."""

from __future__ import annotations

import datetime
import re

from formcheck.cues import parse_tempo
from formcheck.cues.judging.tempo_plan import LONGEST_S
from formcheck.data import Tempo
from formcheck.errors import BadRequest
from formcheck.tables.dates import readings
from formcheck.tables.grid import Value, plain_of

_PARTS = re.compile(r"(\d+(?:[.,]\d+)?|x)", re.IGNORECASE)
_DIGITS = re.compile(r"[\dx]{3,4}", re.IGNORECASE)
_HOW = "Write it such as 3-1-3, in a column that your spreadsheet takes as text."


def read_tempo(value: Value) -> tuple[Tempo, str]:
    """Read a tempo: lowering, pause at the bottom, lifting, and perhaps the pause at the top.

    Returns
    -------
    tuple
        The tempo and what is to be said of it ("" if nothing).

    Raises
    ------
    BadRequest
        It is none, or a date was made of it and there is no telling of which.
    """
    text = plain_of(value)
    spoilt = _spoilt(value, text)
    if spoilt is not None:
        return spoilt
    parts = _parts(text)
    if any(one in "xX" for one in parts[:3]):
        raise BadRequest(
            f"tempo {text!r}: X is no number of seconds, and only seconds can be judged. "
            "Write such as 3-1-1."
        )
    if len(parts) not in {3, 4}:
        raise BadRequest(f"tempo {text!r} isn't three numbers of seconds. {_HOW}")
    try:
        tempo = parse_tempo("-".join(part.replace(",", ".") for part in parts[:3]))
    except BadRequest:
        raise BadRequest(
            f"tempo {text!r}: each part is up to {LONGEST_S:g} s, and lowering and lifting "
            f"take some. {_HOW}"
        ) from None
    top = len(parts) == 4 and parts[3] not in {"0", "x", "X"}
    return tempo, f"tempo {text!r}: the pause at the top isn't judged." if top else ""


def _parts(text: str) -> list[str]:
    if _DIGITS.fullmatch(text):
        return list(text)
    if not re.fullmatch(r"[\dxX.,]+(?:\s*[-–—/:|]\s*[\dxX.,]+|\s+[\dxX.,]+)+", text):
        return []
    return _PARTS.findall(text)


def _spoilt(value: Value, text: str) -> tuple[Tempo, str] | None:
    """What a spreadsheet made a date of, when that can be told; None if it is no date."""
    dotted = re.fullmatch(r"(\d{2})\.(\d{2})\.(?:\d{2})?(\d{2})", text)
    if isinstance(value, datetime.date):
        day: datetime.date | None = value
    elif re.fullmatch(r"\d{1,2}[-/ ]\d{1,2}[-/ ]\d{1,2}", text):
        return None  # 3-1-3 itself
    else:
        days = readings(text)
        day = next(iter(days.values())) if days else None
        if re.fullmatch(r"\d{5}", text):
            raise BadRequest(
                f"tempo {text} isn't one; your spreadsheet may have made a date of it. {_HOW}"
            )
    if day is None:
        return None
    last = day.year % 100
    if (dotted or day.day == day.month) and 0 < last <= LONGEST_S:
        # Dots, or the same number twice: there is one way only to have written it.
        tempo = Tempo(float(day.day), float(day.month), float(last))
        if tempo.eccentric_s <= LONGEST_S:
            return tempo, f"tempo {text!r} is a date; {tempo} was taken for what was meant."
    raise BadRequest(f"tempo {text!r} is a date, which your spreadsheet made of it. {_HOW}")
