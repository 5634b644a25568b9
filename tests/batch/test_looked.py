"""What is new, and what the coach has looked at."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formcheck.cli import main
from formcheck.history.store import DATABASE
from tests.batch.uploads import good, history, run


def looked(out: Path, *client: str) -> Result:
    told = ["history", *client, "--looked", "--database", str(out)]
    return CliRunner().invoke(main, told, catch_exceptions=False)


def new(out: Path) -> set[str]:
    return {one.file for one in history(out) if not one.looked}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two clients: three sets, and a file that is none."""
    good(tmp_path / "in" / "Éowyn" / "a.npz", 1)
    good(tmp_path / "in" / "Éowyn" / "b.npz", 2)
    good(tmp_path / "in" / "Samwise" / "c.npz", 3)
    (tmp_path / "in" / "Samwise" / "x.mp4").write_text("no film")
    run(tmp_path / "in", "--out", tmp_path / "out")
    return tmp_path


def test_new_is_what_was_not_looked_at(place: Path) -> None:
    """All that came in is new, until the command says otherwise; of one client, or of all."""
    out = place / "out"
    assert new(out) == {"a.npz", "b.npz", "c.npz", "x.mp4"}
    assert "<b>4 sets</b> need a look" in (out / "index.html").read_text("utf-8")
    assert "2 new sets" in looked(out, "eowyn").output
    assert new(out) == {"c.npz", "x.mp4"}
    assert "<b>2 sets</b> need a look" in (out / "index.html").read_text("utf-8")
    assert "2 new sets" in looked(out).output
    assert "Nothing new" in (out / "index.html").read_text("utf-8")


def test_a_look_outlives_judging_again_and_a_lost_history(place: Path) -> None:
    """Judged again, run again, or made anew from the folders: what was seen stays seen."""
    out = place / "out"
    looked(out)
    run("--rescore", "--out", out)
    run(place / "in", "--out", out)
    assert new(out) == set()
    (out / DATABASE).unlink()
    good(place / "in" / "Samwise" / "d.npz", 4)
    run(place / "in", "--out", out)
    assert new(out) == {"d.npz"}


def test_what_the_page_did_not_show_stays_new(place: Path) -> None:
    """A set that was taken in after the page was written has been seen by nobody."""
    out = place / "out"
    then = time.time() - 3600
    os.utime(out / "index.html", (then, then))
    assert "0 new sets" in looked(out).output
    assert len(new(out)) == 4


def test_a_mended_file_is_new(place: Path) -> None:
    """The broken film was looked at; the one that takes its place wasn't."""
    out = place / "out"
    looked(out)
    (place / "in" / "Samwise" / "x.mp4").unlink()
    good(place / "in" / "Samwise" / "x.npz", 5)
    run(place / "in", "--out", out)
    assert new(out) == {"x.npz"}


def test_looked_is_of_all_or_of_a_client(place: Path) -> None:
    """With --last it would be guesswork which sets are meant."""
    result = CliRunner().invoke(
        main, ["history", "--looked", "--last", "1", "--database", str(place / "out")]
    )
    assert result.exit_code == 2
