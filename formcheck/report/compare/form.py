"""The comparison for programs: ``formcheck.comparison/1``. NaN is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from formcheck.report.compare import words
from formcheck.report.compare.change import Change
from formcheck.report.compare.sets import Comparison
from formcheck.report.record import plain

SCHEMA_ID = "formcheck.comparison/1"


def to_dict(found: Comparison, a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """Give a comparison as plain dictionaries, lists, strings and numbers.

    ``a`` and ``b`` are the sets as ``analysis.json`` has them.
    """
    sets = [
        {
            "name": name,
            **{key: said.get(key) for key in ("source", "part", "view", "limits", "tempo")},
            "reps": len(said["reps"]),
            "score": said["set"]["score"],
        }
        for name, said in zip(found.names, (a, b), strict=True)
    ]
    return {
        "schema": SCHEMA_ID,
        "formcheck_version": b["formcheck_version"],
        "headline": words.headline(found),
        "lift": found.lift,
        "a": sets[0],
        "b": sets[1],
        "cameras_apart_deg": plain(found.apart_deg),
        "notes": list(words.notes(found)),
        "cues": {
            one.cue: {
                "title": one.title,
                "set": _change(one.over_set),
                "reps": [_change(rep) for rep in one.reps],
            }
            for one in found.cues
        },
        "quantities": {
            one.name: {
                "title": one.title,
                "which_way": one.word,
                "set": _change(one.change),
                "reps": [_change(rep) for rep in one.reps],
            }
            for one in found.quantities
        },
        "pairs": [list(pair) for pair in found.pairs],
        "alone": {"a": list(found.alone[0]), "b": list(found.alone[1])},
    }


def _change(one: Change) -> dict[str, Any]:
    said: dict[str, Any] = plain(asdict(one))
    return said
