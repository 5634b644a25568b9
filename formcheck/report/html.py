"""``report.html``: one file that opens anywhere, offline, on a phone or printed.

Pictures, charts, style and script are inside it; the content security policy
in its head forbids every request but to the video beside it. The annotated
video is inside too when it is small enough to send on, else it is linked by
file name and has to stay next to the report.
"""

from __future__ import annotations

import base64
import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import cv2
import jinja2
import numpy as np
from numpy.typing import NDArray

from formcheck.cues.judging import guidance, near
from formcheck.data import Finding
from formcheck.files import whole
from formcheck.report import bar_words, cards, filming_advice, where_to_film, wording
from formcheck.report.annotate import drawn_every_s, overview_s
from formcheck.report.bar_chart import draw_bar
from formcheck.report.bullets import bullet
from formcheck.report.charts import draw_charts
from formcheck.report.either import either
from formcheck.report.plot import number
from formcheck.report.record import Analysis, printable
from formcheck.signals.frame_times import FrameTimes
from formcheck.version import version

Picture = NDArray[np.uint8]

EMBED_UP_TO_BYTES = 25_000_000
STILL_SIDE_PX = 640
_STILL_QUALITY = 78
_ROOM_SHARE = 0.22  # of the lifter's size, on every side of a still
_LEAST_ASPECT, _MOST_ASPECT = 0.8, 1.4  # width by height
_POSTER_QUALITY = 60
_BASE64_STEP_BYTES = 3 << 18  # of three bytes each, so that the parts join


@dataclass(frozen=True)
class Still:
    """A picture as a data URI, with its size in pixels."""

    uri: str
    width: int
    height: int


def write_html(
    analysis: Analysis,
    path: Path,
    video: Path | None = None,
    stills: Mapping[float, Picture] | None = None,
    video_zero_s: float = 0.0,
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
    stills
        Frames (upright RGB, the skeleton drawn on them) by the time in
        seconds they were asked for; see ``annotate.wanted_stills``.
    video_zero_s
        Time of the source, in seconds, at which the annotated video begins.
    film
        Address of the recording itself from the report, "" for none: played where there
        is no annotated video.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    page = _page(analysis, video, stills or {}, video_zero_s, film)
    with whole(path) as unfinished, unfinished.open("wb") as file:
        for part in page:  # never the whole text at once: an embedded video makes it long
            file.write(part.encode("utf-8"))


def render(
    analysis: Analysis,
    video: Path | None,
    stills: Mapping[float, Picture],
    video_zero_s: float = 0.0,
) -> str:
    """Give the report as one HTML text."""
    return "".join(_page(analysis, video, stills, video_zero_s))


def _page(
    analysis: Analysis,
    video: Path | None,
    stills: Mapping[float, Picture],
    video_zero_s: float,
    film: str = "",
) -> Iterator[str]:
    """Give the report's text part by part."""
    embedded = video is not None and video.stat().st_size <= EMBED_UP_TO_BYTES
    pictures = {
        at_s: _still(around_lifter(analysis, rgb, at_s), _STILL_QUALITY)
        for at_s, rgb in stills.items()
    }
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
        css=_asset("report.css"),
        js=_asset("charts.js") + _asset("report.js"),
        data=_script_data(analysis, video_zero_s),
        charts=draw_charts(analysis),
        bar=_bar(analysis),
        cards=[_card(analysis, one) for one in cards.cards(analysis.reps)],
        times=cards.times(analysis),
        blocks=_blocks(analysis, pictures),
        good=_good(analysis),
        grid=_grid(analysis),
        hidden=[_title(analysis, cue) for cue in wording.unjudged_cues(analysis)],
        main_at_s=main_moment(analysis),
        **_filming(analysis),
        limits_changed=wording.limits_changed(analysis),
        safety=guidance.safety(),
        unseen=guidance.unseen(),
        unseen_title=guidance.UNSEEN_TITLE,
        deadlifts=guidance.deadlifts(analysis.lift.name),
        people=_people_still(analysis, stills),
        video=_video(video, embedded=embedded) or _film(film),
        film=film,
        poster=_poster(analysis, stills),
        portrait=analysis.source.height > analysis.source.width,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("formcheck.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"SYMBOLS": wording.SYMBOLS, "WORDS": wording.WORDS}
    environment.filters |= {
        "clock": _clock,
        "number": number,
        "plus_minus": wording.amount,
        "brief": wording.brief,
        "titled": wording.lift_title,
        "unbroken": unbroken,
    }
    return environment


def _asset(name: str) -> str:
    return resources.files("formcheck.report").joinpath("templates", name).read_text("utf-8")


def _clock(time_s: float) -> str:
    """Write a time as people read it off a player: 0:07.3."""
    if not math.isfinite(time_s):
        return "–"
    minutes, seconds = divmod(round(time_s, 1), 60)
    return f"{minutes:.0f}:{seconds:04.1f}"


def unbroken(text: str) -> str:
    """Keep a number, its ± and its unit on one line."""
    return text.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}").replace(
        " %", "\N{NO-BREAK SPACE}%"
    )


