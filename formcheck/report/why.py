"""How one verdict came about: in words, and as a picture with points, lines and limits.

So that a coach can follow the arithmetic and disagree with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from formcheck.cues.judging.base import Measurement
from formcheck.cues.judging.explain import change_in_words, lift_name, limits_in_words
from formcheck.cues.judging.limits import Limit
from formcheck.cues.judging.otherwise import exactly, exactly_with_error, otherwise
from formcheck.data import CueInfo, Facing, Finding, FloatArray, Lift, LimitChange, Signals
from formcheck.report import wording
from formcheck.report.body_lines import RIM, draw_back, draw_joints, draw_limbs, xy
from formcheck.report.bullets import bullet
from formcheck.report.lettering import Colour, Line, Picture, label, paste, wrap
from formcheck.report.overlay import COLOURS
from formcheck.signals.angles import ANKLE, EAR, ELBOW, HEEL, HIP, KNEE, NOSE, SHOULDER, TOE, WRIST
from formcheck.signals.frame_times import FrameTimes

POINTS: dict[str, dict[Facing, int]] = {
    **{"ear": EAR, "shoulder": SHOULDER, "elbow": ELBOW, "wrist": WRIST, "hip": HIP},
    **{"knee": KNEE, "ankle": ANKLE, "heel": HEEL, "toe": TOE},
    "nose": {"left": NOSE, "right": NOSE},
}
"""The names that ``Working.lines`` may use, by side."""

SIDES: tuple[Facing, ...] = ("left", "right")

HEIGHT_PX, MOST_WIDTH_PX, PANEL_PX = 960, 960, 680
PLAIN: Colour = (44, 48, 56)
PAPER: Colour = (20, 22, 26)
INK: Colour = (255, 214, 10)
SOFT: Colour = (176, 182, 192)
_ROOM_SHARE = 0.22  # of the lifter's size, on every side
_TEXT_PX, _HEAD_PX, _PAD_PX = 19, 17, 28
_MOST_LINES = 6  # of one paragraph in the picture; the terminal has it whole
_ZONES: dict[str, Colour] = {"good": (32, 92, 62), "watch": (128, 96, 20), "fault": (140, 48, 32)}


@dataclass(frozen=True)
class Why:
    """One verdict with all that led to it.

    ``rep`` is the repetition's number, None for the set; ``reps`` are the findings of
    all repetitions when the set's verdict comes from them. ``shown_s`` is the moment
    to show. ``notes`` say where this differs from what was stored.
    """

    info: CueInfo
    finding: Finding
    limit: Limit
    measurement: Measurement | None
    lift: Lift
    signals: Signals
    size: tuple[int, int]
    shown_s: float
    rep: int | None = None
    reps: tuple[tuple[int, Finding], ...] = ()
    changes: tuple[LimitChange, ...] = ()
    notes: tuple[str, ...] = field(default=())


def title(why: Why) -> str:
    """Name verdict, cue and repetition: "✕ Fault: Heels down, rep 3"."""
    verdict = why.finding.verdict
    where = "the set" if why.rep is None else f"rep {why.rep}"
    return f"{wording.SYMBOLS[verdict]} {wording.WORDS[verdict]}: {why.info.title}, {where}"


def rows(why: Why) -> dict[str, tuple[str, ...]]:
    """Everything in words: headings with their lines, those without any left out."""
    found, measured = why.finding, why.measurement
    said = {
        "Cue": (f"{why.info.id}, in a {lift_name(why.lift.name)}. {why.info.question}",),
        "Says": (found.reason,),
        "Quantity": (_quantity(why),),
        "Looked at": _looked_at(measured),
        "Points": _points(why),
        "Steps": measured.working.told() if measured else (),
        "σ": _sigma(why),
        "Limits": _limits(why),
        "Otherwise": otherwise(found.verdict, measured, why.limit) if measured else (),
        "Reps": _reps(why),
        "How to film it" if found.verdict == "cannot_judge" else "Try": (
            (found.advice,) if found.advice else ()
        ),
        "Note": why.notes,
    }
    return {heading: lines for heading, lines in said.items() if lines}


def draw(why: Why, frame: Picture | None, scale: float = 1.0) -> Picture:
    """Draw the verdict: the moment with its points and lines, and the numbers beside it.

    Parameters
    ----------
    why
        The verdict.
    frame
        Upright RGB picture of the moment; None draws on a plain background.
    scale
        Frame pixels per pixel of the source picture.

    Returns
    -------
    numpy.ndarray
        RGB, (H, W, 3) uint8.
    """
    scene = _scene(why, frame, scale)
    panel = _panel(why)
    height = max(scene.shape[0], panel.shape[0])
    whole = np.empty((height, scene.shape[1] + panel.shape[1], 3), np.uint8)
    whole[:] = PAPER
    whole[: scene.shape[0], : scene.shape[1]] = scene
    whole[: panel.shape[0], scene.shape[1] :] = panel
    return whole


def _quantity(why: Why) -> str:
    if why.measurement is None:
        return f"{why.info.quantity}: not measured."
    found = why.measurement
    value = exactly_with_error(found.value, found.sigma, found.unit)
    return f"{why.info.quantity}: {value}, taken at {found.at_s:.2f} s."


def _looked_at(measured: Measurement | None) -> tuple[str, ...]:
    if measured is None:
        return ()
    start_s, end_s = measured.working.span_s
    return (f"{start_s:.2f} s to {end_s:.2f} s.",)


def _points(why: Why) -> tuple[str, ...]:
    """The points used, where they lie in the picture, and which lines join them."""
    if why.measurement is None or not (why.measurement.working.lines or _has_back(why)):
        return ()
    points = _points_at(why)
    lines = why.measurement.working.lines
    names = list(dict.fromkeys(name for pair in lines for name in pair))
    places = []
    for name in names:
        x, y = points[_index(name, why.signals.stance.side)]
        seen = math.isfinite(x) and math.isfinite(y)
        places.append(f"{name} ({x:.0f}, {y:.0f})" if seen else f"{name} (not seen)")
    said = []
    if places:
        said.append(
            f"In pixels of the film, from its upper left: {', '.join(places)}; "
            f"the lifter's {why.signals.stance.side} side unless another is named."
        )
        said.append(f"Lines: {', '.join(f'{a} to {b}' for a, b in lines)}.")
    if _has_back(why):
        said.append("The line of the back, from the hip to the shoulder.")
    return tuple(said)


def _sigma(why: Why) -> tuple[str, ...]:
    measured = why.measurement
    if measured is None:
        return ()
    unit = measured.unit
    whole = exactly(measured.sigma, unit)
    each = [(name, exactly(part, unit)) for name, part in measured.working.parts]
    parts = [f"{name} {part}" for name, part in each if part != exactly(0.0, unit)]
    view = why.signals.stance.view
    camera = (
        f"The camera stands {view.yaw_deg:.0f} ± {view.yaw_sigma_deg:.0f}° from a true side view "
        f"({view.name})."
    )
    return (f"{whole}{', from ' if parts else ''}{', '.join(parts)}.", camera)


def _limits(why: Why) -> tuple[str, ...]:
    own = [one for one in why.changes if one.cue == why.info.id and one.key != "source"]
    yours = [
        f"Your limits, for {_the(one.lift)}: "
        f"{change_in_words(one.key, one.value, one.standard, one.unit)}."
        for one in own
    ]
    text = limits_in_words(why.limit)
    return (f"{text[0].upper()}{text[1:]}", *yours, f"Source: {why.limit.source}.")


def _the(lift: str) -> str:
    return lift_name(lift) if lift == "any" else f"the {lift_name(lift)}"


def _reps(why: Why) -> tuple[str, ...]:
    if not why.reps:
        return ()
    each = []
    for index, one in why.reps:
        value = f" {wording.amount(one)}" if one.verdict != "cannot_judge" else ""
        each.append(f"{index}: {wording.WORDS[one.verdict].lower()}{value}")
    return (
        f"{'; '.join(each)}.",
        "The set has a fault when two of its reps do, or a third of those judged; it is worth "
        "watching with one fault, or a third to watch. Shown is a typical rep of that verdict.",
    )


def _index(name: str, side: Facing) -> int:
    """Number of a named point; "left knee" and "right knee" name one side's."""
    for named in SIDES:
        if name.startswith(f"{named} "):
            return POINTS[name.removeprefix(f"{named} ")][named]
    return POINTS[name][side]


