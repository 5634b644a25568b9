"""Every set as one line: what the table of all clients and ``scores.csv`` show.

What needs a look comes first: all that came in and that the coach hasn't looked at yet,
the worst first, whatever day it was filmed.
"""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from formcheck.batch.home import film_way, is_inside
from formcheck.cues.judging import words
from formcheck.cues.judging.score import LEAST_JUDGED
from formcheck.data import Verdict
from formcheck.files import whole
from formcheck.history.export import safe_cell
from formcheck.history.stored import StoredSet
from formcheck.history.trend import (
    FormTrend,
    by_lift,
    form_trend,
    judged_share_of,
    load_of,
    score_of,
    sessions_of,
)
from formcheck.report.rep_pictures import REP_PICTURES, SET_PICTURE
from formcheck.report.wording import lift_title
from formcheck.report.write import REPORT_HTML
from formcheck.reps.recognise import SURE

NO_TREND = FormTrend("", math.nan, math.nan, 0)
UNSURE = "which lift isn't sure"
STATES = {"failed": "couldn't be read", "not_a_lift": "no lift found", "analysed": ""}


@dataclass(frozen=True)
class Line:
    """One set as the table shows it.

    ``verdict`` is that of its main cue, None without one; ``trend`` that of the client's
    lift, as it stands now; ``look`` how much it needs a look, 0 once it was looked at, and
    ``why``; ``report`` and ``picture`` where they are, from the output folder, and ``film``
    where the film is from there; each "" when there is none.
    """

    one: StoredSet
    verdict: Verdict | None
    trend: FormTrend
    look: int
    why: str
    report: str
    picture: str = ""
    film: str = ""

    @property
    def fault(self) -> str:
        """The name of the main thing to work on; "" when there is none."""
        cue = None if self.one.summary is None else self.one.summary.main_cue
        if not cue:
            return ""
        return words.title(cue) if cue in words.texts() else lift_title(cue)


def lines(
    sets: Sequence[StoredSet], main: Mapping[tuple[str, str], Verdict], out: Path
) -> list[Line]:
    """Give a line a set: those that need a look first, the worst first, then the newest.

    Parameters
    ----------
    sets
        All sets of all clients.
    main
        The verdict of a set's main cue, by client and content.
    out
        The output folder, to see which sets have a report and a picture there.
    """
    trends, last_day = _trends(sets)
    found = []
    for one in sets:
        group = (one.client, one.lift, one.side)
        verdict = main.get((one.client, one.content))
        trend = trends.get(group, NO_TREND)
        falls = trend.arrow == "down" and one.date == last_day[group]
        look, why = (0, "") if one.looked else _look(one, verdict, falls=falls)
        why = "; ".join([why] * bool(why) + [UNSURE] * _unsure(one))
        report, picture = _results(one, out)
        film = film_way(one, out, blurred=bool(one.settings.get("blur_faces")))
        found.append(Line(one, verdict, trend, look, why, report, picture, film))
    found.sort(key=_worst_first, reverse=True)
    return found


def _worst_first(line: Line) -> tuple[int, float, datetime.date]:
    """Among those that were looked at the day alone counts."""
    score = score_of(line.one)
    known = line.look > 0 and math.isfinite(score)
    return (line.look, -score if known else -100.0, line.one.date)


def needing_look(found: Iterable[Line]) -> int:
    """How many of the lines need a look."""
    return sum(line.look > 0 for line in found)


