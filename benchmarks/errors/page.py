"""The page: an index of what went wrong, and for each film pictures, signals, words."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.errors.strip import Shot
from benchmarks.strangers.answers import Film, Form
from benchmarks.strangers.figures import Wrong

KINDS = {
    "count": "counted wrongly",
    "counted": "another movement counted",
    "family": "hinge and squat confused",
    "name": "named wrongly",
    "false fault": "a fault nobody saw",
    "missed": "a labelled fault called good",
    "unjudged": "a labelled fault not judged",
}
LETTERS = {"good": "g", "watch": "w", "fault": "f", "cannot_judge": "?"}

STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5em auto; max-width: 1280px; padding: 0 1em;
  color: #1b2330; background: #fff; }
h2 { margin: 2.2em 0 .2em; border-top: 2px solid #ccd; padding-top: .6em; font-size: 1.15em; }
table { border-collapse: collapse; } td, th { padding: .1em .6em .1em 0; text-align: left;
  vertical-align: top; } th { white-space: nowrap; }
.badge { background: #fde3df; color: #8c1c0a; border-radius: .6em; padding: 0 .6em; }
.wrong { color: #8c1c0a; font-weight: 600; margin: .2em 0; }
.strip { display: flex; align-items: flex-start; flex-wrap: wrap; gap: 4px; margin: .5em 0; }
figure { margin: 0; display: table; } figure img { display: block; height: 200px; }
figcaption { font-size: 11px; display: table-caption; caption-side: bottom; }
.left.out figcaption { color: #b02a12; } .fault figcaption { color: #b02a12; font-weight: 600; }
.chart { width: 100%; display: block; } .chart text { font-size: 11px; fill: #556; }
.chart polyline { fill: none; stroke-width: 1.4; } .chart .first { stroke: #1f5fbf; }
.chart .second { stroke: #c77b1b; } .chart text.first { fill: #1f5fbf; stroke: none; }
.chart text.second { fill: #c77b1b; stroke: none; } .chart .rep { fill: #2a9d5a22;
  stroke: #2a9d5a88; } .chart .rejected { fill: #d0452b18; stroke: #d0452b66; }
.chart .moment { stroke: #0003; stroke-dasharray: 2 3; }
.said { display: flex; gap: 2.5em; flex-wrap: wrap; } .said > div { flex: 1; min-width: 340px; }
code { background: #f2f3f7; padding: 0 .2em; } summary { cursor: pointer; }
.f { color: #b02a12; font-weight: 700; } .w { color: #9a6a00; } .g { color: #1d7a44; }
"""


@dataclass(frozen=True)
class Case:
    """A film that went wrong, drawn.

    shots, chart  pictures and signals; none where nobody was found
    read          name -> value: what the lift was told by
    """

    film: Film
    wrong: Sequence[Wrong]
    shots: Sequence[Shot] = ()
    chart: str = ""
    read: Mapping[str, float] | None = None


def page(cases: Sequence[Case], watched: int) -> str:
    """Write the page; ``watched`` is how many films were judged in all."""
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>What went wrong</title>",
        f"<style>{STYLE}</style><h1>What went wrong: {len(cases)} of {watched} films</h1>",
        "<p>Green in the drawings: counted repetitions; red: rises that were looked at and "
        "rejected (rest the pointer on one for the reason); dotted: the pictures' moments. "
        "These are other people's films: keep this page to yourself.</p>",
        _index(cases),
        _confused(cases),
        *map(_case, enumerate(cases)),
    ]
    return "\n".join(parts) + "\n</html>\n"


def _index(cases: Sequence[Case]) -> str:
    rows = []
    for kind, title in KINDS.items():
        links = [
            f"<a href='#film{number}'>{escape(_name(case.film))}</a>"
            for number, case in enumerate(cases)
            if any(one.kind == kind for one in case.wrong)
        ]
        if links:
            rows.append(f"<tr><th>{title}<td>{len(links)}<td>{', '.join(links)}")
    return f"<table>{''.join(rows)}</table>"


