"""Why nobody is found: looked at closer before it is said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.poses.engine import Detection
from formcheck.poses.nobody import NOBODY, TOO_SMALL, why_nobody
from formcheck.video import Frame

SIZE = (90, 60)
SOMEBODY = Detection(np.zeros((33, 3)), np.ones(33), np.zeros((33, 3)), None)


class Film:
    """Pictures with one bright place, where the lifter is."""

    def __init__(self, expected_s: float = 6.0) -> None:
        self.expected_s = expected_s

    def frames(self, every_s: float | None = None) -> Iterator[Frame]:
        for at in range(round(6.0 / (every_s or 1.0))):
            rgb = np.zeros((*SIZE, 3), np.uint8)
            rgb[40:50, 25:30] = 255
            yield Frame(at, at * (every_s or 1.0), rgb)


class Sees:
    """Finds somebody where the bright place is large enough, or higher than wide."""

    def __init__(self, *, from_share: float = 2.0, turned: bool = False) -> None:
        self._from_share, self._turned = from_share, turned

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        raise NotImplementedError

    def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        share = float((rgb > 127).mean())
        wide = rgb.shape[1] > rgb.shape[0]
        return [SOMEBODY] if share > self._from_share or (self._turned and wide) else []


@pytest.mark.parametrize("expected_s", [6.0, math.nan])
def test_who_is_seen_enlarged_is_too_small(expected_s: float) -> None:
    """Nobody in the whole picture, somebody in a part of it."""
    assert why_nobody(Film(expected_s), Sees(from_share=0.05)) == TOO_SMALL


def test_who_is_seen_turned_needs_a_turn() -> None:
    """The message names the option."""
    assert "--rotate 90" in why_nobody(Film(), Sees(turned=True))


def test_an_empty_room_stays_empty() -> None:
    """Nobody, however closely it is looked at."""
    assert why_nobody(Film(), Sees()) == NOBODY
