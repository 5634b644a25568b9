"""The words beside the picture: the count, one thing to change, the rest.

Count, tempo and a cue's title are read from three metres (``letters``), the advice below
them from one and a half; all shrink together, step by step, until they fit.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from formcheck.cues.judging import words
from formcheck.data import Finding
from formcheck.film_time import clock
from formcheck.live.letters import size_px
from formcheck.live.online import FreshRep
from formcheck.live.stage import Scene
from formcheck.report.lettering import Colour, Line, Picture, label, paste, text_width, wrap
from formcheck.report.overlay import COLOURS
from formcheck.report.wording import SYMBOLS

GREEN, AMBER, WHITE, GREY = COLOURS["good"], COLOURS["watch"], (255, 255, 255), (190, 194, 200)
GROUND: Colour = (0, 0, 0)

COUNT = (44.0, 40.0, 34.0, 30.0, 30.0, 26.0)
TITLE = (32.0, 26.0, 22.0, 20.0, 20.0, 16.0)
TEMPO = (26.0, 22.0, 20.0, 18.0, 16.0, 16.0)
REST = (44.0, 36.0, 30.0, 26.0, 22.0, 20.0)
SAID = (26.0, 20.0, 16.0, 14.0, 12.0, 10.0)
SMALL = (16.0, 13.0, 10.0, 9.0, 7.0, 6.0)
NOTE = (3.5,)
"""Minutes of arc of capitals at 3 m, from the largest that is tried to the least. What is
said alone may be a long sentence; the small and the note are read from nearer."""

LINE = 1.25
"""From line to line, in letters' sizes, as ``lettering.label`` does it."""

FOOT = 0.93
"""Where letters stand below their line's top, in their size (the font's ascent)."""

PHASES = {"down": "down", "up": "up", "still": ""}
TOO_LITTLE = "Counted. Too little is seen."


@dataclass(frozen=True)
class Words:
    """A text with the sizes it may have; ``beside`` is written to its right."""

    text: str
    sizes: tuple[float, ...]
    colour: Colour = WHITE
    bold: bool = True
    beside: str = ""


def words_of(
    scene: Scene, *, rest_s: float, again: bool, wrong: str, note: str, unjudged: str = ""
) -> list[Words]:
    """What to write beside the picture, from the top.

    Parameters
    ----------
    scene
        What the session is at.
    rest_s
        Seconds since the last repetition of the set before; NaN where there is none.
    again
        Whether the picture shows the last repetition once more.
    wrong
        What is wrong with the pictures; "" if nothing.
    note
        A line about camera, speed and keys.
    unjudged
        Why nothing can be judged at this moment, if so. The summary says it by itself.
    """
    if scene.where == "lifting":
        found = _lifting(scene, wrong or unjudged)
    elif scene.where == "summary":
        found = _summary(scene, rest_s, again=again, wrong=wrong)
    else:
        colour = GREEN if scene.where == "ready" else AMBER
        said = ((wrong, AMBER),) if wrong else ((scene.framing.say, colour), (unjudged, AMBER))
        found = [Words(text, SAID, shade) for text, shade in said if text]
    return [*found, Words(note, NOTE, GREY, bold=False)]


def _lifting(scene: Scene, wrong: str) -> list[Words]:
    """The count, and below it what is wrong with the pictures, or the one thing to change."""
    found = [Words(str(scene.count), COUNT, beside=PHASES[scene.phase])]
    if scene.last_rep is not None:
        found.append(Words(tempo(scene.last_rep), TEMPO, GREY, bold=False))
    if wrong:
        found.append(Words(wrong, SAID, AMBER))
    elif scene.cue is not None:
        found += _cue(scene.cue)
    elif scene.last_rep is not None and scene.last_rep.worst is None:
        found.append(_no_fault(scene.last_rep))
    return found


def _cue(finding: Finding) -> list[Words]:
    title = f"{SYMBOLS[finding.verdict]} {words.title(finding.cue)}"
    say = first_sentence(finding.advice or finding.reason)
    return [Words(title, TITLE, COLOURS[finding.verdict]), Words(say, SMALL, bold=False)]


def _no_fault(rep: FreshRep) -> Words:
    return Words("Good rep", TITLE, GREEN) if rep.good else Words(TOO_LITTLE, SAID, GREY)


