"""What `formcheck cues` says: every cue whole, from its code, its numbers and its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.cues import CUES, SET_CUES, load_limits
from formcheck.cues.judging import guidance
from formcheck.cues.judging.explain import change_in_words, explain, grouped, limits_in_words
from formcheck.cues.judging.limits import Limit

LIMITS = load_limits()


def test_every_cue_is_listed_once() -> None:
    """Each cue with limits is under one heading, in the order of the limits file."""
    groups = grouped(LIMITS)
    assert sorted(cue for cues in groups.values() for cue in cues) == sorted(LIMITS.cues)
    for cues in groups.values():
        assert list(cues) == [cue for cue in LIMITS.cues if cue in cues]
    assert set(groups["On every repetition"]) == set(CUES)
    assert set(groups.get("Over the set", ())) == set(SET_CUES)


@pytest.mark.parametrize("cue", LIMITS.cues)
def test_a_cue_is_explained_whole(cue: str) -> None:
    """Question, quantity, how, every limit with its source, lifts, views, words."""
    rows = explain(cue, LIMITS).rows
    assert rows.keys() >= {
        *("Asks", "Measures", "How", "Uncertainty", "Limits", "Lifts", "Views", "Can't tell"),
        *("It may say", "To try"),
    }
    text = " ".join(part for row in rows.values() for part in row)
    for (name, _), limit in LIMITS.table.items():
        if name == cue:
            assert limits_in_words(limit) in text
            assert limit.source in text
    assert not any(sign in text for sign in ("{", "``", "Raises", "----"))


def test_limits_in_words() -> None:
    """Which side is worse, the unit, and whether a fault can be said at all."""
    up = Limit(3.0, 8.0, "deg", "")
    down = Limit(0.8, 0.6, "ratio", "")
    weak = Limit(3.0, 8.0, "thigh lengths", "", most="watch")
    assert limits_in_words(up).startswith("watch above 3°; fault above 8° by")
    assert limits_in_words(down).startswith("watch below 0.8; fault below 0.6 by")
    assert limits_in_words(weak).startswith("watch above 3 thigh lengths by")
    assert "Never a fault" in limits_in_words(weak)


def test_a_coachs_change_is_shown(tmp_path: Path) -> None:
    """What a coach's file changed stands beside the limit, with the standard."""
    mine = tmp_path / "club.toml"
    mine.write_text("[hip_drive.any]\nfault = 9.5\n")
    rows = explain("hip_drive", load_limits(mine)).rows
    assert "Yours: fault 9.5° (standard 8°)." in rows["Limits"]
    assert "Source: set in club.toml." in rows["Limits"]


@pytest.mark.parametrize(
    ("key", "value", "standard", "expected"),
    [
        ("watch", 0.05, 0.1, "watch 0.05 (standard 0.1) thigh lengths"),
        ("most", "fault", "watch", "most 'fault' (standard 'watch')"),
        ("weight", 2.0, 1.0, "weight 2 (standard 1)"),
    ],
)
def test_changes_in_words(
    key: str, value: float | str, standard: float | str, expected: str
) -> None:
    """Each kind of change names the new value and the standard."""
    assert change_in_words(key, value, standard, "thigh lengths") == expected


def test_what_no_camera_sees() -> None:
    """All seven are there, each with advice."""
    seen = guidance.unseen()
    assert [one.title for one in seen] == [
        *("Breathing", "Bracing", "Muscle tension", "Where you look"),
        *("Whether anything hurts", "How heavy it is", "Warm-up"),
    ]
    for one in seen:
        assert one.what.endswith(".")
        assert one.advice.endswith(".")


def test_that_deadlifts_are_disputed_is_said_beside_a_deadlift() -> None:
    """One passage without a number, of deadlifts alone; nothing is settled."""
    text = guidance.deadlifts("romanian_deadlift")
    assert "disagree about deadlifts" in text
    assert "not whether you should do one" in text
    assert not any(sign.isdigit() for sign in text)
    assert guidance.deadlifts("back_squat") == ""


def test_safety_has_who_what_and_when() -> None:
    """Who asks first, what to do on pain, and the urgent list, as evidence §6 has them."""
    text = guidance.safety()
    first, urgent = " ".join(text.first.items), " ".join(text.urgent.items)
    for part in ("surgery", "fracture", "tumour", "disc", "spinal canal", "leg", "pregnant"):
        assert part in first
    for part in ("bladder", "bowel", "numbness", "weaker", "fall", "fever", "weight loss", "night"):
        assert part in urgent
    assert "stop the set right away" in text.pain.paragraphs[0]
    assert "not medical advice" in text.reading.paragraphs[0]
