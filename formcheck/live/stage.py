"""From stepping in front of the camera to the summary, hands-free.

    framing -> ready -> lifting -> summary -> ready ...

The light turns green when the picture has been fit for a second. Counting begins
with the first repetition, green light or not: who lifts wants to be counted. The
set ends by itself when the lifter has stopped for ``REST_S``, or has left.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.cues import Limits
from formcheck.data import Finding
from formcheck.live.events import LiveEvent
from formcheck.live.framing import Framing, check
from formcheck.live.online import RECENT_S, FreshRep, Online
from formcheck.pipeline import Request
from formcheck.report.record import Analysis

Where = Literal["framing", "ready", "lifting", "summary"]

REST_S = 6.0
"""Standing still for so long ends the set; between heavy reps lifters breathe
for two or three seconds (our choice)."""

LEFT_S = 2.0
"""Out of the picture for so long ends it as well."""

FIT_S = 1.0
CHECK_EVERY_S = 0.3

STILL_AGAIN_S = 2.0
"""After a movement the last repetition is shown again when it has been still for so long;
it is taken away at once when one begins (our choice)."""

AWAY_S = 0.5
"""Unseen for so long is away; a picture or two without anybody isn't (our choice)."""
BEFORE_S = 6.0
"""What is kept from before the first repetition: standing, to compare with."""

SHOW_CUE_S = 4.0

HOLD = Framing(False, "hold", "Good. Stand still for a moment.")


@dataclass(frozen=True)
class Scene:
    """What the screen shows at a moment.

    ``rested_since_s`` is when the last repetition of the set before ended, NaN where none
    did. ``resting`` says that the lifter is there and still after a set; ``shown_again`` is
    its last repetition, which can be shown once more then.
    """

    where: Where
    framing: Framing
    count: int
    phase: str
    cue: Finding | None
    last_rep: FreshRep | None
    summary: Analysis | None
    rested_since_s: float = math.nan
    resting: bool = False
    shown_again: FreshRep | None = None


