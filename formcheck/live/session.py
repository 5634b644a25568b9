"""A live session: camera, engine, judge and screen side by side.

    camera thread    keeps the newest picture
    engine thread    finds the lifter in it, and follows the movement
    judge thread     judges the set when a movement has ended
    main thread      draws, and reads the keys

Nobody waits for anybody: the newest picture wins.
"""

from __future__ import annotations

import collections
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.cues import Limits
from formcheck.live.again import Again
from formcheck.live.camera import Camera, Shot
from formcheck.live.events import LiveEvent
from formcheck.live.layout import Size
from formcheck.live.panel import NOTE, SAID, Words, painted
from formcheck.live.recording import Recording
from formcheck.live.screen import Screen, Shown, body_outline
from formcheck.live.stage import Scene, Stage
from formcheck.live.still import SLOW_HZ
from formcheck.live.voice import Silent
from formcheck.live.window import Window
from formcheck.pipeline import Request
from formcheck.poses.engine import Detection, PoseEngine
from formcheck.poses.maker import made_by
from formcheck.poses.plates import PlateWatch
from formcheck.poses.rows import FRAME, fill
from formcheck.poses.sampling import EVERY
from formcheck.poses.watch import Watch
from formcheck.report.lettering import Picture
from formcheck.report.record import Analysis
from formcheck.video import Frame
from formcheck.video.cautions import LOW_RATE_HZ

LOOK_FOR_S = 1.0
"""For so long after a movement slows the set is judged with every new picture, until a
repetition has ended."""

AT_ONCE_EVERY_S = 0.12
SHOWN_EVERY_S = 1 / 30
RATE_OVER_S = 5.0
LINGER_S = 8.0

GONE_S = 2.0
"""Without a picture for so long a lost camera ends the set: as when the lifter has left."""

ENOUGH_HZ = LOW_RATE_HZ + 1.0
"""From here on enough pictures a second are analysed again; in between all stays as it is."""

TOO_SLOW = "This computer is too slow to judge live. The count goes on."
FAST_ENOUGH = "Fast enough again: repetitions are judged from here on."

KEYS = "q quit, m mirror, f full screen, space end set"

SAY_STATE = {
    "opening": "Opening the camera …",
    "slow": "The camera gives too few pictures a second to judge: more light gives more. "
    "The count goes on.",
    "black": "The picture is black. Is the lens covered?",
    "lost": "No picture from the camera. Trying again …",
}


@dataclass(frozen=True)
class LastPicture:
    """The last analysed picture, the lifter in it and the body's outline, (N, 2) pixels."""

    shot: Shot
    row: np.void
    outline: NDArray[np.int32] | None


