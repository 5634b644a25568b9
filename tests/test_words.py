"""What formcheck says to people, wherever it is said: no fear, no promise, no diagnosis.

docs/evidence.md §6. The words of the cues have a stricter test of their own in
``tests/cues/test_words.py``.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from formcheck.cli import main
from formcheck.cues.judging import guidance
from tests.command_tree import children

ROOT = Path(__file__).parents[1]
CODE = ROOT / "formcheck"
CUES = CODE / "cues"

# Never said, not even where pain is the subject: beginnings of words.
NEVER = (
    *("safe", "unsafe", "danger", "damag", "harm", "injur", "risk", "hazard", "threat"),
    *("diagnos", "herniat", "vertebra", "legal depth", "prevent", "cure", "fatal"),
)
# Said only where a professional is recommended, and in titles of others.
ONLY_OF_SAFETY = (
    "pain",
    "hurt",
    "medic",
    "disc",
    "spine",
    "spinal",
    "surgery",
    "fracture",
    "doctor",
)
# What holds these words by right: what may hurt, whom to ask, and what this isn't.
DISCLAIMER = "General education, not medical advice."


def said(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){word}(?!over)(?!ting)", text.lower()))


def found(words: tuple[str, ...], text: str) -> list[str]:
    """Which of the words are in a text that isn't the disclaimer."""
    text = " ".join(text.split()).replace(DISCLAIMER, "")
    return [word for word in words if said(word, text)]


def texts_in(table: Any) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        for value in table.values():
            yield from texts_in(value)
    elif isinstance(table, list):
        for value in table:
            yield from texts_in(value)


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((CUES / name).read_text("utf-8"))


def sentences_of(module: Path) -> list[str]:
    """Strings of a module that people may read: more than one word, no docstrings."""
    tree = ast.parse(module.read_text("utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and " " in node.value.strip()
        and id(node) not in documentation | bare
    ]


def helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    yield path, f"{command.help} {' '.join(str(getattr(p, 'help', '')) for p in command.params)}"
    if isinstance(command, click.Group):
        for name, child in children(command).items():
            yield from helps(child, f"{path} {name}")


MODULES = sorted(path for path in CODE.rglob("*.py") if "synth" not in path.parts)
TEMPLATES = sorted((CODE / "report" / "templates").glob("*.j2"))
HELPS = dict(helps(main, "formcheck"))


def test_the_words_are_found_where_they_are() -> None:
    """The search itself finds words at their beginning, in any case, and not inside others."""
    assert found(NEVER, "It is Safer, and without risks.") == ["safe", "risk"]
    assert found(ONLY_OF_SAFETY, "It discovers a painting.") == []
    assert found(NEVER, "charming, unharmed-looking") == []
    assert found(ONLY_OF_SAFETY, f"Hello. {DISCLAIMER}") == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(CODE)))
def test_no_module_says_them(module: Path) -> None:
    """Messages, cautions, tables and drawings of the code."""
    text = " \n ".join(sentences_of(module))
    if module.parts[-2] in ("poses", "video") or module.name == "doctor.py":
        text = text.replace("damaged", "")  # of files, never of people
    text = text.replace("'unsafe-inline'", "")  # a browser's word for a page's own script
    assert found(NEVER + ONLY_OF_SAFETY, text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_them(template: Path) -> None:
    """The report's own words; those of cues and of safety come from their files."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", template.read_text("utf-8"), flags=re.S)
    # The link back to the safety box names its second passage.
    text = text.replace("and what to do when something hurts", "")
    assert found(NEVER + ONLY_OF_SAFETY, text) == []


@pytest.mark.parametrize("command", HELPS)
def test_no_help_says_them(command: str) -> None:
    """--help of every command and option."""
    assert found(NEVER + ONLY_OF_SAFETY, HELPS[command]) == []


def test_the_cues_own_words() -> None:
    """Titles, reasons and advice of every cue, and how to film it."""
    assert found(NEVER + ONLY_OF_SAFETY, " \n ".join(texts_in(read("advice.toml")))) == []


def test_the_sources_of_the_limits() -> None:
    """Sources are shown with the limits; they name what was measured, and frighten nobody."""
    for name in ("limits.toml", "views.toml"):
        assert found(NEVER, " \n ".join(texts_in(read(name)))) == [], name


def test_what_no_camera_sees() -> None:
    """Only where it is about pain or about whom to ask may those words stand."""
    table = read("unseen.toml")
    assert found(NEVER, " \n ".join(texts_in([table["unseen"], table["deadlifts"]]))) == []
    for name, one in table["unseen"].items():
        if name != "pain":
            assert found(ONLY_OF_SAFETY, " \n ".join(texts_in(one))) == [], name


def test_safety_promises_nothing() -> None:
    """What is said before coaching neither frightens nor promises, and asks to ask."""
    text = " \n ".join(texts_in(read("safety.toml")))
    assert found(NEVER, text) == []
    assert "physiotherapist" in guidance.safety().short
    assert "Please" in guidance.safety().first.paragraphs[0]


def test_disclaimers_are_where_people_begin() -> None:
    """`formcheck --help`, the README and the page it links to, and the safety texts say what this
    isn't.
    """
    assert DISCLAIMER in " ".join(HELPS["formcheck"].split())
    for name in ("README.md", "docs/trust.md"):
        page = " ".join((ROOT / name).read_text("utf-8").split())
        assert "not medical advice" in page
        assert "physiotherapist" in page
    assert "not medical advice" in guidance.safety().reading.paragraphs[0]
