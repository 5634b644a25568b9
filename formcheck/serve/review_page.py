"""What the review page and the client's result page show, ready for their templates."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formcheck.batch.client_page import cue_title
from formcheck.cues.judging import words
from formcheck.data import Finding, JudgedRep, Verdict
from formcheck.report import wording
from formcheck.report.bullets import Bullet, bullet
from formcheck.report.judged import BACK_CUE
from formcheck.serve.asked_set import AskedSet, annotated_of, film_of, pictures_of
from formcheck.serve.desk import Desk
from formcheck.serve.kept.decisions import Decision, latest
from formcheck.serve.kept.marks import Mark
from formcheck.serve.standing import SET, Standing

ROUND_S = 2.0
"""The timeline begins so long before the first repetition, and ends so long after the last."""

_LONGEST_NUMBER = 1e6


@dataclass(frozen=True)
class Row:
    """One finding on the page.

    says     formcheck's verdict; "" while it is hidden from a coach who rates blind
    decided  what the coach decided, if they did
    held     the verdict that holds
    """

    rep: int
    cue: str
    title: str
    finding: Finding
    says: Verdict | None
    decided: Decision | None
    held: Verdict | None
    number: str
    limits: str
    bullet: Bullet | None

    @property
    def id(self) -> str:
        """Its name in the page."""
        return f"f-{self.rep}-{self.cue}"

    @property
    def at_s(self) -> float | None:
        """When its number was taken."""
        return round(self.finding.at_s, 3) if math.isfinite(self.finding.at_s) else None

    @property
    def clock(self) -> str:
        """The same as a player shows it."""
        return clock(self.finding.at_s)

    @property
    def advice(self) -> str:
        """What to try, where that holds which is said."""
        if self.held == self.says:
            return self.finding.advice
        return words.remedy(self.cue, self.held) if self.held else ""

    @property
    def question(self) -> str:
        """What the cue asks."""
        return str(words.texts().get(self.cue, {}).get("question", ""))


def clock(time_s: float) -> str:
    """Write a moment as a player shows it, to the hundredth: "0:07.31"."""
    if not math.isfinite(time_s):
        return "–"
    minutes, seconds = divmod(round(time_s, 2), 60)
    return f"{minutes:.0f}:{seconds:05.2f}"


def rows_of(stands: Standing, rep: int, *, blind: bool = False, held: bool = False) -> list[Row]:
    """Give the findings of a repetition, or of the set (0), the worst first.

    By what formcheck says, so that none moves away while it is decided on; ``held``: by
    what holds. To a coach who rates blind they come in the order of their names: another
    would tell.
    """
    found = [cue for at, cue in stands.findings if at == rep]
    rows = [_row(stands, rep, cue, blind=blind) for cue in found]
    if blind:
        return sorted(rows, key=lambda one: one.title)
    return sorted(
        rows,
        key=lambda one: (
            wording.WORST_FIRST.index((one.held if held else one.says) or "good"),
            -wording.severity(one.finding),
        ),
    )


def _row(stands: Standing, rep: int, cue: str, *, blind: bool) -> Row:
    finding, decided = stands.findings[rep, cue], stands.verdicts.get((rep, cue))
    hidden = blind and cue not in stands.decided_cues
    return Row(
        rep=rep,
        cue=cue,
        title=cue_title(cue),
        finding=finding,
        says=None if hidden else finding.verdict,
        decided=decided,
        held=None if hidden and decided is None else stands.verdict(rep, cue),
        number="" if hidden else wording.amount(finding),
        limits="" if hidden else limits_in_words(finding),
        bullet=None if hidden else bullet(finding),
    )


def limits_in_words(finding: Finding) -> str:
    """Say where the verdict changes: "good up to 8°, a fault from 15°"."""
    at = wording.edges_of(finding)
    if at is None:
        return ""
    toward = "up to" if at.worse > 0 else "down to"
    good = f"good {toward} {wording.edge(finding, at.good)}"
    if finding.most == "watch" or not math.isfinite(at.fault):
        return good
    return f"{good}, a fault from {wording.edge(finding, at.fault)}"


@dataclass(frozen=True)
class Chip:
    """A repetition as a chip: its number, the verdict that holds, and formcheck's own."""

    rep: int
    held: Verdict | None
    says: Verdict | None
    is_none: bool
    changed: bool


