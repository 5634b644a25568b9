"""What is to be done: the uploads against what the history has already."""

from __future__ import annotations

import datetime
import hashlib
import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from formcheck import errors
from formcheck.batch.entry import Entry
from formcheck.batch.file_names import said_by_name
from formcheck.batch.home import CLIENTS, film_way, poses_of, set_home
from formcheck.batch.job import (
    GIVEN_POSES,
    MEMORY_LIMIT,
    TIME_LIMIT,
    Job,
    Options,
    as_said,
    job_id,
    set_key,
    settings_of,
)
from formcheck.batch.note import SET_JSON, read_finished
from formcheck.batch.sources import problem_of
from formcheck.errors import BadRequest, FormcheckError, VideoError
from formcheck.history.names import printable, set_folder
from formcheck.history.store import Store
from formcheck.history.stored import DateFrom, StoredSet, known, or_none
from formcheck.pipeline import POSE_FILES
from formcheck.report.write import POSES_NPZ
from formcheck.seal import damaged
from formcheck.version import version

LARGEST_BYTES = 50 * 2**30
"""An hour of 4K film is about 20 GB; reading what is larger would take minutes."""

READERS = 4


@dataclass
class Plan:
    """What a round has to do.

    jobs     sets to analyse or judge again
    unfit    uploads that can't even be read, as they'll stand in the history
    changed  sets whose load, date or notes are others now
    known    how many need nothing
    stale    (client, content) of what failed and isn't there any more
    same     uploads left out, with the one they equal
    later    films that another client's job of this round watches already
    failed   what failed before and isn't worth another try
    damaged  sets whose results aren't as they were written, with what is wrong; those that
             can be are made again
    """

    jobs: list[Job] = field(default_factory=list)
    unfit: list[StoredSet] = field(default_factory=list)
    changed: list[StoredSet] = field(default_factory=list)
    known: int = 0
    stale: list[tuple[str, str]] = field(default_factory=list)
    same: list[tuple[Entry, Entry]] = field(default_factory=list)
    later: int = 0
    failed: list[StoredSet] = field(default_factory=list)
    damaged: list[tuple[StoredSet, str]] = field(default_factory=list)


def make_plan(
    entries: Sequence[Entry], store: Store, out: Path, options: Options, model: str
) -> Plan:
    """Compare uploads with the history.

    Parameters
    ----------
    entries
        The uploads.
    store, out
        The history and the folder with its results.
    options
        What is asked of every set.
    model
        The pose model's name in the keys.
    """
    contents = read_contents([entry.path for entry in entries], store)
    history = {(one.client, one.content): one for one in store.sets()}
    further: dict[tuple[str, str], list[StoredSet]] = {}
    for one in history.values():
        if one.number > 1:
            further.setdefault((one.client, one.film), []).append(one)
    folders = store.add_clients({entry.client for entry in entries})
    films = set(contents.values())
    watched = _watched((one for one in history.values() if one.film in films), out)
    settled = settled_lifts(history.values())
    plan = Plan()
    mine: dict[tuple[str, str], Entry] = {}
    begun: set[tuple[str, str]] = set()
    for entry in entries:
        content = contents[entry.path]
        first = mine.setdefault((entry.client, content), entry)
        if first is not entry:
            plan.same.append((entry, first))
            continue
        before = history.get((entry.client, content))
        asked = _asked(entry, content, folders[entry.client], options, model)
        if before is not None:
            asked = _remembering(asked, before, entry, options)
            if before.state != "failed" and set_home(out, before.folder) is not None:
                asked = replace(asked, folder=before.folder)  # what else lies there stays with it
        if content.startswith("file:"):
            _add_unfit(plan, asked, problem_of(entry.path) or "it is too large to be a film.")
            continue
        sets = () if before is None else (before, *further.get((entry.client, content), ()))
        damage = [(one, wrong) for one in sets if (wrong := wrong_with(one, out))]
        if before is not None and not damage and _needs_nothing(before, asked, options):
            plan.known += 1
            for known_set in sets:
                _add_known(plan, known_set, asked)
        else:
            plan.damaged += damage
            poses = watched.get((content, asked.model))
            if poses is None and (content, asked.model) in begun:
                plan.later += 1
                continue
            begun.add((content, asked.model))
            if before is not None and before.state == "failed":
                asked = replace(asked, looked=False)  # what comes of it now nobody has seen
            job = _job(asked, entry, options, out, poses)
            plan.jobs.append(replace(job, settled=settled.get(entry.client, ())))
    plan.stale = [
        (one.client, one.content)
        for one in history.values()
        if one.state == "failed"
        and (one.client, one.content) not in mine
        and not os.path.lexists(one.path)
    ]
    return plan


