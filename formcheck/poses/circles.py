"""Circles in a small grey picture: looked for everywhere, and fitted where one is.

Two ways, as one is dear and the other cheap. ``vote`` looks everywhere: each edge
pixel votes, along its gradient to either side, for the centres it may be the rim of
(Kimme et al. 1975, CACM 18:120), at all radii in turn. ``fit`` starts from a guess and
measures: rays leave the centre, the strongest change of grey near the expected rim is
taken on each, and centre, radius and aspect are fitted to those robustly. A disc seen
off its axis is an ellipse, upright like the axis is level; it is measured as a circle
in a picture stretched across.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray

Grey = NDArray[np.uint8]

RAYS = 48
"""Directions in which the rim is looked for: every 7.5°."""

STEPS = 17
BAND = 0.16
"""Samples on a ray, and how far from the guess they reach, in radii: inside the next
ring of a printed plate, outside a frame's movement."""

EDGE_GREY = 5.0
"""Change of grey over two steps that counts as an edge: twice the noise of a compressed
film that was averaged down (our choice)."""

EDGE_EVEN = (60, 110)
FLAT_GREY = 4.0
"""Canny's lines for a picture of even contrast (40 of 255 for the spread around), and the
spread of grey that is noise."""

PARTS = 64
"""A vote in whole numbers: halves the memory that is blurred."""

OTHER_RING = 3
"""Steps of radius from which on a larger circle around the same centre is another ring."""

ROUNDS = ((0.10, (0.20, 0.10, 0.06)), (0.03, (0.06, 0.04, 0.03)))
"""First the strongest edge near the guess is taken on each ray, then that nearest to the
fit: how near, in radii, and beyond which distance an edge has no say, round by round."""

INLIER = 0.025
"""Radii from the fit within which an edge is of the rim: 5 mm of a full plate."""

LEAST_RAYS = 16
"""Rays in the picture without which there is no telling a circle from a curve."""

ASPECT = (0.6, 1.04)
"""Width over height of a disc's outline: up to 53° off the side; upright beyond 1 is noise."""

ANGLES = np.arange(RAYS) * (2 * np.pi / RAYS)
COS, SIN = np.cos(ANGLES), np.sin(ANGLES)
BASIS = np.stack([np.ones(RAYS), COS, SIN, np.cos(2 * ANGLES), np.sin(2 * ANGLES)], axis=1)
PRODUCTS = (BASIS[:, :, None] * BASIS[:, None, :]).reshape(RAYS, 25)
HELD = np.array([0.0, 0.3, 0.3, 6.0, 12.0])
"""Rays' worth of belief in the guess: aspect only where most of the rim tells it."""


@dataclass(frozen=True)
class Fits:
    """Circles that were fitted, N of them.

    centre_px  (N, 2)
    radius_px  (N,)    half the height
    aspect     (N,)    width over height
    cover      (N,)    share of the rim, as far as it lies in the picture, that is seen
    sigma_px   (N,)    of the centre, one standard deviation to each side
    """

    centre_px: FloatArray
    radius_px: FloatArray
    aspect: FloatArray
    cover: FloatArray
    sigma_px: FloatArray


