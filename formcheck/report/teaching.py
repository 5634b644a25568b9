"""What of the film the page shows to teach: a moment again and again, good beside bad.

Each moment is a link into the film's file, for browsers without script; the script plays
the second around it, cut to the lifter, in its place.
"""

from __future__ import annotations

import math
from typing import Any

from formcheck.data import Rep
from formcheck.report import pairs, wording
from formcheck.report.annotate import Drawn
from formcheck.report.framing import Box, Framing
from formcheck.report.record import Analysis
from formcheck.report.stills import Still, around_lifter, cut_to, still


class Teaching:
    """The moments of one report.

    Parameters
    ----------
    analysis
        What is shown.
    drawn
        The film's stills and times.
    href
        Address of the film from the report, "" where there is none.
    """

    def __init__(self, analysis: Analysis, drawn: Drawn, href: str) -> None:
        self._analysis = analysis
        self._drawn = drawn
        self._href = href
        self._framing = Framing(analysis)

    def still(self, at_s: float) -> Still | None:
        """The picture taken at a moment, cut to the lifter; None where none was."""
        rgb = self._drawn.stills.get(at_s)
        return None if rgb is None else still(around_lifter(self._analysis, rgb, at_s))

    def opening(self, rep: Rep) -> dict[str, Any]:
        """Where a repetition opens: at the first picture that shows it."""
        at_s = self._drawn.opens_s(rep.start_s)
        return {"rep": rep, "at_s": at_s, "href": self._link(at_s)}

    def moment(self, at_s: float | None) -> dict[str, Any] | None:
        """The second around a moment and the box to see it in; None where it isn't known."""
        if at_s is None or not math.isfinite(at_s):
            return None
        begins_s, ends_s = pairs.seconds_around(self._analysis, at_s)
        return {
            "at_s": at_s,
            "loop": f"{begins_s:.3f} {ends_s:.3f}",
            "box": self._shares(self._box(at_s)),
            "href": self._link(begins_s, ends_s),
        }

    def pair(self, cue: str) -> dict[str, Any] | None:
        """The best and the worst repetition of a cue; None without pictures of them."""
        found = pairs.pair_of(self._analysis, cue)
        if found is None:
            return None
        halves = [self._half(found.best, "best"), self._half(found.worst, "worst")]
        if any(one is None for one in halves):
            return None
        return {"halves": halves, "clock": pairs.on_one_clock(found)}

    def _half(self, half: pairs.Half, side: str) -> dict[str, Any] | None:
        rgb, box = self._drawn.stills.get(half.at_s), self._framing.of_rep(half.rep)
        if rgb is None or box is None:
            return None
        return {
            "side": side,
            "rep": half.rep.index,
            "finding": half.finding,
            "still": still(cut_to(self._analysis, rgb, box)),
            "word": wording.WORDS[half.finding.verdict],
            **(self.moment(half.at_s) or {}),
            "box": self._shares(box),
        }

    def _box(self, at_s: float) -> Box | None:
        reps = [one.rep for one in self._analysis.reps]
        inside = [rep for rep in reps if rep.start_s <= at_s <= rep.end_s]
        return self._framing.of_rep(inside[0]) if inside else self._framing.of_set

    def _shares(self, box: Box | None) -> str:
        """Left, top, width and height as shares of the picture's; "" for all of it."""
        if box is None:
            return ""
        wide, high = self._analysis.source.width, self._analysis.source.height
        parts = (box.left / wide, box.top / high, box.width / wide, box.height / high)
        return " ".join(f"{one:.4f}" for one in parts)

    def _link(self, begins_s: float, ends_s: float | None = None) -> str:
        """Address of a part of the film, in the film's own time; "" without a film."""
        if not self._href:
            return ""
        ends = "" if ends_s is None else f",{ends_s - self._drawn.zero_s:.2f}"
        return f"{self._href}#t={max(begins_s - self._drawn.zero_s, 0.0):.2f}{ends}"
