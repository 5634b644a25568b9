"""A prescribed tempo, as coaches write it: lowering, pause, lifting, in seconds."""

from __future__ import annotations

import re

from formcheck.data import Tempo
from formcheck.errors import BadRequest

LONGEST_S = 20.0


def parse_tempo(text: str) -> Tempo:
    """Read "3-1-3": seconds of lowering, pause at the bottom, lifting.

    Raises
    ------
    BadRequest
        It isn't three numbers with "-" between them, or one is out of range.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)", text.strip())
    parts = [float(part) for part in found.groups()] if found else []
    if not parts or max(parts) > LONGEST_S or parts[0] == 0 or parts[2] == 0:
        raise BadRequest(
            f"--tempo {text!r}: give the seconds of lowering, of the pause at the bottom and of "
            f"lifting, each up to {LONGEST_S:g}, such as 3-1-3."
        )
    return Tempo(*parts)
