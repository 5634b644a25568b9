"""The labelled films of the benchmark: what a person saw in each, and whose it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.films import SAMPLES
from benchmarks.labels import Seen, names_of, seen_in, seen_of, view_of
from benchmarks.manifest import Clip, read_manifest, read_strangers
from formcheck.data import PoseTrack
from formcheck.reps.lifts import LIFTS

Group = Literal["known", "strangers", "tables", "rendered"]
GROUPS: dict[Group, str] = {
    "strangers": "sources that came later",
    "known": "sources that limits were tuned on",
    "tables": "poses without film",
    "rendered": "rendered samples",
}
RENDERED = "rendered"
"""Our sample clips are one source: one renderer made them."""


@dataclass(frozen=True)
class Label:
    """A film, or poses, and what a person saw in it.

    path     the film; for poses without one a name
    source   whose it is
    names    the names of ours that are right for the lift, "squat" for no more than that;
             none for another movement, of which nothing is to be counted
    counts   the counts that are right
    is_sure  the person who counted was certain
    view     from where it is filmed, see ``benchmarks.labels.view_of``
    seen     what they saw of the technique
    words    their words, for people: what, and what else
    track    the poses, where there is no film
    """

    path: Path
    group: Group
    source: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    is_sure: bool
    view: str
    seen: Seen
    words: tuple[str, ...] = ()
    track: PoseTrack | None = None

    @property
    def stem(self) -> str:
        """Its name in folders of kept answers or poses: that of its folder and its own."""
        return f"{self.path.parent.name}__{self.path.stem}"

    @property
    def family(self) -> str:
        """The family, "hinge" or "squat"; "" for another movement."""
        return next((LIFTS[name].family for name in self.names if name in LIFTS), "")

    @property
    def is_lift(self) -> bool:
        """It shows a lift of ours."""
        return bool(self.names)


def real_films(folder: Path) -> list[Label]:
    """The labelled clips of both folders."""
    known = [_real(clip, "known") for clip in read_manifest(folder).values()]
    return known + [_real(clip, "strangers") for clip in read_strangers(folder).values()]


def samples() -> Iterator[Label]:
    """Our rendered samples."""
    for spec_file in sorted((SAMPLES / "specs").glob("*.toml")):
        spec = tomllib.loads(spec_file.read_text(encoding="utf-8"))
        yaw_deg = abs(spec.get("camera", {}).get("yaw_deg", 0.0))
        yield Label(
            path=SAMPLES / f"{spec_file.stem}.mp4",
            group="rendered",
            source=RENDERED,
            names=(spec["lift"],),
            counts=(spec.get("reps", 3),),
            is_sure=True,
            view="side" if yaw_deg < 35.0 else "front" if yaw_deg > 80.0 else "oblique",
            seen=seen_of(spec.get("faults", {})),
            words=(spec["lift"], f"faults: {spec.get('faults', {})}"),
        )


def _real(clip: Clip, group: Group) -> Label:
    return Label(
        path=clip.path,
        group=group,
        source=clip.source,
        names=names_of(clip.exercise),
        counts=clip.reps,
        is_sure=clip.certainty.startswith("high") or clip.is_negative,
        view=view_of(clip.view),
        seen=seen_in(clip.faults, clip.notes),
        words=(
            f"{clip.exercise}, {clip.view}",
            f"reps {'-'.join(map(str, clip.reps))}: {clip.certainty}",
            f"faults: {clip.faults}",
            clip.notes,
        ),
    )
