"""``clip.mp4``: the ten seconds that matter, ready to be sent.

The repetition that shows the main finding as fast as it was, then its moment slowly; the
lifter large, what is said of it underneath. A portrait film stays one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.data import Finding, JudgedRep
from formcheck.report import cards, wording
from formcheck.report.framing import Box
from formcheck.report.lettering import Line, Picture, label, paste, wrap
from formcheck.report.overlay import COLOURS
from formcheck.report.panel import GROUND, Panel, lifter_box
from formcheck.report.record import Analysis
from formcheck.report.reel import FilmOf, Reel
from formcheck.video import VideoWriter

LONG_PX, SHORTER_PX = 960, 640
"""Longer side of the picture, and of a clip that would be too large to send."""

MOST_BYTES = 5_000_000
"""What any messenger and mail takes (our choice)."""

MOST_MAGNIFIED = 2.0
"""A small lifter is shown no larger: more shows no more."""

BEFORE_S, AFTER_S = 0.3, 0.4
MOST_S = 6.0
"""Of a longer repetition only so much around the moment, in life's seconds."""

AROUND_S, SLOWLY = 0.5, 0.25
"""So much before and after the moment, so fast: four seconds."""

RATE_HZ = 30.0


@dataclass(frozen=True)
class Shown:
    """What a clip shows: a repetition, a finding of it if any, and when that shows best.

    Times are the film's seconds.
    """

    rep: JudgedRep
    finding: Finding | None
    at_s: float
    start_s: float
    end_s: float


