"""The slow laptop of the benchmark: its processor is shared evenly, and its words compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.live_slow import UNBOUNDED, Laptop, Outcome, Work, compare
from formcheck.live.events import LiveEvent
from formcheck.poses.engine import Detection


class Nobody:
    """An engine that isn't asked."""

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        raise AssertionError

    def look(self, rgb: NDArray[np.uint8]) -> list[Detection]:
        raise AssertionError


@pytest.mark.parametrize(
    ("cores", "short_s", "long_s"),
    [(0.5, 0.04, 0.06), (1.0, 0.02, 0.03), (2.0, 0.01, 0.02), (UNBOUNDED, 0.0, 0.0)],
)
def test_work_of_two_parts_shares_the_processor(
    cores: float, short_s: float, long_s: float
) -> None:
    """10 and 20 ms: side by side on two cores, at half the pace on one; one part has one core."""
    laptop, ended_s = Laptop(Nobody(), cores, "none", "deadlift"), {}
    for name, left_s in (("camera", 0.01), ("screen", 0.02)):

        def ended(name: str = name) -> None:
            ended_s[name] = laptop._now_s

        laptop._busy[name] = Work(left_s, ended)
    laptop._pass_until(1.0)
    assert ended_s == pytest.approx({"camera": short_s, "screen": long_s})


def told(**verdicts: str) -> Outcome:
    cues: dict[str, Any] = {cue: {"verdict": verdict} for cue, verdict in verdicts.items()}
    rep = LiveEvent("rep", 5.0, {"index": 1, "bottom_s": 4.0, "cues": cues})
    return Outcome(1.0, "film", events=[rep])


def test_abstaining_is_told_from_saying_otherwise() -> None:
    """A verdict that isn't given is none; one that turns is named."""
    full = told(depth="good", lockout="fault", heels_down="good")
    slow = told(depth="cannot_judge", lockout="fault", heels_down="watch")
    assert compare(slow, full) == (1, 1, ["film 1 heels_down: good → watch"])
    assert compare(Outcome(0.5, "film"), full) == (0, 0, [])