def _confused(cases: Iterable[Case]) -> str:
    """Which names were given for which, the most frequent first."""
    pairs: Counter[str] = Counter()
    for case in cases:
        for one in case.wrong:
            if one.kind in {"name", "family"}:
                pairs[f"{case.film.lift} for {' or '.join(case.film.label.names)}"] += 1
            elif one.cue:
                pairs[f"{one.cue}: {KINDS[one.kind]}"] += 1
    said = "".join(f"<li>{count} × {escape(words)}</li>" for words, count in pairs.most_common())
    return f"<details open><summary>What was confused</summary><ul>{said}</ul></details>"


def _case(numbered: tuple[int, Case]) -> str:
    number, case = numbered
    film = case.film
    kinds = "".join(
        f"<span class='badge'>{KINDS[kind]}</span> "
        for kind in dict.fromkeys(one.kind for one in case.wrong)
    )
    wrong = "".join(f"<p class='wrong'>{escape(one.words)}</p>" for one in case.wrong)
    strip = "".join(map(_figure, case.shots))
    return (
        f"<h2 id='film{number}'>{escape(_name(film))} {kinds}</h2>"
        f"<div>{escape(film.label.source)}</div>{wrong}"
        f"<div class='strip'>{strip}</div>{case.chart}"
        f"<div class='said'><div>{_labelled(film)}</div><div>{_said(case)}</div></div>"
    )


def _figure(shot: Shot) -> str:
    data = base64.b64encode(shot.jpeg).decode()
    one = shot.moment
    return (
        f"<figure class='{one.kind}'><img alt='' src='data:image/jpeg;base64,{data}'>"
        f"<figcaption>{one.at_s:.2f} s {escape(one.words)}</figcaption></figure>"
    )


def _labelled(film: Film) -> str:
    seen = film.label.seen
    told = [f"called {seen.called}"]
    for words, cues in (("faults", seen.faults), ("one of", seen.either), ("doubts", seen.doubts)):
        told += [f"{words}: {', '.join(sorted(cues))}"] if cues else []
    lines = "".join(f"<br>{escape(one)}" for one in film.label.words if one)
    return f"<b>Labelled</b>{lines}<br><i>{escape('; '.join(told))}</i>"


def _said(case: Case) -> str:
    film = case.film
    out = [f"<b>Said</b> {escape(film.problem)}"]
    for form in film.sets:
        lift, view, whole = form["lift"], form["view"], form["set"]
        out.append(
            f"<br>{len(form['reps'])} of {lift['name']} {lift['confidence']:.2f}; "
            f"{view['name']} {_number(view['yaw_deg'])}° facing {view['facing']}; "
            f"judged share {_number(whole['judged_share'])}, score {_number(whole['score'])}"
        )
        out += [f"<br>⚠ {escape(one['message'])}" for one in form["quality"]["warnings"]]
        out += [
            f"<br>rejected {one['start_s']:.1f}–{one['end_s']:.1f} s: {escape(one['reason'])}"
            for one in form["rejected"]
        ]
        out.append(_verdicts(form, {one.cue for one in case.wrong if one.cue}))
    if case.read:
        values = ", ".join(f"{name} <code>{value:.3g}</code>" for name, value in case.read.items())
        is_open = " open" if any(one.kind in {"name", "family"} for one in case.wrong) else ""
        out.append(
            f"<details{is_open}><summary>What the lift was told by</summary>{values}</details>"
        )
    return "".join(out)


def _verdicts(form: Form, wrong: set[str]) -> str:
    reps, rows = form["reps"], []
    for cue in dict.fromkeys(cue for rep in reps for cue in rep["cues"]):
        own = [rep["cues"].get(cue) for rep in reps]
        letters = "".join(
            f"<span class='{LETTERS[one['verdict']]}'>{LETTERS[one['verdict']]}</span>"
            for one in own
            if one
        )
        values = ", ".join(_number(one["value"]) for one in own if one)
        why = next((one["reason"] for one in own if one and one["verdict"] == "cannot_judge"), "")
        cells = (cue, letters, escape(values), escape(str(why or "")))
        mark = " class='wrong'" if cue in wrong else ""
        rows.append(f"<tr{mark}><td>{'<td>'.join(cells)}")
    is_open = " open" if wrong else ""
    return (
        f"<details{is_open}><summary>Verdicts: g good, w watch, f fault, ? cannot judge</summary>"
        f"<table>{''.join(rows)}</table></details>"
    )


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) else "–"


def _name(film: Film) -> str:
    return film.label.path.name
