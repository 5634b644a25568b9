"""The words: every cue has them, each number has its ±, and none frightens."""

from __future__ import annotations

import ast
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

from formcheck.cues import CUES, SET_CUES, load_limits
from formcheck.cues.judging import words
from formcheck.cues.judging.judge import WHY_UNSURE
from formcheck.cues.judging.limits import ANY_LIFT
from formcheck.cues.judging.views import VIEWS
from formcheck.data import PACE_DOUBTS, Verdict

ROOT = Path(__file__).parents[2]
CUE_FOLDER = ROOT / "formcheck" / "cues"
ALL_CUES = (*CUES, *SET_CUES)
OVER_SETS = ("side_to_side", "progression")
PLAIN_KEYS = {"title", "question", "quantity", "articles"}

# docs/evidence.md §6: what is never claimed, and words that make people afraid.
FORBIDDEN = (
    *("safe", "unsafe", "safely", "safety", "danger", "dangerous", "damage", "damaging"),
    *("harm", "harmful", "hurt", "injury", "injuries", "injure", "injured", "risk", "risky"),
    *("diagnosis", "diagnose", "diagnosed", "diagnostic", "medical", "pain", "painful"),
    *("legal", "illegal", "disc", "discs", "disk", "spine", "spinal", "vertebra", "vertebrae"),
    *("herniate", "herniation", "bad", "wrong", "terrible", "never", "must", "fail", "failed"),
)


DETAILS = {
    **{"view": "in front", "value": "12 ± 3°", "rate": "5", "least": "10"},
    **{"first": "deadlift", "second": "good morning"},
    **{"first_id": "deadlift", "second_id": "good_morning"},
}
"""What fills in the places of a reason."""


def sentences(table: object) -> list[str]:
    """All texts in a table, however deep."""
    if isinstance(table, str):
        return [table]
    if isinstance(table, dict):
        return [text for value in table.values() for text in sentences(value)]
    return []


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def unseen_reasons() -> set[str]:
    """Every reason that a cue, or the judge, can give for not judging."""
    found = {"uncertain", *WHY_UNSURE.values(), *PACE_DOUBTS}  # the judge's own
    found |= {why for one in VIEWS.values() for why in (one.why, one.nearly) if why}
    for path in CUE_FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotSeen":
                why = node.args[0]
                if isinstance(why, ast.Constant):
                    found.add(str(why.value))
    return found


@pytest.mark.parametrize("cue", ALL_CUES)
def test_every_cue_has_its_words(cue: str) -> None:
    """Title, question, quantity, articles; words for good, watch and (unless capped) fault."""
    table = words.texts()[cue]
    assert table.keys() >= PLAIN_KEYS
    assert len(table["title"]) <= 20
    assert "trouble" not in table  # a cue has one name
    assert table["question"].endswith("?")
    assert table["doubt"].endswith(".")
    assert table["unknown"].endswith(".")
    assert all(re.fullmatch(r"\d{3}", article) for article in table["articles"])
    limits = [limit for (name, _), limit in load_limits().table.items() if name == cue]
    needed: list[Verdict] = ["good", "watch"]
    if any(limit.most == "fault" for limit in limits):
        needed.append("fault")
    for verdict in needed:
        what, advice = words.reason_and_advice(cue, verdict, "12 ± 3°")
        assert "12 ± 3°" in what
        assert what.endswith(".")
        assert bool(advice) == (verdict != "good")
    assert not words.praise(cue)[0].isupper()
    assert not words.praise(cue).endswith(".")


@pytest.mark.parametrize("cue", ALL_CUES)
def test_every_cue_is_one_file_with_one_test(cue: str) -> None:
    """A cue is one file of at most 150 lines named after it, and so is its test."""
    source = CUE_FOLDER / f"{cue}.py"
    kind = "cue" if cue in CUES else "set_cue"
    assert re.search(rf'@{kind}\(\s*"{cue}"', source.read_text(encoding="utf-8"))
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 150
    assert (ROOT / "tests" / "cues" / f"test_{cue}.py").is_file()


@pytest.mark.parametrize("cue", ALL_CUES)
def test_every_cue_explains_itself(cue: str) -> None:
    """What is measured, its source and its articles are there for the report."""
    info = words.info(cue, ANY_LIFT, load_limits())
    assert info.id == cue
    assert all((info.title, info.question, info.quantity, info.source, info.articles))


def test_no_words_without_a_cue() -> None:
    """The file holds the cues' words and nothing left over; so does the limits file."""
    assert set(words.texts()) == {*ALL_CUES, *OVER_SETS, "not_seen"}
    assert {cue for cue, _ in load_limits().table} == {*ALL_CUES, *OVER_SETS}


def test_every_reason_not_to_judge_has_words() -> None:
    """Each reason the code gives has words, and no words lie there unused."""
    assert set(words.texts()["not_seen"]) == unseen_reasons()
    for why in unseen_reasons():
        what, _ = words.not_seen(why, **DETAILS)
        assert what.endswith(".")
        assert "{" not in what


def test_how_to_film_is_said() -> None:
    """Every reason says how to film it, but for knees that bend little by the lift's nature."""
    silent = {why for why, table in words.texts()["not_seen"].items() if not table["film"]}
    assert silent == {"knees_hardly_open"}


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_word_frightens_or_diagnoses(word: str) -> None:
    """The words users read are kind and never medical."""
    text = " ".join(sentences(words.texts())).lower()
    assert not re.search(rf"\b{word}\b", text)


def test_numbers_in_words_are_measured_ones() -> None:
    """No verdict states a number of its own: each comes in as {value}, with its ±.

    A note may name the repetition, and what else changed.
    """
    for cue in ALL_CUES:
        for key, table in words.texts()[cue].items():
            if key in PLAIN_KEYS:
                continue
            for text in sentences(table):
                assert not re.search(r"\d", text), f"{cue}.{key}: {text}"
                named = {"rep", "also", "stop"} if key == "notes" else set()
                assert placeholders(text) <= {"value", *named}


@pytest.mark.parametrize(
    ("value", "sigma", "unit", "expected"),
    [
        (12.4, 3.2, "deg", "12 ± 3°"),
        (-7.6, 4.5, "deg", "-8 ± 4°"),
        (0.123, 0.071, "thigh lengths", "12 ± 7 % of your thigh"),
        (1.26, 0.44, "s", "1.3 ± 0.4 s"),
    ],
)
def test_an_amount_has_its_uncertainty(
    value: float, sigma: float, unit: str, expected: str
) -> None:
    """A number is written with its ± and its unit, no more digits than it deserves."""
    assert words.amount(value, sigma, unit) == expected


def test_zero_has_no_sign() -> None:
    """A value just under zero is written as 0."""
    assert words.amount(-0.3, 3.0, "deg") == "0 ± 3°"


def test_the_text_file_is_what_is_read() -> None:
    """advice.toml lies in the package, where a coach finds it."""
    assert files("formcheck.cues").joinpath("advice.toml").is_file()
