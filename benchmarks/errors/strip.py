"""The pictures of a film's moments, cut out around the lifter, with the lines that we see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.errors.moments import Moment
from formcheck.data import FloatArray, Signals
from formcheck.report.body_lines import draw_back, draw_limbs
from formcheck.report.lettering import Picture
from formcheck.video import read_video

HEIGHT_PX = 260
MARGIN = 0.15
"""Room around the lifter, of the larger side of what they cover."""

PLAIN = 60  # grey of a picture where there is no film
QUALITY = 80
BACK = (255, 80, 80)


@dataclass(frozen=True)
class Shot:
    """A moment and its picture, as JPEG."""

    moment: Moment
    jpeg: bytes


def shots(film: Path | None, parts: Sequence[Signals], wanted: Sequence[Moment]) -> list[Shot]:
    """Draw the moments of a film; on plain grey where there is none."""
    at_s = [one.at_s for one in wanted]
    pictures = _of_film(film, at_s) if film is not None else dict.fromkeys(at_s)
    out = []
    for one in wanted:
        signals, frame = _seen_at(parts, one.at_s)
        points, back = _lines(signals, frame)
        rgb, scale = pictures.get(one.at_s) or (None, 1.0)
        box = _around(signals, frame)
        out.append(Shot(one, _cut(rgb, scale, points, back, box, signals.stance.side)))
    return out


def _of_film(film: Path, at_s: Sequence[float]) -> Mapping[float, tuple[Picture, float] | None]:
    """The first picture at or after each time, and its scale."""
    waiting = sorted(at_s)
    found: dict[float, tuple[Picture, float] | None] = {}
    with read_video(film) as opened:
        last: Picture | None = None
        for frame in opened.frames():
            while waiting and frame.time_s >= waiting[0] - 1e-3:
                found[waiting.pop(0)] = (frame.rgb, opened.scale)
            if not waiting:
                break
            last = frame.rgb
        for left in waiting:
            found[left] = None if last is None else (last, opened.scale)
    return found


def _seen_at(parts: Sequence[Signals], at_s: float) -> tuple[Signals, int]:
    """The set and its frame that are nearest to a time."""

    def off(signals: Signals) -> float:
        return float(np.abs(signals.time_s - at_s).min())

    signals = min(parts, key=off)
    return signals, int(np.abs(signals.time_s - at_s).argmin())


def _lines(signals: Signals, frame: int) -> tuple[FloatArray, FloatArray]:
    picture = signals.picture.at(frame)
    one = slice(frame, frame + 1)
    return (
        picture.own_px(signals.body.drawn_px[one])[0],
        picture.own_px(signals.back.edge_px[one])[0],
    )


def _around(signals: Signals, frame: int) -> FloatArray:
    """Left, top, right and bottom of what the lifter covers in the whole set."""
    points = signals.picture.own_px(signals.body.drawn_px)
    seen = points[np.isfinite(points).all(axis=2)]
    if not len(seen):
        return np.array([0.0, 0.0, 100.0, 100.0])
    low, high = np.percentile(seen, 1, axis=0), np.percentile(seen, 99, axis=0)
    here = points[frame][np.isfinite(points[frame]).all(axis=1)]
    if len(here):
        low, high = np.minimum(low, here.min(axis=0)), np.maximum(high, here.max(axis=0))
    margin = MARGIN * float((high - low).max())
    return np.concatenate([low - margin, high + margin])


def _cut(
    rgb: Picture | None,
    scale: float,
    points: FloatArray,
    back: FloatArray,
    box: FloatArray,
    side: str,
) -> bytes:
    box = box * scale
    if rgb is None:
        rgb = np.full((round(box[3]), max(1, round(box[2])), 3), PLAIN, np.uint8)
    height, width = rgb.shape[:2]
    left, top = (max(0, round(one)) for one in box[:2])
    right, bottom = min(width, round(box[2])), min(height, round(box[3]))
    if right - left < 2 or bottom - top < 2:
        left, top, right, bottom = 0, 0, width, height
    zoom = HEIGHT_PX / (bottom - top)
    size = (max(1, round((right - left) * zoom)), HEIGHT_PX)
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    cut = np.ascontiguousarray(cv2.resize(rgb[top:bottom, left:right], size, interpolation=way))
    placed = [(one * scale - (left, top)) * zoom for one in (points, back)]
    draw_limbs(cut, placed[0], 0 if side == "left" else 1, 2)
    draw_back(cut, placed[1], BACK, 1)
    bgr = cv2.cvtColor(cut, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])


def runs(seen: FloatArray) -> Iterator[slice]:
    """Stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.isfinite(seen).astype(int), [0]])))
    yield from (slice(a, b) for a, b in edges.reshape(-1, 2))
