"""Text files to damage: limits, analyses, lists, markers, by what people and programs do."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from benchmarks.hostile.bytes_of import ANY, Damage
from benchmarks.hostile.poses import spoilt

Spoil = Callable[[str, random.Random], bytes]

WILD_TOML = (
    *("1e308", "1e-320", "nan", "inf", "-1", "0", "true", '"3"', "[]", "{}", "2026-01-01"),
    *("9" * 400, "[" * 3000 + "]" * 3000, "'''", '["fault"]', "0x7fffffffffffffff", "1_0.0"),
)
WILD_CELLS = (
    "",
    "=1+1",
    "\x00",
    "../../etc/passwd",
    "9" * 400,
    "1e308",
    "31/02/2026",
    '"',
    "é" * 99,
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252")


def saved_otherwise(text: str, chance: random.Random) -> bytes:
    """Save it as another program does."""
    ends = chance.choice(("\n", "\r\n", "\r"))
    return text.replace("\n", ends).encode(chance.choice(ENCODINGS), "replace")


def other_value(text: str, chance: random.Random) -> bytes:
    """Put another value behind a sign of equality (TOML)."""
    lines = text.splitlines()
    at = chance.choice([n for n, line in enumerate(lines) if "=" in line] or [0])
    lines[at] = lines[at].split("=")[0] + "= " + chance.choice(WILD_TOML)
    return "\n".join(lines).encode()


def other_cell(text: str, chance: random.Random) -> bytes:
    """Put something else into a cell (CSV, TRC)."""
    lines = text.splitlines()
    sign = "\t" if "\t" in text else ","
    at = chance.randrange(len(lines))
    cells = lines[at].split(sign)
    cells[chance.randrange(len(cells))] = chance.choice(WILD_CELLS)
    lines[at] = sign.join(cells)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def lines_moved(text: str, chance: random.Random) -> bytes:
    """Lines lost, doubled or in another order."""
    lines = text.splitlines()
    chance.choice(
        (
            lambda: lines.pop(chance.randrange(len(lines))),
            lambda: lines.insert(0, lines[chance.randrange(len(lines))]),
            lambda: chance.shuffle(lines),
        )
    )()
    return "\n".join(lines).encode()


def spoilt_json(text: str, chance: random.Random) -> bytes:
    """Something else at some place of a JSON document."""
    return json.dumps(spoilt(json.loads(text), chance)).encode()


def deep(_text: str, chance: random.Random) -> bytes:
    """Brackets without end."""
    return (
        chance.choice(("[", '{"a":', "a.", "a=[")) * chance.choice((100, 5000, 50_000))
    ).encode()


def damaged(damage: Damage) -> Spoil:
    """Let a text suffer what any file may."""

    def spoil(text: str, chance: random.Random) -> bytes:
        return damage(text.encode(), chance)

    spoil.__name__ = damage.__name__
    return spoil


_ANY = tuple(damaged(one) for one in ANY)
OF_LIMITS: tuple[Spoil, ...] = (other_value, other_value, saved_otherwise, lines_moved, deep, *_ANY)
OF_TABLES: tuple[Spoil, ...] = (other_cell, other_cell, saved_otherwise, lines_moved, *_ANY)
OF_JSON: tuple[Spoil, ...] = (spoilt_json,) * 6 + (saved_otherwise, deep, *_ANY)
