"""How far an angle may be off: base error, view, and the frame-to-frame noise.

sigma² = base² + view² + noise². The base errors are those of evidence §1.4 and
§2.1 (a 2 cm landmark error; MediaPipe against sensors for the knee). The view
term is the worst error a yaw psi makes in a segment's inclination,
arcsin(tan²(psi / 2)), divided by the square root of 3 for its spread
(evidence §2.3); joint angles have two segments.
"""

from __future__ import annotations

import numpy as np

from formcheck.data import FloatArray

BASE_DEG = {
    "trunk": 4.0,
    "thigh": 4.0,
    "shank": 4.0,
    "knee": 6.0,
    "hip": 6.0,
    "arm": 4.0,
    "elbow": 8.0,
    "neck": 8.0,
}
SEGMENTS = {"knee": 2, "hip": 2, "elbow": 2, "neck": 2}


def view_error_deg(yaw_deg: float) -> float:
    """Spread of a segment's inclination error at a yaw, one standard deviation.

    0 from the side, 1.0° at 20°, 2.4° at 30°, 5.7° at 45°; beyond 80° the
    sagittal plane isn't in the picture and the error is 52°.
    """
    ratio = np.tan(np.radians(min(abs(yaw_deg), 90.0)) / 2) ** 2
    return float(np.degrees(np.arcsin(min(ratio, 1.0))) / np.sqrt(3))


def angle_sigma_deg(name: str, yaw_deg: float, noise_deg: FloatArray | float) -> FloatArray:
    """Standard deviation of the named angle, degrees, same shape as ``noise_deg``."""
    view = view_error_deg(yaw_deg) * np.sqrt(SEGMENTS.get(name, 1))
    return np.asarray(np.sqrt(BASE_DEG[name] ** 2 + view**2 + np.square(noise_deg)))
