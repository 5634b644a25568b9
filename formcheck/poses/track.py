"""Follow one lifter through a film.

One pass follows whoever the engine takes and, now and then, looks for everybody
in the picture. When the person followed turns out not to be the lifter, a
second pass blanks out what is away from the lifter's place, so that the engine
can't take anyone else. Frames where the lifter isn't found, and those of no scene,
are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, Caution, FloatArray, Person, PoseTrack
from formcheck.errors import BadRequest, NoLifter
from formcheck.poses.bar import bar_of
from formcheck.poses.camera import CameraWatch
from formcheck.poses.engine import PoseEngine
from formcheck.poses.engines import DEFAULT_ENGINE, engine_name, film_threads, open_engine
from formcheck.poses.jumps import jump_cuts
from formcheck.poses.level import Spirit
from formcheck.poses.lying import turn_deg
from formcheck.poses.maker import made_by
from formcheck.poses.model import ensure_model
from formcheck.poses.nobody import why_nobody
from formcheck.poses.packages import FetchProgress
from formcheck.poses.people import Cast, Scouting, Sighting, Sightings, reflected
from formcheck.poses.plates import PlateWatch
from formcheck.poses.replays import ReplayFinder
from formcheck.poses.rows import Table, clear, fill
from formcheck.poses.sampling import DEFAULT_SAMPLING, EVERY, Sampling, sampling_of
from formcheck.poses.scout import scout_every_s, sighted
from formcheck.poses.shots import NONE, Scenes, ShotCounter
from formcheck.poses.somebody_else import elsewhere, goes_up_and_down, together
from formcheck.poses.watch import Held, Watch
from formcheck.timings import stage
from formcheck.video import Ahead, Film, Frame

FilmProgress = Callable[[float, float], None]
"""Called with the seconds of film done and the seconds there are (NaN if unknown)."""

STRAYED = 0.1
"""Share of frames on somebody else from which the lifter is followed anew."""

MARGIN = 0.35
"""Body heights left in the picture around the lifter's expected place."""

GREY = 127


class _Follow:
    """What one pass found, frame by frame."""

    def __init__(self) -> None:
        self.shots = ShotCounter()
        self.replays = ReplayFinder()
        self.camera = CameraWatch()
        self.plates = PlateWatch()
        self.spirit = Spirit()
        self._table = Table()
        self._looked = bytearray()

    @stage("camera and bar")
    def add(self, held: Held, scale: float) -> None:
        """Keep one frame; ``scale`` is delivered over full-size pixels."""
        frame, found = held.frame, held.found
        self._looked.append(held.looked)
        lifter = None if found is None else found.points_px
        self.camera.add(frame.rgb, frame.time_s, lifter)
        self.shots.add(self.camera.small, frame.time_s)
        self.replays.add(self.camera.small)
        self.plates.add(frame.rgb, frame.time_s, lifter)
        if self.spirit.wants(frame.time_s) and self.camera.is_placed:
            place = self.camera.scene, self.camera.turned_deg
            self.spirit.add(frame.rgb, frame.time_s, lifter, *place)
        fill(self._table.add(), frame.time_s, found, scale)

    @property
    def frames(self) -> int:
        """How many there are."""
        return self._table.frames

    @property
    def looked(self) -> BoolArray:
        """Which frames the engine looked at, (T,)."""
        return np.frombuffer(self._looked, dtype=bool).copy()

    def all(self, name: str) -> NDArray[Any]:
        """One of the numbers of ``FRAME`` over all frames."""
        return self._table.column(name)

    def drop(self, frames: BoolArray) -> None:
        """Forget what was found in some frames, (T,)."""
        for at in np.flatnonzero(frames).tolist():
            clear(self._table.row(at))


