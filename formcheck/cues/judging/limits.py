"""The limits of every cue: numbers, units and sources, from ``limits.toml``.

A coach's own file has the same form and need only hold what differs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from formcheck import intake
from formcheck.data import LimitChange
from formcheck.errors import BadRequest
from formcheck.intake import did_you_mean
from formcheck.reps.lifts import LIFTS

ANY_LIFT = "any"

MOST_NUMBER, LEAST_NUMBER = 1e6, 1e-6
"""A limit is 0 or between them, whatever its unit."""

MOST_WEIGHT = 100.0
"""Ours are 0.5 to 2: with more than this one cue would be the whole score."""

MOST_SOURCE = 1000
"""Letters that a source may have."""


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


class _Entry(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a limits file may hold of one cue and lift; what it leaves out stays ours."""

    watch: float | msgspec.UnsetType = msgspec.UNSET
    fault: float | msgspec.UnsetType = msgspec.UNSET
    unit: str | msgspec.UnsetType = msgspec.UNSET
    source: Annotated[str, msgspec.Meta(max_length=MOST_SOURCE)] | msgspec.UnsetType = msgspec.UNSET
    most: str | msgspec.UnsetType = msgspec.UNSET
    weight: float | msgspec.UnsetType = msgspec.UNSET


KEYS = _Entry.__struct_fields__


def load_limits(path: Path | None = None) -> Limits:
    """Read the standard limits, with those of ``path`` in their place.

    Raises
    ------
    BadRequest
        The file can't be read, or an entry is unknown or makes no sense; the
        message names it.

    Examples
    --------
    >>> import formcheck
    >>> limit = formcheck.load_limits().of("hip_drive", "deadlift")
    >>> limit.watch < limit.fault, limit.unit
    (True, 'deg')
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
            names = sorted({name for name, _ in standard})
            hint = did_you_mean(cue, names)
            raise BadRequest(
                f"{path}: [{cue}] is no cue with limits.{hint} Known: {', '.join(names)}."
            )
        for lift, entry in lifts.items():
            if lift != ANY_LIFT and lift not in LIFTS:
                known = [ANY_LIFT, *LIFTS]
                hint = did_you_mean(lift, known)
                if lift in KEYS:
                    hint = f" Write [{cue}.{ANY_LIFT}] and {lift} below it."
                raise BadRequest(
                    f"{path}: [{cue}.{lift}] names no lift.{hint} Known: {', '.join(known)}."
                )
            base = standard.get((cue, lift), standard[cue, ANY_LIFT])
            table[cue, lift] = _merged(path, f"[{cue}.{lift}]", base, entry)
            changed.append(f"{cue}.{lift}")
            changes += _differences(cue, lift, base, table[cue, lift])
    return Limits(path.name, table, tuple(changed), tuple(changes))


def changed_limits(name: str, changes: Iterable[LimitChange]) -> Limits:
    """Give the standard limits with the changes that an analysis was made with.

    Changes of cues that are no longer known are left out.

    Raises
    ------
    BadRequest
        A change is none that a limits file can make.
    """
    standard = load_limits()
    table = dict(standard.table)
    kept = tuple(one for one in changes if (one.cue, ANY_LIFT) in table)
    entries: dict[tuple[str, str], dict[str, object]] = {}
    for one in kept:
        if one.key in KEYS:
            entries.setdefault((one.cue, one.lift), {})[one.key] = one.value
    for (cue, lift), entry in entries.items():
        base = table.get((cue, lift), standard.of(cue, lift))
        own = {"source": base.source, **entry}
        table[cue, lift] = _merged(Path(name), f"[{cue}.{lift}]", base, own)
    names = tuple(dict.fromkeys(f"{one.cue}.{one.lift}" for one in kept))
    return Limits(name, table, names, kept)


def _differences(cue: str, lift: str, base: Limit, own: Limit) -> list[LimitChange]:
    before, after = vars(base), vars(own)
    return [
        LimitChange(cue, lift, key, after[key], before[key], base.unit)
        for key in after
        if after[key] != before[key]
    ]


def read_limits_text(path: Path) -> str:
    """Read a coach's file as text, however it was saved.

    Raises
    ------
    BadRequest
        It can't be read, isn't text, or is larger than limits are.
    """
    return intake.read_text(path, "limits")


def _read(path: Path) -> dict[str, Any]:
    try:
        return intake.toml(read_limits_text(path))
    except ValueError as problem:
        raise BadRequest(f"{path}: not a limits file in TOML: {problem}.") from problem


def _merged(path: Path, where: str, base: Limit, entry: object) -> Limit:
    """Lay a coach's entry over ours."""
    if isinstance(entry, dict) and set(entry) - set(KEYS):
        raise BadRequest(f"{path}: {where} may hold {', '.join(sorted(KEYS))} and nothing else.")
    try:
        own = intake.converted(entry, _Entry)
    except ValueError as problem:
        raise BadRequest(f"{path}: {where} {problem}.") from problem
    given = msgspec.structs.asdict(own)
    given = {key: value for key, value in given.items() if value is not msgspec.UNSET}
    limit = Limit(**{**vars(base), "source": f"set in {path.name}", **given})
    try:
        _need_sense(limit, base)
    except ValueError as problem:
        raise BadRequest(f"{path}: {where} {problem}.") from problem
    return limit


def _need_sense(limit: Limit, base: Limit) -> None:
    """A changed limit is one that can be judged by.

    Raises
    ------
    ValueError
        It isn't.
    """
    for key in ("watch", "fault", "weight"):
        number = getattr(limit, key)
        if not (number == 0 or LEAST_NUMBER <= abs(number) <= MOST_NUMBER):
            raise ValueError(
                f"{key} must be 0 or a size of {LEAST_NUMBER:g} to {MOST_NUMBER:g}, not {number:g}"
            )
    if limit.watch == limit.fault or not 0 <= limit.weight <= MOST_WEIGHT:
        raise ValueError(f"needs watch and fault apart, and a weight from 0 to {MOST_WEIGHT:g}")
    if (limit.fault > limit.watch) != (base.fault > base.watch):
        raise ValueError("has watch and fault the wrong way round")
    if limit.unit != base.unit or limit.most not in {"fault", "watch"}:
        raise ValueError(f"is in {base.unit!r}; most is 'fault' or 'watch'")
