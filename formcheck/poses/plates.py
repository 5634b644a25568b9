"""Discs in the picture that may be the bar's plates, found and followed frame by frame.

A few times a second discs are looked for around hands and feet; in between those found
are followed, which costs a tenth. Nothing here decides which one is the bar: see
``bar``, which has the whole set.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.circles import fit, vote

HANDS = (17, 18, 19, 20)
SHOULDERS, HIPS, KNEES, ANKLES = (11, 12), (23, 24), (25, 26), (27, 28)
"""BlazePose numbers."""

LEG_IN_TRUNKS = 0.491 / 0.288
"""Hip to ankle over shoulder to hip (Drillis and Contini 1966)."""

RADIUS = (0.15, 0.50)
"""Of plates, in leg lengths: 26 cm ones of a lifter 1.75 m tall, up to 45 cm ones of one
1.5 m tall whose near end is a third nearer to the camera than the lifter."""

LEG_PX = 180.0
"""How long a leg is in the picture that discs are measured in: 1 px is 5 mm."""

LEAST_LEG_PX = 20.0

SCAN_EVERY_S = 0.2
SCAN_SHRINK = 2
SCAN_ASPECTS = (1.0, 0.82)
"""Every scan looks for discs of one aspect, in turn: from the side and 35° off it."""

SCAN_STEPS = 17
MOST_FOUND = 8
"""Radii, 7.5 % apart, and places of one scan."""

ABOVE, BESIDE, BELOW = 0.7, 0.9, 0.7
"""Leg lengths around the hands that are looked at; down to the ankles in any case."""

START_COVER, KEEP_COVER, SURE_COVER = 0.5, 0.38, 0.28
"""Share of the rim that starts a disc, that it keeps on with, and that one of well-known
radius does with (chance makes a fifth to a third, in pictures without discs)."""

LOST_S = 0.4
"""A disc that isn't seen for so long is given up; blur lasts less (our choice)."""

STRAY = 0.25
"""Radii from where it was expected beyond which it is another one."""

REMEMBERED = 30
LIKE_BEFORE = 0.05
"""Frames after which a radius is remembered: a disc of that radius starts as one that
keeps on."""

MOST_DISCS = 8
SAME = 0.35
"""Radii between the centres of two that are one, if their radii are as near as ``LIKE``."""

LIKE = 0.12
SURE_AFTER = 12
"""Frames after which the radius is believed as much as all rays."""


@dataclass
class _Disc:
    """One disc that is being followed."""

    number: int
    centre: FloatArray
    radius: float
    aspect: float
    seen_s: float
    cover: float
    hands: FloatArray | None = None
    hits: int = 1
    speed: FloatArray = field(default_factory=lambda: np.zeros(2))  # px/s


ROW = np.dtype(
    [
        ("frame", np.int32),
        ("disc", np.int32),
        ("centre_px", float, (2,)),
        ("radius_px", float),
        ("aspect", float),
        ("cover", float),
        ("sigma_px", float),
    ]
)


