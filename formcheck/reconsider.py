"""One verdict of an earlier analysis, worked out again from its poses.

``analysis.json`` says with which lift, limits and tempo it was judged, and
``poses.npz`` beside it holds all that was seen, so the film isn't needed.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from formcheck import cues, film_time, pipeline, video
from formcheck.cues import CUES, SET_CUES
from formcheck.cues.judging import words
from formcheck.cues.judging.base import Measurement
from formcheck.cues.judging.judge import judge_rep, judge_set
from formcheck.cues.judging.limits import Limits, changed_limits
from formcheck.cues.judging.seen import Seen
from formcheck.data import Candidate, Finding, Lift, LimitChange, MeasuredSet, Rep
from formcheck.errors import BadRequest
from formcheck.intake import converted, did_you_mean
from formcheck.poses.saved import load_poses
from formcheck.report.kept import read_analysis
from formcheck.report.write import ANALYSIS_JSON, POSES_NPZ
from formcheck.reps import cut_set
from formcheck.seal import damaged, finish_all
from formcheck.signals import compute_signals
from formcheck.version import version
from formcheck.video.span import Span

if TYPE_CHECKING:
    from formcheck.report.lettering import Picture
    from formcheck.report.why import Why

THE_SET = "set"
_AROUND_S = 0.6
_SAME = 0.02  # a stored number is rounded; a change smaller than this share isn't one


@dataclass(frozen=True)
class Kept:
    """An analysis on disk: its folder and what ``analysis.json`` says."""

    folder: Path
    said: dict[str, Any]


@dataclass(frozen=True)
class Again:
    """The set worked out again, up to its repetitions."""

    measured: MeasuredSet
    limits: Limits
    size: tuple[int, int]

    @property
    def seen(self) -> Seen:
        """What the cues look at."""
        return Seen(self.measured)


def read_kept(analysis: Path) -> Kept:
    """Read ``analysis.json``, named itself or by its folder.

    Raises
    ------
    BadRequest
        There is none, or it isn't as it was written.
    """
    path = analysis / ANALYSIS_JSON if analysis.is_dir() else analysis
    _need_one_run(path)
    if not path.exists():
        raise BadRequest(
            f"{path}: no analysis to read. Name an {ANALYSIS_JSON} or the folder it is in."
        )
    return Kept(path.parent, read_analysis(path))


def _need_one_run(path: Path) -> None:
    """The analysis and the poses beside it are of one run, as it wrote them.

    What a kill left on its way there is finished first, where that can be written.

    Raises
    ------
    BadRequest
        They aren't, so a verdict of one would be worked out from the other.
    """
    if path.name != ANALYSIS_JSON:
        return
    with contextlib.suppress(OSError):
        finish_all(path.parent)
    wrong = [
        name
        for name in damaged(path.parent, {ANALYSIS_JSON, POSES_NPZ})
        if (path.parent / name).exists()  # what is missing is told where it is needed
    ]
    if wrong:
        raise BadRequest(
            f"{path.parent / wrong[0]}: not as its run wrote it: an analysis was broken off, or "
            f"the file was changed since. Analyse the film again with --out {path.parent}."
        )


def work_out(kept: Kept) -> Again:
    """Measure and segment the set again, with the lift, limits and tempo it had.

    Raises
    ------
    BadRequest
        ``poses.npz`` isn't there or can't be read.
    """
    poses = kept.folder / POSES_NPZ
    if not poses.exists():
        film = kept.said["source"]["file"]
        raise BadRequest(
            f"{poses}: missing, and a verdict is worked out again from it. Put it back beside "
            f"{ANALYSIS_JSON}, or analyse {film} again with --out {kept.folder}."
        )
    track = load_poses(poses)
    named = kept.said["lift"]
    near = tuple(Candidate(**one) for one in named.get("candidates", ()))
    lift = Lift(named["name"], named["how"], named["confidence"] or math.nan, near)
    motion = compute_signals(track, plate_of(kept.said.get("bar")))
    changes = converted(kept.said.get("limits_changed", ()), tuple[LimitChange, ...])
    limits = changed_limits(kept.said["limits"], changes)
    text = kept.said.get("tempo")
    tempo = cues.parse_tempo(text) if text else None
    measured = cut_set(motion, lift, tempo=tempo)
    return Again(measured, limits, track.frame_size)


def plate_of(bar: Mapping[str, Any] | None) -> float | None:
    """How wide the bar's plate was taken to be, as ``compute_signals`` is told it."""
    if bar is None or bar["how"] == "detected":
        return None
    return bar["diameter_m"] or 0.0


