"""The limits of every cue: numbers, units and sources, from ``limits.toml``.

A coach's own file has the same form and need only hold what differs.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from formcheck.data import LimitChange
from formcheck.errors import BadRequest
from formcheck.reps.lifts import LIFTS

ANY_LIFT = "any"
KEYS = {"watch", "fault", "unit", "source", "most", "weight"}


@dataclass(frozen=True)
class Limit:
    """Where a value becomes worth watching and where it is a fault.

    When ``fault`` is larger than ``watch`` larger values are worse, otherwise
    smaller ones are. ``weight`` is the cue's share in the score.
    """

    watch: float
    fault: float
    unit: str
    source: str
    most: Literal["fault", "watch"] = "fault"
    weight: float = 1.0


@dataclass(frozen=True)
class Limits:
    """All limits; ``name`` is "standard" or the coach's file.

    ``changed`` names the entries that the coach's file holds, as "cue.lift";
    ``changes`` is what differs in them.
    """

    name: str
    table: Mapping[tuple[str, str], Limit]
    changed: tuple[str, ...] = ()
    changes: tuple[LimitChange, ...] = ()

    @property
    def cues(self) -> tuple[str, ...]:
        """The cues with limits, in the order of the file."""
        return tuple(dict.fromkeys(cue for cue, _ in self.table))

    def of(self, cue: str, lift: str) -> Limit:
        """The limit of a cue for a lift: its own, else the one for any lift."""
        own = self.table.get((cue, lift))
        return own if own is not None else self.table[cue, ANY_LIFT]


def load_limits(path: Path | None = None) -> Limits:
    """Read the standard limits, with those of ``path`` in their place.

    Raises
    ------
    BadRequest
        The file can't be read, or an entry is unknown or makes no sense; the
        message names it.
    """
    text = files("formcheck.cues").joinpath("limits.toml").read_text("utf-8")
    standard = {
        (cue, lift): Limit(**entry)
        for cue, lifts in tomllib.loads(text).items()
        for lift, entry in lifts.items()
    }
    if path is None:
        return Limits("standard", standard)
    table, changed = dict(standard), []
    changes: list[LimitChange] = []
    for cue, lifts in _read(path).items():
        if not isinstance(lifts, dict) or (cue, ANY_LIFT) not in standard:
            known = ", ".join(sorted({name for name, _ in standard}))
            raise BadRequest(f"{path}: [{cue}] is no cue with limits. Known: {known}.")
        for lift, entry in lifts.items():
            if lift != ANY_LIFT and lift not in LIFTS:
                known = ", ".join([ANY_LIFT, *LIFTS])
                raise BadRequest(f"{path}: [{cue}.{lift}] names no lift. Known: {known}.")
            base = standard.get((cue, lift), standard[cue, ANY_LIFT])
            table[cue, lift] = _merged(path, f"[{cue}.{lift}]", base, entry)
            changed.append(f"{cue}.{lift}")
            changes += _differences(cue, lift, base, table[cue, lift])
    return Limits(path.name, table, tuple(changed), tuple(changes))


def changed_limits(name: str, changes: Iterable[LimitChange]) -> Limits:
    """Give the standard limits with the changes that an analysis was made with.

    Changes of cues that are no longer known are left out.
    """
    standard = load_limits()
    table = dict(standard.table)
    kept = tuple(one for one in changes if (one.cue, ANY_LIFT) in table)
    for one in kept:
        base = table.get((one.cue, one.lift), standard.of(one.cue, one.lift))
        if one.key in KEYS:
            own: dict[str, Any] = {one.key: one.value}
            table[one.cue, one.lift] = replace(base, **own)
    names = tuple(dict.fromkeys(f"{one.cue}.{one.lift}" for one in kept))
    return Limits(name, table, names, kept)


def _differences(cue: str, lift: str, base: Limit, own: Limit) -> list[LimitChange]:
    before, after = vars(base), vars(own)
    return [
        LimitChange(cue, lift, key, after[key], before[key], base.unit)
        for key in after
        if after[key] != before[key]
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise BadRequest(f"{path}: the limits can't be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadRequest(f"{path}: not a limits file in TOML: {problem}.") from problem


def _merged(path: Path, where: str, base: Limit, entry: object) -> Limit:
    if not isinstance(entry, dict) or set(entry) - KEYS:
        raise BadRequest(f"{path}: {where} may hold {', '.join(sorted(KEYS))} and nothing else.")
    values = {**vars(base), "source": f"set in {path.name}", **entry}
    for key in ("watch", "fault", "weight"):
        number = values[key]
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadRequest(f"{path}: {where} {key} must be a number, not {number!r}.")
        if not math.isfinite(number):
            raise BadRequest(f"{path}: {where} {key} must be a finite number.")
    if values["watch"] == values["fault"] or values["weight"] < 0:
        raise BadRequest(f"{path}: {where} needs watch and fault apart, and a weight from 0 up.")
    if (values["fault"] > values["watch"]) != (base.fault > base.watch):
        raise BadRequest(f"{path}: {where} has watch and fault the wrong way round.")
    if values["unit"] != base.unit or values["most"] not in {"fault", "watch"}:
        raise BadRequest(f"{path}: {where} is in {base.unit!r}; most is 'fault' or 'watch'.")
    return Limit(**values)
