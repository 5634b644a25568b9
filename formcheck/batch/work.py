"""The work on one set: a film or saved poses go in, a folder of results comes out.

The same calls as ``formcheck analyze`` makes, so a set's numbers are the same alone,
in a batch and on a cluster.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from formcheck import cues, pipeline
from formcheck.batch.blur import FaceBlur
from formcheck.batch.job import Answer, Job, Options, job_of_set
from formcheck.batch.note import read_finished, write_finished
from formcheck.data import PoseTrack
from formcheck.errors import BadRequest, FormcheckError, NothingToJudge, OutputError
from formcheck.files import HIDDEN, output_error, sync_folder
from formcheck.history.names import printable
from formcheck.poses import estimate_poses, watched_once
from formcheck.poses.engines import open_engine
from formcheck.poses.model import ensure_model
from formcheck.poses.saved import save_poses
from formcheck.report.record import Analysis
from formcheck.report.rep_pictures import REP_PICTURES, SET_PICTURE
from formcheck.report.write import POSES_NPZ, SET_FOLDER, write_results
from formcheck.seal import seal
from formcheck.settled import Settled
from formcheck.tables.dates import EARLIEST
from formcheck.video import read_video
from formcheck.video.container import open_container

ANALYSED = Answer("analysed")

TellShare = Callable[[float], None]


def do(job: Job, stage: Path, tell: TellShare) -> Answer:
    """Do a job; never raises over what is wrong with the film.

    Parameters
    ----------
    job
        What is asked.
    stage
        Where the results go: a folder of that name appears when they are whole.
    tell
        Called with the share of the film that is watched, 0 to 1.
    """
    begin_s = time.monotonic()
    unfinished = stage.with_suffix(".part")
    try:
        for old in (unfinished, stage):
            shutil.rmtree(old, ignore_errors=True)
        unfinished.mkdir(parents=True)
    except OSError as problem:
        told = _of_the_place(output_error(stage, problem), unfinished, stage)
        return failed(told, job, begin_s)
    try:
        answer = _judged(job, unfinished, tell)
        answer = dataclasses.replace(answer, took_s=round(time.monotonic() - begin_s, 3))
        _finish(job, answer, unfinished, stage)
    except Exception as problem:  # one bad film never stops the others
        shutil.rmtree(unfinished, ignore_errors=True)
        return failed(_of_the_place(problem, unfinished, stage), job, begin_s)
    return answer


def _finish(job: Job, answer: Answer, unfinished: Path, stage: Path) -> None:
    """Put a set on the disk and seal it: the history must not name what a power cut takes."""
    try:
        further = further_sets(unfinished)
        write_finished(unfinished, job, answer, 1 + len(further))
        for folder in (*further, unfinished):
            seal(folder)
        unfinished.replace(stage)
        sync_folder(stage.parent)
    except OSError as problem:
        raise output_error(stage, problem) from problem


def _of_the_place(problem: Exception, unfinished: Path, stage: Path) -> Exception:
    """Name the output folder, not the hidden one, where a disk is full."""
    if not isinstance(problem, OutputError):
        return problem
    hidden = stage.parent.name.startswith(HIDDEN)
    text, place = str(problem), str(stage.parent.parent if hidden else stage)
    for path in (unfinished, stage):
        text = text.replace(str(path), place)
    return OutputError(text)


def further_sets(folder: Path) -> list[Path]:
    """Give the folders of a film's second and later sets: they lie in that of its first."""
    numbers = sorted(
        int(number)
        for path in folder.glob(f"{SET_FOLDER}*")
        if (number := path.name.removeprefix(SET_FOLDER)).isdecimal()
    )
    return [folder / f"{SET_FOLDER}{number}" for number in numbers]


def failed(problem: Exception, job: Job, begin_s: float) -> Answer:
    """Say what was wrong, without the paths of this machine."""
    name = "MemoryLimit" if isinstance(problem, MemoryError) else type(problem).__name__
    text = str(problem) or name
    if isinstance(problem, MemoryError):
        text = f"it takes more than {job.options.memory_mb} MB of memory. Give more with --memory."
    elif not isinstance(problem, FormcheckError):
        text = f"formcheck itself failed on it ({name}: {text}). Please report this."
    limit = float(job.options.memory_mb) if isinstance(problem, MemoryError) else None
    took_s = round(time.monotonic() - begin_s, 3)
    return Answer("failed", name, _without_path(text, job), limit, took_s)


def _judged(job: Job, folder: Path, tell: TellShare) -> Answer:
    limits = limits_of(job.options)
    version = _version(limits)
    request = pipeline.Request(
        lift=job.lift,
        model=job.options.model,
        engine=job.options.engine,
        sampling=job.options.sampling,
        tempo=job.tempo or None,
        plate_m=job.options.plate_m,
        settled=tuple(Settled(lift, day) for lift, day in job.settled),
    )
    film_date = None
    if _is_film(job) and (job.draw or job.poses is None):
        film_date = _film_date(Path(job.source))
    answers = []
    for number, one in enumerate(_sets(job, _followed(job, tell), request, limits), start=1):
        place = folder if number == 1 else folder / f"{SET_FOLDER}{number}"
        place.mkdir(exist_ok=True)
        if one.kept is None:
            save_poses(one.track, place / POSES_NPZ)
        else:
            shutil.copyfile(one.kept, place / POSES_NPZ)
        if one.analysis is not None:
            _write(job_of_set(job, number), one.analysis, place, one.kept)
        answers.append(dataclasses.replace(one.answer, film_date=film_date, limits=version))
        if number > 1:
            write_finished(place, job_of_set(job, number), answers[-1])
    return answers[0]