def _has_back(why: Why) -> bool:
    return why.measurement is not None and why.measurement.working.back


def _frame_number(why: Why) -> int:
    return FrameTimes(why.signals.time_s).nearest(why.shown_s)


def _points_at(why: Why) -> FloatArray:
    return np.asarray(why.signals.picture.own_px(why.signals.body.drawn_px)[_frame_number(why)])


def _scene(why: Why, frame: Picture | None, scale: float) -> Picture:
    """The lifter at the moment, cut out and enlarged, with what was measured drawn on."""
    width, height = (round(side * scale) for side in why.size)
    if frame is None:
        frame = np.empty((height, width, 3), np.uint8)
        frame[:] = PLAIN
    points = _points_at(why) * scale
    back = why.signals.picture.own_px(why.signals.back.edge_px)[_frame_number(why)] * scale
    left, top, right, bottom = _around(points, back, frame.shape[1], frame.shape[0])
    zoom = min(HEIGHT_PX / (bottom - top), MOST_WIDTH_PX / (right - left))
    cut = np.ascontiguousarray(frame[top:bottom, left:right])
    size = (max(1, round((right - left) * zoom)), max(1, round((bottom - top) * zoom)))
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    scene = np.ascontiguousarray(cv2.resize(cut, size, interpolation=way))
    _draw_measured(scene, why, (points - (left, top)) * zoom, (back - (left, top)) * zoom)
    stamp = label((Line(f"{why.shown_s:.2f} s", 22),))
    paste(scene, stamp, 14, scene.shape[0] - stamp.size[1] - 14)
    return scene


