"""The command line: help, listings, what goes to stdout and what to stderr."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from rich.console import Console

import formcheck
from formcheck import cli
from formcheck.commands.terminal import progress_on
from formcheck.cues import load_limits
from formcheck.cues.judging import guidance, words
from formcheck.cues.judging.explain import explain
from formcheck.doctor import Check
from formcheck.report.form import schema as form_schema
from formcheck.synth import truth_path
from formcheck.synth.spec import Spec
from formcheck.version import VERSION
from tests.command_tree import children
from tests.skeleton import skeleton

ROOT = Path(__file__).parents[1]
COLUMNS = 80
SCREEN_LINES = 23  # of 24, as the prompt has one


def commands(
    group: click.Group = cli.main, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name, command in sorted(children(group).items()):
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


def run(*arguments: object) -> Result:
    result = CliRunner(env={"COLUMNS": str(COLUMNS)}).invoke(
        cli.main,
        [str(argument) for argument in arguments],
        prog_name="formcheck",
        catch_exceptions=False,
    )
    assert not result.stdout or result.stdout.endswith("\n")
    return result


def good(*arguments: object) -> str:
    """Stdout of a command that went well and had nothing to say on stderr."""
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def widest(text: str) -> int:
    return max(len(line.rstrip()) for line in text.splitlines())


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Saved poses of a set with a fault on its last rep."""
    path = tmp_path_factory.mktemp("poses") / "poses.npz"
    formcheck.save_poses(skeleton("deadlift", hips_first_deg=(0.0, 0.0, 25.0)).track, path)
    return path


# ---------------------------------------------------------------- help


@pytest.mark.parametrize(("path", "command"), commands(), ids=str)
def test_every_command_has_help(path: tuple[str, ...], command: click.Command) -> None:
    """Each command explains itself and each of its options, in 80 columns."""
    text = good(*path, "--help")
    assert text == good(*path, "-h")
    assert text.startswith(f"Usage: formcheck {' '.join(path)}")
    assert widest(text) <= COLUMNS
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.name}"


def test_help_names_the_exit_codes() -> None:
    """The exit codes are in the help of the program, each one that errors.py has."""
    text = " ".join(good("--help").split())
    codes = {kind.exit_code for kind in _errors(formcheck.FormcheckError)} - {1}
    for code in (0, *sorted(codes), 130):
        assert re.search(rf"\b{code} \w", text), code


def _errors(kind: type[formcheck.FormcheckError]) -> list[type[formcheck.FormcheckError]]:
    return [kind, *(deeper for one in kind.__subclasses__() for deeper in _errors(one))]


def test_no_command_shows_the_help() -> None:
    """Called with nothing, formcheck shows its help and is no success."""
    result = run()
    assert result.exit_code == 2
    assert "Usage: formcheck" in result.stderr + result.stdout


def test_version_is_that_of_the_code() -> None:
    """--version prints the name and the version, as every result has it."""
    assert good("--version") == f"formcheck, version {VERSION}\n"


def test_python_dash_m() -> None:
    """`python -m formcheck` is the same command, under its own name."""
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: formcheck [OPTIONS] COMMAND")
    assert done.stderr == ""


# ---------------------------------------------------------------- cues, schema, models, doctor


def test_cues_fit_one_screen() -> None:
    """`formcheck cues` names every cue with its title, in 80 columns and 24 lines."""
    text = good("cues")
    assert widest(text) <= COLUMNS
    assert len(text.splitlines()) <= SCREEN_LINES
    flat = " ".join(text.split())
    for cue in load_limits().cues:
        assert f"{cue} {words.title(cue)}" in flat


