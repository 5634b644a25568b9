"""Discs in the picture that may be the bar's plates, found and followed frame by frame.

A few times a second discs are looked for around hands and feet; in between those found
are followed, which costs a tenth. Nothing here decides which one is the bar: see
``bar``, which has the whole set.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.circles import RAYS, Fits, fit, vote

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
"""Seconds from scan to scan; twice as many while a disc is followed for long."""

SCAN_SHRINK = 2
SCAN_ASPECTS = (1.0, 0.82)
"""Every scan looks for discs of one aspect, in turn: from the side and 35° off it."""

SCAN_STEPS = 17
MOST_FOUND = 8
"""Radii, 7.5 % apart, and places of one scan."""

APART = 0.06
"""Leg lengths between two places of a scan: nearer ones are fitted to the same disc."""

ABOVE, BESIDE, BELOW = 0.7, 0.9, 0.7
"""Leg lengths around the hands that are looked at; down to the ankles in any case."""

START_COVER, KEEP_COVER, SURE_COVER = 0.42, 0.35, 0.26
"""Share of the rim that starts a disc, that it keeps on with, and that one of well-known
radius does with (chance makes a fifth to a third, in pictures without discs)."""

LOST_S = 0.4
"""A disc that isn't seen for so long is given up; blur lasts less (our choice)."""

STRAY = 0.25
"""Radii from where it was expected beyond which it is another one."""

REMEMBERED = 30
LIKE_BEFORE = 0.05
"""Measurements after which a radius is remembered: a disc of that radius starts as one that
keeps on."""

MOST_DISCS = 8
SAME = 0.35
"""Radii between the centres of two that are one, if their radii are as near as ``LIKE``."""

LIKE = 0.08
BETTER = 0.05
"""Share of the rim by which a new disc must beat one in its place: that one took a curve
inside the rim for it, or the wrong aspect."""

SURE_AFTER = 12
"""Measurements after which the radius is believed as much as all rays."""

AVERAGED = 30
"""Measurements that a disc's radius and aspect are averaged over: they change slowly."""

AHEAD_S = 0.1
"""How far ahead a disc's speed is trusted; then it is looked for where the hands are."""

CLOSE = 0.05
"""Radii between two guesses of which one will do: a third of what a fit reaches."""


ROW = np.dtype(
    [
        ("frame", np.int32),
        ("disc", np.int32),
        ("centre_px", float, (2,)),
        ("radius_px", float),
        ("aspect", float),
        ("cover", float),
        ("sigma_px", float),
        ("leg_px", float),
    ]
)
"""One disc in one frame: see ``circles.Fits``; ``disc`` is the same number throughout, and
``leg_px`` the lifter's leg then."""

COLUMNS = 9


@dataclass(eq=False)
class _Disc:
    """One disc that is being followed."""

    number: int
    centre: FloatArray
    radius: float
    aspect: float
    cover: float
    seen_s: float
    hands: FloatArray | None  # where they were when it was seen
    hits: int = 1
    speed: FloatArray = field(default_factory=lambda: np.zeros(2))  # px/s

    def same_as(self, other: _Disc) -> bool:
        """Whether two are one."""
        apart = np.hypot(*(self.centre - other.centre))
        alike = abs(self.radius / other.radius - 1.0) < LIKE
        return bool(apart < SAME * other.radius and alike)

    def just_as(self, other: _Disc) -> bool:
        """Whether both have one shape too."""
        sizes = abs(self.radius / other.radius - 1.0), abs(self.aspect - other.aspect)
        return max(sizes) < LIKE_BEFORE

    def take(self, fits: Fits, at: int, time_s: float, hands: FloatArray | None) -> None:
        """Move to where it was measured."""
        speed = (fits.centre_px[at] - self.centre) / max(time_s - self.seen_s, 1e-3)
        self.speed = self.speed + 0.5 * (speed - self.speed)
        self.hits += 1
        gain = 1.0 / min(self.hits, AVERAGED)
        self.radius += gain * (float(fits.radius_px[at]) - self.radius)
        self.aspect += gain * (float(fits.aspect[at]) - self.aspect)
        self.cover += 0.1 * (float(fits.cover[at]) - self.cover)
        self.centre, self.seen_s, self.hands = fits.centre_px[at], time_s, hands


@dataclass(frozen=True)
class _Patch:
    """A part of a picture in grey, made small; ``scale`` (2,) is its pixels per pixel."""

    grey: NDArray[np.uint8]
    corner: FloatArray
    scale: FloatArray

    def fit(
        self, centre: FloatArray, radius: FloatArray, aspect: FloatArray, held: FloatArray
    ) -> Fits:
        """Measure discs near guesses, all in the picture's pixels."""
        small = (centre + 0.5 - self.corner) * self.scale - 0.5
        return self.large(fit(self.grey, small, radius * self.scale[1], aspect, held))

    def large(self, fits: Fits) -> Fits:
        """The same in the picture's pixels."""
        return Fits(
            (fits.centre_px + 0.5) / self.scale - 0.5 + self.corner,
            fits.radius_px / self.scale[1],
            fits.aspect,
            fits.cover,
            fits.sigma_px / self.scale[1],
        )


