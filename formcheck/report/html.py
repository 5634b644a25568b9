"""``report.html``: one file that opens anywhere, offline, on a phone or printed.

Pictures, charts, style and script are inside it; the content security policy
in its head forbids every request but to the video beside it. The annotated
video is inside too when it is small enough to send on, else it is linked by
file name and has to stay next to the report.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import jinja2

from formcheck.cues.judging import guidance, near
from formcheck.data import Finding
from formcheck.report import bar_words, cards, filming_advice, where_to_film, wording
from formcheck.report.annotate import Drawn, drawn_every_s
from formcheck.report.bar_chart import draw_bar
from formcheck.report.bullets import bullet
from formcheck.report.charts import draw_charts
from formcheck.report.either import either
from formcheck.report.lettering import Picture
from formcheck.report.page import (
    EMBED_UP_TO_BYTES,
    asset,
    base64_of,
    environment,
    write_parts,
)
from formcheck.report.plot import number
from formcheck.report.record import Analysis, printable
from formcheck.report.stills import main_moment, people_still, poster
from formcheck.report.teaching import Teaching
from formcheck.version import version


def write_html(
    analysis: Analysis,
    path: Path,
    video: Path | None = None,
    drawn: Drawn | None = None,
    film: str = "",
) -> None:
    """Write the report, whole or not at all.

    Parameters
    ----------
    analysis
        What to show.
    path
        The file to write.
    video
        The annotated video. Embedded up to ``EMBED_UP_TO_BYTES``, else linked
        by its file name: keep it in the report's folder.
    drawn
        Its stills and times; see ``annotate.wanted_stills``.
    film
        Address of the recording itself from the report, "" for none: played where there
        is no annotated video.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    write_parts(_page(analysis, video, drawn or Drawn(), film), path)


def render(
    analysis: Analysis,
    video: Path | None,
    stills: Mapping[float, Picture],
    video_zero_s: float = 0.0,
) -> str:
    """Give the report as one HTML text."""
    return "".join(_page(analysis, video, Drawn(stills, video_zero_s)))


