"""A run over many sets: plan, hand out, keep, and tell what happens."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from formcheck.batch.cluster import Cluster
from formcheck.batch.entry import Entry
from formcheck.batch.events import BatchEvent, BatchKind, TellEvent, in_turn
from formcheck.batch.job import STOPPERS, Answer, Job, Options
from formcheck.batch.keep import DUE, STAYS, Keeper
from formcheck.batch.pages import write_pages
from formcheck.batch.plan import Plan, make_plan, rescoring
from formcheck.batch.pool import LocalPool, TellJob, usual_workers
from formcheck.batch.sources import Found
from formcheck.batch.work import limits_of
from formcheck.errors import FormcheckError, ModelMissing, OutputError
from formcheck.history.names import printable
from formcheck.history.store import Store
from formcheck.history.stored import StoredSet
from formcheck.pipeline import POSE_FILES
from formcheck.poses.engines import DEFAULT_ENGINE, engine_name
from formcheck.poses.model import OVERRIDE_VARIABLE, ensure_model, find_model, read_registry
from formcheck.poses.packages import FetchProgress
from formcheck.poses.sampling import DEFAULT_SAMPLING, comes_to

ALL_DONE, SOME_FAILED = 0, 3
INDEX_HTML = "index.html"


class Pool(Protocol):
    """Whatever does jobs: this machine's workers, or a cluster."""

    def run(self, jobs: Iterable[Job], tell: TellJob) -> Iterator[tuple[Job, Answer]]:
        """Do the jobs; give the answers as they come."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave no job running."""


@dataclass(frozen=True)
class Place:
    """Where a run takes place.

    out        the output folder; ``store`` its history
    workers    how many at once on this machine; None for what it can bear
    scheduler  address of a cluster's scheduler instead
    """

    out: Path
    store: Store
    workers: int | None = None
    scheduler: str | None = None


