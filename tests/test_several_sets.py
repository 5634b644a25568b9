"""A film of several sets on the command line and in the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

import formcheck
from formcheck.cli import main
from formcheck.poses.saved import load_poses, save_poses
from formcheck.report.form import schema
from tests.joined import joined
from tests.skeleton import skeleton


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Poses of three deadlifts and, at once, five swings."""
    path = tmp_path_factory.mktemp("film") / "superset.npz"
    lifts = (("deadlift", 3), ("kettlebell_swing", 5))
    save_poses(joined(*(skeleton(lift, reps=reps).track for lift, reps in lifts)), path)
    return path


@pytest.fixture
def one_set(tmp_path: Path) -> Path:
    """Poses of three deadlifts alone."""
    path = tmp_path / "one.npz"
    save_poses(skeleton("deadlift", reps=3).track, path)
    return path


def run(*words: Path | int | str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="formcheck")


def said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "analysis.json").read_text())
    return found


def test_every_set_has_its_own_folder_and_table(superset: Path, tmp_path: Path) -> None:
    """A whole result each; the table, the report and the record say which set it is."""
    out = tmp_path / "out"
    result = run("analyze", superset, "--out", out)
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in out.iterdir()) == ["set-1", "set-2"]
    for number, reps in ((1, 3), (2, 5)):
        form = said(out / f"set-{number}")
        Draft202012Validator(schema()).validate(form)
        assert (form["part"]["set"], form["part"]["of"]) == (number, 2)
        assert len(form["reps"]) == reps
        words = f"Set {number} of 2 · 0:"
        assert words in result.stdout
        assert words in (out / f"set-{number}" / "report.html").read_text("utf-8")
    assert result.stderr.count("Results: ") == 2


def test_why_explains_a_set_from_its_own_folder(superset: Path, tmp_path: Path) -> None:
    """The second set's verdicts are worked out again from the poses beside them."""
    assert run("analyze", superset, "--no-html", "--out", tmp_path).exit_code == 0
    result = run("why", tmp_path / "set-2", 4, "lockout")
    assert result.exit_code == 0, result.stderr
    assert "kettlebell swing" in result.stdout
    assert "The stored" not in result.stdout


def test_one_of_them_on_request(superset: Path, tmp_path: Path) -> None:
    """--set 2 judges that one alone, into the folder where it always is."""
    out = tmp_path / "out"
    assert run("analyze", superset, "--set", 2, "--no-html", "--out", out).exit_code == 0
    assert [path.name for path in out.iterdir()] == ["set-2"]
    assert said(out / "set-2")["lift"]["name"] == "kettlebell_swing"


def test_a_set_that_isnt_there_names_those_that_are(superset: Path, one_set: Path) -> None:
    """Out of range: how many there are, with their times, and exit code 2."""
    result = run("analyze", superset, "--set", 3, "--json")
    assert result.exit_code == 2
    assert "there is no set 3: 2 sets were found: set 1 (3 reps, 0:00 to 0:" in result.stderr
    assert "1 set was found" in run("analyze", one_set, "--set", 2, "--json").stderr


def test_json_is_one_analysis_that_names_the_others(superset: Path) -> None:
    """--json prints one form, that of the longest set, and a warning with the other one."""
    result = run("analyze", superset, "--json")
    form = json.loads(result.stdout)
    assert form == formcheck.analyze(superset).to_dict()
    assert (form["part"]["set"], len(form["reps"])) == (2, 5)
    (warning,) = [w for w in form["quality"]["warnings"] if w["code"] == "several_sets"]
    assert "set 1 (3 reps" in warning["message"]
    assert warning["message"] in " ".join(result.stderr.split())
    first = json.loads(run("analyze", superset, "--set", 1, "--json").stdout)
    assert (first["part"]["set"], len(first["reps"])) == (1, 3)


def test_the_library_gives_them_all(superset: Path) -> None:
    """``analyze_sets`` gives every set in order, as ``analyze`` gives each."""
    both = formcheck.analyze_sets(superset)
    assert [len(one.reps) for one in both] == [3, 5]
    for number, one in enumerate(both, start=1):
        asked = formcheck.analyze(superset, formcheck.Request(set_number=number))
        assert asked.to_dict() == one.to_dict()
    assert max(one.track.time_s.size for one in both) < load_poses(superset).time_s.size


def test_results_of_other_sets_dont_stay(superset: Path, one_set: Path, tmp_path: Path) -> None:
    """Where an earlier run found other sets, what it wrote is gone, and nothing else."""
    out = tmp_path / "out"
    assert run("analyze", one_set, "--out", out).exit_code == 0
    (out / "notes.txt").write_text("mine")
    assert run("analyze", superset, "--no-html", "--out", out).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["notes.txt", "set-1", "set-2"]
    (out / "set-9").mkdir()
    assert run("analyze", one_set, "--no-html", "--out", out).exit_code == 0
    assert {"set-1", "set-2"}.isdisjoint(path.name for path in out.iterdir())
    assert (out / "set-9").exists()
    assert (out / "notes.txt").exists()
