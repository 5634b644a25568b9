"""The message to a client: two kind sentences, ready to paste."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from formcheck.batch.message import message, texts
from formcheck.cues import CUES, SET_CUES
from formcheck.cues.judging import words
from formcheck.data import Verdict
from formcheck.history.stored import StoredSet
from formcheck.reps.lifts import LIFTS
from tests.cues.test_words import FORBIDDEN, sentences
from tests.history.made_history import made_set

DAY = datetime.date(2026, 11, 1)


def a_set(number: int = 0, praise: str = "", advice: str = "", **changes: Any) -> StoredSet:
    one = made_set("Ana", number, number, "deadlift", 0.0, random.Random(3))
    assert one.summary is not None
    summary = replace(one.summary, praise=praise, main_advice=advice)
    return replace(one, summary=summary, **changes)


def two_sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=\.) ", text) if part]


def every_message() -> Iterator[str]:
    """A message for each cue's praise and advice, of every verdict."""
    for cue in (*CUES, *SET_CUES):
        for verdict in ("watch", "fault"):
            if verdict in words.texts()[cue]:
                _, advice = words.reason_and_advice(cue, verdict, "12 ± 3°")
                yield message("Ana", [a_set(0, f"Well done: {words.praise(cue)}.", advice)], {})
    for why in words.texts()["not_seen"]:
        if film := words.texts()["not_seen"][why]["film"]:
            yield message("Ana", [a_set(0, "", f"To see more next time: {film}")], {})


def test_one_praise_one_thing() -> None:
    """The praise and the first piece of advice, each a sentence, with the client's name."""
    one = a_set(
        praise="Well done: your heels stay on the floor.",
        advice="Push the floor away. Lift a little less.",
    )
    assert message("Ana", [one], {}) == (
        "Well done, Ana: in your deadlifts, your heels stay on the floor. "
        "Next time, push the floor away."
    )


def test_no_praise_for_what_another_set_of_the_day_shows_a_fault_in() -> None:
    """Hips that fold in one set and don't in the next: another praise is found."""
    folds = f"Well done: {words.praise('hinge_pattern')}."
    heels = f"Well done: {words.praise('heels_down')}."
    worst = a_set(1, praise=folds, advice="Lock in your lats.", content="a", date=DAY)
    other = a_set(2, praise=heels, advice="Push back.", content="b", date=DAY)
    assert worst.summary is not None
    assert other.summary is not None
    worst = replace(worst, summary=replace(worst.summary, main_cue="lumbar_rounding"))
    other = replace(other, summary=replace(other.summary, main_cue="hinge_pattern"))
    said = message("Ana", [worst, other], {"a": "fault", "b": "watch"})
    assert words.praise("hinge_pattern") not in said
    assert words.praise("heels_down") in said
    alone = message("Ana", [worst], {"a": "fault"})
    assert words.praise("hinge_pattern") in alone


def test_every_message_is_two_kind_sentences() -> None:
    """Whatever was seen: two sentences, no braces left, and no word that frightens."""
    for text in every_message():
        assert len(two_sentences(text)) == 2, text
        assert text.endswith(".")
        assert "{" not in text
        for word in FORBIDDEN:
            assert not re.search(rf"\b{word}\b", text.lower()), (word, text)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_word_of_the_frames_frightens(word: str) -> None:
    """The words around are kind as well."""
    assert not re.search(rf"\b{word}\b", " ".join(sentences(texts())).lower())


@pytest.mark.parametrize("lift", LIFTS)
def test_a_message_names_every_lift(lift: str) -> None:
    """The set is spoken of by its lift's name for people."""
    assert f"your {LIFTS[lift].title}s" in message("", [a_set(0, lift=lift)], {})


def test_the_newest_session_and_its_worst_set_are_spoken_of() -> None:
    """Last week's fault is told, not last month's; a fault before a good set of that day."""
    old = a_set(0, advice="Old advice.", content="old")
    fine = a_set(4, advice="Keep this form, and add load slowly.", content="fine", load_kg=200.0)
    fault = a_set(4, advice="Stand tall.", content="fault")
    main: dict[str, Verdict] = {"old": "fault", "fault": "fault"}
    assert message("", [fine, fault, old], main).endswith("Next time, stand tall.")


def test_nothing_seen_is_said_kindly() -> None:
    """A set that holds no lift gets thanks and a way to film it, without blame."""
    one = replace(a_set(), state="not_a_lift", summary=None)
    assert message("", [one], {}) == (
        "Thank you for sending your video. Next time, film your whole body for the whole set, "
        "so that I can look at it properly."
    )


def test_a_broken_file_is_asked_for_again() -> None:
    """A file that couldn't be read is nobody's fault: the client hears how to send it anew."""
    one = replace(a_set(), state="failed", summary=None)
    text = message("Ana", [one], {})
    assert "send it once more" in text
    assert len(two_sentences(text)) == 2


def test_a_strange_name_stays_on_the_line() -> None:
    """Line breaks and control signs in a name don't reach the message; a long one is cut."""
    text = message("A\nna\x1b[31m \u202e" + "x" * 500, [a_set(praise="", advice="Stand tall.")], {})
    assert "\n" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 200
