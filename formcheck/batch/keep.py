"""Results to their place: the folder's files, then the history in one transaction.

A worker leaves a finished set, sealed, in the staging folder. Before its files are moved a
note of it is left there too, and taken away when the history has it. So whatever moment a
run ends at, the next one finds either the folder, or the note, or nothing to do. In the
set's own folder only what formcheck wrote is replaced; see ``seal.py``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from formcheck.batch.home import CLIENTS, set_home
from formcheck.batch.job import Answer, Job, stored_set
from formcheck.batch.note import (
    SET_JSON,
    correct,
    read_failed,
    read_finished,
    sets_of,
    write_failed,
)
from formcheck.batch.work import further_sets
from formcheck.errors import BadRequest, OutputError
from formcheck.files import HIDDEN, output_error
from formcheck.history.store import Store
from formcheck.history.stored import StoredSet
from formcheck.report.write import ANALYSIS_JSON, ANNOTATED_MP4, SET_FOLDER
from formcheck.seal import damaged, finish_all, install, take_away

STAGING = ".formcheck-batch"
LOCK = "lock"
DUE = "pages-due"
NOTE = ".note"
OLD = ".old"
STAYS = "Its earlier result stays."


class Keeper:
    """Takes finished sets into the output folder and the history.

    ``said`` gathers what is to be told of it.
    """

    def __init__(self, out: Path, store: Store) -> None:
        self._out = out
        self._store = store
        self.staging = out / STAGING
        self.said: list[str] = []

    def keep(self, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        """Take one answer in, a failure not in the place of a result; gives the film's sets.

        Raises
        ------
        OutputError
            The folder or the database can't be written; what was there stays.
        """
        if answer.state == "failed":
            return (self._keep_failure(stored_set(job, answer, None)),)
        try:
            return self._keep_folder(job, answer)
        except OSError as problem:
            raise output_error(self._out, problem) from problem

    def _keep_failure(self, one: StoredSet) -> StoredSet:
        before = self._store.sets(one.client, contents={one.content})
        if any(earlier.state != "failed" for earlier in before):
            return dataclasses.replace(one, message=f"{one.message.rstrip()} {STAYS}")
        self._store.add_set(one)
        return one

    def _keep_folder(self, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        stage, final = self._places(job)
        note = self.staging / f"{job.id}{NOTE}"
        part = note.with_suffix(".part")
        part.write_text(json.dumps({"folder": job.details["folder"]}), encoding="utf-8")
        part.replace(note)
        if stage.is_dir():
            self._install(job, stage, final)
        sets = self.take_in(final, job, answer)
        note.unlink(missing_ok=True)
        return sets

    def _install(self, job: Job, stage: Path, final: Path) -> None:
        """Move a film's sets to their place, the first last: its note says that all are there."""
        further = [one.name for one in further_sets(stage)]
        for name in [*further, ""]:
            if (final / name).is_symlink():
                raise OSError(errno.ELOOP, f"{final / name} is a link")
            for other in install(stage / name, final / name, keep=_dear(final / name, job)):
                self.said.append(f"{job.name}: a file that wasn't ours is now called {other}.")
        self._drop_others(final)

    def _drop_others(self, final: Path) -> None:
        """Take away sets that an earlier run found in the film and the latest didn't."""
        of = sets_of(final)
        for one in further_sets(final):
            if int(one.name.removeprefix(SET_FOLDER)) > of and not one.is_symlink():
                take_away(one)

    def _places(self, job: Job) -> tuple[Path, Path]:
        """Where a set's results are, and where they belong.

        Raises
        ------
        OutputError
            One of them isn't inside the output folder.
        """
        final = set_home(self._out, str(job.details["folder"]))
        if final is None or Path(job.id).name != job.id:
            raise OutputError(
                f"{self._out}: the results of {job.name} would lie outside of it, in "
                f"{job.details['folder']}. Remove the link there, or choose another folder with "
                "--out."
            )
        return self.staging / job.id, final

    def take_in(self, folder: Path, job: Job, answer: Answer) -> tuple[StoredSet, ...]:
        """Take a film's sets into the history, as their notes say."""
        first = self._read_set(folder, job, answer)
        further = tuple(
            self._read_set(part, *finished)
            for part in further_sets(folder)
            if (finished := read_finished(part)) is not None
        )
        self._store.add_set(first, further)
        return (first, *further)

    def _read_set(self, folder: Path, job: Job, answer: Answer) -> StoredSet:
        analysis = None
        if answer.state == "analysed":
            analysis = json.loads((folder / ANALYSIS_JSON).read_text("utf-8"))
        where = folder.relative_to(self._out).as_posix()
        job = dataclasses.replace(job, details={**job.details, "folder": where})
        return stored_set(job, answer, analysis)

    def correct(self, sets: Iterable[StoredSet]) -> None:
        """Take over what is said of sets now: in their notes, then in the history.

        Raises
        ------
        OutputError
            A note or the database can't be written.
        """
        sets = list(sets)
        for one in sets:
            folder = set_home(self._out, one.folder)
            if folder is not None:
                correct(folder, one)
        self._store.change_sets(sets)

    def mark_due(self) -> None:
        """Note that the pages are older than the history, should we be killed before writing.

        Raises
        ------
        OutputError
            The folder can't be written.
        """
        try:
            self.staging.mkdir(parents=True, exist_ok=True)
            (self.staging / DUE).touch()
        except OSError as problem:
            raise output_error(self._out, problem) from problem

    def settle(self) -> None:
        """Keep what a lost history couldn't be made again from: failures, and a dated copy.

        Raises
        ------
        OutputError
            They can't be written.
        """
        write_failed(self._out, self._store.sets())
        self._store.copy()

    def recover(self) -> int:
        """Finish what an earlier run was killed over; gives the number of sets saved.

        Sets that the history doesn't know are taken in from their folders.

        Raises
        ------
        OutputError
            The folder or the database can't be written.
        """
        try:
            self.staging.mkdir(parents=True, exist_ok=True)
            saved = sum(self._recover(path) for path in sorted(self.staging.iterdir()))
            for folder in (self._out, self._out / CLIENTS, *with_stages(self._out)):
                finish_all(folder)
        except OSError as problem:
            raise output_error(self._out, problem) from problem
        return saved + self._take_in_all()

    def _recover(self, path: Path) -> int:
        if path.name in (LOCK, DUE):
            return 0
        if path.is_dir() and not path.is_symlink() and not path.suffix:
            finished = read_finished(path)
            if finished is not None and self._is_ours(path, finished[0]):
                self.keep(*finished)
                return 1
        if path.suffix == NOTE and path.is_file():  # keep() may have taken it away just now
            return self._recover_noted(path)
        if path.suffix == OLD and path.with_suffix(NOTE).exists():
            return 0  # the note comes after it and needs it
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        return 0

    def _is_ours(self, path: Path, job: Job) -> bool:
        return job.id == path.name and set_home(self._out, str(job.details["folder"])) is not None

    def _recover_noted(self, note: Path) -> int:
        """A folder was on its way: take it in, if it is where results may lie."""
        try:
            folder = set_home(self._out, str(json.loads(note.read_text("utf-8"))["folder"]))
        except (ValueError, KeyError, TypeError):
            folder = None
        if folder is not None:
            if not folder.exists() and note.with_suffix(OLD).exists():
                note.with_suffix(OLD).replace(folder)
            finished = read_finished(folder)
            if finished is not None:
                self._drop_others(folder)
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    self.take_in(folder, *finished)
        note.unlink()
        return 1

    def _take_in_all(self) -> int:
        """Take in the folders that the history doesn't know, and failures if it knows nothing.

        Gives the number of folders.
        """
        kept = self._store.sets()
        folders = {one.folder for one in kept}
        known = {(one.client, one.content) for one in kept if one.state != "failed"}
        films, sets = 0, 0
        for path in sorted((self._out / CLIENTS).glob(f"*/*/{SET_JSON}")):
            where = path.parent.relative_to(self._out).as_posix()
            if where in folders or set_home(self._out, where) is None:
                continue
            finished = read_finished(path.parent)
            if finished is None or not is_whole(path.parent):
                continue
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                if (finished[0].details["client"], finished[0].details["content"]) not in known:
                    sets += len(self.take_in(path.parent, *finished))
                    films += 1
        failed = [] if kept else read_failed(self._out)
        if failed:
            self._store.add_sets(failed)
        if not kept and films + len(failed):
            self.said.append(
                f"The history was empty: {sets} sets and {len(failed)} failures are taken in "
                "again from what lies in the folder, with what was last said of them."
            )
        return films


def _dear(final: Path, job: Job) -> tuple[str, ...]:
    """What is dear to make again and stays; but no face that was to be blurred since."""
    before = read_finished(final)
    if before is not None and job.options.blur_faces and not before[0].options.blur_faces:
        return ()
    return (ANNOTATED_MP4,)


def with_stages(out: Path) -> set[Path]:
    """Sets' folders in which something hidden was left."""
    clients = out / CLIENTS
    ways = (f"*/*/{HIDDEN}*", f"*/*/{SET_FOLDER}*/{HIDDEN}*")
    return {path.parent for way in ways for path in clients.glob(way)}


def is_whole(folder: Path) -> bool:
    """Whether all sets of a film are there as they were written, each with its note."""
    sets = [folder, *further_sets(folder)]
    return len(sets) >= sets_of(folder) and all(
        read_finished(one) is not None and not damaged(one) for one in sets
    )


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
    lock = FileLock(out / STAGING / LOCK)
    try:
        (out / STAGING).mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise BadRequest(
            f"{out}: another formcheck batch is writing there. Wait for it, or choose "
            "another folder with --out."
        ) from None
    except OSError as problem:
        raise output_error(out, problem) from problem
    try:
        yield
    finally:
        lock.release()
