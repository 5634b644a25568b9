"""PoseTrack to Signals: repaired, filtered angles, view, scale, the back's line."""

from typing import TYPE_CHECKING

from formcheck.later import later

if TYPE_CHECKING:
    from formcheck.signals.measure import compute_signals

__all__ = ["compute_signals"]

__getattr__ = later(
    __name__,
    {
        "compute_signals": "formcheck.signals.measure",
    },
)
