"""Tell which lift it is from how the body and the hands move.

A small decision tree over the rises of the set. Each step compares one
quantity with a line of ``signals/lines.toml``; how far it is from the line, in
units of the line's spread, gives the step's certainty (a logistic), and the
confidence is their product. Where the hands and the hips don't tell a barbell from a
kettlebell, the plain name of the lift is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray, Lift, Signals
from formcheck.errors import NoReps
from formcheck.reps.cycles import Cycle, Rises, find_cycles
from formcheck.reps.drive import height, hip_height, wrist_height
from formcheck.reps.lifts import known_lift
from formcheck.reps.others import telling
from formcheck.signals.angles import ANKLE, ELBOW, SHOULDER
from formcheck.signals.lines import Line, line

NEAR_BOTTOM_S = 0.15

WIDTHS_FROM_DEG = line("recognise", "WIDTHS_FROM_DEG").value
"""Yaw from which the picture shows how far apart hands and feet are: from the
side the engine guesses it."""

PLATES_BEFORE_HANDS = line("recognise", "PLATES_BEFORE_HANDS").value
"""Wrists seen in fewer frames than this are behind a plate: it is a barbell."""

JUMPY = 0.5
"""Leg lengths taken off a height of wrists that are never seen: behind a plate
they jump (our choice, measured on the rendered lifters)."""

HINGE_RISE = 0.45
"""Leg lengths the shoulders rise in a whole hinge; of a rise that the film cuts
short the hips' part is taken (our choice, measured on the real clips)."""

ON_THE_FLOOR, ON_THE_FLOOR_SPREAD = 0.45, 0.20
"""Radii from the standing ankle up to the plate's centre at the bottom: from straight aside
plates on the floor have -0.8..0.4 (17 real and rendered deadlifts), those of Romanian
deadlifts 0.7..1.7 (our choice)."""

BAR_UP_TO_DEG = 30.0
"""Beyond it the near end of the bar stands too far from the feet to compare their heights
(our choice)."""

NO_PLATE = 0.7
"""How sure it is that arms held out before the shoulders hold nothing where no plate is seen:
an empty bar has none (our choice)."""

UNTOLD = 0.4999
"""How sure a step is of what isn't seen: it leaves the plainer of two names."""

MOST_VOTE = 3.0
"""No single quantity decides alone against two others (our choice)."""

UNSEEN_LOAD = 0.7
"""How much of the certainty is left where the load can't be told."""

# Lines of the tree. Where they lie and what was read on either side: signals/lines.toml.
HANGING = line("recognise", "HANGING")  # wrist above hip at the bottom; a hanging arm is below
SWUNG = line("recognise", "SWUNG")  # wrist above hip at its highest, with hanging arms
OVERHEAD = line("recognise", "OVERHEAD")  # an arm held straight up: a snatch or press, no swing
HINGED = line("recognise", "HINGED")  # knee over hip flexion at the bottom
SINK = line("recognise", "SINK")  # how far the hips sink; a Romanian deadlift's hardly do
SINK_SHARE = line(
    "recognise", "SINK_SHARE"
)  # of the shoulders' way; most of it is the trunk's lean
HIGH_HIPS = line("recognise", "HIGH_HIPS")  # hips over ankles at the bottom of a Romanian deadlift
FEW_KNEES = line("recognise", "FEW_KNEES")  # knee over hip flexion of a Romanian deadlift
LEG_BEHIND = line("recognise", "LEG_BEHIND")  # one ankle above the other: on one leg
ONE_HIP = line("recognise", "ONE_HIP")  # degrees the other hip is bent less, on one leg
BENT_ARMS = line("recognise", "BENT_ARMS")  # degrees of the elbow; hanging arms are straighter
WIDE_FEET = line("recognise", "WIDE_FEET")  # ankles apart: a sumo stance
ONE_BELL = line("recognise", "ONE_BELL")  # wrists apart, with hanging arms: both on one handle
AT_CHEST = line(
    "recognise", "AT_CHEST"
)  # wrists above shoulders, standing: a bell before the chest
SPLIT = line("recognise", "SPLIT")  # degrees one hip is bent more than the other
TOGETHER = line("recognise", "TOGETHER")  # wrists hold one bell
AT_SHOULDERS = line("recognise", "AT_SHOULDERS")  # wrists above shoulders, standing
ELBOWS_AHEAD = line("recognise", "ELBOWS_AHEAD")  # elbows before the shoulders: front rack


