"""The frozen data that travels between the stages.

Conventions, stated once:

- ``T`` is the number of analysed frames. ``time_s`` (presentation time of the
  source, in seconds) travels with the data; nothing counts in frames.
- Pixels are those of the upright source picture, x right, y down.
- Landmarks are in BlazePose order (33 points); NaN means missing.
- Angles follow the sagittal convention of ``signals/angles.py``: degrees from
  the vertical, positive when the upper end leans the way the lifter faces.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
BoolArray = NDArray[np.bool_]

Verdict = Literal["good", "watch", "fault", "cannot_judge"]
ViewName = Literal["side", "oblique", "front", "back"]
Facing = Literal["left", "right"]
Limb = Literal["arm", "leg"]


@dataclass(frozen=True)
class Caution:
    """Something about the recording that limits what can be said.

    ``code`` is a stable identifier, ``message`` what we saw, ``how_to_fix``
    how to film it next time.
    """

    code: str
    message: str
    how_to_fix: str = ""


@dataclass(frozen=True)
class Source:
    """Where the measurements come from.

    ``width`` and ``height`` are those of the upright picture in pixels;
    ``rotation_deg`` is the clockwise turn that made it upright. ``frames`` and
    ``duration_s`` describe what was read. ``sampled_hz`` is the rate at which
    frames were analysed.
    """

    file: str
    sha256: str
    width: int
    height: int
    rotation_deg: int
    duration_s: float
    frames: int
    frame_rate_hz: float
    variable_rate: bool
    sampled_hz: float


@dataclass(frozen=True)
class Person:
    """One person seen in the recording.

    ``box_px`` is the median box (left, top, right, bottom); ``coverage`` the
    share of scouted frames they are in; ``lift_score`` how much they move
    like a lifter (see ``poses/lifter.py``).
    """

    index: int
    box_px: tuple[float, float, float, float]
    coverage: float
    lift_score: float


PACE_DOUBTS = ("pace_unknown", "pace_changes", "times_made_up", "film_damaged")
"""Why a film's seconds may not be life's: keys of ``[not_seen]`` in ``advice.toml``."""


@dataclass(frozen=True)
class Pace:
    """How far the film's clock is life's.

    ``slowed`` is how many times slower than life the film plays; the times were
    divided by it (0.5: a time lapse at double speed, 1: as filmed). ``doubt``, one of
    ``PACE_DOUBTS``, says why its seconds can't be trusted: cues that need seconds
    aren't judged then; "" when they can.
    """

    slowed: float = 1.0
    doubt: str = ""


@dataclass(frozen=True)
class Part:
    """Which set of a film this is: number ``number`` of ``of``.

    ``start_s`` to ``end_s`` is what of the film was judged, by the film's own clock.
    """

    number: int
    of: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Maker:
    """What found the landmarks of a track, as far as it decides what they are.

    ``formcheck`` is the version that ran, ``engine`` the pose engine with its version,
    ``model`` the name of its model's file. ``side_px`` is the longer side of the pictures
    that the engine was given; of more than ``most_hz`` pictures a second some were left
    out (None: whatever came, live). ``step_ms`` is the time that the engine was told
    passes between two pictures: it decides how much it smooths (0: not at all).
    ``lifter`` is the person who was asked for; None when the lifter was chosen.
    ``rests`` tells that somebody who didn't move was looked at less often, and
    ``mask_every_s`` how long it was from one person mask to the next (0: each picture's own).
    """

    formcheck: str
    engine: str
    model: str
    model_sha256: str
    side_px: int
    most_hz: float | None
    step_ms: int
    lifter: int | None = None
    rests: bool = False
    mask_every_s: float = 0.0


@dataclass(frozen=True)
class PoseTrack:
    """Landmarks and mask outline of the one chosen lifter.

    time_s        (T,)          seconds, increasing
    landmarks_px  (T, 33, 3)    x, y in pixels, z in pixels relative to the hips
    visibility    (T, 33)       0..1, the engine's own belief
    world_m       (T, 33, 3)    metres, hip-centred, the engine's prior scale
    frame_size    (2,)          width, height in pixels
    outline_px    (T, 2, S, 2)  where the person mask ends on the left [0] and
                                right [1] of the hip-to-shoulder line, at the
                                S stations of ``poses.outline.STATIONS``;
                                None when there was no picture
    on_body       (T, 33)       the mask's value at each landmark, 0..1; None
                                when there was no picture
    shot          (T,)          number of the scene, the same where a film comes back
                                to it, -1 for a picture of none (a flash, a title);
                                None for one scene
    stretch       (T,)          number of the stretch of time without a gap or a jump
                                cut, not falling; None for one stretch
    pace                        how far ``time_s`` is life's
    camera        (T, 2, 3)     how the camera moved: the affine map from each
                                picture's pixels to those of a steady one; NaN where
                                it couldn't be told, None for a still camera or
                                where there was no picture
    roll          (T, 2)        how far the steady picture is turned clockwise, as
                                upright edges behind the lifter show, and its
                                standard deviation, degrees; NaN where they don't
                                tell, None when there was no picture
    plate_px      (T, 4)        the bar's near plate: x, y of its centre, its radius (half
                                its height) and the centre's standard deviation to each
                                side, pixels; NaN where it isn't found, None when nobody
                                looked for it
    light                       mean grey of the lifter's place in the picture, 0..255;
                                None where unknown
    face_covered                something is drawn over the head, or it was blurred
    part                        which set it is, when it was cut out of a film; None when
                                nobody has looked for sets in it
    made_by                     what found the landmarks; None where unknown
    looked        (T,)          the pictures that the engine looked at; in the others the
                                landmarks lie between those; None for all of them

    ``outline_px`` and ``on_body`` are NaN where the engine drew no mask.
    """

    time_s: FloatArray
    landmarks_px: FloatArray
    visibility: FloatArray
    world_m: FloatArray
    frame_size: tuple[int, int]
    outline_px: FloatArray | None = None
    shot: NDArray[np.integer] | None = None
    on_body: FloatArray | None = None
    stretch: NDArray[np.integer] | None = None
    pace: Pace = Pace()
    camera: FloatArray | None = None
    roll: FloatArray | None = None
    light: float | None = None
    face_covered: bool = False
    plate_px: FloatArray | None = None
    part: Part | None = None
    people: tuple[Person, ...] = ()
    chosen: int = 0
    source: Source | None = None
    cautions: tuple[Caution, ...] = ()
    made_by: Maker | None = None
    looked: BoolArray | None = None

    @cached_property
    def measured(self) -> dict[Hashable, Signals]:
        """What was measured of it, by what was asked: the sets are found in the same signals."""
        return {}


@dataclass(frozen=True)
class View:
    """Where the camera stands relative to the lifter.

    ``yaw_deg`` is 0 for a true side view and 90 for front or back;
    ``yaw_sigma_deg`` its standard deviation. ``facing`` is the side of the
    picture the lifter faces, None from the front or back.
    """

    name: ViewName
    facing: Facing | None
    yaw_deg: float
    yaw_sigma_deg: float


Parts = Mapping[str, FloatArray]
"""Independent errors by name, (T,) each, one standard deviation: together they are a σ."""


def together(parts: Parts) -> FloatArray:
    """The σ that independent parts make: the root of the sum of their squares, (T,)."""
    return np.asarray(np.sqrt(sum(np.square(part) for part in parts.values())))


@dataclass(frozen=True)
class Series:
    """A quantity over time and how far it may be off, in the unit that its name gives.

    value  (T,)          NaN where it isn't shown
    parts  name -> (T,)  what its σ is made of
    """

    value: FloatArray
    parts: Parts

    @cached_property
    def sigma(self) -> FloatArray:
        """Standard deviation of the value, (T,), from its parts."""
        return together(self.parts)

    def with_parts(self, parts: Mapping[str, FloatArray | float]) -> Series:
        """The same quantity with further parts of its σ."""
        wide = {name: np.zeros(self.value.shape) + part for name, part in parts.items()}
        return replace(self, parts={**self.parts, **wide})


@dataclass(frozen=True)
class Time:
    """When the frames were taken.

    time_s   (T,)  seconds, increasing
    stretch  (T,)  number of the stretch without a gap in time, not falling: nothing is
                   measured across its change
    pace           how far ``time_s`` is life's
    """

    time_s: FloatArray
    stretch: NDArray[np.integer]
    pace: Pace = Pace()


@dataclass(frozen=True)
class Stance:
    """How the lifter stands to the camera, from ``signals/view.py``.

    view               where the camera stands, over the whole set
    side               "left" | "right": the limbs nearer to the camera, chosen once
    heading_deg  (T,)  where the chest points
    """

    view: View
    side: Facing
    heading_deg: FloatArray

    @property
    def forward(self) -> float:
        """The way the lifter faces along the picture's x: 1 right, -1 left."""
        return -1.0 if self.view.facing == "left" else 1.0


