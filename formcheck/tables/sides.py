"""Which side a set of a one-sided lift is for."""

from __future__ import annotations

from formcheck.errors import BadRequest
from formcheck.tables.words import listed, spoken


def read_side(text: str) -> str:
    """Give "left", "right", or "" for both.

    Raises
    ------
    BadRequest
        It is none of them.
    """
    side = listed("sides").get(spoken(text))
    if side is None:
        raise BadRequest(f"side {text!r} is neither left nor right.")
    return "" if side == "both" else side
