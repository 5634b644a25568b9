"""What we say of each film: judged from its poses, or read from answers that were kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.pose_cache import Kept, poses_of
from benchmarks.strangers.films import Label
from formcheck import cues
from formcheck.data import PoseTrack
from formcheck.errors import FormcheckError
from formcheck.pipeline import Request, judge_sets
from formcheck.poses.saved import load_poses
from formcheck.reps.lifts import LIFTS

Form = dict[str, Any]
"""An analysis as ``analysis.json`` has it."""

NOT_KEPT = "no answer is kept"
Tell = Callable[[Path], None]


@dataclass(frozen=True)
class Film:
    """A labelled film and what is said of it.

    sets     an analysis for each set of the film; none where nothing was judged
    problem  why not, in the words of the error
    """

    label: Label
    sets: tuple[Form, ...] = ()
    problem: str = ""

    @property
    def main(self) -> Form | None:
        """The longest set: the one with the most repetitions."""
        return max(self.sets, key=lambda one: len(one["reps"]), default=None)

    @property
    def reps(self) -> int:
        """Repetitions counted in all sets."""
        return sum(len(one["reps"]) for one in self.sets)

    @property
    def lift(self) -> str:
        """The name that is given; "" where none is."""
        return self.main["lift"]["name"] if self.main else ""

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names that are given, where two are near both."""
        return _names(self.main["lift"])[:2] if self.main else ()

    @property
    def confidence(self) -> float:
        """How sure we say that we are of the name."""
        return float(self.main["lift"]["confidence"]) if self.main else 0.0

    @property
    def is_named(self) -> bool:
        """The name is one that is right."""
        return self.lift in self.label.names

    @property
    def verdicts(self) -> Iterator[tuple[str, str]]:
        """Cue and verdict of each repetition of all sets."""
        for one in self.sets:
            for rep in one["reps"]:
                yield from ((cue, found["verdict"]) for cue, found in rep["cues"].items())

    def values(self, cue: str) -> list[float]:
        """What was measured for a cue in the repetitions where it was judged."""
        found = [rep["cues"].get(cue) for one in self.sets for rep in one["reps"]]
        return [
            float(one["value"])
            for one in found
            if one and one["verdict"] != "cannot_judge" and one["value"] is not None
        ]


def _names(lift: Any) -> tuple[str, ...]:
    """Every name of a lift in what is said of it, in order: also of a second, near one."""
    if isinstance(lift, str):
        return (lift,) if lift in LIFTS or lift in {"squat", "hinge"} else ()
    if isinstance(lift, dict):
        lift = list(lift.values())
    if isinstance(lift, list):
        return tuple(dict.fromkeys(name for one in lift for name in _names(one)))
    return ()


def judged(
    labels: Iterable[Label],
    *,
    poses: Path | None = None,
    fresh: bool = False,
    tell: Tell | None = None,
) -> list[Film]:
    """Judge films by today's code.

    Parameters
    ----------
    labels
        The films.
    poses
        Folder of poses that were saved before, in place of the cache; a film without
        is left out.
    fresh
        Watch the films anew, whatever the cache holds.
    tell
        Called for each film as it is watched or judged.
    """
    labels = list(labels)
    kept = kept_poses(labels, poses, fresh=fresh, tell=tell)
    films = []
    for label in labels:
        if label.track is not None or label.path in kept:
            films.append(film_of(label, kept.get(label.path)))
            if tell is not None:
                tell(label.path)
    return films


def kept_poses(
    labels: Iterable[Label],
    poses: Path | None = None,
    *,
    fresh: bool = False,
    tell: Tell | None = None,
) -> dict[Path, Kept]:
    """Where the poses of films lie: in a folder, or in the cache, where they are made."""
    films = [label for label in labels if label.track is None]
    if poses is not None:
        found = {label.path: _of_film(poses, label, "poses.npz", ".npz") for label in films}
        return {film: Kept(str(files[0]), 0.0) for film, files in found.items() if files}
    told = None if tell is None else (lambda film, _: tell(film))
    return poses_of([label.path for label in films], fresh=fresh, tell=told)


def film_of(label: Label, kept: Kept | None) -> Film:
    """Judge one film from its poses; a breakdown is an answer too."""
    try:
        judged_sets = judge_sets(track_of(label, kept), Request(), cues.load_limits())
    except FormcheckError as reason:
        return Film(label, problem=f"{type(reason).__name__}: {reason}")
    except Exception as breakdown:  # the film counts as wrong, and the others go on
        return Film(label, problem=f"BREAKDOWN {type(breakdown).__name__}: {breakdown}")
    return Film(label, tuple(one.to_dict() for one in judged_sets))


def track_of(label: Label, kept: Kept | None) -> PoseTrack:
    """The poses of a film, wherever they are kept.

    Raises
    ------
    FormcheckError
        What watching it ended with.
    """
    if label.track is not None:
        return label.track
    assert kept is not None  # a film's poses are asked for first
    kept.raise_problem()
    return load_poses(Path(kept.poses))


def read(labels: Iterable[Label], folder: Path) -> list[Film]:
    """Read what was said of films before: ``analysis.json`` or a JSON by the film's name."""
    return [_read(label, folder) for label in labels]


def _read(label: Label, folder: Path) -> Film:
    files = _of_film(folder, label, "analysis.json", ".json")
    sets = tuple(json.loads(file.read_text(encoding="utf-8")) for file in files)
    return Film(label, sets, "" if sets else NOT_KEPT)


def _of_film(folder: Path, label: Label, name: str, suffix: str) -> list[Path]:
    """Files of a film: ``<its name><suffix>``, or each ``name`` in a folder of its name."""
    for stem in (label.stem, label.path.stem):
        if (folder / f"{stem}{suffix}").is_file():
            return [folder / f"{stem}{suffix}"]
        found = sorted((folder / stem).rglob(name))
        if found:
            return found
    return []
