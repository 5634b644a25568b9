"""`formcheck why`: one verdict worked out again, told and drawn."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

import formcheck
from formcheck import cli
from formcheck.batch.job import Answer, Job, Options
from formcheck.batch.note import write_finished
from formcheck.commands.why import taken_by_batch
from formcheck.cues import CUES
from formcheck.cues.judging.base import Working
from formcheck.pipeline import Request
from formcheck.reconsider import Kept, find_film, read_kept, reconsider, work_out
from formcheck.report.overlay import COLOURS
from formcheck.report.why import POINTS, draw, rows, title
from formcheck.video import VideoWriter
from tests.skeleton import skeleton

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An analysed set with a fault on its last rep, its poses beside it."""
    here = tmp_path_factory.mktemp("why")
    formcheck.save_poses(
        skeleton("deadlift", hips_first_deg=(0.0, 0.0, 25.0)).track, here / "s.npz"
    )
    assert run("analyze", here / "s.npz", "--no-html", "--out", here / "set").exit_code == 0
    return here / "set"


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(
        cli.main,
        [str(argument) for argument in arguments],
        prog_name="formcheck",
        catch_exceptions=False,
    )


def stored(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "analysis.json").read_text("utf-8"))
    return found


def test_every_verdict_is_the_stored_one(folder: Path) -> None:
    """Each cue of each repetition, and of the set, comes out as in analysis.json, unnoted."""
    kept = read_kept(folder)
    questions = [(rep["index"], cue) for rep in kept.said["reps"] for cue in rep["cues"]]
    questions += [(None, cue) for cue in kept.said["set"]["cues"]]
    for rep, cue in questions:
        why = reconsider(kept, rep, cue)
        place = kept.said["set"] if rep is None else kept.said["reps"][rep - 1]
        assert why.finding.verdict == place["cues"][cue]["verdict"]
        assert why.notes == (), (rep, cue)


def test_the_fault_is_told_and_drawn(folder: Path) -> None:
    """Words on stdout: verdict, number, σ, limits with source, otherwise; a picture beside."""
    result = run("why", folder, 3, "hip_drive")
    assert result.exit_code == 0
    assert result.stdout.startswith("✕ Fault: Chest up with hips, rep 3\n")
    found = stored(folder)["reps"][2]["cues"]["hip_drive"]
    text = " ".join(result.stdout.split())
    for part in (
        found["reason"],
        f"taken at {found['at_s']:.2f} s",
        "Watch above 3°; fault above 8°",
        "Source: ",
        "Otherwise Good: 3° or less.",
        found["advice"],
    ):
        assert part in text
    assert max(map(len, result.stdout.splitlines())) <= 100
    picture = cv2.imread(str(folder / "why-3-hip_drive.png"))
    assert picture is not None
    assert picture.shape[0] >= 400
    assert picture.shape[1] >= 700
    assert "--video" in result.stderr


def test_the_set_lists_its_reps(folder: Path) -> None:
    """For the set every repetition's verdict is listed, with the rule that sums them up."""
    text = " ".join(run("why", folder / "analysis.json", "set", "hip_drive").stdout.split())
    assert ", the set" in text
    assert "1: good" in text
    assert "3: fault" in text
    assert "a third of those judged" in text


def test_another_verdict_than_stored_is_said(folder: Path, tmp_path: Path) -> None:
    """An analysis of other limits than today's: the difference is told, number by number."""
    said = stored(folder)
    said["reps"][2]["cues"]["hip_drive"] |= {"verdict": "watch", "fault_limit": 30.0}
    (tmp_path / "analysis.json").write_text(json.dumps(said), "utf-8")
    (tmp_path / "poses.npz").write_bytes((folder / "poses.npz").read_bytes())
    text = " ".join(run("why", tmp_path, 3, "hip_drive").stdout.split())
    assert "The stored verdict is 'watch', worked out again it is 'fault'." in text
    assert "The stored fault limit is 30, now it is 8." in text


