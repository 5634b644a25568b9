"""Every command line of the pages runs: each is executed in a folder as the pages suppose it.

Lines of ``sh`` blocks and commands in the text, one test each. The films that the pages name
are small ones, and what is seen in them is known, so that no line waits for the pose engine.
What goes on until it is stopped is started and stopped. Few lines aren't run here;
``ELSEWHERE`` says where they are.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main as benchmarks
from formcheck.cli import main
from formcheck.data import PoseTrack
from formcheck.history.store import DATABASE, open_store, sqlite_url
from formcheck.poses.cache import MB_VARIABLE
from formcheck.serve.kept.decisions import Decision, decide
from formcheck.serve.kept.people import client_named, keep_coach
from formcheck.video import Film
from tests.batch.uploads import good
from tests.command_tree import children
from tests.skeleton import skeleton
from tests.video.films import make_film

ROOT = Path(__file__).parent.parent
RUN_BY_THEIR_OWN = {
    "extend_*.md": "a test puts their blocks in place and runs them",
    "notebooks.md": "a test runs the notebooks",
    "release.md": "tests/test_release.py builds and checks; tags and uploads are made by hand",
}
"""Pages whose lines need what only they make."""

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    ROOT / "sample_videos" / "README.md",
    *(
        page
        for page in sorted((ROOT / "docs").glob("*.md"))
        if not any(page.match(own) for own in RUN_BY_THEIR_OWN)
    ),
]
PROGRAMS = "formcheck|make|pip|pipx|uv|python3?|sudo|docker|export"
RATE_HZ, SCALE_PX = 15.0, 200.0
WAIT_S = 60

HIPS_FIRST = {"hips_first_deg": (0.0, 0.0, 25.0)}
FILMS: dict[str, dict[str, Any]] = {
    "my_set.mp4": HIPS_FIRST,
    "last_week.mp4": HIPS_FIRST,
    "today.mp4": {},
    "left.mp4": {"lift": "split_squat"},
    "right.mp4": {"lift": "split_squat", "mirror": True},
    "sample_videos/deadlift_good.mp4": {},
}
"""The films that the pages name, and what is lifted in them."""

UPLOADS = (
    "uploads/Éowyn/2026-11-09 deadlift 60kg.npz",
    "uploads/Sam/2026-11-10 deadlift 80kg.npz",
)
LOG = "date,lift,load,reps,score\n2026-11-01,deadlift,60 kg,5,80\n"

ELSEWHERE = (
    (
        r"(\S*pip|pipx|uv) ",
        "installs, in environments of their own: the release's tests; extras are looked up here",
    ),
    (r"python3 -m venv", "the Makefile does the same for every `make test`"),
    (
        r".*docker compose",
        "Docker: tests/serve/test_compose.py, tests/batch/test_cluster.py run what it starts",
    ),
    (r"formcheck batch .*--scheduler", "tests/batch/test_cluster.py, with a cluster of its own"),
    (
        r"formcheck models fetch",
        "uses the network: tests/poses/test_model.py, with a server of its own",
    ),
    (
        r"formcheck synth",
        "an extra of 3 GB: tests/synth/test_spec.py reads the specs, `make samples` draws",
    ),
    (r"python docs/make_", "tests/test_docs.py and tests/test_filming.py hold its page to it"),
)
"""Lines that aren't run here, and where they are."""

MEANT = {
    "VIDEO": "my_set.mp4",
    "ANALYSIS": "my_set-formcheck",
    "REP": "3",
    "CUE": "hip_drive",
    "ID": "hip_drive",
    "A": "last_week.mp4",
    "B": "today.mp4",
    "LOG": "log.csv",
    "SOURCE...": "uploads",
    "DIR": "results",
    "[CLIENT]": "eowyn",
    "FILE": "club.toml",
    "shins_upright": "hip_drive",  # a cue that a page adds
}
"""What stands for the words that stand for something."""

GOES_ON = {"serve": "Ctrl-C", "live": '"state": "open"'}
"""Commands that go on until they are stopped, and what they say when they have begun."""

MAY_LACK = "formcheck doctor"  # 1 where this machine lacks something
ENDED_IN_ORDER = (130, 143)


