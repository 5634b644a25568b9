"""How a stored picture is turned and mirrored to stand upright."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from av import VideoFrame
from av.buffer import Buffer
from av.sidedata.sidedata import Type
from numpy.typing import NDArray

_MATRIX = "=9i"
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True)
class Orientation:
    """The turn that makes a stored picture upright, then the mirror.

    ``clockwise_deg`` is 0, 90, 180 or 270; ``mirrored`` says that left and
    right are exchanged after the turn.
    """

    clockwise_deg: int = 0
    mirrored: bool = False

    @property
    def swaps_sides(self) -> bool:
        """Whether width becomes height."""
        return self.clockwise_deg in (90, 270)

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        """Give the upright (width, height) of a stored picture of that size."""
        return (height, width) if self.swaps_sides else (width, height)

    def upright(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turn and mirror a stored picture (H, W, 3); the result is C-contiguous."""
        turned: NDArray[np.uint8] = picture
        if self.clockwise_deg:
            turned = cv2.rotate(turned, _TURNS[self.clockwise_deg])
        if self.mirrored:
            turned = cv2.flip(turned, 1)
        return np.ascontiguousarray(turned)


def from_matrix(matrix: tuple[int, ...]) -> Orientation:
    """Read a display matrix (nine numbers, row by row, as ISO 14496-12 stores it).

    A stored point (x, y) is shown at (a·x + c·y, b·x + d·y), y down. Turns
    that are no multiple of 90° go to the nearest one.
    """
    a, b, _, c, d = matrix[:5]
    mirrored = a * d - b * c < 0
    if mirrored:  # undo the mirror, which acts on the shown x; a pure turn is left
        a = -a
    turn_deg = math.degrees(math.atan2(b, a))
    return Orientation(round(turn_deg / 90) * 90 % 360, mirrored)


def of_frame(frame: VideoFrame) -> Orientation:
    """Read the orientation that the file asks for; upright when it says nothing.

    Digital cameras' pictures may carry side data of a kind that PyAV has no name
    for (EXIF), and then it lists none; the decoder has turned what the EXIF says
    into a turn, which it still tells.
    """
    try:
        side_data = cast(Mapping[Type, Buffer], frame.side_data)
        matrix = side_data.get(Type.DISPLAYMATRIX)
    except ValueError:
        return Orientation(round(-frame.rotation / 90) * 90 % 360)
    if matrix is None or len(bytes(matrix)) != struct.calcsize(_MATRIX):
        return Orientation()
    return from_matrix(struct.unpack(_MATRIX, bytes(matrix)))
