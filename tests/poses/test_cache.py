"""Poses are kept once and found again: whole or not at all, within their bounds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner, Result

from formcheck.cli import main
from formcheck.data import PoseTrack
from formcheck.errors import BadRequest
from formcheck.poses import cache
from formcheck.video import Film, read_video
from formcheck.video.span import Span
from tests.skeleton import skeleton
from tests.video.films import make_film

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "sample_videos" / "deadlift_good.mp4"
KEY, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32
FILM = cast("Film", SimpleNamespace(path=Path("again.mp4")))


@pytest.fixture(scope="module")
def track() -> PoseTrack:
    return skeleton("deadlift", reps=1).track


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def same(one: PoseTrack | None, other: PoseTrack) -> bool:
    assert one is not None
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("time_s", "landmarks_px", "visibility", "world_m")
    )


def test_what_is_kept_is_found(nothing_kept: Path, track: PoseTrack) -> None:
    """The same poses, under the name that the film has now; of another key there are none."""
    cache.keep(KEY, track)
    found = cache.find(KEY, FILM)
    assert same(found, track)
    assert found is not None and found.source is not None
    assert found.source.file == "again.mp4"
    assert cache.find(OTHER, FILM) is None
    assert cache.state().entries == 1


def test_the_films_name_isnt_kept(nothing_kept: Path, track: PoseTrack) -> None:
    """Nothing in the folder says whose film it was."""
    assert track.source is not None
    cache.keep(KEY, replace(track, source=replace(track.source, file="Frodo squat.mp4")))
    (entry,) = nothing_kept.iterdir()
    with np.load(entry) as arrays:
        assert "Frodo" not in str(arrays["meta"])
    assert "Frodo" not in entry.name


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "another's"])
def test_a_damaged_entry_is_none_and_is_replaced(
    nothing_kept: Path, track: PoseTrack, damage: str
) -> None:
    """What isn't what its name says is never read as poses, and goes."""
    cache.keep(KEY, track)
    (entry,) = nothing_kept.iterdir()
    data = bytearray(entry.read_bytes())
    data[len(data) // 2] ^= 1
    half = bytes(data[: len(data) // 2])
    changes = {"cut": half, "changed": bytes(data), "empty": b"", "another's": b"PK"}
    entry.write_bytes(changes[damage])
    assert cache.find(KEY, FILM) is None
    assert list(nothing_kept.iterdir()) == []
    cache.keep(KEY, track)
    assert same(cache.find(KEY, FILM), track)


def test_what_wasnt_used_for_longest_goes_first(
    nothing_kept: Path, track: PoseTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a third has no room, the one used last stays, whenever it was written."""
    for age_s, key in ((20, KEY), (10, OTHER)):
        cache.keep(key, track)
        (entry,) = nothing_kept.glob(f"{key}-*")
        os.utime(entry, (time.time() - age_s, time.time() - age_s))
    assert cache.find(KEY, FILM) is not None
    monkeypatch.setattr(cache, "most_bytes", lambda: int(2.5 * entry.stat().st_size))
    cache.keep(THIRD, track)
    there = [cache.find(key, FILM) is not None for key in (KEY, OTHER, THIRD)]
    assert there == [True, False, True]


def test_what_is_larger_than_the_cache_isnt_kept(
    nothing_kept: Path, track: PoseTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit of 0 keeps nothing, and what is no size is refused."""
    monkeypatch.setenv(cache.MB_VARIABLE, "0")
    cache.keep(KEY, track)
    assert cache.state().entries == 0
    assert list(nothing_kept.iterdir()) == []
    monkeypatch.setenv(cache.MB_VARIABLE, "much")
    with pytest.raises(BadRequest, match="give whole megabytes"):
        cache.keep(KEY, track)


def test_a_folder_that_cant_be_is_no_hindrance(
    tmp_path: Path, track: PoseTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a file in the folder's place nothing is kept, and nothing fails."""
    (tmp_path / "poses").write_text("mine")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "poses"))
    cache.keep(KEY, track)
    assert cache.find(KEY, FILM) is None
    assert cache.state().entries == 0
    assert (tmp_path / "poses").read_text() == "mine"


def test_clearing_takes_only_what_we_wrote(nothing_kept: Path, track: PoseTrack) -> None:
    """`formcheck cache` shows place, number and size; `clear` leaves other files alone."""
    cache.keep(KEY, track)
    cache.keep(OTHER, track)
    (nothing_kept / "poses.npz").write_text("mine")
    shown = run("cache").stdout
    assert str(nothing_kept) in shown
    assert "2 films" in shown
    assert "No picture" in shown
    assert "Emptied: 2 films" in run("cache", "clear").stdout
    assert [path.name for path in nothing_kept.iterdir()] == ["poses.npz"]
    assert "0 films" in run("cache").stdout


CHILD = """
import itertools
from pathlib import Path
import sys
from formcheck.poses import cache
from formcheck.poses.saved import load_poses
track = load_poses(Path(sys.argv[1]))
cache.most_bytes = lambda: int(sys.argv[2])
for at in itertools.count():
    cache.keep(f"{at % 5:032x}", track)
"""


def test_killed_and_at_once(nothing_kept: Path, track: PoseTrack, tmp_path: Path) -> None:
    """Two processes write into one small cache until they are killed: what is there is whole."""
    cache.keep(KEY, track)
    (entry,) = nothing_kept.iterdir()
    poses = tmp_path / "poses.npz"
    entry.rename(poses)
    most = 4 * poses.stat().st_size
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(poses), str(most)], cwd=ROOT)
        for _ in range(2)
    ]
    until_s = time.monotonic() + 30
    while time.monotonic() < until_s and len(list(nothing_kept.glob("*.npz"))) < 3:
        time.sleep(0.02)
    for at in range(20):  # reading beside the writers
        found = cache.find(f"{at % 5:032x}", FILM)
        assert found is None or same(found, track)
    for child in children:
        assert child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
    left = [cache.find(f"{at:032x}", FILM) for at in range(5)]
    assert any(one is not None for one in left)
    assert all(one is None or same(one, track) for one in left)
    cache.keep(KEY, track)  # sweeps what the killed left
    assert not [path for path in nothing_kept.iterdir() if path.suffix != ".npz"]
    assert cache.state().size_bytes <= most + poses.stat().st_size


