"""The message to a client: kind, one praise and one thing, ready to paste."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from formcheck.batch.message import first_name, message, texts
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
    summary = replace(one.summary, praise=praise, main_advice=advice, main_cue="lockout")
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
            film = re.sub(r"\{\w+\}", "squat", film)
            yield message("Ana", [a_set(0, "", f"To see more next time: {film}")], {})


def test_one_praise_one_thing() -> None:
    """The praise and the first piece of advice, each a sentence, with the client's name."""
    one = a_set(
        praise="Well done: your heels stay on the floor.",
        advice="Push the floor away. Lift a little less.",
    )
    assert message("Ana", [one], {}) == (
        "Hi Ana, well done: in your deadlifts, your heels stay on the floor. "
        "One thing for next time: push the floor away."
    )


def of_cue(cue: str | None, number: int = 1, **changes: Any) -> StoredSet:
    """A set of the day whose main cue it is."""
    heels = f"Well done: {words.praise('heels_down')}."
    advice = "Keep this form." if cue is None else words.reason_and_advice(cue, "fault", "")[1]
    one = a_set(number, heels, advice, date=DAY, **changes)
    assert one.summary is not None
    return replace(one, summary=replace(one.summary, main_cue=cue))


def test_no_praise_for_what_another_set_of_the_day_shows_amiss() -> None:
    """Hips that fold in one set and don't in the next: another praise is found, or none."""
    folds = f"Well done: {words.praise('hinge_pattern')}."
    heels = f"Well done: {words.praise('heels_down')}."
    worst = a_set(1, praise=folds, advice="Lock in your lats.", content="a", date=DAY)
    other = a_set(2, praise=heels, advice="Push back.", content="b", date=DAY)
    main: dict[str, Verdict] = {"a": "fault", "b": "watch"}
    said = message("Ana", [worst, other], main, {"a": ["lumbar_rounding"], "b": ["hinge_pattern"]})
    assert words.praise("hinge_pattern") not in said
    assert words.praise("heels_down") in said
    assert words.praise("hinge_pattern") in message("Ana", [worst], {"a": "fault"})
    none = message("Ana", [worst], {"a": "fault"}, {"a": ["hinge_pattern", "gone_since"]})
    assert none.startswith("Hi Ana, thank you for sending your deadlifts. One thing")


def test_the_thing_is_what_most_sets_of_the_day_show() -> None:
    """Three sets, two with the same fault: that one is told, and of how many sets."""
    sets = [
        of_cue("lockout", content="a", load_kg=100.0),
        of_cue("hip_drive", content="b", load_kg=60.0),
        of_cue("hip_drive", content="c", load_kg=65.0),
        of_cue(None, content="d"),
    ]
    main: dict[str, Verdict] = {"a": "fault", "b": "fault", "c": "fault"}
    said = message("Ana", sets, main)
    assert "as I saw it in 2 of your 4 sets" in said
    assert said.count("next time") == 1
    said = message("Ana", [sets[0], sets[3]], main)
    assert "from one of your 2 sets, the deadlift with 100 kg:" in said
    assert "sets" not in message("Ana", sets[:1], main)


def test_a_broken_file_takes_nobodys_message() -> None:
    """It is asked for by its name, after what the other sets of the day show."""
    broken = replace(a_set(9), state="failed", summary=None, file="in/VID 3.mp4", date=DAY)
    said = message("Ana", [of_cue("lockout", content="a"), broken], {"a": "fault"})
    assert said.startswith("Hi Ana, well done:")
    assert "One thing for next time" in said
    assert said.endswith(
        "I could not open VID 3.mp4. Please send it once more, straight from the phone."
    )
    long_ago = replace(broken, date=DAY.replace(year=2020), analysed_at=broken.analysed_at.min)
    assert "open" not in message("Ana", [of_cue("lockout", content="a"), long_ago], {})
    slow = replace(broken, error="TimeLimit")
    assert "send it once more" not in message("Ana", [slow], {})


def test_the_message_is_about_what_is_new() -> None:
    """An old film that came today is spoken of; once it was looked at, the newest day is."""
    old = of_cue("hip_drive", content="old", lift="back_squat")
    later = replace(of_cue(None, content="later", looked=True), date=DAY.replace(day=9))
    assert "back squats" in message("Ana", [later, old], {"old": "fault"})
    assert "deadlifts" in message("Ana", [later, replace(old, looked=True)], {"old": "fault"})


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Gimli son of Gloin", "Gimli"),
        ("Arwen_Undomiel", "Arwen"),
        ("Gamgee, Samwise", "Samwise"),
        ("Anna-Lena Beck", "Anna-Lena"),
        ("éowyn", "Éowyn"),
        ("ANNA BECK", "Anna"),
        ("JP", "JP"),
        ("J. Smith", "J. Smith"),
        ("💪 Zoë", "Zoë"),
        ("李 小龍", "李"),
        ("007", "007"),
        ("", ""),
    ],
)
def test_people_are_greeted_by_their_first_name(name: str, called: str) -> None:
    """The first name, as names are written."""
    assert first_name(name) == called


def test_every_message_is_two_kind_sentences() -> None:
    """Whatever was seen: two sentences, no braces left, and no word that frightens."""
    for text in every_message():
        assert len(two_sentences(text)) == 2, text
        assert text.endswith(".")
        assert "{" not in text
        assert "--" not in text
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
    assert message("", [fine, fault, old], main).endswith(": stand tall.")


def test_nothing_seen_is_said_kindly() -> None:
    """A set that holds no lift gets thanks and a way to film it, without blame."""
    one = replace(a_set(), state="not_a_lift", summary=None, file="x.mp4")
    assert message("", [one], {}) == (
        "Hi, thank you for sending your video. In x.mp4 I saw no whole repetition. Please film "
        "your whole body for the whole set."
    )


def test_many_broken_files_are_not_all_named() -> None:
    """Three at most, then how many more."""
    broken = [
        replace(a_set(), state="failed", summary=None, file=f"{n}.mp4", content=str(n))
        for n in range(9)
    ]
    assert "0.mp4, 1.mp4 and 7 more. Please send them once more" in message("Ana", broken, {})


def test_a_strange_name_stays_on_the_line() -> None:
    """Line breaks and control signs in a name don't reach the message; a long one is cut."""
    text = message("A\nna\x1b[31m \u202e" + "x" * 500, [a_set(praise="", advice="Stand tall.")], {})
    assert "\n" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 200
