"""Find the sets of a film: by scene, by rest, and by a change of lift.

A set is split off only where two repetitions or more say so: a half repetition, a
set-up or a bell picked up never is a set of its own. What lies apart from all sets and
is like none of them is left out by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from formcheck import signals
from formcheck.data import Caution, Part, PoseTrack, Signals
from formcheck.errors import NoLifter
from formcheck.film_time import clock
from formcheck.poses.parts import cut_out, scene_span, scenes_of
from formcheck.reps.cycles import ALIKE, Cycle, find_rises
from formcheck.reps.recognise import load_held, named
from formcheck.signals.repair import best_scene

REST_S = (30.0, 60.0)
RHYTHMS = 4.0
"""A rest is this many times the set's own time from one repetition to the next, but
between half a minute and a minute: heavy repetitions of one set come every 10 to 25 s,
and between sets people rest for a minute or more (our choice)."""

SURE = 0.8
"""How sure it must be what the hands do in a rise for it to tell another lift: those of
one lift fall under it, on either side, where the hands are hardly seen (our choice)."""

SURE_NAME = 0.6
"""How sure both lifts' names must be where only they and the sizes differ: from the side
a deadlift's is 0.7, whatever the load (our choice)."""

LEAST_RUN = 2
"""Repetitions that make another lift, or a set: one alone may be anything."""

LEAD_S = 10.0
"""What is kept of the time before the first and after the last rise of a set: standing,
and the slowest lowering (our choice)."""

MOST_STEP_S = 1.0
"""A longer step from one picture to the next is a gap of the film, and no rest in it."""

LEAST_SCENE_S = 1.0
"""A shorter scene holds no repetition (the fastest lifter's takes longer; our choice)."""


@dataclass(frozen=True)
class _Rise:
    """One rise; ``load`` is what its hands do, "" where that isn't sure.

    ``is_cut`` says that time was cut out of the film in it.
    """

    cycle: Cycle
    bottom_s: float
    top_s: float
    load: str
    is_cut: bool

    @property
    def size(self) -> float:
        return self.cycle.rise


@dataclass(frozen=True)
class _Group:
    """Rises of one scene that follow one another."""

    scene: int
    motion: Signals
    rises: tuple[_Rise, ...]

    @property
    def size(self) -> float:
        return float(np.median([one.size for one in self.rises]))

    @property
    def load(self) -> str:
        """What the hands do in most rises where it is sure; "" where it never is."""
        sure = [one.load for one in self.rises if one.load]
        return max(sure, key=sure.count) if sure else ""

    def of(self, rises: Sequence[_Rise]) -> _Group:
        return replace(self, rises=tuple(rises))


def find_sets(track: PoseTrack) -> tuple[PoseTrack, ...]:
    """Cut a film's track into its sets, in the order they begin.

    Where there is but one set the track is given as it is. What was cut out says so in
    ``part`` and is never cut again.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> from formcheck.reps import find_sets
    >>> track = formcheck.load_poses(Path("sample_videos/poses/deadlift_good.npz"))
    >>> len(find_sets(track))
    1
    """
    if track.part is not None:
        return (track,)
    groups = [group for scene in scenes_of(track) for group in _groups(track, scene)]
    split = [part for group in groups for part in _by_lift(group)]
    found = [group for group in split if _is_set(group, split)]
    if not found or (len(found) == 1 == len(groups) and _is_judged_anyway(track, found[0])):
        return (track,)
    found.sort(key=lambda group: group.rises[0].top_s)
    kept = {id(one) for group in found for one in group.rises}
    apart = [one for group in groups for one in group.rises if id(one) not in kept]
    parts = [_cut(track, found, at, apart) for at in range(len(found))]
    apart = [one for one in apart if not _is_in(one, parts)]
    cautions = (_left_out(apart, track.pace.slowed),) if apart else ()
    return tuple(replace(part, cautions=part.cautions + cautions) for part in parts)


def numbered(tracks: Sequence[PoseTrack]) -> tuple[PoseTrack, ...]:
    """Number sets that were cut out, by the order in which they are given."""
    return tuple(
        one if one.part is None else replace(one, part=replace(one.part, number=at, of=len(tracks)))
        for at, one in enumerate(tracks, start=1)
    )