def estimate_poses(
    film: Film,
    *,
    model: str = "full",
    engine: str = DEFAULT_ENGINE,
    sampling: str | Sampling = DEFAULT_SAMPLING,
    lifter: int | None = None,
    progress: FilmProgress | None = None,
    fetching: FetchProgress | None = None,
) -> PoseTrack:
    """Follow the lifter through an open film with an engine: "litert" or "mediapipe".

    ``sampling`` says which pictures it looks at: "auto", "every" or so many a second.
    """
    asked = sampling_of(sampling) if isinstance(sampling, str) else sampling
    engine_name(engine)  # before a model is fetched for one that isn't there
    model_file = ensure_model(model, fetching)
    with open_engine(engine, model_file, threads=film_threads()) as opened:
        return follow(film, opened, sampling=asked, lifter=lifter, progress=progress)


def follow(
    film: Film,
    engine: PoseEngine,
    *,
    sampling: Sampling = EVERY,
    lifter: int | None = None,
    progress: FilmProgress | None = None,
) -> PoseTrack:
    """Follow the lifter through the film.

    Parameters
    ----------
    film
        An open film.
    engine
        Finds people in pictures.
    sampling
        Which pictures it looks at.
    lifter
        Number of the person to follow, from the left, as the report shows
        them; None chooses the one who moves like a lifter.
    progress
        Told how far the pass is.

    Raises
    ------
    NoLifter
        Nobody is in the film.
    BadRequest
        There is no person of that number.
    """
    follow, cast, scenes = _scouted(film, engine, sampling, progress)
    person, sightings = _choose(cast, lifter, film.source.file)
    turned: tuple[Caution, ...] = ()
    if not film.turn_given and turn_deg(sightings.seen):
        film.turn(turn_deg(sightings.seen))
        turned = (_turned(film),)
        del follow  # all of its frames, before there are as many again
        follow, cast, scenes = _scouted(film, engine, sampling, progress)
        person, sightings = _choose(cast, lifter, film.source.file)
    source, cautions = film.source, (*film.cautions, *turned)
    follow.drop(scenes.shot == NONE)
    if len(cast) > 1:
        others = [one for _, one in cast if one is not sightings and together(one, sightings)]
        strayed = _strayed(follow, sightings, others, scenes)
        seen = np.isfinite(follow.all("box_px")[:, 0])
        if strayed.sum() > STRAYED * max(int(seen.sum()), 1) or not seen.any():
            del follow
            follow, _ = _pass(film, engine, sampling, progress, spotlight=(sightings, scenes))
            follow.drop(scenes.shot == NONE)
        follow.drop(_strayed(follow, sightings, others, scenes))
        cautions = (*cautions, _crowd(cast, person))
    time_s, shot = follow.all("time_s"), scenes.shot.copy()
    cut, lagging = jump_cuts(time_s / film.pace.slowed, follow.all("points_px"), scenes.change)
    cut &= ~scenes.broken
    follow.drop(lagging)
    for replay in follow.replays.found(time_s):
        shot[(time_s >= replay.start_s) & (time_s <= replay.end_s)] = NONE
        cautions = (*cautions, replay.caution())
    stretch = np.cumsum(scenes.broken | cut).astype(np.int32)
    looked = follow.looked
    follow.drop(_across(looked, shot, stretch))
    return PoseTrack(
        time_s=time_s / film.pace.slowed,
        landmarks_px=follow.all("points_px"),
        visibility=follow.all("visibility"),
        world_m=follow.all("world_m"),
        frame_size=(source.width, source.height),
        outline_px=follow.all("outline_px"),
        on_body=follow.all("on_body"),
        shot=shot,
        stretch=stretch,
        pace=film.pace,
        camera=follow.camera.motion(film.scale),
        roll=follow.spirit.roll(follow.camera.scenes),
        plate_px=_plate(follow, film.scale, shot),
        light=sightings.light,
        face_covered=sightings.face_covered,
        people=tuple(one for one, _ in cast),
        chosen=person.index,
        source=source,
        cautions=(*cautions, *_of_the_camera(scenes), *_of_the_edit(cut)),
        made_by=made_by(engine, film.size, sampling, lifter=lifter),
        looked=None if looked.all() else looked,
    )


