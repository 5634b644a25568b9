"""Where people are in a picture, by the bundle's detector network.

A single-shot detector over a letterboxed picture of 224 pixels. Its anchors, its decoding
and its weighted suppression are those of MediaPipe's ``PoseDetectorGraph``.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.poses.crop import Crop
from formcheck.poses.networks import Network

SIDE = 224
STRIDES = ((8, 2), (16, 2), (32, 6))
"""Pixels of the network's picture to an anchor, and anchors at each place."""

LEAST_SCORE = 0.5
"""``min_pose_detection_confidence`` as MediaPipe has it when not told otherwise."""

OVERLAP = 0.5
"""Share of two boxes' union from which they are one person; MediaPipe's."""

MIDDLE, UPPER = 0, 1
"""Of the four points of a person: the body's middle, and what gives size and direction."""


class Detector:
    """Finds everybody in a picture."""

    def __init__(self, content: bytes, threads: int) -> None:
        self._network = Network(content, threads)
        self._anchors = _anchors()

    def people(self, rgb: NDArray[np.uint8], pixels: int, most: int) -> list[Crop]:
        """Give the squares round at most so many people, the surest first."""
        picture = (rgb.shape[1], rgb.shape[0])
        whole = Crop.whole(picture, SIDE)
        seen = whole.cut_out(rgb, cv2.BORDER_CONSTANT)
        values = (seen[None].astype(np.float32) - 127.5) / 127.5
        raw, logits = self._network.run(values)
        found = _distinct(*self._decoded(raw[0], logits[0, :, 0]))
        crops = []
        for points in found[:most]:
            middle, upper = whole.outside(points[[MIDDLE, UPPER]] * SIDE)
            crops.append(Crop.around(middle, upper, pixels, picture))
        return [one for one in crops if one.is_usable]

    def _decoded(
        self, raw: NDArray[np.float32], logits: NDArray[np.float32]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Scores (N,), boxes (N, 4) and points (N, 4, 2) of what is sure enough, 0..1."""
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits.astype(float), -100.0, 100.0)))
        sure = scores >= LEAST_SCORE
        anchors = self._anchors[sure]
        values = raw[sure].astype(float) / SIDE
        middle, half = values[:, :2] + anchors, values[:, 2:4] / 2
        boxes = np.concatenate([middle - half, middle + half], axis=1)
        points = values[:, 4:].reshape(-1, 4, 2) + anchors[:, None]
        return scores[sure], boxes, points


def _anchors() -> FloatArray:
    """Middles of the network's anchors, (2254, 2), 0..1."""
    rows = []
    for stride, at_each in STRIDES:
        places = (np.arange(SIDE // stride) + 0.5) / (SIDE // stride)
        down, across = np.meshgrid(places, places, indexing="ij")
        middles = np.stack([across.ravel(), down.ravel()], axis=1)
        rows.append(np.repeat(middles, at_each, axis=0))
    return np.concatenate(rows)


def _distinct(scores: FloatArray, boxes: FloatArray, points: FloatArray) -> list[FloatArray]:
    """The points (4, 2) of each person: of boxes that overlap, the mean by score."""
    found = []
    left = np.argsort(-scores, kind="stable")
    while left.size:
        same = _overlap(boxes[left[0]], boxes[left]) > OVERLAP
        same[0] = True
        alike = left[same]
        found.append(np.average(points[alike], axis=0, weights=scores[alike]))
        left = left[~same]
    return found


def _overlap(box: FloatArray, others: FloatArray) -> FloatArray:
    """Intersection over union of a box (4,) with others (N, 4)."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    common = np.clip(high - low, 0.0, None).prod(axis=1)
    areas = np.clip(others[:, 2:] - others[:, :2], 0.0, None).prod(axis=1)
    union = areas + np.clip(box[2:] - box[:2], 0.0, None).prod() - common
    return np.where(union > 0, common / np.where(union > 0, union, 1.0), 0.0)
