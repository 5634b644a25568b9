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
from benchmarks.pose_cache import Kept
from benchmarks.strangers.answers import Film, Tell, film_of
from benchmarks.strangers.films import Label
from formcheck.signals.lines import Line

Refit = Callable[[Sequence[Measured]], AbstractContextManager[None]]
"""Learns anew from these clips; what was learned is in force while it is open."""

_USERS: tuple[ModuleType, ...] = tuple(
    # Not "from formcheck.reps import ...": the package has functions of the same names.
    import_module(f"formcheck.reps.{name}")
    for name in ("recognise", "cycles", "segment", "sets")
)


@contextmanager
def lines_refitted(seen: Sequence[Measured]) -> Iterator[None]:
    """The lines of ``lines.toml`` where their recipe puts them by these clips.

    Lines with readings on one side only stay as they are.
    """
    shipped: list[tuple[ModuleType, str, Line | float]] = []
    try:
        for asked in QUESTIONS:
            best = best_line(list(asked.readings(seen)))
            for module in _USERS if isfinite(best) else ():
                old = getattr(module, asked.name, None)
                if isinstance(old, Line | float):
                    shipped.append((module, asked.name, old))
                    setattr(module, asked.name, _moved(old, best))
        yield
    finally:
        for module, name, old in shipped:
            setattr(module, name, old)


def _moved(old: Line | float, value: float) -> Line | float:
    return msgspec.structs.replace(old, value=value) if isinstance(old, Line) else value


REFITS: tuple[Refit, ...] = (lines_refitted,)
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
    refits: Sequence[Refit] = REFITS,
    tell: Tell | None = None,
) -> list[Film]:
    """Judge each film by what the other sources teach."""
    films = []
    for source in dict.fromkeys(label.source for label in labels):
        others = [one for one in seen if one.label.source != source]
        with ExitStack() as stack:
            for refit in refits:
                stack.enter_context(refit(others))
            for label in labels:
                if label.source == source and (label.track is not None or label.path in kept):
                    films.append(film_of(label, kept.get(label.path)))
                    if tell is not None:
                        tell(label.path)
    return films
