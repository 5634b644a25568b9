"""A repetition is judged by the frames near it, and gets the answer of the whole set."""

from __future__ import annotations

from typing import Any

import pytest

from formcheck.cues import CUES, judge, load_limits
from formcheck.cues.judging import seen as seen_module
from formcheck.cues.judging.measures import measures
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Signals
from tests.cues.judging import judged_set
from tests.cues.test_working import SHOWN_ON

LONG: dict[str, Any] = {"reps": 6, "rest_s": 3.0, "noise_px": 1.5, "end_pad_s": 1.5}
"""Long enough that not all of it is near a repetition."""


@pytest.mark.parametrize("cue", sorted(CUES))
def test_the_frames_near_a_repetition_are_enough(cue: str) -> None:
    """Value, σ, moment and arithmetic are to the last digit those that the whole set gives."""
    lift, dials = SHOWN_ON[cue]
    one_set = judged_set(lift, **{**LONG, **dials, "reps": 6})
    seen = Seen(one_set.measured)
    for rep in one_set.reps:
        near, whole = CUES[cue].measure(rep, seen.near(rep)), CUES[cue].measure(rep, seen)
        assert seen.near(rep).time_s.size < seen.time_s.size
        assert (near.value, near.sigma, near.at_s) == (whole.value, whole.sigma, whole.at_s)
        assert near.working.told() == whole.working.told()
        assert near.working.parts == whole.working.parts


def test_plain_numbers_are_those_of_the_whole_set() -> None:
    """So are the measures of the table."""
    one_set = judged_set("deadlift", **LONG)
    seen = Seen(one_set.measured)
    for rep in one_set.reps:
        assert measures(rep, seen.near(rep)) == measures(rep, seen)


def test_another_repetition_isnt_near() -> None:
    """Who asks the frames near one repetition for another is told, not given what is nearest."""
    one_set = judged_set("deadlift", **LONG)
    first, last = one_set.reps[0], one_set.reps[-1]
    seen = Seen(one_set.measured)
    for here, there in ((first, last), (last, first)):
        with pytest.raises(LookupError, match="near its repetition"):
            seen.near(here).during(there.start_s, there.end_s)
        assert seen.near(here).near(there).during(there.start_s, there.end_s).any()


@pytest.mark.parametrize("reps", [3, 9])
def test_heights_are_worked_out_once(reps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many repetitions a set has, what is of the whole set is worked out once."""
    one_set, asked = judged_set("deadlift", reps=reps, end_pad_s=1.5), []
    for name in ("height", "hip_height", "_standing", "_standing_deg", "_longest_px"):
        original = getattr(seen_module, name)

        def counted(*given: Any, name: str = name, original: Any = original) -> Any:
            asked.append(name if name != "_standing_deg" else f"{name} {given[1]}")
            return original(*given)

        monkeypatch.setattr(seen_module, name, counted)
    judge(one_set.measured, load_limits())
    assert "height" in asked
    assert len(asked) == len(set(asked))


def test_a_place_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cutting a set asks for the shoulders' height many times, and gets the same array's."""
    from formcheck.reps import cut_set, drive  # noqa: PLC0415

    asked: list[tuple[int, ...]] = []
    original = drive._placed

    def counted(signals: Signals, joints: dict[Any, int]) -> FloatArray:
        asked.append(tuple(joints.values()))
        return original(signals, joints)

    motion = judged_set("deadlift", reps=7).motion
    monkeypatch.setattr(drive, "_placed", counted)
    fresh = type(motion)(**{name: getattr(motion, name) for name in motion.__dataclass_fields__})
    assert len(cut_set(fresh).reps) == 7
    assert len(asked) == len(set(asked)) > 0
