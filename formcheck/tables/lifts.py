"""Lifts as people call them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache

from formcheck.errors import BadRequest
from formcheck.reps.lifts import LIFTS
from formcheck.tables.words import spoken, words

AUTO = "auto"


class UnclearLift(BadRequest):
    """A word that is used for several of our lifts."""


def read_lift(text: str) -> str:
    """Give the lift that is meant, or "auto" if that is what it says.

    Raises
    ------
    UnclearLift
        It may be one of several that we know.
    BadRequest
        It is none that we know.
    """
    said = _key(text)
    if said == _key(AUTO):
        return AUTO
    # First: who writes "squat" means the one that they do, not any other.
    for several, names in words()["unclear_lifts"].items():
        if said in {_key(name) for name in names}:
            raise UnclearLift(f"{text!r} may be {several}.")
    meant = _lifts().get(said)
    if meant is not None:
        return meant
    near = difflib.get_close_matches(
        " ".join(spoken(text)), [" ".join(spoken(one)) for one in LIFTS], n=1, cutoff=0.8
    )
    hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(LIFTS)}."
    raise BadRequest(f"unknown lift {text!r}. {hint}")


@cache
def _lifts() -> Mapping[tuple[str, ...], str]:
    return {
        _key(called): name
        for name, kind in LIFTS.items()
        for called in (name, kind.title, *words()["lifts"].get(name, []))
    }


def _key(text: str) -> tuple[str, ...]:
    """The words in whatever order: "squat_back", "Squats (Back)" and "barbell back squat"."""
    said = [one.removesuffix("s") if len(one) > 3 else one for one in spoken(text)]
    return tuple(sorted(one for one in said if one not in {"barbell", "bb", "langhantel"}))
