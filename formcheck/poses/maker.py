"""What found the landmarks: kept with them, so that a later reader can tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

from formcheck.data import Maker
from formcheck.poses.engine import NamedEngine, PoseEngine, SparingEngine
from formcheck.poses.sampling import Sampling
from formcheck.version import version


def made_by(
    engine: PoseEngine,
    frame_size: tuple[int, int],
    sampling: Sampling | None = None,
    *,
    lifter: int | None = None,
) -> Maker | None:
    """Describe what an engine finds in pictures of a size; None for one of others.

    Parameters
    ----------
    engine
        What ran.
    frame_size
        Width and height of the pictures that it was given.
    sampling
        Which of them; None for all that came, live.
    lifter
        As in ``Maker``.
    """
    if not isinstance(engine, NamedEngine):
        return None
    spared = sampling if isinstance(engine, SparingEngine) else None
    return Maker(
        formcheck=version(),
        engine=engine.name,
        model=engine.model.name,
        model_sha256=_sha256(engine.model),
        side_px=max(frame_size),
        most_hz=None if sampling is None else sampling.most_hz,
        step_ms=engine.step_ms,
        lifter=lifter,
        rests=spared is not None and spared.rests,
        mask_every_s=0.0 if spared is None else spared.mask_every_s,
    )


def _sha256(model: Path) -> str:
    with model.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
