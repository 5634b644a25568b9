"""The back's line: what its windows in time and along the back are for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray
from formcheck.poses.outline import STATIONS
from formcheck.reps import cut_set
from formcheck.signals import compute_signals
from formcheck.signals.back import _hip_depth
from tests.retouch import but
from tests.skeleton import skeleton


def flickering(frames: int) -> FloatArray:
    """W of a lifter who keeps still, 100 pictures a second, and whose edge bulges for a few."""
    track = skeleton("deadlift", reps=1, rate_hz=100.0, start_pad_s=1.0).part(0.0, 0.8).track
    assert track.outline_px is not None
    outline = track.outline_px.copy()
    outline[30 : 30 + frames, 0, :, 1] -= 40.0 * np.sin(np.pi * STATIONS)
    return compute_signals(replace(track, outline_px=outline)).angles_deg["back_turn"].value


@pytest.mark.parametrize(("frames", "passes"), [(4, False), (7, True)])
def test_an_edge_that_flickers_is_no_rounding(frames: int, passes: bool) -> None:
    """For 0.04 s of a tenth second the mask was wrong; for 0.07 s the back moved."""
    turn = flickering(frames)
    assert (np.ptp(turn) > 5.0) == passes


@pytest.mark.parametrize(("low", "high", "deep"), [
    (0.03, 0.30, False),  # above the hips
    (-0.05, 0.06, False),  # less than half of what is at the hips
    (-0.10, 0.03, True),
])  # fmt: skip
def test_depth_at_the_hips_is_that_of_the_hips(low: float, high: float, deep: bool) -> None:
    """Something before the belly, or before a part of the hips, makes no deep hips."""
    depth = np.where((low <= STATIONS) & (high >= STATIONS), 1.0, 0.5)
    assert _hip_depth(depth[None])[0] == (1.0 if deep else 0.5)


@pytest.mark.parametrize(("depth", "covered"), [(0.75, False), (0.85, True)])
def test_a_body_is_less_deep_than_one_with_a_plate(depth: float, covered: bool) -> None:
    """Bodies alone have up to 0.7 trunk lengths at the hips, with a plate 0.82 and more."""
    signals = compute_signals(skeleton("good_morning", reps=1).track)
    deep = but(signals, hip_depth=np.full(signals.time_s.shape, depth))
    seen = Seen(cut_set(deep, "good_morning"))
    assert seen.hips_covered(np.ones(signals.time_s.shape, dtype=bool)) is covered
