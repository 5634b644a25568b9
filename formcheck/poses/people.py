"""Who is in the picture, and which of them is the lifter.

People are looked for in pictures spread over the film ("scouting"). In one scene
sightings are joined to persons by place and size, and somebody who is seen again
elsewhere, after they were gone, by clothes and size. The lifter is chosen in each
scene: the one who is there, is large, and whose shoulders go up and down on the
spot. The lifters of all scenes count as one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray, Person
from formcheck.poses.boxes import middles_apart_px, taller_px

SAME_PERSON = 0.6
"""Body heights between two sightings that can still be the same person."""

LEAST_SIGHTINGS = 2
LEAST_COVERAGE = 0.1
STAY = 4
"""Seen in fewer scouted pictures, somebody only passed by: in at least a tenth of
them, but four in a row of sightings (3 s of a long film) are enough, however long
the film goes on without them (our choice)."""

STAY_GAP_S = 3.0
"""Sightings further apart aren't in a row (our choice)."""

ENOUGH = 14
"""Sightings that count as being there all the time: 10 s of a long film, as long
as a short set (our choice)."""

FULL_MOTION = 0.6
"""Trunk lengths of up and down that count as plainly lifting; the smallest of
the real lifts, a swing, has 0.7 (our choice)."""

SAME_HEIGHT = 1.3
SAME_CLOTHES = 45.0
"""Ratio of heights, and distance of the mean colours of the trunk (0..255 in red,
green and blue), up to which somebody seen later elsewhere can be the one who was
seen before (our choice)."""

IN_STEP = 0.9
"""Correlation of two people's shoulder heights from which one may be the other's
reflection (our choice)."""

APART = 0.3
"""Body heights between them: nearer together, one was seen twice (our choice)."""

OF_REFLECTION = 0.5
"""Of a lifter's score, what a reflection has (our choice)."""

CLEARLY_NEARER = 0.05
"""Body heights by which the nearer of two is larger or stands lower (our choice)."""


@dataclass(frozen=True)
class Sighting:
    """One person in one scouted picture.

    ``box_px`` (4,) and ``points_px`` (33, 2+) are pixels; ``trunk_rgb`` (3,) is the
    mean colour of the trunk; ``light`` the mean grey of the box, 0..255;
    ``face_covered`` tells whether something is drawn over the head, None if unseen.
    """

    box_px: FloatArray
    points_px: FloatArray
    trunk_rgb: FloatArray = field(default_factory=lambda: np.zeros(3))
    light: float = float("nan")
    face_covered: bool | None = None

    @property
    def shoulder_px(self) -> float:
        """How far down the picture the shoulders are."""
        return float(self.points_px[[11, 12], 1].mean())

    @property
    def trunk_px(self) -> float:
        """Mid-hip to mid-shoulder."""
        trunk = self.points_px[[11, 12], :2].mean(axis=0) - self.points_px[[23, 24], :2].mean(0)
        return float(np.hypot(*trunk))