@dataclass(frozen=True)
class Features:
    """Medians over the rises; lengths in leg lengths, angles in degrees."""

    wrist_over_hip: float
    wrist_over_hip_max: float
    wrist_over_shoulder_top: float
    knee_over_hip: float
    hip_over_ankle: float
    ankle_step: float
    hip_split_deg: float
    wrist_gap: float
    elbow_ahead: float
    elbow_deg: float
    wrists_seen: float
    hip_sink: float
    sink_share: float
    ankle_gap: float
    yaw_deg: float
    bar_over_ankle: float
    no_plate: bool

    @property
    def shows_widths(self) -> bool:
        """How far apart hands and feet are can be seen."""
        return self.yaw_deg >= WIDTHS_FROM_DEG

    @property
    def swings_to(self) -> float:
        """How high the wrists swing above the hips, less what unseen ones may jump."""
        return self.wrist_over_hip_max - JUMPY * (1.0 - self.wrists_seen)


def recognise(signals: Signals, wanted: str = "auto", rises: Rises | None = None) -> Lift:
    """Name the lift, or take the user's word for it; ``rises`` spares finding them again.

    Raises
    ------
    BadRequest
        ``wanted`` is neither "auto" nor a lift we know.
    NoReps
        Nothing in the picture moves like a lift we know.
    """
    if wanted != "auto":
        return Lift(known_lift(wanted), "given", 1.0)
    cycles, rejected = rises or find_cycles(signals)
    if not cycles:
        first = telling(rejected)
        why = f" ({first.reason})" if first else ""
        raise NoReps(
            f"this doesn't look like a lift we know: no repetition was found{why}. "
            "Film the whole body, head to feet, or name the lift with --lift."
        )
    name, confidence = named(signals, cycles)
    if name == "":
        raise NoReps(
            "this doesn't look like a lift we know: the weight goes overhead. "
            "Name the lift with --lift to count it all the same."
        )
    return Lift(name, "detected", round(confidence, 2))


def named(signals: Signals, cycles: list[Cycle]) -> tuple[str, float]:
    """Give what these rises are recognised as, "" for none we know, and how surely."""
    return _tree(features_of(signals, cycles))


def load_held(signals: Signals, cycle: Cycle) -> tuple[str, float]:
    """What the hands do in one rise: "hanging", "swung" or "held", and how surely.

    So much a single rise tells; which lift it is takes the whole set.
    """
    seen = features_of(signals, [cycle])
    hanging = _hanging(seen)
    if hanging < 0.5:
        return "held", 1.0 - hanging
    swung = _swung(seen)
    return ("swung", hanging * swung) if swung >= 0.5 else ("hanging", hanging * (1.0 - swung))


def _hanging(seen: Features) -> float:
    hanging = _over(HANGING, -seen.wrist_over_hip, negate=True)
    return hanging * _over(BENT_ARMS, seen.elbow_deg)


def _swung(seen: Features) -> float:
    return _over(SWUNG, seen.swings_to)


def _tree(seen: Features) -> tuple[str, float]:
    hanging = _hanging(seen)
    if hanging >= 0.5:
        return _with_hanging_arms(seen, hanging)
    up = 1.0 - hanging
    split = _over(SPLIT, seen.hip_split_deg)
    if split >= 0.5:
        return "split_squat", up * split
    hinged = 1.0 - _over(HINGED, seen.knee_over_hip)
    if hinged >= 0.5:
        return "good_morning", up * hinged
    return _squat(seen, up * (1.0 - hinged))


def _with_hanging_arms(seen: Features, so_far: float) -> tuple[str, float]:
    swung = _swung(seen)
    if swung >= 0.5:
        overhead = _over(OVERHEAD, seen.wrist_over_hip_max)
        return ("", overhead) if overhead >= 0.5 else ("kettlebell_swing", swung * (1 - overhead))
    one_leg = min(_over(LEG_BEHIND, seen.ankle_step), _over(ONE_HIP, seen.hip_split_deg))
    if one_leg >= 0.5:
        return "single_leg_deadlift", so_far * one_leg
    # A lift that starts with plates on the floor isn't Romanian.
    romanian = _romanian(seen) * (1.0 - _on_the_floor(seen))
    if romanian >= 0.5:
        return "romanian_deadlift", so_far * romanian
    return _from_floor(seen, so_far * (1.0 - romanian))


