"""Rises of the shoulders that look like a lifter standing up under a load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray, Rejected, Signals
from formcheck.reps.alike import UNLIKE, unlike
from formcheck.reps.drive import across, height
from formcheck.reps.others import other_movement, whole_film
from formcheck.reps.turning import Turn, turning_points
from formcheck.signals.angles import KNEE
from formcheck.signals.lines import line

LEAST_RISE = 0.10
"""Leg lengths the shoulders must rise (evidence §4.2: absolute floor)."""

SHARE_OF_RANGE = 0.35
"""Of the set's own range (evidence §4.2: prominence)."""

LEAST_HIP_DEG = line("cycles", "LEAST_HIP_DEG").value
"""The hips must open at least this much: a jump or a step opens them less."""

OUT_OF_SIGHT_S = 0.2
"""A gap this long isn't bridged (evidence §5)."""

BENT_HIP_DEG = 60.0
"""Who is still bent this much at the top of a small rise tried to lift."""

FAILED = "failed or partial attempt"

TOO_FAST = "too fast for a lift"

UNSEEN = "its way up lies in a cut or a gap of the film"

HARDLY_BENT = "the hips hardly bend: a step, a jump or an arm movement"

ALIKE = (0.8, 1.25)
"""A rise of this share of the sure ones' is one of them, even if the engine's 3-D
hip opens by half of what it should (our choice, measured on rendered lifters)."""

LEAST_SEEN = 0.3
"""Share of a rise that must be seen going up, where the film has a gap in it: who is
down before it and stands after it may have got up in any way (our choice)."""

LEAST_RISE_S = line("cycles", "LEAST_RISE_S").value
"""No lifter stands up faster; a sped-up clip's fastest is 0.37 s."""

TRAVEL = line("cycles", "TRAVEL").value
"""Leg lengths the hips may move across the picture in one rise; who walks moves
them further."""

SMALL, LARGE = 0.5, 1.7
"""Rises outside this share of the set's median are no repetitions (§4.2)."""

AT_END = 0.1
"""Share of the way within which a lifter all but stands; who walks off then is taller by
up to 0.07 of it (our choice)."""

BEGUN = 0.6
"""Who is seen from the middle of a way up on was there before: of the set's median, the
rise or the hips' opening is more (our choice; of a first repetition that begins a
little late one of them is 0.74 and more, of the end of one both are under 0.56)."""

HALF_UP = 0.5
"""A clip that ends in mid-rise must show more than half of it."""

ENDS = "the clip ends before half of the way up"

STANDING_DEG = {"hip": 10.0, "knee": 5.0}
"""Coarse flexion of a standing lifter, as the engine's 3-D points see it."""


@dataclass(frozen=True)
class Cycle:
    """A rise from ``bottom`` to ``top``, with the turns before and after.

    ``landed`` is the first bottom of one and a half, else None.
    """

    before: Turn | None
    bottom: Turn
    top: Turn
    after: Turn | None
    landed: Turn | None = None

    @property
    def rise(self) -> float:
        """How far the shoulders rise, leg lengths."""
        return self.top.value - self.bottom.value


Rises = tuple[list[Cycle], list[Rejected]]
"""The rises that can be repetitions, and why the others can't."""


def find_cycles(signals: Signals, *, insisted: bool = False) -> Rises:
    """Find the rises that can be repetitions of one set; name why the others can't.

    Of a movement that is none of a lift we know the rises are found all the same if the
    user ``insisted``.
    """
    rises = find_rises(signals)
    if insisted and not rises[0]:
        rises = find_rises(signals, named=False)
    return _of_one_size(signals, *rises)