def test_cues_says_what_no_camera_sees() -> None:
    """`formcheck cues unseen` has what isn't seen with advice, and that deadlifts are disputed."""
    assert "formcheck cues unseen" in good("cues")
    text = good("cues", "unseen")
    assert widest(text) <= COLUMNS
    flat = " ".join(text.split())
    for one in guidance.unseen():
        assert f"{one.title} {one.what} {one.advice}" in flat
    assert guidance.deadlifts("deadlift") in flat


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("analize", "x.mp4"), "analyze"),
        (("cues", "hip-drive"), "hip_drive"),
        (("cues", "hipdrive"), "hip_drive"),
        (("analyze", "x.npz", "--lift", "deadlfit"), "deadlift"),
        (("analyze", "x.npz", "--lift", "front_sqat"), "front_squat"),
    ],
)
def test_what_was_meant_is_named(arguments: tuple[str, ...], meant: str) -> None:
    """A misspelled command, cue or lift: one line that asks for the right one."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert f"Did you mean {meant}?" in result.stderr
    assert result.stderr.count("\n") == 1


def test_what_is_like_nothing_is_not_guessed() -> None:
    """Of a word that is near to nothing nothing is asked."""
    assert "Did you mean" not in run("cues", "elbows_close").stderr


@pytest.mark.parametrize("command", ["analyze", "batch"])
@pytest.mark.parametrize("address", ["https://example.org/a.mp4", "http://a.b/c.mov"])
def test_an_address_is_to_be_downloaded_first(command: str, address: str, tmp_path: Path) -> None:
    """An address isn't a missing file: nothing is fetched, and that is said."""
    result = run(command, address, "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "Download the film first" in result.stderr


@pytest.mark.parametrize("cue", load_limits().cues)
def test_a_cue_is_explained(cue: str) -> None:
    """`formcheck cues ID` prints the whole explanation, in 80 columns."""
    text = good("cues", cue)
    assert widest(text) <= COLUMNS
    flat = " ".join(text.split())
    about = explain(cue, load_limits())
    for part in (about.title, *(part for row in about.rows.values() for part in row)):
        assert " ".join(part.split()) in flat


def test_cues_with_a_coachs_limits(tmp_path: Path) -> None:
    """A coach's limit is shown for its lift, with its source as it is written there."""
    mine = tmp_path / "mine.toml"
    mine.write_text('[hip_drive.deadlift]\nfault = 33.0\nsource = "[bold]me[/bold] :smile:"\n')
    text = " ".join(good("cues", "hip_drive", "--limits", mine).split())
    assert "For the deadlift: watch above 3°; fault above 33°" in text
    assert "Yours: fault 33° (standard 8°)." in text
    assert "Source: [bold]me[/bold] :smile:." in text


def test_unknown_cue() -> None:
    """A cue that isn't is refused in one line that lists those that are."""
    result = run("cues", "elbows_close")
    assert result.exit_code == 2
    known = ", ".join(load_limits().cues)
    assert result.stderr == f"formcheck: no cue 'elbows_close'. Known: {known}.\n"


def test_schema_is_a_schema() -> None:
    """`formcheck schema` prints the JSON Schema itself."""
    Draft202012Validator.check_schema(json.loads(good("schema")))


def test_models_are_listed() -> None:
    """Each model with whether it is here."""
    lines = good("models", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["full"]
    assert all(re.search(r"\b(not here|here|damaged)\b", line) for line in lines)


def test_unknown_model() -> None:
    """A model that isn't is refused by both commands that take one."""
    for command in ("fetch", "verify"):
        result = run("models", command, "huge")
        assert result.exit_code == 2
        assert result.stderr.startswith("formcheck: no model is called 'huge'")
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_doctor(monkeypatch: pytest.MonkeyPatch, ok: bool, code: int) -> None:
    """The doctor lists what it found; what is missing comes with its mend, and exit code 1."""
    checks = [
        Check("Python", True, "3.11", ""),
        Check("libGL", ok, "loads" if ok else "missing", "apt-get install [libgl1]"),
    ]
    monkeypatch.setattr("formcheck.commands.doctor.examine", lambda: checks)
    result = run("doctor")
    assert result.exit_code == code
    assert "Python: 3.11" in result.stdout
    assert ("mend it with: apt-get install [libgl1]" in result.stdout) == (not ok)


# ---------------------------------------------------------------- analyze


def test_table_fits_the_terminal(poses: Path, tmp_path: Path) -> None:
    """The table has a column a rep and fits 80 columns; where the results are goes to stderr."""
    result = run("analyze", poses, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert widest(result.stdout) <= COLUMNS
    assert re.search(r"^Rep +1 +2 +3", result.stdout, re.M)
    assert "hips rise first" in result.stdout
    assert result.stderr == f"Results: {tmp_path / 'out' / 'report.html'}\n"


def test_changed_limits_are_named(poses: Path, tmp_path: Path) -> None:
    """With a coach's file the table says what it changed, and the JSON holds it."""
    mine = tmp_path / "club.toml"
    mine.write_text("[hip_drive.any]\nwatch = 5.0\n")
    arguments = ("analyze", poses, "--limits", mine, "--no-html", "--out", tmp_path / "out")
    flat = " ".join(run(*arguments).stdout.split())
    assert (
        "Your limits, from club.toml: Chest up with hips (any lift): watch 5° (standard 3°)" in flat
    )
    (change, _) = json.loads((tmp_path / "out" / "analysis.json").read_text())["limits_changed"]
    assert (change["key"], change["value"], change["standard"]) == ("watch", 5.0, 3.0)


def test_json_alone_on_stdout(poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--json prints the analysis and nothing else on stdout, and writes no file unasked."""
    monkeypatch.chdir(tmp_path)
    result = run("analyze", poses, "--json")
    assert result.exit_code == 0
    form = json.loads(result.stdout)
    Draft202012Validator(form_schema()).validate(form)
    assert form == formcheck.analyze(poses).to_dict()
    assert list(tmp_path.iterdir()) == []


def test_json_with_out_does_both(poses: Path, tmp_path: Path) -> None:
    """--json with --out prints what it writes."""
    result = run("analyze", poses, "--json", "--no-html", "--out", tmp_path / "out")
    assert json.loads(result.stdout) == json.loads((tmp_path / "out/analysis.json").read_text())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "analysis.json",
        "formcheck.json",
        "poses.npz",
        "reps.csv",
    ]


def test_results_go_beside_under_the_films_name(
    poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --out the folder is the film's name with -formcheck, where one stands."""
    monkeypatch.chdir(tmp_path)
    assert run("analyze", poses, "--no-html").exit_code == 0
    assert (tmp_path / "poses-formcheck" / "analysis.json").exists()


def test_drawing_changes_no_answer(tmp_path: Path, model_path: Path) -> None:
    """With and without the annotated video and the report: the same analysis.json."""
    clip = ROOT / "sample_videos" / "deadlift_good.mp4"
    for name, options in {"drawn": (), "plain": ("--no-video", "--no-html")}.items():
        result = run("analyze", clip, "--end", "3.45", "--out", tmp_path / name, *options)
        assert result.exit_code == 0, result.stderr
    drawn, plain = tmp_path / "drawn", tmp_path / "plain"
    assert (drawn / "analysis.json").read_bytes() == (plain / "analysis.json").read_bytes()
    assert (drawn / "reps.csv").read_bytes() == (plain / "reps.csv").read_bytes()
    assert {path.name for path in drawn.iterdir()} - {path.name for path in plain.iterdir()} == {
        "annotated.mp4",
        "report.html",
    }


# ---------------------------------------------------------------- progress


def shown(is_terminal: bool) -> str:
    """What the progress writes over a watch of ten seconds."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=is_terminal, width=COLUMNS)
    with progress_on(console) as bar:
        for done_s in range(11):
            bar.watching(float(done_s), 10.0)
        bar._progress.refresh()
        bar.start("Drawing", 10.0)
        bar.done(5.0)
        bar._progress.refresh()
    return text.getvalue()


def test_progress_on_a_terminal() -> None:
    """A terminal shows what is being done, how much of it, and the time left."""
    text = shown(is_terminal=True)
    assert "Watching" in text
    assert "100%" in text
    assert re.search(r"\d:\d\d:\d\d|-:--:--", text)
    assert "Drawing" in text
    assert " 50%" in text


def test_progress_in_a_pipe() -> None:
    """Anything but a terminal gets nothing."""
    assert shown(is_terminal=False) == ""


def test_quiet_shows_no_progress() -> None:
    """--quiet shows nothing, on a terminal too."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=COLUMNS)
    with progress_on(console, quiet=True) as bar:
        bar.watching(5.0, 10.0)
    assert text.getvalue() == ""


@pytest.mark.parametrize("total_s", [float("nan"), 0.0, float("inf")])
def test_progress_of_unknown_length(total_s: float) -> None:
    """A film that doesn't say how long it is shows no share done, and no error."""
    text = io.StringIO()
    with progress_on(Console(file=text, force_terminal=True, width=COLUMNS)) as bar:
        bar.watching(1.0, total_s)
        bar._progress.refresh()
    assert "Watching" in text.getvalue()
    assert "100%" not in text.getvalue()


# ---------------------------------------------------------------- synth


def test_synth_renders_what_the_spec_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The spec, its seed replaced, goes to the renderer; film and truth are named."""
    asked: list[tuple[Spec, Path, int]] = []

    def render(spec: Spec, out: Path, *, jobs: int, progress: Callable[[int, int], None]) -> None:
        asked.append((spec, out, jobs))
        progress(1, 1)

    monkeypatch.setattr("formcheck.synth.render", render)
    spec, out = tmp_path / "one.toml", tmp_path / "one.mp4"
    spec.write_text('lift = "deadlift"\nreps = 1\nseed = 3\n')
    text = good("synth", spec, "--out", out, "--jobs", 2, "--seed", 9)
    ((drawn, place, jobs),) = asked
    assert (drawn.lift, drawn.reps, drawn.seed) == ("deadlift", 1, 9)
    assert (place, jobs) == (out, 2)
    assert text.splitlines() == [str(out), str(truth_path(out))]


@pytest.mark.parametrize(
    ("text", "out", "said"),
    [
        ('lift = "deadlift"\nreps = 0\n', "one.mp4", "line 2: reps = 0 is outside 1 to 50"),
        ('lift = "curl"\n', "one.mp4", "lift = 'curl' is unknown"),
        ('lift = "deadlift"\n', "one.avi", "the film is an .mp4"),
    ],
)
def test_synth_refuses_nonsense(tmp_path: Path, text: str, out: str, said: str) -> None:
    """A wrong spec is refused by field and line, and so is another kind of film."""
    spec = tmp_path / "one.toml"
    spec.write_text(text)
    result = run("synth", spec, "--out", tmp_path / out)
    assert result.exit_code == 2
    assert result.stderr.startswith("formcheck: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_synth_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyvista the command that installs it is named."""
    monkeypatch.setitem(sys.modules, "pyvista", None)
    spec = tmp_path / "one.toml"
    spec.write_text('lift = "deadlift"\n')
    result = run("synth", spec, "--out", tmp_path / "one.mp4")
    assert result.exit_code == 2
    assert "formcheck[synth]" in result.stderr
    assert result.stderr.count("\n") == 1