def reconsider(kept: Kept, rep: int | None, cue: str) -> Why:
    """Work one verdict out again and gather what led to it.

    Parameters
    ----------
    kept
        The analysis.
    rep
        The repetition's number, or None for the set.
    cue
        The cue's id.

    Raises
    ------
    BadRequest
        No such repetition or cue in this set, or its poses are missing.
    """
    _need_question(kept, rep, cue)
    again = work_out(kept)
    stored_set = kept.said["set"]["cues"].get(cue)
    if cue in SET_CUES:
        judged = cues.judge(again.measured, again.limits).reps
        finding, measured = judge_set(SET_CUES[cue], judged, again.seen, again.limits)
        return _why(again, finding, measured, stored_set, None)
    if rep is None:
        return _over_reps(again, cue, stored_set)
    one = _same_rep(kept, again, rep)
    finding, measured = judge_rep(CUES[cue], one, again.seen, again.limits)
    stored = next(r["cues"].get(cue) for r in kept.said["reps"] if r["index"] == rep)
    return _why(again, finding, measured, stored, one)


def find_film(kept: Kept, *elsewhere: Path) -> Path | None:
    """Look for the film beside the analysis, above it, here and elsewhere; its contents tell."""
    source = kept.said["source"]
    around = (kept.folder, *kept.folder.parents[:2], Path.cwd())
    for film in (*(folder / Path(source["file"]).name for folder in around), *elsewhere):
        if film.is_file() and film.suffix.lower() not in pipeline.POSE_FILES:
            with film.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == source["sha256"]:
                    return film
    return None


def frame_at(film: Path, at_s: float, rotation_deg: int) -> tuple[Picture, float]:
    """Give the film's picture nearest to a moment, upright, and its scale.

    Raises
    ------
    VideoError
        The film can't be read, or ends before.
    """
    span = Span(max(0.0, at_s - _AROUND_S), at_s + _AROUND_S)
    with video.read_video(film, span=span, rotate_deg=rotation_deg) as opened:
        best, off_s = None, math.inf
        for frame in opened.frames():
            if abs(frame.time_s - at_s) < off_s:
                best, off_s = frame.rgb, abs(frame.time_s - at_s)
        if best is None:
            raise BadRequest(
                f"{film}: no picture at {at_s:.2f} s. Is it the film that was analysed?"
            )
        return best, opened.scale


def _need_question(kept: Kept, rep: int | None, cue: str) -> None:
    """The set has this repetition and this cue.

    Raises
    ------
    BadRequest
        It doesn't.
    """
    whole, reps = kept.said["set"]["cues"], kept.said["reps"]
    if cue not in whole or (cue not in CUES and cue not in SET_CUES):
        known = ", ".join(name for name in whole if name in CUES or name in SET_CUES)
        hint = did_you_mean(cue, known.split(", "))
        raise BadRequest(f"{cue!r} wasn't asked in this set.{hint} Asked were: {known}.")
    indexes = [one["index"] for one in reps]
    if rep is not None and cue in SET_CUES:
        raise BadRequest(f"{cue} is judged over the set: give {THE_SET!r} instead of a number.")
    if rep is not None and rep not in indexes:
        raise BadRequest(
            f"there is no repetition {rep} in this set. Give one of "
            f"{', '.join(map(str, indexes))}, or {THE_SET!r}."
        )


