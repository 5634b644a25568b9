"""The limits: ours, and a coach's in their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.cues import CUES, load_limits
from formcheck.cues.judging.limits import changed_limits
from formcheck.data import LimitChange
from formcheck.errors import BadRequest
from formcheck.reps.lifts import which
from tests.cues.judging import judged
from tests.skeleton import skeleton


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "coach.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(BadRequest) as caught:
        load_limits(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_override_for_one_lift(tmp_path: Path) -> None:
    """A coach's limit holds for the named lift alone; what isn't given stays ours."""
    ours = load_limits()
    theirs = load_limits(written(tmp_path, "[hip_drive.deadlift]\nfault = 30.0\n"))
    limit = theirs.of("hip_drive", "deadlift")
    assert (limit.watch, limit.fault, limit.unit) == (3.0, 30.0, "deg")
    assert theirs.of("hip_drive", "back_squat") == ours.of("hip_drive", "back_squat")
    assert theirs.of("depth", "back_squat") == ours.of("depth", "back_squat")


def test_override_says_where_it_is_from(tmp_path: Path) -> None:
    """The source of a changed limit is the coach's file, unless it gives its own."""
    theirs = load_limits(
        written(
            tmp_path,
            "[depth.any]\nwatch = 0.2\nfault = 0.4\n"
            '[lockout.any]\nwatch = 5\nfault = 15\nsource = "our gym"\n',
        )
    )
    assert (theirs.name, theirs.changed) == ("coach.toml", ("depth.any", "lockout.any"))
    assert theirs.of("depth", "back_squat").source == "set in coach.toml"
    assert theirs.of("lockout", "deadlift").source == "our gym"
    assert load_limits().changed == ()


def test_what_is_different_is_kept_and_gives_the_same_limits(tmp_path: Path) -> None:
    """Each number that differs is named with the standard one; from them the limits come again."""
    theirs = load_limits(
        written(
            tmp_path,
            "[depth.any]\nwatch = 0.05\n[depth.goblet_squat]\nweight = 3\n[lockout.any]\n",
        )
    )
    numbers = [(one.cue, one.lift, one.key, one.value) for one in theirs.changes]
    assert ("depth", "any", "watch", 0.05) in numbers
    assert ("depth", "goblet_squat", "weight", 3) in numbers
    assert {one.key for one in theirs.changes if one.cue == "lockout"} <= {"source"}
    (watch,) = [one for one in theirs.changes if (one.lift, one.key) == ("any", "watch")]
    assert watch.standard == load_limits().of("depth", "any").watch
    again = changed_limits(theirs.name, theirs.changes)
    assert again.table == theirs.table
    assert again.name == "coach.toml"


def test_changes_of_a_forgotten_cue_are_left_out() -> None:
    """An old analysis may name a cue that is gone: the rest holds."""
    gone = LimitChange("elbows_close", "any", "watch", 1.0, 2.0, "deg")
    assert changed_limits("old.toml", [gone]).table == load_limits().table


