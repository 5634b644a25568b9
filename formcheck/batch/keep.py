"""Results to their place: the folder in one move, then the history in one transaction.

A worker leaves a finished set in the staging folder. Before it is moved a note of it is
left there too, and taken away when the history has it. So whatever moment a run ends at,
the next one finds either the folder, or the note, or nothing to do.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formcheck.batch.job import Answer, Job, stored_set
from formcheck.batch.plan import CLIENTS
from formcheck.batch.store import Store
from formcheck.batch.stored import StoredSet
from formcheck.batch.work import SET_JSON, further_sets, read_finished
from formcheck.errors import BadRequest
from formcheck.files import output_error
from formcheck.report.write import ANALYSIS_JSON

STAGING = ".formcheck-batch"
LOCK = "lock"
NOTE = ".note"
OLD = ".old"


class Keeper:
    """Takes finished sets into the output folder and the history."""

    def __init__(self, out: Path, store: Store) -> None:
        self._out = out
        self._store = store
        self.staging = out / STAGING

    def keep(self, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        """Take one answer in; gives the film's sets.

        Raises
        ------
        OutputError
            The folder or the database can't be written; what was there stays.
        """
        if answer.state == "failed":
            one = stored_set(job, answer, None)
            self._store.add_set(one)
            return (one,)
        try:
            return self._keep_folder(job, answer)
        except OSError as problem:
            raise output_error(self._out, problem) from problem

    def _keep_folder(self, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        stage = self.staging / job.id
        note = self.staging / f"{job.id}{NOTE}"
        final = self._out / str(job.details["folder"])
        part = note.with_suffix(".part")
        part.write_text(json.dumps({"folder": job.details["folder"]}), encoding="utf-8")
        part.replace(note)
        if stage.is_dir():
            final.parent.mkdir(parents=True, exist_ok=True)
            old = self.staging / f"{job.id}{OLD}"
            shutil.rmtree(old, ignore_errors=True)
            with contextlib.suppress(FileNotFoundError):
                final.replace(old)
            stage.replace(final)
            shutil.rmtree(old, ignore_errors=True)
        sets = self._take_in(final, job, answer)
        note.unlink(missing_ok=True)
        return sets

    def _take_in(self, folder: Path, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        first = _read_set(folder, job, answer)
        further = tuple(
            _read_set(part, *finished)
            for part in further_sets(folder)
            if (finished := read_finished(part)) is not None
        )
        self._store.add_set(first, further)
        return (first, *further)

    def recover(self) -> int:
        """Finish what an earlier run was killed over; gives the number of sets saved.

        A history that was lost is made again from the folders.

        Raises
        ------
        OutputError
            The folder or the database can't be written.
        """
        try:
            self.staging.mkdir(parents=True, exist_ok=True)
            saved = sum(self._recover(path) for path in sorted(self.staging.iterdir()))
        except OSError as problem:
            raise output_error(self._out, problem) from problem
        if not self._store.sets():
            saved += self._take_in_all()
        return saved

    def _recover(self, path: Path) -> int:
        if path.name == LOCK:
            return 0
        if path.is_dir() and not path.suffix:
            finished = read_finished(path)
            if finished is not None:
                self.keep(*finished)
                return 1
        if path.suffix == NOTE and path.exists():  # keep() may have taken it away just now
            said = json.loads(path.read_text("utf-8"))
            folder = self._out / said["folder"]
            if not folder.exists() and path.with_suffix(OLD).exists():
                path.with_suffix(OLD).replace(folder)
            finished = read_finished(folder)
            if finished is not None:
                self._take_in(folder, *finished)
            path.unlink()
            return 1
        if path.suffix == OLD and path.with_suffix(NOTE).exists():
            return 0  # the note comes after it and needs it
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        return 0

    def _take_in_all(self) -> int:
        found = 0
        for path in sorted((self._out / CLIENTS).glob(f"*/*/{SET_JSON}")):
            finished = read_finished(path.parent)
            if finished is not None:
                with contextlib.suppress(OSError, ValueError, KeyError):
                    self._take_in(path.parent, *finished)
                    found += 1
        return found


def _read_set(folder: Path, job: Job, answer: Answer) -> StoredSet:
    analysis = None
    if answer.state == "analysed":
        analysis = json.loads((folder / ANALYSIS_JSON).read_text("utf-8"))
    return stored_set(job, answer, analysis)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Make sure that no other run writes to the same folder.

    Raises
    ------
    BadRequest
        Another one does.
    OutputError
        The folder can't be written.
    """
    try:
        (out / STAGING).mkdir(parents=True, exist_ok=True)
        file = (out / STAGING / LOCK).open("a+b")
    except OSError as problem:
        raise output_error(out, problem) from problem
    with file:
        if not _locked(file.fileno()):
            raise BadRequest(
                f"{out}: another formcheck batch is writing there. Wait for it, or choose "
                "another folder with --out."
            )
        yield


def _locked(number: int) -> bool:
    """Lock an open file; the system lets it go when we end, however we end."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        import msvcrt  # noqa: PLC0415 - on Windows alone

        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
