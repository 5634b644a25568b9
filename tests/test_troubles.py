"""docs/troubles.md has an entry for every message, and none for what nobody says."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from formcheck import errors
from formcheck.live.session import SAY_STATE, TOO_SLOW
from formcheck.reps import carry, others
from tests.said import CODE, LEAST_LETTERS, OPEN, Message, messages, of_framing, of_scripts

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "troubles.md").read_text("utf-8")
MOST_MESSAGES = 20
"""A fragment of more than these would hide that a new message has no entry of its own."""


INTERNAL = {"Absent", "analysed", "…: …: …. Expected …."}
"""What one part of formcheck says to another, and a frame for words that have entries."""


ALL_IS_WELL = (
    *("Looked at", "Marked as new", "Getting ready", "Kept for", "The set is being kept"),
    *("Start again when you like", "Draw", "Tap where", "Draft kept", "Speak: it is pinned"),
    *("Looking at the first seconds", "Opening the camera", "Ready. ", "Good. "),
    *("Marked: copy", "Last of", "Go on from"),
)
"""How words of a page or of the live window begin that tell of no trouble."""


@cache
def fragments() -> tuple[str, ...]:
    """The words of messages that the page's tables name, in their first column."""
    rows = re.findall(r"^\| (`[^|]*`) \|", PAGE, flags=re.MULTILINE)
    return tuple(one for row in rows for one in re.findall(r"`([^`]+)`", row))


@cache
def pattern(fragment: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part.strip()) for part in fragment.split(OPEN)))


def is_of(fragment: str, text: str) -> bool:
    """Whether a message holds the fragment; what is open in one may be anything."""
    return bool(pattern(fragment).search(text))


@cache
def said() -> tuple[Message, ...]:
    """All that has words of its own; the rest passes on another's."""
    advice = tomllib.loads((CODE / "cues" / "advice.toml").read_text("utf-8"))
    unseen = [
        Message("formcheck/cues/advice.toml", 0, why, re.sub(r"\{\w+\}", OPEN, words["what"]))
        for why, words in advice["not_seen"].items()
    ]
    movements = [
        Message("formcheck/reps", 0, name, text)
        for name, text in (vars(others) | vars(carry)).items()
        if name.isupper() and isinstance(text, str)
    ]
    camera = [
        Message("formcheck/live/session.py", 0, "state", text)
        for text in (*SAY_STATE.values(), TOO_SLOW)
    ]
    own = (one for one in messages() if one.letters >= LEAST_LETTERS and one.text not in INTERNAL)
    every = (*own, *unseen, *movements, *of_scripts(), *of_framing(), *camera)
    return tuple(one for one in every if not one.text.startswith(ALL_IS_WELL))


def test_every_message_has_an_entry() -> None:
    """Errors, refusals of the desk, warnings, what was left out or can't be judged, doctor's."""
    without = {
        f"{one.file}:{one.line} {one.text}"
        for one in said()
        if not any(is_of(fragment, one.text) for fragment in fragments())
    }
    assert sorted(without) == []


def test_every_entry_is_said_somewhere() -> None:
    """An entry whose message is gone or reworded goes too; none is so short that it is of all."""
    texts = {one.text for one in said()}
    found = {one: sum(is_of(one, text) for text in texts) for one in fragments()}
    assert [one for one, times in found.items() if times == 0] == []
    assert {one: times for one, times in found.items() if times > MOST_MESSAGES} == {}


def test_no_entry_stands_twice() -> None:
    """Whoever searches finds one place."""
    assert sorted(one for one in set(fragments()) if fragments().count(one) > 1) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("BadRequest", "this is a folder, not a file"),
        ("BadParameter", "is neither metres"),
        ("NoLifter", "nobody was found in the picture"),
        ("Caution", "The camera moved while filming"),
        ("Check", "pose model: missing or damaged"),
        ("HTTPException", "There is no such client."),
        ("NotTaken", "The file is empty."),
        ("_give_up", "it took longer than"),
        ("_rejected", "too fast for a lift"),
    ],
)
def test_the_walk_sees_each_kind(kind: str, text: str) -> None:
    """What is read from the code is what is said: constants, helpers and formats included."""
    assert any(one.kind == kind and text in one.text for one in messages())


def test_entries_stand_under_their_exit_code() -> None:
    """Whoever looks up the code that a script got finds the message there."""
    sections = dict(re.findall(r"^## [^\n]*\(exit code (\d)\)\n(.*?)(?=^## )", PAGE, re.M | re.S))
    desk = PAGE.partition("## The desk in the browser")[2]
    elsewhere = []
    for one in messages():
        error = getattr(errors, one.kind, None)
        if error is None or one.letters < LEAST_LETTERS or one.text in INTERNAL:
            continue
        section = sections[str(error.exit_code)] + (desk if "/serve/" in one.file else "")
        there = re.findall(r"`([^`]+)`", section)
        if not any(is_of(fragment, one.text) for fragment in there):
            elsewhere.append(f"{one.file}:{one.line} {error.exit_code}: {one.text}")
    assert elsewhere == []
