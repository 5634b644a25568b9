"""The same jobs on a dask.distributed cluster.

Each dask worker runs a set as this machine would: in a process of its own, with the
same limits. A film is read where it lies if the worker sees the same file under the same
path; otherwise it is sent along. The results come back by value. A job whose worker is
lost goes to another one, as the scheduler sees to it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
import shutil
import tempfile
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from formcheck.batch.job import WORKER_DIED, Answer, Job
from formcheck.batch.pool import LocalPool, TellJob
from formcheck.batch.work import further_sets
from formcheck.errors import BadRequest, ModelMissing, OutputError
from formcheck.files import HIDDEN, output_error
from formcheck.poses.model import ensure_model
from formcheck.report.write import POSES_NPZ, SET_FOLDER
from formcheck.seal import seal

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 15.0
AHEAD = 2  # jobs for each thread of the cluster: the next one is there when one is done
ABSENT = "Absent"
PROGRESS = "formcheck-progress"

OF_SET = re.compile(rf"{SET_FOLDER}\d+")

Files = dict[str, bytes]
"""What files hold, by their name in a set's folder: ``poses.npz``, ``set-2/poses.npz``."""


def do_anywhere(
    asked: dict[str, Any], film: bytes | None, poses: Files | None
) -> tuple[dict[str, Any], Files]:
    """Do a job on whatever machine this is.

    Parameters
    ----------
    asked
        The job.
    film
        What the source holds; None to look for it where the job says it is.
    poses
        The saved poses of all sets of the film, if there are any.

    Returns
    -------
    tuple
        The answer, "Absent" when the source isn't here, and the files of the results.
    """
    job = Job.from_dict(asked)
    desk = _desk()
    scratch = Path(desk.folder.name)
    try:
        if film is not None:
            source = scratch / "film" / Path(job.source).name
            source.parent.mkdir()
            source.write_bytes(film)
            job = dataclasses.replace(job, source=str(source))
        elif job.draw and not _is_here(job):
            return dataclasses.asdict(Answer("failed", ABSENT)), {}
        if poses is not None:
            saved = scratch / "saved"
            _write_files(saved, poses)
            job = dataclasses.replace(job, poses=str(saved / POSES_NPZ))
        if job.options.offline and job.poses is None:
            with contextlib.suppress(ModelMissing):  # the worker says so, and can't fetch it
                ensure_model(job.options.model)
        ((_, answer),) = desk.pool.run([job], _tell_scheduler)
        stage = scratch / job.id
        return dataclasses.asdict(answer), _read_files(stage)
    finally:
        for path in scratch.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        _idle.append(desk)


def _read_files(folder: Path) -> Files:
    """Read all files of a set's folder, with those of further sets of its film in it."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _write_files(folder: Path, files: Files) -> None:
    """Write what another machine sent: no name leads out of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        above, _, last = name.rpartition("/")
        place = folder / above if OF_SET.fullmatch(above) else folder
        place.mkdir(exist_ok=True)
        (place / Path(last).name).write_bytes(content)


def _tell_scheduler(job: Job, what: str, share: float) -> None:
    """Say how far a film is watched, to whoever asked for it."""
    from distributed import get_worker  # noqa: PLC0415 - optional: the extra [cluster]

    with contextlib.suppress(ValueError):  # nobody's worker
        if what == "share":
            get_worker().log_event(PROGRESS, {"id": job.id, "share": share})


class _Desk:
    """A worker's process and its folder, kept from one set to the next: loading takes 2 s."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix=HIDDEN)
        self.pool = LocalPool(1, Path(self.folder.name))


_idle: list[_Desk] = []


def _desk() -> _Desk:
    """One that no other thread of this machine's worker sits at."""
    try:
        return _idle.pop()
    except IndexError:
        return _Desk()


def leave() -> None:
    """End the processes that wait for more sets."""
    while _idle:
        desk = _idle.pop()
        desk.pool.close()
        desk.folder.cleanup()


def _is_here(job: Job) -> bool:
    try:
        with Path(job.source).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == str(job.details["content"])
    except OSError:
        return False