def write_scores(found: Sequence[Line], path: Path) -> None:
    """Write ``scores.csv``: a row a set; no cell can start a formula.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    rows = [_score_row(line) for line in found]
    with whole(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, SCORE_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


SCORE_COLUMNS = (
    *("client", "date", "lift", "side", "load_kg", "target_reps", "reps", "score"),
    *("judged_share", "main_fault", "verdict", "trend", "look", "state", "problem"),
    *("file", "report", "limits", "formcheck_version"),
)


def _score_row(line: Line) -> dict[str, Any]:
    one = line.one
    row = {
        "client": one.client,
        "date": one.date.isoformat(),
        "lift": one.lift,
        "side": one.side,
        "load_kg": _number(load_of(one)),
        "target_reps": one.target_reps,
        "reps": one.rep_count if one.state == "analysed" else None,
        "score": _number(score_of(one)),
        "judged_share": _number(judged_share_of(one)),
        "main_fault": line.fault,
        "verdict": line.verdict or "",
        "trend": line.trend.arrow,
        "look": line.why,
        "state": one.state,
        "problem": one.message,
        "file": one.called,
        "report": line.report,
        "limits": "" if one.limits is None else one.limits.name,
        "formcheck_version": one.formcheck_version,
    }
    return {name: safe_cell(value) for name, value in row.items()}


def table_data(found: Sequence[Line], pages: Mapping[str, str], root: str = "") -> dict[str, Any]:
    """Give what the table's script reads; texts that come often are told once.

    Parameters
    ----------
    found
        What to show.
    pages
        Every client's page, from where the table stands; empty leaves the client out.
    root
        The way from where the table stands to the output folder: "../" or "".
    """
    clients = list(dict.fromkeys(line.one.client for line in found))
    lifts = sorted({line.one.lift for line in found if line.one.lift})
    faults = sorted({line.fault for line in found if line.fault})
    number = {
        kind: {text: at for at, text in enumerate(texts)}
        for kind, texts in (("client", clients), ("lift", lifts), ("fault", faults))
    }
    return {
        "clients": [[called(name), pages.get(name, "")] for name in clients],
        "show_client": bool(pages),
        "lifts": [lift_title(name) for name in lifts],
        "faults": faults,
        "columns": COLUMNS,
        "rows": [
            (
                number["client"][line.one.client],
                line.one.date.isoformat(),
                number["lift"].get(line.one.lift, -1),
                line.one.side,
                _number(load_of(line.one)),
                line.one.rep_count if line.one.state == "analysed" else None,
                line.one.target_reps,
                _number(score_of(line.one)),
                _number(judged_share_of(line.one)),
                number["fault"].get(line.fault, -1),
                line.verdict,
                line.trend.arrow,
                line.look,
                line.why,
                line.one.state,
                line.one.called,
                line.one.message if line.one.state != "analysed" else "",
                root + quote(line.report) if line.report else "",
                root + quote(line.picture) if line.picture else "",
                _address(line.film, root),
            )
            for line in found
        ],
    }


COLUMNS = (
    *("client", "date", "lift", "side", "load", "reps", "target", "score", "judged"),
    *("fault", "verdict", "trend", "look", "why", "state", "file", "problem", "report"),
    *("picture", "film"),
)


def _address(way: str, root: str) -> str:
    """An address from the output folder, from where the table stands."""
    return way if not way or way.startswith("file:") else root + way


def called(name: str) -> str:
    """What a client is called on a page."""
    return name or "No name given"


def _trends(
    sets: Sequence[StoredSet],
) -> tuple[dict[tuple[str, str, str], FormTrend], dict[tuple[str, str, str], datetime.date]]:
    """Trend and newest day of every client's lift and side."""
    of_client: dict[str, list[StoredSet]] = {}
    for one in sets:
        of_client.setdefault(one.client, []).append(one)
    trends, last_day = {}, {}
    for client, theirs in of_client.items():
        for (lift, side), group in by_lift(theirs).items():
            trends[client, lift, side] = form_trend(sessions_of(group))
            last_day[client, lift, side] = group[-1].date
    return trends, last_day


def _look(one: StoredSet, verdict: Verdict | None, *, falls: bool) -> tuple[int, str]:
    """How much a new set needs a look, and why; ``falls`` when its lift's form does."""
    if one.state != "analysed":
        return (8 if one.state == "failed" else 2), STATES[one.state]
    if verdict == "fault":
        return (7, "new, a fault, and form is falling") if falls else (6, "new, a fault")
    if falls:
        return 5, "new, and form is falling"
    if verdict == "watch":
        return 4, "new, something to watch"
    if not judged_share_of(one) >= LEAST_JUDGED or math.isnan(score_of(one)):
        return 3, "new, little could be judged"
    return 1, "new"


def _unsure(one: StoredSet) -> bool:
    """Whether it may be another lift as well: its report has the verdicts as either."""
    return one.lift_how == "detected" and one.lift_confidence < SURE


def _results(one: StoredSet, out: Path) -> tuple[str, str]:
    """Where a set's report and its small picture are, from the output folder; "" without."""
    if not one.folder or not is_inside(out, one.folder):
        return "", ""
    home = out / one.folder
    report = f"{one.folder}/{REPORT_HTML}" if (home / REPORT_HTML).is_file() else ""
    if (home / SET_PICTURE).is_file():
        return report, f"{one.folder}/{SET_PICTURE}"
    others = sorted(home.glob(REP_PICTURES))  # earlier results have only those of repetitions
    return report, f"{one.folder}/{others[0].name}" if others else ""


def _number(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
