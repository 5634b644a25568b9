"""How fast the bar goes up in each repetition, how far, and how straight.

A way up lasts from where the bar stands until it stands again. Those moments themselves
are lost in the blur of filter and frames; the line through those at which it has small
shares of its greatest speed leads there. Where the plate's size is unknown, lengths are
leg lengths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.data import Bar, BoolArray, FloatArray, JudgedRep, Rep, Signals
from formcheck.signals.bar import SIDE_UP_TO_DEG
from formcheck.signals.filtering import CUTOFF_HZ, runs
from formcheck.signals.frame_times import FrameTimes

SLOW, SURE = 0.07, 0.2
"""Shares of its greatest speed that lead to where the bar stands (our choice: larger ones
take more off soft ends, smaller ones follow every tremble: at 0.05 a lockout that creeps
made one of four like repetitions a third slower)."""

POWER = 1.25
"""With what power of the time a speed grows from rest: 1 at once, 2 softly (our choice,
between a half cosine's ends and those of least jerk)."""

ALSO = (0.2, 0.5)
"""Shares that lead there as well: where they lead elsewhere, as when the bar creeps into the
lockout, how long the way up takes is a matter of taste, and its σ says so."""

SHAPE_SIGMA, BLUR_SIGMA_S = 0.025, 0.02
"""Share of the time that a way up takes, and seconds. Ends of half a cosine make it 3 % too
long, those of least jerk 5 % too short at 24 to 60 pictures a second (measured)."""

LOW, HIGH = 0.1, 0.9
"""Shares of its height between which the bar is on its way, however slow it gets."""

AROUND_S = 0.5
"""The bar's lowest and highest lie within so much of the shoulders' (our choice)."""

LEAST_TRAVEL = 0.15
"""Leg lengths that a bar must go up to be lifted: 13 cm (our choice)."""

TILT_SIGMA = 0.015
"""A camera that looks down by 10° makes heights so much shorter (its cosine)."""

LEG_SIGMA = 0.05
"""Of a leg's length as the picture shows it (our choice)."""

TELLING_LOSS = 0.20
"""A smaller loss of speed is nothing to speak of, however sharply measured. A phone's mean
velocity of the same deadlift has a coefficient of variation of 13 % (Puppyn et al., Metric
app against a linear transducer, 25 lifters), and of two such numbers the difference more."""

SIGMAS = 2.0
"""A loss must be so many of its own standard deviations."""


@dataclass(frozen=True)
class Amount:
    """A number and its standard deviation; NaN where it isn't known."""

    value: float
    sigma: float


UNKNOWN = Amount(float("nan"), float("nan"))


@dataclass(frozen=True)
class BarLift:
    """The bar's way up in one repetition.

    first, last  frames between which it goes up
    mean, peak   speed upwards, lengths a second
    travel       how far up, lengths
    drift        how far from side to side on the way, lengths
    own_sigmas   of the mean's and the peak's σ what isn't common to the whole set, as the
                 scale is
    """

    first: int
    last: int
    mean: Amount
    peak: Amount
    travel: Amount
    drift: Amount
    own_sigmas: tuple[float, float]


@dataclass(frozen=True)
class BarSet:
    """What the bar does in a set.

    length      what lengths are in: "m", or "leg" where the plate's size is unknown
    per_px      lengths of a pixel, and its standard deviation
    lifts       ways up by their repetition's index, those that are seen whole
    from_floor  the plate stands on the floor before the first of them
    loss        share of the fastest mean speed that is lost in the last, or unknown
    peak_loss   the same of its greatest speed, against the same repetition
    """

    length: str
    per_px: Amount
    lifts: Mapping[int, BarLift]
    from_floor: bool
    loss: Amount
    peak_loss: Amount

    @property
    def has_lost(self) -> bool:
        """The bar got slower by more than the measurement can make up.

        Its greatest speed has to say so too: a slow lockout alone lengthens a way up.
        """
        loss, of_peak = self.loss, self.peak_loss
        telling = loss.value >= max(TELLING_LOSS, SIGMAS * loss.sigma)
        return bool(telling and of_peak.value >= SIGMAS * of_peak.sigma)

    def added_to(self, judged: Sequence[JudgedRep]) -> tuple[JudgedRep, ...]:
        """The repetitions with these numbers among their measures."""
        return tuple(
            replace(one, measures={**one.measures, **self.measures(one.rep.index)})
            for one in judged
        )

    def measures(self, index: int) -> dict[str, float]:
        """A repetition's numbers by name, the unit in it; none where it wasn't seen."""
        lift = self.lifts.get(index)
        if lift is None:
            return {}
        drift, drift_in = lift.drift, "legs"
        if self.length == "m":
            drift, drift_in = Amount(drift.value * 100, drift.sigma * 100), "cm"
        per_s, far = ("m_s", "m") if self.length == "m" else ("legs_s", "legs")
        named = {
            f"bar_mean_{per_s}": lift.mean,
            f"bar_peak_{per_s}": lift.peak,
            f"bar_travel_{far}": lift.travel,
            f"bar_drift_{drift_in}": drift,
        }
        return {
            name + of: value
            for name, one in named.items()
            for of, value in (("", one.value), ("_sigma", one.sigma))
        }


def bar_speeds(signals: Signals, reps: Sequence[Rep]) -> BarSet | None:
    """Measure the bar's ways up; None where no bar was seen.

    Where the film's clock isn't life's nobody knows speeds: they are NaN.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/romanian_deadlift.npz"))
    >>> measured = formcheck.cut_set(formcheck.compute_signals(track))
    >>> bar = formcheck.bar_speeds(measured.signals, measured.reps)
    >>> bar.length, [round(lift.mean.value, 1) for lift in bar.lifts.values()]
    ('m', [0.3, 0.3, 0.3])
    """
    bar = signals.bar
    if bar is None:
        return None
    known = bool(np.isfinite(bar.m_per_px))
    per_px = bar.m_per_px if known else 1.0 / signals.body.leg_px
    relative = float(np.hypot(bar.scale_sigma if known else LEG_SIGMA, TILT_SIGMA))
    way = _Way(signals, bar, per_px, relative)
    found = {rep.index: way.of(rep) for rep in reps if np.isfinite(rep.concentric_s)}
    lifts = {index: lift for index, lift in found.items() if lift is not None}
    loss, peak_loss = _losses(list(lifts.values()))
    return BarSet(
        length="m" if known else "leg",
        per_px=Amount(per_px, per_px * relative),
        lifts=lifts,
        from_floor=bool(lifts) and way.rests_before(next(iter(lifts.values()))),
        loss=loss,
        peak_loss=peak_loss,
    )


def _losses(lifts: Sequence[BarLift]) -> tuple[Amount, Amount]:
    """What the last way up lost of the fastest one's mean and of its greatest speed."""
    if len(lifts) < 2 or not all(np.isfinite(one.mean.value) for one in lifts):
        return UNKNOWN, UNKNOWN
    fastest, last = max(lifts, key=lambda one: one.mean.value), lifts[-1]
    return (
        _lost(fastest.mean.value, fastest.own_sigmas[0], last.mean.value, last.own_sigmas[0]),
        _lost(fastest.peak.value, fastest.own_sigmas[1], last.peak.value, last.own_sigmas[1]),
    )


def _lost(before: float, before_sigma: float, after: float, after_sigma: float) -> Amount:
    share = after / before
    return Amount(1.0 - share, share * float(np.hypot(before_sigma / before, after_sigma / after)))


class _Way:
    """The bar's way over a set: how high and far ahead it is, and how sure that is."""

    def __init__(self, signals: Signals, bar: Bar, per_px: float, relative: float) -> None:
        self._time_s = signals.time_s
        self._step_s = FrameTimes(signals.time_s).step_s()
        self._stretch = signals.time.stretch
        self._rests = bar.rests
        self._relative = relative
        self._has_speeds = not signals.time.pace.doubt
        self._leg = signals.body.leg_px * per_px
        self._up = -bar.centre_px[:, 1] * per_px
        yaw_deg = signals.stance.view.yaw_deg
        turned = np.cos(np.radians(yaw_deg)) if yaw_deg <= SIDE_UP_TO_DEG else np.nan
        self._across = bar.centre_px[:, 0] * per_px / turned
        self._roll = float(np.radians(signals.picture.roll_sigma_deg))
        found = np.isfinite(bar.sigma_px)
        sigma_px = np.hypot(
            np.where(found, bar.sigma_px, np.nanmedian(bar.sigma_px)),
            signals.picture.place_sigma_px,
        )
        self._sigma = sigma_px * per_px
        self._jitter = bar.jitter_px * per_px
        self._gap_s = _gaps_s(self._time_s, found)

    def of(self, rep: Rep) -> BarLift | None:
        """The way up of a repetition; None where it isn't seen whole."""
        ends = self._ends(rep)
        if ends is None:
            return None
        first, last = ends
        up, time_s = self._up[first : last + 1], self._time_s[first : last + 1]
        speed, between_s = np.diff(up) / np.diff(time_s), (time_s[:-1] + time_s[1:]) / 2
        fast = int(np.argmax(speed))
        # Across a gap the bar may have gone otherwise, by as much as its speed can change.
        pull = float(np.abs(np.gradient(speed, between_s)).max())
        guessed = float((pull * self._gap_s[first : last + 1] ** 2 / 8).max())
        place = float(np.hypot(np.nanmedian(self._sigma[first : last + 1]), guessed))
        peak_sigma = np.hypot(self._jitter_of_speed(guessed), place * np.pi / np.ptp(time_s))
        at_s = [
            self._stands(speed[out], between_s[out], self._jitter_of_speed(guessed))
            for out in (slice(fast, None, -1), slice(fast, None))
        ]
        (begin_s, begin_sigma_s), (end_s, end_sigma_s) = at_s
        takes_s = end_s - begin_s
        off_s = (begin_sigma_s, end_sigma_s, BLUR_SIGMA_S)
        within = slice(
            int(np.searchsorted(time_s, begin_s, side="right")) - 1,
            int(np.searchsorted(time_s, end_s)) + 1,
        )
        return self._lift(
            slice(first + max(within.start, 0), min(first + within.stop, last + 1)),
            place,
            takes_s,
            float(np.hypot(np.hypot.reduce(off_s) / takes_s, SHAPE_SIGMA)),
            Amount(float(speed[fast]), float(peak_sigma)),
        )

    def _lift(
        self, way: slice, place: float, takes_s: float, time_off: float, peak: Amount
    ) -> BarLift:
        """Put a way up together; ``time_off`` is the σ of its time, as a share."""
        travel = float(np.ptp(self._up[way]))
        drift = float(np.ptp(self._across[way]))
        mean = travel / takes_s
        own = mean * float(np.hypot(np.sqrt(2.0) * place / travel, time_off))
        if not self._has_speeds:
            mean = own = float("nan")
            peak = UNKNOWN
        leans = self._roll * travel
        return BarLift(
            way.start,
            way.stop - 1,
            mean=self._amount(mean, own),
            peak=self._amount(peak.value, peak.sigma),
            travel=self._amount(travel, np.sqrt(2.0) * place),
            drift=self._amount(drift, float(np.hypot(np.sqrt(2.0) * place, leans))),
            own_sigmas=(own, peak.sigma),
        )

    def rests_before(self, lift: BarLift) -> bool:
        """The plate stands on the floor in the half second before it goes up."""
        since = int(np.searchsorted(self._time_s, self._time_s[lift.first] - AROUND_S))
        return bool(self._rests[since : lift.first + 1].any())

    def _amount(self, value: float, own: float) -> Amount:
        return Amount(value, float(np.hypot(own, value * self._relative)))

    def _ends(self, rep: Rep) -> tuple[int, int] | None:
        """Frames at which the bar is lowest before it goes up, and highest after."""
        since, until = np.searchsorted(
            self._time_s, [rep.top_s - rep.concentric_s - AROUND_S, rep.top_s + AROUND_S]
        )
        up = self._up[since:until]
        if not np.isfinite(up).any():
            return None
        high = int(np.nanargmax(up))
        before = up[: high + 1]
        low = int(np.nanargmin(before))
        if not up[high] - up[low] >= LEAST_TRAVEL * self._leg:
            return None
        share = (before - up[low]) / (up[high] - up[low])
        rising = low + int(np.flatnonzero(share[low:] <= LOW)[-1])
        risen = rising + int(np.flatnonzero(share[rising:] >= HIGH)[0])
        if not np.isfinite(up[rising : risen + 1]).all():
            return None
        speed = np.diff(up) / np.diff(self._time_s[since:until])
        stands = ~(speed > 0.0)
        begins = np.flatnonzero(stands[: rising + 1])
        ends = risen + np.flatnonzero(stands[risen:])
        first = int(begins[-1]) if begins.size else 0
        last = int(ends[0]) + 1 if ends.size else len(up) - 1
        still = SLOW * np.max(speed[rising:risen])
        lost = not np.isfinite(up[first : last + 1]).all()
        if lost or speed[first] > still or speed[last - 1] > still:
            return None  # it moves at the edge of what is seen, or is lost before it stands
        if self._stretch[since + first] != self._stretch[since + last]:
            return None
        return int(since) + first, int(since) + last

    def _stands(self, speed: FloatArray, time_s: FloatArray, jitter: float) -> tuple[float, float]:
        """When a bar that slows down from its greatest speed stands, and that time's σ."""
        near_s, far_s = (_falls_s(time_s, speed, share * speed[0]) for share in (SLOW, SURE))
        stands_s = _led_to(time_s, speed, SLOW, SURE)
        trembles_s = jitter / speed[0] * (near_s - far_s) / (SURE - SLOW)
        parts = (
            trembles_s,
            self._step_s / np.sqrt(12),
            (stands_s - _led_to(time_s, speed, *ALSO)) / 2,
        )
        return stands_s, float(np.hypot.reduce(parts))

    def _jitter_of_speed(self, guessed: float) -> float:
        """What errors of a place, each frame's its own, leave of a speed after the filter."""
        passed_hz = min(CUTOFF_HZ, 0.5 / self._step_s)
        left = 2 * np.pi * np.sqrt(2 / 3 * passed_hz**3 * self._step_s)
        return float(np.hypot(self._jitter, guessed) * left)


def _led_to(time_s: FloatArray, speed: FloatArray, slow: float, sure: float) -> float:
    """When a speed is nothing, by when it falls through two shares of its first."""
    near_s, far_s = (_falls_s(time_s, speed, share * speed[0]) for share in (slow, sure))
    return float(near_s + (near_s - far_s) / ((sure / slow) ** (1 / POWER) - 1))


def _falls_s(time_s: FloatArray, speed: FloatArray, level: float) -> float:
    """When a speed last falls through a level, between two frames: it may have dipped before."""
    at = int(np.flatnonzero(speed > level)[-1]) if speed[0] > level else 0
    if at + 1 >= len(speed):
        return float(time_s[at])
    share = (speed[at] - level) / (speed[at] - speed[at + 1])
    return float(time_s[at] + share * (time_s[at + 1] - time_s[at]))


def _gaps_s(time_s: FloatArray, found: BoolArray) -> FloatArray:
    """How long the gap is that a frame (T,) lies in; 0 where the plate was found."""
    gaps_s = np.zeros(len(time_s))
    for start, stop in runs(~found):
        before, after = max(start - 1, 0), min(stop, len(time_s) - 1)
        gaps_s[start:stop] = time_s[after] - time_s[before]
    return gaps_s
