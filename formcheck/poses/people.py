"""Who is in the picture, and which of them is the lifter.

People are looked for in pictures spread over the film ("scouting"). Sightings
are joined to persons by place and size. The lifter is the one who is there, is
large, and whose shoulders go up and down on the spot.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from formcheck.data import FloatArray, Person

SAME_PERSON = 0.6
"""Body heights between two sightings that can still be the same person."""

LEAST_SIGHTINGS = 2
LEAST_COVERAGE = 0.1
"""Seen in fewer scouted pictures than this, somebody only passed by."""

FULL_MOTION = 0.6
"""Trunk lengths of up and down that count as plainly lifting; the smallest of
the real lifts, a swing, has 0.7 (our choice)."""


@dataclass
class Sightings:
    """One person's sightings: when, where, and how high the shoulders are."""

    times_s: list[float] = field(default_factory=list)
    boxes_px: list[FloatArray] = field(default_factory=list)
    shoulders_px: list[float] = field(default_factory=list)
    trunks_px: list[float] = field(default_factory=list)

    def add(self, time_s: float, box_px: FloatArray, points_px: FloatArray) -> None:
        """Note one sighting."""
        self.times_s.append(time_s)
        self.boxes_px.append(box_px)
        self.shoulders_px.append(float(points_px[[11, 12], 1].mean()))
        trunk = points_px[[11, 12], :2].mean(axis=0) - points_px[[23, 24], :2].mean(axis=0)
        self.trunks_px.append(float(np.hypot(*trunk)))

    def distance(self, box_px: FloatArray) -> float:
        """Distance of a box from the last sighting, in body heights."""
        last = self.boxes_px[-1]
        size = max(last[3] - last[1], box_px[3] - box_px[1], 1.0)
        centres = [(box[:2] + box[2:]) / 2 for box in (last, box_px)]
        return float(np.hypot(*(centres[0] - centres[1])) / size)

    def box_at(self, time_s: float) -> FloatArray:
        """Expected box at a time, between or at the nearest sightings, (4,) pixels."""
        boxes = np.array(self.boxes_px)
        return np.array([np.interp(time_s, self.times_s, boxes[:, side]) for side in range(4)])


class Scouting:
    """Joins the people of scouted pictures to persons."""

    def __init__(self) -> None:
        self.persons: list[Sightings] = []
        self.pictures = 0

    def note(self, time_s: float, found: list[tuple[FloatArray, FloatArray]]) -> None:
        """Join one picture's people, each a (4,) box and (33, 2+) points in pixels."""
        self.pictures += 1
        pairs = sorted(
            (person.distance(box), who, what)
            for who, person in enumerate(self.persons)
            for what, (box, _) in enumerate(found)
        )
        taken: dict[int, int] = {}
        for distance, who, what in pairs:
            if distance <= SAME_PERSON and who not in taken.values() and what not in taken:
                taken[what] = who
        for what, (box, points) in enumerate(found):
            if what in taken:
                self.persons[taken[what]].add(time_s, box, points)
            else:
                newcomer = Sightings()
                newcomer.add(time_s, box, points)
                self.persons.append(newcomer)

    def cast(self) -> list[tuple[Person, Sightings]]:
        """The persons who stayed, from left to right, numbered from 1."""
        least = max(LEAST_COVERAGE * self.pictures, min(LEAST_SIGHTINGS, self.pictures))
        stayed = [one for one in self.persons if len(one.times_s) >= least]
        stayed.sort(key=lambda one: float(np.median(np.array(one.boxes_px)[:, 0])))
        largest = max((_height_px(one) for one in stayed), default=1.0)
        cast = []
        for index, one in enumerate(stayed, start=1):
            coverage = len(one.times_s) / max(self.pictures, 1)
            left, top, right, bottom = np.median(np.array(one.boxes_px), axis=0).tolist()
            score = coverage * (_height_px(one) / largest) * (0.25 + _motion(one))
            cast.append((Person(index, (left, top, right, bottom), coverage, round(score, 3)), one))
        return cast


def _height_px(person: Sightings) -> float:
    boxes = np.array(person.boxes_px)
    return float(np.percentile(boxes[:, 3] - boxes[:, 1], 90))


def _motion(person: Sightings) -> float:
    """How plainly the shoulders go up and down, 0..1."""
    if len(person.shoulders_px) < 2:
        return 0.0
    low, high = np.percentile(person.shoulders_px, [5, 95])
    trunk = max(float(np.percentile(person.trunks_px, 90)), 1.0)
    return float(min((high - low) / trunk / FULL_MOTION, 1.0))