@dataclass(frozen=True)
class Picture:
    """What the pictures are like that all was measured in.

    has_outline           False for landmarks that were saved without a picture
    level      (T, 2, 3)  map from each picture's pixels to the steady, level ones that
                          points and back are in; None where these are the picture's own
    roll_sigma_deg        of the vertical, beyond what every angle's σ allows for
    place_sigma_px        of a place against that at another time, after a moving camera
                          was followed; 0 for a still one
    light                 mean grey of the lifter's place, 0..255; None where unknown
    face_covered          something is drawn over the head: it tells nothing
    bar_sought            a bar's plate was looked for, found or not
    """

    has_outline: bool = True
    level: FloatArray | None = None
    roll_sigma_deg: float = 0.0
    place_sigma_px: float = 0.0
    light: float | None = None
    face_covered: bool = False
    bar_sought: bool = False

    def at(self, frame: int) -> Picture:
        """The picture of one frame alone."""
        return self if self.level is None else replace(self, level=self.level[frame : frame + 1])

    def own_px(self, points_px: FloatArray) -> FloatArray:
        """Points (T, N, 2) of every frame in the pixels of its own picture, to draw."""
        if self.level is None:
            return points_px
        away = points_px - self.level[:, None, :, 2]
        return np.asarray(np.einsum("tij,tnj->tni", np.linalg.inv(self.level[:, :, :2]), away))


