"""Uploads for the tests: saved poses that are judged in a moment, and files that are none."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import struct
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from formcheck.batch.job import Job, Options
from formcheck.cli import main
from formcheck.data import PoseTrack
from formcheck.history.store import DATABASE, open_store, sqlite_url
from formcheck.history.stored import StoredSet
from formcheck.poses.saved import save_poses
from tests.skeleton import skeleton
from tests.video.films import make_film

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "deadlift_good.mp4"


@cache
def _lifter(lift: str) -> PoseTrack:
    return skeleton(lift, reps=2, rate_hz=15.0).track


def good(path: Path, number: int = 0, lift: str = "deadlift") -> Path:
    """Saved poses of a set; each number is another content."""
    track = _lifter(lift)
    moved = track.landmarks_px.copy()
    moved[..., :2] += number / 1000.0
    path.parent.mkdir(parents=True, exist_ok=True)
    save_poses(dataclasses.replace(track, landmarks_px=moved), path)
    return path


def job_of(
    source: Path, *, name: str = "job", draw: bool = True, film: str = "", **options: Any
) -> Job:
    """A job as the plan would make it."""
    details = {
        "key": "k",
        "client": "Anna",
        "content": "c",
        "file": source.name,
        "path": str(source),
        "folder": f"clients/Anna/{name}",
        "model": "poses",
        "settings": {},
        "date": "2026-11-22",
        "date_from": "file",
    }
    chosen = Options(**{"html": False, **options})
    return Job(id=name, source=str(source), options=chosen, draw=draw, film=film, details=details)


def run(*words: object) -> Result:
    """Call ``formcheck batch`` in this process; a bug's exception comes through."""
    told = ["batch", *(str(word) for word in words), "--no-html"]
    return CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)


def events(result: Result) -> list[dict[str, Any]]:
    """The events that ``--json`` printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def history(out: Path) -> list[StoredSet]:
    """What the history holds."""
    with open_store(sqlite_url(out / DATABASE)) as store:
        return store.sets()


def tidy_folders(out: Path) -> list[Path]:
    """The folders of all sets, each of which must be whole."""
    folders = sorted(path for path in (out / "clients").glob("*/*"))
    for folder in folders:
        assert {"analysis.json", "poses.npz", "reps.csv", "set.json"} <= {
            path.name for path in folder.iterdir()
        }, folder
    return folders


def no_rest(out: Path) -> bool:
    """Whether nothing half done lies about."""
    return {path.name for path in (out / ".formcheck-batch").iterdir()} <= {"lock", "pages-due"}


def bad_files(folder: Path, seed: int = 1) -> int:
    """Write thirty files and folders that are no set, and give their number."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    film = make_film(folder / "whole.mp4", movflags="")
    content = film.read_bytes()
    film.unlink()
    poses = good(folder / "whole.npz", 999).read_bytes()
    (folder / "whole.npz").unlink()
    for number in range(8):
        cut = content[: chance.randrange(1, len(content) - 400)]
        (folder / f"cut {number}.mp4").write_bytes(cut)
    for number in range(6):
        (folder / f"cut {number}.npz").write_bytes(poses[: chance.randrange(1, len(poses) - 1)])
    for name in ("zero.mp4", "zero.npz"):
        (folder / name).write_bytes(b"" if name.endswith("4") else b"\0")
    for name in (
        *("text.mov", "quo\"tes'.mp4", "new\nline.mp4", "🏋️ emoji.mp4", "-rf.mp4", "$(id).mp4"),
        *("=1+1.mp4", "<b>bold.mp4"),
    ):
        (folder / name).write_text(f"this is no film, but {name}", "utf-8")
    (folder / "film.npz").write_bytes(content)
    (folder / "poses.mp4").write_bytes(poses)
    (folder / "x.mp4").mkdir()
    os.mkfifo(folder / "pipe.mp4")
    for side in (15_800, 20_000):
        (folder / f"huge header {side}.gif").write_bytes(gif(side))
    return len(list(folder.iterdir()))


def gif(side: int) -> bytes:
    """A film of two pictures that claims to be ``side`` × ``side``."""
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes(6)
    one = b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\x00"
    return head + one + one + b";"
