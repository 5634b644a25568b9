"""What is asked of one worker, and what it answers: plain values that travel as JSON."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from formcheck.history.stored import (
    LimitsVersion,
    StoredSet,
    content_of_set,
    known,
    results_of,
)
from formcheck.poses.engines import DEFAULT_ENGINE
from formcheck.poses.sampling import DEFAULT_SAMPLING
from formcheck.report.write import SET_FOLDER
from formcheck.version import version

GIVEN_POSES = "poses"
"""In place of a model's name, where an upload holds poses and no film."""

TIME_LIMIT, MEMORY_LIMIT, WORKER_DIED = "TimeLimit", "MemoryLimit", "WorkerDied"
STOPPERS = frozenset({"OutputError", "ModelMissing"})
"""Problems of the place, not of the film: they'd meet every set, so the run ends."""


@dataclass(frozen=True)
class Options:
    """What is asked of every set of a run.

    lift         "auto" or a lift's name, for sets whose row names none
    engine       what runs the pose model: "litert" or "mediapipe"
    sampling     which pictures it looks at: "auto", "every" or so many a second
    plate_m      how wide the bars' plates are, metres; 0 for unknown, None for as they look
    limits_name  a coach's own limits file, "" for the standard ones
    limits_text  what it holds
    html, video  whether report.html and annotated.mp4 are wanted
    blur_faces   make the lifter's face unrecognisable in every picture
    cached       take poses from this machine's cache, and keep them there
    timeout_s    seconds that one set may take
    memory_mb    megabytes that one worker may hold
    offline      films are strangers': workers leave the network first, where they can
    """

    lift: str = "auto"
    model: str = "full"
    engine: str = DEFAULT_ENGINE
    sampling: str = DEFAULT_SAMPLING
    plate_m: float | None = None
    limits_name: str = ""
    limits_text: str = ""
    html: bool = True
    video: bool = False
    blur_faces: bool = False
    cached: bool = True
    timeout_s: float = 900.0
    memory_mb: int = 2000
    offline: bool = False


@dataclass(frozen=True)
class Job:
    """One set to do.

    id        names it among all sets of the output folder
    source    the film, or a file of poses
    poses     poses of the same film from an earlier run, to be judged again
    draw      whether the film may be read for the report's pictures
    film      address of the film from the results' folder, "" where none is to be shown
    details   fields of ``StoredSet`` that are known beforehand; ``date`` as text
    settled   lifts that were settled for the client before, the latest first, with the day
    size      bytes of the source, to guess how long it takes
    """

    id: str
    source: str
    options: Options
    lift: str = "auto"
    tempo: str = ""
    poses: str | None = None
    draw: bool = True
    film: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    settled: Sequence[Sequence[str]] = ()
    size: int = 0

    @property
    def name(self) -> str:
        """The client and the file, for people."""
        client = self.details.get("client")
        return f"{client}: {self.details['file']}" if client else str(self.details["file"])

    def to_dict(self) -> dict[str, Any]:
        """The form that travels."""
        return asdict(self)

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Read the form that travels."""
        settled = tuple(tuple(one) for one in said.get("settled", ()))
        return cls(**{**said, "options": Options(**said["options"]), "settled": settled})


@dataclass(frozen=True)
class Answer:
    """What came out of a job.

    state        "analysed", "not_a_lift" or "failed"
    error        class of the problem and ``message`` what it says; "" when none
    error_limit  the limit that was reached, or None
    film_date    the day the film says it was made, such as "2026-11-22"
    limits       what ``LimitsVersion`` holds
    """

    state: str
    error: str = ""
    message: str = ""
    error_limit: float | None = None
    took_s: float = 0.0
    film_date: str | None = None
    limits: Mapping[str, Any] | None = None


def job_id(client: str, content: str) -> str:
    """Name a set among all others."""
    return _digest([client, content])[:24]


def set_key(content: str, model: str, settings: Mapping[str, Any]) -> str:
    """Give the key that stays while nothing has to be done again."""
    return _digest([content, model, settings])


def settings_of(options: Options, lift: str, tempo: str) -> dict[str, Any]:
    """Give the settings that go into a set's key."""
    settings = {
        "lift": lift,
        "tempo": tempo,
        "limits": _digest(options.limits_text)[:16] if options.limits_text else "",
        "html": options.html,
        "video": options.video,
        "blur_faces": options.blur_faces,
    }
    # Without it the keys of earlier runs stay as they were, and no work is done twice.
    return settings if options.plate_m is None else settings | {"plate_m": options.plate_m}


def as_said(options: Options, settings: Mapping[str, Any]) -> Options:
    """The options with the plates' width that was said of a set once and isn't now."""
    if options.plate_m is not None:
        return options
    return replace(options, plate_m=settings.get("plate_m"))


def stored_set(job: Job, answer: Answer, analysis: Mapping[str, Any] | None) -> StoredSet:
    """Put together what the history keeps.

    Parameters
    ----------
    job, answer
        What was asked and what came out.
    analysis
        The ``formcheck.analysis/1`` form, when there is one.
    """
    details = dict(job.details)
    date = datetime.date.fromisoformat(details.pop("date"))
    if answer.film_date is not None and details["date_from"] == "file":
        date, details["date_from"] = datetime.date.fromisoformat(answer.film_date), "film"
    if answer.state == "failed":
        details["folder"] = ""
    details["load_kg"] = known(details.get("load_kg"))
    limits = answer.limits
    values: dict[str, Any] = {
        "state": answer.state,
        "error": answer.error,
        "message": answer.message,
        "error_limit": known(answer.error_limit),
        "took_s": answer.took_s,
        "analysed_at": datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0),
        "formcheck_version": version(),
        "limits": None
        if limits is None
        else LimitsVersion(limits["sha256"], limits["name"], tuple(limits["changes"])),
        **(results_of(analysis) if analysis is not None else {}),
    }
    return StoredSet(date=date, **details, **values)


def job_of_set(job: Job, number: int) -> Job:
    """What is asked of one set of the job's film."""
    if number == 1:
        return job
    details = dict(job.details)
    content = content_of_set(str(details["content"]), number)
    details |= {
        "content": content,
        "key": set_key(content, str(details["model"]), details["settings"]),
        "folder": f"{details['folder']}/{SET_FOLDER}{number}",
    }
    film = job.film if not job.film or job.film.startswith("file:") else f"../{job.film}"
    return replace(job, id=job_id(str(details["client"]), content), details=details, film=film)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
