"""What found the landmarks: kept with them, so that a later reader can tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

from formcheck.data import Maker
from formcheck.poses.engine import NamedEngine, PoseEngine
from formcheck.version import version


def made_by(
    engine: PoseEngine,
    frame_size: tuple[int, int],
    *,
    most_hz: float | None,
    lifter: int | None = None,
) -> Maker | None:
    """Describe what an engine finds in pictures of a size; None for one of others.

    Parameters
    ----------
    engine
        What ran.
    frame_size
        Width and height of the pictures that it was given.
    most_hz, lifter
        As in ``Maker``.
    """
    if not isinstance(engine, NamedEngine):
        return None
    return Maker(
        formcheck=version(),
        engine=engine.name,
        model=engine.model.name,
        model_sha256=_sha256(engine.model),
        side_px=max(frame_size),
        most_hz=most_hz,
        step_ms=engine.step_ms,
        lifter=lifter,
    )


def _sha256(model: Path) -> str:
    with model.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
