"""The labelled clips, each with the kind of lift a person saw in it and what we measure."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from benchmarks.films import SAMPLES
from benchmarks.manifest import FOLDER_VARIABLE, Clip, read_manifest, read_strangers, real_data
from benchmarks.pose_cache import Kept, poses_of
from formcheck.data import Signals
from formcheck.errors import FormcheckError
from formcheck.poses.saved import load_poses
from formcheck.reps.cycles import Cycle, find_cycles
from formcheck.reps.recognise import held
from formcheck.reps.sets import find_sets
from formcheck.signals import compute_signals

T = TypeVar("T")

RENDERED = "rendered"
"""Our sample clips are one source: one renderer made them."""

# What the manifests' words for an exercise are, first match wins.
_KINDS = (
    ("negative-ish: olympic lift (power snatch)", "snatch"),
    ("negative", "none"),
    ("snatch", "snatch"),
    ("good morning", "good_morning"),
    ("lunge", "split_squat"),
    ("swing", "kettlebell_swing"),
    ("romanian", "romanian_deadlift"),
    ("deadlift (kettlebell", "kettlebell_deadlift"),
    ("deadlift (sumo", "sumo_deadlift"),
    ("deadlift (dumbbells", "dumbbell_deadlift"),
    ("deadlift (resistance", "band_deadlift"),
    ("deadlift", "deadlift"),
    ("bodyweight/goblet", "some_squat"),
    ("goblet squat", "goblet_squat"),
    ("overhead", "overhead_squat"),
    ("back squat", "back_squat"),
    ("back-loaded", "back_squat"),
    ("front squat", "front_squat"),
    ("bodyweight", "bodyweight_squat"),
    ("jump squat", "bodyweight_squat"),
)


@dataclass(frozen=True)
class Labelled:
    """A clip's label: the kind of lift, who made it, from where it is filmed, how many reps."""

    path: Path
    kind: str
    source: str
    view: str
    reps: tuple[int, ...]
    is_sure: bool


@dataclass(frozen=True)
class Measured:
    """One set of a clip: the longest by its rises.

    cycles  the rises that can be repetitions
    held    where the hands are in them; None where there is none
    """

    label: Labelled
    signals: Signals
    cycles: list[Cycle]
    held: dict[str, float] | None


def kind_of(exercise: str) -> str:
    """The kind of lift that the manifests' words mean; "" for none of these."""
    words = exercise.lower()
    return next((kind for key, kind in _KINDS if key in words), "")


def labelled_clips(folder: Path) -> list[Labelled]:
    """All clips with a label: both folders of real ones, and our rendered samples."""
    real = [*read_manifest(folder).values(), *read_strangers(folder).values()]
    return [*map(_real, real), *map(_sample, sorted((SAMPLES / "specs").glob("*.toml")))]


def measured(
    clips: list[Labelled], tell: Callable[[Path, Kept], None] | None = None
) -> Iterator[Measured]:
    """Measure each clip from its kept poses; who isn't found is left out."""
    kept = poses_of([clip.path for clip in clips], tell=tell)
    for clip in clips:
        seen = measured_of(clip, kept[clip.path])
        if seen is not None:
            yield seen


def each_here(console: Console, of: Callable[[Measured], T]) -> list[T] | None:
    """What is made of each labelled clip, one after another; None where they aren't here."""
    folder = real_data()
    if folder is None:
        console.print(f"The labelled clips aren't here: set {FOLDER_VARIABLE} to their folder.")
        return None
    clips = labelled_clips(folder)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Watching the clips", total=len(clips))
        return [of(one) for one in measured(clips, lambda *_: progress.advance(task))]


def measured_of(clip: Labelled, kept: Kept) -> Measured | None:
    """Measure a clip from its kept poses; None where nobody is found."""
    try:
        kept.raise_problem()
        parts = find_sets(load_poses(Path(kept.poses)))
        seen = [(one, find_cycles(one)[0]) for one in map(compute_signals, parts)]
    except FormcheckError:
        return None
    signals, cycles = max(seen, key=lambda one: len(one[1]))
    return Measured(clip, signals, cycles, held(signals, cycles) if cycles else None)


def _real(clip: Clip) -> Labelled:
    sure = clip.certainty.startswith("high")
    return Labelled(clip.path, kind_of(clip.exercise), clip.source, clip.view, clip.reps, sure)


def _sample(spec_file: Path) -> Labelled:
    spec = tomllib.loads(spec_file.read_text(encoding="utf-8"))
    yaw_deg = abs(spec.get("camera", {}).get("yaw_deg", 0.0))
    view = "side" if yaw_deg < 35.0 else "front" if yaw_deg > 80.0 else "oblique"
    film = SAMPLES / f"{spec_file.stem}.mp4"
    return Labelled(film, spec["lift"], RENDERED, view, (spec.get("reps", 3),), is_sure=True)