# ---------------------------------------------------------------- the key


def test_the_key_is_of_all_that_changes_poses(tmp_path: Path) -> None:
    """Content, part, turn, pace, size, person, model and engine: each gives another key."""
    film = make_film(tmp_path / "a.mp4")
    more = make_film(tmp_path / "b.mp4", rate=25)
    (tmp_path / "copy.mp4").write_bytes(film.read_bytes())
    (tmp_path / "one.task").write_bytes(b"one")
    (tmp_path / "two.task").write_bytes(b"two")

    def key(
        path: Path = film,
        model: str = "one.task",
        engine: str = "e",
        sampling: str = "every",
        lifter: int | None = None,
        **asked: Any,
    ) -> str:
        with read_video(path, **asked) as opened:
            return cache.key_of(
                opened, tmp_path / model, engine=engine, sampling=sampling, lifter=lifter
            )

    others = [
        key(more),
        key(model="two.task"),
        key(engine="f"),
        key(sampling="auto"),
        key(lifter=1),
        key(span=Span(0.1)),
        key(span=Span(0.0, 0.5)),
        key(rotate_deg=0),
        key(rotate_deg=90),
        key(max_side_px=64),
        key(slowed=2.0),
    ]
    assert len({key(), *others}) == 1 + len(others)
    assert key(tmp_path / "copy.mp4") == key()


def test_the_key_is_of_our_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another library, or a change between film and poses: another digest; a release: none."""
    before = cache._code_digest.__wrapped__()
    monkeypatch.setattr("formcheck.version.VERSION", "99.0")
    assert cache._code_digest.__wrapped__() == before
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"{name} 0")
    assert cache._code_digest.__wrapped__() != before
    monkeypatch.undo()
    assert cache._code_digest.__wrapped__() == before
    monkeypatch.setattr(cache, "_BETWEEN", cache._BETWEEN[1:])
    assert cache._code_digest.__wrapped__() != before


# ---------------------------------------------------------------- the whole


def test_a_film_is_watched_once(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another lift, other limits, another name: judged without the engine, as when watched."""
    words = ("--end", "3.45", "--no-video", "--no-html", "--quiet", "--out")
    assert run("analyze", CLIP, *words, tmp_path / "first").exit_code == 0

    def gone(*_: object, **__: object) -> None:
        raise AssertionError("the engine was asked")

    monkeypatch.setattr("formcheck.poses.track.open_engine", gone)
    assert run("analyze", CLIP, *words, tmp_path / "second").exit_code == 0
    first, second = (tmp_path / name / "analysis.json" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    poses = [(tmp_path / name / "poses.npz") for name in ("first", "second")]
    with np.load(poses[0]) as one, np.load(poses[1]) as other:
        assert {name: array.tobytes() for name, array in one.items()} == {
            name: array.tobytes() for name, array in other.items()
        }
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(CLIP.read_bytes())
    limits = tmp_path / "club.toml"
    limits.write_text("[lumbar_rounding.deadlift]\nwatch = 14.0\nfault = 20.0\n")
    again = ("--lift", "romanian_deadlift", "--limits", limits, *words, tmp_path / "third")
    assert run("analyze", copy, *again).exit_code == 0
    assert '"file": "copy.mp4"' in (tmp_path / "third" / "analysis.json").read_text()
    asked = run("analyze", CLIP, "--no-cache", *words, tmp_path / "fourth")
    assert isinstance(asked.exception, AssertionError)