def _same_rep(kept: Kept, again: Again, rep: int) -> Rep:
    """The repetition found again that overlaps the stored one most."""
    stored = next(one for one in kept.said["reps"] if one["index"] == rep)

    def overlap_s(one: Rep) -> float:
        first, last = float(stored["start_s"]), float(stored["end_s"])
        told = film_time.of_rep(one, again.measured.signals.time.pace.slowed)
        return min(told.end_s, last) - max(told.start_s, first)

    best = max(again.measured.reps, key=overlap_s, default=None)
    if best is None or overlap_s(best) <= 0:
        raise BadRequest(
            f"{kept.folder}: repetition {rep} isn't found again by formcheck {version()}; the "
            f"analysis is from {kept.said['formcheck_version']}. Analyse the film again."
        )
    return replace(best, index=rep)


def _over_reps(again: Again, cue: str, stored: dict[str, Any]) -> Why:
    """The set's verdict of a cue of the repetitions, shown on a typical one."""
    judged = cues.judge(again.measured, again.limits)
    whole = judged.summary.findings[cue]
    each = [(one.rep, one.findings[cue]) for one in judged.reps]
    typical = min(each, key=lambda pair: _unlike(pair[1], whole))[0]
    _, measured = judge_rep(CUES[cue], typical, again.seen, again.limits)
    why = _why(again, whole, measured, stored, typical)
    return replace(why, rep=None, reps=tuple((rep.index, one) for rep, one in each))


def _unlike(one: Finding, whole: Finding) -> float:
    same = one.value == whole.value or (math.isnan(one.value) and math.isnan(whole.value))
    return 0.0 if same else 1.0


def _why(
    again: Again,
    finding: Finding,
    measured: Measurement | None,
    stored: dict[str, Any] | None,
    rep: Rep | None,
) -> Why:
    from formcheck.report.why import Why  # noqa: PLC0415 - who only reads it draws nothing

    name = again.measured.lift.name
    shown_s = finding.at_s
    if not math.isfinite(shown_s):
        middle = again.measured.signals.time_s[again.measured.signals.time_s.size // 2]
        shown_s = float(middle) if rep is None else rep.bottom_s
    slowed = again.measured.signals.time.pace.slowed
    return Why(
        info=words.info(finding.cue, name, again.limits),
        finding=film_time.of_finding(finding, slowed),
        limit=again.limits.of(finding.cue, name),
        measurement=None if measured is None else _told(measured, slowed),
        lift=again.measured.lift,
        signals=film_time.of_signals(again.measured.signals),
        size=again.size,
        shown_s=shown_s * slowed,
        rep=None if rep is None else rep.index,
        changes=again.limits.changes,
        notes=_differences(finding, stored) + _seconds(slowed),
    )


def _seconds(slowed: float) -> tuple[str, ...]:
    """Say whose seconds the steps have, where the film's aren't life's."""
    if slowed == 1.0:
        return ()
    return (
        f"The film plays {slowed:.3g} times slower than life: seconds in the steps are life's.",
    )


def _told(measured: Measurement, slowed: float) -> Measurement:
    """Give a measurement the film's moments."""
    start_s, end_s = measured.working.span_s
    working = replace(measured.working, span_s=(start_s * slowed, end_s * slowed))
    return replace(measured, at_s=measured.at_s * slowed, working=working)


def _differences(finding: Finding, stored: dict[str, Any] | None) -> tuple[str, ...]:
    """Where the verdict, its number or its limits aren't those that were stored."""
    if stored is None:
        return (f"The stored analysis doesn't hold this; formcheck {version()} does.",)
    said = []
    if stored["verdict"] != finding.verdict:
        said.append(
            f"The stored verdict is {stored['verdict'].replace('_', ' ')!r}, worked out again it "
            f"is {finding.verdict.replace('_', ' ')!r}."
        )
    for key, what in (
        ("value", "value"),
        ("sigma", "σ"),
        ("watch_limit", "watch limit"),
        ("fault_limit", "fault limit"),
    ):
        before, now = stored[key], getattr(finding, key)
        before = math.nan if before is None else before
        if not np.isclose(before, now, rtol=_SAME, atol=1e-3, equal_nan=True):
            said.append(f"The stored {what} is {before:g}, now it is {now:.3g}.")
    if said:
        said.append(
            f"This is formcheck {version()} with its own limits; the film can be analysed again."
        )
    return tuple(said)