def _draw_measured(rgb: Picture, why: Why, points: FloatArray, back: FloatArray) -> None:
    near = 0 if why.signals.stance.side == "left" else 1
    working = why.measurement.working if why.measurement else None
    if working is None or not (working.lines or working.back):
        draw_limbs(rgb, points, near, 4)
        draw_joints(rgb, points, near, 4)
        return
    draw_limbs(rgb, points, near, 2)
    if working.back:
        draw_back(rgb, back, COLOURS[why.finding.verdict], 4)
    for first, second in working.lines:
        ends = points[
            [_index(first, why.signals.stance.side), _index(second, why.signals.stance.side)]
        ]
        if np.isfinite(ends).all():
            for colour, thick in ((RIM, 9), (INK, 5)):
                cv2.line(rgb, xy(ends[0]), xy(ends[1]), colour, thick, cv2.LINE_AA)
    for name in dict.fromkeys(name for pair in working.lines for name in pair):
        point = points[_index(name, why.signals.stance.side)]
        if np.isfinite(point).all():
            cv2.circle(rgb, xy(point), 9, RIM, -1, cv2.LINE_AA)
            cv2.circle(rgb, xy(point), 7, (255, 255, 255), -1, cv2.LINE_AA)
            paste(rgb, label((Line(name, 19),), box=None), point[0] + 14, point[1] - 14)


def _around(
    points: FloatArray, back: FloatArray, width: int, height: int
) -> tuple[int, int, int, int]:
    """The part of the picture round the lifter: left, top, right, bottom."""
    every = np.concatenate([points, back])
    every = every[np.isfinite(every).all(axis=1)]
    if len(every) == 0:
        return 0, 0, width, height
    low, high = every.min(axis=0), every.max(axis=0)
    room = _ROOM_SHARE * float(np.max(high - low))
    left, top = (max(0, int(edge - room)) for edge in low)
    right, bottom = min(width, int(high[0] + room) + 1), min(height, int(high[1] + room) + 1)
    if right - left < 2 or bottom - top < 2:
        return 0, 0, width, height
    return left, top, right, bottom


def _panel(why: Why) -> Picture:
    """The words and the bar, from the top, on a dark ground as high as they need."""
    inside = PANEL_PX - 2 * _PAD_PX
    blocks: list[tuple[Sequence[Line], int]] = [
        (_lines(title(why), 27, inside, colour=COLOURS[why.finding.verdict]), 6),
    ]
    value = wording.amount(why.finding)
    if value and why.measurement is not None:
        blocks.append(((Line(value, 42),), 10))
    bar = _bar(why.finding, inside)
    for heading, paragraphs in rows(why).items():
        lines = [Line(heading, _HEAD_PX, colour=SOFT)]
        for text in paragraphs:
            lines += _lines(text, _TEXT_PX, inside, bold=False)
        blocks.append((lines, 12))
    stamps = [(label(tuple(lines), box=None, width_px=inside), gap) for lines, gap in blocks]
    needed = sum(stamp.size[1] + gap for stamp, gap in stamps) + 2 * _PAD_PX
    needed += 0 if bar is None else bar.shape[0]
    panel = np.empty((needed, PANEL_PX, 3), np.uint8)
    panel[:] = PAPER
    y = _PAD_PX
    for number, (stamp, gap) in enumerate(stamps):
        paste(panel, stamp, _PAD_PX, y)
        y += stamp.size[1] + gap
        if bar is not None and number == 1:
            panel[y : y + bar.shape[0], _PAD_PX : _PAD_PX + bar.shape[1]] = bar
            y += bar.shape[0]
    return panel


def _lines(
    text: str, size_px: int, width_px: int, *, bold: bool = True, colour: Colour = (255, 255, 255)
) -> list[Line]:
    found = wrap(text, size_px, width_px - size_px // 2, bold=bold, most_lines=_MOST_LINES)
    return [Line(line, size_px, bold=bold, colour=colour) for line in found]


def _bar(finding: Finding, width: int) -> Picture | None:
    """The value with its whisker on the zones of the verdicts."""
    laid = bullet(finding)
    if laid is None:
        return None
    bar = np.empty((76, width, 3), np.uint8)
    bar[:] = PAPER
    left, right = 24, width - 24

    def place(percent: float) -> int:
        return round(left + (right - left) * percent / 100)

    for zone in laid.zones:
        corner = (place(zone.start), 14)
        cv2.rectangle(bar, corner, (place(zone.start + zone.width), 34), _ZONES[zone.verdict], -1)
    cv2.line(bar, (place(laid.low), 24), (place(laid.high), 24), (255, 255, 255), 2, cv2.LINE_AA)
    for end in (laid.low, laid.high):
        cv2.line(bar, (place(end), 18), (place(end), 30), (255, 255, 255), 2, cv2.LINE_AA)
    cv2.circle(bar, (place(laid.value), 24), 8, (255, 255, 255), -1, cv2.LINE_AA)
    for at, text in laid.ticks:
        stamp = label((Line(text, 15, bold=False, colour=SOFT),), box=None)
        paste(bar, stamp, place(at) - stamp.size[0] / 2, 38)
    return bar
