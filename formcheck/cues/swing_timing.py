"""A swing is driven by the hips: they open before the arms rise, and fold after them.

Articles: 000 (swings; "go back to a hinge or deadlift").
Evidence: experts move from the hips outwards on the way up and back in that order
on the way down, beginners more from the shoulders (Korean J Sport Biomech, §1.3
Swing). Orders of peak speeds need 25 ms, so what is judged are angles at the
moment of the hand-over: they change by 250° a second, which the frame rate makes
uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.cues.judging.base import Measurement, NotSeen, Working, cue
from formcheck.cues.judging.seen import Seen
from formcheck.data import FloatArray, Rep

OPEN = 0.85
"""Share of the hips' opening at which they have done their work: a share, because
the last degrees come slowly and hang on the engine's idea of straight."""

ARMS_DEG = 40.0
HINGE_DEG = 20.0
FALLEN_DEG = 45.0
"""Arms to the trunk when the hips are open, and hips when the arms have fallen to
45°: up to so much is in order (§1.4 rows 20 and 21)."""

BASE_SIGMA_DEG = 8.0  # §1.4 rows 20 and 21, at 60 frames a second
LEAST_TIME_SIGMA_S = 0.01
FRAMES_SIGMA = 0.75  # of the interval: half of it, and the engine's lag that differs by joint
NEAR_S = 0.05  # around the moment: the arms' speed
LEAST_SWING_DEG = 55.0  # arms that rise less are a bell picked up or set down


@cue("swing_timing", lifts=lambda kind: kind.swung, timed=True)
def swing_timing(rep: Rep, seen: Seen) -> Measurement:
    """Measure how far the arms are ahead of the hips, or the hips of the arms.

    Up: the arms' angle to the trunk when 85 % of the hips' opening is done,
    beyond 40°. Down: the hips' bend when the arms have fallen to 45° from the
    trunk, beyond 20°. The value is the larger of both: degrees, 0 or less is in
    order.

    Raises
    ------
    NotSeen
        Arms or hips are hidden, or it is no swing but the bell's way up or down.
    """
    hips_deg, arms_deg = seen.angle("hip"), seen.angle("arm") + seen.angle("trunk")
    window = seen.during(rep.start_s, rep.end_s)
    both = np.where(np.isfinite(hips_deg), arms_deg, np.nan)
    if not seen.enough(both, window):
        raise NotSeen("swing_hidden")
    frames = np.flatnonzero(window & np.isfinite(both))
    one = _Swing(seen.time_s[frames], hips_deg[frames], arms_deg[frames])
    if np.max(one.arms_deg) < LEAST_SWING_DEG:
        raise NotSeen("no_swing")
    lifted_deg, up_s = one.when_open()
    folded_deg, down_s = one.when_fallen()
    arms_first, hinge_first = lifted_deg - ARMS_DEG, folded_deg - HINGE_DEG
    early = hinge_first > arms_first
    at_s = down_s if early else up_s
    return Measurement(
        float(np.nanmax([arms_first, hinge_first])),
        unit="deg",
        at_s=at_s,
        note="hinge" if early else "arms",
        working=Working(
            lines=(("shoulder", "wrist"), ("shoulder", "hip"), ("hip", "knee")),
            span_s=(rep.start_s, rep.end_s),
            steps=(
                f"hips {OPEN:.0%} open at {up_s:.2f} s: arms {lifted_deg:.0f}° from the trunk",
                f"{lifted_deg:.0f} - {ARMS_DEG:.0f} = {arms_first:.0f}°",
                *_fallen_steps(folded_deg, down_s),
            ),
            parts=(
                ("arms and hips", BASE_SIGMA_DEG),
                ("the moment", _moment_deg(one, seen, at_s)),
                ("the camera's angle", seen.view_error_deg),
            ),
        ),
    )


def _fallen_steps(folded_deg: float, down_s: float) -> tuple[str, ...]:
    if not np.isfinite(down_s):
        return ("the arms aren't seen to fall",)
    return (
        f"arms down to {FALLEN_DEG:.0f}° at {down_s:.2f} s: hips bent {folded_deg:.0f}°",
        f"{folded_deg:.0f} - {HINGE_DEG:.0f} = {folded_deg - HINGE_DEG:.0f}°",
    )


@dataclass(frozen=True)
class _Swing:
    """The known frames of one swing: times, hips' bend, arms' angle to the trunk."""

    time_s: FloatArray
    hips_deg: FloatArray
    arms_deg: FloatArray

    def when_open(self) -> tuple[float, float]:
        """The arms when the hips have nearly opened, and that moment."""
        top = int(np.argmax(self.arms_deg))
        low = int(np.argmax(self.hips_deg[: top + 1]))
        least = float(np.min(self.hips_deg[low : top + 1]))
        line = self.hips_deg[low] - OPEN * (self.hips_deg[low] - least)
        at_s = _crosses_s(self.time_s[low : top + 1], -self.hips_deg[low : top + 1], -line)
        return float(np.interp(at_s, self.time_s, self.arms_deg)), at_s

    def when_fallen(self) -> tuple[float, float]:
        """The hips when the arms have fallen, and that moment; NaN if they aren't seen to."""
        top = int(np.argmax(self.arms_deg))
        at_s = _crosses_s(self.time_s[top:], -self.arms_deg[top:], -FALLEN_DEG)
        if not np.isfinite(at_s):
            return float("nan"), float("nan")
        return float(np.interp(at_s, self.time_s, self.hips_deg)), at_s


def _crosses_s(time_s: FloatArray, rising: FloatArray, line: float) -> float:
    """When a signal first comes up to a line, between the frames; NaN if it doesn't."""
    above = np.flatnonzero(rising >= line)
    if above.size == 0:
        return float("nan")
    at = int(above[0])
    if at == 0:
        return float(time_s[0])
    pair = slice(at - 1, at + 1)
    return float(np.interp(line, rising[pair], time_s[pair]))


def _moment_deg(one: _Swing, seen: Seen, at_s: float) -> float:
    """What the arms' angle changes by in the moment's own error."""
    step_s = seen.times.step_s()
    time_sigma_s = max(LEAST_TIME_SIGMA_S, FRAMES_SIGMA * step_s)
    before, after = np.interp([at_s - NEAR_S, at_s + NEAR_S], one.time_s, one.arms_deg)
    return float(abs(after - before) / (2 * NEAR_S) * time_sigma_s)
