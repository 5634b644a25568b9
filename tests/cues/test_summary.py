"""The set as a whole: one verdict a cue, one praise, one thing to work on."""

from __future__ import annotations

import math
import re

import pytest

from formcheck.cues import load_limits
from formcheck.cues.judging.summary import summarise, worst_first
from formcheck.cues.judging.words import texts
from formcheck.data import Finding, JudgedRep, Lift, Verdict
from tests.cues.judging import LEGS, hide, judged, judged_set
from tests.skeleton import skeleton


def test_a_clean_set() -> None:
    """A clean set is said to look good, is praised, and has nothing to work on."""
    whole = judged_set("deadlift").said.summary
    assert whole.headline.startswith("3 reps of deadlift: what could be judged looks good.")
    assert whole.praise.startswith("Well done: ")
    assert (whole.main_cue, whole.score) == (None, 100.0)
    assert whole.main_advice


def test_a_fault_on_every_rep() -> None:
    """The headline names the fault and on how many reps; its advice is the one to work on."""
    whole = judged_set("deadlift", hips_first_deg=20.0).said.summary
    assert whole.findings["hip_drive"].verdict == "fault"
    assert "3 of 3 reps" in whole.headline
    assert whole.main_cue == "hip_drive"
    assert whole.main_advice == whole.findings["hip_drive"].advice


@pytest.mark.parametrize(
    ("tips_deg", "expected"),
    [
        ((0.0,) * 6, "good"),
        ((20.0, *(0.0,) * 5), "watch"),  # one of six
        ((20.0, 20.0, *(0.0,) * 6), "fault"),  # two of eight are no accident
        ((7.0, 0.0, 0.0, 0.0), "good"),
        ((7.0, 7.0, 0.0, 0.0), "watch"),
    ],
)
def test_how_many_reps_make_it_the_sets(tips_deg: tuple[float, ...], expected: str) -> None:
    """Two faults or a third of the reps are the set's own; one is to watch."""
    one_set = judged_set("deadlift", reps=len(tips_deg), hips_first_deg=tips_deg)
    assert one_set.said.summary.findings["hip_drive"].verdict == expected


def found(cue: str, verdict: Verdict, value: float) -> Finding:
    return Finding(cue, verdict, value, "deg", 2.0, 10.0, 20.0, 0.5, f"{cue}.", f"Mind {cue}.")


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (found("depth", "fault", 40.0), found("hip_drive", "fault", 40.0), "hip_drive"),
        (found("depth", "watch", 18.0), found("lockout", "fault", 40.0), "lockout"),
        (found("depth", "watch", 11.0), found("lockout", "watch", 18.0), "lockout"),
        (found("hip_drive", "watch", 18.0), found("lockout", "fault", 40.0), "lockout"),
    ],
    ids=["weight", "severity", "certainty", "severity over weight"],
)
def test_the_worst_comes_first(one: Finding, other: Finding, first: str) -> None:
    """Of two findings the weightier, the graver, the surer is the one to work on."""
    rep = judged_set("deadlift", reps=1).reps[0]
    for pair in ((one, other), (other, one)):
        findings = {finding.cue: finding for finding in pair}
        whole = summarise(
            [JudgedRep(rep, {}, findings, 0.0)],
            {},
            Lift("back_squat", "given", 1.0),
            load_limits(),
            findings,
        )
        assert (whole.main_cue, whole.main_advice) == (first, f"Mind {first}.")


def test_why_it_comes_first_is_said() -> None:
    """The reason names the verdict, on how many reps, how clearly, and what else there is."""
    whole = judged_set("deadlift", hips_first_deg=(20.0, 20.0, 0.0)).said.summary
    assert whole.main_reason.startswith("Why this first: a fault on 2 of 3 reps, ")
    assert "clear of its limit" in whole.main_reason
    assert judged_set("deadlift").said.summary.main_reason == ""


@pytest.mark.parametrize(
    ("value", "verdict", "said"),
    [
        (26.0, "fault", "a fault on the only rep, well clear of its limit"),
        (23.0, "fault", "a fault on the only rep, clear of its limit"),
        (11.0, "watch", "worth watching on the only rep, just past its limit"),
    ],
)
def test_how_clear_it_is_follows_the_number(value: float, verdict: Verdict, said: str) -> None:
    """3, 1.5 and half a σ past the limit are told apart, and the next cue is named."""
    rep = judged_set("deadlift", reps=1).reps[0]
    findings = {"lockout": found("lockout", verdict, value), "depth": found("depth", "watch", 10.1)}
    lift = Lift("back_squat", "given", 1.0)
    whole = summarise([JudgedRep(rep, {}, findings, 0.0)], {}, lift, load_limits(), findings)
    assert whole.main_reason == f"Why this first: {said}; next in line: Deep enough."


def test_the_score_is_explained() -> None:
    """A score says in one sentence what counts; without one, why there is none."""
    whole = judged_set("deadlift").said.summary
    assert f"Of what counts, {100 * whole.judged_share:.0f} % could" in whole.score_reason
    assert whole.score_reason.count(".") == 1
    said = judged_set("deadlift", yaw_deg=90.0).said.summary.score_reason
    assert re.fullmatch(
        r"No score: \d+ % of what counts could be judged; a score needs 50 %\.", said
    )


