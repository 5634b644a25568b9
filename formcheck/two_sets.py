"""Two sets, from wherever they are, judged by the same limits so that they can be compared.

A set is a folder of results, its ``analysis.json``, saved poses, or a film that is analysed
now. It is judged again from its poses: an older formcheck, other limits or another lift
would otherwise pass for a change of the lifter's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from formcheck import pipeline, several
from formcheck.cues import Limits, load_limits
from formcheck.cues.judging.limits import changed_limits
from formcheck.data import LimitChange, PoseTrack, Signals
from formcheck.errors import BadRequest
from formcheck.film_time import clock
from formcheck.intake import converted
from formcheck.pipeline import POSE_FILES, Request
from formcheck.poses.saved import load_poses
from formcheck.reconsider import Kept, plate_of, read_kept
from formcheck.report.compare.quantities import RANGES, SIGMA
from formcheck.report.record import Analysis, to_dict
from formcheck.report.write import ANALYSIS_JSON, POSES_NPZ, SET_FOLDER
from formcheck.reps.lifts import LIFTS
from formcheck.signals.frame_times import FrameTimes
from formcheck.version import version

STANDARD = "standard"
NAMES = ("A", "B")

Watching = Callable[[float, float], None]


@dataclass(frozen=True)
class Side:
    """One of both sets.

    said      its ``formcheck.analysis/1`` form, with the σ of its ranges among the measures
    analysis  the same to draw; None where its poses are missing
    kept      where it was kept; None of what was analysed now
    film      what was analysed now, where it is a film
    notes     what was chosen or done with it
    """

    said: Mapping[str, Any]
    analysis: Analysis | None
    kept: Kept | None = None
    film: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Both:
    """Both sets, and the limits that they are judged by."""

    a: Side
    b: Side
    limits: Limits

    @property
    def names(self) -> tuple[str, str]:
        """What they are called: by their films, where these differ; else A and B."""
        a, b = (_named(one.said) for one in (self.a, self.b))
        return NAMES if a == b else (a, b)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was chosen or done with them, and what isn't sure."""
        unsure = [
            name
            for name, one in zip(NAMES, (self.a, self.b), strict=True)
            if one.said["lift"].get("candidates")
        ]
        said = (*self.a.notes, *self.b.notes)
        if not unsure:
            return said
        return (
            *said,
            f"Which lift {' and '.join(unsure)} {'is' if len(unsure) == 1 else 'are'} isn't sure "
            f"({_title(self.a.said)}), so what differs between these isn't judged: --lift settles "
            "it.",
        )


@dataclass(frozen=True)
class _Opened:
    """A set before it is judged; ``request`` is what it was or would be judged by."""

    source: Path
    request: Request
    track: PoseTrack | None
    kept: Kept | None = None
    notes: tuple[str, ...] = ()

    @property
    def limits(self) -> tuple[str, tuple[LimitChange, ...]] | None:
        """The limits it was judged by; None where it wasn't yet."""
        if self.kept is None:
            return None
        said = self.kept.said
        return said["limits"], converted(said.get("limits_changed", ()), tuple[LimitChange, ...])


def two_sets(
    sources: tuple[Path, Path],
    lift: str | None = None,
    limits: Path | None = None,
    set_numbers: Sequence[int] = (),
    watching: Watching | None = None,
) -> Both:
    """Open both sets and judge them by the same lift and limits.

    Parameters
    ----------
    sources
        A folder of results, an ``analysis.json``, saved poses or a film, each.
    lift
        What both are, where that was misread.
    limits
        A coach's limits file; else those that they were judged by, of B where they differ.
    set_numbers
        Which set, of a source with several: of A and of B, or of both.
    watching
        Told the seconds of a film done and the seconds there are.

    Raises
    ------
    BadRequest
        One can't be read, they aren't of one lift, or the poses that it takes to judge one
        again are missing.

    Examples
    --------
    >>> from pathlib import Path
    >>> from formcheck.report.compare.sets import compare_sets
    >>> from formcheck.two_sets import two_sets
    >>> before = Path("sample_videos/poses/deadlift_hips_first.npz")
    >>> after = Path("sample_videos/poses/deadlift_good.npz")
    >>> both = two_sets((before, after))
    >>> found = compare_sets(both.a.said, both.b.said)
    >>> "hip_drive" in [one.cue for one in found.of("better")]
    True
    """
    if len(set_numbers) > 2:
        raise BadRequest("--set: give it once for both sets, or twice, for A and for B.")
    numbers = [set_numbers[min(at, len(set_numbers) - 1)] if set_numbers else None for at in (0, 1)]
    first = _opened(sources[0], numbers[0], lift, watching)
    opened = (first, _opened(sources[1], numbers[1], lift, watching))
    by = _common_limits(opened, limits)
    sides = [_judged(one, name, lift, by) for one, name in zip(opened, NAMES, strict=True)]
    said = [one.said["lift"] for one in sides]
    if said[0]["name"] != said[1]["name"]:
        sides = _settled(opened, sides, by)
    return Both(sides[0], sides[1], by)


