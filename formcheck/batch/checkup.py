"""A look at everything a batch has kept, and what mends it: ``formcheck doctor --out``.

Looked at are the files of each set (against its seal), what kills left hidden, the history
inside, and whether history and folders know of each other. Mending takes away nothing that
somebody else wrote: a damaged history keeps lying under a dated name.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from formcheck.batch.events import BatchEvent
from formcheck.batch.home import CLIENTS, poses_of, set_home
from formcheck.batch.job import Job, Options, stored_set
from formcheck.batch.keep import DUE, LOCK, STAGING, Keeper, alone, is_whole, with_stages
from formcheck.batch.note import SET_JSON, read_failed, read_finished
from formcheck.batch.plan import job_for, wrong_with
from formcheck.batch.run import Place, Run
from formcheck.errors import BadRequest, FormcheckError, OutputError
from formcheck.files import abandoned, output_error, stages, sync_folder
from formcheck.history.copies import copies, copy_whole, trouble_in
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.history.stored import StoredSet
from formcheck.pipeline import POSE_FILES
from formcheck.report.write import ANALYSIS_JSON
from formcheck.seal import damaged, finish_all, read_seal


@dataclass(frozen=True)
class Ailment:
    """Something that isn't as it should be.

    ``where`` it is, ``what`` is wrong, and what was ``done`` about it; "" while nothing was.
    """

    where: str
    what: str
    done: str = ""


@dataclass(frozen=True)
class Found:
    """What a look found: how many sets there are, and what isn't as it should be."""

    sets: int
    ailments: tuple[Ailment, ...] = ()


def look_at(out: Path, database: str | None = None) -> Found:
    """Look at an output folder, of a batch or of one analysis. Changes nothing.

    Raises
    ------
    BadRequest
        It is neither.
    """
    if not is_batch(out):
        return _look_at_one(out)
    ailments = [*_left_hidden(out)]
    url = database or sqlite_url(out / DATABASE)
    kept, trouble = _history(out, url)
    if trouble:
        ailments.append(Ailment("history", trouble))
    ailments += _sets_and_folders(out, kept, known=not trouble)
    return Found(len(kept) or len(_folders(out)), tuple(ailments))


def is_batch(out: Path) -> bool:
    """Whether a folder is a batch's."""
    return any((out / name).exists() for name in (DATABASE, STAGING, CLIENTS))


def _look_at_one(out: Path) -> Found:
    if not out.is_dir() or not ((out / ANALYSIS_JSON).exists() or stages(out)):
        raise BadRequest(
            f"{out}: no results there. Name the folder that a batch or an analysis wrote "
            "with --out."
        )
    wrong = damaged(out, thorough=True)
    listed = [Ailment(name, "not as it was written, or missing") for name in wrong]
    if (out / ANALYSIS_JSON).exists() and read_seal(out) is None and not wrong:
        listed.append(Ailment("formcheck.json", "no seal: the files can't be checked"))
    return Found(1, (*_left_hidden(out), *listed))


def _left_hidden(out: Path) -> Iterator[Ailment]:
    for place in (out, out / CLIENTS, *sorted(with_stages(out))):
        for stage in stages(place):
            with abandoned(stage) as gone:
                if gone:
                    yield Ailment(str(stage.relative_to(out)), "left by a run that was killed")
    staging = out / STAGING
    if staging.is_dir():
        for path in sorted(staging.iterdir()):
            if path.name not in (LOCK, DUE):
                yield Ailment(str(path.relative_to(out)), "left by a run that was killed")


def _history(out: Path, url: str) -> tuple[list[StoredSet], str]:
    """All sets of the history, and what is wrong with it."""
    file = _file_of(url)
    if file is not None and not file.is_file():
        return [], "there is none" if _folders(out) or read_failed(out) else ""
    if file is not None and (trouble := trouble_in(file)):
        return [], trouble
    try:
        with open_store(url, as_it_is=True) as store:
            if file is None or not store.is_earlier():
                return store.sets(), ""
        with tempfile.TemporaryDirectory() as folder:  # nothing is changed where it lies
            copy = Path(folder) / file.name
            copy_whole(file, copy)
            with open_store(sqlite_url(copy)) as store:
                return store.sets(), ""
    except OutputError as problem:
        return [], str(problem)


