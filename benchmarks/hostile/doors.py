"""Through which door each kind comes in, and whether what comes out is the right answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hostile import films, poses, texts
from benchmarks.hostile.bytes_of import ANY
from benchmarks.hostile.material import AS, WATCHED
from formcheck.batch.manifest import read_manifest
from formcheck.commands.training_log import read_log
from formcheck.cues import load_limits
from formcheck.cues.side_to_side import side_to_side
from formcheck.history.store import open_store, sqlite_url
from formcheck.pipeline import POSE_FILES, Request, analyze, judge_poses
from formcheck.reconsider import read_kept, reconsider
from formcheck.report.compare.form import to_dict as comparison_to_dict
from formcheck.report.compare.sets import compare_sets
from formcheck.report.record import to_dict
from formcheck.video import read_video

UNLIKE = 40.0
"""Grey levels of 255 by which a preview's worst spot may differ from every picture of the
film: the codecs differ by up to 20."""

NEAR_S = 1.0
"""Bottoms within it belong to the same repetition."""


@dataclass(frozen=True)
class Input:
    """One hostile input: its kind, its number and the seed that it comes from."""

    kind: str
    number: int
    seed: int

    @property
    def chance(self) -> random.Random:
        """Give the same numbers each time."""
        return random.Random(f"{self.seed} {self.kind} {self.number}")


class Wrong(Exception):  # noqa: N818 - a finding of ours
    """A confident answer that isn't the undamaged clip's."""


class Smeared(Exception):  # noqa: N818 - a finding of ours
    """A picture was delivered that isn't in the film."""


def film(one: Input, material: Path, scratch: Path) -> None:
    """Decode a damaged film whole; say whether a picture isn't one of the film's.

    Some codecs can't tell that they were damaged. Whether a verdict suffers is seen
    with the pose engine, in ``whole``.
    """
    target = _damaged_film(one, material, scratch)
    known = np.load(material / "previews.npy")
    worst = 0.0
    with read_video(target, max_side_px=films.SIDE_PX) as opened:
        for frame in opened.frames():
            if opened.size[0] < opened.size[1]:  # else the header was damaged, and it lies
                off = np.abs(known - films.preview(frame)).max(axis=(1, 2)).min()
                worst = max(worst, float(off))
    if worst > UNLIKE:
        raise Smeared(f"{target.name}: a picture is {worst:.0f} grey levels off")


def _damaged_film(one: Input, material: Path, scratch: Path) -> Path:
    chance = one.chance
    name = chance.choice(list(films.KINDS) if one.kind == "film" else WATCHED)
    target = scratch / name
    data = (material / name).read_bytes()
    how = chance.random()
    if how < 0.15:
        films.rewritten(material / name, target, chance)
    elif how < 0.22:
        other = chance.choice(list(films.KINDS))
        target.write_bytes(data + (material / other).read_bytes())
    else:
        target.write_bytes(chance.choice(films.OF_FILMS)(data, chance))
    return target


def saved(one: Input, material: Path, scratch: Path) -> None:
    """Judge damaged poses: the verdicts are the same, or can't be told."""
    chance = one.chance
    target = scratch / "poses.npz"
    change = chance.choice((*poses.KEEPING, *poses.BREAKING, *poses.BREAKING, None, None))
    if change is None:
        data = (material / "poses.npz").read_bytes()
        target.write_bytes(chance.choice(ANY)(data, chance))
    else:
        poses.changed(material / "poses.npz", target, change, chance)
    said = to_dict(judge_poses(POSE_FILES[".npz"](target), AS, load_limits()))
    if change in poses.KEEPING:
        need_same(said, json.loads((material / "answers.json").read_text()), change.__name__)


