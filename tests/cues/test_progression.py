"""progression: form against load, and what load is next."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from formcheck import cli
from formcheck.cues import load_limits
from formcheck.cues.judging.training import SetRecord, record_of, trend_of
from formcheck.cues.progression import Progression, progression
from formcheck.errors import BadRequest
from formcheck.pipeline import Request, analyze
from formcheck.poses.saved import save_poses
from tests.skeleton import skeleton


def one_set(day: int, load_kg: float, score: float = 90.0, **more: Any) -> SetRecord:
    date = datetime.date(2026, 11, day)
    return SetRecord(date, "deadlift", load_kg, 5, score=score, judged_share=0.8, **more)


def judged(*sets: SetRecord) -> Progression:
    found = progression(sets, load_limits())
    assert found is not None
    return found


def test_a_small_step_with_good_form() -> None:
    """After +4 % with good form the next load is 2.5 to 5 % more, in plates."""
    found = judged(one_set(1, 50.0), one_set(8, 52.0))
    assert found.finding.verdict == "good"
    assert found.finding.value == pytest.approx(4.0)
    assert found.next_kg == (53.5, 54.5)
    assert "53.5 to 54.5 kg" in found.finding.advice


@pytest.mark.parametrize(
    ("load_kg", "verdict"), [(52.5, "good"), (54.0, "watch"), (56.0, "fault"), (45.0, "good")]
)
def test_the_size_of_the_step(load_kg: float, verdict: str) -> None:
    """Up to 5 % is a small step, up to 10 % a larger one, more is a large one; less is none."""
    found = judged(one_set(1, 50.0), one_set(8, load_kg))
    assert found.finding.verdict == verdict
    assert (found.next_kg is None) == (verdict != "good")


@pytest.mark.parametrize(("share", "more"), [(0.2, True), (1 / 3, False), (1.0, False)])
def test_no_more_after_faults(share: float, more: bool) -> None:
    """A fault on a third of the repetitions or more: no increase, and the cue is named."""
    found = judged(one_set(1, 50.0), one_set(8, 50.0, faults={"hip_drive": share}))
    assert (found.next_kg is not None) == more
    assert ("Chest up with hips" in found.finding.advice) != more


def test_back_to_where_the_form_held() -> None:
    """After a step that the form didn't bear, the load before it is named."""
    found = judged(one_set(1, 50.0), one_set(8, 60.0, faults={"hip_drive": 1.0}))
    assert "Go back to 50 kg" in found.finding.advice
    never = judged(one_set(1, 60.0, faults={"hip_drive": 1.0}))
    assert "Stay at 60 kg" in never.finding.advice


def test_form_that_was_not_seen() -> None:
    """Without a score, or with less than half judged, no increase is suggested."""
    assert judged(one_set(1, 50.0, score=math.nan)).next_kg is None
    hardly = SetRecord(datetime.date(2026, 11, 1), "deadlift", 50.0, 5, 90.0, 0.3)
    found = judged(hardly)
    assert found.next_kg is None
    assert "too little" in found.finding.advice


def test_the_heaviest_set_of_a_session_counts() -> None:
    """Warm-up sets of the day don't make a step; the order of the rows doesn't matter."""
    sets = [one_set(8, 20.0), one_set(8, 51.0), one_set(1, 50.0), one_set(1, 30.0)]
    assert judged(*sets).finding.value == pytest.approx(2.0)


def test_a_first_session_and_bodyweight() -> None:
    """One session has no step; without a load, repetitions are added."""
    assert "first session" in judged(one_set(1, 50.0)).finding.reason
    found = judged(one_set(1, 0.0))
    assert found.next_kg is None
    assert "repetition" in found.finding.advice


def test_a_light_load_still_grows_by_a_plate() -> None:
    """Where 2.5 % is less than half a kilogram, half a kilogram is the step."""
    assert judged(one_set(1, 4.0)).next_kg == (4.5, 4.5)


def test_form_against_load() -> None:
    """The trend is the score's change for 10 % more load, with its error."""
    sets = [one_set(day, 100.0 + 10 * (day - 3), 90.0 - 5 * (day - 3)) for day in range(1, 6)]
    trend = trend_of(sets)
    assert trend is not None
    assert trend.points == pytest.approx(-5.0)
    assert trend.sigma == pytest.approx(0.0, abs=1e-6)
    assert trend_of(sets[:3]) is None
    assert trend_of([one_set(day, 50.0) for day in range(1, 6)]) is None


