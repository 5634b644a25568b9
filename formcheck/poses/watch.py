"""Which pictures of a film the engine looks at, and of which it draws a mask.

An engine that offers it (``SparingEngine``) is spared what says nothing new. The person
mask is asked for ten times a second, and of every picture in which the trunk leans, as the
back is judged there. With ``auto`` the landmarks are too, while nobody moves; as soon as
somebody does, the pictures of the last ``BACK_S``, which are held back for that, are looked at
as well, and then every one until all is still again. So every movement is watched whole, from
before it began, and only rest is passed over. (Of 60 pictures a second half would nearly do.
But a look that is off by chance is off for three pictures, with what is laid beside it, and
then it is believed: a clean hinge became one to watch.) What lies between two looks is laid
between them and marked, so that nobody takes it for seen (``signals/between.py``).

An engine that follows by itself, as MediaPipe does, has to see every picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.engine import Detection, PoseEngine, SparingEngine
from formcheck.poses.sampling import Sampling

if TYPE_CHECKING:
    from formcheck.video import Frame

REST_EVERY_S = 0.1
"""From look to look at somebody who doesn't move; as from mask to mask, less by half a
picture, as pictures come when they come."""

BACK_S = 0.6
"""How long pictures are held back, and over which a movement is told (our choice: a slow
lowering, half a metre in 5 s, makes ``MOVES_TRUNKS`` of it). 37 pictures at most."""

MOVES_TRUNKS = 0.1
"""Trunk lengths that shoulders, hips or hands rise or fall in that time: else it is rest.
Landmarks of people who stand tremble by a tenth of it (our choice, on 48 real films)."""

SHOULDERS, HIPS, HANDS = [11, 12], [23, 24], [15, 16]

LEANS = 0.5
"""Sine of the trunk's lean in the picture from which every look has its mask: 30°. The back
is judged near the deepest lean, of 35° and more."""


@dataclass
class Held:
    """A picture on its way: what the engine was given of it, and what it found.

    ``time_s`` is life's. Not ``looked`` at, ``found`` lies between what was found before and
    after.
    """

    frame: Frame
    rgb: NDArray[np.uint8]
    time_s: float
    near_px: FloatArray | None = None
    found: Detection | None = None
    looked: bool = False


class Watch:
    """Has an engine follow somebody through a film's pictures, sparing it where it may.

    Parameters
    ----------
    engine
        What finds people.
    sampling
        What was asked for.
    slowed
        How many times slower than life the film plays.
    """

    def __init__(self, engine: PoseEngine, sampling: Sampling, *, slowed: float = 1.0) -> None:
        self._plain = engine
        self._engine = engine if isinstance(engine, SparingEngine) else None
        self._rests = sampling.rests and self._engine is not None
        self._slowed, self._mask_every_s = slowed, sampling.mask_every_s
        self._held: deque[Held] = deque()
        self._movement = _Movement()
        self._moving = False
        self._before: Held | None = None
        self._step_s = 0.0
        self._last_s = self._looked_s = self._masked_s = -np.inf
        self._passed = 0
        self._lost, self._leans = True, False

    def take(
        self, frame: Frame, rgb: NDArray[np.uint8], near_px: FloatArray | None = None
    ) -> list[Held]:
        """Take the next picture, of which the engine is given ``rgb``; give on what is done.

        ``near_px`` is the box in which the one to follow is expected, if that is known.
        """
        held = Held(frame, rgb, frame.time_s / self._slowed, near_px)
        self._step_s = held.time_s - self._last_s if np.isfinite(self._last_s) else 0.0
        self._last_s = held.time_s
        self._held.append(held)
        if self._is_due(held):
            self._look(held)
            if self._rests:
                self._notice(held)
        else:
            self._passed += 1
        return self._done(held.time_s - BACK_S if self._rests and not self._moving else np.inf)

    def end(self) -> list[Held]:
        """Give on what is held back: there are no more pictures."""
        if self._held and not self._held[-1].looked:
            self._look(self._held[-1])
        return self._done(np.inf)

    def _is_due(self, held: Held) -> bool:
        """Whether a picture is to be looked at as it comes."""
        if self._moving or not self._rests:
            return True
        return held.time_s - self._looked_s >= REST_EVERY_S - self._step_s / 2

    def _look(self, held: Held) -> None:
        held.looked = True
        if self._engine is None:
            held.found = self._plain.follow(held.rgb)
            return
        since_s = held.time_s - self._masked_s
        mask = self._lost or self._leans or since_s >= self._mask_every_s - self._step_s / 2
        held.found = self._engine.follow(
            held.rgb, mask=mask, passed=self._passed, near_px=held.near_px
        )
        self._looked_s, self._passed = held.time_s, 0
        self._lost = held.found is None
        self._leans = held.found is not None and _leans(held.found)
        if mask and not self._lost:
            self._masked_s = held.time_s

    def _notice(self, held: Held) -> None:
        """Somebody begins to move: look at what was passed over. Or comes to rest."""
        before, self._moving = self._moving, self._movement.seen(held.time_s, held.found)
        if self._moving and not before:
            self._look_back()

    def _look_back(self) -> None:
        """Look at the pictures held back, each beside the look before or after it."""
        assert self._engine is not None
        before, after = self._before, [one for one in self._held if one.looked]
        for one in self._held:
            if one.looked:
                before, after = one, after[1:]
                continue
            beside = before if before is not None and before.found is not None else after[0]
            if beside.found is not None:
                mask = _leans(beside.found)
                one.found = self._engine.beside(one.rgb, beside.found, mask=mask)
                one.looked = True
                before = one

    def _done(self, until_s: float) -> list[Held]:
        """Give on, in order, up to the last look before a time: it won't change any more."""
        done: list[Held] = []
        while after := next((one for one in self._held if one.looked), None):
            if after.time_s > until_s:
                break
            while (one := self._held.popleft()) is not after:
                one.found = _between(self._before, one, after)
                done.append(one)
            done.append(after)
            self._before = after
        return done


