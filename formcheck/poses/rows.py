"""One frame's numbers in one row: what the engine found, and where the mask ends.

A film's frames lie in a ``Table``, column by column: each grows in its place and is given
away as it is, so that a long film's numbers are in memory once.
"""

from __future__ import annotations

from typing import Any, Protocol

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


GROWN = 1024
"""Frames by which a table grows: 2 MB."""


class Row(Protocol):
    """What takes a frame's numbers, by their names in ``FRAME``."""

    def __setitem__(self, name: str, value: Any, /) -> None:
        """Take one of them."""


class Table:
    """Frames one below the other; a column is an array (T, ...) of its own."""

    def __init__(self) -> None:
        self.frames = 0
        self._columns = {
            name: np.empty((GROWN, *FRAME[name].shape), dtype=FRAME[name].base)
            for name in FRAME.names or ()
        }

    def add(self) -> Row:
        """Give the next frame's row."""
        if self.frames == len(self._columns["time_s"]):
            self._resize(self.frames + GROWN)
        self.frames += 1
        return self.row(self.frames - 1)

    def row(self, at: int) -> Row:
        """Give a frame's row."""
        return _TableRow(self._columns, at)

    def column(self, name: str) -> NDArray[Any]:
        """One of the numbers of ``FRAME`` over all frames: the column itself, no copy."""
        if len(self._columns["time_s"]) != self.frames:
            self._resize(self.frames)
        return self._columns[name]

    def _resize(self, frames: int) -> None:
        for column in self._columns.values():
            # In its place: a copy of all would be in memory beside it. Nobody has it yet.
            column.resize((frames, *column.shape[1:]), refcheck=False)


class _TableRow:
    def __init__(self, columns: dict[str, NDArray[Any]], at: int) -> None:
        self._columns, self._at = columns, at

    def __setitem__(self, name: str, value: Any) -> None:
        self._columns[name][self._at] = value


def fill(row: Row, time_s: float, found: Detection | None, scale: float = 1.0) -> None:
    """Write one frame into a row, in place.

    ``scale`` is delivered over full-size pixels; nobody ``found`` is missing, and so is what
    a mask tells where none was drawn.
    """
    row["time_s"] = time_s
    if found is None:
        clear(row)
        return
    row["points_px"] = found.points_px / scale
    row["visibility"] = found.visibility
    row["world_m"] = found.world_m
    row["box_px"] = found.box_px() / scale
    row["outline_px"] = row["on_body"] = np.nan
    if found.mask is not None:
        row["outline_px"] = outline(found.mask, found.points_px[:, :2], found.crop) / scale
        row["on_body"] = on_body(found.mask, found.points_px[:, :2], found.crop)


def clear(row: Row) -> None:
    """Nobody was found in this frame."""
    for name in ("points_px", "world_m", "outline_px", "box_px"):
        row[name] = np.nan
    for name in ("visibility", "on_body"):
        row[name] = 0.0
