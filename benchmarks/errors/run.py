"""Judge the labelled films and draw those that went wrong, on one page in ``build/``."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from benchmarks.errors.chart import chart
from benchmarks.errors.moments import moments
from benchmarks.errors.page import KINDS, Case, page
from benchmarks.errors.strip import shots
from benchmarks.manifest import FOLDER_VARIABLE, real_data
from benchmarks.pose_cache import Kept
from benchmarks.strangers.answers import Film, kept_poses, track_of
from benchmarks.strangers.figures import wrongs
from benchmarks.strangers.films import Label, real_films, samples
from benchmarks.strangers.run import Wanted, films_of
from benchmarks.strangers.tables import tables
from formcheck.data import Signals
from formcheck.errors import FormcheckError
from formcheck.files import whole
from formcheck.reps.cycles import find_cycles
from formcheck.reps.facts import facts_of
from formcheck.reps.sets import find_sets
from formcheck.signals import compute_signals

PAGE = Path("build") / "errors.html"
DRAWERS = 2


@dataclass(frozen=True)
class Asked:
    """What to draw: ``poses`` and ``fresh`` as for the strangers, ``out`` is the page."""

    poses: Path | None = None
    fresh: bool = False
    out: Path = PAGE


def run(console: Console, asked: Asked) -> dict[str, Any] | None:
    """Write the page; None where the films aren't here."""
    folder = real_data()
    if folder is None:
        console.print(f"errors: skipped, the real films aren't here: set {FOLDER_VARIABLE}.")
        return None
    labels = [*real_films(folder), *tables(folder), *samples()]
    films = films_of(labels, console, Wanted(poses=asked.poses, fresh=asked.fresh))
    cases = drawn(films, console, asked.poses)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with whole(asked.out) as unfinished:
        unfinished.write_text(page(cases, len(films)), encoding="utf-8")
    console.print(f"{len(cases)} of {len(films)} films went wrong: {asked.out}")
    return {
        kind: [
            case.film.label.path.name
            for case in cases
            if any(one.kind == kind for one in case.wrong)
        ]
        for kind in KINDS
    }


def drawn(films: Sequence[Film], console: Console, poses: Path | None = None) -> list[Case]:
    """Draw the films that went wrong, two at a time."""
    wrong = [film for film in films if wrongs(film)]
    kept = kept_poses([film.label for film in wrong], poses)
    with (
        Progress(console=console, transient=True) as progress,
        ThreadPoolExecutor(DRAWERS) as pool,
    ):
        task = progress.add_task("Drawing", total=len(wrong))

        def draw(film: Film) -> Case:
            case = case_of(film, kept.get(film.label.path))
            progress.advance(task)
            return case

        return list(pool.map(draw, wrong))


def case_of(film: Film, kept: Kept | None) -> Case:
    """Draw one film: without pictures where nobody was found in it."""
    told = wrongs(film)
    try:
        parts = _seen(film.label, kept)
    except FormcheckError:
        return Case(film, told)
    shown = moments(parts, film.sets, told)
    picture = film.label.path if film.label.track is None else None
    return Case(
        film,
        told,
        shots(picture, parts, shown),
        chart(parts, film.sets, shown),
        _read(parts),
    )


def _seen(label: Label, kept: Kept | None) -> list[Signals]:
    return [compute_signals(part) for part in find_sets(track_of(label, kept))]


def _read(parts: Sequence[Signals]) -> dict[str, float]:
    """What the lift of the longest set was told by."""
    seen = [(signals, find_cycles(signals)[0]) for signals in parts]
    signals, cycles = max(seen, key=lambda one: len(one[1]))
    if not cycles:
        return {}
    read = facts_of(signals, cycles)
    return {name: value for name, value in read.items() if isfinite(value)}
