"""The example in CONTRIBUTING.md works: its blocks, put in place, pass their own test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CUE = "shins_upright"


def blocks(kind: str) -> list[str]:
    """Code blocks of a kind in "Add a cue", as they would be in a file."""
    section = PAGE.partition("## Add a cue")[2].partition("\n## ")[0]
    found = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", section, flags=re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The package and what the cues' tests need, with the example's cue added to it."""
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
    package = cues / "__init__.py"
    package.write_text(f"{package.read_text('utf-8')}\nfrom formcheck.cues import {CUE}  # noqa\n")
    return here


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_passes_its_own_test(copy):
    """The test of the example, and the words' and limits' tests with the example in them."""
    names = (f"test_{CUE}.py", "test_words.py", "test_limits.py")
    done = run(
        copy,
        *("-m", "pytest", "-q", "-x", "-W", "error", "-p", "no:cacheprovider"),
        *(f"tests/cues/{name}" for name in names),
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert re.search(r"\d+ passed", done.stdout)


def test_the_example_is_explained(copy):
    """`formcheck cues` knows the example's cue, with question, how, limits and articles."""
    done = run(copy, "-m", "formcheck", "cues", CUE)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    for part in ("Shins upright", "0 upright", "watch above 12°; fault above 22°", "001"):
        assert part in text


def test_the_example_is_in_our_style(copy):
    """The example is formatted and linted as everything else is."""
    for block, name in zip(blocks("python"), (f"cues/{CUE}.py", f"test_{CUE}.py"), strict=True):
        assert max(map(len, block.splitlines())) <= 100, name
        compile(block, name, "exec")