def _lines(page: Path) -> Iterator[str]:
    """The command lines of a page, without comments, each once."""
    text = page.read_text("utf-8")
    for block in re.findall(r"^ *```sh\n(.*?)^ *```$", text, flags=re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from re.findall(rf"`((?:{PROGRAMS}) [^`]+)`", prose)


def _all_lines() -> list[str]:
    """Every line, with what is meant in place of what stands for it."""
    lines: dict[str, None] = {}
    for page in PAGES:
        for line in _lines(page):
            words = [MEANT.get(word, word) for word in shlex.split(line, comments=True)]
            if words and words[1:2] != ["..."]:
                lines[shlex.join(words).removeprefix(".venv/bin/")] = None
    return list(lines)


LINES = _all_lines()


def _elsewhere(line: str) -> bool:
    return any(re.match(pattern, line) for pattern, _ in ELSEWHERE)


def _as_seen(film: Film, **_: object) -> PoseTrack:
    """What is seen in a film of that name, in place of looking."""
    name = film.path.relative_to(Path.cwd()) if film.path.is_absolute() else film.path
    lifter = skeleton(reps=3, rate_hz=RATE_HZ, scale_px=SCALE_PX, **FILMS[name.as_posix()])
    return replace(lifter.track, source=film.source)


def _stand_in(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.chdir(folder)
    patch.setenv(MB_VARIABLE, "0")
    for place in ("formcheck.poses.track", "formcheck.poses"):
        patch.setattr(f"{place}.estimate_poses", _as_seen)


@pytest.fixture(scope="module")
def suppose(tmp_path_factory: pytest.TempPathFactory, model_path: Path) -> Path:
    """A folder in which there is what the pages suppose."""
    here = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        _stand_in(here, patch)
        for name, dials in FILMS.items():
            track = skeleton(reps=3, rate_hz=RATE_HZ, scale_px=SCALE_PX, **dials).track
            wide, high = (side // 2 * 2 for side in track.frame_size)
            Path(name).parent.mkdir(exist_ok=True)
            make_film(Path(name), list(track.time_s), size=(wide, high), rate=round(RATE_HZ))
        for number, name in enumerate(UPLOADS):
            good(Path(name), number)
        (block,) = re.findall(
            r"```toml\n(.*?)```", (ROOT / "docs" / "limits.md").read_text("utf-8"), re.DOTALL
        )
        Path("club.toml").write_text(block, "utf-8")
        Path("log.csv").write_text(LOG, "utf-8")
        _run("formcheck analyze my_set.mp4 --no-video")
        _run("formcheck batch uploads --out results")
        _decide(Path("results"))
        shutil.copy(Path("results") / DATABASE, ".")
        shutil.copytree("results", "desk")
    return here


def _decide(out: Path) -> None:
    """Let a coach agree with one verdict."""
    with open_store(sqlite_url(out / DATABASE)) as store:
        one = store.sets("Sam", details=True)[0]
        judged = one.reps[0]
        decide(
            store,
            Decision(
                client_id=client_named(store, "Sam").id,
                content=one.content,
                coach_id=keep_coach(store, "Bea", "").id,
                kind="verdict",
                rep=judged.rep.index,
                at_start_s=judged.rep.start_s,
                at_end_s=judged.rep.end_s,
                cue="hip_drive",
                was=judged.findings["hip_drive"].verdict,
                said=judged.findings["hip_drive"].verdict,
                blind=False,
                why="seen",
            ),
        )


def _run(line: str) -> None:
    """Run a line of formcheck's in this process; what breaks comes through."""
    words = shlex.split(line)[1:]
    done = CliRunner().invoke(main, words, prog_name="formcheck", catch_exceptions=False)
    allowed = (0, 1) if line == MAY_LACK else (0,)
    assert done.exit_code in allowed, f"{line}\n{done.output}"


@pytest.fixture
def here(suppose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, with one upload that wasn't there yet, to stand in."""
    copy = tmp_path / "here"
    shutil.copytree(suppose, copy)
    good(copy / "uploads" / "Sam" / "2026-11-12 deadlift 85kg.npz", len(UPLOADS))
    _stand_in(copy, monkeypatch)
    return copy


@pytest.mark.parametrize("line", [line for line in LINES if not _elsewhere(line)])
def test_a_line_of_the_pages_runs(line: str, here: Path) -> None:
    """It does what the page says without an error; `make` and the benchmarks are only asked
    whether they would.
    """
    program, *words = shlex.split(line)
    if program == "formcheck":
        _run_ours(words)
    elif program == "make":
        asked = ["make", "--dry-run", *words]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    elif program == "export":
        name = words[0].partition("=")[0]
        said = [path.read_text("utf-8") for path in (ROOT / "formcheck").rglob("*.py")]
        assert any(f'"{name}"' in text for text in said)
    else:
        assert (program, *words[:2]) == ("python", "-m", "benchmarks")
        benchmarks.make_context("benchmarks", words[2:])


def _run_ours(words: list[str]) -> None:
    """Run a command of formcheck's; one that is only named is asked for its help."""
    command, arguments = _command(words)
    if words[0] in GOES_ON and "--list" not in words:
        _start_and_stop(words)
    elif not arguments and _wants_more(command):
        _run(shlex.join(["formcheck", *words, "--help"]))
    else:
        _run(shlex.join(["formcheck", *words]))


def _command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words call, and what is left of them."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and words[0] in children(command):
        command, words = children(command)[words[0]], words[1:]
    return command, words


def _wants_more(command: click.Command) -> bool:
    return any(one.required for one in command.params) or command.no_args_is_help


def _start_and_stop(words: list[str]) -> None:
    """Start what goes on, wait until it has begun, and end it."""
    if words[0] == "serve":
        words = [*words, "--port", "0", "--no-browser", "--no-work"]
    else:  # a film in place of a camera, which this machine hasn't
        words = [*words, "--camera", "my_set.mp4", "--no-window"]
    with subprocess.Popen(
        [sys.executable, "-m", "formcheck", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        said = []
        for text in process.stdout:
            said.append(text)
            if GOES_ON[words[0]] in text:
                break
        process.send_signal(signal.SIGTERM)
        said.append(process.stdout.read())
        assert process.wait(WAIT_S) in ENDED_IN_ORDER, "".join(said)
    assert "Traceback" not in "".join(said)


@pytest.mark.parametrize("line", [line for line in LINES if re.match(r"(\S*pip|pipx|uv) ", line)])
def test_extras_that_pages_install_exist(line: str) -> None:
    """`formcheck[serve]`: what is in the brackets is an extra of pyproject.toml."""
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {one for found in re.findall(r"\[([\w,]+)\]", line) for one in found.split(",")}
    assert named <= known["optional-dependencies"].keys()


@pytest.mark.parametrize(("pattern", "where"), ELSEWHERE)
def test_what_is_run_elsewhere_is_on_a_page(pattern: str, where: str) -> None:
    """No exception stays when its line has gone, and the tests that it names are there."""
    assert any(re.match(pattern, line) for line in LINES)
    for name in re.findall(r"tests/[\w/]+\.py", where):
        assert (ROOT / name).exists(), name
