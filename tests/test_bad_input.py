"""Whatever is handed in: one line that says what, where and what to do; nothing half written."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result

import formcheck
from formcheck.cli import main
from tests.skeleton import skeleton
from tests.video.films import make_film, make_sound

CLIP = Path(__file__).parents[1] / "sample_videos" / "deadlift_good.mp4"
STANDING_S = 1.9
USAGE, NO_VIDEO, NO_MODEL, NOTHING, NO_PLACE, INTERRUPTED = 2, 3, 4, 5, 6, 130
ODD_NAMES = ("my set.npz", "🏋️ [bold]:smile:.npz", "-set.npz", "two\nlines.npz", "\x1b[31m.npz")

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")


def run(*words: object) -> Result:
    """Call the command in this process; a bug's exception comes through."""
    return CliRunner().invoke(
        main, [str(word) for word in words], prog_name="formcheck", catch_exceptions=False
    )


def complaint(result: Result, code: int) -> str:
    """The one line that was said, after making sure that it is one and all there is."""
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("formcheck: ")
    assert len(result.stderr) < 500
    return result.stderr


def refused(tmp_path: Path, code: int, *words: object) -> str:
    """Analyse and be refused: nothing is left in ``--out``."""
    out = tmp_path / "out"
    said = complaint(run("analyze", *words, "--out", out), code)
    assert not out.exists() or list(out.iterdir()) == []
    return said


@pytest.fixture(scope="session")
def poses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Saved poses of three deadlifts."""
    path = tmp_path_factory.mktemp("poses") / "poses.npz"
    formcheck.save_poses(skeleton("deadlift").track, path)
    return path


def film_of(path: Path, pictures: list[np.ndarray]) -> Path:
    """Write pictures as a film at 30 fps."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for rgb in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def standing_still(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's lifter, standing still for a second."""
    with av.open(str(CLIP)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= STANDING_S:
                rgb = frame.reformat(360, 640, "rgb24").to_ndarray()
                break
    return film_of(tmp_path_factory.mktemp("still") / "still.mp4", [rgb] * 30)


@pytest.fixture(scope="session")
def moving_boxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Boxes that move up and down, and nobody."""
    pictures = []
    for n in range(30):
        rgb = np.full((240, 320, 3), 200, np.uint8)
        rgb[40 + 3 * n : 90 + 3 * n, 60:120] = (180, 40, 40)
        rgb[150 - 3 * n : 190 - 3 * n, 200:260] = (40, 40, 180)
        pictures.append(rgb)
    return film_of(tmp_path_factory.mktemp("boxes") / "boxes.mp4", pictures)


# ---------------------------------------------------------------- the file


def test_missing_file(tmp_path: Path) -> None:
    """A file that isn't there."""
    said = refused(tmp_path, USAGE, tmp_path / "none.mp4")
    assert "none.mp4: no such file" in said


def test_folder(tmp_path: Path) -> None:
    """A folder instead of a film."""
    assert "this is a folder" in refused(tmp_path, USAGE, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.mp4", b"This is no film.\n" * 50, "not a video"),
        ("empty.mp4", b"", "file is empty"),
        ("noise.mov", bytes(range(256)) * 40, "not a video"),
    ],
)
def test_no_video(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """Text, nothing at all, and noise under a film's name."""
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path, NO_VIDEO, tmp_path / name)


def test_only_sound(tmp_path: Path) -> None:
    """Sound without a picture."""
    assert "only sound" in refused(tmp_path, NO_VIDEO, make_sound(tmp_path / "a.mp4"))


def test_one_frame(tmp_path: Path) -> None:
    """A single picture doesn't move."""
    assert "single picture" in refused(tmp_path, NO_VIDEO, make_film(tmp_path / "a.mp4", [0.0]))


def test_no_frame(tmp_path: Path) -> None:
    """A film's header without its pictures."""
    path = make_film(tmp_path / "a.mp4")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"mdat") + 4])
    assert "no picture" in refused(tmp_path, NO_VIDEO, path)