def find_rises(signals: Signals, *, named: bool = True) -> Rises:
    """Find the rises that can be repetitions of some set, of whatever size.

    Rises of other movements are left out where they can be ``named``.
    """
    known = np.flatnonzero(np.isfinite(height(signals)))
    found, rejected, doubtful = [], [], []
    for cycle in every_rise(signals):
        reason = _why_not(signals, cycle, known)
        if named and reason in ("", HARDLY_BENT, FAILED):
            reason = other_movement(signals, cycle) or reason
        if not reason:
            found.append(cycle)
        elif reason in (HARDLY_BENT, ENDS) and opened_deg(signals, cycle) >= LEAST_HIP_DEG / 2:
            doubtful.append((cycle, reason))
        else:
            rejected.append(_rejected(signals, cycle, reason))
    for cycle, reason in doubtful:
        if _is_alike(signals, cycle, found):
            found.append(cycle)
        else:
            rejected.append(_rejected(signals, cycle, reason))
    found.sort(key=lambda cycle: cycle.bottom.at)
    whole = whole_film(signals, found) if named else ""
    if whole:
        return [], rejected + [_rejected(signals, one, whole) for one in found]
    return found, rejected


def every_rise(signals: Signals) -> list[Cycle]:
    """All rises of the shoulders that stand out, whatever they are."""
    drive = height(signals)
    known = drive[np.isfinite(drive)]
    if known.size < 5 or not _legs_seen(signals):
        return []
    low, high = np.percentile(known, [3, 97])
    turns = turning_points(drive, max(LEAST_RISE, SHARE_OF_RANGE * (high - low)))
    return [
        Cycle(
            turns[at - 1] if at > 0 else None,
            turn,
            turns[at + 1],
            turns[at + 2] if at + 2 < len(turns) else None,
        )
        for at, turn in enumerate(turns[:-1])
        if not turn.high
    ]


def _is_alike(signals: Signals, cycle: Cycle, found: list[Cycle]) -> bool:
    """As high and as long as the set's sure repetitions, whatever the 3-D hip says."""
    if not found:
        return False
    rise = cycle.rise / float(np.median([one.rise for one in found]))
    usual_s = float(np.median([lasts_s(signals, one) for one in found]))
    lasts = lasts_s(signals, cycle) / max(usual_s, 1e-6)
    return ALIKE[0] <= rise <= ALIKE[1] and ALIKE[0] / 2 <= lasts <= ALIKE[1] * 2


def lasts_s(signals: Signals, cycle: Cycle) -> float:
    """How long a rise takes."""
    return float(signals.time_s[cycle.top.at] - signals.time_s[cycle.bottom.at])


def opened_deg(signals: Signals, cycle: Cycle) -> float:
    """How far the 3-D hip opens in a rise."""
    hip = signals.guesses.shape_deg["hip"]
    return _at(hip, cycle.bottom.at) - _at(hip, cycle.top.at)


def travelled(signals: Signals, cycle: Cycle) -> float:
    """Leg lengths that the hips move across the picture in a rise.

    Of who came down before only until they stand: they may walk off then, a little
    taller yet. A bar taken out of the rack is walked out with.
    """
    moved = across(signals)
    stands = cycle.top.at if cycle.before is None else _stands(signals, cycle)
    return abs(_at(moved, stands) - _at(moved, cycle.bottom.at))


def _stands(signals: Signals, cycle: Cycle) -> int:
    """The frame in which a rise is all but done."""
    way = height(signals)[cycle.bottom.at : cycle.top.at + 1] - cycle.bottom.value
    return cycle.bottom.at + int(np.flatnonzero(way >= (1.0 - AT_END) * cycle.rise)[0])


def _of_one_size(
    signals: Signals, found: list[Cycle], rejected: list[Rejected]
) -> tuple[list[Cycle], list[Rejected]]:
    """Keep the rises of about the set's own size."""
    if not found:
        return [], rejected
    usual = float(np.median([cycle.rise for cycle in found]))
    kept = []
    for cycle in found:
        if cycle.rise < SMALL * usual or _begun_before(signals, cycle, found):
            rejected.append(_rejected(signals, cycle, FAILED))
        elif cycle.rise > LARGE * usual:
            rejected.append(_rejected(signals, cycle, "set-up, not a repetition"))
        else:
            kept.append(cycle)
    odd = unlike(signals, kept)
    rejected += [_rejected(signals, cycle, UNLIKE) for cycle in odd]
    kept = [cycle for cycle in kept if cycle not in odd]
    return kept, sorted(rejected, key=lambda one: one.start_s)


