"""What each line parts: the quantity, and whose readings belong on which side of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from benchmarks.lines.labelled import Measured
from benchmarks.lines.readings import Reading, Side
from formcheck.data import Signals
from formcheck.reps.carry import arms_differ
from formcheck.reps.cycles import Cycle, every_rise, lasts_s, opened_deg, travelled
from formcheck.reps.lifts import LIFTS
from formcheck.reps.segment import every_rep

FROM_FLOOR = frozenset({"deadlift", "sumo_deadlift", "kettlebell_deadlift", "dumbbell_deadlift"})
TWO_LEGGED = FROM_FLOOR | {"romanian_deadlift", "band_deadlift"}
HANGING = TWO_LEGGED | {"single_leg_deadlift"}
BARBELL = frozenset({"back_squat", "front_squat"})
SQUATS = BARBELL | {"goblet_squat", "bodyweight_squat", "some_squat"}
HELD = SQUATS | {"good_morning", "split_squat"}

Read = Callable[[Measured], Iterable[float]]


@dataclass(frozen=True)
class Question:
    """One line to ask about.

    unit, reads   as in ``formcheck.signals.lines.Line``
    read          the readings of one clip
    side_of       on which side its label puts the clip; None for neither
    who           the groups in words, under and over
    """

    module: str
    name: str
    unit: str
    reads: str
    read: Read
    side_of: Callable[[Measured], Side | None]
    who: tuple[str, str]

    def readings(self, seen: Iterable[Measured]) -> Iterator[Reading]:
        """What the labelled clips read, those that belong to a group."""
        for one in seen:
            side = self.side_of(one)
            if side is None:
                continue
            for value in self.read(one):
                if isfinite(value):
                    alone = self.module == "cycles"
                    yield Reading(value, side, one.label.path.stem, one.label.source, alone)


def _kinds(
    under: frozenset[str] | set[str], over: frozenset[str] | set[str]
) -> Callable[[Measured], Side | None]:
    """Groups by kind of lift."""

    def side_of(one: Measured) -> Side | None:
        kind = one.label.kind
        return "under" if kind in under else "over" if kind in over else None

    return side_of


def _of_set(value: Callable[[dict[str, float]], float]) -> Read:
    """One reading a clip: a median over its rises."""
    return lambda one: () if one.held is None else (value(one.held),)


def _of_rises(value: Callable[[Signals, Cycle], float]) -> Read:
    """One reading for each rise of the shoulders, before any is left out."""
    return lambda one: [value(one.signals, cycle) for cycle in every_rise(one.signals)]


def _lifts_or_none(lifts: Side) -> Callable[[Measured], Side | None]:
    """Clips with as many rises as lifts were counted, and clips in which nobody lifts."""
    others: Side = "over" if lifts == "under" else "under"

    def side_of(one: Measured) -> Side | None:
        label = one.label
        if label.kind == "none":
            return others
        counted = label.is_sure and len(every_rise(one.signals)) in label.reps
        return lifts if counted and label.kind in HANGING | HELD else None

    return side_of


def _arms_bend(one: Measured) -> Iterable[float]:
    """How far the arms of a set's first or last rise are from the others', the further one."""
    reps = every_rep(one.signals, LIFTS[one.label.kind], one.cycles)
    differ = arms_differ(one.signals, reps)
    return (max(differ[0], differ[-1]),)


def _with_the_weight(one: Measured) -> Side | None:
    """Sets with as many rises as lifts were counted, and those with one more."""
    label = one.label
    hangs = label.kind in LIFTS and LIFTS[label.kind].hangs
    if not hangs or not label.is_sure or len(one.cycles) < 2:
        return None
    beyond = len(one.cycles) - max(label.reps)
    return "under" if beyond == 0 else "over" if beyond == 1 else None


LEGS, DEG, RATIO = "leg lengths", "deg", "ratio"


def _tree_line(
    name: str,
    unit: str,
    reads: str,
    value: Callable[[dict[str, float]], float],
    side_of: Callable[[Measured], Side | None],
    who: tuple[str, str],
) -> Question:
    return Question("recognise", name, unit, reads, _of_set(value), side_of, who)


QUESTIONS = (
    _tree_line(
        "HANGING",
        LEGS,
        "wrists above hips at the bottom",
        lambda one: one["low"],
        _kinds(HANGING, HELD),
        ("lifts with hanging arms", "lifts with a load on or before the body, or none"),
    ),
    _tree_line(
        "BENT_ARMS",
        DEG,
        "the elbow's angle at the bottom; 180 is straight",
        lambda one: one["elbow_deg"],
        _kinds(HELD, HANGING),
        ("lifts with a load on or before the body, or none", "lifts with hanging arms"),
    ),
    _tree_line(
        "SWUNG",
        LEGS,
        "wrists above hips at their highest, less what unseen ones may jump",
        lambda one: one["swings_to"],
        _kinds(HANGING, {"kettlebell_swing", "snatch"}),
        ("lifts with hanging arms", "swings and snatches"),
    ),
    _tree_line(
        "OVERHEAD",
        LEGS,
        "wrists above hips at their highest",
        lambda one: one["highest"],
        _kinds({"kettlebell_swing"}, {"snatch"}),
        ("swings", "snatches"),
    ),
    Question(
        "cycles",
        "LEAST_HIP_DEG",
        DEG,
        "how far the 3-D hip opens in a rise of the shoulders",
        _of_rises(opened_deg),
        _lifts_or_none("over"),
        ("rises where nobody lifts", "lifts, of films with no other rise"),
    ),
    Question(
        "cycles",
        "LEAST_RISE_S",
        "s",
        "how long a rise of the shoulders takes",
        _of_rises(lasts_s),
        _lifts_or_none("over"),
        ("rises where nobody lifts", "lifts, of films with no other rise"),
    ),
    Question(
        "cycles",
        "TRAVEL",
        LEGS,
        "how far the hips move across the picture in a rise of the shoulders",
        _of_rises(travelled),
        _lifts_or_none("under"),
        ("lifts, of films with no other rise", "rises where nobody lifts"),
    ),
    Question(
        "carry",
        "ARMS_DIFFER",
        "spreads",
        "how far the arms of a set's first or last rise are from the others'",
        _arms_bend,
        _with_the_weight,
        ("sets with as many rises as lifts", "sets with one rise more: done without the weight"),
    ),
)
