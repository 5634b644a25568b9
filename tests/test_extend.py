"""The pages on adding a cue, a lift and an engine work: each block in its place, each line run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck.cues import CUES, SET_CUES

ROOT = Path(__file__).parents[1]
FORGET = shutil.ignore_patterns("__pycache__")
FIRST_STEPS = "make test"
"""The environment that the pages ask for is the one that runs this."""

INSIDE = " " * 4

Blocks = list[tuple[str, str]]


def blocks(page: str) -> Blocks:
    """The code blocks of a page in their order: what each is written in, and its text."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def clone(place: Path) -> Path:
    """What the pages' reader has of the repository, as far as they need it."""
    for folder in ("formcheck", "models", "tests/cues", "tests/reps"):
        shutil.copytree(ROOT / folder, place / folder, ignore=FORGET)
    for path in [*(ROOT / "tests").glob("[!t]*.py"), ROOT / "docs" / "make_cues.py"]:
        (place / path.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        shutil.copy(path, place / path.relative_to(ROOT))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def run(place: Path, line: str) -> subprocess.CompletedProcess[str]:
    """One line of a page, typed in the clone."""
    words = shlex.split(line, comments=True)
    if words[0] == "formcheck":
        words[:1] = ["python", "-m", "formcheck"]
    assert words[0] == "python", line
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place), "PYTEST_ADDOPTS": "-q -p no:cacheprovider"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-1500:]}"
    return done


def work_through(page: str, place: Path, put: list[Callable[[str], None]]) -> dict[str, str]:
    """Put each block where the page says, in its order, and run its lines; what these said."""
    said: dict[str, str] = {}
    places = iter(put)
    for kind, text in blocks(page):
        if kind != "sh":
            next(places)(text)
        elif not text.startswith(FIRST_STEPS):
            said |= {line: run(place, line).stdout for line in text.splitlines()}
    assert next(places, None) is None
    return said


def into(file: Path, after: str = "", *, indent: str = "") -> Callable[[str], None]:
    """Write a block into a file, at its head or after a line of it; a new file is the block."""

    def put(text: str) -> None:
        if not file.exists():
            file.write_text(text, "utf-8")
            return
        whole = file.read_text("utf-8")
        assert after in whole
        more = textwrap.indent(text, indent) if after else f"{text}\n"
        file.write_text(whole.replace(after, after + more, 1), "utf-8")

    return put


def is_in_style(place: Path, *files: str) -> None:
    """The examples are linted and formatted as everything else is."""
    # An engine's methods have arguments that a small one doesn't need.
    run(place, f"python -m ruff check --no-cache --ignore ARG002 {' '.join(files)}")
    run(place, f"python -m ruff format --no-cache --check {' '.join(files)}")


@pytest.fixture(scope="module")
def with_cue(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A clone in which somebody followed the page on cues, and what its lines said."""
    place = clone(tmp_path_factory.mktemp("cue"))
    cues, tests = place / "formcheck" / "cues", place / "tests" / "cues"
    put = [
        into(cues / "shins_upright.py"),
        into(cues / "limits.toml"),
        into(cues / "advice.toml"),
        into(place / "leaning.py"),
        into(tests / "test_shins_upright.py"),
        into(tests / "test_invariance.py", "SETS: dict[str, dict[str, Any]] = {\n", indent=INSIDE),
    ]
    return place, work_through("extend_cue.md", place, put)


def test_a_cue_is_added_as_the_page_says(with_cue: tuple[Path, dict[str, str]]) -> None:
    """Its tests pass, the words', limits' and invariance tests with it; `cues` explains it."""
    place, said = with_cue
    passed = [text for line, text in said.items() if "pytest" in line]
    assert all(re.search(r"\d+ passed", text) for text in passed)
    explained = " ".join(said["formcheck cues shins_upright"].split())
    for part in ("Shins upright", "0 upright", "watch above 12°; fault above 22°", "side view"):
        assert part in explained
    is_in_style(place, "formcheck/cues/shins_upright.py", "tests/cues", "leaning.py")


def test_a_cue_is_in_report_and_page(with_cue: tuple[Path, dict[str, str]]) -> None:
    """The report, the table, `why` and docs/cues.md have it without another line."""
    place, said = with_cue
    assert "Shins upright" in (place / "leaning" / "report.html").read_text("utf-8")
    assert "shins_upright" in (place / "leaning" / "reps.csv").read_text("utf-8")
    assert re.search(r"16 ± 2°", said["formcheck why leaning 1 shins_upright"])
    assert "### shins_upright" in (place / "docs" / "cues.md").read_text("utf-8")


def test_a_lift_is_added_as_the_page_says(tmp_path: Path) -> None:
    """It is counted and judged, offered by --lift, and asked every cue that a deadlift is."""
    place = clone(tmp_path)
    code = place / "formcheck"
    put = [
        into(code / "reps" / "lifts.py", "LIFTS: dict[str, LiftKind] = {\n", indent=INSIDE),
        into(code / "tables" / "words.toml", "[lifts]\n"),
        into(code / "cues" / "limits.toml"),
        into(place / "tests" / "cues" / "test_trap_bar_deadlift.py"),
    ]
    said = work_through("extend_lift.md", place, put)
    assert "trap-bar deadlift" in " ".join(said["formcheck cues bar_close"].split())
    assert "trap_bar_deadlift" in run(place, "formcheck analyze --help").stdout
    (place / "asked.py").write_text(
        "from formcheck.cues import CUES, SET_CUES\n"
        "for one in (*CUES.values(), *SET_CUES.values()):\n"
        "    if 'trap_bar_deadlift' in one.lifts: print(one.id)\n"
    )
    asked = set(run(place, "python asked.py").stdout.split())
    lifts = {one.id: one.lifts for one in CUES.values()}
    lifts |= {one.id: one.lifts for one in SET_CUES.values()}
    assert asked == {cue for cue, known in lifts.items() if "deadlift" in known}
    is_in_style(place, "tests/cues/test_trap_bar_deadlift.py", "formcheck/reps/lifts.py")


def test_an_engine_is_made_as_the_page_says(tmp_path: Path) -> None:
    """From pixels to a report; sparing it changes no verdict."""
    place = clone(tmp_path)
    names = ("dots.py", "film_dots.py", "judge_dots.py", "sparing_dots.py")
    said = work_through("extend_engine.md", place, [into(place / name) for name in names])
    verdicts = ["1 good", "2 fault", "3 good"]
    assert said["python judge_dots.py"].splitlines() == verdicts
    spared, *again = said["python sparing_dots.py"].splitlines()
    looked, every = map(int, re.findall(r"\d+", spared))
    assert looked < every
    assert again == verdicts
    assert (place / "dots-report" / "report.html").exists()
    is_in_style(place, *names)
