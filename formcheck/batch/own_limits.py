"""The limits that belong to an output folder: given once, every later run judges by them.

They lie in the folder itself, so that they outlive a lost history and are the same
wherever the database is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from formcheck import intake
from formcheck.batch.job import Options
from formcheck.batch.work import limits_of
from formcheck.cues import Limits, load_limits
from formcheck.cues.judging.limits import read_limits_text
from formcheck.errors import BadRequest
from formcheck.files import whole
from formcheck.history.stored import StoredSet

LIMITS_JSON = ".formcheck-limits.json"
STANDARD = "standard"
"""What ``--limits`` takes in place of a file to go back to ours."""

_GIVE = f"Give them again with --limits FILE, or choose ours with --limits {STANDARD}."


@dataclass(frozen=True)
class OwnLimits:
    """A coach's limits by their text; both are "" for the standard ones."""

    name: str = ""
    text: str = ""

    def put_into(self, options: Options) -> Options:
        """The options with these limits."""
        return dataclasses.replace(options, limits_name=self.name, limits_text=self.text)

    def read(self) -> Limits:
        """Give the limits that they set."""
        return limits_of(self.put_into(Options()))


def given_limits(path: Path) -> OwnLimits:
    """Read what ``--limits`` names: a file, or the word for the standard ones.

    Raises
    ------
    BadRequest
        The file can't be read, or makes no sense.
    """
    if str(path) == STANDARD and not path.exists():
        return OwnLimits()
    load_limits(path)  # refused now, not by every worker
    return OwnLimits(path.name, read_limits_text(path))


def keep_limits(out: Path, own: OwnLimits) -> None:
    """Make them the folder's.

    Raises
    ------
    OutputError
        They can't be written.
    """
    said = {"name": own.name, "text": own.text}
    with whole(out / LIMITS_JSON) as unfinished:
        unfinished.write_text(
            json.dumps(said | {"sha256": _digest(own)}, ensure_ascii=False), encoding="utf-8"
        )


def kept_limits(out: Path, sets: list[StoredSet]) -> OwnLimits:
    """Give the folder's limits; the standard ones where none were ever given.

    Parameters
    ----------
    out
        The output folder.
    sets
        Its history: an earlier formcheck kept no limits, but its sets name them.

    Raises
    ------
    BadRequest
        The folder had limits of its own, and they aren't there as they were written.
    """
    file = out / LIMITS_JSON
    if not file.exists():
        judged = [one for one in sets if one.limits is not None]
        latest = max(judged, key=lambda one: one.analysed_at, default=None)
        limits = None if latest is None else latest.limits
        if limits is not None and limits.changes:
            raise BadRequest(
                f"{out}: its sets were judged by {limits.name}, which isn't kept there. {_GIVE}"
            )
        return OwnLimits()
    try:
        own = _read(file)
    except (OSError, ValueError, KeyError, TypeError):
        raise BadRequest(
            f"{file}: these aren't the limits as formcheck kept them. {_GIVE}"
        ) from None
    try:
        own.read()
    except BadRequest as problem:
        raise BadRequest(
            f"{out}: its limits, {own.name}, no longer fit: {problem} {_GIVE}"
        ) from None
    return own


def _read(file: Path) -> OwnLimits:
    said = intake.parsed_json(intake.read_text(file, "analysis"))
    own = OwnLimits(str(said["name"]), str(said["text"]))
    if said["sha256"] != _digest(own) or Path(own.name).name != own.name:
        raise ValueError(file)
    return own


def _digest(own: OwnLimits) -> str:
    return hashlib.sha256(json.dumps([own.name, own.text]).encode()).hexdigest()
