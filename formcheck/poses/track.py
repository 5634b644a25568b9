"""Follow one lifter through a film.

One pass follows whoever the engine takes and, now and then, looks for everybody
in the picture. When the person followed turns out not to be the lifter, a
second pass blanks out what is away from the lifter's place, so that the engine
can't take anyone else. Frames where the lifter isn't found are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, Caution, FloatArray, Person, PoseTrack
from formcheck.errors import BadRequest, NoLifter
from formcheck.poses.camera import CameraWatch
from formcheck.poses.engine import Detection, PoseEngine
from formcheck.poses.level import Spirit
from formcheck.poses.people import SAME_PERSON, Scouting, Sightings
from formcheck.poses.replays import ReplayFinder
from formcheck.poses.rows import FRAME, clear, fill
from formcheck.poses.shots import ShotCounter
from formcheck.video import Ahead, Film, Frame

Progress = Callable[[float, float], None]
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

NO_SCENE = -1
"""Shot of pictures that aren't judged: see ``PoseTrack``."""


BLOCK = 512
"""Frames to a block. Small arrays, one a frame, would settle in the gaps that
pictures and masks leave in memory, and a long film would grow with them."""


class _Follow:
    """What one pass found, frame by frame."""

    def __init__(self) -> None:
        self.shots = ShotCounter()
        self.replays = ReplayFinder()
        self.camera = CameraWatch()
        self.spirit = Spirit()
        self.frames = 0
        self._blocks: list[NDArray[np.void]] = []

    def add(self, frame: Frame, found: Detection | None, scale: float) -> None:
        """Keep one frame; ``scale`` is delivered over full-size pixels."""
        self.shots.add(frame.rgb)
        self.replays.add(frame.rgb)
        lifter = None if found is None else found.points_px
        self.camera.add(frame.rgb, frame.time_s, lifter)
        if self.spirit.wants(frame.time_s) and self.camera.is_placed:
            place = self.camera.scene, self.camera.turned_deg
            self.spirit.add(frame.rgb, frame.time_s, lifter, *place)
        fill(self._next_row(), frame.time_s, found, scale)

    def _next_row(self) -> NDArray[np.void]:
        place = self.frames % BLOCK
        if place == 0:
            self._blocks.append(np.empty(BLOCK, dtype=FRAME))
        self.frames += 1
        return self._blocks[-1][place : place + 1]

    def joined(self, name: str) -> NDArray[Any]:
        """One of the numbers of ``FRAME`` over all frames."""
        joined = np.empty((self.frames, *FRAME[name].shape), dtype=FRAME[name].base)
        for at, block in enumerate(self._blocks):
            part = joined[at * BLOCK : (at + 1) * BLOCK]
            part[:] = block[name][: len(part)]
        return joined

    def drop(self, frames: BoolArray) -> None:
        """Forget what was found in some frames, (T,)."""
        for at, block in enumerate(self._blocks):
            part = frames[at * BLOCK : (at + 1) * BLOCK]
            for place in np.flatnonzero(part):
                clear(block[place : place + 1])


