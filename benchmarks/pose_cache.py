"""Poses of films, kept in the user's cache, so that judging again takes no time.

What is kept depends on the film's content, the pose model, the engine with its
version, how often it looks and the code between the film and the poses; comments and
docstrings of that code don't count.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

import formcheck
from formcheck import errors
from formcheck.errors import FormcheckError
from formcheck.files import whole
from formcheck.poses import estimate_poses
from formcheck.poses.engines import DEFAULT_ENGINE, engine_name
from formcheck.poses.model import ensure_model
from formcheck.poses.sampling import DEFAULT_SAMPLING, comes_to
from formcheck.poses.saved import save_poses
from formcheck.video import Film, read_video

NOT_BETWEEN = {"model.py", "packages.py", "packing.py", "saved.py", "trc.py", "writer.py"}
"""Files of ``poses`` and ``video`` that no pose depends on."""

WORKERS = 2

_stopped = threading.Event()


@dataclass(frozen=True)
class Kept:
    """Where a film's poses lie, and what getting them took.

    poses    the ``poses.npz``; missing when there was a problem
    wall_s   seconds of the pose stage, when it was run
    problem  class of the error that the pose stage ended with, and its message
    """

    poses: str
    wall_s: float
    problem: tuple[str, str] | None = None

    def raise_problem(self) -> None:
        """Raise again what the pose stage ended with, if it did."""
        if self.problem is not None:
            kind, message = self.problem
            raise getattr(errors, kind)(message)


@dataclass(frozen=True)
class Viewing:
    """One look at a film.

    change  what is done to it on the way to the pose stage, kept apart by these words; ""
            for nothing
    opened  opens it so; can be sent to another process
    how     further arguments of ``estimate_poses``, by name; ``change`` tells of all but the
            engine
    """

    film: Path
    change: str = ""
    opened: Callable[[Path], AbstractContextManager[Film]] = field(
        default=read_video, compare=False
    )
    how: tuple[tuple[str, Any], ...] = ()

    @property
    def engine(self) -> str:
        """The engine's name with its version."""
        return engine_name(dict(self.how).get("engine", DEFAULT_ENGINE))


@dataclass(frozen=True)
class Eye:
    """What watches, as ``formcheck analyze --engine ... --sampling ...`` has it."""

    engine: str = DEFAULT_ENGINE
    sampling: str = DEFAULT_SAMPLING

    def on(self, film: Path) -> Viewing:
        """Its look at a film, which is kept under one name where two settings come to the same."""
        sampling = comes_to(self.sampling, self.engine)
        how = (("engine", self.engine), ("sampling", sampling))
        usual = sampling == comes_to(DEFAULT_SAMPLING, self.engine)
        return Viewing(film, "" if usual else f"sampling {sampling}", how=how)

    def options(self) -> list[str]:
        """Ask for it at the command line; nothing for what is usual."""
        asked = [] if self.engine == DEFAULT_ENGINE else [f"--engine {self.engine}"]
        return asked + (
            [] if self.sampling == DEFAULT_SAMPLING else [f"--sampling {self.sampling}"]
        )

    def __str__(self) -> str:
        """Engine, version and sampling in words."""
        return f"{engine_name(self.engine)}, sampling {comes_to(self.sampling, self.engine)}"


USUAL_EYE = Eye()


def cache_folder() -> Path:
    """Where poses are kept: outside of the repository."""
    return Path(platformdirs.user_cache_dir("formcheck-tests", appauthor=False)) / "poses"


def poses_of(
    films: Iterable[Path],
    *,
    eye: Eye = USUAL_EYE,
    fresh: bool = False,
    workers: int = WORKERS,
    tell: Callable[[Path, Kept], None] | None = None,
) -> dict[Path, Kept]:
    """Give the poses of films, from the cache or by watching them, several at once.

    Parameters
    ----------
    films
        Files to watch.
    eye
        What watches them.
    fresh
        Watch them even if their poses are kept.
    workers
        Processes that watch at the same time.
    tell
        Called for each film as it is done.
    """

    def told(viewing: Viewing, kept: Kept) -> None:
        if tell is not None:
            tell(viewing.film, kept)

    kept = watched([eye.on(film) for film in films], fresh=fresh, workers=workers, tell=told)
    return {viewing.film: one for viewing, one in kept.items()}


def watched(
    viewings: Iterable[Viewing],
    *,
    fresh: bool = False,
    workers: int = WORKERS,
    tell: Callable[[Viewing, Kept], None] | None = None,
) -> dict[Viewing, Kept]:
    """Give the poses of films, as they are or changed; parameters as of ``poses_of``."""
    model = ensure_model()
    found: dict[Viewing, Kept] = {}
    waiting: dict[Viewing, Path] = {}
    for viewing in viewings:
        folder = cache_folder() / key_of(viewing, model)
        kept = None if fresh else _kept(folder)
        if kept is None:
            waiting[viewing] = folder
            continue
        found[viewing] = kept
        if tell is not None:
            tell(viewing, kept)
    if waiting:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(waiting)), spawn) as pool:
            # The longest first, so that no worker is left with it at the end.
            order = sorted(waiting, key=lambda viewing: -viewing.film.stat().st_size)
            jobs = {pool.submit(_watch, one, waiting[one]): one for one in order}
            try:
                for job in as_completed(jobs):
                    found[jobs[job]] = job.result()
                    if tell is not None:
                        tell(jobs[job], job.result())
            except BaseException:  # Ctrl-C: what hasn't begun isn't waited for
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return found


def _watch(viewing: Viewing, folder: Path) -> Kept:
    """Watch in a worker; after Ctrl-C, which every worker hears, what is queued is let go."""
    if _stopped.is_set():
        raise KeyboardInterrupt
    try:
        return _watched(viewing, folder)
    except KeyboardInterrupt:
        _stopped.set()
        raise


def _watched(viewing: Viewing, folder: Path) -> Kept:
    path, problem, start_s = folder / f"{viewing.film.stem}.npz", None, time.perf_counter()
    try:
        with viewing.opened(viewing.film) as film:
            track = estimate_poses(film, **dict(viewing.how))
        save_poses(track, path)
    except FormcheckError as reason:
        problem = (type(reason).__name__, str(reason))
    kept = Kept(str(path), round(time.perf_counter() - start_s, 2), problem)
    with whole(folder / "kept.json") as unfinished:  # last: only what is whole has a record
        unfinished.write_text(json.dumps(asdict(kept)))
    return kept


def _kept(folder: Path) -> Kept | None:
    with contextlib.suppress(OSError, ValueError, KeyError):
        record = json.loads((folder / "kept.json").read_text())
        problem = record["problem"]
        return Kept(record["poses"], record["wall_s"], tuple(problem) if problem else None)
    return None


def key_of(viewing: Viewing, model: Path) -> str:
    """Name of the folder in which a look's poses are kept."""
    parts = [_sha256(viewing.film), _sha256(model), viewing.engine, _code_sha256()]
    parts += [viewing.change] if viewing.change else []
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _code_sha256() -> str:
    """Of what the code between the film and the poses does."""
    package = Path(formcheck.__file__).parent
    files = sorted([*(package / "poses").glob("*.py"), *(package / "video").glob("*.py")])
    return code_sha256([file for file in files if file.name not in NOT_BETWEEN])


def code_sha256(files: Iterable[Path]) -> str:
    """Digest of what Python files do, whatever their comments and docstrings say."""
    digest = hashlib.sha256()
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        digest.update(f"{file.name} {ast.dump(_without_docstrings(tree))}".encode())
    return digest.hexdigest()


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not _is_text(part)]  # type: ignore[attr-defined]
    return tree


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