def _is_judged_anyway(track: PoseTrack, group: _Group) -> bool:
    """The group lies in the scene that is judged of a whole film."""
    inside = best_scene(track)
    return track.shot is None or bool((track.shot[inside] == group.scene).any())


def _groups(track: PoseTrack, scene: int) -> Iterator[_Group]:
    """The rises of one scene, split where the lifter rests."""
    start_s, end_s = scene_span(track, scene)
    alone = len(scenes_of(track)) == 1
    if not alone and end_s - start_s < LEAST_SCENE_S:
        return
    try:
        motion = signals.compute_signals(track if alone else cut_out(track, scene, start_s, end_s))
    except NoLifter:
        return
    rises = [_rise(motion, cycle) for cycle in find_rises(motion)[0]]
    steps_s = np.minimum(np.diff(motion.time_s, prepend=motion.time_s[0]), MOST_STEP_S)
    shown_s = np.cumsum(steps_s)[[one.cycle.top.at for one in rises]]
    between_s = np.diff(shown_s).tolist()
    usual_s = [gap_s for gap_s in between_s if gap_s <= REST_S[0]]
    rest_s = float(np.clip(RHYTHMS * np.median(usual_s), *REST_S)) if usual_s else REST_S[0]
    begin = 0
    for at, gap_s in enumerate([*between_s, np.inf], start=1):
        if gap_s > rest_s and rises:
            yield _Group(scene, motion, tuple(rises[begin:at]))
            begin = at


def _rise(motion: Signals, cycle: Cycle) -> _Rise:
    load, sure = load_held(motion, cycle)
    bottom_s, top_s = (float(motion.time_s[turn.at]) for turn in (cycle.bottom, cycle.top))
    if top_s - bottom_s > REST_S[0]:
        bottom_s = top_s - LEAD_S  # they sat or lay at the lowest: the rest is part of the rise
    stretch = motion.time.stretch
    is_cut = bool(stretch[cycle.bottom.at] != stretch[cycle.top.at])
    return _Rise(cycle, bottom_s, top_s, load if sure >= SURE else "", is_cut)


def _by_lift(group: _Group) -> Iterator[_Group]:
    """The group, split where another lift begins; what lies between may be in neither."""
    for rises in _by_load(group.rises):
        part = group.of(rises)
        at = _change_of_size(part)
        yield from (part.of(rises[:at]), part.of(rises[at:])) if at else (part,)


def _by_load(rises: Sequence[_Rise]) -> list[list[_Rise]]:
    """Split where the hands begin to do something else, for two rises or more.

    A rise beside the change that is unlike the others of its own is the change itself.
    """
    runs: list[list[int]] = []
    for at in (at for at, one in enumerate(rises) if one.load):
        if not (runs and rises[runs[-1][0]].load == rises[at].load):
            runs.append([])
        runs[-1].append(at)
    parts: list[list[int]] = []
    for run in (run for run in runs if len(run) >= LEAST_RUN):
        if parts and rises[parts[-1][0]].load == rises[run[0]].load:
            parts[-1] += run
        else:
            parts.append(list(run))
    if len(parts) < 2:
        return [list(rises)]
    parts[0], parts[-1] = (
        [*range(parts[0][0]), *parts[0]],
        [*parts[-1], *range(parts[-1][-1] + 1, len(rises))],
    )
    out = [[rises[at] for at in range(part[0], part[-1] + 1)] for part in parts]
    for at, (before, after) in enumerate(pairwise(parts)):
        between = rises[before[-1] + 1 : after[0]]
        _share(out[at], list(between), out[at + 1])
    return out


def _share(before: list[_Rise], between: list[_Rise], after: list[_Rise]) -> None:
    """Give the rises beside a change of lift to the set whose size they have, or to none."""
    usual_before, usual_after = (
        float(np.median([one.size for one in part])) for part in (before, after)
    )

    def belongs(one: _Rise, usual: float) -> bool:
        return not one.is_cut and _alike(one.size, usual)

    while len(before) > LEAST_RUN and not belongs(before[-1], usual_before):
        before.pop()
    while len(after) > LEAST_RUN and not belongs(after[0], usual_after):
        after.pop(0)
    while between and belongs(between[0], usual_before):
        before.append(between.pop(0))
    while between and belongs(between[-1], usual_after):
        after.insert(0, between.pop())