def test_corrupt_stream(tmp_path: Path) -> None:
    """Pictures overwritten with noise."""
    path = make_film(tmp_path / "a.mp4")
    content = bytearray(path.read_bytes())
    at = content.index(b"mdat") + 4
    content[at:] = bytes((7 * n * n + 13) % 256 for n in range(len(content) - at))
    path.write_bytes(content)
    assert "can be decoded" in refused(tmp_path, NO_VIDEO, path)


def test_encrypted(tmp_path: Path) -> None:
    """A copy-protected film."""
    path = make_film(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1\0", b"encv\0"))
    assert "copy-protected" in refused(tmp_path, NO_VIDEO, path)


@pytest.mark.parametrize("name", ["poses.npz", "markers.trc"])
@pytest.mark.parametrize("content", [b"", b"no poses\n" * 9, b"PK\x03\x04 cut short"])
def test_broken_poses(tmp_path: Path, name: str, content: bytes) -> None:
    """Saved poses that are none."""
    (tmp_path / name).write_bytes(content)
    assert name in refused(tmp_path, USAGE, tmp_path / name)


@pytest.mark.parametrize("name", ["none.npz", "none.trc"])
def test_missing_poses(tmp_path: Path, name: str) -> None:
    """Saved poses that aren't there."""
    assert f"{name}: no such file" in refused(tmp_path, USAGE, tmp_path / name)


# ---------------------------------------------------------------- what it shows


def test_nobody(tmp_path: Path, moving_boxes: Path, model_path: Path) -> None:
    """Boxes that move, and no person."""
    said = refused(tmp_path, NOTHING, moving_boxes)
    assert "boxes.mp4: nobody was found" in said
    assert "Film the whole body" in said


def test_somebody_but_no_rep(tmp_path: Path, standing_still: Path, model_path: Path) -> None:
    """A person who stands still, with the lift left to us and named."""
    for lift in ("auto", "deadlift"):
        said = refused(tmp_path, NOTHING, standing_still, "--lift", lift)
        assert "still.mp4: " in said
        assert "no repetition was found" in said
        assert "Film the whole body" in said


def test_lifter_out_of_range(tmp_path: Path, standing_still: Path, model_path: Path) -> None:
    """A person of a number that nobody has."""
    said = refused(tmp_path, USAGE, standing_still, "--lifter", 7)
    assert "no person 7: 1 was seen" in said


# ---------------------------------------------------------------- the request


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lift", "clean_and_jerk"), "unknown lift 'clean_and_jerk'. Choose auto or one of"),
        (("--lift", ""), "unknown lift ''"),
        (("--start", "-1"), "seconds from the film's beginning"),
        (("--start", "5", "--end", "4"), "Give a later end"),
        (("--start", "nan"), "--start nan"),
        (("--start", "soon"), "'soon' is not a valid float"),
        (("--start", "100"), "The video ends at"),
        (("--lifter", "0"), "--lifter"),
        (("--rotate", "45"), "--rotate"),
        (("--model", "heavy"), "No such option"),
        (("--fast",), "No such option"),
    ],
)
def test_impossible_requests(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Lifts, spans, people, turns and options that there aren't."""
    assert said in refused(tmp_path, USAGE, CLIP, *words)


def test_no_file_named() -> None:
    """No film at all: the usage is named."""
    assert "formcheck analyze --help" in complaint(run("analyze"), USAGE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[hip_drive.any]\nwatch = 9\nfault = 4\n", "the wrong way round"),
        ("watch = = 3", "not a limits file"),
        ("[hips.any]\nwatch = 3\n", "no cue with limits"),
    ],
)
def test_bad_limits(tmp_path: Path, poses: Path, text: str, said: str) -> None:
    """A limits file that makes no sense is refused by name."""
    path = tmp_path / "mine.toml"
    path.write_text(text)
    message = refused(tmp_path, USAGE, poses, "--limits", path)
    assert said in message
    assert "mine.toml" in message