@dataclass(frozen=True)
class Body:
    """Where the lifter's body is in the steady, level picture.

    points_px  (T, 33, 2)  repaired, filtered landmarks; NaN where unseen
    seen       (T,)        the lifter is in the picture
    leg_px                 standing leg length (hip-knee-ankle): the scale
    looked_at_px           the same in the picture as the engine looks at it
    both_sides             angles are those of the middle of both sides
    of_engine              the points are where a pose engine sees joints, not their centres
    alone                  limbs of which the near one is used alone, moved to that middle
    hips_hidden  (T,)      something stands before the hips, as ``signals/covered.py`` tells
    hidden       (T, 33)   something stands before a joint of the nearer leg: its point is a
                           guess; empty where no body was fitted
    held_px  (T, 33, 2)    where the fitted body has those; NaN where it doesn't know
    side_swaps_repaired    stretches in which left and right were exchanged
    """

    points_px: FloatArray
    seen: BoolArray
    leg_px: float
    looked_at_px: float
    both_sides: bool = False
    of_engine: bool = False
    alone: frozenset[Limb] = frozenset()
    side_swaps_repaired: int = 0
    hips_hidden: BoolArray = field(default_factory=lambda: np.empty(0, dtype=bool))
    hidden: BoolArray = field(default_factory=lambda: np.empty((0, 33), dtype=bool))
    held_px: FloatArray = field(default_factory=lambda: np.empty((0, 33, 2)))

    @property
    def drawn_px(self) -> FloatArray:
        """The points, (T, 33, 2), hidden ones where the fitted body has them, if it knows."""
        if not len(self.hidden):
            return self.points_px
        return np.where(self.hidden[..., None], self.held_px, self.points_px)

    @property
    def lifter_coverage(self) -> float:
        """Share of the frames that show the lifter."""
        return float(self.seen.mean())


@dataclass(frozen=True)
class BackReading:
    """What the lower back's flexion is estimated from, see ``signals/lumbar.py``.

    shape     (T, 5) of the dorsal edge, trunk lengths
    lean_deg  (T,)   of the hip-to-shoulder line from the vertical, + forward
    trunk_px  (T,)   its length
    """

    shape: FloatArray
    lean_deg: FloatArray
    trunk_px: FloatArray


