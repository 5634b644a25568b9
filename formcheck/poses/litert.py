"""The pose engine on LiteRT: MediaPipe's networks and tracking, without MediaPipe.

The networks come out of the same ``.task`` file. What MediaPipe's pose graph does round
them is done here with the same numbers (``mediapipe/tasks/cc/vision/pose_landmarker``,
Apache-2.0, of which the numbers are taken and no code):

- the detector runs only when nobody is followed; else the square to look at is laid by
  the two auxiliary landmarks of the last picture;
- landmarks are refined by the heat map round them;
- whoever is there with less than one half of certainty is lost;
- visibility is smoothed by an exponential filter with a weight of 0.1 for the new picture,
  begun anew when somebody was lost.

One thing is left out: the filter of the landmarks' places. ``MediaPipeEngine`` holds it
open (see its ``TIME_STRETCH``), so that both engines give unfiltered landmarks.

In one picture both find the same joint within .05 % of a leg. Through a film they part: each
square is laid by the landmarks of the one before, and what differs in the last decimal grows
until it is what MediaPipe differs from itself when one picture is changed by one shade (.7
to 2 % of a leg, median). See "Two pose engines" in ``docs/how-it-works.md``.

LiteRT holds no network client and opens no connection; ``tests/poses/test_litert.py`` traces this.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.boxes import BESIDE, NEARER, middles_apart_px
from formcheck.poses.crop import Crop
from formcheck.poses.detector import Detector
from formcheck.poses.engine import Detection
from formcheck.poses.networks import Network, Networks, Values, read_networks

SIDE = 256
"""Pixels of the landmark network's picture."""

POINTS, MIDDLE, UPPER = 33, 33, 34
"""Landmarks of the body; after them come the two that lay the next square."""

LEAST_PRESENCE = 0.5
"""``min_pose_presence_confidence`` as MediaPipe has it when not told otherwise."""

HEAT, LEAST_HEAT = 7, 0.5
"""Cells of the heat map, wide and high, that refine a landmark; and how hot one must be."""

NEW_VISIBILITY = 0.1
"""Weight of the new picture in the filter of visibility; MediaPipe's."""

SAME_SQUARE = 0.2
"""Sides of the smaller of two squares between the middles of one person's, a quarter of the
body's height: the detector's and the landmark network's lie .03 apart (median of five real
films; .08 for 95 %), and no two people stand so near (our choice, as ``people.APART``)."""


class _Looker:
    """The networks of one thread."""

    def __init__(self, networks: Networks, threads: int, *, masks: bool) -> None:
        self._detector = Detector(networks.detector, threads)
        self._landmarks = Network(networks.landmarks, threads)
        self._mask = Network(networks.mask, threads) if masks else None

    def people(self, rgb: NDArray[np.uint8], most: int) -> list[Crop]:
        """The squares round at most so many people."""
        return self._detector.people(rgb, SIDE, most)

    def look(self, rgb: NDArray[np.uint8], crop: Crop, *, mask: bool = False) -> Detection | None:
        """Find the landmarks of whoever is in a square; None when nobody is."""
        picture = crop.cut_out(rgb)[None].astype(np.float32)
        picture *= np.float32(1 / 255)
        landmarks, presence, heat, world, *onward = self._landmarks.run(picture)
        if not presence.item() > LEAST_PRESENCE:
            return None
        raw = landmarks.reshape(-1, 5).astype(float)
        places = _refined(raw[:, :2] / SIDE, heat[0]) * SIDE
        in_picture = crop.outside(places)
        depth = raw[:POINTS, 2:3] * (crop.side_px / SIDE)
        metres = world.reshape(-1, 3)[:POINTS].astype(float)
        metres[:, :2] = crop.turned(metres[:, :2])
        onto = Crop.around(in_picture[MIDDLE], in_picture[UPPER], SIDE, crop.picture)
        return Detection(
            np.concatenate([in_picture[:POINTS], depth], axis=1),
            _sigmoid(raw[:POINTS, 3]),
            metres,
            self._drawn(onward) if mask else None,
            crop if mask else None,
            onto if onto.is_usable else None,
        )

    def _drawn(self, onward: list[Values]) -> Values:
        """The mask, (SIDE, SIDE), 0..1."""
        assert self._mask is not None, "opened without masks"
        (drawn,) = self._mask.run(*onward)
        return np.asarray(_sigmoid(drawn[0, :, :, 0]), np.float32)


