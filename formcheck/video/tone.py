"""High dynamic range to the ordinary range that pose models were trained on."""

from __future__ import annotations

import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorTrc
from numpy.typing import NDArray

PQ, HLG = "PQ", "HLG"
HDR_NAMES = {int(ColorTrc.SMPTE2084): PQ, int(ColorTrc.ARIB_STD_B67): HLG}

REFERENCE_WHITE_NITS = 203.0  # ITU-R BT.2408: diffuse white in HDR production
PEAK_NITS = 1000.0  # what phones record; brighter is clipped


def hdr_name(frame: VideoFrame) -> str | None:
    """Name the frame's HDR transfer, None for an ordinary picture."""
    return HDR_NAMES.get(int(frame.color_trc))


def pq_to_ordinary() -> NDArray[np.uint8]:
    """Make the table (256,) that maps PQ code values to ordinary ones.

    PQ (SMPTE ST 2084) holds absolute brightness, so shown as it is a picture
    is grey and flat. Highlights are rolled off by Reinhard's extended curve
    (Reinhard 2002, eq. 4), diffuse white near the top; then gamma 2.2.
    HLG needs no table: it was designed to look right on ordinary screens.
    """
    m1, m2 = 2610 / 16384, 2523 / 32
    c1, c2, c3 = 3424 / 4096, 2413 / 128, 2392 / 128
    code = (np.arange(256) / 255) ** (1 / m2)
    nits = 10_000 * (np.maximum(code - c1, 0) / (c2 - c3 * code)) ** (1 / m1)
    light = nits / REFERENCE_WHITE_NITS
    peak = PEAK_NITS / REFERENCE_WHITE_NITS
    shown = np.clip(light * (1 + light / peak**2) / (1 + light), 0, 1)
    return np.asarray(np.round(255 * shown ** (1 / 2.2)), np.uint8)


def apply_table(rgb: NDArray[np.uint8], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Map each value of a picture by a table (256,)."""
    return np.asarray(cv2.LUT(rgb, table), np.uint8)
