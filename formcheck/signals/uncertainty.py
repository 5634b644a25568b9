"""How far an angle may be off: base error, view, and the frame-to-frame noise.

sigma² = base² + view² + noise². The base errors are those of rendered lifters
seen from the side (``docs/accuracy.md``), which agree with evidence §1.4 and
§2.1. The view term of angles from the near side alone is the worst error a yaw
psi makes in a segment's inclination, arcsin(tan²(psi / 2)), divided by the
square root of 3 for its spread, and from ``OBLIQUE_FROM_DEG`` on that of the near
joints' different distances from the body's middle. With both sides the widths
are stretched by 1 / cos(psi), and what is left is that of the yaw's own error,
tan(psi) / 2 times it (evidence §2.3). Joint angles have two segments.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import FloatArray, View
from formcheck.signals.angles import OBLIQUE_FROM_DEG

BASE_DEG = {
    "trunk": 6.0,
    "thigh": 6.0,
    "shank": 4.0,
    "knee": 7.0,
    "hip": 9.0,
    "arm": 4.0,
    "elbow": 9.0,
    "neck": 8.0,
}
SEGMENTS = {"knee": 2, "hip": 2, "elbow": 2, "neck": 2}

NEAR_SIDE = 0.22
"""Degrees of error per degree of yaw when only the near side is seen: a
rendered trunk is read 6.5° off at 30°."""

MOST_DEG = 60.0
"""From the front the sagittal plane isn't in the picture at all."""


def foreshortening_deg(yaw_deg: float) -> float:
    """Spread of an uncorrected inclination's error at a yaw, one standard deviation.

    0 from the side, 1.0° at 20°, 2.4° at 30°, 5.7° at 45°, 52° at 90°.
    """
    ratio = np.tan(np.radians(min(abs(yaw_deg), 90.0)) / 2) ** 2
    return float(np.degrees(np.arcsin(min(ratio, 1.0))) / np.sqrt(3))


def view_error_deg(view: View, both_sides: bool) -> float:
    """Error of a segment's inclination from where the camera stands, one sigma.

    From both sides 2.3° at a yaw of 30° and 4° at 45° with a yaw known to 8°;
    from the near side 1.0° at 20°, then 7° at 30°.
    """
    if not np.isfinite(view.yaw_deg):
        return MOST_DEG
    if not both_sides:
        beyond = view.yaw_deg >= OBLIQUE_FROM_DEG
        near = NEAR_SIDE * view.yaw_deg if beyond else 0.0
        return float(np.hypot(foreshortening_deg(view.yaw_deg), near))
    stretch = np.tan(np.radians(min(view.yaw_deg, 89.0))) / 2
    return float(min(stretch * view.yaw_sigma_deg, MOST_DEG))


def angle_sigma_deg(name: str, view_deg: float, noise_deg: FloatArray | float) -> FloatArray:
    """Standard deviation of the named angle, degrees, same shape as ``noise_deg``.

    ``view_deg`` is the ``view_error_deg`` of the set.
    """
    spread = view_deg * np.sqrt(SEGMENTS.get(name, 1))
    return np.asarray(np.sqrt(BASE_DEG[name] ** 2 + spread**2 + np.square(noise_deg)))
