"""What is drawn on a frame: the lifter's lines, the angles, the rep, the cue.

All sizes follow from the picture's, so that the drawing looks the same on a
phone's portrait clip and on a wide one. ``Overlay`` prepares everything once
and then draws frame by frame, in place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from formcheck.data import BoolArray, Finding, FloatArray, JudgedRep, Verdict
from formcheck.report import wording
from formcheck.report.body_lines import NOTHING_HIDDEN, draw_back, draw_joints, draw_limbs, draw_way
from formcheck.report.framing import Box, Framing
from formcheck.report.lettering import Colour, Line, Picture, Stamp, label, paste, wrap
from formcheck.report.lines import Phase, lines_of, phases
from formcheck.report.placing import place_words, text_unit
from formcheck.report.record import Analysis
from formcheck.signals.frame_times import FrameTimes

COLOURS: dict[Verdict, Colour] = {
    "good": (72, 214, 136),
    "watch": (255, 200, 60),
    "fault": (255, 92, 64),
    "cannot_judge": (190, 194, 200),
}
_SHOULDER, _HIP, _KNEE = 11, 23, 25  # BlazePose numbers, left side; the right is one more
_ANGLES = (("trunk", _SHOULDER), ("hip", _HIP), ("knee", _KNEE))

CUE_BEFORE_S, CUE_AFTER_S = 0.3, 0.9
_ALMOST_S = 0.002  # a frame's own time may be rounded
_VAGUE_DEG = 12.0  # an angle less certain than this isn't written
_COUNT, _PHASE, _ANGLE, _TITLE, _ADVICE = 1.5, 0.9, 0.85, 1.25, 0.95  # of the text size
_BAND: Colour = (16, 18, 22)
_CLEAR = 0.9  # of the text size, between a joint and its angle
_APART = 1.1  # of a label's height: two angles stand so far from each other


@dataclass(frozen=True)
class _Moment:
    """The lifter at one time: points and back line in frame pixels, angles with σ.

    Points that are ``hidden`` are where the fitted body has them.
    """

    points: FloatArray
    hidden: BoolArray
    back: FloatArray
    angles: dict[str, tuple[float, float]]


class Overlay:
    """Draws one analysis on frames of one size.

    Parameters
    ----------
    analysis
        What to draw.
    size
        Width and height of the frames in pixels.
    scale
        Frame pixels per pixel of the full upright source picture.
    """

    def __init__(self, analysis: Analysis, size: tuple[int, int], scale: float) -> None:
        self._analysis = analysis
        self._size = size
        self._scale = scale
        signals = analysis.signals
        self._time_s = signals.time_s
        self._times = FrameTimes(signals.time_s)
        self._slowed = signals.time.pace.slowed
        self._lines = lines_of(signals, analysis.reps)
        self._gap_s = self._lines.gap_s
        self._points = self._lines.points * scale
        self._back = self._lines.back * scale
        self._near = self._lines.near
        self._unit = text_unit(size, _ANGLE)
        self._line = max(2, round(max(size) / 220))
        self._cues = _shown_cues(analysis)
        counter = self._counter(len(analysis.reps), "pause").size
        box = Framing(analysis).of_set
        self._lifter = Box(0, 0, *size) if box is None else box.scaled(scale)
        self._places = place_words(
            size, self._unit, None if box is None else self._lifter, counter, self._highest
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what ``draw_words`` gives, in pixels."""
        return self._size[0], self._size[1] + self._places.band

    def draw_lifter(self, rgb: Picture, time_s: float) -> None:
        """Draw skeleton, back line and joint angles, where they were seen."""
        moment = self._moment(time_s)
        if moment is None:
            return
        draw_limbs(rgb, moment.points, self._near, self._line, moment.hidden)
        if self._lines.on_back:
            colour = COLOURS[self._lines.on_back[self._times.nearest(time_s)]]
            draw_back(rgb, moment.back, colour, self._line)
        draw_joints(rgb, moment.points, self._near, self._line)
        self._draw_bar(rgb, time_s)
        self._draw_angles(rgb, moment)

    def draw_words(self, rgb: Picture, time_s: float) -> Picture:
        """Draw the rep counter, the phase, and the cue that applies now.

        In place, where the words find room in the picture; else on a band above it.
        """
        places = self._places
        if places.band:
            above = np.full((places.band, *rgb.shape[1:]), _BAND, dtype=np.uint8)
            rgb = np.concatenate([above, rgb])
        reps = self._analysis.reps
        judged = _rep_at(reps, time_s)
        done = sum(one.rep.start_s <= time_s for one in reps)
        phase = self._phase(judged, time_s) if judged else ""
        counter = self._counter(judged.rep.index if judged else done, phase)
        paste(rgb, counter, *places.counter)
        finding = self._cue_at(time_s)
        if finding is not None:
            box = self._cue_box(finding, places.cue_width)
            left, edge = places.cue
            paste(rgb, box, left, edge if places.from_top else edge - box.size[1])
        return rgb

    def _counter(self, number: int, phase: str) -> Stamp:
        """Which repetition it is and what the lifter does: as wide for all."""
        count, small = round(self._unit * _COUNT), round(self._unit * _PHASE)
        many = len(self._analysis.reps)
        lines = (Line(f"{number} / {many}", count), Line(phase or " ", small, bold=False))
        widest = (Line(f"{many} / {many}", count), Line("pause", small, bold=False))
        return label(lines, width_px=label(widest).size[0])

    def _moment(self, time_s: float) -> _Moment | None:
        """Give the lifter between the two analysed frames around a time."""
        times = self._time_s
        after = int(np.searchsorted(times, time_s))
        before = max(after - 1, 0)
        after = min(after, len(times) - 1)
        near = before if abs(times[before] - time_s) <= abs(times[after] - time_s) else after
        if abs(times[near] - time_s) > self._gap_s or not self._analysis.signals.body.seen[near]:
            return None
        gap_s = float(times[after] - times[before])
        share = (time_s - float(times[before])) / gap_s if 0 < gap_s <= 2 * self._gap_s else 0.0
        if not 0 <= share <= 1 or gap_s > 2 * self._gap_s:
            before = after = near

        def between(values: FloatArray) -> FloatArray:
            first, last = values[before], values[after]
            mixed = first + (last - first) * share
            return np.asarray(np.where(np.isnan(mixed), values[near], mixed))

        signals = self._analysis.signals
        angles = {
            name: (float(between(angle.value)), float(angle.sigma[near]))
            for name, _ in _ANGLES
            if (angle := signals.angles_deg.get(name)) is not None
        }
        hidden = signals.body.hidden[near] if len(signals.body.hidden) else NOTHING_HIDDEN
        return _Moment(between(self._points), hidden, between(self._back), angles)

    def _draw_bar(self, rgb: Picture, time_s: float) -> None:
        """Draw the way of the bar since the repetition began, where this picture has it."""
        signals = self._analysis.signals
        judged = _rep_at(self._analysis.reps, time_s)
        if signals.bar is None or judged is None:
            return
        first, stop = np.searchsorted(self._time_s, [judged.rep.start_s, time_s + _ALMOST_S])
        if stop > first:
            now = int(stop) - 1
            way = signals.picture.at(now).own_px(signals.bar.centre_px[None, first:stop])
            draw_way(rgb, way[0] * self._scale, max(2, self._line // 2))

    def _draw_angles(self, rgb: Picture, moment: _Moment) -> None:
        """Write trunk, hip and knee beside their joints, ahead of the lifter's back."""
        ahead = -1 if self._analysis.view.facing == "left" else 1
        placed: list[tuple[Stamp, Box]] = []
        for name, joint in _ANGLES:
            value, sigma = moment.angles.get(name, (math.nan, math.nan))
            point = moment.points[joint + self._near]
            if not np.isfinite(point).all() or not math.isfinite(value) or not sigma <= _VAGUE_DEG:
                continue
            text = f"{round(value)}±{max(1, round(sigma))}°".replace("-", "−")
            stamp = label((Line(text, round(self._unit * _ANGLE)),), box=None)
            width, height = stamp.size
            left = self._beside(float(point[0]), width, ahead, may_turn=joint != _SHOULDER)
            placed.append((stamp, Box(left, float(point[1]) - height / 2, width, height)))
        for (stamp, _), box in zip(placed, _apart([box for _, box in placed]), strict=True):
            paste(rgb, stamp, box.left, box.top)

    def _beside(self, joint: float, width: int, ahead: int, *, may_turn: bool) -> float:
        """Left edge of a label ahead of a joint, or behind it at the lifter's box's edge.

        Behind the shoulder is the back: its label stays ahead.
        """
        away = self._unit * _CLEAR
        left, right = joint - away - width, joint + away
        if ahead > 0:
            return left if may_turn and right + width > self._lifter.right else right
        return right if may_turn and left < self._lifter.left else left

    def _phase(self, judged: JudgedRep, time_s: float) -> Phase | Literal[""]:
        """Name what the lifter does now, from the rep's times."""
        for start_s, end_s, phase in phases(judged.rep, self._slowed):
            if start_s <= time_s < end_s:
                return phase
        return ""

    def _cue_at(self, time_s: float) -> Finding | None:
        now = [
            finding
            for finding in self._cues
            if finding.at_s - CUE_BEFORE_S <= time_s <= finding.at_s + CUE_AFTER_S
        ]
        return now[0] if now else None

    def _cue_box(self, finding: Finding, width: int) -> Stamp:
        """A cue's title and advice, whole, in a box so wide."""
        large, small = round(self._unit * _TITLE), round(self._unit * _ADVICE)
        inside = width - large * 3 // 2
        info = self._analysis.cues.get(finding.cue)
        title = f"{wording.SYMBOLS[finding.verdict]} {wording.cue_title(finding.cue, info)}"
        colour = COLOURS[finding.verdict]
        lines = [Line(text, large, colour=colour) for text in wrap(title, large, inside, bold=True)]
        if finding.advice:
            advice = wrap(_first_sentence(finding.advice), small, inside, bold=False)
            lines += [Line(text, small, bold=False) for text in advice]
        return label(tuple(lines), opacity=0.8, accent=colour, width_px=width)

    def _highest(self, width: int) -> int:
        """How high the highest cue is in a box so wide; 0 without cues."""
        return max((self._cue_box(one, width).size[1] for one in self._cues), default=0)


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Move labels that meet up and down, each by half, until they don't."""
    moved = list(boxes)
    order = sorted(range(len(boxes)), key=lambda at: boxes[at].top)
    for _ in boxes:
        for upper, lower in pairwise(order):
            one, other = moved[upper], moved[lower]
            short = _APART * one.height - (other.top - one.top)
            if short > 0 and one.left < other.right and other.left < one.right:
                moved[upper] = replace(one, top=one.top - short / 2)
                moved[lower] = replace(other, top=other.top + short / 2)
    return moved


def _shown_cues(analysis: Analysis) -> list[Finding]:
    """Give the findings worth a word in the video, the biggest first."""
    shown = [
        finding
        for judged in analysis.reps
        for finding in judged.findings.values()
        if finding.verdict in ("fault", "watch") and math.isfinite(finding.at_s)
    ]
    return sorted(shown, key=lambda f: (f.verdict != "fault", -wording.severity(f)))


def _rep_at(reps: Sequence[JudgedRep], time_s: float) -> JudgedRep | None:
    for judged in reps:
        if judged.rep.start_s <= time_s < judged.rep.end_s:
            return judged
    return None


def _first_sentence(text: str) -> str:
    """What can be read while the lift goes on."""
    return text.split(". ", maxsplit=1)[0].rstrip(".") + "."
