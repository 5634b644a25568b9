"""Ways to damage any file: what disks, cables, copies and converters do to bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Literal

Damage = Callable[[bytes, random.Random], bytes]

ODD_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def flipped_bits(data: bytes, chance: random.Random) -> bytes:
    """Flip one to twenty bits anywhere."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20)) if out else 0):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def flipped_head(data: bytes, chance: random.Random) -> bytes:
    """Flip bits where headers lie: in the first or last kilobyte."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 10)) if out else 0):
        at = chance.randrange(min(1024, len(out)))
        out[at if chance.random() < 0.5 else -at - 1] ^= 1 << chance.randrange(8)
    return bytes(out)


def cut_off(data: bytes, chance: random.Random) -> bytes:
    """Keep only the beginning."""
    return data[: chance.randrange(len(data) + 1)]


def cut_out(data: bytes, chance: random.Random) -> bytes:
    """Lose a piece from the middle."""
    a = chance.randrange(len(data) + 1)
    return data[:a] + data[a + chance.randrange(1, 5000) :]


def said_twice(data: bytes, chance: random.Random) -> bytes:
    """Repeat a piece, or the whole."""
    if chance.random() < 0.3:
        return data + data
    a = chance.randrange(len(data) + 1)
    b = a + chance.randrange(1, 5000)
    return data[:b] + data[a:]


def odd_number(data: bytes, chance: random.Random) -> bytes:
    """Put a number at a boundary of its type where four bytes stood."""
    out = bytearray(data)
    if len(out) >= 4:
        at = chance.randrange(len(out) - 3)
        order: Literal["big", "little"] = chance.choice(("big", "little"))
        out[at : at + 4] = chance.choice(ODD_NUMBERS).to_bytes(4, order)
    return bytes(out)


def zeroed(data: bytes, chance: random.Random) -> bytes:
    """Zeros where a sector was lost."""
    out = bytearray(data)
    a = chance.randrange(len(out) + 1)
    b = min(a + chance.choice((512, 4096)), len(out))
    out[a:b] = bytes(b - a)
    return bytes(out)


def noise(data: bytes, chance: random.Random) -> bytes:
    """Nothing of it but its first bytes and its length, at most 100 kB."""
    keep = chance.choice((0, 4, 12, 64))
    return data[:keep] + chance.randbytes(min(len(data), 100_000))


ANY: tuple[Damage, ...] = (
    *(flipped_bits, flipped_head, cut_off, cut_out, said_twice, odd_number, zeroed, noise),
)
"""What any file may suffer."""
