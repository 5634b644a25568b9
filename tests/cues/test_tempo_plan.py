"""A prescribed tempo, as coaches write it."""

from __future__ import annotations

import pytest

from formcheck.cues import parse_tempo
from formcheck.data import Tempo
from formcheck.errors import BadRequest


def test_seconds_of_each_phase() -> None:
    """Lowering, pause and lifting; a quarter of a minute is slow, and may be meant."""
    assert parse_tempo("3-1-3") == Tempo(3.0, 1.0, 3.0)
    assert parse_tempo("15-0-2.5") == Tempo(15.0, 0.0, 2.5)


@pytest.mark.parametrize("text", ["25-0-3", "3-25-3", "0-1-3", "3-1-0", "3-1", "slow"])
def test_what_is_no_tempo(text: str) -> None:
    """A phase of 25 s, one of none, or words: refused, with what a tempo looks like."""
    with pytest.raises(BadRequest, match="such as 3-1-3"):
        parse_tempo(text)