def test_missing_limits(tmp_path: Path, poses: Path) -> None:
    """A limits file that isn't there."""
    said = refused(tmp_path, USAGE, poses, "--limits", tmp_path / "none.toml")
    assert "none.toml: no such file" in said


def test_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model file that isn't there: the variable to set is named, and no network is tried."""
    monkeypatch.setenv("FORMCHECK_MODEL", str(tmp_path / "none.task"))
    said = refused(tmp_path, NO_MODEL, CLIP)
    assert "none.task" in said
    assert "FORMCHECK_MODEL" in said


def test_no_model_and_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model here, and every way to one closed: what to put where is said."""
    monkeypatch.delenv("FORMCHECK_MODEL", raising=False)
    monkeypatch.setattr("formcheck.poses.model.cache_folder", lambda: tmp_path / "cache")

    def closed(*_: object) -> None:
        raise formcheck.poses.model._WayClosedError("no network")

    monkeypatch.setattr("formcheck.poses.model._fetch_published", closed)
    monkeypatch.setattr("formcheck.poses.model._fetch_packed", closed)
    result = run("analyze", CLIP, "--out", tmp_path / "out")
    said = complaint(result, NO_MODEL)
    assert str(tmp_path / "cache") in said
    assert "FORMCHECK_MODEL" in said


# ---------------------------------------------------------------- the place for the results


def test_file_in_the_way(tmp_path: Path) -> None:
    """A file where the folder should be is told before the film is even opened."""
    (tmp_path / "taken").write_text("mine")
    for out in (tmp_path / "taken", tmp_path / "taken" / "deeper"):
        said = complaint(run("analyze", tmp_path / "none.mp4", "--out", out), NO_PLACE)
        assert "a file is in the way" in said
    assert (tmp_path / "taken").read_text() == "mine"


def test_no_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that isn't ours is told before the film is even opened."""
    monkeypatch.setattr("formcheck.commands.analyze.os.access", lambda *_: False)
    said = complaint(run("analyze", tmp_path / "none.mp4", "--out", tmp_path / "out"), NO_PLACE)
    assert "may not write there" in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_place_that_takes_no_folder(poses: Path) -> None:
    """What only shows on writing is told as well."""
    said = complaint(run("analyze", poses, "--out", "/proc/formcheck"), NO_PLACE)
    assert "/proc/formcheck: the results can't be written" in said


def test_too_long_a_name(poses: Path, tmp_path: Path) -> None:
    """A folder name longer than a disk takes."""
    said = complaint(run("analyze", poses, "--out", tmp_path / ("x" * 300)), NO_PLACE)
    assert "can't be written" in said or "too long" in said


