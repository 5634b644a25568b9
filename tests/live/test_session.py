"""A whole session on a film: threads, events, recording, an end without loose ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.commands import live as command
from formcheck.cues import load_limits
from formcheck.errors import BadRequest, CameraLost, NotAVideo, OutputError
from formcheck.live.camera import Camera
from formcheck.live.events import LiveEvent
from formcheck.live.layout import Size
from formcheck.live.recording import Recording
from formcheck.live.screen import Screen as ScreenOfLive
from formcheck.live.screen import Shown
from formcheck.live.session import Session
from formcheck.live.sources import Source, Stamped
from formcheck.live.stage import Scene
from formcheck.live.window import SCREENS, Key, Window
from formcheck.pipeline import Request, analyze
from formcheck.poses.engine import Detection
from formcheck.video.writer import VideoWriter
from tests.skeleton import skeleton

LIFTER = skeleton("goblet_squat", rate_hz=25.0, start_pad_s=1.0, end_pad_s=0.8, reps=2)
SIZE = (160, 120)
SAMPLE = Path(__file__).parents[2] / "sample_videos" / "squat_good.mp4"


class Engine:
    """Gives the skeleton of the picture's moment: the picture says which."""

    def __init__(self) -> None:
        self.frames = 0

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        number = int(rgb[2:10, 2:10, 0].mean().round()) // 10 * 20
        number += int(rgb[2:10, 22:30, 0].mean().round()) // 10
        self.frames += 1
        at = min(number, len(LIFTER.track.time_s) - 1)
        track = LIFTER.track
        return Detection(
            track.landmarks_px[at].astype(float),
            track.visibility[at].astype(float),
            track.world_m[at].astype(float),
            None,
        )

    def look(self, rgb: NDArray[np.uint8]) -> list[Detection]:
        found = self.follow(rgb)
        return [] if found is None else [found]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose pictures carry their number in two patches of grey."""
    path = tmp_path_factory.mktemp("live") / "set.mp4"
    with VideoWriter(path, size=SIZE, source_rate_hz=25.0) as writer:
        for number, time_s in enumerate(LIFTER.track.time_s.tolist()):
            writer.write(picture(number), time_s)
    return path


def picture(number: int) -> NDArray[np.uint8]:
    rgb = np.full((SIZE[1], SIZE[0], 3), 90, dtype=np.uint8)
    rgb[0:16, 0:16] = number // 20 * 10 + 5
    rgb[0:16, 20:36] = number % 20 * 10 + 5
    return rgb


def run(film: Path, **more: Any) -> tuple[list[LiveEvent], Engine]:
    events: list[LiveEvent] = []
    engine = Engine()
    with Camera(str(film)) as camera:
        request = Request(lift="goblet_squat")
        Session(camera, engine, request, load_limits(), events.append, **more).run(None)
    return events, engine


def test_a_film_played_live_is_counted_and_summed_up(film: Path) -> None:
    """Two repetitions, one summary, one end; each event is a line of JSON."""
    events, engine = run(film)
    kinds = [one.kind for one in events]
    assert [one.fields["index"] for one in events if one.kind == "rep"] == [1, 2]
    assert kinds.count("set_end") == kinds.count("end") == 1
    assert kinds[-1] == "end"
    assert events[-1].fields["analysed"] == engine.frames > 50
    for one in events:
        assert json.loads(json.dumps(one.to_dict(), allow_nan=False))["event"] == one.kind


def test_the_summary_stays_on_the_screen_when_the_film_is_over(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be gone with the last picture; with the last repetition, until a key is pressed."""
    wheres: list[str] = []

    class Screen(Window):
        def __init__(self) -> None:
            """Nothing is opened."""

        @property
        def size(self) -> tuple[int, int]:
            return (640, 360)

        def show(self, rgb: NDArray[np.uint8]) -> Key:
            assert rgb.shape == (360, 640, 3)
            return self.keys()

        def keys(self) -> Key:
            return "quit" if wheres[-1:] == ["again"] else ""

    draw = ScreenOfLive.draw

    def drawn(
        self: ScreenOfLive, window: Size, shown: Shown, scene: Scene, **more: Any
    ) -> NDArray[np.uint8]:
        wheres.append("again" if shown.again else scene.where)
        return draw(self, window, shown, scene, **more)

    monkeypatch.setattr(ScreenOfLive, "draw", drawn)
    with Camera(str(film)) as camera:
        Session(camera, Engine(), Request(), load_limits(), lambda _: None).run(Screen())
    assert wheres[-1] == "again"
    assert {"framing", "lifting"} <= set(wheres)


def played_source(monkeypatch: pytest.MonkeyPatch, *parts: slice) -> None:
    """A camera that gives these parts of the set's pictures, each from stamp zero, and is cut."""
    left = list(parts)

    def opened() -> Stamped:
        if not left:
            raise CameraLost("the stream has ended")
        numbers = range(len(LIFTER.track.time_s))[left.pop(0)]
        begin_s = time.monotonic()
        for count, number in enumerate(numbers):
            time.sleep(max(begin_s + count / 25.0 - time.monotonic(), 0.0))
            yield count / 25.0, picture(number)
        raise CameraLost("the stream has ended")

    monkeypatch.setattr("formcheck.live.camera.source_of", lambda _: Source(opened))


def run_until(kind: str, engine: Engine) -> list[LiveEvent]:
    """Run a session on a camera until something is told, at most half a minute."""
    events: list[LiveEvent] = []
    told = threading.Event()

    def tell(event: LiveEvent) -> None:
        events.append(event)
        if event.kind == kind:
            told.set()

    with Camera("0") as camera:
        session = Session(camera, engine, Request(lift="goblet_squat"), load_limits(), tell)
        thread = threading.Thread(target=session.run, args=(None,))
        thread.start()
        assert told.wait(30.0)
        session.stop()
        thread.join()
    return events