def test_the_coachs_limits_and_the_tempo_are_those_of_the_analysis(
    folder: Path, tmp_path: Path
) -> None:
    """Limits file and tempo of the analysis hold again, without the file being there."""
    mine = tmp_path / "club.toml"
    mine.write_text("[hip_drive.deadlift]\nwatch = 30\nfault = 40\n")
    result = run(
        *("analyze", folder / "poses.npz", "--no-html", "--out", tmp_path / "set"),
        *("--limits", mine, "--tempo", "3-1-3"),
    )
    assert result.exit_code == 0
    mine.unlink()
    kept = read_kept(tmp_path / "set")
    again = work_out(kept)
    assert str(again.measured.tempo) == "3-1-3"
    assert again.limits.of("hip_drive", "deadlift").fault == 40.0
    text = " ".join(run("why", tmp_path / "set", 3, "hip_drive").stdout.split())
    assert text.startswith("✓ Good")
    assert "Your limits, for the deadlift: watch 30° (standard 3°)." in text
    assert "Source: set in club.toml." in text


def test_without_poses_it_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    """No poses.npz: refused in one line with the command that makes it."""
    (tmp_path / "analysis.json").write_bytes((folder / "analysis.json").read_bytes())
    result = run("why", tmp_path, 3, "hip_drive")
    assert result.exit_code == 2
    assert "poses.npz: missing" in result.stderr
    assert f"--out {tmp_path}" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("rep", "cue", "said"),
    [
        ("9", "hip_drive", "there is no repetition 9 in this set. Give one of 1, 2, 3, or 'set'."),
        ("x", "hip_drive", "'x' is no repetition"),
        ("1", "elbows_close", "'elbows_close' wasn't asked in this set. Asked were: "),
    ],
)
def test_questions_that_make_no_sense(folder: Path, rep: str, cue: str, said: str) -> None:
    """A repetition or cue that isn't there is refused with those that are."""
    result = run("why", folder, rep, cue)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("text", [None, "{", '{"schema": "other"}', "[]"])
def test_no_analysis(tmp_path: Path, text: str | None) -> None:
    """A folder without one, half a file and another kind of file are refused in one line."""
    if text is not None:
        (tmp_path / "analysis.json").write_text(text)
    result = run("why", tmp_path, 1, "hip_drive")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_the_picture_has_to_be_a_png(folder: Path, tmp_path: Path) -> None:
    """--out names a .png; another kind is refused."""
    assert "is a .png" in run("why", folder, 3, "hip_drive", "--out", tmp_path / "a.jpg").stderr
    assert run("why", folder, 3, "hip_drive", "--out", tmp_path / "a.png").exit_code == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_points_and_lines_are_named_and_drawn(folder: Path) -> None:
    """Lines of the working are in the words with their places, and yellow in the picture."""
    why = reconsider(read_kept(folder), 3, "hip_drive")
    working = Working(
        lines=(("hip", "shoulder"), ("left knee", "left ankle")),
        span_s=(1.0, 2.0),
        steps=("62.1 - 44.9 = 17.2°",),
        parts=(("camera's angle", 1.6),),
    )
    assert why.measurement is not None
    why = replace(why, measurement=replace(why.measurement, working=working))
    said = {heading: " ".join(lines) for heading, lines in rows(why).items()}
    assert "left ankle (" in said["Points"]
    assert "Lines: hip to shoulder, left knee to left ankle." in said["Points"]
    assert said["Steps"] == "62.1 - 44.9 = 17.2°"
    assert "from camera's angle 1.6°" in said["σ"]
    assert said["Looked at"] == "1.00 s to 2.00 s."
    yellow = (draw(why, None) == (255, 214, 10)).all(axis=2).sum()
    assert yellow > 500
    assert why.measurement is not None
    plain = replace(why, measurement=replace(why.measurement, working=replace(working, lines=())))
    assert (draw(plain, None) == (255, 214, 10)).all(axis=2).sum() == 0


def test_the_flagship_draws_the_line_of_the_back(folder: Path) -> None:
    """Points, steps and parts of lumbar_rounding are told; the back's line is in the picture."""
    why = reconsider(read_kept(folder), 1, "lumbar_rounding")
    said = {heading: " ".join(lines) for heading, lines in rows(why).items()}
    assert "The line of the back" in said["Points"]
    assert "the back's edge turns by" in said["Steps"]
    assert "from the back's edge" in said["σ"]
    shown = draw(why, None)
    assert why.measurement is not None
    working = replace(why.measurement.working, back=False)
    without = draw(replace(why, measurement=replace(why.measurement, working=working)), None)
    colour = COLOURS[why.finding.verdict]
    count = [(one[:, :500] == colour).all(axis=2).sum() for one in (shown, without)]
    assert count[0] > count[1] + 300


