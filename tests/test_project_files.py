"""The project's own papers: what they name is there, and what they ask for exists."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
FORMS = sorted(Path(".github/ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("form", [one for one in FORMS if one.name != "config.yml"], ids=str)
def test_issue_forms_can_be_read(form: Path) -> None:
    """Each has a name and fields with names of their own; two ask for formcheck doctor."""
    said = yaml.safe_load(form.read_text("utf-8"))
    fields = [one for one in said["body"] if one["type"] != "markdown"]
    names = [one["id"] for one in fields]
    assert said["name"]
    assert said["description"]
    assert len(names) == len(set(names))
    if form.stem != "cue":
        assert "`formcheck doctor`" in [one["attributes"]["label"] for one in fields]


CI = yaml.safe_load(Path(".github/workflows/ci.yml").read_text("utf-8"))
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
RUN_HERE = PYTHONS[:3]
"""Those that somebody has run it with; pyproject.toml names no other."""


def test_ci_tries_every_python_we_name() -> None:
    """The oldest that pyproject.toml allows and those after it, on three systems."""
    linux, elsewhere = (CI["jobs"][name]["strategy"]["matrix"] for name in ("linux", "elsewhere"))
    assert linux["python"] == elsewhere["python"] == PYTHONS
    assert {"macos-latest", "windows-latest"} == set(elsewhere["os"])
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    named = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if "Python :: 3." in one]
    assert named == RUN_HERE


def test_ci_runs_what_make_runs() -> None:
    """On Linux .ci/run, which ends in make; elsewhere the same commands, one by one."""
    (run,) = [step["run"] for step in CI["jobs"]["linux"]["steps"] if "run" in step]
    assert run == "./.ci/run"
    assert Path(".ci/run").read_text("utf-8").endswith("\nmake lint\nmake test\n")
    home = "/nowhere/bin/"
    asked = ["make", "--dry-run", "--always-make", "lint", "test", "VENV=/nowhere"]
    made = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    commands = [
        re.sub(r" --disable-pip-version-check| --quiet", "", line.removeprefix(home))
        for line in made.splitlines()
        if line.startswith(home)
    ]
    steps = CI["jobs"]["elsewhere"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == commands


def test_ci_says_where_it_has_been_run() -> None:
    """What nobody has tried may fail, and says so."""
    assert CI["jobs"]["elsewhere"]["continue-on-error"] is True
    assert "3.14" in CI["jobs"]["linux"]["continue-on-error"]
    assert Path(".github/workflows/ci.yml").read_text("utf-8").startswith("# Only Linux")


def test_the_container_asks_nothing_of_the_system() -> None:
    """No package of Debian's: neither LiteRT nor the OpenCV without windows needs any."""
    assert "apt" not in Path("Containerfile").read_text("utf-8")


def test_what_is_released_is_checked_first() -> None:
    """make release refuses while changes wait, and tests before it builds."""
    made = subprocess.run(
        ["make", "--dry-run", "release"], capture_output=True, text=True, check=True
    ).stdout
    at = [made.index(one) for one in ("changes wait", "test_release.py", "-m build", "twine check")]
    assert at == sorted(at)
    assert "upload" not in made


def test_citation_names_us() -> None:
    """Licence and title as pyproject.toml has them."""
    said = yaml.safe_load(Path("CITATION.cff").read_text("utf-8"))
    assert said["title"] == PROJECT["name"]
    assert said["license"] == PROJECT["license"]


def test_security_speaks_of_uploads() -> None:
    """Whoever finds a hole knows where to go, and what of films was thought of."""
    said = Path("SECURITY.md").read_text("utf-8")
    assert "Report a vulnerability" in said
    assert "Films come from strangers" in said
