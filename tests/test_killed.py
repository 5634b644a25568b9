"""Killed at any call to the disk: nothing lost, nothing mixed, nothing wedged, no rest.

After each kill a plain run gives the rows, findings and files of an undisturbed one.
``FORMCHECK_KILLS`` says how many kills there are for each command; "all" is every one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from formcheck.cli import main
from formcheck.files import stages
from formcheck.history.store import DATABASE
from formcheck.poses.saved import load_poses, save_poses
from formcheck.seal import damaged, finish_all, seal
from tests.batch.uploads import good
from tests.joined import joined
from tests.killed_child import EMPTY, PYTHONS, WHEN, all_here
from tests.skeleton import skeleton

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ROOT = Path(__file__).parents[1]
KILLS = os.environ.get("FORMCHECK_KILLS", "14")
KINDS = ("rename", "fsync", "fdatasync", "unlink")
LIMITS = "[neutral_head.any]\nwatch = -60.0\nfault = -50.0\n"
NOTES = {"coach-notes.txt": "mine", "why-1-hip_drive.png": "a picture"}
KILLED = -9

STEP = """
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table("more", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("files", sa.Column("extra", sa.Text(), nullable=True))
    op.execute("insert into more (id) values (1)")
"""


class Zygote:
    """Runs commands in processes that are killed; see ``killed_child.py``."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "calls"
        self.strace = shutil.which("strace") is not None
        self.kinds = KINDS if self.strace else tuple(PYTHONS)
        if KILLS == "all" and self.strace:
            self.kinds = tuple(EMPTY)
        calls = ",".join(self.kinds)
        command = [sys.executable, "-m", "tests.killed_child", "strace" if self.strace else "os"]
        if self.strace:
            trace = ["-f", "-qq", "-o", str(self._log), "-e", f"trace={calls}"]
            kill = ["-e", f"inject={calls}:signal=KILL:when={WHEN}"]
            command = ["strace", *trace, *kill, *command]
        threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | threads,
        )

    def run(self, words: list[str], kind: str = "", at: int = 0, steps: str | None = None) -> int:
        """Run a command, killed at its ``at``-th call of a kind; gives how it ended."""
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"words": words, "kind": kind, "at": at, "steps": steps}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(json.loads(self._process.stdout.readline()))

    def moments(self, words: list[str], steps: str | None, most: int) -> list[tuple[str, int]]:
        """Run it undisturbed; gives at most so many of its calls, of all kinds in turn."""
        before = self._counts()
        code = self.run(words, steps=steps)
        assert code == 0, (words, code)
        calls = {kind: now - before[kind] for kind, now in self._counts().items()}
        if not self.strace:
            calls = dict.fromkeys(self.kinds, 12)
        found = [(kind, at) for kind in self.kinds for at in range(1, calls[kind] + 1)]
        if len(found) <= most:
            return found
        return [found[round(k * (len(found) - 1) / (most - 1))] for k in range(most)]

    def _counts(self) -> dict[str, int]:
        text = self._log.read_text("utf-8") if self.strace else ""
        return {kind: text.count(f" {kind}(") for kind in self.kinds}

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    opened = Zygote(tmp_path_factory.mktemp("zygote"))
    if opened.run(["cues"]) != 0:
        pytest.skip("processes can't be traced here")
    yield opened
    opened.close()


@dataclass(frozen=True)
class Case:
    """A command over an output folder; ``base`` is what lies there before."""

    words: list[str]
    base: Path | None
    out: Path
    steps: str | None = None

    def prepare(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)
        if self.base is not None:
            shutil.copytree(self.base, self.out)

    def plain(self) -> None:
        with all_here(self.steps):
            result = CliRunner().invoke(
                main, self.words, prog_name="formcheck", catch_exceptions=False
            )
        assert result.exit_code == 0, result.output


