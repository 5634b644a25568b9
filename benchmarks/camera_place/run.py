"""The camera_place part of ``python -m benchmarks``: draw, watch, compare, write."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.accuracy.agreement import agreement
from benchmarks.accuracy.films import draw, film_path, is_drawn
from benchmarks.accuracy.measure import ClipResult, CueValue, measure_clip
from benchmarks.camera_place.films import DISTANCE_M, HEIGHTS_M, Place, films
from benchmarks.pose_cache import poses_of
from formcheck import filming
from formcheck.files import whole
from formcheck.reps.lifts import LIFTS

ANGLES = ("trunk", "hip", "knee")
Seen = tuple[Place, ClipResult]


@dataclass(frozen=True)
class Row:
    """What is shown from one place, or from several that are alike.

    judged   mean share of the findings, by weight, that say something
    least    of the worst clip
    said     verdicts that were given, and wrong ones among them
    rmse_deg angle -> measured minus true, over the repetitions' frames
    covered  angle -> share of the errors within their stated one; .68 is honest
    back_deg what the line of a hinge's back reads where it leans furthest, mean; NaN of squats
    missed   clips whose repetition wasn't counted
    """

    name: str
    clips: int
    judged: float
    least: float
    said: int
    wrong: tuple[str, ...]
    rmse_deg: dict[str, float]
    covered: dict[str, float]
    back_deg: float
    missed: int


def run(console: Console, *, kept_only: bool = False, out: Path = Path("docs")) -> dict[str, Any]:
    """Measure every place, print the tables and write ``camera_place.md``."""
    found = measure_all(console, kept_only=kept_only)
    parts = tables(found)
    for title, rows in parts.items():
        console.print(_printed(title, rows))
    for place, result in found:
        for one in wrong_of(result):
            console.print(f"wrong from {name_of(place)}: {result.clip.name}: {one}", style="dim")
    path = out / "camera_place.md"
    with whole(path) as unfinished:
        unfinished.write_text(page(parts, found), encoding="utf-8")
    console.print(f"The page: {path}")
    return {title: [asdict(row) for row in rows] for title, rows in parts.items()}


def measure_all(console: Console, *, kept_only: bool = False) -> list[Seen]:
    """Draw, watch and compare the clips."""
    wanted = list(films())
    if kept_only:
        wanted = [one for one in wanted if is_drawn(one[1], any_renderer=True)]
    clips = [clip for _, clip in wanted]
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Drawing the clips", total=len(clips))
        draw(clips, any_renderer=kept_only, tell=lambda _: progress.advance(task))
        task = progress.add_task("Watching the clips", total=len(clips))
        paths = [film_path(clip) for clip in clips]
        kept = poses_of(paths, tell=lambda *_: progress.advance(task))
    return [(place, measure_clip(clip, kept[film_path(clip)])) for place, clip in wanted]


def tables(found: Sequence[Seen]) -> dict[str, list[Row]]:
    """By angle, by height, by distance, and each place."""
    plated = [one for one in found if one[1].clip.has_full_plates]
    level = [one for one in plated if one[0] == Place(one[0].yaw_deg, HEIGHTS_M["hips"])]
    usual = [one for one in plated if one[0].distance_m == DISTANCE_M]
    hips = [one for one in plated if one[0].height_m == HEIGHTS_M["hips"]]
    free = [one for one in found if not one[1].clip.has_full_plates]
    return {
        "Full plates, level with the hips": _alike(level, _angle, _lifter),
        "of these the deadlifts": _alike(_of("deadlift", level), _angle, _lifter),
        "of these the back squats": _alike(_of("back_squat", level), _angle, _lifter),
        "Nothing in the way": _alike(free, _angle, _lifter),
        "Height, full plates": _alike(usual, _height, lambda one: (_lifter(one), _angle(one))),
        "Distance, full plates": _alike(hips, _distance, lambda one: (_lifter(one), _angle(one))),
    }


def _alike(
    found: Sequence[Seen], name: Callable[[Seen], str], case: Callable[[Seen], object]
) -> list[Row]:
    """A row a name, of the cases that were seen from all of them: nothing else differs."""
    rows: dict[str, dict[object, ClipResult]] = {}
    for one in sorted(found, key=_in_order):
        rows.setdefault(name(one), {})[case(one)] = one[1]
    common = [
        one for one in next(iter(rows.values()), ()) if all(one in row for row in rows.values())
    ]
    return [_row(name, [row[one] for one in common]) for name, row in rows.items() if common]


def _of(lift: str, found: Sequence[Seen]) -> list[Seen]:
    return [one for one in found if one[1].clip.spec.lift == lift]


def _in_order(one: Seen) -> tuple[float, float, float]:
    return one[0].height_m, one[0].distance_m, -one[0].yaw_deg


def _lifter(one: Seen) -> object:
    clip = one[1].clip
    return clip.spec.lift, clip.fault, clip.body


def _angle(one: Seen) -> str:
    return angle(one[0].yaw_deg)


def _height(one: Seen) -> str:
    return height(one[0].height_m)


def _distance(one: Seen) -> str:
    return f"{one[0].distance_m:g} m"


def angle(yaw_deg: float) -> str:
    """Name an angle: "12° behind the side"."""
    if not yaw_deg:
        return "straight aside"
    return f"{abs(yaw_deg):.0f}° {'ahead of' if yaw_deg > 0 else 'behind'} the side"


def height(height_m: float) -> str:
    """Name a height: "hips (1 m)"."""
    return next(f"{name} ({one:g} m)" for name, one in HEIGHTS_M.items() if one == height_m)


def name_of(place: Place) -> str:
    """Name a place: "12° behind the side, hips (1 m)"."""
    return f"{angle(place.yaw_deg)}, {height(place.height_m)}"


def _row(name: str, results: Sequence[ClipResult]) -> Row:
    agreed = {
        angle: agreement([one.pairs[angle] for one in results if angle in one.pairs])
        for angle in ANGLES
    }
    said = [one for result in results for one in result.cues if one.verdict != "cannot_judge"]
    return Row(
        name=name,
        clips=len(results),
        judged=fmean(one.judged for one in results),
        least=min(one.judged for one in results),
        said=len(said),
        wrong=tuple(said for one in results for said in wrong_of(one)),
        rmse_deg={angle: one.rmse for angle, one in agreed.items()},
        covered={angle: one.covered for angle, one in agreed.items()},
        back_deg=_back_deg(results),
        missed=sum(one.reps != one.true_reps for one in results),
    )


def _back_deg(results: Sequence[ClipResult]) -> float:
    turns = [
        back.turn
        for one in results
        for back in one.backs
        if LIFTS[one.clip.spec.lift].family == "hinge" and math.isfinite(back.turn)
    ]
    return fmean(turns) if turns else math.nan


def wrong_of(result: ClipResult) -> list[str]:
    """The verdicts that the true joints contradict, in words."""
    return [f"{one.cue} {one.verdict}" for one in result.cues if _is_wrong(result, one)]


def _is_wrong(result: ClipResult, one: CueValue) -> bool:
    """A fault or a warning where the truth is within the watch limit, or none where it is a fault.

    Where the same rule has no true value (the back's edge), what was put in is the truth.
    """
    if one.verdict == "cannot_judge":
        return False
    if not math.isfinite(one.true):
        put_in = one.cue in result.clip.cues
        return (one.verdict == "good") == put_in
    worse = 1.0 if one.fault_limit > one.watch_limit else -1.0
    if one.verdict == "good":
        return worse * (one.true - one.fault_limit) > 0
    return worse * (one.true - one.watch_limit) < 0


HEAD = (
    "from",
    "clips",
    "judged",
    "worst clip",
    "wrong of said",
    "trunk",
    "hip",
    "knee",
    "± holds",
    "back",
)


def _cells(row: Row) -> tuple[str, ...]:
    known = [one for one in row.covered.values() if math.isfinite(one)]
    return (
        row.name,
        str(row.clips),
        f"{row.judged:.0%}",
        f"{row.least:.0%}",
        f"{len(row.wrong)} of {row.said}",
        *(_degrees(row.rmse_deg[one], 1) for one in ANGLES),
        f"{fmean(known):.0%}" if known else "–",
        _degrees(row.back_deg, 0),
    )


def _degrees(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}°" if math.isfinite(value) else "–"


def _printed(title: str, rows: Iterable[Row]) -> Table:
    table = Table(title=title, box=None, pad_edge=False)
    for name in HEAD:
        table.add_column(name)
    for row in rows:
        table.add_row(*_cells(row))
    return table


PAGE = """\
# Where the camera shows most

Written by `python -m benchmarks camera_place` (extra `[synth]`): {clips} of {of} films of
rendered lifters, behind full 45 cm plates a deadlift and a back squat without a fault and one
of each with, and a kettlebell deadlift and a bodyweight squat. Each is the same repetition
from every place; the picture is zoomed so that the lifter is as large. A row of a table has
the cases that all of its rows have. *Judged* is the share of what counts that got a verdict,
by weight; *wrong* are verdicts that the same rule on the true joints contradicts; angles are
measured minus true (RMSE) over the repetitions' frames, and *± holds* is the share of these
errors within the stated one (68 % is honest). *Back* is what the line of the back reads where
it leans furthest, of the hinges, whose backs are the same from everywhere.

What we make of it:

> {rule}

A bar on the shoulders needs the camera ahead; hinges are judged most, and their backs read
flattest, from straight aside. Six lifters are few: a difference of ten points says little,
nobody found says much.

"""


def page(parts: dict[str, list[Row]], found: Sequence[Seen]) -> str:
    """Give the page's text."""
    text = PAGE.format(clips=len(found), of=len(list(films())), rule=filming.SIDE)
    for title, rows in parts.items():
        lines = [f"## {title}", "", f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}"]
        lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
        text += "\n".join(lines) + "\n\n"
    return text.rstrip() + "\n"
