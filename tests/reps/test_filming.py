"""How a set is filmed changes neither the count nor the times."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formcheck.data import Lift, Rep
from formcheck.reps import segment
from formcheck.signals import compute_signals
from tests.skeleton import Lifter, skeleton

# No shrinking: each example films and measures a set anew.
FEW = settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
LIFT = st.sampled_from(["deadlift", "back_squat", "kettlebell_swing", "split_squat"])


def reps_of(lifter: Lifter, lift: str) -> tuple[Rep, ...]:
    return segment(compute_signals(lifter.track), Lift(lift, "given", 1.0))[0]


def times_s(reps: tuple[Rep, ...]) -> list[float]:
    return [moment for rep in reps for moment in (rep.start_s, rep.bottom_s, rep.top_s, rep.end_s)]


def assert_same(lifter: Lifter, other: Lifter, lift: str, within_s: float) -> None:
    mine, yours = times_s(reps_of(lifter, lift)), times_s(reps_of(other, lift))
    assert len(mine) == len(yours) == 4 * 2
    assert max(abs(a - b) for a, b in zip(mine, yours, strict=True)) <= within_s


@FEW
@given(
    lift=LIFT,
    mirror=st.booleans(),
    scale_px=st.floats(80, 1500),
    shift_px=st.tuples(st.floats(0, 900), st.floats(0, 900)),
)
def test_mirror_size_and_place(
    lift: str, mirror: bool, scale_px: float, shift_px: tuple[float, float]
) -> None:
    """Mirrored, near or far, anywhere in the picture: the same to a millisecond."""
    filmed = skeleton(
        lift, reps=2, tempo=(1.0, 0.0, 0.9), mirror=mirror, scale_px=scale_px, shift_px=shift_px
    )
    assert_same(skeleton(lift, reps=2, tempo=(1.0, 0.0, 0.9)), filmed, lift, 0.001)


@FEW
@given(lift=LIFT, rate_hz=st.floats(24, 120))
def test_frame_rate(lift: str, rate_hz: float) -> None:
    """From 24 to 120 pictures a second: the same within 0.04 s."""
    filmed = skeleton(lift, reps=2, tempo=(1.0, 0.0, 0.9), rate_hz=rate_hz)
    assert_same(skeleton(lift, reps=2, tempo=(1.0, 0.0, 0.9)), filmed, lift, 0.04)


@FEW
@given(lift=LIFT, before_s=st.floats(0.4, 6), after_s=st.floats(0.4, 6))
def test_waiting_before_and_after(lift: str, before_s: float, after_s: float) -> None:
    """However long the lifter waits before and after the set, it is the same set."""
    tempo = (1.0, 0.0, 0.9)
    plain = times_s(reps_of(skeleton(lift, reps=2, tempo=tempo, start_pad_s=1.0), lift))
    filmed = skeleton(lift, reps=2, tempo=tempo, start_pad_s=before_s, end_pad_s=after_s)
    padded = times_s(reps_of(filmed, lift))
    assert len(padded) == len(plain)
    moved = [there - here - (before_s - 1.0) for here, there in zip(plain, padded, strict=True)]
    assert max(map(abs, moved)) <= 0.03