@dataclass
class Sightings:
    """One person's sightings, in order: when, in which scene, and what was seen."""

    times_s: list[float] = field(default_factory=list)
    scenes: list[int] = field(default_factory=list)
    seen: list[Sighting] = field(default_factory=list)

    def add(self, time_s: float, scene: int, one: Sighting) -> None:
        """Note one sighting."""
        self.times_s.append(time_s)
        self.scenes.append(scene)
        self.seen.append(one)

    def distance(self, box_px: FloatArray) -> float:
        """Distance of a box from the last sighting, in body heights."""
        last = self.seen[-1].box_px
        return float(middles_apart_px(last, box_px) / taller_px(last, box_px))

    def box_at(self, time_s: float, scene: int) -> FloatArray:
        """Expected box at a time, between or at the nearest sightings of the scene.

        (4,) pixels; NaN where the person wasn't seen in the scene.
        """
        (box_px,) = self.boxes_at(np.array([time_s]), np.array([scene]))
        return np.asarray(box_px)

    def boxes_at(self, times_s: FloatArray, scenes: NDArray[np.integer]) -> FloatArray:
        """Expected boxes at many times (T,), each in its scene (T,): as ``box_at``, (T, 4)."""
        out = np.full((len(times_s), 4), np.nan)
        for scene in np.unique(scenes):
            here = [at for at, one in enumerate(self.scenes) if one == scene]
            if not here:
                continue
            seen_s = [self.times_s[at] for at in here]
            boxes, now = np.array([self.seen[at].box_px for at in here]), scenes == scene
            for side in range(4):
                out[now, side] = np.interp(times_s[now], seen_s, boxes[:, side])
        return out

    def joined(self, later: Sightings) -> Sightings:
        """Both as one person's."""
        both = [*self._rows(), *later._rows()]
        both.sort(key=lambda row: row[0])
        return Sightings(*(list(column) for column in zip(*both, strict=True)))

    def _rows(self) -> list[tuple[float, int, Sighting]]:
        return list(zip(self.times_s, self.scenes, self.seen, strict=True))

    @property
    def boxes_px(self) -> FloatArray:
        """All boxes, (N, 4) pixels."""
        return np.array([one.box_px for one in self.seen])

    @property
    def height_px(self) -> float:
        """How tall they stand."""
        boxes = self.boxes_px
        return float(np.percentile(boxes[:, 3] - boxes[:, 1], 90))

    @property
    def trunk_rgb(self) -> FloatArray:
        """The usual colour of the trunk, (3,)."""
        return np.asarray(np.median([one.trunk_rgb for one in self.seen], axis=0))

    @property
    def light(self) -> float:
        """The usual grey of the place, 0..255."""
        return float(np.median([one.light for one in self.seen]))

    @property
    def face_covered(self) -> bool:
        """Whether something is drawn over the head most of the time."""
        told = [one.face_covered for one in self.seen if one.face_covered is not None]
        return bool(told) and float(np.mean(told)) > 0.5

    def motion(self) -> float:
        """How plainly the shoulders go up and down, 0..1."""
        if len(self.seen) < 2:
            return 0.0
        low, high = np.percentile([one.shoulder_px for one in self.seen], [5, 95])
        trunk = max(float(np.percentile([one.trunk_px for one in self.seen], 90)), 1.0)
        return float(min((high - low) / trunk / FULL_MOTION, 1.0))

    def in_a_row(self) -> int:
        """Most sightings without a gap of ``STAY_GAP_S``."""
        breaks = np.flatnonzero(np.diff(self.times_s) > STAY_GAP_S) + 1
        return int(np.diff([0, *breaks, len(self.times_s)]).max())


Cast = list[tuple[Person, Sightings]]


