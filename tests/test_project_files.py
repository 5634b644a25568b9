"""The project's own papers: what they name is there, and what they ask for exists."""

from __future__ import annotations

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


def test_ci_tries_every_python_we_name() -> None:
    """The oldest that pyproject.toml allows, and those after it."""
    said = yaml.safe_load(Path(".github/workflows/ci.yml").read_text("utf-8"))
    tried = said["jobs"]["linux"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={tried[0]}"
    assert tried == ["3.11", "3.12", "3.13", "3.14"]


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
