"""What is drawn on a frame: the lifter's lines, the angles, the rep, the cue.

All sizes follow from the picture's, so that the drawing looks the same on a
phone's portrait clip and on a wide one. ``Overlay`` prepares everything once
and then draws frame by frame, in place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.data import BoolArray, Finding, FloatArray, JudgedRep, Verdict
from formcheck.report import wording
from formcheck.report.body_lines import NOTHING_HIDDEN, draw_back, draw_joints, draw_limbs, draw_way
from formcheck.report.judged import BACK_CUE, back_of, is_judged
from formcheck.report.lettering import Colour, Line, Picture, label, paste, wrap
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

GAP_S = 0.1  # further from an analysed frame than this nothing is drawn
CUE_BEFORE_S, CUE_AFTER_S = 0.3, 0.9
_ALMOST_S = 0.002  # a frame's own time may be rounded
_AT_START_S = 0.05  # a repetition whose bottom is its start begins on the floor
_VAGUE_DEG = 12.0  # an angle less certain than this isn't written
_NARROWEST_CUE, _WIDEST_CUE, _HIGHEST_CUE = 13, 26, 7  # a cue's box, in units of text size

Phase = Literal["down", "pause", "up", "top", ""]


@dataclass(frozen=True)
class _Moment:
    """The lifter at one time: points and back line in frame pixels, angles with σ.

    Points that are ``hidden`` are where the fitted body has them.
    """

    points: FloatArray
    hidden: BoolArray
    back: FloatArray
    angles: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class _CuePlace:
    """Where a cue's box stands: ``edge`` is its top, or its bottom if not ``is_top``."""

    left: int
    edge: int
    width: int
    is_top: bool


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
        self._gap_s = GAP_S * max(self._slowed, 1.0)
        self._points = signals.picture.own_px(signals.body.drawn_px) * scale
        self._back = signals.picture.own_px(signals.back.edge_px) * scale
        self._near = 0 if signals.stance.side == "left" else 1
        short, long = min(size), max(size)
        self._unit = max(10, round(min(short / 21, long / 33)))
        self._line = max(2, round(long / 220))
        self._cues = _shown_cues(analysis)
        # A line that can't be judged may lie on an arm or a bar: don't show it.
        self._back_judged = any(is_judged(one, (BACK_CUE,)) for one in analysis.reps)
        self._on_back = [back_of(analysis, one) for one in analysis.reps]
        self._margin = self._unit * 2 // 3
        self._arrange()

    def draw_lifter(self, rgb: Picture, time_s: float) -> None:
        """Draw skeleton, back line and joint angles, where they were seen."""
        moment = self._moment(time_s)
        if moment is None:
            return
        draw_limbs(rgb, moment.points, self._near, self._line, moment.hidden)
        if self._back_judged:
            colour = COLOURS[self._back_verdict(time_s)]
            draw_back(rgb, moment.back, colour, self._line)
        draw_joints(rgb, moment.points, self._near, self._line)
        self._draw_bar(rgb, time_s)
        self._draw_angles(rgb, moment)

    def draw_words(self, rgb: Picture, time_s: float) -> None:
        """Draw the rep counter, the phase, and the cue that applies now."""
        reps = self._analysis.reps
        judged = _rep_at(reps, time_s)
        done = sum(one.rep.start_s <= time_s for one in reps)
        number = judged.rep.index if judged else done
        lines = [Line(f"{number} / {len(reps)}", round(self._unit * 1.5))]
        phase = self._phase(judged, time_s) if judged else ""
        lines.append(Line(phase or " ", round(self._unit * 0.9), bold=False))
        width = label((Line(f"{len(reps)} / {len(reps)}", round(self._unit * 1.5)),)).size[0]
        pause = label((Line("pause", round(self._unit * 0.9), bold=False),)).size[0]
        counter = label(tuple(lines), width_px=max(width, pause))
        left = (
            self._size[0] - self._margin - counter.size[0] if self._counter_right else self._margin
        )
        paste(rgb, counter, left, self._margin)
        finding = self._cue_at(time_s)
        if finding is not None:
            self._draw_cue(rgb, finding)

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
        """Write trunk, hip and knee beside their joints, behind the lifter's front."""
        ahead = -1 if self._analysis.view.facing == "left" else 1
        for name, joint in _ANGLES:
            value, sigma = moment.angles.get(name, (math.nan, math.nan))
            point = moment.points[joint + self._near]
            if not np.isfinite(point).all() or not math.isfinite(value) or not sigma <= _VAGUE_DEG:
                continue
            text = f"{round(value)}±{max(1, round(sigma))}°".replace("-", "−")
            stamp = label((Line(text, round(self._unit * 0.85)),), box=None)
            width, height = stamp.size
            # The knee's stands ahead of it, the others ahead of the joint, clear of the back line.
            left = point[0] + ahead * self._unit * 0.9 - (width if ahead < 0 else 0)
            paste(rgb, stamp, left, point[1] - height / 2)

    def _back_verdict(self, time_s: float) -> Verdict:
        """The repetition's verdict on the back, at the moments it was judged on."""
        near = self._times.nearest(time_s)
        for judged, frames in zip(self._analysis.reps, self._on_back, strict=True):
            if frames[near]:
                return judged.findings[BACK_CUE].verdict
        return "cannot_judge"

    def _phase(self, judged: JudgedRep, time_s: float) -> Phase:
        """Name what the lifter does now, from the rep's times."""
        rep = judged.rep
        starts_low = rep.bottom_s < rep.top_s and rep.bottom_s - rep.start_s < _AT_START_S
        pause_s = _or_zero(rep.pause_s) * self._slowed  # durations are life's
        rising_s = rep.top_s - rep.concentric_s * self._slowed
        if starts_low:
            if time_s < rep.top_s:
                return "up"
            return "top" if time_s < rep.top_s + pause_s else "down"
        if time_s >= rising_s:
            return "up"
        return "pause" if time_s >= rising_s - pause_s else "down"

    def _cue_at(self, time_s: float) -> Finding | None:
        now = [
            finding
            for finding in self._cues
            if finding.at_s - CUE_BEFORE_S <= time_s <= finding.at_s + CUE_AFTER_S
        ]
        return now[0] if now else None

    def _draw_cue(self, rgb: Picture, finding: Finding) -> None:
        place = self._cue_place
        large, small = round(self._unit * 1.25), round(self._unit * 0.95)
        inside = place.width - large * 3 // 2
        info = self._analysis.cues.get(finding.cue)
        title = f"{wording.SYMBOLS[finding.verdict]} {wording.cue_title(finding.cue, info)}"
        lines = [
            Line(text, large, colour=COLOURS[finding.verdict])
            for text in wrap(title, large, inside, bold=True, most_lines=1)
        ]
        advice = _first_sentence(finding.advice)
        if finding.advice:
            lines += [
                Line(text, small, bold=False)
                for text in wrap(advice, small, inside, bold=False, most_lines=3)
            ]
        box = label(
            tuple(lines), opacity=0.8, accent=COLOURS[finding.verdict], width_px=place.width
        )
        paste(rgb, box, place.left, place.edge if place.is_top else place.edge - box.size[1])

    def _arrange(self) -> None:
        """Find where counter and cues hide least of the lifter, once for the film.

        The counter goes to the upper left, or to the right if the lifter is
        there. A cue goes above the lifter if there is room, else beside, else
        to the end of the picture that has more.
        """
        width, height = self._size
        unit, margin = self._unit, self._margin
        across = min(width - 2 * margin, unit * _WIDEST_CUE)
        centred = (width - across) // 2
        below_counter = margin + unit * 9 // 2
        self._counter_right = False
        self._cue_place = _CuePlace(centred, height - margin, across, is_top=False)
        body = np.concatenate([self._points, self._back], axis=1)
        x, y = body[..., 0], body[..., 1]
        if not np.isfinite(x).any():
            return
        left, right = (int(edge) for edge in np.nanquantile(x, [0.02, 0.98]))
        top, bottom = (int(edge) for edge in np.nanquantile(y, [0.02, 0.98]))
        top, left, right = top - unit, left - unit, right + unit  # flesh round the points
        self._counter_right = (
            top < below_counter and left < unit * 5 and width - right > left + unit
        )
        if top - below_counter >= unit * _HIGHEST_CUE:
            self._cue_place = _CuePlace(centred, below_counter, across, is_top=True)
        elif max(left, width - right) - 2 * margin >= unit * _NARROWEST_CUE:
            on_right = width - right > left
            room = min(max(left, width - right) - 2 * margin, unit * _WIDEST_CUE)
            edge = below_counter if on_right == self._counter_right else margin
            start = width - margin - room if on_right else margin
            self._cue_place = _CuePlace(start, edge, room, is_top=True)
        elif top - below_counter > height - bottom:
            self._cue_place = _CuePlace(centred, below_counter, across, is_top=True)


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


def _or_zero(seconds: float) -> float:
    return seconds if math.isfinite(seconds) else 0.0
