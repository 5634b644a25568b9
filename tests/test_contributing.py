"""The examples in CONTRIBUTING.md work: their blocks, put in place, pass their own tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from formcheck.cues import CUES, SET_CUES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CUE = "shins_upright"
LIFT = "trap_bar_deadlift"
A_CUE, A_LIFT = "## Add a cue", "## Add a lift"


def blocks(kind: str, heading: str = A_CUE) -> list[str]:
    """Code blocks of a kind under a heading, as they would be in a file."""
    section = PAGE.partition(heading)[2].partition("\n## ")[0]
    found = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", section, flags=re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and what the cues' tests need, with the examples added to it."""
    here = tmp_path_factory.mktemp("contributing")
    forget = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "formcheck", here / "formcheck", ignore=forget)
    shutil.copytree(ROOT / "models", here / "models", ignore=forget)
    (here / "tests" / "cues").mkdir(parents=True)
    for path in [*(ROOT / "tests").glob("*.py"), *(ROOT / "tests" / "cues").glob("*.py")]:
        if not path.name.startswith("test_") or path.name in {"test_words.py", "test_limits.py"}:
            shutil.copy(path, here / path.relative_to(ROOT))
    for cue in (ROOT / "tests" / "cues").glob("test_*.py"):
        (here / cue.relative_to(ROOT)).touch()  # the words' test looks whether each is there
    cues = here / "formcheck" / "cues"
    measurement, test = blocks("python")
    limits, words = blocks("toml")
    (cues / f"{CUE}.py").write_text(measurement, "utf-8")
    (here / "tests" / "cues" / f"test_{CUE}.py").write_text(test, "utf-8")
    for name, text in (("limits.toml", limits), ("advice.toml", words)):
        file = cues / name
        file.write_text(f"{text}\n{file.read_text('utf-8')}", "utf-8")
    add_lift(here)
    return here


def add_lift(here: Path) -> None:
    """Put the example's row, words, limit and test in their places."""
    row, test = blocks("python", A_LIFT)
    words, limit = blocks("toml", A_LIFT)
    for name, after, text in (
        ("reps/lifts.py", "LIFTS: dict[str, LiftKind] = {\n", row),
        ("tables/words.toml", "[lifts]\n", words),
        ("cues/limits.toml", "", limit),
    ):
        file = here / "formcheck" / name
        whole = file.read_text("utf-8")
        assert after in whole
        file.write_text(whole.replace(after, f"{after}{text}\n", 1), "utf-8")
    (here / "tests" / "cues" / f"test_{LIFT}.py").write_text(test, "utf-8")


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_examples_pass_their_own_tests(copy: Path) -> None:
    """The tests of the examples, and the words' and limits' tests with the examples in them."""
    names = (f"test_{CUE}.py", f"test_{LIFT}.py", "test_words.py", "test_limits.py")
    done = run(
        copy,
        *("-m", "pytest", "-q", "-x", "-W", "error", "-p", "no:cacheprovider"),
        *(f"tests/cues/{name}" for name in names),
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert re.search(r"\d+ passed", done.stdout)


def test_the_example_is_explained(copy: Path) -> None:
    """`formcheck cues` knows the example's cue, with question, how and limits."""
    done = run(copy, "-m", "formcheck", "cues", CUE)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    seen = "within 25° of a true side view"
    for part in ("Shins upright", "0 upright", "watch above 12°; fault above 22°", seen):
        assert part in text


def test_the_lift_is_listed_with_its_cues(copy: Path) -> None:
    """Each cue that is asked of a deadlift lists the new lift too, and `--lift` offers it."""
    script = (
        "from formcheck.cues import CUES, SET_CUES\n"
        "for one in (*CUES.values(), *SET_CUES.values()):\n"
        f"    if {LIFT!r} in one.lifts: print(one.id)"
    )
    listed = set(run(copy, "-c", script).stdout.split())
    lifts = {one.id: one.lifts for one in CUES.values()}
    lifts |= {one.id: one.lifts for one in SET_CUES.values()}
    assert listed == {cue for cue, known in lifts.items() if "deadlift" in known}
    said = run(copy, "-m", "formcheck", "cues", "bar_close")
    assert "trap-bar deadlift" in " ".join(said.stdout.split())
    assert LIFT in run(copy, "-m", "formcheck", "analyze", "--help").stdout


def test_the_examples_are_in_our_style(copy: Path) -> None:
    """The examples are formatted and linted as everything else is."""
    names = (f"cues/{CUE}.py", f"test_{CUE}.py", f"test_{LIFT}.py")
    for block, name in zip((*blocks("python"), blocks("python", A_LIFT)[1]), names, strict=True):
        assert max(map(len, block.splitlines())) <= 100, name
        compile(block, name, "exec")
