"""The analysis as data: ``analysis.json``, ``reps.csv``, a pandas frame.

The form is ``formcheck.analysis/1``, described field by field in
``analysis.schema.json``. Times are seconds of the source. A number that isn't
known is ``null`` (an empty cell in the CSV), never zero.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck.data import (
    Analysis,
    CueInfo,
    Finding,
    JudgedRep,
    LimitChange,
    Part,
    Person,
    SetSummary,
    Source,
)
from formcheck.errors import BadRequest
from formcheck.files import whole

if TYPE_CHECKING:
    import pandas

SCHEMA_ID = "formcheck.analysis/1"
_DECIMALS = 3


def to_dict(analysis: Analysis) -> dict[str, Any]:
    """Turn an analysis into plain dictionaries, lists, strings and numbers.

    Returns
    -------
    dict
        The ``formcheck.analysis/1`` form: valid against :func:`schema`, ready
        for ``json.dumps(..., allow_nan=False)``. Numbers are rounded to three
        decimals; NaN is None.
    """
    lift, view = analysis.lift, analysis.view
    return {
        "schema": SCHEMA_ID,
        "formcheck_version": version(),
        "limits": analysis.limits_name,
        "limits_changed": [_change(one) for one in analysis.limits_changed],
        "tempo": None if analysis.tempo is None else str(analysis.tempo),
        "source": _source(analysis.source),
        "part": _part(analysis.part),
        "lift": {"name": lift.name, "how": lift.how, "confidence": _number(lift.confidence)},
        "view": {
            "name": view.name,
            "facing": view.facing,
            "yaw_deg": _number(view.yaw_deg),
            "yaw_sigma_deg": _number(view.yaw_sigma_deg),
        },
        "quality": _quality(analysis),
        "people": [_person(one, analysis.chosen) for one in analysis.people],
        "cues": {cue: _cue(info) for cue, info in analysis.cues.items()},
        "reps": [_rep(judged) for judged in analysis.reps],
        "set": _set(analysis.summary),
        "rejected": [
            {"start_s": _number(r.start_s), "end_s": _number(r.end_s), "reason": r.reason}
            for r in analysis.rejected
        ],
    }


@cache
def version() -> str:
    """Give the version of formcheck that is running, "unknown" outside a package."""
    try:
        return metadata.version("formcheck")
    except metadata.PackageNotFoundError:
        return "unknown"


def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of ``analysis.json``."""
    file = resources.files("formcheck.report").joinpath("analysis.schema.json")
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return loaded


