"""One frame's numbers in one row: what the engine found, and where the mask ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.poses.engine import Detection
from formcheck.poses.outline import STATIONS, on_body, outline

FRAME = np.dtype(
    [
        # Single precision, as they are saved: what is judged now and what is
        # judged from the saved poses is the same to the last bit.
        ("points_px", np.float32, (33, 3)),
        ("visibility", np.float32, (33,)),
        ("world_m", np.float32, (33, 3)),
        ("outline_px", np.float32, (2, STATIONS.size, 2)),
        ("on_body", np.float32, (33,)),
        ("box_px", np.float64, (4,)),
        ("time_s", np.float64),
    ]
)


def fill(row: NDArray[np.void], time_s: float, found: Detection | None, scale: float = 1.0) -> None:
    """Write one frame into a row, in place.

    ``scale`` is delivered over full-size pixels; nobody ``found`` is missing.
    """
    row["time_s"] = time_s
    if found is None:
        clear(row)
        return
    row["points_px"] = found.points_px / scale
    row["visibility"] = found.visibility
    row["world_m"] = found.world_m
    row["box_px"] = found.box_px() / scale
    row["outline_px"], row["on_body"] = np.nan, 1.0
    if found.mask is not None:
        row["outline_px"] = outline(found.mask, found.points_px[:, :2]) / scale
        row["on_body"] = on_body(found.mask, found.points_px[:, :2])


def clear(row: NDArray[np.void]) -> None:
    """Nobody was found in this frame."""
    for name in ("points_px", "world_m", "outline_px", "box_px"):
        row[name] = np.nan
    for name in ("visibility", "on_body"):
        row[name] = 0.0
