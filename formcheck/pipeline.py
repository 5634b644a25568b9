"""The whole on one screen: a recording goes in, an analysis comes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck import cues, film_time, poses, reps, several, video
from formcheck.cues import judge
from formcheck.data import Part, PoseTrack, Rejected, Signals
from formcheck.errors import BadRequest, FormcheckError, NoReps, NothingToJudge
from formcheck.memory import give_back
from formcheck.poses.engines import DEFAULT_ENGINE
from formcheck.poses.sampling import DEFAULT_SAMPLING, sampling_of
from formcheck.poses.saved import load_poses
from formcheck.poses.trc import load_trc
from formcheck.report.record import Analysis
from formcheck.reps import cut_set
from formcheck.reps.bar_speed import bar_speeds
from formcheck.reps.others import telling
from formcheck.settled import Settled, taken_for
from formcheck.signals import compute_signals
from formcheck.signals.bar import need_plate
from formcheck.timings import stage
from formcheck.video.pace import need_factor
from formcheck.video.span import Span

if TYPE_CHECKING:
    from formcheck.poses.packages import FetchProgress
    from formcheck.poses.track import FilmProgress

POSE_FILES = {".npz": load_poses, ".trc": load_trc}


@dataclass(frozen=True)
class Request:
    """What is asked of an analysis.

    lift        "auto" or a lift's name
    limits      a coach's own limits file, or None for the standard ones
    span        the part of the film to analyse
    rotate_deg  clockwise turn instead of the one the file asks for
    lifter      number of the person to judge, from the left; None chooses
    model       of those that ``formcheck models list`` names
    engine      what runs it: "litert" or "mediapipe"
    sampling    which pictures it looks at: "auto", "every" or so many a second
    tempo       prescribed tempo, "3-1-3": lowering, pause at the bottom, lifting
                (seconds), or None
    slow_motion how many times slower than life the film plays, in place of what its
                tags say (0.5: twice as fast), or None
    least_hz    pictures a second that it takes to judge a repetition; with fewer it is
                counted and not judged. 0 asks for none
    set_number  which set of the film to judge, from 1; None for all, or the longest
    plate_m     how wide the bar's plate is, metres; 0 says that its size is unknown, None
                leaves it to be told from the leg
    settled     lifts that were settled for this lifter before, the latest first: where it
                isn't sure which of two it is, that one is taken
    cached      whether a film's poses are taken from the user's cache, and kept there

    Examples
    --------
    >>> import formcheck
    >>> formcheck.Request(lift="romanian_deadlift", tempo="3-1-1").lift
    'romanian_deadlift'
    >>> formcheck.Request(lift="curl")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    formcheck.errors.BadRequest: ...
    """

    lift: str = "auto"
    limits: Path | None = None
    span: Span = field(default_factory=Span)
    rotate_deg: int | None = None
    lifter: int | None = None
    model: str = "full"
    engine: str = DEFAULT_ENGINE
    sampling: str = DEFAULT_SAMPLING
    tempo: str | None = None
    slow_motion: float | None = None
    least_hz: float = 0.0
    set_number: int | None = None
    plate_m: float | None = None
    settled: tuple[Settled, ...] = ()
    cached: bool = True

    def __post_init__(self) -> None:
        """Refuse at once what no film can answer.

        Raises
        ------
        BadRequest
            The lift isn't one we know, or lifter, turn, slow motion, set, plate or sampling
            are no such numbers.
        """
        need_factor(self.slow_motion)
        sampling_of(self.sampling)
        if self.lift != "auto":
            reps.known_lift(self.lift)
        if self.lifter is not None and self.lifter < 1:
            raise BadRequest(f"--lifter {self.lifter}: people are numbered from 1, from the left.")
        if self.set_number is not None and self.set_number < 1:
            raise BadRequest(f"--set {self.set_number}: sets are numbered from 1.")
        if self.rotate_deg is not None and self.rotate_deg % 90:
            raise BadRequest(f"--rotate {self.rotate_deg}: give 0, 90, 180 or 270 (clockwise).")
        if self.tempo is not None:
            cues.parse_tempo(self.tempo)
        need_plate(self.plate_m)


def analyze(
    source: str | Path,
    request: Request | None = None,
    *,
    progress: FilmProgress | None = None,
    fetching: FetchProgress | None = None,
) -> Analysis:
    """Judge a recorded set: of several in one film the one asked for, or the longest.

    Parameters
    ----------
    source
        A video, a ``poses.npz`` that formcheck wrote, or an OpenSim ``.trc``.
    request
        What is asked; the default recognises the lift by itself.
    progress
        Told the seconds of film done and the seconds there are.
    fetching
        Told how far the pose model is, should it have to be fetched first.

    Raises
    ------
    FormcheckError
        The file, the request or what the film shows doesn't allow an answer;
        see ``formcheck.errors`` for the kinds.

    Examples
    --------
    Saved poses take a fraction of a second; a film is given in the same way.

    >>> import formcheck
    >>> analysis = formcheck.analyze("sample_videos/poses/deadlift_hips_first.npz")
    >>> analysis.summary.headline.partition(".")[0]
    '3 reps of deadlift'
    >>> for judged in analysis.reps:
    ...     tip = judged.findings["hip_drive"]
    ...     print(judged.rep.index, tip.verdict, f"{tip.value:.0f} ± {tip.sigma:.0f}°")
    1 fault 15 ± 4°
    2 fault 15 ± 4°
    3 fault 15 ± 4°
    """
    judged = analyze_sets(source, request, progress=progress, fetching=fetching)
    return several.longest(judged)


def analyze_sets(
    source: str | Path,
    request: Request | None = None,
    *,
    progress: FilmProgress | None = None,
    fetching: FetchProgress | None = None,
) -> tuple[Analysis, ...]:
    """Judge every set of a recording, each by itself, in the order they were lifted.

    ``part`` of each says which set it is and when. With ``Request.set_number`` only that
    set is given. Parameters and errors are those of ``analyze``.

    Examples
    --------
    >>> import formcheck
    >>> sets = formcheck.analyze_sets("sample_videos/poses/deadlift_good.npz")
    >>> [(one.part.number, one.part.of, len(one.reps)) for one in sets]
    [(1, 1, 3)]
    """
    request = request or Request()
    limits = cues.load_limits(request.limits)
    with stage("watch"):
        track = _poses(Path(source), request, progress, fetching)
        give_back()
    with _naming(source), stage("judge"):
        judged = judge_sets(track, request, limits)
        return judged if request.set_number is None else several.chosen(judged, request.set_number)


def judge_sets(track: PoseTrack, request: Request, limits: cues.Limits) -> tuple[Analysis, ...]:
    """Find the sets of a film's track and judge each by itself.

    Where what looked like a set holds no repetition of a lift we know, the others are
    given without it, and say so.

    Raises
    ------
    NoLifter, NoReps
        None of them holds anything to judge.
    """
    tracks = reps.find_sets(track)
    if len(tracks) == 1:
        return (judge_poses(tracks[0], request, limits, either=True),)
    judged: dict[int, Analysis] = {}
    problems: list[tuple[PoseTrack, NothingToJudge]] = []
    for at, one in enumerate(tracks):
        try:
            judged[at] = judge_poses(one, request, limits, either=True)
        except NothingToJudge as problem:
            problems.append((one, problem))
    if not problems:
        return tuple(judged.values())
    if not judged:
        raise problems[0][1]
    cautions = tuple(several.not_judged(one, problem) for one, problem in problems)
    kept = reps.numbered([tracks[at] for at in judged])
    kept = tuple(replace(one, cautions=one.cautions + cautions) for one in kept)
    return tuple(judge_poses(one, request, limits, either=True) for one in kept)


def judge_poses(
    track: PoseTrack,
    request: Request,
    limits: cues.Limits,
    *,
    either: bool = False,
) -> Analysis:
    """Judge a lifter who was followed, on film or live.

    Parameters
    ----------
    track
        The lifter's landmarks, with their source.
    request
        The lift, the tempo and the plate's size are taken from it.
    limits
        Where the verdicts change.
    either
        Whether a set of which it isn't sure which of two lifts it is, is also judged as
        each of them.

    Raises
    ------
    NoLifter, NoReps
        The track holds nothing to judge.
    """
    motion = compute_signals(track, request.plate_m)
    analysis = _judged(track, motion, request, limits)
    if not either or not analysis.lift.candidates:
        return analysis
    both = []
    for one in analysis.lift.candidates:
        asked = replace(request, lift=one.name, settled=())
        with suppress(NoReps):
            both.append(_judged(track, motion, asked, limits))
    return replace(analysis, either=tuple(both))


def film_signals(track: PoseTrack, request: Request) -> Signals:
    """Give what is drawn of a lifter who was followed, in the film's times; nothing is judged."""
    motion = compute_signals(track, request.plate_m)
    return film_time.of_signals(cut_set(motion, request.lift).signals)