class Run:
    """One run; ``states`` and ``failures`` gather what came of it."""

    def __init__(
        self,
        place: Place,
        options: Options,
        tell: TellEvent,
        fetching: FetchProgress | None = None,
    ) -> None:
        self._place = place
        self._options = options
        self._tell = in_turn(tell)
        self._fetching = fetching
        self._keeper = Keeper(place.out, place.store)
        self._begin_s = time.monotonic()
        self.states: Counter[str] = Counter()
        self._failures: dict[tuple[str, str], StoredSet] = {}
        self._notes: tuple[str, ...] = ()
        self._lost_rows = 0

    @property
    def exit_code(self) -> int:
        """0 when all were analysed, 3 when some failed or rows of a list weren't understood."""
        return SOME_FAILED if self._failures or self._lost_rows else ALL_DONE

    @property
    def failures(self) -> list[StoredSet]:
        """What couldn't be analysed, now or earlier, in order."""
        return [self._failures[name] for name in sorted(self._failures)]

    def recover(self) -> None:
        """Take in what an earlier run was killed over."""
        saved = self._keeper.recover()
        told = self._say_of_keeping()
        if saved and not told:
            films = "1 film" if saved == 1 else f"{saved} films"
            self._tell(BatchEvent("note", {"say": f"{films} of an interrupted run taken in."}))
        if saved or told:
            self._keeper.mark_due()

    def _say_of_keeping(self) -> bool:
        """Tell what the keeper has to say; gives whether it had."""
        said, self._keeper.said = self._keeper.said, []
        for say in said:
            self._tell(BatchEvent("note", {"say": say}))
        return bool(said)

    def note(self, found: Found) -> None:
        """Tell what is to be said of the lists, as far as it hasn't been told."""
        for say in found.notes:
            if say not in self._notes:
                self._tell(BatchEvent("note", {"say": say}))
        self._notes, self._lost_rows = found.notes, found.lost_rows

    def judge(self, entries: Sequence[Entry], *, settled: bool = True) -> None:
        """Do all that these uploads need, then write the pages.

        Parameters
        ----------
        entries
            The uploads.
        settled
            Whether to settle at the end; else the pages stay due until ``settle``.

        Raises
        ------
        OutputError
            The folder or the database can't be written. What was done is kept.
        ModelMissing
            The pose model isn't there and can't be fetched.
        """
        place = self._place
        model = model_name(self._options.model, self._options.engine, self._options.sampling)
        again = True
        while again:
            plan = make_plan(entries, place.store, place.out, self._options, model)
            self._do(plan, len(entries))
            again = plan.later > 0
        if settled:
            self.settle()

    def do(self, jobs: list[Job]) -> None:
        """Do jobs; the next run writes the pages, with the limits it is given."""
        if jobs:
            self._hand_out(jobs)
        self._keeper.settle()

    def rescore(self) -> int:
        """Judge every set again from its poses, then write the pages; gives their number."""
        plan = rescoring(self._place.store, self._place.out, self._options)
        self._do(plan, len(plan.jobs))
        for one, wrong in plan.damaged:
            self._tell_set(_not_rescored(one, wrong), one.content)
        self.settle()
        return len(plan.jobs) + len(plan.damaged)

    def settle(self) -> None:
        """Write the pages, and keep what a lost history couldn't be made again from.

        Raises
        ------
        OutputError
            The folder can't be written.
        """
        self._write_pages()
        self._keeper.settle()

    def end(self) -> None:
        """Tell what came of it all."""
        failures = [
            {"client": one.client, "file": one.file, "error": one.error, "message": one.message}
            for one in self.failures
        ]
        fields: dict[str, Any] = {
            "analysed": self.states["analysed"],
            "not_a_lift": self.states["not_a_lift"],
            "failed": len(failures),
            "lost_rows": self._lost_rows,
            "failures": failures,
            "took_s": time.monotonic() - self._begin_s,
            "exit_code": self.exit_code,
        }
        self._tell(BatchEvent("end", fields))

    def _do(self, plan: Plan, files: int) -> None:
        store = self._place.store
        store.forget(plan.stale)
        self._keeper.correct(plan.changed)
        store.add_sets(plan.unfit)
        if plan.stale or plan.changed or plan.unfit:
            self._keeper.mark_due()
        for one in plan.failed:
            self._failures[one.client, one.file] = one
        fields = {
            "files": files,
            "todo": len(plan.jobs),
            "known": plan.known,
            "bytes": sum(job.size for job in plan.jobs),
        }
        self._tell(BatchEvent("plan", fields))
        for entry, first in plan.same:
            say = f"{_called(entry)} is the same film as {_called(first)}: judged once."
            self._tell(BatchEvent("note", {"say": say}))
        for one, wrong in plan.damaged:
            say = f"{_called(one)}: its results aren't as they were written ({wrong})."
            self._tell(BatchEvent("note", {"say": say}))
        for one in plan.unfit:
            self._tell_set(one, one.content)
        if plan.jobs:
            self._hand_out(plan.jobs)

    def _hand_out(self, jobs: list[Job]) -> None:
        if self._place.scheduler is None and any(_needs_model(job) for job in jobs):
            ensure_model(self._options.model, self._fetching)
        # The longest first: none is left alone at the end with the other workers idle.
        jobs = sorted(jobs, key=lambda job: -job.size)
        self._keeper.mark_due()
        try:
            with self._pool(len(jobs)) as pool:
                for job, answer in pool.run(jobs, self._tell_job):
                    if answer.error in STOPPERS:
                        kind = OutputError if answer.error == "OutputError" else ModelMissing
                        raise kind(answer.message)
                    for one in self._keeper.keep(job, answer):
                        self._tell_set(one, job.id)
                    self._say_of_keeping()
        except KeyboardInterrupt:
            self._keeper.recover()  # a set may have been on its way into its folder
            raise
        finally:
            for job in jobs:
                shutil.rmtree(self._keeper.staging / f"{job.id}.part", ignore_errors=True)

    def _pool(self, jobs: int) -> Pool:
        place, staging = self._place, self._keeper.staging
        if place.scheduler is not None:
            return Cluster(place.scheduler, staging)
        return LocalPool(min(place.workers or usual_workers(), jobs), staging)

    def _tell_job(self, job: Job, what: str, share: float) -> None:
        if what == "share":
            self._tell(BatchEvent("share", {"id": job.id, "share": share}))
            return
        kind: BatchKind = "again" if what == "again" else "begin"
        fields = {"id": job.id, "client": job.details["client"], "file": job.details["file"]}
        self._tell(BatchEvent(kind, fields | {"bytes": job.size}))

    def _tell_set(self, one: StoredSet, job: str) -> None:
        self.states[one.state] += 1
        if one.state == "failed":
            self._failures[one.client, one.file] = one
        else:
            self._failures.pop((one.client, one.file), None)
        summary = one.summary
        fields = {
            "id": job,
            "client": one.client,
            "file": one.file,
            "set": one.number,
            "state": one.state,
            "error": one.error,
            "message": one.message,
            "lift": one.lift,
            "reps": one.rep_count,
            "score": None if summary is None else summary.score,
            "judged_share": None if summary is None else summary.judged_share,
            "folder": one.folder,
            "took_s": one.took_s,
        }
        self._tell(BatchEvent("set", fields))

    def _write_pages(self) -> None:
        out, due = self._place.out, self._keeper.staging / DUE
        is_local = self._place.store.file is not None  # elsewhere others may have written
        if is_local and not due.exists() and (out / INDEX_HTML).exists():
            return
        write_pages(self._place.store, out, limits_of(self._options))
        due.unlink(missing_ok=True)
        self._tell(BatchEvent("pages", {"index": str(out / INDEX_HTML)}))


def model_name(name: str, engine: str = DEFAULT_ENGINE, sampling: str = DEFAULT_SAMPLING) -> str:
    """Give the pose model's name for the keys.

    With its checksum if it is one of the user's own, with the engine that runs it if that
    isn't the usual one, and with the pictures that it looks at if those aren't the usual ones.
    """
    model = _own_name(name)
    on = "" if engine == DEFAULT_ENGINE else f" on {engine_name(engine)}"
    wanted = comes_to(sampling, engine)
    return model + on + ("" if wanted == comes_to(DEFAULT_SAMPLING, engine) else f" at {wanted}")


def _own_name(name: str) -> str:
    override = os.environ.get(OVERRIDE_VARIABLE)
    if not override:
        return name
    try:
        path = find_model(name)
        assert path is not None  # named by the variable
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (FormcheckError, OSError):
        return name  # told when a film needs it
    source = read_registry().get(name)
    if source is not None and sha256 in source.accepted_sha256:
        return name
    return f"{name}:{sha256[:12]}"


def _needs_model(job: Job) -> bool:
    return job.poses is None and Path(job.source).suffix.lower() not in POSE_FILES


def _not_rescored(one: StoredSet, wrong: str) -> StoredSet:
    """A failure of ours, to be told and not to be kept."""
    message = (
        f"it can't be judged again from its poses ({wrong}). {STAYS} To make them again, name "
        "its film as SOURCE instead of --rescore."
    )
    return replace(one, state="failed", error="Damaged", message=message)


def _called(entry: Entry | StoredSet) -> str:
    return printable(f"{entry.client}/{entry.file}" if entry.client else entry.file)
