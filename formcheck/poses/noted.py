"""What is noted beside the arrays of a ``poses.npz``: its version, and what isn't numbers.

| version | since                                                                        |
|---------|------------------------------------------------------------------------------|
| 1       | the first; early ones lack arrays that came later                            |
| 2       | ``made_by`` says which formcheck, engine, model and settings found the poses |
| 3       | frames may lie between others (``looked``), or have no mask (``on_body`` NaN) |

A change that an older formcheck would read wrongly, or has to know of, is a new version;
a file of a version after ours is refused, never guessed at.
"""

from __future__ import annotations

import json
import re

import msgspec

from formcheck.data import PACE_DOUBTS, Caution, Maker, Pace, Part, Person, PoseTrack, Source
from formcheck.errors import BadRequest
from formcheck.intake import converted, parsed_json
from formcheck.poses.archive import MOST_FRAMES, Archive
from formcheck.version import version
from formcheck.video.pace import SLOWED

SCHEMA = "formcheck.poses"
VERSION = 3
LEAST_VERSION = 1

MOST_SIDE_PX = 100_000
"""Of a picture, and how far from it a landmark may be placed: no camera has a third of it."""

OLDER = Caution(
    "older_poses",
    "The poses are of an early formcheck that didn't note what hides the lifter: what is in "
    "front of them, a plate or a rack, isn't taken into account.",
    "Analyse the film again.",
)


class Noted(msgspec.Struct):
    """All of it may be absent in others' files; ``version`` is 0 then."""

    version: int = 0
    made_by: Maker | None = None
    source: Source | None = None
    pace: Pace = Pace()
    light: float | None = None
    face_covered: bool = False
    part: Part | None = None
    people: tuple[Person, ...] = ()
    chosen: int = 0
    cautions: tuple[Caution, ...] = ()


def note(track: PoseTrack) -> str:
    """Give the text that ``read_note`` reads."""
    said = {name: getattr(track, name) for name in Noted.__struct_fields__[1:]}
    return json.dumps({"schema": f"{SCHEMA}/{VERSION}"} | msgspec.to_builtins(said, enc_hook=float))


def read_note(archive: Archive) -> Noted:
    """Read what was noted of a track; nothing for files of others.

    Raises
    ------
    BadRequest
        It can't be understood, or is of a version after ours.
    """
    if "meta" not in archive:
        return Noted()
    expected = f"JSON text of {SCHEMA}/{VERSION}"
    try:
        said = parsed_json(archive.text("meta"))
        schema = said.get("schema") if isinstance(said, dict) else None
        number = _version(schema)
        if number > VERSION:
            raise _newer(archive, number, said)
        if number >= LEAST_VERSION:
            noted = converted(said, Noted)
            noted.version = number
            _need_sense(noted)
            return noted
    except ValueError as problem:
        raise archive.wrong("meta", f"can't be understood ({problem})", expected) from problem
    raise archive.wrong("meta", f"of the schema {str(schema)[:40]!r}", expected)


def _version(schema: object) -> int:
    """The number in a schema's name, 0 for the name of something else."""
    found = re.fullmatch(rf"{re.escape(SCHEMA)}/(\d{{1,6}})", str(schema), re.ASCII)
    return int(found[1]) if found else 0


def _newer(archive: Archive, number: int, said: dict[str, object]) -> BadRequest:
    """The error over a version after ours, which we can't know more of."""
    made_by = said.get("made_by")
    theirs = made_by.get("formcheck") if isinstance(made_by, dict) else None
    named = isinstance(theirs, str) and re.fullmatch(r"[\w.+-]{1,40}", theirs, re.ASCII)
    return archive.wrong(
        "meta",
        f"poses of version {number}, of {f'formcheck {theirs}' if named else 'a newer formcheck'}",
        f"version {VERSION} or before, which is what this formcheck {version()} knows: update "
        "formcheck, or analyse the film again with this one",
    )


def _need_sense(noted: Noted) -> None:
    """What was noted can be told on, and times can be worked out with it.

    Raises
    ------
    ValueError
        It can't.
    """
    pace, source = noted.pace, noted.source
    if not SLOWED[0] <= pace.slowed <= SLOWED[1] or pace.doubt not in {"", *PACE_DOUBTS}:
        raise ValueError("pace: no pace of a film")
    if source is None:
        return
    sides = (source.width, source.height)
    if not all(1 <= side <= MOST_SIDE_PX for side in sides) or abs(source.rotation_deg) > 360:
        raise ValueError("source: no size or turn of a picture")
    if not 0 <= source.frames <= MOST_FRAMES:
        raise ValueError("source: no number of frames of a film")