def _judged(track: PoseTrack, motion: Signals, request: Request, limits: cues.Limits) -> Analysis:
    tempo = None if request.tempo is None else cues.parse_tempo(request.tempo)
    measured = cut_set(motion, request.lift, tempo=tempo, least_hz=request.least_hz)
    measured = taken_for(measured, request.settled)
    motion = measured.signals
    slowed = motion.time.pace.slowed
    if not measured.reps:
        raise _no_reps(measured.rejected, slowed)
    judged = judge(measured, limits)
    bar = bar_speeds(motion, measured.reps)
    judged_reps = judged.reps if bar is None else bar.added_to(judged.reps)
    assert track.source is not None  # every loader gives one
    return Analysis(
        source=track.source,
        lift=measured.lift,
        view=motion.stance.view,
        reps=tuple(film_time.of_judged(one, slowed) for one in judged_reps),
        summary=film_time.of_summary(judged.summary, slowed),
        rejected=tuple(film_time.of_rejected(one, slowed) for one in measured.rejected),
        cautions=motion.cautions,
        cues=judged.cues,
        people=track.people,
        chosen=track.chosen,
        limits_name=limits.name,
        signals=film_time.of_signals(motion),
        track=track,
        limits_changed=limits.changes,
        tempo=tempo,
        part=track.part or _whole(track),
        bar=bar,
    )


