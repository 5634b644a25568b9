"""Both lifters beside each other, in step: they sink, turn and stand at the same time.

Each is cut out of their film and brought to one size by the length of the leg; who faces
the other way is mirrored. A pair of repetitions follows the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.data import JudgedRep
from formcheck.errors import NothingToJudge
from formcheck.report import wording
from formcheck.report.compare.change import Change
from formcheck.report.compare.sets import Comparison
from formcheck.report.framing import Box
from formcheck.report.lettering import Line, Picture, label, paste, text_width, wrap
from formcheck.report.overlay import COLOURS
from formcheck.report.panel import GROUND, Panel, lifter_box
from formcheck.report.record import Analysis
from formcheck.report.reel import FilmOf, Reel
from formcheck.reps.in_step import InStep, in_step
from formcheck.video import VideoWriter

HEIGHT_PX = 720
"""Of each lifter: both beside each other are then about as wide as a phone held across."""

NARROWEST, WIDEST = 0.5, 0.75
"""Width of a lifter's part by its height."""

RATE_HZ = 30.0
HOLD_S = 0.5
"""Both stand so long after a pair, before the next one begins."""

SLOWLY, MOST_CLIP_S = 0.5, 10.0
"""How fast the main pair is shown once more in a clip, where both times fit into so much."""

UNIT_PX = 30
"""Of the words: 13 px on a phone that is 390 px wide."""

GAP_PX = 4

_PHASES = {"sinks": "down", "low": "pause", "rises": "up", "stands": "top", "leaves": "down"}


@dataclass(frozen=True)
class Part:
    """One of both sets, to be shown: its analysis, where its pictures are, its name."""

    analysis: Analysis
    film: FilmOf
    name: str


@dataclass(frozen=True)
class _Pair:
    """Two repetitions in step, and how fast they are shown."""

    a: JudgedRep
    b: JudgedRep
    step: InStep
    speed: float = 1.0

    @property
    def lasts_s(self) -> float:
        return self.step.duration_s / self.speed + HOLD_S


def draw_film(
    parts: tuple[Part, Part],
    found: Comparison,
    path: Path,
    progress: Callable[[float, float], None] | None = None,
    *,
    only_main: bool = False,
) -> None:
    """Write the film of both sets in step.

    Parameters
    ----------
    parts
        A and B.
    found
        What their comparison found: the cue that changed most surely is told of each pair.
    path
        The file to write.
    progress
        Called with the seconds done and those there are.
    only_main
        Only the pair that shows the main change, then the same slowly: to be sent.

    Raises
    ------
    NothingToJudge
        No pair of repetitions is seen whole in both.
    OutputError, VideoError
        The film can't be written, or one of both not read.
    """
    pairs, cue = _pairs(parts, found), _told_cue(found)
    if not pairs:
        raise NothingToJudge(
            "no repetition is seen whole in both sets, so there is nothing to show in step."
        )
    if only_main:
        main = _main(pairs, found, cue)
        slow = replace(main, speed=SLOWLY)
        pairs = [main, slow] if main.lasts_s + slow.lasts_s <= MOST_CLIP_S else [main]
    panels, size, sides_px = _panels(parts, pairs)
    whole_s = sum(one.lasts_s for one in pairs)
    done_s = 0.0
    frame = _Frame(parts, found, cue, size, mirrored=panels[1].mirrored)
    with VideoWriter(path, size=frame.size, source_rate_hz=RATE_HZ) as writer:
        for pair in pairs:
            with ExitStack() as stack:
                reels = [
                    stack.enter_context(Reel(part.film, (times[0], times[-1]), side_px))
                    for part, times, side_px in zip(
                        parts, (pair.step.one_s, pair.step.other_s), sides_px, strict=True
                    )
                ]
                for at_s, picture in _pictures(pair, panels, reels, frame):
                    writer.write(picture, done_s + at_s)
                    if progress is not None:
                        progress(done_s + at_s, whole_s)
            done_s += pair.lasts_s