@dataclasses.dataclass(frozen=True)
class _Set:
    """A set's track, and what came of it; ``kept`` is its file of an earlier run, if any."""

    track: PoseTrack
    kept: Path | None = None
    analysis: Analysis | None = None
    answer: Answer = ANALYSED


def _sets(
    job: Job, followed: list[_Set], request: pipeline.Request, limits: cues.Limits
) -> list[_Set]:
    """Judge each of the sets; those of an earlier run stay the sets that they were."""
    if len(followed) > 1:
        return [_one(job, one, request, limits) for one in followed]
    (film,) = followed
    try:
        judged = pipeline.judge_sets(film.track, request, limits)
    except NothingToJudge as nothing:
        return [dataclasses.replace(film, answer=_not_a_lift(nothing, job))]
    return [_Set(one.track, film.kept if one.track is film.track else None, one) for one in judged]


def _one(job: Job, one: _Set, request: pipeline.Request, limits: cues.Limits) -> _Set:
    try:
        analysis = pipeline.judge_poses(one.track, request, limits, either=True)
    except NothingToJudge as nothing:
        return dataclasses.replace(one, answer=_not_a_lift(nothing, job))
    return dataclasses.replace(one, analysis=analysis)


def _not_a_lift(nothing: NothingToJudge, job: Job) -> Answer:
    return Answer("not_a_lift", type(nothing).__name__, _without_path(str(nothing), job))


def limits_of(options: Options) -> cues.Limits:
    """The limits by the text that came with the job: their file may be on another machine."""
    if not options.limits_name:
        return cues.load_limits()
    with tempfile.TemporaryDirectory(prefix="formcheck-") as scratch:
        own = Path(scratch) / options.limits_name
        own.write_text(options.limits_text, encoding="utf-8")
        return cues.load_limits(own)


def _write(job: Job, analysis: Analysis, folder: Path, kept: Path | None) -> None:
    film = Path(job.source) if _is_film(job) and job.draw else None
    options = job.options
    with ExitStack() as stack:
        blur = None
        if film is not None and options.blur_faces:
            model = ensure_model(options.model)
            engine = stack.enter_context(open_engine(options.engine, model))
            blur = FaceBlur(analysis.track, engine)
        write_results(
            analysis,
            folder,
            film,
            video=options.video,
            html=options.html,
            touch=blur,
            pictures=options.html,
            film_at=job.film,
        )
    if kept is not None and not job.draw and _as_blurred(kept.parent, job):
        _keep_pictures(kept.parent, folder)


def _as_blurred(earlier: Path, job: Job) -> bool:
    """Whether an earlier run's pictures show no face that is to be blurred now."""
    before = read_finished(earlier)
    blurred = before is not None and before[0].options.blur_faces
    return blurred or not job.options.blur_faces


def _keep_pictures(earlier: Path, folder: Path) -> None:
    """Take over the pictures of an earlier run: the repetitions are the same."""
    for picture in (*earlier.glob(REP_PICTURES), *earlier.glob(SET_PICTURE)):
        if not (folder / picture.name).exists():
            shutil.copyfile(picture, folder / picture.name)


def _followed(job: Job, tell: TellShare) -> list[_Set]:
    """Follow the lifter, or take the poses of an earlier run, of all its sets."""
    source = Path(job.source)
    if job.poses is not None:
        try:
            return _kept(Path(job.poses))
        except (BadRequest, OSError):
            if not job.draw:
                raise
    if not _is_film(job):
        return [_Set(pipeline.POSE_FILES[source.suffix.lower()](source))]
    with read_video(source) as film:
        watch = watched_once if job.options.cached else estimate_poses
        track = watch(
            film,
            model=job.options.model,
            engine=job.options.engine,
            sampling=job.options.sampling,
            progress=lambda done_s, total_s: tell(_share(done_s, total_s)),
        )
    return [_Set(track)]


def _kept(poses: Path) -> list[_Set]:
    files = [poses, *(folder / POSES_NPZ for folder in further_sets(poses.parent))]
    return [_Set(pipeline.POSE_FILES[".npz"](file), file) for file in files]


def _share(done_s: float, total_s: float) -> float:
    return min(max(done_s / total_s, 0.0), 1.0) if total_s > 0 else 0.0


def _is_film(job: Job) -> bool:
    return Path(job.source).suffix.lower() not in pipeline.POSE_FILES


def _film_date(source: Path) -> str | None:
    """The day that the film's own record names, by this machine's clock."""
    with open_container(source) as container:
        tags = {name.lower(): text for name, text in container.metadata.items()}
    text = tags.get("com.apple.quicktime.creationdate") or tags.get("creation_time") or ""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    day = moment.date() if moment.tzinfo is None else moment.astimezone().date()
    if "com.apple.quicktime.creationdate" in tags:
        day = moment.date()  # with the time zone of where it was filmed
    return day.isoformat() if EARLIEST <= day <= datetime.date.today() else None


def _version(limits: cues.Limits) -> dict[str, object]:
    table = {" ".join(key): dataclasses.asdict(one) for key, one in limits.table.items()}
    text = json.dumps([limits.name, table], sort_keys=True)
    return {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "name": limits.name,
        "changes": [dataclasses.asdict(one) for one in limits.changes],
    }


def _without_path(text: str, job: Job) -> str:
    """Name the file as its client does: messages go to pages that leave the machine."""
    for long in (job.source, job.poses or job.source):
        text = text.replace(f"{long}: ", "").replace(long, Path(long).name)
    return printable(text)
