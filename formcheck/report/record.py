"""The analysis and its forms for programs: ``analysis.json``, ``reps.csv``, a pandas frame.

The form is ``formcheck.analysis/1``, described field by field in ``report/form.py``.
Times are seconds of the source. A number that isn't known is ``null`` (an empty cell in
the CSV), never zero.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from formcheck.data import (
    Caution,
    CueInfo,
    Finding,
    JudgedRep,
    Lift,
    LimitChange,
    Part,
    Person,
    PoseTrack,
    Rejected,
    SetSummary,
    Signals,
    Source,
    Tempo,
    View,
)
from formcheck.errors import BadRequest
from formcheck.files import whole
from formcheck.report.form import (
    SCHEMA_ID,
    FormBar,
    FormCandidate,
    FormCue,
    FormFinding,
    FormLift,
    FormPart,
    FormPerson,
    FormPhases,
    FormQuality,
    FormRejected,
    FormRemedy,
    FormRep,
    FormSet,
    FormSource,
    FormView,
    FormWarning,
)
from formcheck.reps.bar_speed import BarSet
from formcheck.version import version

if TYPE_CHECKING:
    import pandas

_DECIMALS = 3

ONE_SET = Part(1, 1, 0.0, math.nan)
"""The film holds one set; when it ends isn't known."""


@dataclass(frozen=True)
class Analysis:
    """The whole answer. ``to_dict`` gives the ``formcheck.analysis/1`` form.

    ``signals`` and ``track`` are kept for drawing and are not in the JSON.
    ``limits_changed`` holds what a coach's file set differently. ``part`` says which
    set of the film it is. ``bar`` is how the bar moves, None where none was seen.
    ``either`` is the set judged as each of the lifts that it may be, where it isn't sure
    which: for the report, not in the JSON.

    Examples
    --------
    >>> import formcheck
    >>> analysis = formcheck.analyze("sample_videos/poses/deadlift_good.npz")
    >>> analysis.lift.name, analysis.lift.how, analysis.view.name
    ('deadlift', 'detected', 'side')
    >>> analysis.reps[0].findings["knees_track"].verdict  # knees aren't seen from the side
    'cannot_judge'
    >>> sorted(analysis.to_dict())[:4]
    ['bar', 'cues', 'formcheck_version', 'lift']
    """

    source: Source
    lift: Lift
    view: View
    reps: tuple[JudgedRep, ...]
    summary: SetSummary
    rejected: tuple[Rejected, ...]
    cautions: tuple[Caution, ...]
    cues: Mapping[str, CueInfo]
    people: tuple[Person, ...]
    chosen: int
    limits_name: str
    signals: Signals
    track: PoseTrack
    limits_changed: tuple[LimitChange, ...] = ()
    tempo: Tempo | None = None
    part: Part = ONE_SET
    bar: BarSet | None = None
    either: tuple[Analysis, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The ``formcheck.analysis/1`` form, as in ``analysis.json``."""
        return to_dict(self)

    def to_frame(self) -> pandas.DataFrame:
        """One row per repetition; needs pandas (``pip install formcheck[frame]``)."""
        return to_frame(self)


def to_dict(analysis: Analysis) -> dict[str, Any]:
    """Turn an analysis into plain dictionaries, lists, strings and numbers.

    Returns
    -------
    dict
        The ``formcheck.analysis/1`` form of ``report/form.py``, ready for
        ``json.dumps(..., allow_nan=False)``. Numbers are rounded to three decimals; NaN
        is None. What poses of others say of their film is told on, not checked.
    """
    part, summary = analysis.part, analysis.summary
    bar = {} if analysis.bar is None else {"bar": _bar(analysis.bar, analysis.signals)}
    return {
        "schema": SCHEMA_ID,
        "formcheck_version": version(),
        "limits": analysis.limits_name,
        "limits_changed": [asdict(one) for one in analysis.limits_changed],
        "tempo": None if analysis.tempo is None else str(analysis.tempo),
        "source": _filled(FormSource, analysis.source, file=printable(analysis.source.file)),
        "part": _filled(FormPart, part, set=part.number),
        "lift": _filled(
            FormLift,
            analysis.lift,
            candidates=[_filled(FormCandidate, one) for one in analysis.lift.candidates],
        ),
        "view": _filled(FormView, analysis.view),
        "quality": _filled(
            FormQuality,
            analysis.signals.body,
            people_seen=len(analysis.people),
            warnings=[_filled(FormWarning, one) for one in analysis.cautions],
        ),
        "people": [
            _filled(FormPerson, one, chosen=one.index == analysis.chosen) for one in analysis.people
        ],
        "cues": {cue: _filled(FormCue, info) for cue, info in analysis.cues.items()},
        "reps": [_rep(judged) for judged in analysis.reps],
        "set": _filled(
            FormSet,
            summary,
            remedies=[_filled(FormRemedy, one) for one in summary.remedies],
            cues=_findings(summary.findings),
        ),
        "rejected": [_filled(FormRejected, one) for one in analysis.rejected],
    } | bar


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


def plain(value: Any) -> Any:
    """Give a value as JSON has it: numbers to three decimals, None for one that isn't known."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _number(float(value))
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _filled(form: type[msgspec.Struct], source: object, **others: object) -> dict[str, object]:
    """Give a form's fields from those of the same name, but for ``others``."""
    return {
        name: others[name] if name in others else plain(getattr(source, name))
        for name in form.__struct_fields__
    }


def _findings(findings: Mapping[str, Finding]) -> dict[str, Any]:
    return {cue: _filled(FormFinding, finding) for cue, finding in findings.items()}


def _rep(judged: JudgedRep) -> dict[str, Any]:
    return _filled(
        FormRep,
        judged.rep,
        phases=_filled(FormPhases, judged.rep),
        measures={name: _number(value) for name, value in judged.measures.items()},
        score=_number(judged.score),
        cues=_findings(judged.findings),
    )


def _bar(said: BarSet, signals: Signals) -> dict[str, Any]:
    bar = signals.bar
    assert bar is not None  # what moves was seen
    known = math.isfinite(bar.m_per_px)
    return _filled(
        FormBar,
        bar,
        kind="plate",
        diameter_m=_number(2 * bar.radius_px * bar.m_per_px),
        how=("given" if bar.size_told else "detected") if known else None,
        px_per_m=_number(1 / bar.m_per_px),
        px_per_m_sigma=_number(bar.scale_sigma / bar.m_per_px),
        found_share=_number(float(np.isfinite(bar.sigma_px).mean())),
        from_floor=said.from_floor,
        speed_loss=_number(said.loss.value),
        speed_loss_sigma=_number(said.loss.sigma),
        speed_lost=said.has_lost,
    )


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