def _change_of_size(group: _Group) -> int:
    """The rise from which all are of another size and another lift's name; 0 for none."""
    sizes = [one.size for one in group.rises]
    steps = {}
    for at in range(LEAST_RUN, len(sizes) - LEAST_RUN + 1):
        low, high = sorted((sizes[:at], sizes[at:]), key=lambda some: some[0])
        steps[at] = min(high) / max(low)
    at = max(steps, key=lambda at: steps[at], default=0)
    if at == 0 or steps[at] < ALIKE[1]:
        return 0
    cycles = [one.cycle for one in group.rises]
    (before, sure_before), (after, sure_after) = (
        named(group.motion, some) for some in (cycles[:at], cycles[at:])
    )
    return at if before != after and min(sure_before, sure_after) >= SURE_NAME else 0


def _is_set(group: _Group, groups: Sequence[_Group]) -> bool:
    """Two rises or more that are alike, or one that is like those of another group."""
    if len(group.rises) >= LEAST_RUN:
        alike = sum(_alike(one.size, group.size) for one in group.rises)
        return alike >= LEAST_RUN
    return any(
        _alike(group.size, other.size) and other.load in (group.load, "")
        for other in groups
        if other is not group
    )


def _alike(size: float, usual: float) -> bool:
    return ALIKE[0] <= size / usual <= ALIKE[1]


def _cut(track: PoseTrack, found: Sequence[_Group], at: int, apart: Sequence[_Rise]) -> PoseTrack:
    """Cut one of the sets out of the film, with some time around it."""
    group = found[at]
    start_s, end_s = scene_span(track, group.scene)
    start_s = max(start_s, group.rises[0].bottom_s - LEAD_S)
    end_s = min(end_s, group.rises[-1].top_s + LEAD_S)
    same = [other for other in found if other.scene == group.scene]
    for before, after in pairwise(same):
        if after is group:
            start_s = max(start_s, _between_s(track, before, after, apart)[1])
        if before is group:
            end_s = min(end_s, _between_s(track, before, after, apart)[0])
    slowed = track.pace.slowed
    part = Part(at + 1, len(found), start_s * slowed, end_s * slowed)
    return replace(cut_out(track, group.scene, start_s, end_s), part=part)


def _between_s(
    track: PoseTrack, before: _Group, after: _Group, apart: Sequence[_Rise]
) -> tuple[float, float]:
    """Where one set ends and the next begins.

    Where the film was cut; else before and after what lies between and is in neither;
    else half-way.
    """
    top_s, bottom_s = before.rises[-1].top_s, after.rises[0].bottom_s
    if track.stretch is not None:
        between = (track.time_s > top_s) & (track.time_s <= bottom_s)
        cut = np.flatnonzero(between & (np.diff(track.stretch, prepend=track.stretch[0]) != 0))
        if cut.size:
            return float(track.time_s[cut[-1] - 1]), float(track.time_s[cut[-1]])
    neither = [one for one in apart if top_s < one.top_s and one.bottom_s < bottom_s]
    if neither:
        return (top_s + max(neither[0].bottom_s, top_s)) / 2, min(neither[-1].top_s, bottom_s)
    half_s = (top_s + bottom_s) / 2
    return half_s, half_s


def _is_in(one: _Rise, parts: Sequence[PoseTrack]) -> bool:
    """The rise lies in one of the parts after all, which tell themselves what it is."""
    half_s = (one.bottom_s + one.top_s) / 2
    return any(part.time_s[0] <= half_s <= part.time_s[-1] for part in parts)


def _left_out(apart: Sequence[_Rise], slowed: float) -> Caution:
    times = ", ".join(clock(one.bottom_s * slowed) for one in apart)
    which = "A movement" if len(apart) == 1 else f"{len(apart)} movements"
    is_are = "is" if len(apart) == 1 else "are"
    return Caution(
        "left_out",
        f"{which} beside the sets (at {times}) {is_are} like none of their repetitions and "
        f"{is_are} left out.",
        "If that was a set of its own, judge it with --start and --end.",
    )