@dataclass(frozen=True)
class Back:
    """The lifter's back as the outline shows it; its turn is an angle.

    edge_px    (T, S, 2)  dorsal edge, hip to shoulder; NaN where unseen
    hip_depth  (T,)       how deep the mask is from back to front at the hips, trunk
                          lengths; a plate before the hips makes it deep
    reading               what the lower back's flexion is estimated from
    """

    edge_px: FloatArray
    hip_depth: FloatArray
    reading: BackReading


@dataclass(frozen=True)
class Bar:
    """The bar: its plate nearer to the camera, in the steady, level picture.

    centre_px    (T, 2)  NaN where it wasn't found; short gaps are filled, all is smoothed
    sigma_px     (T,)    standard deviation of a coordinate of it, NaN where it wasn't found
    jitter_px            what of that is each frame's own; the rest keeps for a while
    radius_px            of the plate, over the set
    rests        (T,)    it stands on the floor
    m_per_px             at the plate, sideways of the camera; NaN where its size is unknown
    scale_sigma          relative standard deviation of that
    size_told            the plate's size was given, not told from the leg
    """

    centre_px: FloatArray
    sigma_px: FloatArray
    radius_px: float
    rests: BoolArray
    m_per_px: float
    scale_sigma: float
    jitter_px: float = 0.0
    size_told: bool = False


@dataclass(frozen=True)
class Guesses:
    """Coarse, but there from every view: to count and to name the lift, never for a verdict.

    lean_deg   (T,)          the trunk's angle, also where something hides it
    shape_deg  name -> (T,)  "knee", "hip", "knee_split", "hip_split", "trunk", "elbow" and
                             so on from the engine's 3-D points, see ``signals/shape.py``
    gap_legs   name -> (T,)  how far hands and feet are apart, "wrists", "ankles", and
                             where they are, "wrist_over_hip" and so on; leg lengths,
                             from the same
    """

    lean_deg: FloatArray
    shape_deg: Mapping[str, FloatArray]
    gap_legs: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Signals:
    """What the camera shows of the lifter over time: repaired and filtered.

    angles_deg  name -> degrees: "trunk", "thigh", "shank", "knee", "hip", "arm", "elbow",
                "neck", "back_turn"; "lumbar_flexion" is an estimate
                (``signals/lumbar.py``)
    """

    time: Time
    stance: Stance
    picture: Picture
    body: Body
    angles_deg: Mapping[str, Series]
    back: Back
    guesses: Guesses
    cautions: tuple[Caution, ...] = ()
    bar: Bar | None = None

    @cached_property
    def worked_out(self) -> dict[Hashable, Any]:
        """What was worked out of these signals and is asked for again, by what it is."""
        return {}

    @property
    def time_s(self) -> FloatArray:
        """Times of the frames, (T,) seconds: they travel with everything."""
        return self.time.time_s


@dataclass(frozen=True)
class Candidate:
    """A lift that it may be, and how likely it is that one."""

    name: str
    confidence: float


@dataclass(frozen=True)
class Lift:
    """Which lift it is. ``how`` is "given" by the user or "detected".

    ``candidates`` are the two likeliest, where it isn't sure which; else none.
    """

    name: str
    how: Literal["given", "detected"]
    confidence: float
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Rep:
    """One repetition. Times in seconds of the source.

    ``start_s`` to ``end_s`` spans the repetition; ``bottom_s`` is its lowest
    and ``top_s`` its standing point. ``complete`` is False when the clip
    begins or ends inside it. A deadlift starts at the bottom
    (``bottom_s`` near ``start_s``), a squat at the top. ``top_seen`` is False
    when the lifter is out of sight, or the clip over, before they stand; ``way_seen``
    when they are out of sight at the lowest point or for much of the way up. ``cut`` says
    that the film begins or ends inside the lift itself, its way up or, of a lift from
    the top, its way down. What is cut or not seen is counted, never judged or compared.
    A phase with a gap of the film in it is NaN.
    """

    index: int
    start_s: float
    bottom_s: float
    top_s: float
    end_s: float
    complete: bool
    eccentric_s: float
    pause_s: float
    concentric_s: float
    top_seen: bool = True
    way_seen: bool = True
    cut: bool = False

    @property
    def comparable(self) -> bool:
        """Whether it can be judged, and others be compared with it."""
        return self.way_seen and not self.cut