class PlateWatch:
    """Follows discs near a lifter through a film, picture by picture."""

    def __init__(self) -> None:
        self._rows = array("d")  # a small array each would scatter in memory
        self._discs: list[_Disc] = []
        self._radii: list[float] = []  # of those that were followed for long
        self._next_scan_s = -np.inf
        self._scans = self._born = 0
        self._frame = -1
        self._leg_px = LEAST_LEG_PX

    def add(self, rgb: NDArray[np.uint8], time_s: float, points_px: FloatArray | None) -> None:
        """Take the next picture; ``points_px`` (33, 2+) is where the lifter is in it."""
        self._frame += 1
        if points_px is not None and not np.isfinite(points_px[:, :2]).all():
            points_px = None
        if points_px is not None:
            self._measure_leg(points_px)
        scan = points_px is not None and time_s >= self._next_scan_s
        patch = self._patch(rgb, points_px if scan else None)
        if patch is None:
            return
        hands = None if points_px is None else points_px[list(HANDS), :2].mean(axis=0)
        if self._discs:
            self._follow(patch, time_s, hands)
        if scan:
            self._scan(patch, time_s, hands)
            sure = any(disc.hits >= REMEMBERED for disc in self._discs)
            self._next_scan_s = time_s + SCAN_EVERY_S * (2 if sure else 1)

    def found(self, scale: float = 1.0) -> NDArray[np.void]:
        """All discs of all frames so far, as ``ROW``.

        In the pixels of a picture of which these are ``scale`` times as many, and like
        landmarks: the first pixel's middle is at a half.
        """
        table = np.frombuffer(self._rows).reshape(-1, COLUMNS)
        rows = np.empty(len(table), dtype=ROW)
        rows["frame"], rows["disc"] = table[:, 0], table[:, 1]
        rows["centre_px"] = (table[:, 2:4] + 0.5) / scale
        rows["radius_px"], rows["sigma_px"] = table[:, 4] / scale, table[:, 7] / scale
        rows["aspect"], rows["cover"] = table[:, 5], table[:, 6]
        rows["leg_px"] = table[:, 8] / scale
        return rows

    def taken(self) -> NDArray[np.void]:
        """What was found since the last call, which is forgotten here: for a live picture."""
        rows = self.found()
        del self._rows[:]
        return rows

    def _measure_leg(self, points: FloatArray) -> None:
        """Follow the lifter's size: what the frames so far show at their longest."""
        trunk = points[list(SHOULDERS), :2].mean(axis=0) - points[list(HIPS), :2].mean(axis=0)
        hip, knee, ankle = (points[list(pair), :2] for pair in (HIPS, KNEES, ANKLES))
        legs = np.hypot(*(hip - knee).T) + np.hypot(*(knee - ankle).T)
        now = (LEG_IN_TRUNKS * float(np.hypot(*trunk)) + float(legs.max())) / 2
        last = self._leg_px if self._leg_px > LEAST_LEG_PX else now
        # Up soon, down slowly: limbs that point at the camera seem short.
        now = last + (0.2 if now > last else 0.01) * (now - last)
        self._leg_px = max(now, LEAST_LEG_PX)

    def _patch(self, rgb: NDArray[np.uint8], points: FloatArray | None) -> _Patch | None:
        """What is looked at: around the discs and, for a scan, around hands and feet."""
        leg = self._leg_px
        low = [disc.centre - 1.5 * disc.radius for disc in self._discs]
        high = [disc.centre + 1.5 * disc.radius for disc in self._discs]
        if points is not None:
            hands = points[list(HANDS), :2].mean(axis=0)
            floor = min(points[list(ANKLES), 1].max() + 0.1 * leg, hands[1] + 1.4 * leg)
            low.append(hands - [BESIDE * leg, ABOVE * leg])
            high.append(np.array([hands[0] + BESIDE * leg, max(hands[1] + BELOW * leg, floor)]))
        if not low:
            return None
        size = np.array([rgb.shape[1], rgb.shape[0]])
        corner = np.clip(np.min(low, axis=0), 0, size).astype(int)
        end = np.clip(np.max(high, axis=0), 0, size).astype(int)
        if (end - corner < 0.2 * leg).any():
            return None
        # Green is most of grey, and one colour costs a third.
        green = np.ascontiguousarray(rgb[corner[1] : end[1], corner[0] : end[0], 1])
        shrink = min(1.0, LEG_PX / leg)
        small = np.maximum(np.round((end - corner) * shrink), 8).astype(int)
        grey = green if shrink == 1.0 else cv2.resize(green, small, interpolation=cv2.INTER_AREA)
        return _Patch(np.asarray(grey), corner, np.array(grey.shape[::-1]) / (end - corner))

    def _follow(self, patch: _Patch, time_s: float, hands: FloatArray | None) -> None:
        """Measure each disc again: where it was going, or where the hands took it."""
        guesses, whose = [], []
        for number, disc in enumerate(self._discs):
            went = disc.centre + disc.speed * min(time_s - disc.seen_s, AHEAD_S)
            guesses.append(went)
            whose.append(number)
            if hands is None or disc.hands is None:
                continue
            taken = disc.centre + hands - disc.hands
            if np.hypot(*(taken - went)) > CLOSE * disc.radius:
                guesses.append(taken)
                whose.append(number)
        discs = [self._discs[number] for number in whose]
        fits = patch.fit(
            np.array(guesses),
            np.array([disc.radius for disc in discs]),
            np.array([disc.aspect for disc in discs]),
            np.array([min(disc.hits, SURE_AFTER) * RAYS / SURE_AFTER for disc in discs]),
        )
        off = np.hypot(*(fits.centre_px - np.array(guesses)).T)
        for number, disc in enumerate(self._discs):
            tried = [at for at, who in enumerate(whose) if who == number]
            best = max(tried, key=lambda at: float(fits.cover[at]))
            enough = SURE_COVER if disc.hits >= REMEMBERED else KEEP_COVER
            if fits.cover[best] < enough or off[best] > STRAY * disc.radius:
                continue
            disc.take(fits, best, time_s, hands)
            if disc.hits == REMEMBERED:
                self._radii.append(disc.radius)
            self._note(disc, fits, best)
        self._discs = _different([one for one in self._discs if time_s - one.seen_s <= LOST_S])

    def _scan(self, patch: _Patch, time_s: float, hands: FloatArray | None) -> None:
        """Look for discs everywhere; what is new is followed from now on."""
        leg = self._leg_px
        aspect = SCAN_ASPECTS[self._scans % len(SCAN_ASPECTS)]
        self._scans += 1
        height, width = patch.grey.shape
        small = (max(8, round(width / SCAN_SHRINK / aspect)), max(8, height // SCAN_SHRINK))
        coarse = cv2.resize(patch.grey, small, interpolation=cv2.INTER_AREA)
        across, down = small[0] / width, small[1] / height
        radii = np.geomspace(*RADIUS, SCAN_STEPS) * leg * patch.scale[1] * down
        found = vote(np.asarray(coarse), radii, MOST_FOUND, APART * leg * patch.scale[1] * down)
        if not len(found):
            return
        free = np.zeros(len(found))
        centre = (found[:, :2] + 0.5) / [across, down] - 0.5
        fits = fit(patch.grey, centre, found[:, 2] / down, np.full(len(found), aspect), free)
        # Again from there: a vote is further off than a fit reaches.
        fits = patch.large(fit(patch.grey, fits.centre_px, fits.radius_px, fits.aspect, free))
        for at in np.argsort(-fits.cover).tolist():
            if self._is_disc(fits, at, leg):
                self._start(fits, at, time_s, hands)
        self._discs.sort(key=lambda disc: -disc.cover * min(disc.hits, REMEMBERED))
        del self._discs[MOST_DISCS:]

    def _is_disc(self, fits: Fits, at: int, leg: float) -> bool:
        """Whether enough of a rim is seen; less, of a radius that was followed before."""
        radius = float(fits.radius_px[at])
        before = any(abs(radius / known - 1.0) < LIKE_BEFORE for known in self._radii)
        enough = bool(fits.cover[at] >= (KEEP_COVER if before else START_COVER))
        return enough and RADIUS[0] * leg <= radius <= RADIUS[1] * leg

    def _start(self, fits: Fits, at: int, time_s: float, hands: FloatArray | None) -> None:
        shape = float(fits.radius_px[at]), float(fits.aspect[at]), float(fits.cover[at])
        new = _Disc(self._born, fits.centre_px[at], *shape, time_s, hands)
        others = [disc for disc in self._discs if new.same_as(disc)]
        if any(new.cover < disc.cover + BETTER or new.just_as(disc) for disc in others):
            return
        self._discs = [disc for disc in self._discs if disc not in others]
        self._born += 1
        self._discs.append(new)
        self._note(new, fits, at)

    def _note(self, disc: _Disc, fits: Fits, at: int) -> None:
        centre, radius = fits.centre_px[at].tolist(), float(fits.radius_px[at])
        seen = float(fits.aspect[at]), float(fits.cover[at]), float(fits.sigma_px[at])
        self._rows.extend((self._frame, disc.number, *centre, radius, *seen, self._leg_px))


def _different(discs: Sequence[_Disc]) -> list[_Disc]:
    """Drop those that have become one with another, the older of which stays."""
    kept: list[_Disc] = []
    for disc in sorted(discs, key=lambda one: -one.hits):
        if not any(disc.same_as(other) for other in kept):
            kept.append(disc)
    return kept