def _romanian(seen: Features) -> float:
    """How sure it is that the hips go back, hardly down.

    The knees don't tell from the side, where plates hide them. Nor does anything where
    they hide the hips.
    """
    votes = (
        -_vote(SINK, seen.hip_sink),
        -_vote(SINK_SHARE, seen.sink_share),
        _vote(HIGH_HIPS, seen.hip_over_ankle),
    )
    told = math.isfinite(seen.hip_sink) or math.isfinite(seen.hip_over_ankle)
    hardly_down = 1.0 / (1.0 + math.exp(-sum(votes))) if told else UNTOLD
    if not seen.shows_widths:
        return hardly_down
    return hardly_down * (1.0 - _over(FEW_KNEES, seen.knee_over_hip))


def _on_the_floor(seen: Features) -> float:
    """How sure it is that the bar's plates stand on the floor at the bottom."""
    if not math.isfinite(seen.bar_over_ankle):
        return 0.0
    over = (seen.bar_over_ankle - ON_THE_FLOOR) / ON_THE_FLOOR_SPREAD
    return 1.0 / (1.0 + math.exp(float(np.clip(2.0 * over, -30, 30))))


def _from_floor(seen: Features, so_far: float) -> tuple[str, float]:
    """A deadlift; which one only where the picture shows hands and feet apart."""
    if not seen.shows_widths:
        # Plates show by what they hide; a bell doesn't.
        plates = seen.wrists_seen < 1.0 - PLATES_BEFORE_HANDS
        return "deadlift", so_far * (1.0 if plates else UNSEEN_LOAD)
    wide = _over(WIDE_FEET, seen.ankle_gap)
    if wide >= 0.5:
        return "sumo_deadlift", so_far * wide
    one_bell = 1.0 - _over(ONE_BELL, seen.wrist_gap)
    if one_bell >= 0.5:
        return "kettlebell_deadlift", so_far * one_bell
    return "deadlift", so_far * (1.0 - wide) * (1.0 - one_bell)


def _squat(seen: Features, so_far: float) -> tuple[str, float]:
    together = 1.0 - _over(TOGETHER, seen.wrist_gap)
    if seen.wrists_seen < PLATES_BEFORE_HANDS:
        together = 0.0
    chest = _over(AT_CHEST, seen.wrist_over_shoulder_top)
    shoulders = _over(AT_SHOULDERS, seen.wrist_over_shoulder_top)
    if together >= 0.5 and chest >= 0.5:
        return "goblet_squat", so_far * together * chest
    ahead = _over(ELBOWS_AHEAD, seen.elbow_ahead)
    if shoulders >= 0.5 and ahead >= 0.5:
        if seen.no_plate:
            return "bodyweight_squat", so_far * shoulders * ahead * NO_PLATE
        return "front_squat", so_far * shoulders * ahead
    if shoulders >= 0.5:
        return "back_squat", so_far * shoulders
    return "bodyweight_squat", so_far * (1.0 - shoulders)


def _over(over: Line, value: float, *, negate: bool = False) -> float:
    """Certainty that ``value`` lies over the line; ``UNTOLD`` when it isn't seen.

    ``negate`` turns the line's sign along with the value's.
    """
    if not math.isfinite(value):
        return UNTOLD
    distance = value + over.value if negate else value - over.value
    return 1.0 / (1.0 + math.exp(-float(np.clip(2.0 * distance / over.spread, -30, 30))))


def _vote(over: Line, value: float) -> float:
    """How many spreads ``value`` lies over the line; 0 when it isn't seen."""
    if not math.isfinite(value):
        return 0.0
    return float(np.clip((value - over.value) / over.spread, -MOST_VOTE, MOST_VOTE))


