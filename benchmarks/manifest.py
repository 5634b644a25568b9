"""The labelled clips: what a person saw in them, as ``manifest.csv`` has it."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.labels import names_of
from formcheck.reps.lifts import LIFTS

FOLDER_VARIABLE = "FORMCHECK_REAL_DATA"
BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared"


@dataclass(frozen=True)
class Clip:
    """One clip and its labels.

    lifts     the names of ours that it may be called; none for another exercise
    reps      the counts that are right, smallest first
    certainty how sure the person who counted was, in their words
    source    whose film it is; "" where that isn't known
    duration_s  how long it is
    notes     what else they wrote of it
    """

    path: Path
    sha256: str
    exercise: str
    view: str
    reps: tuple[int, ...]
    certainty: str
    faults: str
    source: str = ""
    duration_s: float = math.nan
    notes: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def is_negative(self) -> bool:
        """Nobody lifts in it."""
        return self.exercise.startswith("NEGATIVE")

    @property
    def lifts(self) -> tuple[str, ...]:
        """The names of ours that the lift may be called."""
        return tuple(name for name in names_of(self.exercise) if name in LIFTS)

    @property
    def is_sure(self) -> bool:
        """The count is certain and the lift is one of ours."""
        return self.certainty.startswith("high") and bool(self.lifts)

    def is_kin(self, lift: str) -> bool:
        """Whether ``lift`` is of the family of the clip's own."""
        return any(LIFTS[one].family == LIFTS[lift].family for one in self.lifts)


def real_data() -> Path | None:
    """The folder with ``real_videos``, or None when it isn't on this machine."""
    folder = Path(os.environ.get(FOLDER_VARIABLE, BESIDE_THE_REPOSITORY))
    return folder if (folder / "real_videos" / "manifest.csv").is_file() else None


def read_manifest(folder: Path) -> dict[str, Clip]:
    """Give the clips of ``folder/real_videos`` by name without suffix."""
    return {clip.path.stem: clip for clip in _clips(folder / "real_videos")}


def read_strangers(folder: Path) -> dict[str, Clip]:
    """Give the clips of ``folder/real_videos2``, from other sources; none where it isn't."""
    videos = folder / "real_videos2"
    there = (videos / "manifest.csv").is_file()
    return {clip.path.stem: clip for clip in _clips(videos)} if there else {}


def _clips(videos: Path) -> Iterator[Clip]:
    with (videos / "manifest.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield Clip(
                path=videos / row["name"],
                sha256=row["sha256"],
                exercise=row["exercise"],
                view=row["view"],
                reps=_counts(row["reps"]),
                certainty=row["rep_count_certainty"],
                faults=row["faults"],
                source=row["repo"],
                duration_s=float(row["duration_s"]),
                notes=row["notes"],
            )


def _counts(words: str) -> tuple[int, ...]:
    """The counts that "16", "0-1" or "1 (no descent in clip)" accept."""
    found = re.match(r"(\d+)(?:-(\d+))?", words)
    if found is None:
        raise ValueError(f"manifest.csv: no count in {words!r}")
    least = int(found[1])
    return tuple(range(least, int(found[2] or least) + 1))
