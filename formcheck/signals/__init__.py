"""PoseTrack to Signals: repaired, filtered angles, view, scale, the back's line."""

from formcheck.signals.measure import measure

__all__ = ["measure"]