def test_praise_is_true() -> None:
    """What is praised was found good."""
    whole = judged_set("deadlift", hips_first_deg=20.0, lumbar_deg=30.0).said.summary
    good = [cue for cue, one in whole.findings.items() if one.verdict == "good"]
    assert whole.praise.removeprefix("Well done: ").rstrip(".") in [
        texts()[cue]["good"]["praise"] for cue in good
    ]


@pytest.mark.parametrize(("seen", "praised"), [(1, False), (2, False), (3, True), (4, True)])
def test_what_few_repetitions_show_is_not_good_for_the_set(seen: int, praised: bool) -> None:
    """A cue is good for the set, and praised, where most repetitions were judged on it."""
    rep = judged_set("deadlift", reps=1).reps[0]
    reps = [
        JudgedRep(
            rep,
            {},
            {"depth": found("depth", "good" if at < seen else "cannot_judge", 1.0)},
            math.nan,
        )
        for at in range(4)
    ]
    whole = summarise(reps, {}, Lift("back_squat", "given", 1.0), load_limits(), {"depth"})
    assert bool(whole.praise) == praised
    assert whole.findings["depth"].verdict == ("good" if praised else "cannot_judge")
    assert praised or f"the {seen} of 4 reps that show it" in whole.findings["depth"].reason


def test_nothing_could_be_judged() -> None:
    """A set of which nothing is seen has no score, no praise, and says how to film it."""
    rep = judged_set("deadlift", reps=1).reps[0]
    unseen = {cue: found(cue, "cannot_judge", math.nan) for cue in ("depth", "lockout")}
    judged_rep = JudgedRep(rep, {}, unseen, math.nan)
    whole = summarise([judged_rep], {}, Lift("back_squat", "given", 1.0), load_limits(), unseen)
    assert whole.headline.endswith("but the picture doesn't show enough to judge them.")
    assert math.isnan(whole.score)
    assert (whole.praise, whole.main_cue, whole.judged_share) == ("", None, 0.0)
    assert whole.main_advice == "To see more next time: Mind depth."


def test_little_could_be_judged() -> None:
    """From the front most cues of a deadlift aren't seen: the headline says how few were."""
    whole = judged_set("deadlift", yaw_deg=90.0).said.summary
    seen = [one for one in whole.findings.values() if one.verdict != "cannot_judge"]
    assert f"only {len(seen)} of {len(whole.findings)} cues" in whole.headline
    assert math.isnan(whole.score)
    assert "side" in whole.main_advice


def test_unjudged_cues_are_mentioned() -> None:
    """Cues that couldn't be judged are counted in the headline of a good set."""
    whole = judged_set("good_morning").said.summary
    left = sum(one.verdict == "cannot_judge" for one in whole.findings.values())
    assert f"{left} cues couldn't be judged" in whole.headline


def test_what_only_the_front_shows_does_not_count_from_the_side() -> None:
    """A side view is complete without the front's cues; a front view isn't without the side's."""
    side = judged_set("goblet_squat").said.summary
    front = judged_set("goblet_squat", yaw_deg=90.0).said.summary
    unseen = [cue for cue, one in side.findings.items() if one.verdict == "cannot_judge"]
    assert {"knees_track", "symmetry"} <= set(unseen)
    assert side.judged_share > 0.8
    assert front.judged_share < 0.6


def test_one_rep_is_one_rep() -> None:
    """A single repetition is spoken of in the singular."""
    assert judged_set("deadlift", reps=1).said.summary.headline.startswith("1 rep of deadlift")


def test_hidden_reps_do_not_water_down() -> None:
    """A fault on the one rep that is seen stays a fault, however many aren't."""
    lifter = skeleton("deadlift", reps=4, hips_first_deg=20.0)
    for rep in lifter.reps[1:]:
        lifter = hide(lifter, LEGS, rep.start_s - 0.4, rep.top_s)
    one_set = judged(lifter, "deadlift")
    assert one_set.verdicts("hip_drive") == ["fault", *["cannot_judge"] * 3]
    assert one_set.said.summary.findings["hip_drive"].verdict == "fault"


@pytest.mark.parametrize(("watched", "first"), [(2, "hip_drive"), (4, "lockout")])
def test_a_fault_outweighs_what_is_to_watch_on_a_few_reps(watched: int, first: str) -> None:
    """A fault on one repetition comes before what is to watch on two of five, and after what is
    to watch on four."""
    rep = judged_set("deadlift", reps=1).reps[0]
    reps = [
        {
            "hip_drive": found("hip_drive", "good" if at else "fault", 30.0),
            "lockout": found("lockout", "watch" if at < watched else "good", 19.0),
        }
        for at in range(5)
    ]
    over_set = [JudgedRep(rep, {}, findings, 0.0) for findings in reps]
    assert worst_first(over_set, reps[0], {"hip_drive": 1.0, "lockout": 1.0})[0] == first