def shown(analysis: Analysis) -> Shown | None:
    """The repetition with the main finding; one in the middle where all is well.

    None where there is no repetition.
    """
    if not analysis.reps:
        return None
    cue = analysis.summary.main_cue
    told = cards.clearest(analysis, cue) if cue else None
    index, finding = told if told is not None else (0, None)
    rep = next((one for one in analysis.reps if one.rep.index == index), None)
    at_s = math.nan if finding is None else finding.at_s
    if rep is None:  # of the whole set, or nothing to say
        rep = _around(analysis, at_s) or analysis.reps[len(analysis.reps) // 2]
    if not rep.rep.start_s <= at_s <= rep.rep.end_s:
        at_s = rep.rep.bottom_s
    slowed = analysis.signals.time.pace.slowed
    start_s = max(rep.rep.start_s - BEFORE_S * slowed, at_s - MOST_S / 2 * slowed)
    end_s = min(rep.rep.end_s + AFTER_S * slowed, at_s + MOST_S / 2 * slowed)
    return Shown(rep, finding, at_s, max(start_s, 0.0), end_s)


def write_clip(
    analysis: Analysis,
    film: FilmOf,
    path: Path,
    progress: Callable[[float], None] | None = None,
) -> bool:
    """Write the clip; gives whether there is anything to show.

    Parameters
    ----------
    analysis
        What to show.
    film
        Where its pictures are.
    path
        The file to write.
    progress
        Called with the share done, 0..1.

    Raises
    ------
    OutputError, VideoError
        The clip can't be written, or the film not read.
    """
    what = shown(analysis)
    if what is None:
        return False
    for side_px in (LONG_PX, SHORTER_PX):
        _write(analysis, what, film, path, side_px, progress)
        if path.stat().st_size <= MOST_BYTES:
            break
    return True


def _around(analysis: Analysis, at_s: float) -> JudgedRep | None:
    return next((one for one in analysis.reps if one.rep.start_s <= at_s <= one.rep.end_s), None)


def _write(
    analysis: Analysis,
    what: Shown,
    film: FilmOf,
    path: Path,
    side_px: int,
    progress: Callable[[float], None] | None,
) -> None:
    box, size = _framed(analysis, what, side_px)
    full_px = max(analysis.source.width, analysis.source.height)
    read_px = math.ceil(full_px * min(1.0, size[1] / box.height))
    panel = Panel(analysis, box, size, drawn=not film.is_drawn)
    slowed = analysis.signals.time.pace.slowed
    around_s = AROUND_S * slowed
    parts = (
        (what.start_s, what.end_s, 1.0),
        (max(what.at_s - around_s, what.start_s), min(what.at_s + around_s, what.end_s), SLOWLY),
    )
    lasts = [(end_s - start_s) / slowed / speed for start_s, end_s, speed in parts]
    foot = _Foot(analysis, what, size)
    done_s = 0.0
    with VideoWriter(path, size=foot.size, source_rate_hz=RATE_HZ) as writer:
        for (start_s, end_s, speed), lasts_s in zip(parts, lasts, strict=True):
            with Reel(film, (start_s, end_s), read_px) as reel:
                for tick in range(max(1, round(lasts_s * RATE_HZ))):
                    at_s = start_s + tick / RATE_HZ * speed * slowed
                    writer.write(
                        foot.under(panel.draw(*reel.at(at_s)), speed), done_s + tick / RATE_HZ
                    )
                    if progress is not None:
                        progress((done_s + tick / RATE_HZ) / sum(lasts))
            done_s += lasts_s


def _framed(analysis: Analysis, what: Shown, side_px: int) -> tuple[Box, tuple[int, int]]:
    """The part of the film round the lifter, and its size shown.

    A portrait film keeps its shape; a landscape one is cut to a square, or as wide as the
    lifter gets: a phone shows them larger so.
    """
    width, height = analysis.source.width, analysis.source.height
    box = lifter_box(analysis, [(what.start_s, what.end_s)])
    shape = width / height
    if shape > 1:
        shape = min(max(1.0, box.width / box.height), shape)
    high = min(max(box.height, box.width / shape), height)
    wide = high * shape
    box = box.on_its_foot(wide, high).within(width, height)
    grown = min(side_px / max(wide, high), MOST_MAGNIFIED)
    return box, (2 * round(wide * grown / 2), 2 * round(high * grown / 2))


class _Foot:
    """What is said of it, under the picture."""

    def __init__(self, analysis: Analysis, what: Shown, picture: tuple[int, int]) -> None:
        short, long = min(picture), max(picture)
        unit = max(10, round(min(short / 21, long / 33)))
        room = picture[0] - 2 * unit
        reps = len(analysis.reps)
        count = f"Rep {what.rep.rep.index} of {reps}" if reps > 1 else "1 rep"
        self._counts = {
            speed: label((Line(f"{count}{said}", round(unit * 1.2)),))
            for speed, said in ((1.0, ""), (SLOWLY, f" · {SLOWLY:g}×"))
        }
        lines = _said(analysis, what, unit, room)
        foot = label(lines, opacity=0.0, width_px=picture[0]) if lines else None
        self._margin = unit // 2
        self._picture = picture
        self.size = (picture[0], picture[1] + (2 * (foot.size[1] // 2) if foot else 0))
        self._base = np.full((self.size[1], self.size[0], 3), GROUND, dtype=np.uint8)
        if foot is not None:
            paste(self._base, foot, 0, picture[1])

    def under(self, picture: Picture, speed: float) -> Picture:
        """Give a picture with the words under it."""
        whole = self._base.copy()
        whole[: self._picture[1]] = picture
        paste(whole, self._counts[speed], self._margin, self._margin)
        return whole


def _said(analysis: Analysis, what: Shown, unit: int, room: int) -> tuple[Line, ...]:
    """The finding with its number and what to try; the praise where there is none."""
    finding = what.finding
    if finding is None:
        told, advice, colour = analysis.summary.praise, "", COLOURS["good"]
    else:
        title = wording.cue_title(finding.cue, analysis.cues.get(finding.cue))
        told = f"{wording.SYMBOLS[finding.verdict]} {title}"
        advice = finding.advice.split(". ")[0].rstrip(".") + "." if finding.advice else ""
        colour = COLOURS[finding.verdict]
    large, small = round(unit * 1.2), unit
    lines = [
        Line(text, large, colour=colour)
        for text in wrap(told, large, room, bold=True, most_lines=2)
        if text
    ]
    if finding is not None:
        lines.append(Line(wording.amount(finding), small))
    lines += [
        Line(text, small, bold=False)
        for text in wrap(advice, small, room, bold=False, most_lines=4)
        if text
    ]
    return tuple(lines)
