"""The same films judged with what was learned from all sources but their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from math import isfinite
from pathlib import Path
from types import ModuleType

import msgspec

from benchmarks.lines.labelled import Measured, labelled_clips, measured_of
from benchmarks.lines.questions import QUESTIONS
from benchmarks.lines.readings import best_line
from benchmarks.naming.without import naming_without
from benchmarks.pose_cache import Kept
from benchmarks.strangers.answers import Film, Tell, film_of
from benchmarks.strangers.films import Label
from formcheck.signals.lines import Line

Without = Callable[[str], AbstractContextManager[None]]
"""What is learned from all sources but this one is in force while it is open."""

Recipe = Callable[[Sequence[Measured]], Without]
"""Reads the clips once; what it gives learns from them without a source."""

_USERS: tuple[ModuleType, ...] = tuple(
    # Not "from formcheck.reps import ...": the package has functions of the same names.
    import_module(f"formcheck.reps.{name}")
    for name in ("recognise", "cycles", "carry", "sets")
)


def lines_without(seen: Sequence[Measured]) -> Without:
    """The lines of ``lines.toml`` where their recipe puts them without a source.

    Lines with readings on one side only stay as they are.
    """
    readings = {asked.name: list(asked.readings(seen)) for asked in QUESTIONS}

    @contextmanager
    def without(source: str) -> Iterator[None]:
        shipped: list[tuple[ModuleType, str, Line | float]] = []
        try:
            for name, own in readings.items():
                best = best_line([one for one in own if one.source != source])
                for module in _USERS if isfinite(best) else ():
                    old = getattr(module, name, None)
                    if isinstance(old, Line | float):
                        shipped.append((module, name, old))
                        setattr(module, name, _moved(old, best))
            yield
        finally:
            for module, name, old in shipped:
                setattr(module, name, old)

    return without


def _moved(old: Line | float, value: float) -> Line | float:
    return msgspec.structs.replace(old, value=value) if isinstance(old, Line) else value


RECIPES: tuple[Recipe, ...] = (lines_without, naming_without)
"""Every recipe whose numbers decide; a new one is one entry here."""


def measured_clips(folder: Path, kept: Mapping[Path, Kept]) -> list[Measured]:
    """What is learned from: the labelled clips whose poses are kept."""
    clips = [clip for clip in labelled_clips(folder) if clip.path in kept]
    seen = [measured_of(clip, kept[clip.path]) for clip in clips]
    return [one for one in seen if one is not None]


def left_out(
    labels: Sequence[Label],
    seen: Sequence[Measured],
    kept: Mapping[Path, Kept],
    *,
    recipes: Sequence[Recipe] = RECIPES,
    tell: Tell | None = None,
) -> list[Film]:
    """Judge each film by what the other sources teach."""
    films = []
    learned = [recipe(seen) for recipe in recipes]
    for source in dict.fromkeys(label.source for label in labels):
        with ExitStack() as stack:
            for without in learned:
                stack.enter_context(without(source))
            for label in labels:
                if label.source == source and (label.track is not None or label.path in kept):
                    films.append(film_of(label, kept.get(label.path)))
                    if tell is not None:
                        tell(label.path)
    return films
