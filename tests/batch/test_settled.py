"""A lift that was settled once for a client: their later sets in doubt are taken for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.plan import settled_lifts
from formcheck.data import Candidate, Lift, MeasuredSet
from formcheck.reps import cut_set
from formcheck.settled import Settled, taken_for
from formcheck.signals import compute_signals
from tests.batch.uploads import good, history, run
from tests.skeleton import skeleton


@pytest.fixture(scope="module")
def in_doubt() -> MeasuredSet:
    """A front squat that may be a back squat."""
    found = cut_set(compute_signals(skeleton("front_squat", reps=2, rate_hz=15.0).track))
    assert [one.name for one in found.lift.candidates] == ["front_squat", "back_squat"]
    return found


def test_a_set_in_doubt_is_taken_for_what_was_settled(in_doubt: MeasuredSet) -> None:
    """It says so, with the day; the first of the settled ones that it may be counts."""
    before = [Settled("deadlift", "2026-11-21"), Settled("back_squat", "2026-11-20")]
    taken = taken_for(in_doubt, before)
    assert (taken.lift.name, taken.lift.how, taken.lift.candidates) == ("back_squat", "given", ())
    caution = taken.signals.cautions[-1]
    assert caution.code == "lift_settled"
    assert "taken for back squat, as you settled for this client on 2026-11-20" in caution.message
    assert len(taken.reps) == len(in_doubt.reps)


@pytest.mark.parametrize("settled", ["deadlift", "goblet_squat"])
def test_what_it_cant_be_it_isnt_taken_for(in_doubt: MeasuredSet, settled: str) -> None:
    """Another lift that was settled changes nothing."""
    assert taken_for(in_doubt, [Settled(settled, "2026-11-20")]) is in_doubt


def test_what_is_sure_stays(in_doubt: MeasuredSet) -> None:
    """A sure lift is never overridden."""
    sure = replace(in_doubt, lift=Lift("front_squat", "detected", 0.9))
    assert taken_for(sure, [Settled("back_squat", "2026-11-20")]) is sure
    named = replace(in_doubt, lift=Lift("front_squat", "given", 1.0))
    assert taken_for(named, [Settled("back_squat", "2026-11-20")]) is named


def analysis_of(out: Path, file: str) -> dict[str, Any]:
    (one,) = (one for one in history(out) if one.file == file)
    said: dict[str, Any] = json.loads((out / one.folder / "analysis.json").read_text())
    return said


def test_a_batch_remembers_it_per_client(tmp_path: Path) -> None:
    """Anna's second squat in doubt is what the list said of her first; Ben's isn't."""
    uploads, out = tmp_path / "in", tmp_path / "out"
    good(uploads / "Anna" / "a.npz", 1, "front_squat")
    rows = tmp_path / "list.csv"
    rows.write_text("client,file,lift\nAnna,in/Anna/a.npz,back_squat\n")
    assert run(rows, "--out", out).exit_code == 0
    ((day,),) = [[one.analysed_at.date().isoformat()] for one in history(out)]
    good(uploads / "Anna" / "b.npz", 2, "front_squat")
    good(uploads / "Anna" / "c.npz", 3)
    good(uploads / "Ben" / "d.npz", 4, "front_squat")
    for again in (("--out", out), ("--out", out, "--rescore")):
        words = again if "--rescore" in again else (uploads, *again)
        assert run(*words).exit_code == 0
        lifts = {file: analysis_of(out, file)["lift"] for file in ("b.npz", "c.npz", "d.npz")}
        assert lifts["b.npz"]["name"] == "back_squat"
        assert lifts["c.npz"]["name"] == "deadlift"
        assert [one["name"] for one in lifts["d.npz"]["candidates"]][:1] == ["front_squat"]
        said = [one["message"] for one in analysis_of(out, "b.npz")["quality"]["warnings"]]
        assert [f"for this client on {day}" in one for one in said].count(True) == 1
    # What was only taken for it settles nothing.
    sets = [one for one in history(out) if one.file != "a.npz"]
    assert settled_lifts(sets) == {}


def test_candidates_are_of_one_set(in_doubt: MeasuredSet) -> None:
    """The confidence that is kept is the candidate's own."""
    lift = replace(
        in_doubt.lift, candidates=(Candidate("squat", 0.5), Candidate("back_squat", 0.4))
    )
    taken = taken_for(replace(in_doubt, lift=lift), [Settled("back_squat", "2026-11-20")])
    assert taken.lift.confidence == 0.4