def _page(
    analysis: Analysis,
    video: Path | None,
    drawn: Drawn,
    film: str = "",
) -> Iterator[str]:
    """Give the report's text part by part."""
    embedded = video is not None and video.stat().st_size <= EMBED_UP_TO_BYTES
    shown = _shown(video, film, embedded=embedded)
    teach = Teaching(analysis, drawn, shown["href"] if shown else "")
    template = _environment().get_template("report.html.j2")
    return template.generate(
        analysis=analysis,
        file_name=printable(analysis.source.file),
        lift=wording.sentence(near.named(analysis.lift)),
        settle=near.settle(analysis.lift),
        either=either(analysis),
        part=wording.part_of_film(analysis),
        tally=wording.tally(analysis),
        version=version(),
        css=asset("report.css") + asset("teach.css"),
        js=asset("charts.js") + asset("report.js") + asset("teach.js"),
        data=_script_data(analysis, drawn),
        charts=draw_charts(analysis),
        bar=_bar(analysis),
        cards=[_card(analysis, one, teach) for one in cards.cards(analysis.reps)],
        times=cards.times(analysis),
        blocks=_blocks(analysis, teach),
        good=_good(analysis),
        grid=_grid(analysis),
        hidden=[_title(analysis, cue) for cue in wording.unjudged_cues(analysis)],
        main=teach.moment(main_moment(analysis)),
        **_filming(analysis),
        limits_changed=wording.limits_changed(analysis),
        safety=guidance.safety(),
        unseen=guidance.unseen(),
        unseen_title=guidance.UNSEEN_TITLE,
        deadlifts=guidance.deadlifts(analysis.lift.name),
        people=people_still(analysis, drawn.stills),
        video=shown,
        film=film,
        poster=poster(analysis, drawn),
        size=drawn.size if drawn.written else (analysis.source.width, analysis.source.height),
        portrait=analysis.source.height > analysis.source.width,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    made = environment()
    made.globals |= {"SYMBOLS": wording.SYMBOLS, "WORDS": wording.WORDS}
    made.filters |= {
        "clock": _clock,
        "number": number,
        "plus_minus": wording.amount,
        "brief": wording.brief,
        "titled": wording.lift_title,
    }
    return made


def _clock(time_s: float) -> str:
    """Write a time as people read it off a player: 0:07.3."""
    if not math.isfinite(time_s):
        return "–"
    minutes, seconds = divmod(round(time_s, 1), 60)
    return f"{minutes:.0f}:{seconds:04.1f}"


def _shown(video: Path | None, film: str, *, embedded: bool) -> dict[str, Any] | None:
    """The annotated video, else the recording as it was sent, else nothing to play."""
    if video is None:
        named = unquote(film.rpartition("/")[2])
        return {"href": film, "name": named, "inside": None} if film else None
    inside = base64_of(video) if embedded else None
    return {"href": quote(video.name), "name": video.name, "inside": inside}


def _grid(analysis: Analysis) -> list[dict[str, Any]]:
    """Give the verdicts cue by cue where not all are good: rows of (rep index, finding or None)."""
    rows = []
    for cue in wording.judged_cues(analysis):
        cells = [(one.rep.index, one.findings.get(cue)) for one in analysis.reps]
        if any(one is None or one.verdict != "good" for _, one in cells):
            rows.append({"id": cue, "title": _title(analysis, cue), "cells": cells})
    return rows


def _blocks(analysis: Analysis, teach: Teaching) -> list[dict[str, Any]]:
    """Give what isn't good, a block a cue, shown where it shows best."""
    blocks = []
    for cue in cards.troubled(analysis):
        shown = cards.clearest(analysis, cue)
        if shown is None:
            continue
        index, finding = shown
        block = _finding(analysis, finding)
        block["pair"] = teach.pair(cue)
        block["still"] = None if block["pair"] else teach.still(finding.at_s)
        block["moment"] = teach.moment(finding.at_s)
        block["verdict"] = analysis.summary.findings[cue].verdict
        block["often"] = cards.how_often(analysis, cue)
        block["where"] = f"Rep {index}" if index else "Over the set"
        block["each"] = cards.each_rep(analysis, cue) if len(analysis.reps) > 1 else []
        blocks.append(block)
    return blocks


def _good(analysis: Analysis) -> list[dict[str, Any]]:
    """Give the cues that are good over the set, each with its numbers."""
    found = analysis.summary.findings
    rows = []
    for cue in found:
        if found[cue].verdict == "good":
            row = _finding(analysis, found[cue])
            row["each"] = cards.each_rep(analysis, cue) if len(analysis.reps) > 1 else []
            rows.append(row)
    return rows


def _title(analysis: Analysis, cue: str) -> str:
    return wording.cue_title(cue, analysis.cues.get(cue))


def _finding(analysis: Analysis, finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding,
        "title": _title(analysis, finding.cue),
        "bullet": bullet(finding),
    }


def _card(analysis: Analysis, card: cards.Card, teach: Teaching) -> dict[str, Any]:
    hidden = wording.unjudged_cues(analysis)
    unjudged = {
        finding.cue: _title(analysis, finding.cue)
        for one in card.reps
        for finding in one.findings.values()
        if finding.verdict == "cannot_judge" and finding.cue not in hidden
    }
    return {
        "name": card.name,
        "verdict": card.verdict,
        "reps": [one.rep for one in card.reps],
        "opens": [teach.opening(one.rep) for one in card.reps],
        "said": [(one.verdict, _title(analysis, one.cue)) for one in card.said],
        "unjudged": list(unjudged.values()),
    }


def _bar(analysis: Analysis) -> dict[str, Any] | None:
    """Give the bar's chart and what is said beside it."""
    chart = draw_bar(analysis)
    if chart is None or analysis.bar is None:
        return None
    said = (bar_words.of_loss(analysis.bar), bar_words.of_size(analysis, analysis.bar))
    return {"chart": chart, "says": [one for one in said if one]}


def _filming(analysis: Analysis) -> dict[str, Any]:
    """Give what couldn't be judged, the change that unlocks most first, and a drawing of it."""
    changes = filming_advice.changes(analysis)
    of_camera = any(filming_advice.is_of_the_camera(one) for one in changes)
    first = filming_advice.first(analysis)
    said = first is not None and first.how in analysis.summary.main_advice
    return {
        "unjudged": changes,
        "first_change": None if said else first,
        "where_to_film": where_to_film.drawing() if of_camera else "",
    }


def _script_data(analysis: Analysis, drawn: Drawn) -> dict[str, Any]:
    """Give what the script needs: when the reps and the film's frames are."""
    rate_hz = analysis.source.frame_rate_hz
    frame_s = drawn_every_s(rate_hz) or (1 / rate_hz if rate_hz > 0 else 1 / 30)
    reps = [one.rep for one in analysis.reps]
    return {
        "reps": [
            {"index": one.index, "start_s": drawn.opens_s(one.start_s), "end_s": one.end_s}
            for one in reps
        ],
        "video_zero_s": drawn.zero_s,
        "frame_s": frame_s,
        "aspect": analysis.source.width / max(analysis.source.height, 1),
    }
