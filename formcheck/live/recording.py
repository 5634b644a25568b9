"""A recorded session: the raw pictures as they came, and each set's analysis.

Nothing is kept without ``--record``. The film is written as it comes and finished
even on Ctrl-C; the offline report of a set is one command away, and that command
is told with it.
"""

from __future__ import annotations

import queue
import shlex
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from formcheck.errors import FormcheckError
from formcheck.files import output_error
from formcheck.live.camera import Shot
from formcheck.poses.saved import save_poses
from formcheck.report.lettering import Picture
from formcheck.report.record import Analysis
from formcheck.report.write import write_results
from formcheck.video.writer import VideoWriter

MOST_WAITING = 60
"""Pictures that may wait for the coder: two seconds; then some are left out."""

USUAL_HZ = 30.0
AROUND_S = 1.5


class Recording:
    """Keeps a session in a folder; a context manager.

    Raises
    ------
    OutputError
        The folder can't be made.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise output_error(folder, problem, "--record") from problem
        self._name = time.strftime("%Y-%m-%d %H.%M.%S")
        self.folder = folder
        self.film = folder / f"{self._name}.mp4"
        self.left_out = 0
        self.sets = 0
        self._first_s: float | None = None
        self._trouble: FormcheckError | None = None
        self._waiting: queue.Queue[Shot | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="formcheck-record")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.put(None)
        self._thread.join()
        if self._trouble is not None and kind is None:
            raise self._trouble

    def add(self, shot: Shot) -> None:
        """Take one picture; left out when the coder is too far behind."""
        try:
            self._waiting.put_nowait(shot)
        except queue.Full:
            self.left_out += 1

    def keep(self, analysis: Analysis) -> tuple[Path, str]:
        """Write a set's analysis; gives its folder and the command for the whole report.

        Raises
        ------
        OutputError
            It can't be written.
        """
        self.sets += 1
        out = self.folder / f"{self._name} set {self.sets}"
        write_results(
            analysis, out, None, also=lambda stage: save_poses(analysis.track, stage / "poses.npz")
        )
        zero_s = self._first_s or 0.0
        start_s = max(analysis.reps[0].rep.start_s - zero_s - AROUND_S, 0.0)
        end_s = analysis.reps[-1].rep.end_s - zero_s + AROUND_S
        command = (
            f"formcheck analyze {shlex.quote(str(self.film))} --start {start_s:.1f} "
            f"--end {end_s:.1f} --lift {analysis.lift.name}"
        )
        return out, command

    def _run(self) -> None:
        try:
            if (first := self._waiting.get()) is None:
                return
            size = (first.rgb.shape[1], first.rgb.shape[0])
            self._first_s = first.time_s
            with VideoWriter(self.film, size=size, source_rate_hz=USUAL_HZ) as writer:
                shot: Shot | None = first
                while shot is not None:
                    writer.write(_of_size(shot.rgb, size), shot.time_s)
                    shot = self._waiting.get()
        except FormcheckError as problem:
            self._trouble = problem
            while self._waiting.get() is not None:
                pass


def _of_size(rgb: Picture, size: tuple[int, int]) -> Picture:
    """The picture in the film's size: a camera that came back may have another."""
    if (rgb.shape[1], rgb.shape[0]) == size:
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