def _across(looked: BoolArray, *numbers: NDArray[np.int32]) -> BoolArray:
    """Frames (T,) between two looks that have another scene or stretch between them."""
    looks = np.flatnonzero(looked)
    after = np.searchsorted(looks, np.arange(len(looked)))
    before = looks[np.maximum(after - 1, 0)]
    after = looks[np.minimum(after, len(looks) - 1)]
    changes = [np.concatenate([[0], np.cumsum(np.diff(one) != 0)]) for one in numbers]
    return np.asarray(~looked & np.any([one[before] != one[after] for one in changes], axis=0))


def _plate(follow: _Follow, scale: float, shot: NDArray[np.int32]) -> FloatArray:
    """The bar's near plate in every frame; nowhere in pictures of no scene, or without one."""
    discs = follow.plates.found(scale)
    plate = bar_of(discs, follow.all("time_s"), follow.all("points_px"))
    if plate is None:
        return np.full((len(shot), 4), np.nan)
    plate[shot == NONE] = np.nan
    return plate


_Look = tuple[int, float, Future[list[Sighting]]]
"""A scouted picture: its place in the film, its time, and who is in it."""


def _scouted(
    film: Film, engine: PoseEngine, sampling: Sampling, progress: FilmProgress | None
) -> tuple[_Follow, Cast, Scenes]:
    """One pass that follows whoever is there, who was seen, and the scenes."""
    follow, looks = _pass(film, engine, sampling, progress)
    scenes = follow.shots.scenes()
    scouting = Scouting()
    for at, time_s, look in looks:
        if scenes.shot[at] != NONE:
            scouting.note(time_s, look.result(), int(scenes.shot[at]))
    cast = scouting.cast()
    if not cast:
        raise NoLifter(f"{film.source.file}: {why_nobody(film, engine)}")
    return follow, cast, scenes


def _choose(cast: Cast, lifter: int | None, file: str) -> tuple[Person, Sightings]:
    if lifter is None:
        return max(cast, key=lambda one: one[0].lift_score)
    for person, sightings in cast:
        if person.index == lifter:
            return person, sightings
    raise BadRequest(
        f"{file}: there is no person {lifter}: {len(cast)} "
        f"{'was' if len(cast) == 1 else 'were'} seen, numbered from the left."
    )


def _crowd(cast: Cast, chosen: Person) -> Caution:
    lifter = cast[chosen.index - 1][1]
    if any(reflected(lifter, one) for person, one in cast if person is not chosen):
        return Caution(
            "mirror",
            f"{len(cast)} people were seen, two of them in step as in a mirror; number "
            f"{chosen.index} from the left, the nearer and brighter, was judged.",
            "Film without a mirror in the picture, or choose with --lifter.",
        )
    return Caution(
        "other_people",
        f"{len(cast)} people were seen; number {chosen.index} from the left was judged.",
        "Film the lifter alone, or choose with --lifter.",
    )


def _turned(film: Film) -> Caution:
    return Caution(
        "turned",
        f"The film lay on its side, and was turned: as with --rotate {film.source.rotation_deg}.",
        "If that is wrong, give --rotate 0, 90, 180 or 270.",
    )


def _of_the_camera(scenes: Scenes) -> tuple[Caution, ...]:
    if not scenes.knocks_s:
        return ()
    when = " and ".join(f"{time_s:.1f} s" for time_s in scenes.knocks_s[:3])
    return (
        Caution(
            "camera_knocked",
            f"The camera was moved at {when}.",
            "Set the phone on something firm and leave it there for the whole set.",
        ),
    )