def fit(
    grey: Grey, centre_px: FloatArray, radius_px: FloatArray, aspect: FloatArray, held: FloatArray
) -> Fits:
    """Measure circles near guesses: centres (N, 2), radii (N,) and aspects (N,).

    ``held`` (N,) is how many rays' worth the guess of the radius is believed.
    """
    share = np.linspace(1.0 - BAND, 1.0 + BAND, STEPS)
    change_of_grey, inside = _rays(grey, centre_px, radius_px, aspect, share)
    count = len(radius_px)
    belief = np.zeros((count, 5, 5))
    belief[:, range(5), range(5)] = HELD
    belief[:, 0, 0] += held + 1e-3
    change: FloatArray = np.zeros((count, 5))
    off: FloatArray = np.zeros((count, RAYS))
    at = rise = off
    use = inside
    for width, tolerances in ROUNDS:
        at, rise = _edges(change_of_grey, share, change @ BASIS.T, width)
        use = inside & (np.abs(rise) > EDGE_GREY)
        for tolerance in tolerances:
            weight = use * np.maximum(1.0 - ((at - change @ BASIS.T) / tolerance) ** 2, 0.0) ** 2
            normal = (weight @ PRODUCTS).reshape(count, 5, 5) + belief
            change = np.linalg.solve(normal, ((weight * at) @ BASIS)[..., None])[..., 0]
        off = at - change @ BASIS.T
    seen = inside.sum(axis=1)
    rim = _arcs(use & (np.abs(off) < INLIER), rise > 0)
    on_rim = rim.sum(axis=1)
    spread = np.sqrt((off**2 * rim).sum(axis=1) / np.maximum(on_rim - 4, 1))
    enough = (seen >= LEAST_RAYS) & (on_rim >= LEAST_RAYS // 2)
    e = np.clip(change[:, 3], -0.08, 0.08)
    radius = radius_px * (1.0 + change[:, 0] - e)
    # Not in proportion to 1/√n rays: neighbours share their errors, at least two by two.
    sigma = np.maximum(spread, INLIER / 4) * 2.0 / np.sqrt(np.maximum(on_rim, 1)) * radius
    moved = radius_px[:, None] * change[:, 1:3] * np.stack([aspect, np.ones(count)], axis=1)
    return Fits(
        centre_px=centre_px + moved,
        radius_px=radius,
        aspect=np.clip(aspect * (1.0 + 2.0 * e), *ASPECT),
        cover=np.where(enough, on_rim / np.maximum(seen, 1), 0.0),
        sigma_px=sigma,
    )


def _rays(
    grey: Grey, centre: FloatArray, radius: FloatArray, aspect: FloatArray, share: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """How grey rises along each ray, (N, A, R - 2), and whether a ray is in the picture."""
    reach = radius[:, None] * share  # (N, R)
    x = centre[:, 0, None, None] + (aspect[:, None] * reach)[:, None, :] * COS[:, None]
    y = centre[:, 1, None, None] + reach[:, None, :] * SIN[:, None]
    flat = (len(radius) * RAYS, len(share))
    ray = cv2.remap(
        grey,
        x.reshape(flat).astype(np.float32),
        y.reshape(flat).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    change = cv2.subtract(ray[:, 2:], ray[:, :-2], dtype=cv2.CV_32F)
    height, width = grey.shape
    x, y = x[..., -1], y[..., -1]
    inside = (x > 0) & (x < width - 1) & (y > 0) & (y < height - 1)
    return change.reshape(len(radius), RAYS, -1), inside


def _edges(
    change: FloatArray, share: FloatArray, expected: FloatArray, width: float
) -> tuple[FloatArray, FloatArray]:
    """Where the edge is on each ray (N, A), in radii from the guess, and its rise."""
    middle = (share[1:-1] - 1.0).astype(np.float32)
    off = (middle - expected[..., None].astype(np.float32)) / np.float32(width)
    strength = np.abs(change)
    best = (strength / (1.0 + off * off)).argmax(axis=-1)
    best = np.clip(best, 1, len(middle) - 2)
    flat = np.arange(best.size) * len(middle) + best.ravel()
    before, here, after = (strength.ravel()[flat + step] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * here + after, -1e-3)  # beside a peak: a step towards it
    part = np.clip(0.5 * (before - after) / bend, -1.0, 1.0).reshape(best.shape)
    at = middle[best] + part * (share[1] - share[0])
    return at, change.ravel()[flat].reshape(best.shape)


def _arcs(rim: NDArray[np.bool_], brighter: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The edges (N, A) of three rays or more in a row that all change the same way.

    In leaves or racks there is an edge near any circle; along a rim they hang together.
    """
    joined = rim & np.roll(rim, 1, axis=1) & (brighter == np.roll(brighter, 1, axis=1))
    middle = joined & np.roll(joined, -1, axis=1)
    return np.asarray(middle | np.roll(middle, 1, axis=1) | np.roll(middle, -1, axis=1))


def _evened(grey: Grey, size: int) -> Grey:
    """The picture with the same contrast everywhere, so that a dark rim has its say."""
    rough = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    level = cv2.blur(rough, (size, size))
    spread = np.sqrt(np.maximum(cv2.blur(rough * rough, (size, size)) - level * level, 0.0))
    even = (rough - level) * (40.0 / (spread + FLAT_GREY)) + 128.0
    return np.asarray(np.clip(even, 0, 255).astype(np.uint8))


def vote(grey: Grey, radii_px: FloatArray, most: int, apart_px: float) -> FloatArray:
    """Places that edges point at, strongest first: (N, 4) of x, y, radius and share of rim.

    ``radii_px`` increase in small steps; of places nearer than ``apart_px`` one is kept.
    """
    even = _evened(grey, 2 * round(radii_px[0]) + 1)
    across = cv2.Sobel(even, cv2.CV_16S, 1, 0)
    down = cv2.Sobel(even, cv2.CV_16S, 0, 1)
    y, x = np.nonzero(cv2.Canny(across, down, *EDGE_EVEN))
    if len(x) < LEAST_RAYS:
        return np.empty((0, 4))
    towards = np.stack([across[y, x], down[y, x]]).astype(np.float32)
    towards /= np.hypot(*towards)
    pad = int(radii_px[-1] / 2) + 3  # the middle of a plate that is cut by the picture's edge
    height, width = (side + 2 * pad for side in grey.shape)
    reach = np.concatenate([radii_px, -radii_px]).astype(np.float32)[:, None]
    at_x = (x + (pad + 0.5) + reach * towards[0]).astype(np.int32)
    at_y = (y + (pad + 0.5) + reach * towards[1]).astype(np.int32)
    np.clip(at_x, 0, width - 1, out=at_x)
    np.clip(at_y, 0, height - 1, out=at_y)
    layers = len(radii_px)
    at_y += np.tile(np.arange(layers, dtype=np.int32) * height, 2)[:, None]
    at_y *= width
    at_y += at_x
    votes = np.bincount(at_y.ravel(), minlength=layers * height * width)
    tall = (votes * PARTS).astype(np.uint16).reshape(layers * height, width)
    # Two boxes are nearly a bell: directions are a few degrees off.
    tall = np.asarray(cv2.blur(cv2.blur(tall, (3, 3)), (3, 3)))
    share = tall.reshape(layers, height, width)
    # Chance gives a small circle the larger share: by √radius less.
    weight = 25.0 / PARTS / (2 * np.pi * np.sqrt(radii_px * radii_px[0]))
    best: FloatArray = np.zeros((height, width), np.float32)
    for layer in range(layers - 1):
        low, high = weight[layer : layer + 2].tolist()
        both = cv2.addWeighted(share[layer], low, share[layer + 1], high, 0.0, dtype=cv2.CV_32F)
        cv2.max(best, both, dst=best)
    inner = best[3:-3, 3:-3].copy()  # the blur of one layer runs into the next
    best[:] = 0.0
    best[3:-3, 3:-3] = inner
    found = []
    apart = max(1, round(apart_px))
    for _ in range(most):
        row, column = divmod(int(best.argmax()), width)
        here = share[:, row, column] * weight
        here = here[1:] + here[:-1]
        layer = int(here.argmax())
        found.append((column - pad, row - pad, layer, here[layer]))
        if layer + OTHER_RING < layers - 1:  # plates have rings inside their rim
            outer = layer + OTHER_RING + int(here[layer + OTHER_RING :].argmax())
            found.append((column - pad, row - pad, outer, here[outer]))
        best[max(0, row - apart) : row + apart + 1, max(0, column - apart) : column + apart + 1] = 0
    places = np.array(found)
    at = places[:, 2].astype(int)
    places[:, 2] = (radii_px[at] + radii_px[at + 1]) / 2
    return places
