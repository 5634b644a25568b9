"""What an analysis costs beside a bare loop that only decodes and calls the network."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
from rich.console import Console
from rich.table import Table

from benchmarks.films import FULL_HD_30_HZ, HD_READY_30_HZ, SMALL_60_HZ, films, repeated
from formcheck.errors import FormcheckError
from formcheck.pipeline import Request, analyze
from formcheck.poses.model import ensure_model
from formcheck.privacy import quiet_mediapipe
from formcheck.report.write import write_results

SECONDS = 10.0
TARGETS = {"analysis": 1.15, "analysis and drawing": 1.4}


def run(console: Console, *, seconds: float = SECONDS, repeat: int = 3) -> list[dict[str, Any]]:
    """Measure, print a table, and give the numbers."""
    model = ensure_model()
    found = []
    with tempfile.TemporaryDirectory(prefix="formcheck-cost-") as folder:
        for source in films(SMALL_60_HZ, HD_READY_30_HZ, FULL_HD_30_HZ):
            film = repeated(source, seconds, Path(folder) / f"{source.stem}.mp4")
            with console.status(f"Timing {source.name}"):
                try:
                    found.append(_times(film, model, Path(folder) / "out", repeat))
                except FormcheckError as reason:
                    console.print(f"cost: {source.name} left out: {reason}")
    console.print(_table(found))
    return found


def _times(film: Path, model: Path, out: Path, repeat: int) -> dict[str, Any]:
    """The best of ``repeat`` times of each way, their order turned round each time."""
    ways: dict[str, Callable[[], None]] = {
        "bare": lambda: bare_loop(film, model),
        "analysis": lambda: _analyse(film),
        "analysis and drawing": lambda: _analyse_and_draw(film, out),
    }
    wall_s = dict.fromkeys(ways, float("inf"))
    cpu_s = dict.fromkeys(ways, float("inf"))
    for turn in range(repeat):
        order = list(ways) if turn % 2 == 0 else list(reversed(ways))
        for way in order:
            wall_start_s, cpu_start_s = time.perf_counter(), time.process_time()
            ways[way]()
            wall_s[way] = min(wall_s[way], time.perf_counter() - wall_start_s)
            cpu_s[way] = min(cpu_s[way], time.process_time() - cpu_start_s)
    width, height, rate_hz, frames = _shape(film)
    return {
        "film": f"{film.stem} {width}x{height} {rate_hz:.0f} Hz",
        "frames": frames,
        "seconds": wall_s,
        "cpu_seconds": cpu_s,
        "ratios": {way: wall_s[way] / wall_s["bare"] for way in TARGETS},
        "cpu_ratios": {way: cpu_s[way] / cpu_s["bare"] for way in TARGETS},
    }


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


def _analyse(film: Path) -> None:
    analyze(film, Request(cached=False))


def _analyse_and_draw(film: Path, out: Path) -> None:
    write_results(analyze(film, Request(cached=False)), out, film)


def _shape(film: Path) -> tuple[int, int, float, int]:
    """Width, height, rate and number of frames."""
    with av.open(film) as opened:
        stream = opened.streams.video[0]
        rate_hz = float(stream.average_rate or 0.0)
        return stream.width, stream.height, rate_hz, stream.frames


def _table(found: list[dict[str, Any]]) -> Table:
    """Ratios of time by the clock, which the targets are for, and of processor time.

    On a machine that does other work at the same time the second says more.
    """
    table = Table(title="Cost, as times a bare loop of network calls", box=None, pad_edge=False)
    for column in ("film", "frames", "bare s", "ms/frame"):
        table.add_column(column)
    for way, target in TARGETS.items():
        table.add_column(f"{way} (≤ {target:g})")
        table.add_column("cpu")
    for one in found:
        bare_s = one["seconds"]["bare"]
        cells = []
        for way, target in TARGETS.items():
            colour = "green" if one["ratios"][way] <= target else "red"
            cells.append(f"[{colour}]{one['ratios'][way]:.2f}[/]")
            cells.append(f"{one['cpu_ratios'][way]:.2f}")
        frame_ms = 1000 * bare_s / max(one["frames"], 1)
        table.add_row(one["film"], str(one["frames"]), f"{bare_s:.1f}", f"{frame_ms:.1f}", *cells)
    return table