def rescoring(store: Store, out: Path, options: Options) -> Plan:
    """Plan to judge every set of the history again, from its saved poses alone."""
    plan = Plan()
    sets = store.sets()
    settled = settled_lifts(sets)
    kept = [one for one in sets if one.state != "failed" and one.folder]
    damage = [
        (one, wrong_with(one, out) or f"{POSES_NPZ} is missing")
        for one in kept
        if poses_of(out, one) is None
    ]
    plan.damaged += damage
    lost = {(one.client, one.film) for one, _ in damage}
    for one in kept:
        if one.number > 1 or (one.client, one.film) in lost:
            continue  # further sets are done with the first of their film
        poses = poses_of(out, one)
        lift = options.lift if options.lift != "auto" else str(one.settings.get("lift", "auto"))
        settings = settings_of(as_said(options, one.settings), lift, one.tempo)
        asked = replace(one, settings=settings, key=set_key(one.content, one.model, settings))
        job = job_for(asked, options, out, poses=poses, draw=False)
        plan.jobs.append(replace(job, settled=settled.get(one.client, ())))
    return plan


def job_for(one: StoredSet, options: Options, out: Path, *, poses: Path | None, draw: bool) -> Job:
    """Give the job that makes a set of the history again.

    Parameters
    ----------
    one
        The set; lift and tempo are those of its settings.
    options
        What is asked.
    out
        The folder of all results.
    poses
        Its saved poses; None to follow the lifter on the film again.
    draw
        Whether the film may be read.
    """
    return Job(
        id=job_id(one.client, one.content),
        source=one.path,
        options=as_said(options, one.settings),
        lift=str(one.settings.get("lift", "auto")),
        tempo=one.tempo,
        poses=None if poses is None else str(poses.absolute()),
        draw=draw,
        film=film_way(one, out / one.folder, blurred=options.blur_faces),
        details=_details(one),
        size=Path(one.path if poses is None else poses).stat().st_size,
    )