def _sets_and_folders(out: Path, kept: list[StoredSet], *, known: bool) -> Iterator[Ailment]:
    if known:
        for one in kept:
            if wrong := wrong_with(one, out, thorough=True):
                yield Ailment(_called(one), wrong)
    folders = {one.folder for one in kept}
    contents = {(one.client, one.content) for one in kept if one.state != "failed"}
    for folder in _folders(out):
        where = folder.relative_to(out).as_posix()
        if where in folders:
            continue
        finished = read_finished(folder)
        if finished is None:
            yield Ailment(where, f"{SET_JSON} can't be read, and the history doesn't know it")
        elif known and not _is_known(finished[0], contents):
            yield Ailment(where, "the history doesn't know it")
        elif not known and (names := damaged(folder, thorough=True)):
            yield Ailment(where, f"{', '.join(names)} changed or missing")


def _is_known(job: Job, contents: set[tuple[str, str]]) -> bool:
    return (job.details.get("client"), job.details.get("content")) in contents


def repair(out: Path, database: str | None = None) -> Found:
    """Mend what can be; what it gives is what was found, with what was done.

    Raises
    ------
    BadRequest
        Another run writes there, or there are no results.
    OutputError
        The folder or the history can't be written.
    """
    found = look_at(out, database)
    if not found.ailments:
        return found
    if not is_batch(out):
        try:
            finish_all(out)
        except OSError as problem:
            raise output_error(out, problem) from problem
        return _done(found, _look_at_one(out), {}, "Analyse the film again with --out.")
    url = database or sqlite_url(out / DATABASE)
    said: dict[str, str] = {}
    with alone(out):
        if any(one.where == "history" for one in found.ailments):
            said["history"] = _make_history_anew(out, url)
        with open_store(url) as store:
            Keeper(out, store).recover()
            said |= _make_again(out, store)
    return _done(found, look_at(out, database), said, "Run the batch with its film again.")


def _done(before: Found, after: Found, said: dict[str, str], else_do: str) -> Found:
    """What was found, with what became of it, and what came up on the way."""
    ill = {one.where: one for one in after.ailments}
    told = [
        dataclasses.replace(one, done=said.get(one.where, "mended"))
        for one in before.ailments
        if one.where not in ill
    ]
    still = [
        dataclasses.replace(one, what=f"{one.what}. {said.get(one.where, else_do)}")
        for one in after.ailments
    ]
    return Found(after.sets, (*told, *still))


def _make_history_anew(out: Path, url: str) -> str:
    """Make a new history beside a damaged one, and exchange them when it is whole.

    It begins with the newest copy that is whole, for what has no folder; the folders' own
    notes are newer.
    """
    file = _file_of(url)
    if file is None:
        raise OutputError(
            f"{out}: the history's server has to be mended first; its results are in the folder."
        )
    new = file.with_name(f"{file.stem}-new{file.suffix}")
    copy = next((one for one in copies(file) if not trouble_in(one)), None)
    try:
        new.unlink(missing_ok=True)
        if copy is not None:
            shutil.copyfile(copy, new)
        with open_store(sqlite_url(new)) as store:
            gone = [one for one in store.sets() if not _is_there(out, one)]
            store.forget([(one.client, one.content) for one in gone])
            _take_in_notes(out, store)
        aside = _put_aside(file)
        new.replace(file)
        sync_folder(file.parent)
    except OSError as problem:
        raise output_error(out, problem) from problem
    parts = [f"made anew from the sets' notes{f' and the copy {copy.name}' if copy else ''}"]
    parts += [f"the old one is {aside}"] if aside else []
    if copy is None and not read_failed(out):
        parts.append("sets that failed, if there were any, come back with the next batch")
    return "; ".join(parts)


