"""Signals that somebody spoiled on the way to what reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from formcheck.data import FloatArray, Signals


def but(
    signals: Signals, *, angles_deg: Mapping[str, FloatArray] | None = None, **changed: Any
) -> Signals:
    """The same signals but for these fields of its groups, and the values of these angles."""
    groups: dict[str, Any] = {}
    for one in fields(signals):
        group = getattr(signals, one.name)
        if is_dataclass(group) and not isinstance(group, type):
            named = {of.name for of in fields(group)} & changed.keys()
            if named:
                groups[one.name] = replace(group, **{name: changed.pop(name) for name in named})
    assert not changed, f"no group of the signals has {sorted(changed)}"
    angles = {
        name: replace(signals.angles_deg[name], value=value)
        for name, value in (angles_deg or {}).items()
    }
    return replace(signals, angles_deg={**signals.angles_deg, **angles}, **groups)
