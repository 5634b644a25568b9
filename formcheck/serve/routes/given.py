"""What addresses and forms bring, as far as the rooms take it: bounded before anybody looks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from formcheck.history.names import one_line
from formcheck.serve.kept.sets import content_of_way

MOST_ID = 2**31 - 1
"""The largest number that a row of PostgreSQL has."""

MOST_PAGE = 100_000
MOST_SEARCH = 200

ClientId = Annotated[int, Path(ge=1, le=MOST_ID)]
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Content = Annotated[str, Path(min_length=1, max_length=90)]


def number_in(text: str, most: int = MOST_ID) -> int | None:
    """Give a whole number that somebody wrote; None where it is none, or too large."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None


def searched(text: str) -> str:
    """Give what somebody looks for, on one line and not too long."""
    return one_line(text[:MOST_SEARCH])


def set_named(text: str) -> tuple[int, str] | None:
    """Read a set as our forms name it, "12:content"; None where it is none."""
    client, _, content = text[:120].partition(":")
    number = number_in(client)
    return None if number is None or not content else (number, content_of_way(one_line(content)))
