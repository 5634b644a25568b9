"""The set being lifted: the frames of the last minutes, in a fixed piece of memory."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray, PoseTrack, Source
from formcheck.poses.bar import bar_of
from formcheck.poses.rows import FRAME

LONGEST_S = 120.0
"""What is further back is forgotten: no set of the lifts we know takes longer
without a rest (our choice)."""

MOST_FRAMES = 4096
"""At 30 frames a second two minutes and a bit; about 9 MB."""


class Take:
    """Frames of the present set, oldest first; what is too old falls out."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        self.frame_size = frame_size
        self._rows = np.empty(MOST_FRAMES, dtype=FRAME)
        self._first = 0
        self._stop = 0
        self._sought = False
        self._discs: deque[tuple[float, NDArray[np.void]]] = deque()

    def __len__(self) -> int:
        """Count the frames kept."""
        return self._stop - self._first

    @property
    def start_s(self) -> float:
        """Time of the oldest frame kept; NaN when there is none."""
        return float(self._rows["time_s"][self._first]) if len(self) else float("nan")

    @property
    def end_s(self) -> float:
        """Time of the newest frame; NaN when there is none."""
        return float(self._rows["time_s"][self._stop - 1]) if len(self) else float("nan")

    def add(self, row: np.void, discs: NDArray[np.void] | None = None) -> None:
        """Keep one frame, a row of ``FRAME``, later than those before, and its discs."""
        if self._stop == MOST_FRAMES:
            self._move_to_front()
        self._rows[self._stop] = row
        self._stop += 1
        self._sought |= discs is not None
        if discs is not None and len(discs):
            self._discs.append((float(row["time_s"]), discs))
        self.forget_before(float(row["time_s"]) - LONGEST_S)

    def forget_before(self, time_s: float) -> None:
        """Let go of the frames before a time."""
        known = self._rows["time_s"][self._first : self._stop]
        self._first += int(np.searchsorted(known, time_s))
        while self._discs and self._discs[0][0] < self.start_s:
            self._discs.popleft()

    def track(self, since_s: float = -np.inf, *, plate: bool = False) -> PoseTrack:
        """Give a copy of the frames since a time, as the offline stages take them.

        With the bar's ``plate`` if it is asked for, as whatever judges asks: finding it takes
        a hundredth of a second in the last seconds, a tenth in two minutes.
        """
        rows = self._rows[self._first : self._stop]
        rows = rows[int(np.searchsorted(rows["time_s"], since_s)) :].copy()
        return PoseTrack(
            time_s=rows["time_s"],
            landmarks_px=rows["points_px"],
            visibility=rows["visibility"],
            world_m=rows["world_m"],
            frame_size=self.frame_size,
            outline_px=rows["outline_px"],
            on_body=rows["on_body"],
            plate_px=self._plate(rows) if plate else None,
            source=self._source(rows["time_s"]),
        )

    def _plate(self, rows: NDArray[np.void]) -> FloatArray | None:
        """The bar's plate in these frames, as far as they tell by now; None if nobody looked."""
        discs = []
        for time_s, seen in self._discs:
            at = int(np.searchsorted(rows["time_s"], time_s))
            if at < len(rows) and rows["time_s"][at] == time_s:
                discs.append(seen.copy())
                discs[-1]["frame"] = at
        found = None
        if discs:
            found = bar_of(np.concatenate(discs), rows["time_s"], rows["points_px"])
        if found is None and self._sought:
            return np.full((len(rows), 4), np.nan)
        return found

    def _move_to_front(self) -> None:
        """Make room: at least a quarter of the frames falls out."""
        keep = min(len(self), 3 * MOST_FRAMES // 4)
        self._rows[:keep] = self._rows[self._stop - keep : self._stop].copy()
        self._first, self._stop = 0, keep

    def _source(self, time_s: FloatArray) -> Source:
        """What the frames were, as far as a camera can say."""
        span_s = float(time_s[-1] - time_s[0]) if len(time_s) else 0.0
        rate_hz = (len(time_s) - 1) / span_s if span_s > 0 else float("nan")
        width, height = self.frame_size
        return Source(
            file="camera",
            sha256="",
            width=width,
            height=height,
            rotation_deg=0,
            duration_s=span_s,
            frames=len(time_s),
            frame_rate_hz=rate_hz,
            variable_rate=True,
            sampled_hz=rate_hz,
        )