class LiteRTEngine:
    """The networks of a ``.task`` bundle on LiteRT, tracking one person; a context manager.

    Parameters
    ----------
    model
        The bundle.
    name
        The engine with its version.
    threads
        Of the networks that follow. One is the least work.

    Raises
    ------
    ModelMissing
        ``model`` is not a pose landmarker bundle.
    """

    MOST_PEOPLE = 5

    step_ms = 0
    """Nothing is smoothed by it."""

    def __init__(self, model: Path, *, name: str = "litert", threads: int = 1) -> None:
        self.name, self.model = name, model
        self._networks: Networks | None = read_networks(model)
        self._following: _Looker | None = _Looker(self._networks, threads, masks=True)
        self._looking: _Looker | None = None
        self._crop: Crop | None = None
        self._visibility: FloatArray | None = None

    def follow(
        self,
        rgb: NDArray[np.uint8],
        *,
        mask: bool = True,
        passed: int = 0,
        near_px: FloatArray | None = None,
    ) -> Detection | None:
        """Follow one person from picture to picture, some of which may be ``passed`` over.

        Who is followed and isn't in the middle of the box ``near_px`` is let go for somebody
        who is nearer to it.
        """
        crop = self._crop
        if crop is None or crop.picture != (rgb.shape[1], rgb.shape[0]):
            found = self._sought(rgb, near_px, mask=mask)
        else:
            found = self._looker.look(rgb, crop, mask=mask)
            if found is not None and near_px is not None and _off(found, near_px) > BESIDE:
                other = self._sought(rgb, near_px, mask=mask)
                if other is not None and _off(other, near_px) < NEARER * _off(found, near_px):
                    found, self._visibility = other, None
        if found is None:
            self._crop = self._visibility = None
            return None
        self._crop = found.onto
        if self._visibility is not None:
            found = _steadied(found, self._visibility, passed)
        self._visibility = found.visibility
        return found

    def _sought(
        self, rgb: NDArray[np.uint8], near_px: FloatArray | None, *, mask: bool
    ) -> Detection | None:
        """The one to follow, by the detector: the surest, or the nearest to a box."""
        crops = self._looker.people(rgb, 1 if near_px is None else self.MOST_PEOPLE)
        looks = (self._looker.look(rgb, crop, mask=mask) for crop in crops)
        found = [one for one in looks if one is not None]
        if near_px is None:
            return found[0] if found else None
        return min(found, key=lambda one: _off(one, near_px), default=None)

    def beside(
        self, rgb: NDArray[np.uint8], known: Detection, *, mask: bool = False
    ) -> Detection | None:
        """Find who is ``known`` from a picture just before or after."""
        if known.onto is None or known.onto.picture != (rgb.shape[1], rgb.shape[0]):
            return None
        found = self._looker.look(rgb, known.onto, mask=mask)
        return None if found is None else _steadied(found, known.visibility)

    def look(self, rgb: NDArray[np.uint8], known: Detection | None = None) -> Sequence[Detection]:
        """Find up to ``MOST_PEOPLE`` people in one picture.

        The detector tells where they are; landmarks are found of those who aren't ``known``.
        """
        if self._looking is None:
            assert self._networks is not None, "the engine is closed"
            self._looking = _Looker(self._networks, threads=1, masks=False)
        looker = self._looking
        crops = looker.people(rgb, self.MOST_PEOPLE)
        at = _of_the_known(crops, known)
        looks = [known if one == at else looker.look(rgb, crop) for one, crop in enumerate(crops)]
        return [one for one in looks if one is not None]

    @property
    def _looker(self) -> _Looker:
        assert self._following is not None, "the engine is closed"
        return self._following

    def close(self) -> None:
        """Free the networks."""
        self._following = self._looking = self._networks = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _off(found: Detection, box_px: FloatArray) -> float:
    """How far somebody is from the middle of a box, in heights of it."""
    return float(middles_apart_px(found.box_px(), box_px) / max(box_px[3] - box_px[1], 1.0))


def _steadied(found: Detection, before: FloatArray, passed: int = 0) -> Detection:
    """With the visibility of MediaPipe's filter, a picture or more after it was ``before``."""
    kept = (1.0 - NEW_VISIBILITY) ** (passed + 1)
    return replace(found, visibility=found.visibility + kept * (before - found.visibility))


def _of_the_known(crops: Sequence[Crop], known: Detection | None) -> int | None:
    """Which of the detector's squares is that of somebody who is known."""
    if known is None or known.onto is None or not crops:
        return None
    own = known.onto
    apart = [
        math.dist(own.middle_px, one.middle_px) / min(own.side_px, one.side_px) for one in crops
    ]
    nearest = int(np.argmin(apart))
    return nearest if apart[nearest] <= SAME_SQUARE else None


def _refined(places: FloatArray, heat: Values) -> FloatArray:
    """Landmarks (N, 2), 0..1, moved to the middle of the heat round them.

    ``heat`` is (H, W, N), before the sigmoid. Landmarks off the map, or where it is cold,
    stay.
    """
    size = np.array([heat.shape[1], heat.shape[0]])
    cells = (places * size).astype(int)  # toward zero, as in MediaPipe
    half = HEAT // 2
    around = np.arange(-half, half + 1)
    across = cells[:, 0, None] + around
    down = cells[:, 1, None] + around
    fits = ((down >= 0) & (down < size[1]))[:, :, None] & ((across >= 0) & (across < size[0]))[
        :, None
    ]
    rows, columns = np.clip(down, 0, size[1] - 1), np.clip(across, 0, size[0] - 1)
    landmark = np.arange(len(places))[:, None, None]
    warmth = _sigmoid(heat[rows[:, :, None], columns[:, None], landmark]) * fits
    total = warmth.sum(axis=(1, 2))
    on_map = ((cells >= 0) & (cells < size)).all(axis=1)
    moves = on_map & (warmth.max(axis=(1, 2)) >= LEAST_HEAT) & (total > 0)
    weight = np.where(moves, total, 1.0)
    middle = np.stack(
        [
            (warmth * across[:, None]).sum(axis=(1, 2)) / weight,
            (warmth * down[:, :, None]).sum(axis=(1, 2)) / weight,
        ],
        axis=1,
    )
    return np.where(moves[:, None], middle / size, places)


def _sigmoid(values: NDArray[np.floating]) -> NDArray[np.floating]:
    with np.errstate(over="ignore"):  # exp(1000): the sigmoid is 0
        return np.asarray(1.0 / (1.0 + np.exp(-values)))