class Stage:
    """The course of a session. Everything it tells goes to ``tell`` as events."""

    def __init__(
        self,
        frame_size: tuple[int, int],
        request: Request,
        limits: Limits,
        tell: Callable[[LiveEvent], None],
        keep: Callable[[Analysis], None] | None = None,
    ) -> None:
        self.frame_size = frame_size
        self._request, self._limits, self._tell, self._keep = request, limits, tell, keep
        self._turning, self._judging = threading.Lock(), threading.Lock()
        self._online = self._fresh()
        self._where: Where = "framing"
        self._framing = Framing(False, "nobody", "Step into the picture.")
        self._checked_s = self._now_s = float("-inf")
        self._fit_since_s = float("inf")
        self._seen_s = float("-inf")
        self._cue: Finding | None = None
        self._cue_s = self._said_s = float("-inf")
        self._last: FreshRep | None = None
        self._summary: Analysis | None = None
        self._before: FreshRep | None = None
        self._stirred_s = float("-inf")

    def _fresh(self) -> Online:
        return Online(self.frame_size, self._request, self._limits)

    def scene(self) -> Scene:
        """What to show now."""
        cue = self._cue if self._now_s - self._cue_s < SHOW_CUE_S else None
        before = self._before if self._where == "summary" else None
        return Scene(
            where=self._where,
            framing=self._framing,
            count=self._online.count,
            phase=self._online.phase,
            cue=cue,
            last_rep=self._last,
            summary=self._summary,
            rested_since_s=math.nan if before is None else before.judged.rep.end_s,
            resting=before is not None and self._is_resting(),
            shown_again=before,
        )

    def _is_resting(self) -> bool:
        """The lifter is there, and hasn't begun to move of late."""
        there = self._now_s - self._seen_s <= AWAY_S
        return there and self._now_s - self._stirred_s >= STILL_AGAIN_S

    @property
    def is_framing(self) -> bool:
        """Whether nobody lifts yet and the picture is looked at."""
        return self._where in ("framing", "ready")

    @property
    def facing_right(self) -> bool:
        """Which way the lifter faces in the picture, as far as is known."""
        return self._online.facing_right

    def add(self, row: np.void, brightness: float, discs: NDArray[np.void] | None = None) -> bool:
        """Take one analysed frame and the discs in it; True when it's worth judging again.

        A frame that isn't later than the last one is left out.
        """
        time_s = float(row["time_s"])
        if not self._now_s < time_s < math.inf:
            return False
        self._now_s = time_s
        if np.isfinite(row["points_px"][0, 0]):
            self._seen_s = self._now_s
        ended = self._online.add(row, discs)
        if self._online.phase != "still":
            self._stirred_s = self._now_s
        if self._where in ("framing", "ready"):
            self._online.forget_before(self._now_s - BEFORE_S - RECENT_S)
        if self._where != "lifting" and self._now_s - self._checked_s >= CHECK_EVERY_S:
            self._check(brightness)
        return ended

    def _check(self, brightness: float) -> None:
        """Judge the picture while nobody lifts."""
        self._checked_s = self._now_s
        if self._online.phase != "still":
            return
        framing = check(self._online.recent(1.0), self._request.lift, brightness)
        if not framing.ok:
            self._fit_since_s = self._now_s
        elif not self._now_s - self._fit_since_s >= FIT_S:
            self._fit_since_s = min(self._fit_since_s, self._now_s)
            framing = HOLD
        with self._turning:
            if self._where == "lifting":
                return
            if self._where in ("framing", "ready"):
                self._where = "ready" if framing.ok else "framing"
            changed = framing.code != self._framing.code
            self._framing = framing
        if changed:
            said = {"ok": framing.ok, "code": framing.code, "say": framing.say}
            self._tell(LiveEvent("framing", self._now_s, said | {"judges": framing.judges}))

    def assess(self) -> bool:
        """Judge the set so far, and tell what is new; True when a repetition is."""
        with self._judging:
            return self._tell_fresh(self._online.assess())

    def _tell_fresh(self, fresh: list[FreshRep]) -> bool:
        for rep in fresh:
            self._begin()
            self._last = rep
            self._tell(_rep_event(rep, self._now_s))
            if rep.worst is not None:
                self._say(rep.worst, rep.number)
        return bool(fresh)

    def at_once(self) -> None:
        """Tell the faults that show in mid-repetition."""
        if self._where == "lifting" or self._online.lift is not None:
            for fault in self._online.at_once():
                self._say(fault, self._online.count + 1)

    def end_if_over(self) -> bool:
        """End the set when the lifter has stopped or left; True when it ended now."""
        if self._where != "lifting":
            return False
        rested = self._now_s - self._online.last_moved_s >= REST_S
        left = self._now_s - self._seen_s >= LEFT_S
        if rested or left:
            self.end_set()
            return True
        return False

    def end_set(self) -> None:
        """Sum the set up, if there is one, and be ready for the next."""
        with self._judging:
            self._end_set()

    def _end_set(self) -> None:
        judged = self._online.whole()
        if judged is None:
            return
        summary, fresh = judged
        self._tell_fresh(fresh)
        self._tell(_set_event(summary, self._now_s))
        if self._keep is not None:
            self._keep(summary)
        with self._turning:
            self._where, self._cue, self._last, self._summary = "summary", None, None, summary
            self._before = self._online.last_of(summary)
            self._online = self._fresh()

    def _begin(self) -> None:
        with self._turning:
            if self._where != "lifting":
                self._where, self._summary = "lifting", None

    def _say(self, finding: Finding, rep: int) -> None:
        """Show a cue, and tell it; one that is shown already stays, and isn't told anew."""
        shown = self._cue is not None and self._now_s - self._cue_s < SHOW_CUE_S
        same = shown and self._cue is not None and self._cue.cue == finding.cue
        self._cue, self._cue_s = finding, self._now_s
        if same and self._now_s - self._said_s < SHOW_CUE_S:
            return
        self._said_s = self._now_s
        said = {"cue": finding.cue, "verdict": finding.verdict, "rep": rep}
        self._tell(LiveEvent("cue", self._now_s, said | {"say": finding.advice or finding.reason}))


def _rep_event(rep: FreshRep, now_s: float) -> LiveEvent:
    one = rep.judged
    return LiveEvent(
        "rep",
        now_s,
        {
            "index": rep.number,
            "start_s": one.rep.start_s,
            "bottom_s": one.rep.bottom_s,
            "end_s": one.rep.end_s,
            "score": one.score,
            "good": rep.good,
            "cues": {
                name: {"verdict": f.verdict, "value": f.value, "sigma": f.sigma, "unit": f.unit}
                for name, f in one.findings.items()
            },
        },
    )


def _set_event(analysis: Analysis, now_s: float) -> LiveEvent:
    summary = analysis.summary
    return LiveEvent(
        "set_end",
        now_s,
        {
            "reps": len(analysis.reps),
            "lift": analysis.lift.name,
            "candidates": [one.name for one in analysis.lift.candidates],
            "headline": summary.headline,
            "praise": summary.praise,
            "main_cue": summary.main_cue,
            "main_advice": summary.main_advice,
            "score": summary.score,
            "judged_share": summary.judged_share,
            "cues": {name: f.verdict for name, f in summary.findings.items()},
        },
    )
