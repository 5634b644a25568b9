"""What we print on: terminals with few signs, and readers who leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from formcheck.history.store import DATABASE, open_store, sqlite_url
from tests.batch.uploads import good, history

ROOT = Path(__file__).parents[1]
CODE_PAGES = ("ascii", "cp1252", "cp437", "cp932")


def started(*words: object, code_page: str = "utf-8", **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "formcheck", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": code_page},
        **options,
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of a client whose name has an accent, and an analysis."""
    place = tmp_path_factory.mktemp("judged")
    good(place / "in" / "Zoé Müller ✓" / "é.npz", 1)
    process = started("batch", place / "in", "--out", place / "out", "--no-html")
    assert process.communicate(timeout=120)[1] and process.returncode == 0
    return place / "out"


@pytest.mark.parametrize("code_page", CODE_PAGES)
def test_any_terminal_shows_our_words(judged: Path, code_page: str) -> None:
    """Windows' code pages and plain ASCII: no traceback, and what can be shown is."""
    (folder,) = (judged / "clients").glob("*/*")
    commands = (
        ("cues", "hip_drive"),
        ("why", folder, 1, "hip_drive"),
        ("history", "--database", judged),
        ("analyze", folder / "poses.npz", "--json"),
    )
    running = [started(*words, code_page=code_page) for words in commands]
    for words, process in zip(commands, running, strict=True):
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, (words, said)
        assert b"Traceback" not in said
        out.decode(code_page)
    (folder / "why-1-hip_drive.png").unlink()


def test_json_stays_json_where_signs_are_few(judged: Path) -> None:
    """What can't be shown is escaped, not replaced."""
    (folder,) = (judged / "clients").glob("*/*")
    out = {}
    for code_page in ("utf-8", "ascii"):
        process = started("analyze", folder / "poses.npz", "--json", code_page=code_page)
        out[code_page] = json.loads(process.communicate(timeout=120)[0].decode(code_page))
    assert out["utf-8"] == out["ascii"]


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_reader_who_leaves_stops_no_batch(tmp_path: Path) -> None:
    """`| head -1`: quiet, code 0, and every set is kept."""
    for number in range(4):
        good(tmp_path / "in" / "Anna" / f"{number}.npz", number)
    out = tmp_path / "out"
    process = started("batch", tmp_path / "in", "--out", out, "--no-html", "--json")
    assert process.stdout is not None and process.stderr is not None
    assert json.loads(process.stdout.readline())["event"] == "plan"
    process.stdout.close()
    said = process.stderr.read()
    assert (process.wait(timeout=60), said) == (0, b"")
    process.stderr.close()
    assert len(history(out)) == 4
    assert (out / "index.html").exists()


def test_a_listing_that_nobody_reads_is_no_error() -> None:
    """`formcheck cues | head -1` ends quietly."""
    process = started("cues")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0
    process.stderr.close()


def test_a_database_of_another_kind_is_told(tmp_path: Path) -> None:
    """MySQL isn't a matter of a missing PostgreSQL driver."""
    process = started("history", "--database", "mysql://u:secret@nowhere/x")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"SQLite or PostgreSQL" in said
    assert b"postgres]" not in said and b"secret" not in said
    with open_store(sqlite_url(tmp_path / DATABASE)) as store:
        assert store.sets() == []