def track(
    film: Film,
    engine: PoseEngine,
    *,
    lifter: int | None = None,
    progress: Progress | None = None,
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
    scouting = Scouting()
    follow = _pass(film, engine, progress, scouting=scouting)
    source, cautions = film.source, film.cautions
    cast = scouting.cast()
    if not cast:
        raise NoLifter(
            f"{source.file}: nobody was found in the picture. "
            "Film the whole body from the side, in good light."
        )
    person, sightings = _choose(cast, lifter, source.file)
    if len(cast) > 1:
        strayed = _elsewhere(follow, sightings)
        seen = np.isfinite(follow.joined("box_px")[:, 0])
        if strayed.sum() > STRAYED * max(int(seen.sum()), 1) or not seen.any():
            follow = _pass(film, engine, progress, spotlight=sightings)
        follow.drop(_elsewhere(follow, sightings))
        cautions = (*cautions, _crowd(cast, person))
    time_s, shot = follow.joined("time_s"), follow.shots.shots()
    for replay in follow.replays.found(time_s):
        shot[(time_s >= replay.start_s) & (time_s <= replay.end_s)] = NO_SCENE
        cautions = (*cautions, replay.caution())
    return PoseTrack(
        time_s=time_s / film.pace.slowed,
        landmarks_px=follow.joined("points_px"),
        visibility=follow.joined("visibility"),
        world_m=follow.joined("world_m"),
        frame_size=(source.width, source.height),
        outline_px=follow.joined("outline_px"),
        on_body=follow.joined("on_body"),
        shot=shot,
        pace=film.pace,
        camera=follow.camera.motion(film.scale),
        roll=follow.spirit.roll(follow.camera.scenes),
        people=tuple(one for one, _ in cast),
        chosen=person.index,
        source=source,
        cautions=cautions,
    )


def _choose(
    cast: list[tuple[Person, Sightings]], lifter: int | None, file: str
) -> tuple[Person, Sightings]:
    if lifter is None:
        return max(cast, key=lambda one: one[0].lift_score)
    for person, sightings in cast:
        if person.index == lifter:
            return person, sightings
    raise BadRequest(
        f"{file}: there is no person {lifter}: {len(cast)} "
        f"{'was' if len(cast) == 1 else 'were'} seen, numbered from the left."
    )


def _crowd(cast: list[tuple[Person, Sightings]], chosen: Person) -> Caution:
    return Caution(
        "other_people",
        f"{len(cast)} people were seen; number {chosen.index} from the left was judged.",
        "Film the lifter alone, or choose with --lifter.",
    )


def _pass(
    film: Film,
    engine: PoseEngine,
    progress: Progress | None,
    *,
    scouting: Scouting | None = None,
    spotlight: Sightings | None = None,
) -> _Follow:
    """Follow through the whole film once."""
    follow = _Follow()
    looks: list[tuple[float, Future[list[tuple[FloatArray, FloatArray]]]]] = []
    next_look_s = -np.inf
    with (
        ThreadPoolExecutor(1, "formcheck-scout") as scout,
        ThreadPoolExecutor(1, "formcheck-measure") as measure,  # one: frame by frame, in order
        Ahead(film, every_s=film.pace.slowed / MOST_HZ) as frames,
    ):
        last: Future[None] | None = None
        for frame in frames:
            rgb = frame.rgb
            if scouting is not None and frame.time_s >= next_look_s:
                next_look_s = frame.time_s + _scout_every_s(film)
                looks.append((frame.time_s, scout.submit(_look, engine, rgb, film.scale)))
            if spotlight is not None:
                rgb = _blank_others(rgb, spotlight.box_at(frame.time_s) * film.scale)
            found = engine.follow(rgb)
            if last is not None:
                last.result()  # never more than one frame behind: memory stays flat
            last = measure.submit(follow.add, frame, found, film.scale)
            if progress is not None:
                progress(frame.time_s - film.span.start_s, film.expected_s)
        if last is not None:
            last.result()
        for time_s, look in looks:
            if scouting is not None:
                scouting.note(time_s, look.result())
    return follow


def _scout_every_s(film: Film) -> float:
    dense, sparse = SCOUT_EVERY_S
    wanted = film.expected_s / LEAST_SCOUTED
    return float(np.clip(wanted, dense, sparse)) if np.isfinite(wanted) else sparse


def _look(
    engine: PoseEngine, rgb: NDArray[np.uint8], scale: float
) -> list[tuple[FloatArray, FloatArray]]:
    return [(one.box_px() / scale, one.points_px / scale) for one in engine.look(rgb)]


def _blank_others(rgb: NDArray[np.uint8], box_px: FloatArray) -> NDArray[np.uint8]:
    """The picture with everything away from the box painted grey."""
    margin = MARGIN * (box_px[3] - box_px[1])
    left, top = np.maximum(box_px[:2] - margin, 0).astype(int)
    right, bottom = np.maximum(box_px[2:] + margin, 0).astype(int)
    out = np.full_like(rgb, GREY)
    out[top:bottom, left:right] = rgb[top:bottom, left:right]
    return out


def _elsewhere(follow: _Follow, lifter: Sightings) -> BoolArray:
    """Frames (T,) in which the person followed stands away from the lifter's place."""
    out = np.zeros(follow.frames, dtype=bool)
    found = zip(follow.joined("time_s"), follow.joined("box_px"), strict=True)
    for at, (time_s, box) in enumerate(found):
        if not np.isfinite(box[0]):
            continue
        expected = lifter.box_at(time_s)
        size = max(expected[3] - expected[1], box[3] - box[1], 1.0)
        centre, hers = (box[:2] + box[2:]) / 2, (expected[:2] + expected[2:]) / 2
        out[at] = np.hypot(*(centre - hers)) > SAME_PERSON * size
    return out
