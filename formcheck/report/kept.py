"""Reading an ``analysis.json`` again: what later commands rely on, as types.

Somebody may have edited it, or it may be of another program: what is missing or of
another type is refused by its place. What isn't named here may be there as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from formcheck.data import Facing, Verdict, ViewName
from formcheck.errors import BadRequest
from formcheck.intake import converted, parsed_json, read_text
from formcheck.report.record import SCHEMA_ID
from formcheck.reps.lifts import LIFTS

MOST_NUMBER = 1e9
"""Seconds, degrees, pixels: nothing that we write comes near."""

MOST_REPS = 10_000

Number = Annotated[float, Meta(ge=-MOST_NUMBER, le=MOST_NUMBER)] | None
"""NaN is null."""

Count = Annotated[int, Meta(ge=0, le=int(MOST_NUMBER))]


class KeptFinding(TypedDict):
    """One verdict."""

    verdict: Verdict
    value: Number
    unit: str
    sigma: Number
    watch_limit: Number
    fault_limit: Number
    at_s: Number
    reason: str
    advice: str


class KeptPhases(TypedDict):
    """How long each part of a repetition took."""

    eccentric_s: Number
    pause_s: Number
    concentric_s: Number


class KeptRep(TypedDict):
    """One repetition."""

    index: Count
    start_s: Annotated[float, Meta(ge=0, le=MOST_NUMBER)]
    bottom_s: Number
    top_s: Number
    end_s: Annotated[float, Meta(ge=0, le=MOST_NUMBER)]
    complete: bool
    phases: KeptPhases
    measures: dict[str, Number]
    score: Number
    cues: dict[str, KeptFinding]


class KeptSet(TypedDict):
    """The set as a whole."""

    score: Number
    judged_share: Number
    main_advice: str
    cues: dict[str, KeptFinding]
    headline: NotRequired[str]
    main_cue: NotRequired[str | None]


class KeptSource(TypedDict):
    """The film."""

    file: str
    sha256: str
    rotation_deg: Annotated[int, Meta(ge=-360, le=360)]


class KeptLift(TypedDict):
    """Which lift it is."""

    name: str
    how: Literal["given", "detected"]
    confidence: Number


class KeptView(TypedDict):
    """Where the camera stood."""

    name: ViewName
    facing: Facing | None
    yaw_deg: Number
    yaw_sigma_deg: Number


class KeptChange(TypedDict):
    """One entry of a coach's limits."""

    cue: str
    lift: str
    key: str
    value: float | str
    standard: float | str
    unit: str


class KeptAnalysis(TypedDict):
    """All that is relied on of the ``formcheck.analysis/1`` form."""

    formcheck_version: str
    limits: str
    source: KeptSource
    lift: KeptLift
    view: KeptView
    reps: Annotated[list[KeptRep], Meta(max_length=MOST_REPS)]
    set: KeptSet
    limits_changed: NotRequired[list[KeptChange]]
    tempo: NotRequired[str | None]


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
        checked = converted(said, KeptAnalysis)
    except ValueError as problem:
        raise BadRequest(
            f"{path}: it isn't as formcheck wrote it ({problem}). Analyse the film again."
        ) from problem
    if checked["lift"]["name"] not in LIFTS:
        raise BadRequest(f"{path}: the lift {checked['lift']['name']!r} isn't known here.")
    return said