def _of_the_edit(cut: BoolArray) -> tuple[Caution, ...]:
    if not cut.any():
        return ()
    times = f"{cut.sum()} places" if cut.sum() > 1 else "one place"
    return (
        Caution(
            "jump_cuts",
            f"Time was cut out of the film at {times}; nothing was measured across.",
            "Film the set in one take, and don't shorten it before it is judged.",
        ),
    )


def _pass(
    film: Film,
    engine: PoseEngine,
    sampling: Sampling,
    progress: FilmProgress | None,
    *,
    spotlight: tuple[Sightings, Scenes] | None = None,
) -> tuple[_Follow, list[_Look]]:
    """Follow through the whole film once, looking for everybody without a spotlight."""
    follow, slowed = _Follow(), film.pace.slowed
    looks: list[_Look] = []
    next_look_s = -np.inf
    watch = Watch(engine, sampling, slowed=slowed)
    with (
        ThreadPoolExecutor(1, "formcheck-scout") as scout,
        ThreadPoolExecutor(1, "formcheck-measure") as measure,  # one: frame by frame, in order
        Ahead(film, every_s=slowed / sampling.most_hz) as frames,
    ):
        last: Future[None] | None = None
        for at, held in enumerate(_watched(watch, frames, _lit(film, spotlight))):
            frame = held.frame
            if spotlight is None and held.looked and frame.time_s >= next_look_s:
                next_look_s = frame.time_s + scout_every_s(film.expected_s)
                look = scout.submit(sighted, engine, frame.rgb, film.scale, held.found)
                looks.append((at, frame.time_s, look))
            if last is not None:
                last.result()  # never more than one frame behind: memory stays flat
            last = measure.submit(follow.add, held, film.scale)
            if progress is not None:
                progress(frame.time_s - film.span.start_s, film.expected_s)
        if last is not None:
            last.result()
    return follow, looks


def _watched(
    watch: Watch, frames: Iterable[Frame], lit: Callable[[int, Frame], Lit]
) -> Iterator[Held]:
    """Each frame with who was found in it, or between it and others."""
    for at, frame in enumerate(frames):
        with stage("the pose engine"):
            done = watch.take(frame, *lit(at, frame))
        yield from done
    with stage("the pose engine"):
        done = watch.end()
    yield from done


Lit = tuple[NDArray[np.uint8], FloatArray | None]
"""What the engine is given of a frame, and where the lifter is in it, if that is known."""


def _lit(film: Film, spotlight: tuple[Sightings, Scenes] | None) -> Callable[[int, Frame], Lit]:
    """Give all of a frame, or the lifter's place."""
    if spotlight is None:
        return lambda _, frame: (frame.rgb, None)
    lifter, scenes = spotlight

    def lit(at: int, frame: Frame) -> Lit:
        box_px = lifter.box_at(frame.time_s, int(scenes.shot[at])) * film.scale
        if not np.isfinite(box_px[0]):
            return frame.rgb, None
        return _blank_others(frame.rgb, box_px), box_px

    return lit


def _blank_others(rgb: NDArray[np.uint8], box_px: FloatArray) -> NDArray[np.uint8]:
    """The picture with everything away from the box painted grey."""
    margin = MARGIN * (box_px[3] - box_px[1])
    left, top = np.maximum(box_px[:2] - margin, 0).astype(int)
    right, bottom = np.maximum(box_px[2:] + margin, 0).astype(int)
    out = np.full_like(rgb, GREY)
    out[top:bottom, left:right] = rgb[top:bottom, left:right]
    return out


def _strayed(
    follow: _Follow, lifter: Sightings, others: Sequence[Sightings], scenes: Scenes
) -> BoolArray:
    """Frames (T,) in which somebody else than the lifter was followed.

    Who goes up and down was: sightings of two who overlap may be mixed up, a movement isn't.
    """
    beside = () if goes_up_and_down(follow.all("points_px")) else others
    return elsewhere(follow.all("time_s"), follow.all("box_px"), scenes.shot, lifter, beside)
