"""Follow one lifter through a film.

One pass follows whoever the engine takes and, now and then, looks for everybody
in the picture. When the person followed turns out not to be the lifter, a
second pass blanks out what is away from the lifter's place, so that the engine
can't take anyone else. Frames where the lifter isn't found, and those of no scene,
are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, Caution, FloatArray, Person, PoseTrack
from formcheck.errors import BadRequest, NoLifter
from formcheck.poses.bar import bar_of
from formcheck.poses.camera import CameraWatch
from formcheck.poses.engine import Detection, PoseEngine
from formcheck.poses.engines import DEFAULT_ENGINE, engine_name, open_engine
from formcheck.poses.face import is_covered
from formcheck.poses.jumps import jump_cuts
from formcheck.poses.level import Spirit
from formcheck.poses.lying import turn_deg
from formcheck.poses.maker import made_by
from formcheck.poses.model import ensure_model
from formcheck.poses.nobody import why_nobody
from formcheck.poses.packages import FetchProgress
from formcheck.poses.people import SAME_PERSON, Cast, Scouting, Sighting, Sightings, reflected
from formcheck.poses.plates import PlateWatch
from formcheck.poses.replays import ReplayFinder
from formcheck.poses.rows import Table, clear, fill
from formcheck.poses.shots import NONE, Scenes, ShotCounter
from formcheck.timings import stage
from formcheck.video import Ahead, Film, Frame

FilmProgress = Callable[[float, float], None]
"""Called with the seconds of film done and the seconds there are (NaN if unknown)."""

MOST_HZ = 62.0
"""Frames above this rate are skipped: a swing's 300 °/s moves 5° between frames."""

SCOUT_EVERY_S = (0.2, 0.75)
LEAST_SCOUTED = 12
"""Pictures looked at for everybody: this many even of a short film, one every
0.75 s of a long one, so that nobody moves far between two."""

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

    @stage("camera and bar")
    def add(self, frame: Frame, found: Detection | None, scale: float) -> None:
        """Keep one frame; ``scale`` is delivered over full-size pixels."""
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
    lifter: int | None = None,
    progress: FilmProgress | None = None,
    fetching: FetchProgress | None = None,
) -> PoseTrack:
    """Follow the lifter through an open film with an engine: "mediapipe" or "litert"."""
    engine_name(engine)  # before a model is fetched for one that isn't there
    with open_engine(engine, ensure_model(model, fetching)) as opened:
        return follow(film, opened, lifter=lifter, progress=progress)


def follow(
    film: Film,
    engine: PoseEngine,
    *,
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
    follow, cast, scenes = _scouted(film, engine, progress)
    person, sightings = _choose(cast, lifter, film.source.file)
    turned: tuple[Caution, ...] = ()
    if not film.turn_given and turn_deg(sightings.seen):
        film.turn(turn_deg(sightings.seen))
        turned = (_turned(film),)
        del follow  # all of its frames, before there are as many again
        follow, cast, scenes = _scouted(film, engine, progress)
        person, sightings = _choose(cast, lifter, film.source.file)
    source, cautions = film.source, (*film.cautions, *turned)
    follow.drop(scenes.shot == NONE)
    if len(cast) > 1:
        strayed = _elsewhere(follow, sightings, scenes)
        seen = np.isfinite(follow.all("box_px")[:, 0])
        if strayed.sum() > STRAYED * max(int(seen.sum()), 1) or not seen.any():
            del follow
            follow, _ = _pass(film, engine, progress, spotlight=(sightings, scenes))
            follow.drop(scenes.shot == NONE)
        follow.drop(_elsewhere(follow, sightings, scenes))
        cautions = (*cautions, _crowd(cast, person))
    time_s, shot = follow.all("time_s"), scenes.shot.copy()
    cut, lagging = jump_cuts(time_s / film.pace.slowed, follow.all("points_px"), scenes.change)
    cut &= ~scenes.broken
    follow.drop(lagging)
    for replay in follow.replays.found(time_s):
        shot[(time_s >= replay.start_s) & (time_s <= replay.end_s)] = NONE
        cautions = (*cautions, replay.caution())
    return PoseTrack(
        time_s=time_s / film.pace.slowed,
        landmarks_px=follow.all("points_px"),
        visibility=follow.all("visibility"),
        world_m=follow.all("world_m"),
        frame_size=(source.width, source.height),
        outline_px=follow.all("outline_px"),
        on_body=follow.all("on_body"),
        shot=shot,
        stretch=np.cumsum(scenes.broken | cut).astype(np.int32),
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
        made_by=made_by(engine, film.size, most_hz=MOST_HZ, lifter=lifter),
    )


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
    film: Film, engine: PoseEngine, progress: FilmProgress | None
) -> tuple[_Follow, Cast, Scenes]:
    """One pass that follows whoever is there, who was seen, and the scenes."""
    follow, looks = _pass(film, engine, progress)
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
    progress: FilmProgress | None,
    *,
    spotlight: tuple[Sightings, Scenes] | None = None,
) -> tuple[_Follow, list[_Look]]:
    """Follow through the whole film once, looking for everybody without a spotlight."""
    follow = _Follow()
    looks: list[_Look] = []
    next_look_s = -np.inf
    with (
        ThreadPoolExecutor(1, "formcheck-scout") as scout,
        ThreadPoolExecutor(1, "formcheck-measure") as measure,  # one: frame by frame, in order
        Ahead(film, every_s=film.pace.slowed / MOST_HZ) as frames,
    ):
        last: Future[None] | None = None
        for at, frame in enumerate(frames):
            rgb = frame.rgb
            if spotlight is not None:
                lifter, scenes = spotlight
                box_px = lifter.box_at(frame.time_s, int(scenes.shot[at])) * film.scale
                if np.isfinite(box_px[0]):
                    rgb = _blank_others(rgb, box_px)
            elif frame.time_s >= next_look_s:
                next_look_s = frame.time_s + _scout_every_s(film)
                looks.append((at, frame.time_s, scout.submit(_look, engine, rgb, film.scale)))
            with stage("the pose engine"):
                found = engine.follow(rgb)
            if last is not None:
                last.result()  # never more than one frame behind: memory stays flat
            last = measure.submit(follow.add, frame, found, film.scale)
            if progress is not None:
                progress(frame.time_s - film.span.start_s, film.expected_s)
        if last is not None:
            last.result()
    return follow, looks