def test_override_changes_the_verdict(tmp_path: Path) -> None:
    """A fault by our limits is good by a coach's, and the finding shows that limit."""
    lifter = skeleton("deadlift", hips_first_deg=20.0)
    limits = load_limits(written(tmp_path, "[hip_drive.any]\nwatch = 30\nfault = 40\n"))
    found = judged(lifter, "deadlift", limits=limits).finding("hip_drive")
    assert (found.verdict, found.watch_limit, found.fault_limit) == ("good", 30.0, 40.0)
    assert judged(lifter, "deadlift").finding("hip_drive").verdict == "fault"


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    """A file without entries gives our limits."""
    assert load_limits(written(tmp_path, "")).table == load_limits().table


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[hip_drvie.any]\nwatch = 3\n", "[hip_drvie] is no cue"),
        ("hip_drive = 3\n", "[hip_drive] is no cue"),
        ("[hip_drive]\nwatch = 3\n", "[hip_drive.watch]"),
        ('[hip_drive.any]\nwatch = "3"\n', "watch: expected a number, got text"),
        ("[hip_drive.any]\nwatch = true\n", "watch: expected a number, got true or false"),
        ("[hip_drive.any]\nfault = nan\n", "fault must be 0 or a size of 1e-06 to 1e+06"),
        ("[hip_drive.any]\nfault = inf\n", "fault must be 0 or a size of 1e-06 to 1e+06"),
        ("[hip_drive.any]\nwatch = 9\nfault = 4\n", "the wrong way round"),
        ("[hip_drive.any]\nwatch = 4\nfault = 4\n", "watch and fault apart"),
        ("[hip_drive.any]\nweight = -1\n", "a weight from 0 to 100"),
        ('[hip_drive.any]\nunit = "rad"\n', "is in 'deg'"),
        ('[hip_drive.any]\nmost = "good"\n', "most is 'fault' or 'watch'"),
        ("[hip_drive.any]\nwach = 3\n", "nothing else"),
        ("watch = = 3\n", "not a limits file in TOML"),
        ("[hip_drive.any]\nweight = 1e308\n", "weight must be 0 or a size of"),
        ("[hip_drive.any]\nwatch = 1e-320\n", "watch must be 0 or a size of"),
        (f"[hip_drive.any]\nfault = {'9' * 400}\n", "more than 30 digits"),
        ('[hip_drive.any]\nmost = ["fault"]\n', "most: expected text, got a list"),
        ("[hip_drive.any]\nsource = 2026-01-01\n", "source: expected text, got a date"),
        ("hip_drive.any = 7\n", "expected named values, got a whole number"),
        (f"a = {'[' * 3000}{']' * 3000}\n", "nested too deeply"),
        (f"{'a.' * 3000}a = 1\n", "nested too deeply"),
        ("#" * 300_000, "larger than 250 kB"),
    ],
)
def test_nonsense_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    """What makes no sense is refused with the file, the entry and what was expected."""
    assert said in complaint(written(tmp_path, text))


def test_an_unknown_lift_is_refused(tmp_path: Path) -> None:
    """A misspelt lift would be silently without effect: it is refused."""
    assert "deadlfit" in complaint(written(tmp_path, "[hip_drive.deadlfit]\nwatch = 4\n"))


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    """A missing file, a folder and a picture are each refused in one line."""
    assert "no such file" in complaint(tmp_path / "none.toml")
    assert "this is a folder" in complaint(tmp_path)
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff\xfe")
    assert "no text in UTF-8" in complaint(tmp_path / "picture.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_limits_are_read_as_windows_saves_them(tmp_path: Path, encoding: str) -> None:
    """A byte order mark and UTF-16, as Notepad writes them, change nothing."""
    path = tmp_path / "coach.toml"
    path.write_bytes("[hip_drive.any]\r\nfault = 30 # °\r\n".encode(encoding))
    assert load_limits(path).of("hip_drive", "back_squat").fault == 30.0


@pytest.mark.parametrize("cue", CUES)
def test_every_limit_has_a_source(cue: str) -> None:
    """Each limit says in words where its number comes from, and is of one unit per cue.

    On one leg another quantity tells the same: a lift may have a unit of its own.
    """
    entries = [limit for (name, _), limit in load_limits().table.items() if name == cue]
    assert entries
    one_leg = which(lambda kind: kind.one_leg)
    on_two = [
        limit
        for (name, lift), limit in load_limits().table.items()
        if name == cue and lift not in one_leg
    ]
    assert {limit.unit for limit in on_two} == {entries[0].unit}
    for limit in entries:
        assert len(limit.source) > 20
        assert limit.watch != limit.fault
        # A cue that counts nothing says why.
        assert limit.weight > 0 or "not in the score" in limit.source


def test_a_source_is_a_paragraph_and_no_book(tmp_path: Path) -> None:
    """Nine hundred letters about where a limit is from are kept, twelve hundred are refused."""
    entry = '[lockout.any]\nwatch = 5\nsource = "{}"\n'
    theirs = load_limits(written(tmp_path, entry.format("a" * 900)))
    assert len(theirs.of("lockout", "deadlift").source) == 900
    assert "source" in complaint(written(tmp_path, entry.format("a" * 1200)))


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("watch = 8e5", True),
        ("watch = 1.2e6", False),
        ("weight = 80", True),
        ("weight = 120", False),
    ],
)
def test_sizes_that_no_limit_has(tmp_path: Path, line: str, taken: bool) -> None:
    """A limit beyond a million, or a weight beyond a hundred, is a slip of the finger."""
    path = written(tmp_path, f"[lockout.any]\nfault = 9e5\n{line}\n")
    if taken:
        load_limits(path)
    else:
        assert "[lockout.any]" in complaint(path)
