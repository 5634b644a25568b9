"""From where the camera has to look for each cue: ``VIEWS``, read from ``views.toml``.

The judge asks it before a cue measures, ``formcheck cues`` and docs/cues.md print it, and
the live framing asks it what a place of the camera would show.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Annotated

import msgspec

from formcheck.data import View, ViewName
from formcheck.signals.view import FRONT_FROM_DEG, SIDE_UP_TO_DEG

FRONT_DEG = 90.0

RANGES: dict[ViewName, tuple[float, float]] = {
    "side": (0.0, SIDE_UP_TO_DEG),
    "oblique": (SIDE_UP_TO_DEG, FRONT_FROM_DEG),
    "front": (FRONT_FROM_DEG, FRONT_DEG),
    "back": (FRONT_FROM_DEG, FRONT_DEG),
}

Yaw = Annotated[float, msgspec.Meta(ge=0.0, le=FRONT_DEG)]


class Standpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the camera may stand for some cues, and what is said where it doesn't.

    cues      whose measure needs it
    from_deg  least yaw, to_deg the most: 0 from the side, 90 from in front or behind
    one_leg   holds in place of another entry where one leg does the work
    why       key of ``[not_seen]`` in ``advice.toml`` for a view that shows nothing of it
    nearly    the same for a view that shows it in part; else ``why``
    source    where the numbers come from
    """

    cues: tuple[str, ...]
    source: str
    from_deg: Yaw = 0.0
    to_deg: Yaw = FRONT_DEG
    one_leg: bool = False
    why: str = ""
    nearly: str = ""

    @property
    def names(self) -> frozenset[ViewName]:
        """The views that lie within it, be it in part."""
        return frozenset(
            name
            for name, (least, most) in RANGES.items()
            if self.from_deg < most and self.to_deg > least
        )

    def holds(self, yaw_deg: float) -> bool:
        """Whether a camera stands there; one whose yaw is unknown only where any does."""
        near = self.to_deg == FRONT_DEG or yaw_deg <= self.to_deg
        far = self.from_deg == 0.0 or yaw_deg >= self.from_deg
        return near and far


def _read() -> dict[str, Standpoint]:
    text = files("formcheck.cues").joinpath("views.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Standpoint])


VIEWS = _read()


def standpoint(cue: str, *, one_leg: bool = False) -> Standpoint:
    """Where the camera may stand for a cue, on one leg or on two."""
    named = [one for one in VIEWS.values() if cue in one.cues]
    fits = [one for one in named if one.one_leg == one_leg] or named
    return fits[0] if fits else VIEWS["side"]


def names(cue: str) -> frozenset[ViewName]:
    """The views that a cue is asked in at all."""
    return standpoint(cue).names


def why_not(cue: str, view: View, *, one_leg: bool = False) -> str:
    """Why a view doesn't show a cue, a key of ``[not_seen]``; empty where it does."""
    where = standpoint(cue, one_leg=one_leg)
    if where.holds(view.yaw_deg):
        return ""
    return (view.name in names(cue) and where.nearly) or where.why