def _scout_every_s(film: Film) -> float:
    dense, sparse = SCOUT_EVERY_S
    wanted = film.expected_s / LEAST_SCOUTED
    return float(np.clip(wanted, dense, sparse)) if np.isfinite(wanted) else sparse


@stage("who is in the picture")
def _look(engine: PoseEngine, rgb: NDArray[np.uint8], scale: float) -> list[Sighting]:
    return [
        Sighting(
            one.box_px() / scale,
            one.points_px / scale,
            *_colours(rgb, one),
            face_covered=is_covered(rgb, one.points_px),
        )
        for one in engine.look(rgb)
    ]


def _colours(rgb: NDArray[np.uint8], person: Detection) -> tuple[FloatArray, float]:
    """Mean colour of the trunk, and mean grey of the box."""
    corners = person.points_px[[11, 12, 24, 23], :2]
    across, down = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0.1, 0.9, 9))
    upper = corners[0] + across[..., None] * (corners[1] - corners[0])
    lower = corners[3] + across[..., None] * (corners[2] - corners[3])
    at = upper + down[..., None] * (lower - upper)
    last = np.array([rgb.shape[1] - 1, rgb.shape[0] - 1])
    x, y = np.clip(at, 0, last).astype(int).reshape(-1, 2).T
    left, top, right, bottom = np.clip(person.box_px(), 0, [*last, *last]).astype(int)
    box = rgb[top : bottom + 1 : 4, left : right + 1 : 4]
    return rgb[y, x].mean(axis=0), float(box.mean())


def _blank_others(rgb: NDArray[np.uint8], box_px: FloatArray) -> NDArray[np.uint8]:
    """The picture with everything away from the box painted grey."""
    margin = MARGIN * (box_px[3] - box_px[1])
    left, top = np.maximum(box_px[:2] - margin, 0).astype(int)
    right, bottom = np.maximum(box_px[2:] + margin, 0).astype(int)
    out = np.full_like(rgb, GREY)
    out[top:bottom, left:right] = rgb[top:bottom, left:right]
    return out


def _elsewhere(follow: _Follow, lifter: Sightings, scenes: Scenes) -> BoolArray:
    """Frames (T,) in which the person followed stands away from the lifter's place."""
    out = np.zeros(follow.frames, dtype=bool)
    found = zip(follow.all("time_s"), follow.all("box_px"), scenes.shot, strict=True)
    for at, (time_s, box, scene) in enumerate(found):
        if not np.isfinite(box[0]):
            continue
        expected = lifter.box_at(time_s, int(scene))
        size = max(expected[3] - expected[1], box[3] - box[1], 1.0)
        centre, hers = (box[:2] + box[2:]) / 2, (expected[:2] + expected[2:]) / 2
        out[at] = np.hypot(*(centre - hers)) > SAME_PERSON * size
    return out