def _summary(scene: Scene, rest_s: float, *, again: bool, wrong: str) -> list[Words]:
    """The rest so far, what is shown again, and the set in short."""
    found = [Words(clock(math.floor(rest_s)), REST, beside="rest")] if np.isfinite(rest_s) else []
    if wrong:
        found.append(Words(wrong, SAID, AMBER))
    if scene.summary is None:
        return [*found, Words("No repetition was counted.", SAID, AMBER)]
    summary = scene.summary.summary
    advice, rep = first_sentence(summary.main_advice), scene.shown_again
    if again and rep is not None:
        which = f"Last of {rep.number} repetitions" if rep.number > 1 else "Your repetition"
        found.append(Words(f"{which}, slowed", SMALL, GREY, bold=False))
        found += _cue(rep.worst)[:1] if rep.worst is not None else [_no_fault(rep)]
        advice = f"Next set: {advice[:1].lower()}{advice[1:]}" if summary.main_cue else advice
    else:
        found.append(Words(summary.headline, SMALL))
    score = f"Score {summary.score:.0f}" if np.isfinite(summary.score) else summary.score_reason
    found += [
        Words(advice, SMALL, AMBER),
        Words(summary.praise, SMALL, GREEN, bold=False),
        Words(score, SMALL, GREY, bold=False),
        Words("Start again when you like.", SMALL, GREY, bold=False),
    ]
    return [one for one in found if one.text]


def tempo(rep: FreshRep) -> str:
    """Seconds down, paused and up, as ``--tempo`` is written: "1.2-0.3-0.9"."""
    one = rep.judged.rep
    return "-".join(_seconds(part) for part in (one.eccentric_s, one.pause_s, one.concentric_s))


def _seconds(part_s: float) -> str:
    if not np.isfinite(part_s):
        return "?"
    return f"{part_s:.1f}" if part_s < 9.95 else f"{part_s:.0f}"


def first_sentence(text: str) -> str:
    """What can be read in mid-set."""
    return text.split(". ", maxsplit=1)[0].rstrip(".") + "." if text else ""


@functools.lru_cache(maxsize=4)
def painted(size: tuple[int, int], texts: tuple[Words, ...], shorter_px: int) -> Picture:
    """Write texts on a panel, (H, W, 3); the last one stands at its foot.

    ``size`` is the panel's width and height, ``shorter_px`` the window's shorter side.
    """
    width, height = size
    pad = max(4, round(shorter_px / 36))
    gap = pad // 2
    rgb = np.full((height, width, 3), GROUND, dtype=np.uint8)
    *main, note = texts
    foot = _lines(note, size_px(NOTE[0], shorter_px), width - 2 * pad)[:1]
    foot_px = _height(foot) + pad
    steps = max((len(one.sizes) for one in main), default=1)
    for step in range(steps):
        sizes = [size_px(one.sizes[min(step, len(one.sizes) - 1)], shorter_px) for one in main]
        written = [
            _lines(one, size, width - 2 * pad) for one, size in zip(main, sizes, strict=True)
        ]
        needed_px = sum(map(_height, written)) + gap * len(main) + pad
        whole = all(_is_whole(one, lines) for one, lines in zip(main, written, strict=True))
        if whole and needed_px + foot_px <= height:
            break
    y = pad
    for one, lines in zip(main, written, strict=True):
        _write(rgb, lines, pad, y)
        if one.beside:
            _write_beside(rgb, one, lines[0], pad, y)
        y += _height(lines) + gap
    _write(rgb, foot, pad, height - foot_px)
    return rgb


def _lines(one: Words, size: int, width_px: int) -> tuple[Line, ...]:
    parts = wrap(one.text, size, width_px, bold=one.bold, most_lines=12)
    return tuple(Line(part, size, bold=one.bold, colour=one.colour) for part in parts)


def _is_whole(one: Words, lines: tuple[Line, ...]) -> bool:
    return " ".join(line.text for line in lines).split() == one.text.split()


def _height(lines: tuple[Line, ...]) -> int:
    return round(sum(line.size_px for line in lines) * LINE)


def _write(rgb: Picture, lines: tuple[Line, ...], left: int, top: int) -> None:
    """Write lines with their first letter at ``left``."""
    if any(line.text for line in lines):
        rim = max(2, max(line.size_px for line in lines) // 8)  # which ``label`` leaves free
        paste(rgb, label(lines, box=None), left - rim, top - rim * 3 // 4)


def _write_beside(rgb: Picture, one: Words, first: Line, left: int, top: int) -> None:
    """Write what stands beside the first line, on the same foot, if there is room."""
    size = first.size_px // 2
    x = left + text_width(first.text, first.size_px, bold=first.bold) + size // 2
    if x + text_width(one.beside, size, bold=False) <= rgb.shape[1]:
        lower_px = round(FOOT * (first.size_px - size))
        _write(rgb, (Line(one.beside, size, bold=False, colour=GREY),), x, top + lower_px)