def need_same(said: dict[str, Any], right: dict[str, Any], what: str) -> None:
    """No repetition is judged otherwise than it was.

    A value that is the same within its σ and lies at a limit may fall on its other side,
    but never from good to a fault or back.

    Raises
    ------
    Wrong
        One is.
    """
    first_s = said["reps"][0]["bottom_s"] - right["reps"][0]["bottom_s"]
    for rep in said["reps"]:
        here_s = (rep["bottom_s"], rep["bottom_s"] - first_s)
        for cue, found in rep["cues"].items():
            before = [
                other["cues"][cue]
                for other in right["reps"]
                if cue in other["cues"]
                and min(abs(other["bottom_s"] - one_s) for one_s in here_s) < NEAR_S
            ]
            if before and not any(_alike(found, one) for one in before):
                was = "/".join(one["verdict"] for one in before)
                raise Wrong(f"{what}: {cue} was {was}, is {found['verdict']}")


def _alike(found: dict[str, Any], before: dict[str, Any]) -> bool:
    pair = {found["verdict"], before["verdict"]}
    if found["verdict"] == "cannot_judge" or len(pair) == 1:
        return True
    if before["value"] is None or pair == {"good", "fault"}:
        return False
    return bool(abs(found["value"] - before["value"]) <= found["sigma"])


def markers(one: Input, material: Path, scratch: Path) -> None:
    """Judge a damaged ``.trc``."""
    target = _spoilt(one, material / "markers.trc", scratch, texts.OF_TABLES)
    judge_poses(POSE_FILES[".trc"](target), Request(), load_limits())


def limits(one: Input, material: Path, scratch: Path) -> None:
    """Read damaged limits."""
    load_limits(_spoilt(one, material / "limits.toml", scratch, texts.OF_LIMITS))


def analysis(one: Input, material: Path, scratch: Path) -> None:
    """Ask why, and compare, with a damaged ``analysis.json``."""
    target = _spoilt(one, material / "analysis.json", scratch, texts.OF_JSON)
    (scratch / "poses.npz").write_bytes((material / "poses.npz").read_bytes())
    kept = read_kept(target)
    if kept.said["lift"]["name"] in {"split_squat", "single_leg_deadlift"}:
        side_to_side(kept.said, kept.said, load_limits())
    told = compare_sets(kept.said, json.loads((material / "analysis.json").read_text("utf-8")))
    comparison_to_dict(told, kept.said, kept.said)
    reconsider(kept, one.chance.choice((1, 2, None)), one.chance.choice(("hip_drive", "lockout")))


def table(one: Input, material: Path, scratch: Path) -> None:
    """Read a damaged list of films, or a damaged training log."""
    name, read = one.chance.choice((("list.csv", read_manifest), ("log.csv", read_log)))
    read(_spoilt(one, material / name, scratch, texts.OF_TABLES))


def history(one: Input, material: Path, scratch: Path) -> None:
    """Open a damaged history."""
    chance = one.chance
    target = scratch / "history.sqlite"
    target.write_bytes(chance.choice(ANY)((material / "history.sqlite").read_bytes(), chance))
    with open_store(sqlite_url(target)) as store:
        store.clients()
        store.sets()


def whole(one: Input, material: Path, scratch: Path) -> None:
    """Follow the lifter through a damaged film and judge: the same verdicts, or none."""
    target = _damaged_film(one, material, scratch)
    right = json.loads((material / f"{target.name}.json").read_text())
    need_same(analyze(target).to_dict(), right, target.name)


def _spoilt(one: Input, source: Path, scratch: Path, ways: tuple[texts.Spoil, ...]) -> Path:
    chance = one.chance
    target = scratch / source.name
    target.write_bytes(chance.choice(ways)(source.read_text("utf-8"), chance))
    return target


Door = Callable[[Input, Path, Path], None]

DOORS: dict[str, tuple[Door, float]] = {
    "film": (film, 0.40),
    "poses": (saved, 0.20),
    "trc": (markers, 0.06),
    "limits": (limits, 0.10),
    "analysis": (analysis, 0.10),
    "table": (table, 0.08),
    "history": (history, 0.06),
}
"""Each kind's door, and its share of the inputs."""