@dataclass(frozen=True)
class Tempo:
    """A prescribed tempo, seconds: lowering, pause at the bottom, lifting."""

    eccentric_s: float
    pause_s: float
    concentric_s: float

    def __str__(self) -> str:
        """Give it as coaches write it: "3-1-3"."""
        return "-".join(f"{part:g}" for part in (self.eccentric_s, self.pause_s, self.concentric_s))


@dataclass(frozen=True)
class LimitChange:
    """One entry of a coach's limits file that differs from the standard.

    ``key`` is what was changed, as in ``limits.toml``: "watch", "fault", "most",
    "weight" or "source"; ``lift`` is "any" for every lift without its own entry.
    """

    cue: str
    lift: str
    key: str
    value: float | str
    standard: float | str
    unit: str


@dataclass(frozen=True)
class Rejected:
    """A stretch of movement that is not counted, and why."""

    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True)
class MeasuredSet:
    """One set, measured and cut into its repetitions: all that is judged.

    signals   the set's signals
    lift      which lift it is
    reps      its repetitions, in order
    rejected  what wasn't counted, and why
    tempo     what was prescribed, or None
    least_hz  pictures a second that it takes to judge a repetition; 0 asks for none
    """

    signals: Signals
    lift: Lift
    reps: tuple[Rep, ...]
    rejected: tuple[Rejected, ...] = ()
    tempo: Tempo | None = None
    least_hz: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What one cue says of one repetition (or of the set).

    ``value`` and ``sigma`` are in ``unit``. When ``fault_limit`` is larger
    than ``watch_limit`` a larger value is worse, otherwise a smaller one is.
    ``at_s`` is the moment the value was taken. ``applies`` is False where there is
    nothing to judge, whatever the picture shows: a single repetition can't be compared.
    ``most`` is "watch" where the evidence is too weak for a fault; ``unit_cm`` how many
    centimetres one of ``unit`` is, where that is known.
    """

    cue: str
    verdict: Verdict
    value: float
    unit: str
    sigma: float
    watch_limit: float
    fault_limit: float
    at_s: float
    reason: str
    advice: str
    applies: bool = True
    most: Literal["fault", "watch"] = "fault"
    unit_cm: float | None = None


@dataclass(frozen=True)
class CueInfo:
    """What a reader needs to know of a cue: words, limits' source, articles.

    ``title`` is its one name, in every place; it says what is wanted.
    """

    id: str
    title: str
    question: str
    quantity: str
    source: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class JudgedRep:
    """A repetition with its measures, findings and score.

    ``score`` is 0..100, or NaN when less than half of the cues could be
    judged.
    """

    rep: Rep
    measures: Mapping[str, float]
    findings: Mapping[str, Finding]
    score: float


@dataclass(frozen=True)
class Remedy:
    """What to change when filming: ``how``, in words, is the ``advice`` of findings.

    ``unlocks`` is how much of what counts couldn't be judged for want of it, by weight, 0..1.
    """

    how: str
    unlocks: float


@dataclass(frozen=True)
class SetSummary:
    """The set as a whole.

    ``headline`` is the verdict in one sentence, ``praise`` one true good
    thing, ``main_advice`` the one thing to work on, ``main_cue`` its id (or
    None), ``main_reason`` why it comes first. ``judged_share`` is how much
    of what counts isn't "cannot_judge", by weight: of the cues that a side view or the
    camera's own can show and that apply. ``score_reason`` explains the score
    in one sentence, or says why there is none. ``remedies`` are what would let more be
    judged, the one that unlocks most first.
    """

    findings: Mapping[str, Finding]
    score: float
    judged_share: float
    headline: str
    praise: str
    main_advice: str
    main_cue: str | None
    main_reason: str = ""
    score_reason: str = ""
    remedies: tuple[Remedy, ...] = ()
