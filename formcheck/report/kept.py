"""Reading an ``analysis.json`` again.

Somebody may have edited it, or it may be of another program: what is missing or of
another type is refused by its place. Fields that we don't know may be there as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from formcheck.errors import BadRequest
from formcheck.intake import converted, parsed_json, read_text
from formcheck.report.form import SCHEMA_ID, FormAnalysis
from formcheck.reps.lifts import LIFTS


def read_analysis(path: Path) -> dict[str, Any]:
    """Read an ``analysis.json`` of formcheck's.

    Raises
    ------
    BadRequest
        It can't be read, or something in it is missing or of another type; the
        message names the place.
    """
    text = read_text(path, "analysis")
    try:
        said = parsed_json(text)
    except ValueError as problem:
        raise BadRequest(f"{path}: not an analysis.json: {problem}.") from problem
    if not isinstance(said, dict) or said.get("schema") != SCHEMA_ID:
        raise BadRequest(f"{path}: not a {SCHEMA_ID}. Name an analysis.json of formcheck analyze.")
    try:
        checked = converted(said, FormAnalysis)
    except ValueError as problem:
        raise BadRequest(
            f"{path}: it isn't as formcheck wrote it ({problem}). Analyse the film again."
        ) from problem
    if checked.lift.name not in LIFTS:
        raise BadRequest(f"{path}: the lift {checked.lift.name!r} isn't known here.")
    return said
