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
from formcheck.reps.recognise import WIDTHS_FROM_DEG, Features
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
    under: frozenset[str] | set[str], over: frozenset[str] | set[str], *, widths: bool = False
) -> Callable[[Measured], Side | None]:
    """Groups by kind of lift; ``widths`` asks for a view that shows hands and feet apart."""

    def side_of(one: Measured) -> Side | None:
        if widths and not one.signals.stance.view.yaw_deg >= WIDTHS_FROM_DEG:
            return None
        kind = one.label.kind
        return "under" if kind in under else "over" if kind in over else None

    return side_of


def _views(one: Measured) -> Side | None:
    """Filmed from the side, or not; films that turn belong to neither."""
    words = one.label.view
    if not words or not one.label.kind or " then " in words or "(13-24 s)" in words:
        return None
    if "oblique" in words or "front" in words:
        return "over"
    return "under" if words.startswith("side") else None


def _plates(one: Measured) -> Side | None:
    """A barbell's plates before the hands, or none: squats from the side."""
    if one.signals.stance.view.yaw_deg >= WIDTHS_FROM_DEG:
        return None
    return _kinds(BARBELL, {"goblet_squat", "bodyweight_squat", "some_squat"})(one)


def _of_set(value: Callable[[Features], float]) -> Read:
    """One reading a clip: a median over its rises."""
    return lambda one: () if one.features is None else (value(one.features),)


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
    value: Callable[[Features], float],
    side_of: Callable[[Measured], Side | None],
    who: tuple[str, str],
) -> Question:
    return Question("recognise", name, unit, reads, _of_set(value), side_of, who)


def _apart(one: Features) -> float:
    return one.wrist_gap


QUESTIONS = (
    Question(
        "recognise",
        "WIDTHS_FROM_DEG",
        DEG,
        "the view's yaw; 0 is from the side",
        lambda one: (one.signals.stance.view.yaw_deg,),
        _views,
        ("filmed from the side", "filmed obliquely or from the front or back"),
    ),
    _tree_line(
        "PLATES_BEFORE_HANDS",
        "share",
        "frames from bottom to top in which a wrist is seen, squats from the side",
        lambda one: one.wrists_seen,
        _plates,
        ("squats with a barbell", "squats without"),
    ),
    _tree_line(
        "HANGING",
        LEGS,
        "wrists above hips at the bottom",
        lambda one: one.wrist_over_hip,
        _kinds(HANGING, HELD),
        ("lifts with hanging arms", "lifts with a load on or before the body, or none"),
    ),
    _tree_line(
        "BENT_ARMS",
        DEG,
        "the elbow's angle at the bottom; 180 is straight",
        lambda one: one.elbow_deg,
        _kinds(HELD, HANGING),
        ("lifts with a load on or before the body, or none", "lifts with hanging arms"),
    ),
    _tree_line(
        "SWUNG",
        LEGS,
        "wrists above hips at their highest, less what unseen ones may jump",
        lambda one: one.swings_to,
        _kinds(HANGING, {"kettlebell_swing", "snatch"}),
        ("lifts with hanging arms", "swings and snatches"),
    ),
    _tree_line(
        "OVERHEAD",
        LEGS,
        "wrists above hips at their highest",
        lambda one: one.wrist_over_hip_max,
        _kinds({"kettlebell_swing"}, {"snatch"}),
        ("swings", "snatches"),
    ),
    _tree_line(
        "HINGED",
        RATIO,
        "knee over hip flexion at the bottom",
        lambda one: one.knee_over_hip,
        _kinds({"good_morning"}, SQUATS),
        ("good mornings", "squats"),
    ),
    _tree_line(
        "SINK",
        LEGS,
        "how far the hips sink",
        lambda one: one.hip_sink,
        _kinds({"romanian_deadlift"}, FROM_FLOOR),
        ("Romanian deadlifts", "deadlifts from the floor"),
    ),
    _tree_line(
        "SINK_SHARE",
        RATIO,
        "how far the hips sink, of the shoulders' way",
        lambda one: one.sink_share,
        _kinds({"romanian_deadlift"}, FROM_FLOOR),
        ("Romanian deadlifts", "deadlifts from the floor"),
    ),
    _tree_line(
        "HIGH_HIPS",
        LEGS,
        "hips above ankles at the bottom",
        lambda one: one.hip_over_ankle,
        _kinds(FROM_FLOOR, {"romanian_deadlift"}),
        ("deadlifts from the floor", "Romanian deadlifts"),
    ),
    _tree_line(
        "FEW_KNEES",
        RATIO,
        "knee over hip flexion at the bottom, where widths are seen",
        lambda one: one.knee_over_hip,
        _kinds({"romanian_deadlift"}, FROM_FLOOR, widths=True),
        ("Romanian deadlifts", "deadlifts from the floor"),
    ),
    _tree_line(
        "LEG_BEHIND",
        LEGS,
        "one ankle above the other at the bottom",
        lambda one: one.ankle_step,
        _kinds(TWO_LEGGED, {"single_leg_deadlift"}),
        ("deadlifts on two legs", "deadlifts on one leg"),
    ),
    _tree_line(
        "ONE_HIP",
        DEG,
        "one hip's bend more than the other's at the bottom, hanging arms",
        lambda one: one.hip_split_deg,
        _kinds(TWO_LEGGED, {"single_leg_deadlift"}),
        ("deadlifts on two legs", "deadlifts on one leg"),
    ),
    _tree_line(
        "WIDE_FEET",
        LEGS,
        "ankles apart, where widths are seen",
        lambda one: one.ankle_gap,
        _kinds(FROM_FLOOR - {"sumo_deadlift"}, {"sumo_deadlift"}, widths=True),
        ("other deadlifts from the floor", "sumo deadlifts"),
    ),
    _tree_line(
        "ONE_BELL",
        LEGS,
        "wrists apart with hanging arms, where widths are seen",
        _apart,
        _kinds({"kettlebell_deadlift"}, {"deadlift"}, widths=True),
        ("deadlifts with one bell", "deadlifts with a bar"),
    ),
    _tree_line(
        "SPLIT",
        DEG,
        "one hip's bend more than the other's at the bottom, load not in hanging arms",
        lambda one: one.hip_split_deg,
        _kinds(SQUATS, {"split_squat"}),
        ("squats", "split squats and lunges"),
    ),
    _tree_line(
        "TOGETHER",
        LEGS,
        "wrists apart, load not in hanging arms",
        _apart,
        _kinds({"goblet_squat"}, BARBELL),
        ("goblet squats", "squats with a barbell"),
    ),
    _tree_line(
        "AT_CHEST",
        LEGS,
        "wrists above shoulders, standing",
        lambda one: one.wrist_over_shoulder_top,
        _kinds({"bodyweight_squat"}, {"goblet_squat"}),
        ("bodyweight squats", "goblet squats"),
    ),
    _tree_line(
        "AT_SHOULDERS",
        LEGS,
        "wrists above shoulders, standing",
        lambda one: one.wrist_over_shoulder_top,
        _kinds({"bodyweight_squat"}, BARBELL),
        ("bodyweight squats", "squats with a barbell"),
    ),
    _tree_line(
        "ELBOWS_AHEAD",
        LEGS,
        "elbows before the shoulders",
        lambda one: one.elbow_ahead,
        _kinds({"back_squat"}, {"front_squat"}),
        ("back squats", "front squats"),
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