class Cluster:
    """A dask.distributed cluster; a context manager with the ``run`` of ``LocalPool``.

    Parameters
    ----------
    address
        The scheduler's, such as ``tcp://10.0.0.5:8786``.
    staging
        Where finished sets are put.

    Raises
    ------
    BadRequest
        distributed isn't installed, or no scheduler answers.
    """

    def __init__(self, address: str, staging: Path) -> None:
        try:
            import distributed  # noqa: PLC0415 - optional: the extra [cluster]
        except ImportError as missing:
            raise BadRequest(
                "--scheduler: distributed isn't installed. Install it with: "
                "pip install 'formcheck[cluster]'"
            ) from missing
        try:
            self._client: Client = distributed.Client(address, timeout=CONNECT_S)
        except (OSError, ValueError, TypeError) as problem:
            raise BadRequest(
                f"--scheduler {address}: no scheduler answers there ({problem}). Start one with: "
                "dask scheduler"
            ) from problem
        self._address = address
        self._staging = staging
        self._futures: dict[Future, Job] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.cancel(list(self._futures))
        self._client.close()

    def run(self, jobs: Iterable[Job], tell: TellJob) -> Iterator[tuple[Job, Answer]]:
        """Do the jobs; give the answers as they come. See ``LocalPool.run``.

        How far a film is watched is told from the connection's own thread.

        Raises
        ------
        OutputError
            The scheduler is lost; what came in before is kept.
        """
        from distributed import as_completed  # noqa: PLC0415

        def watched(event: tuple[float, dict[str, Any]]) -> None:
            for job in list(self._futures.values()):
                if job.id == event[1]["id"]:
                    tell(job, "share", event[1]["share"])

        self._client.subscribe_topic(PROGRESS, watched)
        waiting = deque(jobs)
        coming = as_completed()
        self._hand_out(waiting, coming, tell)
        for future in coming:
            job = self._futures.pop(future)
            answer, files = self._outcome(future, job)
            if answer.error == ABSENT:
                self._submit(job, coming, by_value=True)
                continue
            if files:
                self._put(job, files)
            self._hand_out(waiting, coming, tell)
            yield job, answer

    def _hand_out(self, waiting: deque[Job], coming: Any, tell: TellJob) -> None:
        room = max(1, AHEAD * sum(self._client.nthreads().values()))
        while waiting and len(self._futures) < room:
            job = waiting.popleft()
            tell(job, "begin", 0.0)
            self._submit(job, coming)

    def _submit(self, job: Job, coming: Any, *, by_value: bool = False) -> None:
        film = Path(job.source).read_bytes() if by_value else None
        poses = None
        if job.poses is not None:
            saved = Path(job.poses)
            files = [saved, *(one / POSES_NPZ for one in further_sets(saved.parent))]
            poses = {one.relative_to(saved.parent).as_posix(): one.read_bytes() for one in files}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a film is large is no news
            future = self._client.submit(
                do_anywhere, job.to_dict(), film, poses, pure=False, key=None
            )
        self._futures[future] = job
        coming.add(future)

    def _outcome(self, future: Future, job: Job) -> tuple[Answer, Files]:
        from distributed import KilledWorker  # noqa: PLC0415

        try:
            said, files = future.result()
        except KilledWorker:
            return Answer("failed", WORKER_DIED, "several workers of the cluster died over it."), {}
        except Exception as problem:
            if future.cancelled() or self._client.status != "running":
                raise OutputError(
                    f"--scheduler {self._address}: the scheduler is lost ({problem}). What was "
                    "done is kept; run the same command again to go on."
                ) from problem
            return Answer("failed", type(problem).__name__, f"{job.name}: {problem}"), {}
        return Answer(**said), files

    def _put(self, job: Job, files: Files) -> None:
        unfinished, stage = self._staging / f"{job.id}.part", self._staging / job.id
        try:
            _write_files(unfinished, files)
            for folder in (*further_sets(unfinished), unfinished):
                seal(folder)  # with the times that they have here
            unfinished.replace(stage)
        except OSError as problem:
            raise output_error(stage, problem) from problem
