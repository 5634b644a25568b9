"""Follow one lifter through a film.

One pass follows whoever the engine takes and, now and then, looks for everybody
in the picture. When the person followed turns out not to be the lifter, a
second pass blanks out what is away from the lifter's place, so that the engine
can't take anyone else. Frames where the lifter isn't found are missing.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.data import BoolArray, Caution, FloatArray, Person, PoseTrack
from formcheck.errors import BadRequest, NoLifter
from formcheck.poses.engine import Detection, PoseEngine
from formcheck.poses.outline import STATIONS, on_body, outline
from formcheck.poses.people import SAME_PERSON, Scouting, Sightings
from formcheck.poses.shots import ShotCounter
from formcheck.video import Film, Frame

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

READ_AHEAD = 4
GREY = 127


@dataclass
class _Follow:
    """What one pass found, frame by frame."""

    time_s: list[float] = field(default_factory=list)
    points: list[FloatArray] = field(default_factory=list)
    visibility: list[FloatArray] = field(default_factory=list)
    world: list[FloatArray] = field(default_factory=list)
    outline: list[NDArray[np.float32]] = field(default_factory=list)
    on_body: list[NDArray[np.float32]] = field(default_factory=list)
    boxes: list[FloatArray] = field(default_factory=list)
    shots: ShotCounter = field(default_factory=ShotCounter)

    def add(self, time_s: float, found: Detection | None, scale: float) -> None:
        """Keep one frame; ``scale`` is delivered over full-size pixels."""
        self.time_s.append(time_s)
        if found is None:
            self.points.append(np.full((33, 3), np.nan))
            self.visibility.append(np.zeros(33))
            self.world.append(np.full((33, 3), np.nan))
            self.outline.append(np.full((2, STATIONS.size, 2), np.nan, dtype=np.float32))
            self.on_body.append(np.zeros(33, dtype=np.float32))
            self.boxes.append(np.full(4, np.nan))
            return
        self.points.append(found.points_px / scale)
        self.visibility.append(found.visibility)
        self.world.append(found.world_m)
        self.boxes.append(found.box_px() / scale)
        edge: FloatArray = np.full((2, STATIONS.size, 2), np.nan)
        inside: FloatArray = np.ones(33)
        if found.mask is not None:
            edge = outline(found.mask, found.points_px[:, :2]) / scale
            inside = on_body(found.mask, found.points_px[:, :2])
        self.outline.append(edge.astype(np.float32))
        self.on_body.append(inside.astype(np.float32))


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
        seen = np.isfinite(np.array(follow.boxes)[:, 0])
        if strayed.sum() > STRAYED * max(int(seen.sum()), 1) or not seen.any():
            follow = _pass(film, engine, progress, spotlight=sightings)
        _drop(follow, _elsewhere(follow, sightings))
        cautions = (*cautions, _crowd(cast, person))
    return PoseTrack(
        time_s=np.array(follow.time_s),
        # Single precision, as they are saved: what is judged now and what is
        # judged from the saved poses is the same to the last bit.
        landmarks_px=np.array(follow.points, dtype=np.float32),
        visibility=np.array(follow.visibility, dtype=np.float32),
        world_m=np.array(follow.world, dtype=np.float32),
        frame_size=(source.width, source.height),
        outline_px=np.array(follow.outline),
        on_body=np.array(follow.on_body),
        shot=follow.shots.shots(),
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
    with ThreadPoolExecutor(1, "formcheck-scout") as scout, _Ahead(film) as frames:
        for frame in frames:
            follow.shots.add(frame.rgb)
            rgb = frame.rgb
            if scouting is not None and frame.time_s >= next_look_s:
                next_look_s = frame.time_s + _scout_every_s(film)
                looks.append((frame.time_s, scout.submit(_look, engine, rgb, film.scale)))
            if spotlight is not None:
                rgb = _blank_others(rgb, spotlight.box_at(frame.time_s) * film.scale)
            follow.add(frame.time_s, engine.follow(rgb), film.scale)
            if progress is not None:
                progress(frame.time_s - film.span.start_s, film.expected_s)
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
    out = np.zeros(len(follow.time_s), dtype=bool)
    for at, (time_s, box) in enumerate(zip(follow.time_s, follow.boxes, strict=True)):
        if not np.isfinite(box[0]):
            continue
        expected = lifter.box_at(time_s)
        size = max(expected[3] - expected[1], box[3] - box[1], 1.0)
        centre, hers = (box[:2] + box[2:]) / 2, (expected[:2] + expected[2:]) / 2
        out[at] = np.hypot(*(centre - hers)) > SAME_PERSON * size
    return out


def _drop(follow: _Follow, strayed: BoolArray) -> None:
    for at in np.flatnonzero(strayed):
        follow.points[at] = np.full((33, 3), np.nan)
        follow.visibility[at] = np.zeros(33)
        follow.world[at] = np.full((33, 3), np.nan)
        follow.outline[at] = np.full_like(follow.outline[at], np.nan)


class _Ahead:
    """Decodes a few frames ahead in a thread of its own; a context manager."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._queue: queue.Queue[Frame | BaseException | None] = queue.Queue(READ_AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="formcheck-read", daemon=True)

    def _read(self) -> None:
        try:
            for frame in self._film.frames(every_s=1.0 / MOST_HZ):
                if not self._put(frame):
                    return
            self._put(None)
        except BaseException as problem:  # handed to the thread that asked for frames
            self._put(problem)

    def _put(self, item: Frame | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def __enter__(self) -> Iterator[Frame]:
        self._thread.start()
        return self._frames()

    def _frames(self) -> Iterator[Frame]:
        while (item := self._queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