def _pictures(
    pair: _Pair, panels: Sequence[Panel], reels: Sequence[Reel], frame: _Frame
) -> Iterator[tuple[float, Picture]]:
    """The pictures of a pair, each with its time from the pair's beginning."""
    frame.begin(pair)
    for tick in range(max(1, round(pair.lasts_s * RATE_HZ))):
        clock_s = min(tick / RATE_HZ * pair.speed, pair.step.duration_s)
        both = [
            panel.draw(*reel.at(at_s))
            for panel, reel, at_s in zip(panels, reels, pair.step.at(clock_s), strict=True)
        ]
        yield tick / RATE_HZ, frame.of(both, clock_s)


def _pairs(parts: tuple[Part, Part], found: Comparison) -> list[_Pair]:
    reps = [{one.rep.index: one for one in part.analysis.reps} for part in parts]
    slowed = tuple(part.analysis.signals.time.pace.slowed for part in parts)
    pairs = []
    for a, b in found.pairs:
        one, other = reps[0][a], reps[1][b]
        step = in_step(one.rep, other.rep, (slowed[0], slowed[1]))
        if step is not None:
            pairs.append(_Pair(one, other, step))
    return pairs


def _told_cue(found: Comparison) -> str:
    """The cue whose change over the set is the surest, "" where there is none."""
    for kinds in (("better", "worse"), ("moved",)):
        changed = [one for one in found.of(*kinds) if one.reps]
        if changed:
            return max(changed, key=lambda one: _surely(one.over_set)).cue
    return ""


def _surely(one: Change) -> float:
    """A change in its own σ."""
    return abs(one.difference) / one.sigma if one.sigma > 0 else 0.0


def _main(pairs: Sequence[_Pair], found: Comparison, cue: str) -> _Pair:
    """The pair on which a cue changed most surely; the first where none did."""
    told = next((one.reps for one in found.cues if one.cue == cue), ())
    if len(told) != len(found.pairs):
        return pairs[0]
    surely = {
        pair: _surely(one)
        for pair, one in zip(found.pairs, told, strict=True)
        if one.kind in {"better", "worse", "moved"}
    }
    return max(pairs, key=lambda one: surely.get((one.a.rep.index, one.b.rep.index), 0.0))


def _panels(
    parts: tuple[Part, Part], pairs: Sequence[_Pair]
) -> tuple[list[Panel], tuple[int, int], list[int]]:
    """Both panels, the size of each, and how large each film's pictures have to be."""
    analyses = [part.analysis for part in parts]
    spans = [
        [(pair.step.one_s[0], pair.step.one_s[-1]) for pair in pairs],
        [(pair.step.other_s[0], pair.step.other_s[-1]) for pair in pairs],
    ]
    boxes = [lifter_box(one, span) for one, span in zip(analyses, spans, strict=True)]
    boxes, aspect = _alike(boxes, analyses)
    size = (2 * round(HEIGHT_PX * aspect / 2), HEIGHT_PX)
    facing = [one.view.facing for one in analyses]
    mirrored = [False, None not in facing and facing[0] != facing[1]]
    panels = [
        Panel(part.analysis, box, size, mirrored=turned, drawn=not part.film.is_drawn)
        for part, box, turned in zip(parts, boxes, mirrored, strict=True)
    ]
    sides_px = [
        math.ceil(max(one.source.width, one.source.height) * min(1.0, HEIGHT_PX / box.height))
        for one, box in zip(analyses, boxes, strict=True)
    ]
    return panels, size, sides_px


def _alike(boxes: Sequence[Box], analyses: Sequence[Analysis]) -> tuple[list[Box], float]:
    """Boxes in which both legs are as long, of one shape, and its width by its height."""
    legs_px = [one.signals.body.leg_px for one in analyses]
    if not all(math.isfinite(one) and one > 0 for one in legs_px):
        legs_px = [box.height for box in boxes]
    high = max(box.height / leg for box, leg in zip(boxes, legs_px, strict=True))
    wide = max(box.width / leg for box, leg in zip(boxes, legs_px, strict=True))
    high = max(high, wide / WIDEST)
    wide = max(wide, NARROWEST * high)
    return [
        box.on_its_foot(wide * leg, high * leg).within(one.source.width, one.source.height)
        for box, leg, one in zip(boxes, legs_px, analyses, strict=True)
    ], wide / high