def _begun_before(signals: Signals, cycle: Cycle, found: list[Cycle]) -> bool:
    """The film begins in the second half of this rise."""
    if (
        cycle.before is not None
        or cycle.bottom.at != np.flatnonzero(np.isfinite(height(signals)))[0]
    ):
        return False
    others = [one for one in found if one is not cycle]
    if not others:
        return False
    opens = float(np.median([opened_deg(signals, one) for one in others]))
    rises = float(np.median([one.rise for one in others]))
    own = max(opened_deg(signals, cycle) / opens, cycle.rise / rises)
    return bool(own < BEGUN)


def _legs_seen(signals: Signals) -> bool:
    """For half of the time the lifter is in the picture, so is a knee or a bar is followed.

    Shoulders and a bar that goes with the hands are a lift, whatever its plates hide.
    """
    points_px = signals.body.points_px[:, list(KNEE.values()), 1]
    shown = np.asarray(np.isfinite(points_px).any(axis=1))
    if signals.bar is not None:
        shown |= np.isfinite(signals.bar.centre_px[:, 0])
    return bool(shown[signals.body.seen].mean() >= 0.5)


def _why_not(signals: Signals, cycle: Cycle, known: NDArray[np.integer]) -> str:
    """Why this rise is no repetition; empty when it may be one.

    ``known`` are the frames in which the shoulders are seen.
    """
    bottom, top = cycle.bottom.at, cycle.top.at
    time_s = signals.time_s
    if _seen_share(signals, cycle) < LEAST_SEEN:
        return UNSEEN
    if time_s[top] - time_s[bottom] < LEAST_RISE_S:
        return TOO_FAST
    least_deg = LEAST_HIP_DEG
    if _out_of_sight(time_s, known, top):
        least_deg = LEAST_HIP_DEG / 2  # the rest of the rise isn't seen
    if not opened_deg(signals, cycle) >= least_deg:
        still_bent = _at(signals.guesses.shape_deg["hip"], top) > BENT_HIP_DEG
        return FAILED if still_bent else HARDLY_BENT
    if travelled(signals, cycle) > TRAVEL:
        return "the lifter moves about: walk-out, re-rack or set-up"
    if top == known[-1] and _way_up(signals, bottom, top) < HALF_UP:
        return ENDS
    return ""


def _seen_share(signals: Signals, cycle: Cycle) -> float:
    """Share of a rise that isn't lost in gaps and jump cuts of the film."""
    bottom, top = cycle.bottom.at, cycle.top.at
    stretch = signals.time.stretch[bottom : top + 1]
    if stretch[0] == stretch[-1]:
        return 1.0
    rise = height(signals)[bottom : top + 1]
    known = np.flatnonzero(np.isfinite(rise))
    steps = np.diff(rise[known])
    seen = np.diff(stretch[known]) == 0
    return float(steps[seen].sum() / cycle.rise)


def _out_of_sight(time_s: FloatArray, known: NDArray[np.integer], frame: int) -> bool:
    """The lifter leaves the picture right after a frame, and comes back."""
    later = known[np.searchsorted(known, frame, side="right") :]
    return bool(later.size and time_s[later[0]] - time_s[frame] > OUT_OF_SIGHT_S)


def _at(values: FloatArray, frame: int) -> float:
    """The value at a frame, or the nearest known one."""
    if np.isfinite(values[frame]):
        return float(values[frame])
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0:
        return float("nan")
    return float(values[known[np.argmin(np.abs(known - frame))]])


def _way_up(signals: Signals, bottom: int, top: int) -> float:
    """Share of the way from the bottom to standing that is done at ``top``."""
    shares = []
    for name, standing in STANDING_DEG.items():
        bend = signals.guesses.shape_deg[name]
        low, high = _at(bend, bottom), _at(bend, top)
        if low - standing > 20.0:
            shares.append((low - high) / (low - standing))
    return float(np.mean(shares)) if shares else 1.0


def _rejected(signals: Signals, cycle: Cycle, reason: str) -> Rejected:
    return Rejected(
        float(signals.time_s[cycle.bottom.at]), float(signals.time_s[cycle.top.at]), reason
    )