def write_json(analysis: Analysis, path: Path) -> None:
    """Write ``analysis.json``: UTF-8, indented, whole or not at all.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    text = json.dumps(to_dict(analysis), ensure_ascii=False, allow_nan=False, indent=1)
    with whole(path) as unfinished:
        unfinished.write_text(text + "\n", encoding="utf-8")


def csv_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """Give one flat row a repetition: times, tempo, measures, every cue.

    A cue gives four columns: ``<cue>_verdict``, ``<cue>_value``,
    ``<cue>_sigma`` and ``<cue>_unit``. Every row has every column; what isn't
    known is None.
    """
    measures = _in_order(name for judged in analysis.reps for name in judged.measures)
    cues = _in_order(cue for judged in analysis.reps for cue in judged.findings)
    return [_csv_row(judged, measures, cues) for judged in analysis.reps]


def write_csv(analysis: Analysis, path: Path) -> None:
    """Write ``reps.csv``: one row a repetition, whole or not at all.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    rows = csv_rows(analysis)
    columns = list(rows[0]) if rows else list(_rep_times(None))
    with whole(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def to_frame(analysis: Analysis) -> pandas.DataFrame:
    """Give the rows of ``reps.csv`` as a pandas frame, one row a repetition.

    Raises
    ------
    BadRequest
        pandas isn't installed.
    """
    try:
        import pandas  # noqa: PLC0415 - optional: only who asks for a frame needs it
    except ImportError as missing:
        raise BadRequest(
            "to_frame: pandas isn't installed. Install it with: pip install 'formcheck[frame]'"
        ) from missing
    return pandas.DataFrame(csv_rows(analysis))


def printable(value: str) -> str:
    """Make a file name printable: names on disk needn't be valid Unicode."""
    return value.encode("utf-8", "replace").decode("utf-8")


def _number(value: float) -> float | None:
    return round(float(value), _DECIMALS) if math.isfinite(value) else None


def _source(source: Source) -> dict[str, Any]:
    return {
        "file": printable(source.file),
        "sha256": source.sha256,
        "width": int(source.width),
        "height": int(source.height),
        "rotation_deg": int(source.rotation_deg),
        "duration_s": _number(source.duration_s),
        "frames": int(source.frames),
        "frame_rate_hz": _number(source.frame_rate_hz),
        "variable_rate": bool(source.variable_rate),
        "sampled_hz": _number(source.sampled_hz),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "set": part.number,
        "of": part.of,
        "start_s": _number(part.start_s),
        "end_s": _number(part.end_s),
    }


def _quality(analysis: Analysis) -> dict[str, Any]:
    return {
        "lifter_coverage": _number(analysis.signals.lifter_coverage),
        "people_seen": len(analysis.people),
        "side_swaps_repaired": int(analysis.signals.side_swaps_repaired),
        "warnings": [
            {"code": c.code, "message": c.message, "how_to_fix": c.how_to_fix}
            for c in analysis.cautions
        ],
    }


def _person(person: Person, chosen: int) -> dict[str, Any]:
    return {
        "index": int(person.index),
        "chosen": person.index == chosen,
        "box_px": [_number(edge) for edge in person.box_px],
        "coverage": _number(person.coverage),
        "lift_score": _number(person.lift_score),
    }


def _change(change: LimitChange) -> dict[str, Any]:
    return {
        "cue": change.cue,
        "lift": change.lift,
        "key": change.key,
        "value": change.value,
        "standard": change.standard,
        "unit": change.unit,
    }


def _cue(info: CueInfo) -> dict[str, Any]:
    return {
        "title": info.title,
        "question": info.question,
        "quantity": info.quantity,
        "source": info.source,
        "articles": list(info.articles),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict,
        "value": _number(finding.value),
        "unit": finding.unit,
        "sigma": _number(finding.sigma),
        "watch_limit": _number(finding.watch_limit),
        "fault_limit": _number(finding.fault_limit),
        "at_s": _number(finding.at_s),
        "reason": finding.reason,
        "advice": finding.advice,
    }


def _findings(findings: Mapping[str, Finding]) -> dict[str, Any]:
    return {cue: _finding(finding) for cue, finding in findings.items()}


def _rep(judged: JudgedRep) -> dict[str, Any]:
    rep = judged.rep
    return {
        "index": int(rep.index),
        "start_s": _number(rep.start_s),
        "bottom_s": _number(rep.bottom_s),
        "top_s": _number(rep.top_s),
        "end_s": _number(rep.end_s),
        "complete": bool(rep.complete),
        "phases": {
            "eccentric_s": _number(rep.eccentric_s),
            "pause_s": _number(rep.pause_s),
            "concentric_s": _number(rep.concentric_s),
        },
        "measures": {name: _number(value) for name, value in judged.measures.items()},
        "score": _number(judged.score),
        "cues": _findings(judged.findings),
    }


def _set(summary: SetSummary) -> dict[str, Any]:
    return {
        "headline": summary.headline,
        "praise": summary.praise,
        "main_advice": summary.main_advice,
        "main_cue": summary.main_cue,
        "main_reason": summary.main_reason,
        "score": _number(summary.score),
        "score_reason": summary.score_reason,
        "judged_share": _number(summary.judged_share),
        "cues": _findings(summary.findings),
    }


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _rep_times(judged: JudgedRep | None) -> dict[str, Any]:
    whole_rep = _rep(judged) if judged else {}
    phases = whole_rep.get("phases", {})
    row = {
        name: whole_rep.get(name)
        for name in ("index", "start_s", "bottom_s", "top_s", "end_s", "complete")
    }
    row |= {name: phases.get(name) for name in ("eccentric_s", "pause_s", "concentric_s")}
    return row | {"score": whole_rep.get("score")}


def _csv_row(judged: JudgedRep, measures: list[str], cues: list[str]) -> dict[str, Any]:
    row = _rep_times(judged)
    row |= {name: _number(judged.measures.get(name, math.nan)) for name in measures}
    for cue in cues:
        finding = judged.findings.get(cue)
        row[f"{cue}_verdict"] = finding.verdict if finding else None
        row[f"{cue}_value"] = _number(finding.value) if finding else None
        row[f"{cue}_sigma"] = _number(finding.sigma) if finding else None
        row[f"{cue}_unit"] = finding.unit if finding else None
    return row