class _Frame:
    """Lays two panels and the words round them into one picture."""

    def __init__(
        self,
        parts: tuple[Part, Part],
        found: Comparison,
        cue: str,
        panel: tuple[int, int],
        *,
        mirrored: bool,
    ) -> None:
        self._parts = parts
        self._found = found
        self._cue = cue
        self._panel = panel
        self._mirrored = mirrored
        # Words stand above: a player's own controls lie over the foot.
        self._head_px = UNIT_PX * (6 if cue else 3)
        self.size = (2 * panel[0] + GAP_PX, self._head_px + panel[1])
        self._base: Picture
        self._pair: _Pair

    def begin(self, pair: _Pair) -> None:
        """Write what stays the same during a pair."""
        self._pair = pair
        self._base = np.full((self.size[1], self.size[0], 3), GROUND, dtype=np.uint8)
        for at, rep in enumerate((pair.a, pair.b)):
            left = at * (self._panel[0] + GAP_PX) + UNIT_PX // 2
            room = self._panel[0] - UNIT_PX
            of = len(self._parts[at].analysis.reps)
            count = f"Rep {rep.rep.index} of {of}{self._aside(at)}"
            head = (
                Line(_titled("AB"[at], self._parts[at].name, room), UNIT_PX),
                Line(count, round(UNIT_PX * 0.8), bold=False),
                *self._told(rep, room),
            )
            paste(self._base, label(head, opacity=0.0), left, 2)

    def of(self, panels: Sequence[Picture], clock_s: float) -> Picture:
        """Give the whole picture of a moment."""
        picture = self._base.copy()
        top = self._head_px
        for at, panel in enumerate(panels):
            left = at * (self._panel[0] + GAP_PX)
            picture[top : top + self._panel[1], left : left + self._panel[0]] = panel
        said = self._phase(clock_s)
        if self._pair.speed != 1.0:
            said = f"{said} · {self._pair.speed:g}×" if said else f"{self._pair.speed:g}×"
        if said:
            stamp = label((Line(said, UNIT_PX),))
            paste(picture, stamp, (self.size[0] - stamp.size[0]) / 2, top + UNIT_PX // 2)
        return picture

    def _aside(self, at: int) -> str:
        """What else to know: mirrored, or that the other set has more repetitions."""
        said = ", mirrored" if at == 1 and self._mirrored else ""
        alone = self._found.alone[at]
        return f"{said}; {len(alone)} not shown" if alone else said

    def _told(self, rep: JudgedRep, room: int) -> tuple[Line, ...]:
        """What the cue that changed most says of this repetition."""
        finding = rep.findings.get(self._cue)
        if finding is None:
            return ()
        info, small = self._parts[0].analysis.cues.get(finding.cue), round(UNIT_PX * 0.85)
        title = f"{wording.SYMBOLS[finding.verdict]} {wording.cue_title(finding.cue, info)}"
        return (
            Line(
                wrap(title, small, room, bold=True, most_lines=1)[0],
                small,
                colour=COLOURS[finding.verdict],
            ),
            Line(wording.amount(finding) or " ", small, bold=False),
        )

    def _phase(self, clock_s: float) -> str:
        """What both do at that moment."""
        step = self._pair.step
        begun = [name for name, at in zip(step.moments, step.clock_s, strict=True) if at <= clock_s]
        return _PHASES.get(begun[-1], "") if begun and clock_s < step.duration_s else ""


def _titled(letter: str, name: str, room: int) -> str:
    """A set's letter and name, as much of it as there is room for: "A · last week"."""
    if name == letter:
        return letter
    left = room - text_width(f"{letter} · ", UNIT_PX, bold=True)
    return f"{letter} · {wrap(name, UNIT_PX, left, bold=True, most_lines=1)[0]}"
