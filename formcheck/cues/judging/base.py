"""What a cue is, and the one rule that turns its number into a verdict.

A cue is a function that measures one quantity on one repetition, or, as a set
cue, on all of them. It returns a ``Measurement`` or raises ``NotSeen``. Limits are
in ``limits.toml``, words in ``advice.toml``, from where it is seen in ``views.toml``;
nothing about these is in the cue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from formcheck.cues.judging.limits import Limit
from formcheck.cues.judging.seen import Seen
from formcheck.data import JudgedRep, Rep, Verdict
from formcheck.reps.lifts import Fits, every_lift, which


class NotSeen(Exception):  # noqa: N818 - it isn't an error, the picture doesn't show it
    """The picture doesn't show what the cue needs.

    ``why`` is a key of ``[not_seen]`` in ``advice.toml``.
    """

    def __init__(self, why: str, **details: str) -> None:
        super().__init__(why)
        self.why = why
        self.details = details


@dataclass(frozen=True, kw_only=True)
class Working:
    """How a value came about, for ``formcheck why``. Nothing of it is left out by default.

    ``lines`` are pairs of points to join at the value's moment, by name
    ("shoulder", "hip"; with "left " or "right " before it for one side, else the
    camera's), ``()`` where none says anything; ``span_s`` is the stretch that was
    looked at; ``steps`` is the arithmetic, one line each, or what works one out that
    costs more than the value; ``parts`` are the independent errors that sigma is made
    of, in the measurement's unit: ("the camera's angle", 1.8); ``back`` draws the line
    of the back.
    """

    lines: tuple[tuple[str, str], ...]
    span_s: tuple[float, float]
    steps: tuple[str | Callable[[], str], ...]
    parts: tuple[tuple[str, float], ...]
    back: bool = False

    def told(self) -> tuple[str, ...]:
        """The arithmetic in words, one line each."""
        return tuple(step if isinstance(step, str) else step() for step in self.steps)


@dataclass(frozen=True)
class Measurement:
    """A number with its unit, its moment, and how it came about.

    Its standard deviation is what the parts in ``working`` make together. ``note`` picks
    another wording of ``advice.toml`` where one number has two meanings (chin up, chin
    down); ``details`` fill in its other places; ``unit_cm`` is how many centimetres one of
    ``unit`` is, where that is known.
    """

    value: float
    unit: str
    at_s: float
    working: Working
    note: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    unit_cm: float | None = None

    @property
    def sigma(self) -> float:
        """Standard deviation of the value: the root of the sum of its parts' squares."""
        return math.hypot(*(part for _, part in self.working.parts))


Measure = Callable[[Rep, Seen], Measurement]
Asked = Callable[[Seen], bool]
SetMeasure = Callable[[Sequence[JudgedRep], Seen], Measurement]


def _always(_seen: Seen) -> bool:
    return True


@dataclass(frozen=True)
class Cue:
    """A registered cue: where it makes sense and how it is measured.

    ``asked`` tells whether it is asked at all of this set: a tempo, say, of a
    lift that is commonly dropped, only when one was prescribed. ``timed`` says that
    it needs the film's seconds to be life's.
    """

    id: str
    lifts: frozenset[str]
    measure: Measure = field(repr=False)
    asked: Asked = field(repr=False, default=_always)
    timed: bool = False


@dataclass(frozen=True)
class SetCue:
    """A cue of the whole set: it looks at the judged repetitions together."""

    id: str
    lifts: frozenset[str]
    measure: SetMeasure = field(repr=False)
    timed: bool = False


CUES: dict[str, Cue] = {}
SET_CUES: dict[str, SetCue] = {}


def cue(
    name: str, *, lifts: Fits = every_lift, asked: Asked = _always, timed: bool = False
) -> Callable[[Measure], Measure]:
    """Register the decorated function as the measure of cue ``name``.

    ``lifts`` tells by the facts of a lift whether the cue makes sense of it; of any,
    where it is left out.
    """

    def register(measure: Measure) -> Measure:
        CUES[name] = Cue(name, frozenset(which(lifts)), measure, asked, timed)
        return measure

    return register


def set_cue(
    name: str, *, lifts: Fits = every_lift, timed: bool = False
) -> Callable[[SetMeasure], SetMeasure]:
    """Register the decorated function as the measure of set cue ``name``."""

    def register(measure: SetMeasure) -> SetMeasure:
        SET_CUES[name] = SetCue(name, frozenset(which(lifts)), measure, timed)
        return measure

    return register


WIDEST_BANDS = 1.5
"""Bands between the limits beyond which a sigma tells nothing at all (our choice)."""


def verdict(value: float, sigma: float, limit: Limit) -> Verdict:
    """Decide on a value and its standard deviation (evidence §1.2).

    - cannot_judge: sigma is wider than the band between the limits. But what stays
      clear of the watch limit by its sigma is good (at least 84 % sure, more than any
      other good), up to 1.5 such bands;
    - fault: the value clears the fault limit by its sigma (at least 84 % sure);
    - watch: the value is past the watch limit (more likely than not);
    - good otherwise.

    A cue whose evidence is weak (``most = "watch"`` in limits.toml) stops at
    "watch", and says it only when the watch limit is cleared by sigma.
    """
    if not math.isfinite(value) or not math.isfinite(sigma):
        return "cannot_judge"
    band = abs(limit.fault - limit.watch)
    worse = 1.0 if limit.fault > limit.watch else -1.0
    if sigma > band:
        clear = sigma <= WIDEST_BANDS * band and worse * (value - limit.watch) + sigma < 0
        return "good" if clear else "cannot_judge"
    if limit.most == "watch":
        clear = worse * (value - limit.watch) - sigma > 0
        return "watch" if clear else "good"
    if worse * (value - limit.fault) - sigma > 0:
        return "fault"
    if worse * (value - limit.watch) > 0:
        return "watch"
    return "good"