def test_a_stream_that_has_ended_sums_the_set_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to quit to see the summary; the camera is tried again meanwhile."""
    played_source(monkeypatch, slice(None))
    events = run_until("set_end", Engine())
    (end,) = [one for one in events if one.kind == "set_end"]
    assert end.fields["reps"] == 2
    states = [one.fields["state"] for one in events if one.kind == "camera"]
    assert states[-1] == "lost"


def test_a_camera_that_drops_and_returns_costs_a_repetition_not_the_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its stamps begin at zero again: the session's time goes on, and so does the set."""
    half = len(LIFTER.track.time_s) // 2
    played_source(monkeypatch, slice(0, half), slice(half, half + 3), slice(half, None))
    events = run_until("set_end", Engine())
    (end,) = [one for one in events if one.kind == "set_end"]
    assert end.fields["reps"] >= 1
    times_s = [one.time_s for one in events]
    assert times_s == sorted(times_s)
    assert "back" in [one.fields["state"] for one in events if one.kind == "camera"]


def test_a_computer_too_slow_counts_and_does_not_judge(film: Path) -> None:
    """Fourteen pictures a second: both repetitions count, nothing is told that isn't sure."""

    class Slow(Engine):
        def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
            time.sleep(0.07)
            return super().follow(rgb)

    events: list[LiveEvent] = []
    with Camera(str(film)) as camera:
        request = Request(lift="goblet_squat")
        Session(camera, Slow(), request, load_limits(), events.append).run(None)
    speed = [one for one in events if one.kind == "speed"]
    assert [one.fields["ok"] for one in speed] == [False]
    assert "too slow" in speed[0].fields["say"]
    assert not [one for one in events if one.kind == "cue"]
    assert [one.fields["index"] for one in events if one.kind == "rep"] == [1, 2]
    (end,) = [one for one in events if one.kind == "set_end"]
    assert set(end.fields["cues"].values()) == {"cannot_judge"}
    assert end.fields["score"] is None or np.isnan(end.fields["score"])


def test_no_thread_is_left(film: Path) -> None:
    """After a session none of its threads runs."""
    run(film)
    assert not [one for one in threading.enumerate() if one.name.startswith("formcheck")]


def test_a_recorded_session_can_be_judged_again(film: Path, tmp_path: Path) -> None:
    """The film and the set's analysis are kept, and the poses give the same verdicts."""
    events: list[LiveEvent] = []
    recording = Recording(tmp_path / "kept")
    with recording, Camera(str(film), listener=recording.add) as camera:
        request = Request(lift="goblet_squat")
        session = Session(
            camera, Engine(), request, load_limits(), events.append, recording=recording
        )
        session.run(None)
    (kept,) = [one for one in events if one.kind == "recorded"]
    (end,) = [one for one in events if one.kind == "set_end"]
    folder = tmp_path / "kept" / kept.fields["folder"].rsplit("/", 1)[-1]
    assert recording.film.stat().st_size > 0
    assert str(recording.film) in kept.fields["report"]
    again = analyze(folder / "poses.npz", Request(lift="goblet_squat"))
    assert {cue: one.verdict for cue, one in again.summary.findings.items()} == end.fields["cues"]


def test_nothing_is_kept_without_asking(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --record no file appears."""
    monkeypatch.chdir(tmp_path)
    run(film)
    assert not list(tmp_path.iterdir())


def test_a_film_that_is_none_is_told(tmp_path: Path) -> None:
    """The file's own error reaches the caller."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    with pytest.raises(NotAVideo):
        run(broken)


def test_an_engine_that_fails_ends_the_session(film: Path) -> None:
    """A failure in a thread is raised in the caller's, not lost."""

    class Broken(Engine):
        def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
            raise RuntimeError("the engine broke")

    with Camera(str(film)) as camera:
        session = Session(camera, Broken(), Request(), load_limits(), lambda event: None)
        with pytest.raises(RuntimeError, match="the engine broke"):
            session.run(None)


def test_without_a_screen_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window on a machine without a screen: said on one line, with the option to use."""
    monkeypatch.setattr("sys.platform", "linux")
    for name in (*SCREENS, "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadRequest, match="--no-window"):
        Window()


def test_a_place_that_cannot_be_written_is_named_with_its_option(tmp_path: Path) -> None:
    """Not with the option of another command."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="--record"):
        Recording(tmp_path / "file" / "sets")


def test_of_several_cameras_the_first_is_taken_and_the_others_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_cameras", lambda: [(0, "Lid"), (2, "Tripod")])
    assert command._usual_camera() == "0"
    assert "--camera: 2 (Tripod)" in capsys.readouterr().err
    monkeypatch.setattr(command, "find_cameras", list)
    with pytest.raises(BadRequest, match="no camera was found"):
        command._usual_camera()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_the_recording_is_whole(
    end: signal.Signals, model_path: Path, tmp_path: Path
) -> None:
    """Ctrl-C and a service that stops it: the film can be played."""
    command = [sys.executable, "-m", "formcheck", "live", "--camera", str(SAMPLE), "--no-window"]
    with subprocess.Popen(
        [*command, "--record", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if json.loads(line)["event"] == "framing":
                break
        time.sleep(1.0)
        program.send_signal(end)
        program.stdout.read()
    assert program.returncode == 130
    (kept,) = tmp_path.glob("*.mp4")
    with av.open(str(kept)) as film:
        assert film.duration is not None
        assert film.duration / av.time_base > 0.5
