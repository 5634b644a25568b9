"""The way up: where it ends, when it is pushed, what its smoothness looks at."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.cues.judging.pace import sparc, way_up
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray
from formcheck.signals.angles import SHOULDER
from tests.cues.judging import between, judged_set, with_point

GRID_S = 0.01


@pytest.mark.parametrize(("later_s", "counts"), [(1.2, True), (1.8, False)])
def test_a_hitch_after_the_top_is_of_the_way_up(later_s: float, counts: bool) -> None:
    """Who stands nearly up, waits for a second and then stands up straight has lifted until
    then; who stretches two seconds later is waiting for the next repetition."""
    one_set = judged_set("romanian_deadlift", reps=1, end_pad_s=3.0)
    hitch_s = one_set.reps[0].top_s + later_s
    up_px = (0.0, -0.1 * one_set.motion.body.leg_px)
    hitched = with_point(one_set, SHOULDER.values(), up_px, between(one_set, hitch_s, np.inf))
    usual, own = (way_up(one.reps[0], Seen(one.measured)) for one in (one_set, hitched))
    assert own.gain_leg - usual.gain_leg == pytest.approx(0.1 if counts else 0.0, abs=0.03)


def test_the_push_leaves_out_waiting_and_settling() -> None:
    """Of a way up in half a cosine the first and last hundredths take a ninth of the time
    each: not pushed, but waited and settled."""
    one_set = judged_set("back_squat", rate_hz=100.0, tempo=(1.0, 0.3, 1.8))
    truth, seen = one_set.lifter.reps[1], Seen(one_set.measured)
    first_s, last_s = way_up(one_set.reps[1], seen).push_s
    assert first_s - (truth.top_s - 1.8) == pytest.approx(0.2, abs=0.03)
    assert truth.top_s - last_s == pytest.approx(0.2, abs=0.03)


def push(shiver_hz: float) -> FloatArray:
    """A bell of speed of one second, given every hundredth, that shivers."""
    time_s = np.arange(0.0, 1.0, GRID_S)
    bell = 30 * time_s**2 * (1 - time_s) ** 2
    return np.asarray(bell * (1.0 + 0.4 * np.sin(2 * np.pi * shiver_hz * time_s)))


def test_only_what_the_filter_leaves_counts_for_smoothness() -> None:
    """A push that shivers eight times a second isn't smooth; twelve times is what the filter
    of the landmarks takes away, and an engine's jitter."""
    even = sparc(push(0.0))
    assert sparc(push(8.0)) < even - 0.2
    assert sparc(push(12.0)) == pytest.approx(even, abs=0.03)


def test_a_faint_shiver_is_no_second_push() -> None:
    """What is weaker than a twentieth of the push isn't counted, what is stronger is."""
    shivers = [push(0.0) + share * (push(5.0) - push(0.0)) for share in (0.2, 0.3)]
    faint, clear = (sparc(one) for one in shivers)
    even = sparc(push(0.0))
    assert faint == pytest.approx(even, abs=0.03)
    assert clear < even - 0.2
