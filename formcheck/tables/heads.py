"""The line of a table that names its columns, wherever it stands and however they are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from formcheck.tables.grid import Line, text_of
from formcheck.tables.words import listed, spoken, words

WITHIN = 30
"""Lines with something in them that are looked at: titles and addresses come before it."""

_FILLERS = frozenset({"in", "en"})


@dataclass(frozen=True)
class Column:
    """A column that is understood.

    place  in the line, from 0
    name   as its head is written
    unit   "kg" or "lb" if the head names one, else ""
    """

    place: int
    name: str
    unit: str = ""


@dataclass(frozen=True)
class Head:
    """The line that names the columns.

    at       which of the lines it is
    columns  what they say -> the columns that say it, the one that counts first
    names    place -> name, of all columns that have one
    """

    at: int
    columns: Mapping[str, Sequence[Column]]
    names: Mapping[int, str]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(self.names) + 1


def find_head(lines: Sequence[Line], need: Collection[str]) -> Head | None:
    """Find the line that names most columns, with all that are needed if any line has them.

    None when no line names a column that is needed.
    """
    best: tuple[tuple[bool, int], Head] | None = None
    looked_at = 0
    for at, line in enumerate(lines):
        if line.blank:
            continue
        head = _head(at, line)
        found = set(head.columns)
        worth = (found >= set(need), len(found))
        if found & set(need) and (best is None or worth > best[0]):
            best = (worth, head)
        looked_at += 1
        if looked_at == WITHIN:
            break
    return best[1] if best else None


def _head(at: int, line: Line) -> Head:
    names = {place: text for place, value in enumerate(line.cells) if (text := text_of(value))}
    found: dict[str, list[tuple[int, Column]]] = {}
    for place, name in names.items():
        said, unit = _without_unit(name)
        field = listed("heads").get(said)
        if field is None or (not said and not unit) or (unit and field != "load"):
            continue
        rank = [spoken(one) for one in words()["heads"][field]].index(said)
        found.setdefault(field, []).append((rank, Column(place, name, unit)))
    columns = {
        field: [column for _, column in sorted(ranked, key=lambda one: (one[0], one[1].place))]
        for field, ranked in found.items()
    }
    return Head(at, columns, names)


def _without_unit(name: str) -> tuple[tuple[str, ...], str]:
    said = [one for one in spoken(name) if one not in _FILLERS]
    units = {unit for one in said if (unit := listed("units").get((one,)))}
    if len(units) != 1:
        return tuple(said), ""
    return tuple(one for one in said if (one,) not in listed("units")), units.pop()
