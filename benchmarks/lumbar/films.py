"""The clips to learn from, kept in the user's cache and drawn once.

A clip's place depends on its recipe alone: a dial that is added to the renderer
later and stands at its default changes nothing, and each clip is used with the
truth that was written with it.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.accuracy.specs import Clip
from formcheck.synth import Spec, render, truth_path

WORKERS = 2


def cache_folder() -> Path:
    """Where the clips lie: outside of the repository."""
    return Path(platformdirs.user_cache_dir("formcheck-tests", appauthor=False)) / "lumbar"


def film_path(clip: Clip) -> Path:
    """Where a clip's film is or will be; its truth lies beside it."""
    text = json.dumps(_turned(clip.spec), sort_keys=True)
    return cache_folder() / f"{clip.name}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.mp4"


def is_drawn(clip: Clip) -> bool:
    """Tell whether a clip and its truth are there."""
    film = film_path(clip)
    return film.exists() and truth_path(film).exists()


def draw(
    clips: Iterable[Clip], *, fresh: bool = False, tell: Callable[[Clip], None] | None = None
) -> None:
    """Draw those clips that aren't there yet, several at once."""
    waiting = []
    for clip in clips:
        if fresh or not is_drawn(clip):
            waiting.append(clip)
        elif tell is not None:
            tell(clip)
    if not waiting:
        return
    cache_folder().mkdir(parents=True, exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, spawn) as pool:
        jobs = {pool.submit(_draw, clip.spec, film_path(clip)): clip for clip in waiting}
        for job in as_completed(jobs):
            job.result()
            if tell is not None:
                tell(jobs[job])


def _draw(spec: Spec, film: Path) -> None:
    # Its truth is written last: only what is whole has one.
    truth_path(film).unlink(missing_ok=True)
    render(spec, film)


def _turned(part: Any) -> dict[str, Any]:
    """The values of a spec that differ from their defaults, part by part."""
    plain = type(part)() if not isinstance(part, Spec) else Spec(lift=part.lift)
    out: dict[str, Any] = {"lift": part.lift} if isinstance(part, Spec) else {}
    for one in fields(part):
        value = getattr(part, one.name)
        if is_dataclass(value):
            if turned := _turned(value):
                out[one.name] = turned
        elif repr(value) != repr(getattr(plain, one.name)):  # NaN is like NaN
            out[one.name] = value
    return out
