"""The lifter cut out of their film, always the same part of it, with the lines drawn on it.

For films that show a lifter large: beside another one, or alone to be sent.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from formcheck.data import FloatArray, Verdict
from formcheck.report.body_lines import draw_back, draw_joints, draw_limbs
from formcheck.report.framing import Box
from formcheck.report.judged import BACK_CUE, back_of
from formcheck.report.lettering import Picture
from formcheck.report.lines import GAP_S
from formcheck.report.overlay import COLOURS
from formcheck.report.record import Analysis
from formcheck.signals.frame_times import FrameTimes

ROOM = 0.16
"""Of the lifter's height, on every side: flesh, hair and plates lie outside the joints."""

STRAYS = (0.5, 99.5)
"""Percentiles of the joints' places that count: one lost frame isn't where the lifter goes."""

GROUND = (16, 17, 20)
"""What is beyond the film's edge."""

Spans = Sequence[tuple[float, float]]


def lifter_box(analysis: Analysis, spans: Spans) -> Box:
    """Where the lifter is in those stretches of time, with room around."""
    signals = analysis.signals
    times = FrameTimes(signals.time_s)
    frames = np.zeros(len(signals.time_s), dtype=bool)
    for start_s, end_s in spans:
        frames[times.span(start_s, end_s)] = True
    points = signals.picture.own_px(signals.body.drawn_px)[frames].reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    width, height = analysis.source.width, analysis.source.height
    if not len(points):
        return Box(0.0, 0.0, width, height)
    (left, top), (right, bottom) = np.percentile(points, STRAYS, axis=0)
    room = ROOM * max(bottom - top, right - left)
    return Box(left - room, top - room, right - left + 2 * room, bottom - top + 2 * room)


class Panel:
    """Draws one lifter, cut out, in pictures of one size.

    Parameters
    ----------
    analysis
        Whom to show.
    box
        Which part of the picture.
    size
        Width and height of what is given, pixels.
    mirrored
        Left and right exchanged.
    drawn
        Whether to draw the lines: an annotated film has them.
    """

    def __init__(
        self,
        analysis: Analysis,
        box: Box,
        size: tuple[int, int],
        *,
        mirrored: bool = False,
        drawn: bool = True,
    ) -> None:
        self._size = size
        self._box = box
        self.mirrored = mirrored
        self._drawn = drawn
        self._full_width = analysis.source.width
        signals = analysis.signals
        self._time_s = signals.time_s
        self._seen = signals.body.seen
        self._hidden = signals.body.hidden
        self._gap_s = GAP_S * max(signals.time.pace.slowed, 1.0)
        self._near = 0 if signals.stance.side == "left" else 1
        self._points = self._placed(signals.picture.own_px(signals.body.drawn_px))
        self._back = self._placed(signals.picture.own_px(signals.back.edge_px))
        self._line = max(2, round(size[1] / 260))
        self._back_judged = [
            (back_of(analysis.signals, one), one.findings[BACK_CUE].verdict)
            for one in analysis.reps
            if BACK_CUE in one.findings
        ]

    def draw(self, rgb: Picture, time_s: float) -> Picture:
        """Give the lifter cut out of a frame, with the lines of that time."""
        picture = self._cut(rgb)
        near = int(np.argmin(np.abs(self._time_s - time_s)))
        if self._drawn and abs(self._time_s[near] - time_s) <= self._gap_s and self._seen[near]:
            points, back = self._between(self._points, near, time_s), self._back[near]
            if len(self._hidden):  # where it is is a guess: large and alone it would mislead
                points = np.where(self._hidden[near][:, None], np.nan, points)
            draw_limbs(picture, points, self._near, self._line)
            if (verdict := self._back_verdict(near)) is not None:
                draw_back(picture, back, COLOURS[verdict], self._line)
            draw_joints(picture, points, self._near, self._line)
        return picture

    def _placed(self, points_px: FloatArray) -> FloatArray:
        """Points of the full picture in pixels of what is given."""
        box, (width, height) = self._box, self._size
        placed = (points_px - (box.left, box.top)) * (width / box.width, height / box.height)
        if self.mirrored:
            placed[..., 0] = width - placed[..., 0]
        return np.asarray(placed)

    def _between(self, values: FloatArray, near: int, time_s: float) -> FloatArray:
        """Values of a time between two frames, of the nearest one where one of them lacks."""
        other = near + (1 if time_s > self._time_s[near] else -1)
        if not 0 <= other < len(values):
            return np.asarray(values[near])
        gap_s = self._time_s[other] - self._time_s[near]
        if abs(gap_s) > 2 * self._gap_s:
            return np.asarray(values[near])
        mixed = values[near] + (values[other] - values[near]) * (
            (time_s - self._time_s[near]) / gap_s
        )
        return np.asarray(np.where(np.isnan(mixed), values[near], mixed))

    def _back_verdict(self, frame: int) -> Verdict | None:
        for frames, verdict in self._back_judged:
            if frames[frame]:
                return verdict
        return None

    def _cut(self, rgb: Picture) -> Picture:
        """Cut the box out of a frame of any scale, and bring it to size."""
        scale = rgb.shape[1] / self._full_width
        width, height = self._size
        across, down = width / (self._box.width * scale), height / (self._box.height * scale)
        onto = np.array(
            [
                [across, 0.0, -self._box.left * scale * across],
                [0.0, down, -self._box.top * scale * down],
            ]
        )
        if self.mirrored:
            onto[0] = [-across, 0.0, width - 1 - onto[0, 2]]
        cut = cv2.warpAffine(
            rgb,
            onto,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=GROUND,
        )
        return np.asarray(cut, dtype=np.uint8)