def test_full_disk(tmp_path: Path, poses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up while the report is written leaves nothing."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("formcheck.report.html.write_html", full)
    assert "the disk is full" in refused(tmp_path, NO_PLACE, poses)


def test_the_film_itself_is_not_written_over(tmp_path: Path, model_path: Path) -> None:
    """A film called annotated.mp4 in the folder of the results stays as it is."""
    film = tmp_path / "annotated.mp4"
    shutil.copy(CLIP, film)
    said = complaint(run("analyze", film, "--out", tmp_path), USAGE)
    assert "over this film" in said
    assert film.read_bytes() == CLIP.read_bytes()


# ---------------------------------------------------------------- names


@posix
@pytest.mark.parametrize("name", [*ODD_NAMES, os.fsdecode(b"caf\xe9.npz")])
def test_odd_names_work(
    tmp_path: Path, poses: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Spaces, emoji, markup, a leading dash, a line break: read, and written under that name."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(poses, tmp_path / name)
    result = run("analyze", "--no-html", "--", name)
    assert result.exit_code == 0, result.stderr
    out = Path(name.removesuffix(".npz") + "-formcheck")
    assert (out / "analysis.json").exists()
    assert (out / "reps.csv").exists()


@posix
@pytest.mark.parametrize("name", [*ODD_NAMES, os.fsdecode(b"caf\xe9.npz")])
def test_odd_names_stay_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An error about such a file is one line of printable signs."""
    monkeypatch.chdir(tmp_path)
    said = complaint(run("analyze", "--", name), USAGE)
    assert said.rstrip("\n").isprintable()


# ---------------------------------------------------------------- as a program of its own


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A test run started in the background ignores Ctrl-C, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def started(*words: object, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "formcheck", *(str(word) for word in words)],
        **options,
    )


def finished(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, (stdout or b"").decode(), (stderr or b"").decode()


def test_nothing_but_our_line_on_stderr(
    tmp_path: Path, moving_boxes: Path, model_path: Path
) -> None:
    """The libraries beneath, native ones too, add nothing to our one line."""
    process = started(
        *("analyze", moving_boxes, "--out", tmp_path / "out"),
        env={**os.environ, "FORMCHECK_MODEL": str(model_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    code, stdout, stderr = finished(process)
    assert (code, stdout) == (NOTHING, "")
    assert re.fullmatch(r"formcheck: [^\n]*nobody was found[^\n]*\n", stderr)


@posix
def test_a_film_that_outgrows_the_disk(tmp_path: Path, model_path: Path) -> None:
    """A file that can't grow further while the film is drawn: an error, and nothing left."""
    process = started(
        *("analyze", CLIP, "--end", 3.45, "--out", tmp_path / "out"),
        env={**os.environ, "FORMCHECK_MODEL": str(model_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    code, _, stderr = finished(process)
    assert code == NO_PLACE, stderr
    assert re.fullmatch(r"formcheck: [^\n]*can't be written[^\n]*\n", stderr)
    assert list((tmp_path / "out").iterdir()) == []


@posix
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("doing", ["Watching", "Drawing"])
def test_ctrl_c(tmp_path: Path, model_path: Path, doing: str) -> None:
    """Interrupted while watching or drawing: exit 130, said in a line, no half file.

    The terminal is a real one; it shows what is being done and the time left.
    """
    terminal, theirs = os.openpty()
    out = tmp_path / "out"
    out.mkdir()
    (out / "analysis.json").write_text("of yesterday")
    process = started(
        *("analyze", CLIP, "--out", out),
        env={**os.environ, "FORMCHECK_MODEL": str(model_path), "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    time_left = re.compile(rb"0:00:\d\d")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        shown += os.read(terminal, 4096)
        after = shown.partition(doing.encode())[2]
        if time_left.search(after):
            break
    process.send_signal(signal.SIGINT)
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # Linux: the other end has closed
        pass
    finally:
        os.close(terminal)
    assert process.wait(timeout=30) == INTERRUPTED
    assert b"formcheck: interrupted" in shown
    assert b"Traceback" not in shown
    assert [path.name for path in out.rglob("*")] == ["analysis.json"]
    assert (out / "analysis.json").read_text() == "of yesterday"


@posix
@pytest.mark.parametrize("words", [("--json",), ("--no-html",)])
def test_reader_goes_away(tmp_path: Path, poses: Path, words: tuple[str]) -> None:
    """`| head` closes our stdout early: no traceback, no complaint."""
    process = started(
        *("analyze", poses, "--out", tmp_path / "out", *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, _, stderr = finished(process)
    assert "Traceback" not in stderr
    assert "Error" not in stderr


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_answer_onto_a_full_disk(poses: Path) -> None:
    """A JSON that can't be printed whole is an error, not a success."""
    with Path("/dev/full").open("wb") as full:
        code, _, stderr = finished(
            started("analyze", poses, "--json", stdout=full, stderr=subprocess.PIPE)
        )
    assert code == NO_PLACE, stderr
    assert re.fullmatch(r"formcheck: [^\n]*No space left[^\n]*\n", stderr)
