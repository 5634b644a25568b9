"""The rendered clips, kept in the user's cache so that they are drawn once.

A clip is drawn again when its spec or the renderer's code changes; comments and
docstrings don't count.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import platformdirs

import formcheck.synth
from benchmarks.accuracy.specs import Clip
from benchmarks.pose_cache import code_sha256
from formcheck.synth import render, truth_path


def cache_folder() -> Path:
    """Where the clips lie: outside of the repository."""
    return Path(platformdirs.user_cache_dir("formcheck-tests", appauthor=False)) / "accuracy"


def film_path(clip: Clip) -> Path:
    """Where a clip's film is or will be; its truth lies beside it."""
    text = json.dumps(clip.settings(), sort_keys=True)
    return cache_folder() / f"{clip.name}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.mp4"


def is_drawn(clip: Clip, *, any_renderer: bool = False) -> bool:
    """Tell whether a clip is there, drawn by the renderer as it is now."""
    film = film_path(clip)
    if not (film.exists() and truth_path(film).exists()):
        return False
    with contextlib.suppress(OSError):
        return any_renderer or _record(film).read_text() == renderer_sha256()
    return False


def draw(
    clips: Iterable[Clip],
    *,
    fresh: bool = False,
    any_renderer: bool = False,
    jobs: int = 1,
    tell: Callable[[Clip], None] | None = None,
) -> None:
    """Draw those clips that aren't there yet.

    Parameters
    ----------
    clips
        What is wanted.
    fresh
        Draw all of them, whatever is kept.
    any_renderer
        Take kept clips that an earlier version of the renderer drew: their
        truth was written with them and belongs to them.
    jobs
        How many clips are drawn at a time.
    tell
        Called for each clip, in order, as it is there.
    """
    wanted = [(clip, fresh or not is_drawn(clip, any_renderer=any_renderer)) for clip in clips]
    if jobs <= 1:
        for clip, missing in wanted:
            if missing:
                _draw(clip, renderer_sha256())
            if tell is not None:
                tell(clip)
        return
    # "spawn", because a forked process can't draw.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        drawn = [
            (clip, pool.submit(_draw, clip, renderer_sha256()) if missing else None)
            for clip, missing in wanted
        ]
        for clip, done in drawn:
            if done is not None:
                done.result()
            if tell is not None:
                tell(clip)


def _draw(clip: Clip, renderer: str) -> None:
    film = film_path(clip)
    film.parent.mkdir(parents=True, exist_ok=True)
    _record(film).unlink(missing_ok=True)
    render(clip.spec, film)
    # Last: only what is whole has a record.
    _record(film).write_text(renderer)


@cache
def renderer_sha256() -> str:
    """Digest of the renderer's code, without its comments and docstrings."""
    folder = Path(formcheck.synth.__file__).parent
    return code_sha256(sorted(folder.glob("*.py")))


def _record(film: Path) -> Path:
    return film.with_suffix(".renderer")