def features_of(signals: Signals, cycles: list[Cycle]) -> Features:
    """Measure what the tree asks, over these rises."""
    shoulder, hip, wrist = height(signals), hip_height(signals), wrist_height(signals)
    stance, gap_legs = signals.stance, signals.guesses.gap_legs
    points, leg_px = signals.body.points_px, signals.body.leg_px
    ankles = -points[:, [ANKLE["left"], ANKLE["right"]], 1] / leg_px
    elbow_x = points[:, ELBOW[stance.side], 0]
    ahead = stance.forward * (elbow_x - points[:, SHOULDER[stance.side], 0]) / leg_px
    if stance.view.facing is None or not _shoulders_in_picture(signals, cycles):
        ahead = np.full(ahead.shape, np.nan)
    shape = signals.guesses.shape_deg

    def low(values: FloatArray) -> float:
        return _median([_around(signals, values, cycle.bottom.at) for cycle in cycles])

    def high(values: FloatArray) -> float:
        return _median([_around(signals, values, cycle.top.at) for cycle in cycles])

    def parts_of(values: FloatArray) -> list[FloatArray]:
        # A swung bell is highest when the shoulders have long been up.
        ends = [cycle.after.at if cycle.after else len(values) for cycle in cycles]
        return [values[cycle.bottom.at : end] for cycle, end in zip(cycles, ends, strict=True)]

    def most(values: FloatArray) -> float:
        parts = parts_of(values)
        # Not the very highest: behind a plate a wrist may jump for a few frames.
        return _median([float(np.nanpercentile(p, 90)) for p in parts if np.isfinite(p).any()])

    # Wrists that plates hide are taken from the engine's own 3-D guess.
    over_hip = _or_else(wrist - hip, gap_legs["wrist_over_hip"])
    over_shoulder = _or_else(wrist - shoulder, gap_legs["wrist_over_shoulder"])
    sink, rise = high(hip) - low(hip), float(np.median([cycle.rise for cycle in cycles]))
    return Features(
        wrist_over_hip=low(over_hip),
        wrist_over_hip_max=most(over_hip),
        wrist_over_shoulder_top=high(over_shoulder),
        knee_over_hip=low(shape["knee"]) / max(low(shape["hip"]), 1.0),
        hip_over_ankle=low(hip - _filled(ankles).min(axis=1)),
        ankle_step=low(np.abs(ankles[:, 0] - ankles[:, 1])),
        hip_split_deg=low(shape["hip_split"]),
        wrist_gap=(low(gap_legs["wrists"]) + high(gap_legs["wrists"])) / 2,
        elbow_ahead=low(ahead),
        elbow_deg=low(shape["elbow"]),
        wrists_seen=float(np.mean([np.isfinite(part).mean() for part in parts_of(wrist)])),
        hip_sink=sink * max(1.0, HINGE_RISE / rise),
        sink_share=sink / rise,
        ankle_gap=(low(gap_legs["ankles"]) + high(gap_legs["ankles"])) / 2,
        yaw_deg=stance.view.yaw_deg,
        bar_over_ankle=_bar_over_ankle(signals, cycles),
        no_plate=_no_plate(signals),
    )


def _bar_over_ankle(signals: Signals, cycles: list[Cycle]) -> float:
    """Radii from the ankle, standing, up to the plate at the bottoms; NaN where not shown."""
    bar = signals.bar
    if bar is None or signals.stance.view.yaw_deg > BAR_UP_TO_DEG:
        return float("nan")
    ankle_px = signals.body.points_px[:, ANKLE[signals.stance.side], 1]
    stood = _median([_around(signals, ankle_px, cycle.top.at) for cycle in cycles])
    low = _median([_around(signals, bar.centre_px[:, 1], cycle.bottom.at) for cycle in cycles])
    return (stood - low) / bar.radius_px


def _no_plate(signals: Signals) -> bool:
    """A camera at the side would show a bar's plate, and none is there."""
    from_side = signals.stance.view.yaw_deg <= BAR_UP_TO_DEG
    return signals.picture.bar_sought and signals.bar is None and from_side


def _shoulders_in_picture(signals: Signals, cycles: list[Cycle]) -> bool:
    """The trunk's angle is known at the bottom: nothing of it is out of the picture."""
    trunk = signals.guesses.lean_deg
    return all(np.isfinite(trunk[cycle.bottom.at]) for cycle in cycles)


def _or_else(seen: FloatArray, guessed: FloatArray) -> FloatArray:
    """What is seen, and what is guessed where it isn't."""
    return np.where(np.isfinite(seen), seen, guessed)


def _filled(ankles: FloatArray) -> FloatArray:
    """Ankle heights with an unseen one replaced by the seen one."""
    return np.where(np.isfinite(ankles), ankles, ankles[:, ::-1])


def _around(signals: Signals, values: FloatArray, frame: int) -> float:
    near = np.abs(signals.time_s - signals.time_s[frame]) <= NEAR_BOTTOM_S
    part = values[near & np.isfinite(values)]
    return float(np.median(part)) if part.size else float("nan")


def _median(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")