def settled_lifts(sets: Iterable[StoredSet]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Lifts that the coach named for a client's sets, the latest first, with the day, by client.

    What was only taken for such a lift settles nothing.
    """
    named = [one for one in sets if one.lift and one.settings.get("lift", "auto") == one.lift]
    found: dict[str, dict[str, str]] = {}
    for one in sorted(named, key=lambda one: one.analysed_at, reverse=True):
        found.setdefault(one.client, {}).setdefault(one.lift, one.analysed_at.date().isoformat())
    return {client: tuple(lifts.items()) for client, lifts in found.items() if client}


def read_contents(paths: Iterable[Path], store: Store) -> dict[Path, str]:
    """Give each file's SHA-256, or "file:…" for what can't be read.

    Files that look as they did at an earlier run aren't read again.
    """
    seen = store.known_files()
    found: dict[Path, str] = {}
    unread: dict[Path, tuple[str, str]] = {}
    for path in dict.fromkeys(paths):
        if problem_of(path) or path.stat().st_size > LARGEST_BYTES:
            found[path] = _unread(path)
            continue
        state = path.stat()
        size, changed = str(state.st_size), str(state.st_mtime_ns)
        size_then, changed_then, sha256 = seen.get(printable(str(path)), ("", "", ""))
        if (size, changed) == (size_then, changed_then):
            found[path] = sha256
        else:
            unread[path] = (size, changed)
    with ThreadPoolExecutor(READERS) as readers:
        read = dict(zip(unread, readers.map(_sha256, unread), strict=True))
    store.remember_files(
        {
            printable(str(path)): (*unread[path], sha256)
            for path, sha256 in read.items()
            if not sha256.startswith("file:")
        }
    )
    return found | read


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return _unread(path)


def _unread(path: Path) -> str:
    return "file:" + hashlib.sha256(printable(str(path)).encode()).hexdigest()


def _asked(
    entry: Entry, content: str, client_folder: str, options: Options, model: str
) -> StoredSet:
    """The set as it will stand in the history, before anything came out."""
    lift = entry.lift or options.lift
    settings = settings_of(options, lift, entry.tempo)
    used = GIVEN_POSES if entry.path.suffix.lower() in POSE_FILES else model
    named = said_by_name(entry.file)
    date, date_from = _date(entry, named.date)
    return StoredSet(
        key=set_key(content, used, settings),
        client=entry.client,
        content=content,
        file=entry.file,
        path=printable(str(entry.path)),
        folder=f"{CLIENTS}/{client_folder}/{set_folder(entry.file, content)}",
        model=used,
        settings=settings,
        date=date,
        date_from=date_from,
        load_kg=known(named.load_kg) if math.isnan(entry.load_kg) else entry.load_kg,
        target_reps=entry.target_reps,
        tempo=entry.tempo,
        side=entry.side,
        notes=entry.notes,
    )


def _date(entry: Entry, named: datetime.date | None) -> tuple[datetime.date, DateFrom]:
    """The list's date, else the name's; the film's own may still come before the file's."""
    if entry.date is not None:
        return entry.date, "given"
    return (_file_date(entry.path), "file") if named is None else (named, "name")


def _file_date(path: Path) -> datetime.date:
    try:
        return datetime.date.fromtimestamp(path.lstat().st_mtime)
    except (OSError, ValueError, OverflowError):
        return datetime.date.today()


def _remembering(asked: StoredSet, before: StoredSet, entry: Entry, options: Options) -> StoredSet:
    """Keep what was said of the set once and isn't said now: a folder says no load."""
    lift = str(asked.settings["lift"])
    if not entry.lift and options.lift == "auto":
        lift = str(before.settings.get("lift", lift))
    tempo = asked.tempo or before.tempo
    settings = settings_of(as_said(options, before.settings), lift, tempo)
    latest = asked if _says_more(asked, before) else before
    load_kg = entry.load_kg
    if math.isnan(load_kg):
        # A load that stands in the name was taken from it: a new name has a new one.
        from_name = known(said_by_name(before.file).load_kg) == before.load_kg
        load_kg = asked.load_kg if from_name or math.isnan(before.load_kg) else before.load_kg
    return replace(
        asked,
        settings=settings,
        key=set_key(asked.content, asked.model, settings),
        tempo=tempo,
        date=latest.date,
        date_from=latest.date_from,
        load_kg=before.load_kg if math.isnan(load_kg) else load_kg,
        target_reps=before.target_reps if asked.target_reps is None else asked.target_reps,
        side=asked.side or before.side,
        notes=asked.notes or before.notes,
        looked=before.looked,
    )


def _says_more(asked: StoredSet, before: StoredSet) -> bool:
    """Whether the date that is known now comes before that of the history."""
    if asked.date_from == "name":
        return before.date_from != "given"
    return asked.date_from == "given"


def _job(asked: StoredSet, entry: Entry, options: Options, out: Path, poses: str | None) -> Job:
    return Job(
        id=job_id(asked.client, asked.content),
        source=str(entry.path),
        options=as_said(options, asked.settings),
        lift=str(asked.settings["lift"]),
        tempo=asked.tempo,
        poses=poses,
        film=film_way(asked, out / asked.folder, blurred=options.blur_faces),
        details=_details(asked),
        size=entry.path.stat().st_size,
    )


def _details(asked: StoredSet) -> dict[str, Any]:
    names = (
        *("key", "client", "content", "file", "path", "folder", "model", "date_from"),
        *("target_reps", "tempo", "side", "notes", "looked"),
    )
    return {name: getattr(asked, name) for name in names} | {
        "settings": dict(asked.settings),
        "date": asked.date.isoformat(),
        "load_kg": or_none(asked.load_kg),
    }


def _watched(sets: Iterable[StoredSet], out: Path) -> dict[tuple[str, str], str]:
    """Poses of earlier runs that can be judged again, by content and model."""
    sets = list(sets)
    lost = {
        (one.client, one.film)
        for one in sets
        if one.state != "failed" and one.number > 1 and poses_of(out, one) is None
    }
    return {
        (one.content, one.model): str(poses.absolute())
        for one in sets
        if (one.client, one.film) not in lost and (poses := poses_of(out, one)) is not None
    }


def wrong_with(one: StoredSet, out: Path, *, thorough: bool = False) -> str:
    """Say what is wrong with the results of a set; "" when they are as they were written."""
    if one.state == "failed":
        return ""
    folder = set_home(out, one.folder)
    if folder is None:
        return f"{printable(one.folder)!r} isn't where results lie"
    if not (folder / POSES_NPZ).is_file():
        return f"{POSES_NPZ} is missing"
    wrong = damaged(folder, thorough=thorough)
    if not wrong and read_finished(folder) is None:
        wrong = [SET_JSON]
    return f"{', '.join(wrong)} changed or missing" if wrong else ""


def _needs_nothing(before: StoredSet, asked: StoredSet, options: Options) -> bool:
    if before.key != asked.key:
        return False
    if before.state != "failed":
        return True
    if before.error == TIME_LIMIT:
        return options.timeout_s <= before.error_limit
    if before.error == MEMORY_LIMIT:
        return options.memory_mb <= before.error_limit
    return _is_of_the_film(before) and before.formcheck_version == version()


def _is_of_the_film(failed: StoredSet) -> bool:
    """Whether it failed over what the file is: only then the same file fails again."""
    kind = getattr(errors, failed.error, FormcheckError)
    is_film = Path(failed.path).suffix.lower() not in POSE_FILES
    return issubclass(kind, VideoError) or (kind is BadRequest and not is_film)


def _add_known(plan: Plan, before: StoredSet, asked: StoredSet) -> None:
    now = replace(
        before,
        file=asked.file,
        path=asked.path,
        date=asked.date,
        date_from=asked.date_from,
        load_kg=asked.load_kg,
        target_reps=asked.target_reps,
        side=asked.side,
        notes=asked.notes,
    )
    if repr(now) != repr(before):  # NaN is like NaN
        plan.changed.append(now)
    if before.state == "failed":
        plan.failed.append(now)


def _add_unfit(plan: Plan, asked: StoredSet, message: str) -> None:
    plan.unfit.append(
        replace(
            asked,
            state="failed",
            folder="",
            error="BadRequest",
            message=f"{Path(asked.file).name}: {message}",
            analysed_at=datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0),
            formcheck_version=version(),
        )
    )
