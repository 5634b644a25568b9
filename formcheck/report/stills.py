"""The pictures of a report: cut to the lifter, packed, as text in the page."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.report import cards
from formcheck.report.annotate import Drawn, overview_s
from formcheck.report.framing import Box
from formcheck.report.lettering import Picture
from formcheck.report.record import Analysis
from formcheck.signals.frame_times import FrameTimes

STILL_SIDE_PX = 640
STILL_QUALITY = 78
_ROOM_SHARE = 0.22  # of the lifter's size, on every side of a still
_LEAST_ASPECT, _MOST_ASPECT = 0.8, 1.4  # width by height
_POSTER_QUALITY = 60


@dataclass(frozen=True)
class Still:
    """A picture as a data URI, with its size in pixels."""

    uri: str
    width: int
    height: int


def around_lifter(analysis: Analysis, rgb: Picture, at_s: float) -> Picture:
    """Cut a frame to the lifter with some room around, so that a phone shows the fault large."""
    signals = analysis.signals
    frame = FrameTimes(signals.time_s).nearest(at_s) if len(signals.time_s) else 0
    points = signals.picture.own_px(signals.body.drawn_px)[frame]
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return rgb
    height, width = rgb.shape[:2]
    points = points * (width / analysis.source.width)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    room = _ROOM_SHARE * max(right - left, bottom - top)
    high = bottom - top + 2 * room
    wide = min(max(right - left + 2 * room, _LEAST_ASPECT * high), width)
    high = min(max(high, wide / _MOST_ASPECT), height)
    x = int(np.clip((left + right - wide) / 2, 0, width - wide))
    y = int(np.clip((top + bottom - high) / 2, 0, height - high))
    return rgb[y : y + round(high), x : x + round(wide)]


def cut_to(analysis: Analysis, rgb: Picture, box: Box) -> Picture:
    """Cut a frame to a part of the source's picture."""
    own = box.scaled(rgb.shape[1] / analysis.source.width)
    left, top = round(own.left), round(own.top)
    return rgb[top : max(round(own.bottom), top + 1), left : max(round(own.right), left + 1)]


def still(rgb: Picture, quality: int = STILL_QUALITY) -> Still:
    """Pack a picture into the page."""
    data, size = jpeg(rgb, STILL_SIDE_PX, quality)
    return Still(f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}", *size)


def jpeg(rgb: Picture, side_px: int, quality: int) -> tuple[bytes, tuple[int, int]]:
    """Pack a picture, its longer side at most ``side_px``; gives it with width and height."""
    height, width = rgb.shape[:2]
    shrink = min(1.0, side_px / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if shrink < 1 else rgb
    _, packed = cv2.imencode(
        ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return packed.tobytes(), size


def poster(analysis: Analysis, drawn: Drawn) -> Still | None:
    """What stands for the video until it plays, in its form: with the band for words."""
    at_s = main_moment(analysis)
    rgb = drawn.stills.get(overview_s(analysis) if at_s is None else at_s)
    if rgb is None:
        return None
    band = max(drawn.size[1] - rgb.shape[0], 0) if drawn.written else 0
    return still(np.pad(rgb, ((band, 0), (0, 0), (0, 0))), _POSTER_QUALITY)


def people_still(analysis: Analysis, stills: Mapping[float, Picture]) -> Still | None:
    """Draw a box round everyone seen: bold round the lifter, thin round the others."""
    rgb = stills.get(overview_s(analysis))
    if rgb is None:
        return None
    rgb = rgb.copy()
    scale = rgb.shape[1] / analysis.source.width
    line = max(2, round(max(rgb.shape) / 200))
    for person in analysis.people:
        corners = [round(edge * scale) for edge in person.box_px]
        chosen = person.index == analysis.chosen
        colour = (255, 214, 10) if chosen else (235, 235, 235)
        cv2.rectangle(rgb, corners[:2], corners[2:], (0, 0, 0), line * (3 if chosen else 2))
        cv2.rectangle(rgb, corners[:2], corners[2:], colour, line * (2 if chosen else 1))
    return still(rgb)


def main_moment(analysis: Analysis) -> float | None:
    """Give when the main advice shows best: its cue's worst finding, in seconds."""
    cue = analysis.summary.main_cue
    shown = cards.clearest(analysis, cue) if cue else None
    return shown[1].at_s if shown and math.isfinite(shown[1].at_s) else None