def chips(stands: Standing, *, blind: bool) -> list[Chip]:
    """Give the repetitions as chips."""
    found = []
    for each in stands.one.reps:
        open_cues = blind and any(cue not in stands.decided_cues for cue in each.findings)
        held, says = stands.rep_verdict(each), wording.worst(each)
        found.append(
            Chip(
                rep=each.rep.index,
                held=None if open_cues else held,
                says=None if open_cues else says,
                is_none=each.rep.index in stands.no_reps,
                changed=held != says or each.rep.index in stands.no_reps,
            )
        )
    return found


@dataclass(frozen=True)
class Mini:
    """What a cue's row of the set shows of one repetition."""

    rep: int
    held: Verdict
    number: str


def each_rep(stands: Standing, *, blind: bool) -> dict[str, list[Mini]]:
    """Cue by cue what each repetition has, as it holds; nothing of what is hidden."""
    found: dict[str, list[Mini]] = {}
    for (rep, cue), said in stands.findings.items():
        if rep != SET and not (blind and cue not in stands.decided_cues):
            one = Mini(rep, stands.verdict(rep, cue), wording.brief(said))
            found.setdefault(cue, []).append(one)
    return found


def others_of(record: Sequence[Decision], coach_id: int) -> dict[tuple[int, str], list[Decision]]:
    """Give what other coaches say of verdicts, the latest of each about each."""
    found: dict[tuple[int, str], list[Decision]] = {}
    for each in latest(record):
        if each.kind == "verdict" and each.said and each.coach_id != coach_id:
            found.setdefault((each.rep, each.cue), []).append(each)
    return found


@dataclass(frozen=True)
class Span:
    """A stretch of the timeline in percent of its width."""

    left: float
    width: float


class Timeline:
    """Places on the timeline: it shows the repetitions and a little around them."""

    def __init__(self, stands: Standing) -> None:
        one = stands.one
        reps = [each.rep for each in one.reps]
        long_s = one.duration_s if math.isfinite(one.duration_s) else 0.0
        last_s = max((rep.end_s for rep in reps), default=long_s)
        first_s = min((rep.start_s for rep in reps), default=0.0)
        self.start_s = max(0.0, first_s - ROUND_S)
        end_s = last_s + ROUND_S
        if long_s > last_s:
            end_s = min(end_s, long_s)
        self.end_s = max(end_s, self.start_s + 0.5)
        self.reps = [self._rep(stands, each) for each in one.reps]
        self.empty = not reps

    def at(self, time_s: float) -> float:
        """Give a moment in percent of the width."""
        share = (time_s - self.start_s) / (self.end_s - self.start_s)
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def span(self, start_s: float, end_s: float) -> Span:
        """Give a stretch."""
        left = self.at(start_s)
        return Span(left, round(self.at(end_s) - left, 3))

    def _rep(self, stands: Standing, judged: JudgedRep) -> dict[str, Any]:
        """A repetition's stretch; the way up is darker."""
        rep, edges = judged.rep, stands.edges.get(judged.rep.index)
        start_s, end_s = (rep.start_s, rep.end_s) if edges is None else (edges.start_s, edges.end_s)
        up = (
            (rep.start_s, rep.top_s)
            if rep.bottom_s - rep.start_s < 0.05
            else (rep.bottom_s, rep.top_s)
        )
        up_s = (max(up[0], start_s), min(up[1], end_s))
        is_known = all(math.isfinite(one) for one in up_s) and up_s[0] < up_s[1]
        return {
            "rep": rep.index,
            "start_s": round(start_s, 3),
            "end_s": round(end_s, 3),
            "own_start_s": round(rep.start_s, 3),
            "own_end_s": round(rep.end_s, 3),
            "whole": self.span(start_s, end_s),
            "up": self.span(*up_s) if is_known else None,
            "is_none": rep.index in stands.no_reps,
            "changed": edges is not None,
        }

    def findings(self, stands: Standing) -> list[dict[str, Any]]:
        """What isn't good, at its moment, as it holds."""
        found = []
        for (rep, cue), said in stands.findings.items():
            verdict = stands.verdict(rep, cue)
            shows = rep != SET and rep not in stands.no_reps and math.isfinite(said.at_s)
            if shows and verdict in ("watch", "fault"):
                where = f"rep {rep}, {cue_title(cue)}: {wording.WORDS[verdict]}"
                found.append(
                    {
                        "rep": rep,
                        "cue": cue,
                        "at_s": round(said.at_s, 3),
                        "left": self.at(said.at_s),
                        "verdict": verdict,
                        "says": where,
                    }
                )
        return found