class Session:
    """One live session from camera to events.

    Parameters
    ----------
    camera
        An opened camera.
    engine
        Finds the lifter.
    request, limits
        As for a recorded set.
    tell
        Called with every event, from several threads, one at a time.
    voice
        Speaks the cues.
    recording
        Where the sets' analyses are kept; None keeps nothing.
    looked
        Called by the engine's thread with each analysed picture, the lifter in it (a row
        of ``FRAME``) and the stage.
    """

    def __init__(
        self,
        camera: Camera,
        engine: PoseEngine,
        request: Request,
        limits: Limits,
        tell: Callable[[LiveEvent], None],
        *,
        voice: Silent | None = None,
        recording: Recording | None = None,
        looked: Callable[[Shot, np.void, Stage], None] | None = None,
    ) -> None:
        self._looked = looked
        self._camera, self._engine = camera, engine
        self._watch = Watch(engine, EVERY)  # a mask ten times a second, where that can be
        self._request, self._limits = replace(request, least_hz=SLOW_HZ), limits
        self._listener, self._voice = tell, voice or Silent()
        self._recording = recording
        self._telling = threading.Lock()
        self._stop, self._news = threading.Event(), threading.Event()
        self._look_until_s = 0.0
        self._stage: Stage | None = None
        self._plates = PlateWatch()
        self._again, self._again_since_s = Again(), float("nan")
        self._screen = Screen()
        self._last_picture: LastPicture | None = None
        self._arrived: collections.deque[tuple[float, float]] = collections.deque(maxlen=900)
        self._trouble: BaseException | None = None
        self._state = ""
        self._is_slow = self._shows = False
        self.analysed = 0

    # ------------------------------------------------------------ the whole

    def run(self, window: Window | None, *, mirror: bool = False) -> None:
        """Go on until the window is closed, a key ends it, or the film is over.

        Raises
        ------
        FormcheckError
            The camera's file can't be read, or analysing failed.
        """
        self._shows = window is not None
        threads = [
            threading.Thread(
                target=self._guarded, args=(part,), name=f"formcheck-{name}", daemon=True
            )
            for name, part in (("engine", self._follow), ("judge", self._judge))
        ]
        for thread in threads:
            thread.start()
        try:
            self._show(window, mirror)
        finally:
            self._stop.set()
            self._news.set()
            for thread in threads:
                thread.join()
            if self._stage is not None and self._trouble is None:
                self._stage.end_set()
            self._tell(LiveEvent("end", self._now_s, self._figures()))
        if self._trouble is not None:
            raise self._trouble
        if window is not None and self._camera.state == "over":
            self._linger(window, mirror)

    def stop(self) -> None:
        """End the session from another thread."""
        self._stop.set()

    @property
    def scene(self) -> Scene | None:
        """What there is to show; None before the first picture."""
        return None if self._stage is None else self._stage.scene()

    def end_set(self) -> None:
        """End the set now, from another thread."""
        if self._stage is not None:
            self._stage.end_set()

    @property
    def _now_s(self) -> float:
        return self._last_picture.shot.time_s if self._last_picture else 0.0

    def _figures(self) -> dict[str, float]:
        return {
            "analysed": self.analysed,
            "analysed_hz": self.rate_hz,
            "dropped": self._camera.dropped,
        }

    @property
    def rate_hz(self) -> float:
        """Analysed pictures a second over the last five; NaN while unknown."""
        recent = [at for _, at in list(self._arrived) if at > time.monotonic() - RATE_OVER_S]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 2 else float("nan")

    def _guarded(self, part: Callable[[], None]) -> None:
        """Bring a thread's failure to the main one."""
        try:
            part()
        except BaseException as problem:
            self._trouble = problem
            self._stop.set()

    # ------------------------------------------------------------ engine thread

    def _follow(self) -> None:
        while not self._stop.is_set():
            shot = self._camera.newest(0.2)
            self._note_state()
            if shot is None:
                if self._camera.state == "over":
                    self._trouble = self._camera.failure
                    self._stop.set()
                elif self._camera.silent_s >= GONE_S and self._stage is not None:
                    self._stage.end_set()
                continue
            (held,) = self._watch.take(Frame(self.analysed, shot.time_s, shot.rgb), shot.rgb)
            found = held.found
            row = np.empty(1, dtype=FRAME)
            fill(row, shot.time_s, found)
            self._arrived.append((shot.time_s, shot.arrived_s))
            stage = self._the_stage(shot)
            self._plates.add(shot.rgb, shot.time_s, None if found is None else found.points_px)
            self.analysed += 1
            self._last_picture = LastPicture(shot, row[0], self._outline(found, stage))
            self._note_speed()
            if stage.add(row[0], self._camera.brightness, self._plates.taken()):
                self._look_until_s = time.monotonic() + LOOK_FOR_S
            self._news.set()
            if self._looked is not None:
                self._looked(shot, row[0], stage)
            if found is not None and self._shows:
                self._again.add(shot, row[0])

    def _outline(self, found: Detection | None, stage: Stage) -> NDArray[np.int32] | None:
        """The body's outline while the lifter is placed, as the last mask has it."""
        if found is None or not stage.is_framing:
            return None
        mask, last = found.whole_mask(), self._last_picture
        return body_outline(mask) if mask is not None or last is None else last.outline

    def _the_stage(self, shot: Shot) -> Stage:
        """The course of the session; anew when the picture's size changes."""
        size = (shot.rgb.shape[1], shot.rgb.shape[0])
        if self._stage is None or self._stage.frame_size != size:
            if self._stage is not None:
                self._stage.end_set()
            self._plates = PlateWatch()
            self._again.forget()
            self._stage = Stage(size, self._request, self._limits, self._tell, self._keep)
        return self._stage

    def _note_state(self) -> None:
        state = self._camera.state
        if state == self._state:
            return
        came_back = self._state == "lost" and state == "open"
        self._state = state
        name = "back" if came_back else state
        say = self._camera.trouble or SAY_STATE.get(state, "")
        self._tell(LiveEvent("camera", self._now_s, {"state": name, "say": say}))

    def _note_speed(self) -> None:
        """Tell when too few pictures are analysed to judge by, and when enough are again."""
        recent_s = [at for _, at in self._arrived if at > self._arrived[-1][1] - RATE_OVER_S]
        if recent_s[-1] - recent_s[0] < RATE_OVER_S / 2:
            return
        hz = self.rate_hz
        slow = hz < (ENOUGH_HZ if self._is_slow else SLOW_HZ)
        if slow != self._is_slow:
            self._is_slow = slow
            say = TOO_SLOW if slow else FAST_ENOUGH
            if slow and self._camera.state == "slow":
                say = SAY_STATE["slow"]
            self._tell(
                LiveEvent("speed", self._now_s, {"ok": not slow, "analysed_hz": hz, "say": say})
            )

    # ------------------------------------------------------------ judge thread

    def _judge(self) -> None:
        glanced_s = 0.0
        while not self._stop.is_set():
            self._news.wait(0.2)
            self._news.clear()
            stage = self._stage
            if stage is None or self._stop.is_set():
                continue
            now_s = time.monotonic()
            if now_s < self._look_until_s:
                if stage.assess():
                    self._look_until_s = 0.0
            elif now_s - glanced_s >= AT_ONCE_EVERY_S:
                glanced_s = now_s
                stage.at_once()
            stage.end_if_over()

    def _keep(self, analysis: Analysis) -> None:
        """Write the set down, if the session is recorded."""
        if self._recording is not None:
            maker = made_by(self._engine, analysis.track.frame_size)
            analysis = replace(analysis, track=replace(analysis.track, made_by=maker))
            folder, command = self._recording.keep(analysis)
            kept = {"folder": str(folder), "film": str(self._recording.film), "report": command}
            self._tell(LiveEvent("recorded", self._now_s, kept))

    def _tell(self, event: LiveEvent) -> None:
        if event.kind == "rep":
            late_s = self._late_s(event.fields["end_s"])
            self._again.hold(event.fields["start_s"], event.fields["end_s"])
            event = replace(event, fields=event.fields | {"latency_s": late_s})
        if event.kind == "cue":
            self._voice.say(event.fields["say"])
        elif event.kind == "rep" and event.fields["good"]:
            self._voice.tone()
        elif event.kind == "set_end":
            self._voice.say(f"{event.fields['praise']} {event.fields['main_advice']}")
        with self._telling:
            self._listener(event)

    def _late_s(self, time_s: float) -> float:
        """Seconds since the picture of a moment arrived; NaN if it is forgotten."""
        arrived = [at for taken_s, at in list(self._arrived) if taken_s >= time_s - 1e-6]
        return time.monotonic() - arrived[0] if arrived else float("nan")

    # ------------------------------------------------------------ main thread

    def _show(self, window: Window | None, mirror: bool) -> None:
        shown = -1
        while not self._stop.is_set():
            last, stage = self._last_picture, self._stage
            if window is None:
                self._stop.wait(0.2)
                continue
            if last is None or stage is None:
                say = self._camera.trouble or SAY_STATE.get(self._camera.state, "Getting ready …")
                key = window.show(_waiting(say, window.size))
            elif last.shot.number != shown or self._camera.state == "lost":
                shown = last.shot.number
                key = window.show(self._picture(last, stage, window.size, mirror))
            else:
                key = window.keys()
            if key == "quit":
                return
            if key == "mirror":
                mirror = not mirror
            elif key == "end_set":
                self.end_set()
            self._stop.wait(SHOWN_EVERY_S / 4)

    def _linger(self, window: Window, mirror: bool) -> None:
        """Leave the last picture with the summary on the screen when a film is over."""
        if self._last_picture is None or self._stage is None:
            return
        until_s = time.monotonic() + LINGER_S
        while time.monotonic() < until_s:
            picture = self._picture(self._last_picture, self._stage, window.size, mirror)
            if window.show(picture) == "quit":
                return
            time.sleep(SHOWN_EVERY_S)

    def _picture(self, last: LastPicture, stage: Stage, size: Size, mirror: bool) -> Picture:
        state, scene = self._camera.state, stage.scene()
        rate = f"{self.rate_hz:.0f} a second" if np.isfinite(self.rate_hz) else ""
        dropped = f", {self._camera.dropped} dropped" if self._camera.dropped else ""
        unjudged = SAY_STATE["slow"] if state == "slow" else TOO_SLOW if self._is_slow else ""
        since_s = time.monotonic() - last.shot.arrived_s
        return self._screen.draw(
            size,
            self._shown(last, scene),
            scene,
            facing_right=stage.facing_right,
            note=f"{rate}{dropped}   {KEYS}",
            mirror=mirror,
            wrong="" if state == "slow" else SAY_STATE.get(state, ""),
            unjudged=unjudged,
            rest_s=last.shot.time_s + since_s - scene.rested_since_s,
        )

    def _shown(self, last: LastPicture, scene: Scene) -> Shown:
        """The newest picture, or at rest one of the last repetition."""
        now_s = time.monotonic()
        over = self._camera.state == "over" and scene.shown_again is not None
        if not (over or (scene.resting and self._camera.state == "open")):
            self._again_since_s = float("nan")
        elif np.isnan(self._again_since_s):
            self._again_since_s = now_s
        if np.isfinite(self._again_since_s):
            moment = self._again.at(now_s - self._again_since_s)
            if moment is not None:
                return Shown(moment.rgb(), moment.row, moment.time_s, moment.scale, again=True)
        return Shown(last.shot.rgb, last.row, last.shot.time_s, outline=last.outline)


def _waiting(say: str, size: Size) -> Picture:
    """A dark card while there is no picture yet."""
    return painted(size, (Words(say, SAID), Words(KEYS, NOTE)), min(size))