def test_the_workings_of_all_cues_name_known_points(folder: Path) -> None:
    """Whatever a cue wants drawn can be: its points have names we know."""
    kept = read_kept(folder)
    for cue in kept.said["set"]["cues"]:
        measured = reconsider(kept, None, cue).measurement
        names = [name for pair in measured.working.lines for name in pair] if measured else []
        for name in names:
            assert name.removeprefix("left ").removeprefix("right ") in POINTS, (cue, name)
    assert set(CUES) & set(kept.said["set"]["cues"])


def test_what_isnt_seen_is_shown_too(tmp_path: Path) -> None:
    """A cue that couldn't be judged has no number: reason and filming advice stand for it."""
    formcheck.save_poses(skeleton("good_morning").track, tmp_path / "s.npz")
    assert run("analyze", tmp_path / "s.npz", "--no-html", "--out", tmp_path / "set").exit_code == 0
    why = reconsider(read_kept(tmp_path / "set"), 1, "hip_drive")
    assert title(why) == "? Can't judge: Chest up with hips, rep 1"
    assert "not measured" in rows(why)["Quantity"][0]
    assert draw(why, None).dtype == np.uint8


def test_the_film_is_found_by_its_contents(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film above the folder is found and drawn on; another film of that name isn't taken."""
    monkeypatch.chdir(tmp_path)
    clip = tmp_path / "deadlift_good.mp4"
    clip.write_bytes((ROOT / "sample_videos" / "deadlift_good.mp4").read_bytes())
    analysis = formcheck.analyze(clip, Request(span=formcheck.Span(0.0, 4.0)))
    out = tmp_path / "deadlift_good-formcheck"
    out.mkdir()
    (out / "analysis.json").write_text(json.dumps(analysis.to_dict()))
    formcheck.save_poses(analysis.track, out / "poses.npz")
    kept = read_kept(out)
    assert find_film(kept) == clip
    result = run("why", out, 1, "neutral_head")
    assert result.exit_code == 0, result.stderr
    assert "--video" not in result.stderr
    picture = cv2.imread(str(out / "why-1-neutral_head.png"))
    assert picture is not None
    colours = np.unique(picture.reshape(-1, 3), axis=0)
    assert len(colours) > 5000  # a film's frame, no plain ground
    clip.write_bytes(clip.read_bytes() + b"x")
    assert find_film(kept) is None


def test_without_the_film_the_annotated_one_is_shown(tmp_path: Path) -> None:
    """The frame comes from annotated.mp4 of the moment, whatever second its clock begins at."""
    start_s, fps, size = 10.0, 30.0, (320, 240)
    track = skeleton("deadlift").track
    track = replace(track, time_s=track.time_s + start_s)
    formcheck.save_poses(track, tmp_path / "s.npz")
    out = tmp_path / "set"
    assert run("analyze", tmp_path / "s.npz", "--no-html", "--out", out).exit_code == 0
    at_s = stored(out)["reps"][0]["cues"]["hip_drive"]["at_s"]
    with VideoWriter(out / "annotated.mp4", size=size, source_rate_hz=fps) as film:
        for number in range(round(fps * (track.time_s[-1] - start_s + 1))):
            grey = 200 if abs(number / fps + start_s - at_s) < 0.2 else 20
            film.write(np.full((size[1], size[0], 3), (grey, 30, 30), np.uint8), number / fps)
    result = run("why", out, 1, "hip_drive")
    assert result.exit_code == 0
    assert "--video" not in result.stderr
    picture = cv2.imread(str(out / "why-1-hip_drive.png"))
    assert picture is not None
    red = picture[..., 2].astype(int) - picture[..., 1]
    assert (np.abs(red - 170) < 25).sum() > 1000


def test_the_film_a_batch_took_is_known(tmp_path: Path) -> None:
    """A set's folder of a batch says where the film was: it is found there by its contents."""
    film = tmp_path / "uploads" / "Ana" / "set.mp4"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"a film")
    folder = tmp_path / "results" / "ana" / "one"
    folder.mkdir(parents=True)
    write_finished(folder, Job("one", str(film), Options()), Answer("analysed"))
    sha256 = hashlib.sha256(b"a film").hexdigest()
    kept = Kept(folder, {"source": {"file": "set.mp4", "sha256": sha256}})
    assert find_film(kept, *taken_by_batch(folder)) == film
    film.write_bytes(b"another")
    assert find_film(kept, *taken_by_batch(folder)) is None