def _whole(track: PoseTrack) -> Part:
    """All of the film: it holds one set."""
    first_s, last_s = (float(one) * track.pace.slowed for one in track.time_s[[0, -1]])
    return Part(1, 1, first_s, last_s)


def _poses(
    source: Path, request: Request, progress: FilmProgress | None, fetching: FetchProgress | None
) -> PoseTrack:
    load = POSE_FILES.get(source.suffix.lower())
    if load is not None:
        if request.span != Span() or request.rotate_deg is not None or request.lifter is not None:
            raise BadRequest(
                f"{source}: --start, --end, --rotate and --lifter are for films. "
                "Leave them out, or analyse the video itself."
            )
        loaded = load(source)
        slowed = request.slow_motion
        return loaded if slowed is None else film_time.repaced(loaded, slowed)
    with video.read_video(
        source,
        span=request.span,
        rotate_deg=request.rotate_deg,
        slowed=request.slow_motion,
    ) as film:
        watch = poses.watched_once if request.cached else poses.estimate_poses
        return watch(
            film,
            model=request.model,
            engine=request.engine,
            sampling=request.sampling,
            lifter=request.lifter,
            progress=progress,
            fetching=fetching,
        )


def _no_reps(rejected: tuple[Rejected, ...], slowed: float) -> NoReps:
    told = telling(rejected)
    first = film_time.of_rejected(told, slowed) if told else None
    why = f": {first.reason} (at {first.start_s:.1f} s)" if first else ""
    return NoReps(f"no repetition was found{why}. Film the whole body for the whole set.")


@contextmanager
def _naming(source: str | Path) -> Iterator[None]:
    """Put the file's name before a message that doesn't have it."""
    try:
        yield
    except FormcheckError as problem:
        if str(source) not in str(problem) and Path(source).name not in str(problem):
            raise type(problem)(f"{source}: {problem}") from problem
        raise