def player(
    desk: Desk,
    asked: AskedSet,
    stands: Standing,
    marks: Sequence[Mark],
    *,
    blind: bool = False,
    held: bool = False,
) -> dict[str, Any]:
    """What the player needs: films, pictures, where the lines are, and the drawings.

    To a coach who rates ``blind`` neither the worst moment nor the back's colour tells;
    ``held``: that colour is of the verdict that holds, not of formcheck's.
    """
    hides = blind and any(cue not in stands.decided_cues for _, cue in stands.findings)
    film, annotated = film_of(desk, asked), annotated_of(desk, asked)
    way = asked.way
    zero_s = min((each.rep.start_s for each in stands.one.reps), default=0.0)
    return {
        "film": f"{way}/film" if film else "",
        "annotated": f"{way}/annotated.mp4" if annotated else "",
        "pictures": [f"{way}/pictures/{name}" for name in pictures_of(desk, asked)],
        "file": stands.one.file,
        "data": {
            "layers": f"{way}/poses.json" if stands.one.state == "analysed" else "",
            "worst_s": None if hides else stands.worst_s,
            "on_back": _backs(stands) if held else {},
            "hides_back": blind and BACK_CUE not in stands.decided_cues,
            "first_s": round(zero_s, 3),
            "marks": [mark_data(way, one) for one in marks],
        },
    }


def _backs(stands: Standing) -> dict[int, Verdict]:
    """The verdict on the back that holds, of each repetition that has one."""
    found = [rep for rep, cue in stands.findings if cue == BACK_CUE and rep != SET]
    return {rep: stands.verdict(rep, BACK_CUE) for rep in found}


def mark_data(way: str, one: Mark) -> Mapping[str, Any]:
    """Give a mark as the page's script and our JSON have it."""
    return {
        "id": one.id,
        "at_s": round(one.at_s, 3),
        "kind": one.kind,
        "shape": [list(point) for point in one.shape],
        "text": one.text,
        "by": one.coach,
        "sound": f"{way}/notes/{one.id}" if one.kind == "voice" else None,
    }


def plainly(text: str) -> str:
    """Leave out what names options of the command line: here are buttons."""
    text = re.sub(r",? or [^,.;]* --[a-z-]+(?= *[,.;])", "", text)
    sentences = re.split(r"(?<=[.?!]) ", text)
    return " ".join(one for one in sentences if " --" not in one)


def trouble_of(stands: Standing) -> str:
    """Say why there is nothing to say of a set; what the options' names say, buttons do."""
    said = plainly(stands.one.message)
    return wording.sentence(said) or "Nothing could be judged in this film."


def title_of(stands: Standing) -> str:
    """Name the set: "Deadlift · 100 kg · 5 reps"."""
    one = stands.one
    parts = [wording.lift_title(one.lift) if one.lift else "Film"]
    if math.isfinite(one.load_kg) and 0 < one.load_kg < _LONGEST_NUMBER:
        parts.append(f"{one.load_kg:g} kg")
    if one.rep_count:
        count = one.rep_count - len(stands.no_reps)
        parts.append(f"{count} rep{'' if count == 1 else 's'}")
    if one.number > 1:
        parts.append(f"set {one.number} of the film")
    return " · ".join(parts)
