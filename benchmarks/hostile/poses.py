"""Saved poses to damage: what keeps the movement, and what doesn't."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, Any]
Change = Callable[[Arrays, random.Random], None]

WILD = (0.0, -1.0, 1e-300, 1e9, 1e38, 1e300, -1e300, np.inf, -np.inf, np.nan)
WILD_JSON: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    "",
    "x",
    [],
    {},
    [[[[]]]],
    {"a": {"a": {}}},
)


def frames_of(arrays: Arrays, keep: Any) -> None:
    """Keep some frames of all arrays."""
    frames = len(arrays["time_s"])
    for name, values in arrays.items():
        if np.shape(values)[:1] == (frames,):
            arrays[name] = values[keep]


def lost_frames(arrays: Arrays, chance: random.Random) -> None:
    """Pictures dropped out."""
    frames = len(arrays["time_s"])
    share = chance.choice((0.02, 0.1))
    frames_of(arrays, [n for n in range(frames) if n < 2 or chance.random() > share])


def fewer_frames(arrays: Arrays, chance: random.Random) -> None:
    """A lower rate, down to two pictures a second."""
    frames_of(arrays, slice(None, None, chance.choice((2, 3, 4, 6, 15))))


def unseen(arrays: Arrays, chance: random.Random) -> None:
    """The lifter is lost for a while."""
    frames = len(arrays["time_s"])
    first = chance.randrange(frames)
    arrays["landmarks_px"][first : first + chance.randrange(1, frames // 4)] = np.nan


def other_types(arrays: Arrays, chance: random.Random) -> None:
    """Other programs' numbers: other byte orders, precision and memory order."""
    for name in ("time_s", "landmarks_px", "visibility", "world_m"):
        kind = chance.choice((">f8", "<f8", "<f4") if name != "time_s" else (">f8", "<f8"))
        arrays[name] = np.asfortranarray(arrays[name].astype(kind))


def less_in_it(arrays: Arrays, chance: random.Random) -> None:
    """What may be absent is."""
    for name in ("visibility", "frame_size", "outline_px", "on_body", "shot", "stretch", "meta"):
        if chance.random() < 0.5:
            arrays.pop(name, None)


def more_in_it(arrays: Arrays, chance: random.Random) -> None:
    """Arrays that we don't know."""
    arrays["their_own"] = np.zeros((chance.randrange(1, 500), 1000))
    arrays["words"] = np.array(["a", "b"])


def later(arrays: Arrays, chance: random.Random) -> None:
    """Times that begin elsewhere."""
    arrays["time_s"] = arrays["time_s"] + chance.choice((-5.0, 100.0, 1e5))


def wild_number(arrays: Arrays, chance: random.Random) -> None:
    """A number that none can be, somewhere."""
    name = chance.choice([one for one, values in arrays.items() if values.dtype.kind == "f"])
    flat = arrays[name].reshape(-1)
    for _ in range(chance.choice((1, 10))):
        with np.errstate(over="ignore"):
            flat[chance.randrange(flat.size)] = chance.choice(WILD)


def wild_array(arrays: Arrays, chance: random.Random) -> None:
    """An array of another shape or type, or all of one number."""
    name = chance.choice(list(arrays))
    arrays[name] = chance.choice(
        (
            np.zeros(()),
            np.zeros((0,)),
            np.zeros((0, 33, 3)),
            np.zeros((3, 3)),
            np.array("text"),
            np.array(["a"] * 5),
            np.full_like(arrays[name], 0),
            arrays[name][..., None],
            np.ones(np.shape(arrays[name]), np.complex128),
            np.full(np.shape(arrays[name]), 2**63, np.uint64),
            np.full(np.shape(arrays[name]), True),
            np.zeros(np.shape(arrays[name]), "M8[s]"),
        )
    )


def wild_times(arrays: Arrays, chance: random.Random) -> None:
    """Times in other units, with leaps, or in disorder."""
    time_s = arrays["time_s"]
    at = chance.randrange(len(time_s))
    how = chance.randrange(5)
    if how == 0:
        arrays["time_s"] = time_s * chance.choice((1e-9, 1e-3, 1e3, 1e6, 1e300))
    elif how == 1:
        time_s[at:] += chance.choice((1.0, 3600.0, 1e5, 1e7, 1e12))
    elif how == 2:
        time_s[at] = chance.choice(WILD)
    elif how == 3:
        arrays["time_s"] = time_s[::-1]
    else:
        arrays["time_s"] = np.sort(np.array([chance.uniform(0, 10) for _ in time_s]))


def wild_meta(arrays: Arrays, chance: random.Random) -> None:
    """Something else in what is noted beside the arrays."""
    meta = json.loads(str(arrays["meta"][()]))
    arrays["meta"] = np.array(json.dumps(spoilt(meta, chance)))


def spoilt(said: Any, chance: random.Random) -> Any:
    """Put something else at some place of a JSON document, or take it away."""
    place = said
    for _ in range(chance.randrange(1, 6)):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = chance.choice(keys)
        if not (isinstance(place[key], dict | list) and place[key] and chance.random() < 0.7):
            if chance.random() < 0.25:
                del place[key]
            else:
                place[key] = chance.choice(WILD_JSON)
            break
        place = place[key]
    return said


KEEPING: tuple[Change, ...] = (
    *(lost_frames, fewer_frames, unseen, other_types, less_in_it, more_in_it, later),
)
"""After these the set is still the same: its verdicts stay, or can't be told."""

BREAKING: tuple[Change, ...] = (wild_number, wild_array, wild_times, wild_meta)


def changed(source: Path, target: Path, change: Change, chance: random.Random) -> None:
    """Write the poses with a change."""
    with np.load(source) as archive:
        arrays = {name: archive[name].copy() for name in archive.files}
    change(arrays, chance)
    with target.open("wb") as file:
        save = chance.choice((np.savez, np.savez_compressed))
        save(file, **arrays)
