"""Notes beside the results: all that a lost history needs to be made again.

``set.json`` in a set's folder says what was asked, what came out, and what the coach says
of the set. It brings its own checksum, as it changes with every correction. Sets that
failed have no folder: they stand together in one hidden file.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from formcheck.batch.job import Answer, Job
from formcheck.files import whole
from formcheck.history.stored import StoredSet, from_values, or_none, to_values

SET_JSON = "set.json"
"""Beside the results: all that the history needs to take the set in."""

FAILED_JSON = ".formcheck-failed.json"
CORRECTED = ("file", "path", "date_from", "target_reps", "side", "notes", "looked")


def write_finished(folder: Path, job: Job, answer: Answer, sets: int = 1) -> None:
    """Write a set's note; that of a film's first set says how many ``sets`` it holds."""
    said = {"job": job.to_dict(), "answer": dataclasses.asdict(answer), "sets": sets}
    with whole(folder / SET_JSON) as unfinished:
        unfinished.write_text(json.dumps(said | {"sha256": _digest(said)}), encoding="utf-8")


def read_finished(folder: Path) -> tuple[Job, Answer] | None:
    """Read a set's note; None when there is none, or it isn't whole."""
    try:
        said = json.loads((folder / SET_JSON).read_text("utf-8"))
        sha256 = said.pop("sha256", None)  # older ones have none
        if sha256 is not None and sha256 != _digest(said):
            return None
        return Job.from_dict(said["job"]), Answer(**said["answer"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def sets_of(folder: Path) -> int:
    """Give how many sets the film of these results holds, 1 where nobody says."""
    try:
        return int(json.loads((folder / SET_JSON).read_text("utf-8"))["sets"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return 1


def correct(folder: Path, one: StoredSet) -> None:
    """Write into a set's note what is said of the set now.

    Raises
    ------
    OutputError
        It can't be written.
    """
    finished = read_finished(folder)
    if finished is None:
        return
    job, answer = finished
    details = {
        **job.details,
        **{name: getattr(one, name) for name in CORRECTED},
        "date": one.date.isoformat(),
        "load_kg": or_none(one.load_kg),
    }
    write_finished(folder, dataclasses.replace(job, details=details), answer, sets_of(folder))


def write_failed(out: Path, sets: Iterable[StoredSet]) -> None:
    """Keep the sets that failed; nothing is written when they are the same as before.

    Raises
    ------
    OutputError
        It can't be written.
    """
    failed = [_plain(one) for one in sets if one.state == "failed"]
    text = json.dumps({"sets": failed, "sha256": _digest(failed)}, indent=1) + "\n"
    file = out / FAILED_JSON
    try:
        if file.read_text("utf-8") == text:
            return
    except (OSError, ValueError):
        if not failed and not os.path.lexists(file):
            return
    with whole(file) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def read_failed(out: Path) -> list[StoredSet]:
    """Read the sets that failed."""
    try:
        said = json.loads((out / FAILED_JSON).read_text("utf-8"))
        if said["sha256"] != _digest(said["sets"]):
            return []
        return [_stored(one) for one in said["sets"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _plain(one: StoredSet) -> dict[str, Any]:
    values = to_values(one)
    for results in ("limits", "summary", "reps"):
        del values[results]
    return values | {
        "settings": dict(one.settings),
        "date": one.date.isoformat(),
        "analysed_at": one.analysed_at.isoformat(),
    }


def _stored(said: dict[str, Any]) -> StoredSet:
    return from_values(
        StoredSet,
        said,
        state="failed",
        folder="",
        date=datetime.date.fromisoformat(said["date"]),
        analysed_at=datetime.datetime.fromisoformat(said["analysed_at"]),
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
