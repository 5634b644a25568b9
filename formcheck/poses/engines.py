"""The pose engines that can be asked for by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.cores import usable_cores
from formcheck.errors import BadRequest

if TYPE_CHECKING:
    from formcheck.poses.engine import NamedEngine

PACKAGES = {"litert": "ai-edge-litert", "mediapipe": "mediapipe"}
"""The package that each engine stands on."""

SPARED = frozenset({"litert"})
"""Engines that needn't see every picture: those of ``engine.SparingEngine``."""

DEFAULT_ENGINE = "litert"
"""It parts from MediaPipe no more than that does from itself when a film is moved by two
pixels (``python -m benchmarks repeat``), costs less, and holds no network client.
MediaPipe is the reference: every limit was measured with it."""


FILM_THREADS = 2
"""Of the landmark network, beside which a film is decoded and its background measured: what
is found is the same to the last bit."""


def engine_name(engine: str) -> str:
    """Give an engine's name with the version that is installed, as ``made_by`` has it.

    Raises
    ------
    BadRequest
        No engine is called so, or it isn't installed.
    """
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 20 ms

    if engine not in PACKAGES:
        known = " or ".join(PACKAGES)
        raise BadRequest(f"no pose engine is called {engine!r}: choose {known}.")
    try:
        return f"{engine} {version(PACKAGES[engine])}"
    except PackageNotFoundError as problem:
        raise BadRequest(
            f'the pose engine {engine} isn\'t installed: pip install "{_brings(engine)}"'
        ) from problem


def _brings(engine: str) -> str:
    """What pip is asked for so that an engine is there."""
    return PACKAGES[engine] if engine == DEFAULT_ENGINE else f"formcheck[{engine}]"


def film_threads() -> int:
    """How many threads a network may use on a film.

    No more than ``OMP_NUM_THREADS`` says, as a batch tells its workers: one for each core.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "")
    most = int(asked) if asked.isdecimal() else FILM_THREADS
    return max(1, min(FILM_THREADS, most, usable_cores()))


def open_engine(engine: str, model: Path, *, threads: int = 1) -> NamedEngine:
    """Open the engine of a name.

    Parameters
    ----------
    engine
        "litert" or "mediapipe".
    model
        The pose landmarker bundle.
    threads
        How many LiteRT may use; MediaPipe decides for itself.

    Raises
    ------
    BadRequest
        No engine is called so, or it isn't installed.
    ModelMissing
        The bundle can't be used.
    """
    name = engine_name(engine)
    # Each stands on a large package, and only one is needed.
    if engine == "litert":
        from formcheck.poses.litert import LiteRTEngine  # noqa: PLC0415

        return LiteRTEngine(model, name=name, threads=threads)
    from formcheck.poses.engine import MediaPipeEngine  # noqa: PLC0415

    return MediaPipeEngine(model)
