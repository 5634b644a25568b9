"""What a scene says, as plain values, for a screen that draws it itself: a browser's page."""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.cues.judging import words
from formcheck.data import Finding
from formcheck.live.online import FreshRep
from formcheck.live.panel import PHASES, TOO_LITTLE, first_sentence, tempo
from formcheck.live.screen import back_verdict
from formcheck.live.stage import Scene
from formcheck.report.record import plain
from formcheck.report.wording import SYMBOLS

ACROSS = 10_000
"""Points are told in so many parts of the picture's width and height."""

LEAST_VISIBLE = 0.5
"""As in the window: a joint that is less surely seen isn't drawn."""


def said(scene: Scene) -> dict[str, Any]:
    """Give what a page shows of a scene: where, count, verdict, framing, summary, words."""
    rep = scene.shown_again if scene.where == "summary" else scene.last_rep
    return {
        "where": scene.where,
        "count": scene.count,
        "phase": PHASES[scene.phase] if scene.where == "lifting" else "",
        "framing": {
            "ok": scene.framing.ok,
            "code": scene.framing.code,
            "say": scene.framing.say,
        },
        "tempo": "" if rep is None else tempo(rep),
        "verdict": _verdict(scene, rep),
        "resting": scene.resting,
        "rested_since_s": plain(scene.rested_since_s),
        "rep": None if rep is None else _span(rep),
        "summary": _summary(scene),
    }


def lines(row: np.void, size: tuple[int, int], scene: Scene, *, facing_right: bool) -> Any:
    """Give the lifter's joints and line of the back in parts of the picture; None unseen."""
    if not np.isfinite(row["points_px"][0, 0]):
        return None
    points = np.array(row["points_px"][:, :2], dtype=float)
    points[row["visibility"] < LEAST_VISIBLE] = np.nan
    verdict = back_verdict(scene, again=scene.where == "summary")
    back = np.array(row["outline_px"][0 if facing_right else 1], dtype=float)
    return {
        "near": 1 if facing_right else 0,
        "points": _parts(points, size),
        "back": [] if verdict is None else _parts(back, size),
        "back_verdict": verdict,
    }


def _parts(points: Any, size: tuple[int, int]) -> list[list[int] | None]:
    shares = np.round(points / np.array(size) * ACROSS)
    return [[int(x), int(y)] if np.isfinite(x + y) else None for x, y in shares]


def _verdict(scene: Scene, rep: FreshRep | None) -> dict[str, Any] | None:
    """The one thing to change, or that there is none; until the next repetition says more."""
    if scene.where == "lifting" and scene.cue is not None:
        return _finding(scene.cue)
    if rep is None:
        return None
    if rep.worst is not None:
        return _finding(rep.worst)
    if rep.good:
        return {"tone": "good", "symbol": SYMBOLS["good"], "title": "Good rep", "say": ""}
    title, _, say = TOO_LITTLE.partition(" ")
    return {"tone": "unknown", "symbol": "", "title": title.rstrip("."), "say": say}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "tone": one.verdict,
        "symbol": SYMBOLS[one.verdict],
        "title": words.title(one.cue),
        "say": first_sentence(one.advice or one.reason),
    }


def _span(rep: FreshRep) -> dict[str, Any]:
    one = rep.judged.rep
    return {"number": rep.number, "start_s": one.start_s, "end_s": one.end_s}


def _summary(scene: Scene) -> dict[str, Any] | None:
    if scene.where != "summary" or scene.summary is None:
        return None
    one = scene.summary
    sure = bool(np.isfinite(one.summary.score))
    return {
        "reps": len(one.reps),
        "headline": one.summary.headline,
        "praise": one.summary.praise,
        "advice": first_sentence(one.summary.main_advice),
        "score": f"Score {one.summary.score:.0f}" if sure else one.summary.score_reason,
        "start_s": one.reps[0].rep.start_s,
        "end_s": one.reps[-1].rep.end_s,
    }