def _opened(
    source: Path, number: int | None, lift: str | None, watching: Watching | None
) -> _Opened:
    if source.is_dir() or source.suffix.lower() == ".json":
        return _kept(source, number)
    request = Request(lift=lift or "auto")
    judged = pipeline.analyze_sets(source, request, progress=watching)
    one = (
        several.chosen(judged, number)[0] if number and len(judged) > 1 else several.longest(judged)
    )
    others = [caution for caution in one.cautions if caution.code == "several_sets"]
    notes = tuple(f"{caution.message} {caution.how_to_fix}" for caution in others)
    return _Opened(source, request, one.track, None, notes)


def _kept(source: Path, number: int | None) -> _Opened:
    folder, notes = _set_of(source, number)
    kept = read_kept(folder)
    said = kept.said
    given = said["lift"]["how"] == "given"
    request = Request(
        lift=said["lift"]["name"] if given else "auto",
        tempo=said.get("tempo"),
        plate_m=plate_of(said.get("bar")),
    )
    poses = kept.folder / POSES_NPZ
    return _Opened(source, request, load_poses(poses) if poses.exists() else None, kept, notes)


def _set_of(source: Path, number: int | None) -> tuple[Path, tuple[str, ...]]:
    """The folder of the set that is meant, where a folder holds several."""
    if not source.is_dir() or (source / ANALYSIS_JSON).exists():
        return source, ()
    sets = {
        int(one.name.removeprefix(SET_FOLDER)): one
        for one in source.glob(f"{SET_FOLDER}*")
        if one.name.removeprefix(SET_FOLDER).isdecimal() and (one / ANALYSIS_JSON).exists()
    }
    if not sets:
        return source, ()
    kept = {at: read_kept(sets[at]).said for at in sorted(sets)}
    told = "; ".join(f"set {at} ({_told(said)})" for at, said in kept.items())
    if number is not None:
        if number not in sets:
            raise BadRequest(f"{source}: there is no set {number} in it: {told}.")
        return sets[number], ()
    if len(sets) == 1:
        return sets[min(sets)], ()
    longest = max(kept, key=lambda at: len(kept[at]["reps"]))
    note = f"{source} holds {told}. This is set {longest}; choose another with --set."
    return sets[longest], (note,)


def _told(said: Mapping[str, Any]) -> str:
    count = len(said["reps"])
    reps = f"{count} rep{'' if count == 1 else 's'}"
    part = said.get("part") or {}
    if None in (part.get("start_s"), part.get("end_s")):
        return reps
    return f"{reps}, {clock(part['start_s'])} to {clock(part['end_s'])}"


def _common_limits(opened: Sequence[_Opened], given: Path | None) -> Limits:
    """The limits that both are judged by."""
    if given is not None:
        return load_limits(None if str(given) == STANDARD and not given.exists() else given)
    told = [one.limits for one in opened]
    last = told[1] or told[0]
    return load_limits() if last is None else changed_limits(*last)


def _judged(one: _Opened, name: str, lift: str | None, by: Limits) -> Side:
    """Judge a set, or take it as it was judged where its poses are missing."""
    notes = tuple(f"{name}: {note}" for note in one.notes)
    if one.track is None:
        return Side(_as_kept(one, lift, by), None, one.kept, None, notes)
    request = replace(one.request, lift=lift or one.request.lift)
    analysis = pipeline.judge_poses(one.track, request, by)
    if one.kept is not None:
        analysis = replace(analysis, source=replace(analysis.source, file=_file(one.kept)))
        notes += _differing(one, name, by)
    film = one.source if one.kept is None and one.source.suffix.lower() not in POSE_FILES else None
    return Side(_with_range_sigmas(analysis), analysis, one.kept, film, notes)


