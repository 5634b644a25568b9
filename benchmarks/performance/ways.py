"""The ways a film is gone through: by formcheck, and by what a user would write instead."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from typing import Any

import cv2

from formcheck.data import Source
from formcheck.errors import BadRequest
from formcheck.pipeline import Request, analyze
from formcheck.poses.engines import PACKAGES, engine_name
from formcheck.privacy import quiet_mediapipe
from formcheck.report.record import Analysis
from formcheck.report.write import write_results

BARE = "bare loop"
REPORT, VIDEO = "report", "annotated video"

SAMPLINGS = {"mediapipe": ("every",), "litert": ("every", "auto")}
"""Of each engine: MediaPipe looks at every picture in any case."""


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processor, all threads'."""

    wall_s: float
    cpu_s: float

    def times(self, other: Spent) -> Spent:
        """How many times another's, both."""
        return Spent(self.wall_s / other.wall_s, self.cpu_s / other.cpu_s)


def _medians(spent: Sequence[Spent]) -> Spent:
    return Spent(median(one.wall_s for one in spent), median(one.cpu_s for one in spent))


@dataclass(frozen=True)
class Timed:
    """What each way took on one film, a time for each turn; what is drawn, on top."""

    width: int
    height: int
    rate_hz: float
    length_s: float
    spent: dict[str, list[Spent]]

    def times_film(self, way: str) -> Spent:
        """Median over the turns, as times the film's length."""
        return _medians([one.times(Spent(self.length_s, self.length_s)) for one in self.spent[way]])

    def times_bare(self, way: str) -> Spent:
        """Median over the turns, as times what the bare loop took in the same turn."""
        both = zip(self.spent[way], self.spent[BARE], strict=True)
        return _medians([one.times(bare) for one, bare in both])


def requests() -> dict[str, Request]:
    """What is asked of an analysis, by each engine that is there and each sampling we have."""
    chooses = any(one.name == "sampling" for one in fields(Request))
    found: dict[str, Request] = {}
    for engine in PACKAGES:
        with suppress(BadRequest):
            engine_name(engine)
            for sampling in SAMPLINGS[engine] if chooses else SAMPLINGS[engine][:1]:
                asked: dict[str, Any] = {"sampling": sampling} if chooses else {}
                found[f"{engine}, {sampling}"] = Request(engine=engine, cached=False, **asked)
    return found


def timed(film: Path, model: Path, out: Path, turns: int) -> Timed:
    """Go through a film each way, in turns, the order turned round each time."""
    asked = requests()
    source: Source | None = None
    spent: dict[str, list[Spent]] = {}
    for turn in range(turns):
        last: list[Analysis] = []
        order = [BARE, *asked] if turn % 2 == 0 else [*reversed(asked), BARE]
        for way in order:
            spent.setdefault(way, []).append(_spent(_going(film, model, asked.get(way), last)))
        analysis = last[-1]
        source = analysis.source
        for way, kinds in ((REPORT, {"video": False}), (VIDEO, {"html": False})):
            write = _writing(analysis, out, film, kinds)
            spent.setdefault(way, []).append(_spent(write))
    assert source is not None  # there is a turn
    return Timed(source.width, source.height, source.frame_rate_hz, source.duration_s, spent)


def _going(
    film: Path, model: Path, asked: Request | None, last: list[Analysis]
) -> Callable[[], None]:
    """What goes through a film: the bare loop, where nothing is asked."""
    if asked is None:
        return lambda: bare_loop(film, model)
    return lambda: last.append(analyze(film, asked))


def _writing(
    analysis: Analysis, out: Path, film: Path, kinds: dict[str, bool]
) -> Callable[[], Sequence[Path]]:
    return lambda: write_results(analysis, out, film, **kinds)  # type: ignore[arg-type]


def _spent(run: Callable[[], object]) -> Spent:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    run()
    return Spent(time.perf_counter() - wall_s, time.process_time() - cpu_s)


def bare_loop(film: Path, model: Path) -> None:
    """Decode with OpenCV and call PoseLandmarker, masks asked for, on every frame."""
    mediapipe = quiet_mediapipe()
    vision = mediapipe.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mediapipe.tasks.BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
        output_segmentation_masks=True,
    )
    capture = cv2.VideoCapture(str(film))
    rate_hz = capture.get(cv2.CAP_PROP_FPS) or 30.0
    index = 0
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            there, bgr = capture.read()
            if not there:
                break
            image = mediapipe.Image(
                image_format=mediapipe.ImageFormat.SRGB,
                data=cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB),
            )
            landmarker.detect_for_video(image, round(1000 * index / rate_hz))
            index += 1
    capture.release()