def _put_aside(file: Path) -> str:
    """Give a damaged history a dated name, and what belongs to it; gives that."""
    if not file.exists():
        return ""
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    aside = file.with_name(f"{file.stem}-damaged-{stamp}{file.suffix}")
    for end in ("-journal", "-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + end).replace(aside.with_name(aside.name + end))
    return aside.name


def _is_there(out: Path, one: StoredSet) -> bool:
    folder = set_home(out, one.folder)
    return one.state == "failed" or (folder is not None and folder.is_dir())


def _take_in_notes(out: Path, store: Store) -> None:
    """Every folder's own note is newer than the copy."""
    keeper = Keeper(out, store)
    for folder in _folders(out):
        finished = read_finished(folder)
        if finished is not None and is_whole(folder):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                keeper.take_in(folder, *finished)
    known = {(one.client, one.content) for one in store.sets()}
    failed = [one for one in read_failed(out) if (one.client, one.content) not in known]
    store.add_sets(failed)


def _make_again(out: Path, store: Store) -> dict[str, str]:
    """Judge damaged sets again, from their poses or, where it still lies there, the film."""
    said: dict[str, str] = {}
    jobs: list[Job] = []
    names: dict[str, str] = {}
    kept = store.sets()
    firsts = {(one.client, one.film): one for one in kept if one.number == 1}
    for one in (*kept, *_unknown(out, store)):
        if not wrong_with(one, out, thorough=True):
            continue
        first = firsts.get((one.client, one.film), one)  # a film's sets are made together
        job, why_not = _job_again(out, first, poses=one is first or poses_of(out, one) is not None)
        if job is None:
            said[_called(one)] = why_not
        elif job.id not in names:
            jobs.append(job)
            names[job.id] = _called(one)

    def hear(event: BatchEvent) -> None:
        if event.kind == "set" and event.fields["state"] == "failed":
            said[names.get(event.fields["id"], "")] = str(event.fields["message"])
        elif event.kind == "set":
            said[names.get(event.fields["id"], "")] = "made again"

    run = Run(Place(out, store), Options(), hear)
    with contextlib.suppress(FormcheckError):  # it is seen in what is still wrong
        run.do(jobs)
    return said


def _unknown(out: Path, store: Store) -> Iterator[StoredSet]:
    """Damaged sets that only their own notes know of."""
    kept = store.sets()
    folders = {one.folder for one in kept}
    contents = {(one.client, one.content) for one in kept if one.state != "failed"}
    for folder in _folders(out):
        where = folder.relative_to(out).as_posix()
        finished = read_finished(folder)
        if where not in folders and finished and not _is_known(finished[0], contents):
            yield dataclasses.replace(stored_set(*finished, None), folder=where)


def _job_again(out: Path, one: StoredSet, *, poses: bool) -> tuple[Job | None, str]:
    """The job that makes a film's sets again; from their ``poses`` if these are all whole."""
    folder = set_home(out, one.folder)
    if folder is None:
        return None, "It isn't touched. Run the batch with its film again."
    finished = read_finished(folder)
    if finished is None and one.settings.get("limits"):
        return None, "Its own limits are lost with it: run the batch with --limits again."
    options = (
        finished[0].options
        if finished is not None
        else Options(
            model=one.model,
            html=bool(one.settings.get("html", True)),
            video=bool(one.settings.get("video", False)),
            blur_faces=bool(one.settings.get("blur_faces", False)),
        )
    )
    source = Path(one.path)
    here = _is_content(source, one.film)
    saved = poses_of(out, one) if poses else None
    if saved is None and not here:
        return None, "Neither its film nor its poses are there: it can't be made again."
    if saved is None and source.suffix.lower() not in POSE_FILES and one.model == "poses":
        return None, "Its poses are lost."
    return job_for(one, options, out, poses=saved, draw=here), ""


def _is_content(path: Path, content: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == content
    except OSError:
        return False


def _folders(out: Path) -> list[Path]:
    return sorted(path.parent for path in (out / CLIENTS).glob(f"*/*/{SET_JSON}"))


def _called(one: StoredSet) -> str:
    return one.folder or f"{one.client}/{one.file}"


def _file_of(url: str) -> Path | None:
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
