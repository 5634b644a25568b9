"""The lines of a set over time, as they are drawn: by the overlay and in the browser.

Made once of an analysis's signals, so that whoever draws draws the same line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.data import BoolArray, FloatArray, JudgedRep, Picture, Rep, Signals, Verdict
from formcheck.report.body_lines import LEG
from formcheck.report.judged import BACK_CUE, back_of, is_judged

GAP_S = 0.1
"""Further from an analysed frame than this nothing is drawn."""

AT_START_S = 0.05
"""A repetition whose bottom is so near its start begins on the floor."""

Phase = Literal["down", "pause", "up", "top"]


@dataclass(frozen=True)
class Lines:
    """What is drawn, in the pixels of the full upright source picture.

    time_s    (T,)         when the frames were taken, by the film's clock
    gap_s                  further from one of them nothing is drawn
    near                   0 when the left side is the camera's, 1 when the right
    seen      (T,)         the lifter is in the picture
    points    (T, 33, 2)   joints; NaN where unseen
    hidden    (T, 33)      joints that something stands before; empty where none is
    back      (T, S, 2)    the line of the back, hip to shoulder; NaN where unseen
    on_back                the back's verdict, frame by frame; empty where the back is judged
                           on no repetition: its line may lie on an arm or a bar
    bar       (T, 2)       the plate's centre in the steady picture; None where there is none
    picture                leads from the steady picture to each frame's own
    """

    time_s: FloatArray
    gap_s: float
    near: int
    seen: BoolArray
    points: FloatArray
    hidden: BoolArray
    back: FloatArray
    on_back: tuple[Verdict, ...]
    bar: FloatArray | None
    picture: Picture


def lines_of(signals: Signals, reps: Sequence[JudgedRep]) -> Lines:
    """Give the lines of a set from its signals, in the film's times, and its repetitions."""
    return Lines(
        time_s=signals.time_s,
        gap_s=GAP_S * max(signals.time.pace.slowed, 1.0),
        near=0 if signals.stance.side == "left" else 1,
        seen=signals.body.seen,
        points=signals.picture.own_px(signals.body.drawn_px),
        hidden=signals.body.hidden,
        back=signals.picture.own_px(signals.back.edge_px),
        on_back=_on_back(signals, reps),
        bar=None if signals.bar is None else signals.bar.centre_px,
        picture=signals.picture,
    )


def _on_back(signals: Signals, reps: Sequence[JudgedRep]) -> tuple[Verdict, ...]:
    """The verdict on the back at the moments it was judged on; it isn't elsewhere."""
    if not any(is_judged(one, (BACK_CUE,)) for one in reps):
        return ()
    found: list[Verdict] = ["cannot_judge"] * len(signals.time_s)
    for one in reversed(reps):  # where two meet, the earlier one's counts
        for at in np.flatnonzero(back_of(signals, one)):
            found[at] = one.findings[BACK_CUE].verdict
    return tuple(found)


def hidden_leg(lines: Lines) -> BoolArray:
    """Joints (T, 5) of the near leg that something stands before; those of ``LEG``."""
    if not len(lines.hidden):
        return np.zeros((len(lines.time_s), len(LEG)), dtype=bool)
    return np.asarray(lines.hidden[:, [one + lines.near for one in LEG]])


def phases(rep: Rep, slowed: float = 1.0) -> list[tuple[float, float, Phase]]:
    """Cut a repetition into what the lifter does: from when, until when, and what.

    ``slowed`` is how many times slower than life the film plays: durations are life's.
    """
    pause_s = _or_zero(rep.pause_s) * slowed
    if rep.bottom_s < rep.top_s and rep.bottom_s - rep.start_s < AT_START_S:
        stood_s = rep.top_s + pause_s
        found: list[tuple[float, float, Phase]] = [
            (rep.start_s, rep.top_s, "up"),
            (rep.top_s, stood_s, "top"),
            (stood_s, rep.end_s, "down"),
        ]
    else:
        rising_s = (
            rep.top_s - rep.concentric_s * slowed if np.isfinite(rep.concentric_s) else rep.end_s
        )
        still_s = rising_s - pause_s
        found = [
            (rep.start_s, still_s, "down"),
            (still_s, rising_s, "pause"),
            (rising_s, rep.end_s, "up"),
        ]
    return [one for one in found if one[1] > one[0]]


def _or_zero(seconds: float) -> float:
    return seconds if np.isfinite(seconds) else 0.0
