"""Who is the lifter: by time there, scene, size and movement; not the reflection."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.poses.lying import turn_deg
from formcheck.poses.people import Scouting, Sighting
from tests.skeleton import skeleton

EVERY_S = 0.75


def body(
    time_s: float, left: float = 100.0, tall: float = 300.0, *, lifts: bool = True, light: float = 0
) -> Sighting:
    """Somebody who squats down and up every three seconds, or just stands."""
    down = tall * 0.2 * (1 - np.cos(2 * np.pi * time_s / 3)) * lifts
    points = np.zeros((33, 3))
    points[:, 0] = left
    points[[11, 12], 1] = 100.0 + down
    points[[23, 24], 1] = 100.0 + 0.35 * tall + down
    box = np.array([left - 30, 50.0 + down, left + 30, 50.0 + tall])
    return Sighting(box, points, light=light)


def times_s(start_s: float, stop_s: float) -> list[float]:
    return np.arange(start_s, stop_s, EVERY_S).tolist()


@pytest.mark.parametrize("empty_s", [0.0, 60.0, 900.0])
def test_a_lifter_who_is_there_for_a_while(empty_s: float) -> None:
    """Ten seconds of lifting are found in any length of empty room."""
    scouting = Scouting()
    for time_s in times_s(0.0, 2 * empty_s + 10.0):
        there = empty_s <= time_s < empty_s + 10.0
        scouting.note(time_s, [body(time_s)] if there else [])
    ((person, sightings),) = scouting.cast()
    assert person.lift_score > 1.0
    assert sightings.times_s[0] >= empty_s


def test_a_long_stay_isnt_lifting() -> None:
    """Who lifts for ten seconds comes before who stands there for two minutes."""
    scouting = Scouting()
    for time_s in times_s(0.0, 120.0):
        stays = body(time_s, left=600.0, lifts=False)
        scouting.note(time_s, [stays, *([body(time_s)] if 50 <= time_s < 60 else [])])
    cast = scouting.cast()
    assert len(cast) == 2
    assert max(cast, key=lambda one: one[0].lift_score)[0].index == 1


def test_a_passer_by_isnt_of_the_cast() -> None:
    """Seen in two of forty pictures: not a person of the film."""
    scouting = Scouting()
    for time_s in times_s(0.0, 30.0):
        passes = [body(time_s, left=600.0)] if 10 <= time_s < 11.5 else []
        scouting.note(time_s, [body(time_s), *passes])
    assert len(scouting.cast()) == 1


def test_a_lifter_who_walks_elsewhere_is_one_person() -> None:
    """Gone from one place and there in another, of the same size: one."""
    scouting = Scouting()
    for time_s in times_s(0.0, 24.0):
        if not 10 <= time_s < 14:
            scouting.note(time_s, [body(time_s, left=100.0 if time_s < 10 else 900.0)])
    ((person, sightings),) = scouting.cast()
    assert person.index == 1
    assert {one.box_px[0] for one in sightings.seen} == {70.0, 870.0}


def test_each_scenes_lifter_is_the_lifter() -> None:
    """Large here and small there, beside somebody who stands: still two people."""
    scouting = Scouting()
    for time_s in times_s(0.0, 24.0):
        scene = int(time_s >= 12)
        lifter = body(time_s, left=(100.0, 700.0)[scene], tall=(300.0, 500.0)[scene])
        stands = body(time_s, left=(500.0, 200.0)[scene], tall=(300.0, 480.0)[scene], lifts=False)
        scouting.note(time_s, [stands, lifter], scene)
    cast = scouting.cast()
    assert len(cast) == 2
    _, sightings = max(cast, key=lambda one: one[0].lift_score)
    assert sightings.box_at(3.0, 0)[0] == 70.0
    assert sightings.box_at(15.0, 1)[0] == 670.0
    assert np.isnan(sightings.box_at(15.0, 2)).all()


@pytest.mark.parametrize("real_left", [100.0, 700.0])
@pytest.mark.parametrize(("tall", "light"), [(330.0, 80.0), (300.0, 120.0)])
def test_the_reflection_isnt_the_lifter(real_left: float, tall: float, light: float) -> None:
    """Of two who move in step the larger is real, else the brighter."""
    scouting = Scouting()
    for time_s in times_s(0.0, 12.0):
        real = body(time_s, left=real_left, tall=tall, light=light)
        mirrored = body(time_s, left=800.0 - real_left, tall=300.0, light=100.0)
        both = [real, mirrored] if light > 100 or real_left > 400 else [mirrored, real]
        scouting.note(time_s, both)
    person, _ = max(scouting.cast(), key=lambda one: one[0].lift_score)
    assert person.box_px[0] == real_left - 30.0


@pytest.mark.parametrize("lift", ["back_squat", "deadlift"])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_film_on_its_side_is_turned(lift: str, turn: int) -> None:
    """The lifter stands up again, whichever way the film lies."""
    points = skeleton(lift, reps=3).track.landmarks_px[::10, :, :2]
    angle = np.radians(-turn)  # y down: clockwise for positive
    turned = points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert turn_deg([Sighting(np.zeros(4), one) for one in turned]) == turn


def test_who_lies_in_an_upright_film_isnt_turned() -> None:
    """A push-up's hips don't fold, a sit-up's stay where they are."""
    body_line = {11: 2.0, 12: 2.0, 23: 1.0, 24: 1.0, 25: 0.5, 26: 0.5, 27: 0.0, 28: 0.0}
    press, sit_up = [], []
    for at in range(20):
        lift = 0.4 * (1 + np.sin(at / 2))
        points = np.zeros((33, 2))
        for joint, along in body_line.items():
            points[joint] = 100.0 * along, -100.0 * lift * along / 2
        press.append(Sighting(np.zeros(4), points))
        folded = points.copy()
        folded[:, 1] = 0.0
        folded[[11, 12]] = 100 + 100 * np.cos(1.8 * lift), -100 * np.sin(1.8 * lift)
        sit_up.append(Sighting(np.zeros(4), folded))
    assert turn_deg(press) == 0
    assert turn_deg(sit_up) == 0
