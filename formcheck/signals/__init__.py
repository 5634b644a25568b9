"""PoseTrack to Signals: repaired, filtered angles, view, scale, the back's line."""

from formcheck.signals.measure import compute_signals

__all__ = ["compute_signals"]