class Scouting:
    """Joins the people of scouted pictures to persons."""

    def __init__(self) -> None:
        self.persons: list[Sightings] = []
        self.pictures: dict[int, int] = {}
        """Scouted pictures of each scene."""

    def note(self, time_s: float, found: Sequence[Sighting], scene: int = 0) -> None:
        """Join one picture's people."""
        self.pictures[scene] = self.pictures.get(scene, 0) + 1
        pairs = sorted(
            (person.distance(one.box_px), who, what)
            for who, person in enumerate(self.persons)
            if person.scenes[-1] == scene
            for what, one in enumerate(found)
        )
        taken: dict[int, int] = {}
        for distance, who, what in pairs:
            if distance <= SAME_PERSON and who not in taken.values() and what not in taken:
                taken[what] = who
        for what, one in enumerate(found):
            if what not in taken:
                taken[what] = len(self.persons)
                self.persons.append(Sightings())
            self.persons[taken[what]].add(time_s, scene, one)

    def cast(self) -> Cast:
        """The persons who stayed, from left to right, numbered from 1."""
        whole: list[tuple[float, Sightings]] = []
        for scene in sorted(self.pictures):
            here = self._ranked(scene)
            for at, (score, one) in enumerate(here):
                if at < len(whole):
                    whole[at] = max(whole[at][0], score), whole[at][1].joined(one)
                else:
                    whole.append((score, one))
        whole.sort(key=lambda one: float(np.median(one[1].boxes_px[:, 0])))
        pictures = max(sum(self.pictures.values()), 1)
        cast = []
        for index, (score, one) in enumerate(whole, start=1):
            left, top, right, bottom = np.median(one.boxes_px, axis=0).tolist()
            coverage = len(one.seen) / pictures
            cast.append((Person(index, (left, top, right, bottom), coverage, round(score, 3)), one))
        return cast

    def _ranked(self, scene: int) -> list[tuple[float, Sightings]]:
        """The persons who stayed in one scene, the lifter first, with their scores."""
        pictures = self.pictures[scene]
        least = max(LEAST_COVERAGE * pictures, min(LEAST_SIGHTINGS, pictures))
        of_scene = [one for one in self.persons if one.scenes[0] == scene]
        stayed = _met_again(
            [one for one in of_scene if len(one.seen) >= least or one.in_a_row() >= STAY]
        )
        largest = max((one.height_px for one in stayed), default=1.0)
        ranked = []
        for one in stayed:
            there = min(len(one.seen) / min(pictures, ENOUGH), 1.0)
            ranked.append((there * one.height_px / largest * (0.25 + one.motion()), one))
        ranked.sort(key=lambda each: -each[0])
        for at in range(1, len(ranked)):
            (best, lifter), (score, twin) = ranked[0], ranked[at]
            if reflected(lifter, twin):
                real, mirrored = (lifter, twin) if _nearer(lifter, twin) else (twin, lifter)
                ranked[0], ranked[at] = (best, real), (OF_REFLECTION * score, mirrored)
        return ranked


def _met_again(pieces: Sequence[Sightings]) -> list[Sightings]:
    """Join who is seen later to who was seen before, if it can be the same one."""
    joined: list[Sightings] = []
    for piece in sorted(pieces, key=lambda one: one.times_s[0]):
        before = [at for at, one in enumerate(joined) if _can_be(one, piece)]
        if before:
            nearest = min(before, key=lambda at: joined[at].distance(piece.seen[0].box_px))
            joined[nearest] = joined[nearest].joined(piece)
        else:
            joined.append(piece)
    return joined


def _can_be(earlier: Sightings, later: Sightings) -> bool:
    heights = earlier.height_px, later.height_px
    clothes = float(np.linalg.norm(earlier.trunk_rgb - later.trunk_rgb))
    return (
        earlier.times_s[-1] < later.times_s[0]
        and max(heights) <= SAME_HEIGHT * max(min(heights), 1.0)
        and clothes <= SAME_CLOTHES
    )


def reflected(one: Sightings, other: Sightings) -> bool:
    """Whether one may be the other's reflection: they go up and down together."""
    times_s, here, there = np.intersect1d(one.times_s, other.times_s, return_indices=True)
    if times_s.size < STAY or min(one.motion(), other.motion()) < FULL_MOTION:
        return False
    both = [[who.seen[at] for at in places] for who, places in ((one, here), (other, there))]
    left, right = (np.median([each.box_px for each in seen], axis=0) for seen in both)
    apart_px = np.hypot(*(left[:2] + left[2:] - right[:2] - right[2:])) / 2
    if apart_px < APART * min(one.height_px, other.height_px):
        return False
    heights = [[each.shoulder_px for each in seen] for seen in both]
    return float(np.corrcoef(heights)[0, 1]) >= IN_STEP


def _nearer(one: Sightings, other: Sightings) -> bool:
    """Whether one is nearer to the camera than the other, or else better lit.

    The lifter is nearer than the reflection, so larger and lower in the picture; and
    no mirror gives all of the light back.
    """
    mine, theirs = one.height_px, other.height_px
    larger = mine / max(theirs, 1.0) - 1.0
    if abs(larger) > CLEARLY_NEARER:
        return larger > 0
    feet = [float(np.percentile(who.boxes_px[:, 3], 75)) for who in (one, other)]
    lower = (feet[0] - feet[1]) / max(mine, 1.0)
    if abs(lower) > CLEARLY_NEARER:
        return lower > 0
    return one.light >= other.light