def test_one_lift_at_a_time() -> None:
    """Several lifts in one question are a mistake of the caller's."""
    other = SetRecord(datetime.date(2026, 11, 1), "back_squat", 50.0, 5)
    with pytest.raises(ValueError, match="one lift"):
        judged(one_set(1, 50.0), other)
    with pytest.raises(ValueError, match="one lift"):
        judged()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An analysis of deadlifts whose hips rise first on two of three repetitions."""
    path = tmp_path_factory.mktemp("log") / "set.npz"
    save_poses(skeleton("deadlift", hips_first_deg=(20.0, 20.0, 0.0)).track, path)
    return analyze(path, Request(lift="deadlift")).to_dict()


def test_a_record_of_an_analysis(faulty: dict[str, Any]) -> None:
    """Load and date come from the log, all else from the analysis."""
    made = record_of(faulty, datetime.date(2026, 11, 1), 60.0)
    assert (made.lift, made.reps, made.load_kg) == ("deadlift", 3, 60.0)
    assert made.faults["hip_drive"] == pytest.approx(2 / 3)
    assert made.judged_share == pytest.approx(faulty["set"]["judged_share"])


def run(tmp_path: Path, text: str, *options: str) -> Result:
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    return CliRunner().invoke(cli.main, ["progression", str(tmp_path / "log.csv"), *options])


def test_the_command(tmp_path: Path, faulty: dict[str, Any]) -> None:
    """A log with scores and an analysis: per lift the step, the trend, what is next."""
    (tmp_path / "monday").mkdir()
    (tmp_path / "monday" / "analysis.json").write_text(json.dumps(faulty), encoding="utf-8")
    log = (
        "date,lift,load_kg,reps,score,faults,analysis,side\n"
        "2026-11-01,deadlift,60,5,92,,,\n"
        "2026-11-08,Deadlift,61,3,,,monday,\n"
        "\n"
        "2026-11-08,split squat,10,8,88,knees_track:1,,left\n"
    )
    said = run(tmp_path, log)
    assert said.exit_code == 0, said.output
    assert "Deadlift: 2 sets in 2 sessions" in said.output
    assert "Chest up with hips" in said.output
    assert "Split squat, left: 1 set in 1 session\n" in said.output
    assert "10.5 kg" in said.output
    told = json.loads(run(tmp_path, log, "--json").stdout)
    assert [one["next_kg"] for one in told] == [None, [10.5, 10.5]]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("date,lift,reps\n", "no column 'load'. Row 1 has 'date', 'lift', 'reps'"),
        ("date,lift,load_kg,reps\n", "no sets"),
        ("date,lift,load_kg,reps\n1/11/26,deadlift,60,5\n", "may be 2026-01-11 or 2026-11-01"),
        ("date,lift,load_kg,reps\n2026-11-01,squat,60,5\n", "may be a back, front, goblet"),
        ("date,lift,load_kg,reps\n2026-11-01,deadlift,60,5.5\n", "reps '5.5' isn't a whole"),
        ("date,lift,load_kg,reps\n2026-11-01,bench,60,5\n", "row 2: left out: unknown lift"),
        ("date,lift,load_kg,reps\n2026-11-01,deadlift,much,5\n", "row 2: left out: load_kg 'much'"),
        ("date,lift,load_kg,reps\n2026-11-01,deadlift,60,0\n", "outside 1 to 1000"),
        ("date,lift,load_kg,reps,faults\n2026-11-01,deadlift,60,5,knees\n", "no cue 'knees'"),
        ("date,lift,load_kg,reps,side\n2026-11-01,deadlift,60,5,up\n", "neither left nor right"),
        ("date,lift,load_kg,reps,score\n2026-11-01,deadlift,60\n", "no reps is given"),
        ("date,lift,load_kg,reps,analysis\n2026-11-01,deadlift,60,5,gone\n", "row 2: left out: "),
    ],
)
def test_a_log_that_makes_no_sense(tmp_path: Path, text: str, complaint: str) -> None:
    """Where no row can be used, it is told in one line, with the row of the log."""
    said = run(tmp_path, text)
    assert said.exit_code == BadRequest.exit_code
    assert complaint in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_row_that_is_not_understood_leaves_the_others(tmp_path: Path) -> None:
    """A log as a spreadsheet writes it, with one row amiss: the others count, it is named."""
    said = run(
        tmp_path,
        "sep=;\nDate;Exercise;Weight (lbs);Reps;Mood;Score\n"
        "01.11.2026;Kettlebell Swing;53;10;;92,5\n"
        "08.11.2026;Bench press;100;5;tired;\n"
        "15.11.2026;KB swings;53;10;;93\n",
    )
    assert said.exit_code == 0
    assert "Kettlebell swing: 2 sets in 2 sessions" in said.stdout
    assert "row 3: left out: unknown lift 'Bench press'" in said.stderr
    assert "column 'Mood' isn't used" in said.stderr