class PlateWatch:
    """Follows discs near a lifter through a film, picture by picture."""

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []
        self._discs: list[_Disc] = []
        self._next_scan_s = -np.inf
        self._scans = 0
        self._born = 0
        self._frame = -1
        self._legs: list[float] = []
        self._radii: list[float] = []

    def add(self, rgb: NDArray[np.uint8], time_s: float, points_px: FloatArray | None) -> None:
        """Take the next picture; ``points_px`` (33, 2+) is where the lifter is in it."""
        self._frame += 1
        hands = None
        if points_px is not None and np.isfinite(points_px[:, :2]).all():
            self._measure_leg(points_px)
            hands = points_px[list(HANDS), :2].mean(axis=0)
        leg = self.leg_px
        scan = hands is not None and time_s >= self._next_scan_s
        box = self._box(points_px if scan else None, leg, rgb.shape)
        if box is None:
            return
        left, top, right, bottom = box
        green = np.ascontiguousarray(rgb[top:bottom, left:right, 1])
        shrink = min(1.0, LEG_PX / leg)
        size = (max(8, round((right - left) * shrink)), max(8, round((bottom - top) * shrink)))
        grey = cv2.resize(green, size, interpolation=cv2.INTER_AREA) if shrink < 1 else green
        place = np.array([left, top, size[0] / (right - left)])
        self._follow(grey, place, time_s, hands)
        if scan:
            self._scan(grey, place, time_s, hands)
            self._next_scan_s = time_s + SCAN_EVERY_S

    def found(self) -> NDArray[np.void]:
        """All discs of all frames so far, as ``ROW``."""
        return np.array(self.rows, dtype=ROW)

    @property
    def leg_px(self) -> float:
        """The lifter's leg: what the frames so far show at their longest."""
        return max(self._legs[-1], LEAST_LEG_PX) if self._legs else LEAST_LEG_PX

    def _measure_leg(self, points: FloatArray) -> None:
        trunk = points[list(SHOULDERS), :2].mean(axis=0) - points[list(HIPS), :2].mean(axis=0)
        hip, knee, ankle = (points[list(pair), :2] for pair in (HIPS, KNEES, ANKLES))
        legs = np.hypot(*(hip - knee).T) + np.hypot(*(knee - ankle).T)
        now = (LEG_IN_TRUNKS * float(np.hypot(*trunk)) + float(legs.max())) / 2
        last = self._legs[-1] if self._legs else now
        # Up soon, down slowly: limbs that point at the camera seem short.
        self._legs.append(last + (0.2 if now > last else 0.01) * (now - last))

    def _box(
        self, points: FloatArray | None, leg: float, shape: tuple[int, ...]
    ) -> tuple[int, int, int, int] | None:
        """What is looked at: around the discs, and around hands and feet for a scan."""
        low = [disc.centre - 1.5 * disc.radius for disc in self._discs]
        high = [disc.centre + 1.5 * disc.radius for disc in self._discs]
        if points is not None:
            hands = points[list(HANDS), :2].mean(axis=0)
            floor = min(points[list(ANKLES), 1].max() + 0.1 * leg, hands[1] + 1.4 * leg)
            low.append(hands - [BESIDE * leg, ABOVE * leg])
            high.append(np.array([hands[0] + BESIDE * leg, max(hands[1] + BELOW * leg, floor)]))
        if not low:
            return None
        size = np.array([shape[1], shape[0]])
        left, top = np.clip(np.min(low, axis=0), 0, size).astype(int)
        right, bottom = np.clip(np.max(high, axis=0), 0, size).astype(int)
        if right - left < 0.2 * leg or bottom - top < 0.2 * leg:
            return None
        return left, top, right, bottom

    def _follow(
        self,
        grey: NDArray[np.uint8],
        place: FloatArray,
        time_s: float,
        hands: FloatArray | None,
    ) -> None:
        """Measure each disc again: where it was going, or where the hands took it."""
        if not self._discs:
            return
        discs = self._discs
        went = [disc.centre + disc.speed * min(time_s - disc.seen_s, 0.1) for disc in discs]
        taken = [
            disc.centre if hands is None or disc.hands is None else disc.centre + hands - disc.hands
            for disc in discs
        ]
        guesses = np.array(went + taken)
        radius = np.array([disc.radius for disc in discs] * 2)
        aspect = np.array([disc.aspect for disc in discs] * 2)
        held = np.array([min(disc.hits, SURE_AFTER) * 48 / SURE_AFTER for disc in discs] * 2)
        fits = fit(grey, (guesses + 0.5 - place[:2]) * place[2] - 0.5, radius * place[2], aspect, held)
        centres = (fits.centre_px + 0.5) / place[2] - 0.5 + place[:2]
        kept = []
        count = len(discs)
        for at, disc in enumerate(discs):
            best = at if fits.cover[at] >= fits.cover[at + count] else at + count
            cover = float(fits.cover[best])
            off = np.hypot(*(centres[best] - guesses[best])) / disc.radius
            enough = SURE_COVER if disc.hits >= REMEMBERED else KEEP_COVER
            if cover >= enough and off < STRAY:
                speed = (centres[best] - disc.centre) / max(time_s - disc.seen_s, 1e-3)
                disc.speed = disc.speed + 0.5 * (speed - disc.speed)
                gain = 1.0 / min(disc.hits + 1, 30)
                disc.radius += gain * (fits.radius_px[best] / place[2] - disc.radius)
                disc.aspect += gain * (fits.aspect[best] - disc.aspect)
                disc.centre, disc.seen_s, disc.hands = centres[best], time_s, hands
                disc.hits += 1
                if disc.hits == REMEMBERED:
                    self._radii.append(disc.radius)
                disc.cover += 0.1 * (cover - disc.cover)
                self._note(disc, fits, best, place[2])
            if time_s - disc.seen_s <= LOST_S:
                kept.append(disc)
        self._discs = _different(kept)

    def _scan(
        self, grey: NDArray[np.uint8], place: FloatArray, time_s: float, hands: FloatArray | None
    ) -> None:
        """Look for discs everywhere; what is new is followed from now on."""
        leg = self.leg_px * place[2]
        aspect = SCAN_ASPECTS[self._scans % len(SCAN_ASPECTS)]
        self._scans += 1
        height, width = grey.shape
        small = (max(8, round(width / SCAN_SHRINK / aspect)), max(8, height // SCAN_SHRINK))
        coarse = cv2.resize(grey, small, interpolation=cv2.INTER_AREA)
        radii = np.geomspace(*RADIUS, SCAN_STEPS) * leg / SCAN_SHRINK
        found = vote(coarse, radii, MOST_FOUND, 0.06 * leg / SCAN_SHRINK)
        if not len(found):
            return
        centre = (found[:, :2] + 0.5) * [width / small[0], height / small[1]] - 0.5
        radius = found[:, 2] * height / small[1]
        fits = fit(grey, centre, radius, np.full(len(found), aspect), np.zeros(len(found)))
        fits = fit(grey, fits.centre_px, fits.radius_px, fits.aspect, np.zeros(len(found)))
        centres = (fits.centre_px + 0.5) / place[2] - 0.5 + place[:2]
        low, high = (leg * bound for bound in RADIUS)
        for at in np.argsort(-fits.cover):
            size = fits.radius_px[at] / place[2]
            before = any(abs(size / known - 1.0) < LIKE_BEFORE for known in self._radii)
            enough = KEEP_COVER if before else START_COVER
            if fits.cover[at] < enough or not low <= fits.radius_px[at] <= high:
                continue
            new = _Disc(
                self._born,
                centres[at],
                float(fits.radius_px[at] / place[2]),
                float(fits.aspect[at]),
                time_s,
                float(fits.cover[at]),
                hands,
            )
            if any(_same(new, disc) for disc in self._discs):
                continue
            self._born += 1
            self._discs.append(new)
            self._note(new, fits, at, place[2])
        self._discs = sorted(self._discs, key=lambda disc: -disc.cover * min(disc.hits, REMEMBERED))[:MOST_DISCS]

    def _note(self, disc: _Disc, fits: object, at: int, scale: float) -> None:
        self.rows.append(
            (
                self._frame,
                disc.number,
                tuple(disc.centre),
                fits.radius_px[at] / scale,
                fits.aspect[at],
                fits.cover[at],
                fits.sigma_px[at] / scale,
            )
        )


def _same(one: _Disc, other: _Disc) -> bool:
    apart = np.hypot(*(one.centre - other.centre))
    return bool(
        apart < SAME * other.radius and abs(one.radius / other.radius - 1.0) < LIKE
    )


def _different(discs: list[_Disc]) -> list[_Disc]:
    """Drop those that have become one with another, the older of which stays."""
    kept: list[_Disc] = []
    for disc in sorted(discs, key=lambda one: -one.hits):
        if not any(_same(disc, other) for other in kept):
            kept.append(disc)
    return kept