def plain(*words: object) -> None:
    with all_here():
        told = [str(word) for word in words]
        result = CliRunner().invoke(main, told, prog_name="formcheck", catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    good(folder / "Anna" / "one.npz", 1)
    good(folder / "Bert" / "two.npz", 2, "back_squat")
    (folder / "Bert" / "bad.npz").write_bytes(b"cut off")
    two_sets = joined(skeleton("deadlift").track, skeleton("back_squat").track)
    (folder / "Cara").mkdir()
    save_poses(two_sets, folder / "Cara" / "two sets.npz")
    return folder


def _with_notes(folder: Path, film: str) -> None:
    """A coach's own files, and a film of ours that is dear to make again."""
    (folder / "annotated.mp4").write_text(film)
    seal(folder)
    for name, text in NOTES.items():
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def judged(uploads: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a batch has kept; its bad upload is gone since."""
    out = tmp_path_factory.mktemp("judged") / "out"
    for name in ("Anna", "Bert"):
        with all_here():
            CliRunner().invoke(main, ["batch", str(uploads), "--out", str(out), "--no-html"])
        _with_notes(next((out / "clients" / name).iterdir()), name)
    return out


def _rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows but their times and numbers; of a set what joins it instead."""
    questions = {
        "sets": "select c.name, s.content, s.key, s.file, s.state, s.folder, s.load_kg, s.lift, "
        "s.rep_count, s.score, s.headline, s.settings, d.date from sets s join clients c on "
        "c.id = s.client_id join sessions d on d.id = s.session_id order by 1, 2",
        "findings": "select s.content, f.rep, f.cue, f.verdict, f.value, f.sigma, f.reason from "
        "findings f join sets s on s.id = f.set_id order by 1, 2, 3",
        "reps": "select s.content, r.rep, r.start_s, r.end_s, r.measures, r.score from reps r "
        "join sets s on s.id = r.set_id order by 1, 2",
        "clients": "select name, folder from clients order by 1",
        "step": "select version_num from alembic_version",
        "whole": "pragma integrity_check",
    }
    with contextlib.closing(sqlite3.connect(file)) as base:
        return {name: base.execute(question).fetchall() for name, question in questions.items()}


TIMED = {"set.json", "formcheck.json"}


def _files(out: Path) -> dict[str, bytes]:
    """Every file; empty for those that hold times, and for the history."""
    return {
        str(path.relative_to(out)): b""
        if path.name in TIMED or path.suffix in (".sqlite", ".html") or path.parent == out
        else path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and "-copies" not in str(path) and "-damaged-" not in path.name
    }


def _state(out: Path) -> tuple[object, object]:
    return _files(out), _rows(out / DATABASE) if (out / DATABASE).exists() else None


MOST = 10**6 if KILLS == "all" else int(KILLS)


def _killed_everywhere(
    zygote: Zygote, case: Case, look: Callable[[Path], object] = lambda _: None
) -> None:
    case.prepare()
    moments = zygote.moments(case.words, case.steps, MOST)
    undisturbed = _state(case.out)
    killed = 0
    for kind, at in moments:
        case.prepare()
        killed += zygote.run(case.words, kind, at, case.steps) == KILLED
        look(case.out)
        case.plain()
        assert _state(case.out) == undisturbed, f"killed at {kind} {at} of {moments}"
        places = {path.parent for path in case.out.rglob(".formcheck-*")}
        assert [stage for place in places for stage in stages(place)] == [], (kind, at)
        assert all(damaged(path.parent) == [] for path in case.out.rglob("formcheck.json"))
    print(f"killed {killed} times, at {len(moments)} moments")
    assert killed >= len(moments) * (0.9 if zygote.strace else 0.1), (killed, moments)


def test_analyze_killed_anywhere(zygote: Zygote, uploads: Path, tmp_path: Path) -> None:
    """The earlier results or the new ones, never some of each; a coach's own files stay."""
    first, second = tmp_path / "a.npz", uploads / "Bert" / "two.npz"
    shutil.copyfile(uploads / "Anna" / "one.npz", first)
    base = tmp_path / "base"
    plain("analyze", first, "--out", base, "--no-html")
    (base / "notes.txt").write_text("mine")
    files = {name: load_poses(name).landmarks_px[0, 0, 0] for name in (first, second)}

    def of_one_run(out: Path) -> None:
        finish_all(out)
        assert damaged(out) == []
        said = json.loads((out / "analysis.json").read_text())["lift"]["name"]
        source = first if said == "deadlift" else second
        assert load_poses(out / "poses.npz").landmarks_px[0, 0, 0] == pytest.approx(files[source])
        assert (out / "notes.txt").read_text() == "mine"

    words = ["analyze", str(second), "--out", str(tmp_path / "out"), "--no-html"]
    _killed_everywhere(zygote, Case(words, base, tmp_path / "out"), of_one_run)


def test_batch_killed_anywhere(zygote: Zygote, uploads: Path, tmp_path: Path) -> None:
    """A first batch: the next run brings what is missing."""
    good(tmp_path / "in" / "Anna" / "one.npz", 1)
    out = tmp_path / "out"
    words = ["batch", str(tmp_path / "in"), "--out", str(out), "--no-html"]
    _killed_everywhere(zygote, Case(words, None, out))


def test_rescore_killed_anywhere(zygote: Zygote, judged: Path, tmp_path: Path) -> None:
    """New limits over old results: notes and film are there at every moment."""
    out, limits = tmp_path / "out", tmp_path / "club.toml"
    limits.write_text(LIMITS)

    def nothing_lost(out: Path) -> None:
        for folder in (out / "clients").glob("[AB]*/*"):
            assert (folder / "annotated.mp4").read_text() == folder.parent.name
            assert all((folder / name).read_text() == text for name, text in NOTES.items())

    words = ["batch", "--rescore", "--out", str(out), "--limits", str(limits), "--no-html"]
    rescored = Case(words, judged, out)
    rescored.prepare()
    with contextlib.closing(sqlite3.connect(out / DATABASE)) as base, base:
        base.execute("delete from sets where state = 'failed'")
    base_out = tmp_path / "base"
    shutil.copytree(out, base_out)
    _killed_everywhere(zygote, Case(words, base_out, out), nothing_lost)


def test_migration_killed_anywhere(zygote: Zygote, judged: Path, tmp_path: Path) -> None:
    """A step to another form is taken whole or not at all, and no row is lost."""
    steps = tmp_path / "steps"
    shutil.copytree(ROOT / "formcheck" / "history" / "migrations", steps)
    (steps / "versions" / "step_0004_more.py").write_text(STEP)
    out = tmp_path / "out"
    words = ["history", "--database", str(out)]
    _killed_everywhere(zygote, Case(words, judged, out, str(steps)))
    assert _rows(out / DATABASE)["step"] == [("0004",)]
    assert list((out / "formcheck-copies").glob("*-before-0004.sqlite"))


def test_tables_killed_anywhere(zygote: Zygote, tmp_path: Path) -> None:
    """A history's very first moment: what was begun is taken back, nothing is in the way."""
    out = tmp_path / "out"
    source = good(tmp_path / "in" / "Anna" / "one.npz", 1)
    words = ["batch", str(source), "--out", str(out), "--no-html"]
    for at in range(1, 13, 2 if MOST < 100 else 1):
        shutil.rmtree(out, ignore_errors=True)
        zygote.run(words, "fdatasync" if zygote.strace else "fsync", at)
        plain(*words)
        assert len(_rows(out / DATABASE)["sets"]) == 1


def test_repair_killed_anywhere(zygote: Zygote, judged: Path, tmp_path: Path) -> None:
    """doctor --repair of a broken history, a damaged set and a leftover; then once more."""
    base, out = tmp_path / "base", tmp_path / "out"
    shutil.copytree(judged, base)
    with (base / DATABASE).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    (anna,) = (base / "clients" / "Anna").iterdir()
    (anna / "analysis.json").write_text("{broken")
    (base / ".formcheck-0123abcd").mkdir()
    (base / ".formcheck-0123abcd" / "annotated.mp4").write_text("half a film")
    words = ["doctor", "--out", str(out), "--repair"]
    _killed_everywhere(zygote, Case(words, base, out))