def around_lifter(analysis: Analysis, rgb: Picture, at_s: float) -> Picture:
    """Cut a frame to the lifter with some room around, so that a phone shows the fault large."""
    signals = analysis.signals
    frame = FrameTimes(signals.time_s).nearest(at_s) if len(signals.time_s) else 0
    points = signals.picture.own_px(signals.body.drawn_px)[frame]
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return rgb
    height, width = rgb.shape[:2]
    points = points * (width / analysis.source.width)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    room = _ROOM_SHARE * max(right - left, bottom - top)
    high = bottom - top + 2 * room
    wide = min(max(right - left + 2 * room, _LEAST_ASPECT * high), width)
    high = min(max(high, wide / _MOST_ASPECT), height)
    x = int(np.clip((left + right - wide) / 2, 0, width - wide))
    y = int(np.clip((top + bottom - high) / 2, 0, height - high))
    return rgb[y : y + round(high), x : x + round(wide)]


def _still(rgb: Picture, quality: int) -> Still:
    data, size = jpeg(rgb, STILL_SIDE_PX, quality)
    return Still(f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}", *size)


def jpeg(rgb: Picture, side_px: int, quality: int) -> tuple[bytes, tuple[int, int]]:
    """Pack a picture, its longer side at most ``side_px``; gives it with width and height."""
    height, width = rgb.shape[:2]
    shrink = min(1.0, side_px / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if shrink < 1 else rgb
    _, packed = cv2.imencode(
        ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return packed.tobytes(), size


def _video(video: Path | None, *, embedded: bool) -> dict[str, Any] | None:
    if video is None:
        return None
    if embedded:
        return {"base64": _base64_of(video), "name": video.name}
    return {"href": quote(video.name), "name": video.name}


def _film(address: str) -> dict[str, Any] | None:
    """The recording as it was sent, to play in place of an annotated video."""
    return {"href": address, "name": unquote(address.rpartition("/")[2])} if address else None


def _base64_of(file: Path) -> Iterator[str]:
    """Give a file in base64 part by part."""
    with file.open("rb") as opened:
        while part := opened.read(_BASE64_STEP_BYTES):
            yield base64.b64encode(part).decode("ascii")


def _poster(analysis: Analysis, stills: Mapping[float, Picture]) -> Still | None:
    at_s = main_moment(analysis)
    rgb = stills.get(overview_s(analysis) if at_s is None else at_s)
    return None if rgb is None else _still(rgb, _POSTER_QUALITY)


def main_moment(analysis: Analysis) -> float | None:
    """Give when the main advice shows best: its cue's worst finding, in seconds."""
    cue = analysis.summary.main_cue
    shown = cards.clearest(analysis, cue) if cue else None
    return shown[1].at_s if shown and math.isfinite(shown[1].at_s) else None


def _grid(analysis: Analysis) -> list[dict[str, Any]]:
    """Give the verdicts cue by cue where not all are good: rows of (rep index, finding or None)."""
    rows = []
    for cue in wording.judged_cues(analysis):
        cells = [(one.rep.index, one.findings.get(cue)) for one in analysis.reps]
        if any(one is None or one.verdict != "good" for _, one in cells):
            rows.append({"id": cue, "title": _title(analysis, cue), "cells": cells})
    return rows


def _blocks(analysis: Analysis, pictures: Mapping[float, Still]) -> list[dict[str, Any]]:
    """Give what isn't good, a block a cue, shown where it shows best."""
    blocks = []
    for cue in cards.troubled(analysis):
        shown = cards.clearest(analysis, cue)
        if shown is None:
            continue
        index, finding = shown
        block = _finding(analysis, finding, pictures)
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
            row = _finding(analysis, found[cue], {})
            row["each"] = cards.each_rep(analysis, cue) if len(analysis.reps) > 1 else []
            rows.append(row)
    return rows


def _title(analysis: Analysis, cue: str) -> str:
    return wording.cue_title(cue, analysis.cues.get(cue))


def _finding(
    analysis: Analysis, finding: Finding, pictures: Mapping[float, Still]
) -> dict[str, Any]:
    return {
        "finding": finding,
        "title": _title(analysis, finding.cue),
        "bullet": bullet(finding),
        "still": pictures.get(finding.at_s),
        "at_s": finding.at_s if math.isfinite(finding.at_s) else None,
    }


def _card(analysis: Analysis, card: cards.Card) -> dict[str, Any]:
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


def _people_still(analysis: Analysis, stills: Mapping[float, Picture]) -> Still | None:
    """Draw a box round everyone seen: bold round the lifter, thin round the others."""
    rgb = stills.get(overview_s(analysis))
    if rgb is None:
        return None
    rgb = rgb.copy()
    scale = rgb.shape[1] / analysis.source.width
    line = max(2, round(max(rgb.shape) / 200))
    for person in analysis.people:
        corners = [round(edge * scale) for edge in person.box_px]
        chosen = person.index == analysis.chosen
        colour = (255, 214, 10) if chosen else (235, 235, 235)
        cv2.rectangle(rgb, corners[:2], corners[2:], (0, 0, 0), line * (3 if chosen else 2))
        cv2.rectangle(rgb, corners[:2], corners[2:], colour, line * (2 if chosen else 1))
    return _still(rgb, _STILL_QUALITY)


def _script_data(analysis: Analysis, video_zero_s: float) -> dict[str, Any]:
    """Give what the script needs: when the reps and the film's frames are."""
    rate_hz = analysis.source.frame_rate_hz
    frame_s = drawn_every_s(rate_hz) or (1 / rate_hz if rate_hz > 0 else 1 / 30)
    return {
        "reps": [
            {"index": one.rep.index, "start_s": one.rep.start_s, "end_s": one.rep.end_s}
            for one in analysis.reps
        ],
        "video_zero_s": video_zero_s,
        "frame_s": frame_s,
    }