class _Movement:
    """Whether somebody moved in the last ``BACK_S``, or came or went."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, FloatArray | None]] = deque()

    def seen(self, time_s: float, found: Detection | None) -> bool:
        """Note a look, and say so."""
        self._seen.append((time_s, None if found is None else _heights(found)))
        while self._seen[0][0] < time_s - BACK_S - 1e-6:  # stamps are rounded
            self._seen.popleft()
        heights = [one for _, one in self._seen if one is not None]
        if len(heights) < len(self._seen):
            return bool(heights)
        each = np.array(heights)
        return bool((np.ptp(each[:, :3], axis=0) > MOVES_TRUNKS * each[:, 3].max()).any())


def _leans(found: Detection) -> bool:
    """Whether the trunk leans so far that the back may be judged."""
    shoulders, hips = (found.points_px[joints, :2].mean(axis=0) for joints in (SHOULDERS, HIPS))
    across, down = np.abs(shoulders - hips)
    return bool(across >= LEANS * np.hypot(across, down))


def _heights(found: Detection) -> FloatArray:
    """How far down shoulders, hips and hands are, and the trunk's length, (4,) pixels."""
    shoulders, hips, hands = (
        found.points_px[joints, :2].mean(axis=0) for joints in (SHOULDERS, HIPS, HANDS)
    )
    return np.array([shoulders[1], hips[1], hands[1], np.hypot(*(shoulders - hips))])


def _between(before: Held | None, one: Held, after: Held) -> Detection | None:
    """What lies between two looks; nobody where one of them found nobody."""
    if before is None or before.found is None or after.found is None:
        return None
    share = (one.time_s - before.time_s) / (after.time_s - before.time_s)
    first, last = before.found, after.found
    return Detection(
        first.points_px + share * (last.points_px - first.points_px),
        first.visibility + share * (last.visibility - first.visibility),
        first.world_m + share * (last.world_m - first.world_m),
        None,
    )