def _file(kept: Kept) -> str:
    return str(kept.said["source"]["file"])


def _differing(one: _Opened, name: str, by: Limits) -> tuple[str, ...]:
    """Say why a set was judged again."""
    assert one.kept is not None
    notes = []
    before = one.kept.said["formcheck_version"]
    if before != version():
        notes.append(
            f"{name} was judged by formcheck {before}: judged again from its poses by {version()}."
        )
    if one.limits is not None and one.limits != (by.name, by.changes):
        notes.append(
            f"{name} was judged by other limits ({one.limits[0]}): judged again by {by.name}."
        )
    return tuple(notes)


def _as_kept(one: _Opened, lift: str | None, by: Limits) -> Mapping[str, Any]:
    """What was said of a set whose poses are missing, where that is what would be said now.

    Raises
    ------
    BadRequest
        It isn't, and without poses it can't be judged again.
    """
    assert one.kept is not None
    said = one.kept.said
    reasons = {
        f"it was judged by formcheck {said['formcheck_version']}, not {version()}": (
            said["formcheck_version"] == version()
        ),
        "it was judged by other limits": one.limits == (by.name, by.changes),
        f"it was judged as a {_title(said)}": lift in {None, said["lift"]["name"]},
    }
    for reason, same in reasons.items():
        if not same:
            raise BadRequest(
                f"{one.kept.folder / POSES_NPZ}: missing, and {reason}, so it has to be judged "
                f"again. Put it back beside {ANALYSIS_JSON}, or analyse {_file(one.kept)} again "
                f"with --out {one.kept.folder}."
            )
    return said


def _settled(opened: Sequence[_Opened], sides: Sequence[Side], by: Limits) -> list[Side]:
    """Judge both as one lift, where one of them isn't sure and may be what the other is.

    Raises
    ------
    BadRequest
        They are two lifts.
    """
    lifts = [one.said["lift"] for one in sides]
    for sure, other in ((0, 1), (1, 0)):
        name = lifts[sure]["name"]
        may_be = {one["name"] for one in lifts[other].get("candidates", ())}
        if not lifts[sure].get("candidates") and name in may_be and opened[other].track is not None:
            settled = _judged(opened[other], NAMES[other], name, by)
            note = (
                f"Which lift {NAMES[other]} is wasn't sure: it is judged as "
                f"a {LIFTS[name].title}, as {NAMES[sure]} is."
            )
            both = list(sides)
            both[other] = replace(settled, notes=(*settled.notes, note))
            return both
    raise BadRequest(
        f"A is a {_title(sides[0].said)}, B is a {_title(sides[1].said)}: only sets of one lift "
        f"can be compared. If one was misread, name the lift of both, such as "
        f"--lift {lifts[0]['name']} or --lift {lifts[1]['name']}."
    )


def _named(said: Mapping[str, Any]) -> str:
    """A set by its film: "monday", "monday, set 2"."""
    part = said.get("part")
    name = Path(said["source"]["file"]).stem
    return name if not part or part["of"] == 1 else f"{name}, set {part['set']}"


def _title(said: Mapping[str, Any]) -> str:
    kinds = [one["name"] for one in said["lift"].get("candidates", ())] or [said["lift"]["name"]]
    return " or ".join(LIFTS[name].title for name in kinds)


def _with_range_sigmas(analysis: Analysis) -> dict[str, Any]:
    """The set's own form, the σ of its ranges beside them: both ends may be off."""
    said = to_dict(analysis)
    for judged, rep in zip(analysis.reps, said["reps"], strict=True):
        for one in RANGES:
            sigma = _angle_sigma(
                analysis.signals, one.name.split("_")[0], judged.rep.start_s, judged.rep.end_s
            )
            ends = math.sqrt(2) if "range" in one.name else 1.0
            rep["measures"][one.name + SIGMA] = sigma * ends if math.isfinite(sigma) else None
    return said


def _angle_sigma(signals: Signals, name: str, start_s: float, end_s: float) -> float:
    """The usual σ of an angle in a repetition; NaN where it isn't seen."""
    series = signals.angles_deg.get(name)
    if series is None:
        return math.nan
    span = FrameTimes(signals.time_s).span(start_s, end_s)
    known = np.isfinite(series.value[span]) & np.isfinite(series.sigma[span])
    return float(np.median(series.sigma[span][known])) if known.any() else math.nan
