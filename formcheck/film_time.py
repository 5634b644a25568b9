"""Moments of the film's own clock, where it plays slower or faster than life.

Everything between the poses and the verdicts counts life's seconds. What is told is
looked up in the film: its moments (``start_s``, ``at_s``, ``time_s`` ...) are the
film's, its durations (``eccentric_s``, ``pause_s``, ``concentric_s``) stay life's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from formcheck.data import Finding, JudgedRep, Pace, PoseTrack, Rejected, Rep, SetSummary, Signals
from formcheck.video.pace import PACE_CODES, pace_cautions


def repaced(track: PoseTrack, slowed: float) -> PoseTrack:
    """Take a track whose film plays ``slowed`` times slower than life, whatever was thought."""
    assert track.source is not None  # every loader gives one
    pace = Pace(slowed)
    others = tuple(one for one in track.cautions if one.code not in PACE_CODES)
    return replace(
        track,
        time_s=track.time_s * (track.pace.slowed / slowed),
        pace=pace,
        cautions=others + pace_cautions(pace, track.source.frame_rate_hz, given=True),
    )


def clock(film_s: float) -> str:
    """Give a moment of the film as a player shows it: "1:05"."""
    minutes, seconds = divmod(round(film_s), 60)
    return f"{minutes}:{seconds:02d}"


def of_signals(motion: Signals) -> Signals:
    """Give the signals the film's times; ``pace`` still says how far those are life's."""
    time = motion.time
    return replace(motion, time=replace(time, time_s=time.time_s * time.pace.slowed))


def of_rep(rep: Rep, slowed: float) -> Rep:
    """Give a repetition the film's moments."""
    return replace(
        rep,
        start_s=rep.start_s * slowed,
        bottom_s=rep.bottom_s * slowed,
        top_s=rep.top_s * slowed,
        end_s=rep.end_s * slowed,
    )


def of_finding(finding: Finding, slowed: float) -> Finding:
    """Give a finding the film's moment."""
    return replace(finding, at_s=finding.at_s * slowed)


def of_judged(judged: JudgedRep, slowed: float) -> JudgedRep:
    """Give a judged repetition and its findings the film's moments."""
    return replace(
        judged,
        rep=of_rep(judged.rep, slowed),
        findings=_of_findings(judged.findings, slowed),
    )


def of_summary(summary: SetSummary, slowed: float) -> SetSummary:
    """Give the set's findings the film's moments."""
    return replace(summary, findings=_of_findings(summary.findings, slowed))


def of_rejected(one: Rejected, slowed: float) -> Rejected:
    """Give what wasn't counted the film's moments."""
    return replace(one, start_s=one.start_s * slowed, end_s=one.end_s * slowed)


def _of_findings(findings: Mapping[str, Finding], slowed: float) -> dict[str, Finding]:
    return {cue: of_finding(one, slowed) for cue, one in findings.items()}
