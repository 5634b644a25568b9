"""What people film that is no repetition of a lift, by a body of rods.

Each gives the angles of a body over ``TIME_S`` and where its feet go: ``filmed`` turns
it into a track as the engine would see it, from any side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from formcheck.data import FloatArray, PoseTrack
from tests.rods import Angles, film_of
from tests.skeleton import OWN_NECK_DEG, OWN_TURN_DEG, STANDING

TIME_S = np.arange(0.0, 12.0, 1 / 30)
STOOD = {**STANDING, "rear_thigh": 0.0, "rear_shank": 2.0, "upper_arm": 0.0, "forearm": 0.0}

RACKED = {"upper_arm": 40.0, "forearm": 170.0}
OVERHEAD = {"upper_arm": 178.0, "forearm": 178.0}
DEEP = {"trunk": 55.0, "thigh": -68.0, "shank": 12.0, "rear_thigh": -68.0, "rear_shank": 12.0}
SEATED = {"trunk": 5.0, "thigh": -88.0, "shank": 3.0, "rear_thigh": -88.0, "rear_shank": 3.0}


@dataclass(frozen=True)
class Movement:
    """Angles of the rods over time, and how the feet move, metres.

    With ``one_hand`` the right hand stays on the hip.
    """

    angles: Mapping[str, FloatArray | float]
    along_m: FloatArray | float = 0.0
    above_m: FloatArray | float = 0.0
    one_hand: bool = False

    def filmed(self, yaw_deg: float = 0.0) -> PoseTrack:
        """The movement as the engine sees it."""
        steady = {**STOOD, "neck": OWN_NECK_DEG, "back_turn": OWN_TURN_DEG}
        shape = {
            name: np.broadcast_to(np.asarray(values, dtype=float), TIME_S.shape)
            for name, values in {**steady, **self.angles}.items()
        }
        track = film_of(
            TIME_S, shape, heading_deg=yaw_deg, along_m=self.along_m, above_m=self.above_m
        )
        return _other_hand_at_hip(track) if self.one_hand else track


def between(low: FloatArray, **ends: tuple[float, float]) -> Angles:
    """Angles that go from their first end to their second with ``low`` from 0 to 1."""
    return {name: first + low * (last - first) for name, (first, last) in ends.items()}


def to(low: FloatArray, pose: dict[str, float], start: dict[str, float] | None = None) -> Angles:
    """Angles from standing, or another pose, to a pose."""
    begin = {**STOOD, **(start or {})}
    return between(low, **{name: (begin[name], angle) for name, angle in pose.items()})


def waves(period_s: float = 3.0) -> FloatArray:
    """From 0 to 1 and back, again and again."""
    return np.asarray((1.0 - np.cos(2 * np.pi * TIME_S / period_s)) / 2)


def ramp(start_s: float, stop_s: float) -> FloatArray:
    """From 0 to 1 by half a cosine."""
    share = np.clip((TIME_S - start_s) / (stop_s - start_s), 0.0, 1.0)
    return np.asarray((1.0 - np.cos(np.pi * share)) / 2)


def _other_hand_at_hip(track: PoseTrack) -> PoseTrack:
    """The right hand on the hip while the left one reaches down."""
    landmarks, world = track.landmarks_px.copy(), track.world_m.copy()
    for points in (landmarks, world):
        points[:, [16, 18, 20, 22]] = points[:, [24]]
        points[:, 14] = (points[:, 12] + points[:, 24]) / 2
    return replace(track, landmarks_px=landmarks, world_m=world)


def row() -> Movement:
    """Bent over, the arms pull and the trunk comes up a little each time."""
    pull = waves(2.0)
    legs = {"thigh": -22.0, "rear_thigh": -22.0, "shank": 3.0, "rear_shank": 3.0}
    return Movement({**legs, **between(pull, trunk=(72, 42), upper_arm=(0, -65), forearm=(0, 25))})


def row_off_the_floor() -> Movement:
    """The bar is taken from the floor, rowed four times and put down."""
    pull = waves(1.5) * ((TIME_S > 2.5) & (TIME_S < 8.5))
    down = 1.0 - ramp(0.5, 1.7) + ramp(9.0, 10.2)
    body = to(down, DEEP, {"trunk": 50.0, "thigh": -22.0, "rear_thigh": -22.0})
    body["trunk"] = body["trunk"] - 12.0 * pull
    return Movement({**body, **between(pull, upper_arm=(0, -65), forearm=(0, 25))})


def clean_and_press() -> Movement:
    """From the floor to the shoulders, then over the head, and down again."""
    turn_s = TIME_S % 4.0
    down = 1.0 - np.interp(turn_s, [0.3, 1.0, 3.2, 3.8], [0, 1, 1, 0])
    arms = np.interp(turn_s, [0.7, 1.1, 1.6, 2.2, 2.5, 2.8, 3.1], [0, 1, 1, 2, 2, 1, 0])
    lifted = {
        name: np.interp(arms, [0, 1, 2], [0.0, RACKED[name], OVERHEAD[name]]) for name in RACKED
    }
    return Movement({**to(down, DEEP), **lifted})


def step_up() -> Movement:
    """One foot on a box, the other below it: up and down."""
    low = waves(3.0)
    body = between(low, trunk=(2, 22), thigh=(0, -80), shank=(2, 18))
    return Movement({**body, **between(low, rear_thigh=(0, 4), rear_shank=(2, 6))})


def burpee() -> Movement:
    """From standing to a plank and back."""
    plank = {"trunk": 80.0, "thigh": 75.0, "shank": 78.0, "rear_thigh": 75.0, "rear_shank": 78.0}
    return Movement(
        {**to(waves(3.0), plank), **between(waves(3.0), upper_arm=(0, 80), forearm=(0, 80))}
    )


def wall_sit() -> Movement:
    """Down a wall, held for seven seconds, and up."""
    return Movement(to(ramp(1.0, 2.0) - ramp(9.0, 10.0), SEATED | {"forearm": 60.0}))


def sit_down() -> Movement:
    """On a chair for seven seconds, and up again."""
    low = ramp(1.0, 2.2) - ramp(9.0, 10.2)
    lean = 30.0 * np.sin(np.pi * low) ** 2
    body = to(low, SEATED)
    return Movement({**body, "trunk": body["trunk"] + lean, "forearm": 70.0 * low})


def sprint_start() -> Movement:
    """Crouched with the hands down, then off."""
    off, gait = ramp(3.0, 4.2), np.sin(2 * np.pi * 1.6 * TIME_S)
    crouch = {"trunk": 80.0, "thigh": -60.0, "shank": 35.0, "rear_thigh": -20.0, "rear_shank": 75.0}
    body = to(1.0 - off, crouch, {"trunk": 15.0})
    body["thigh"] = body["thigh"] - 45.0 * off * gait
    body["rear_thigh"] = body["rear_thigh"] + 45.0 * off * gait
    return Movement(body, along_m=4.0 * np.maximum(TIME_S - 3.3, 0.0))


def box_jump() -> Movement:
    """A dip, onto a box, and down from it."""
    dip, up = waves(4.0), (TIME_S % 4.0 > 2.6) & (TIME_S % 4.0 < 3.7)
    body = to(
        np.where(TIME_S % 4.0 < 2.6, dip, 0.0), {"trunk": 40.0, "thigh": -60.0, "shank": 25.0}
    )
    return Movement(
        body | {"rear_thigh": body["thigh"], "rear_shank": body["shank"]}, above_m=0.5 * up
    )


def leg_swing() -> Movement:
    """One leg to and fro, the other stands."""
    swing = np.sin(2 * np.pi * TIME_S / 1.5)
    return Movement({"rear_thigh": 40.0 * swing, "rear_shank": 40.0 * swing + 5.0})


def press() -> Movement:
    """From the shoulders over the head, standing, with a dip of the knees."""
    arms, dip = waves(2.0), 20.0 * waves(2.0) ** 6
    lifted = between(arms, upper_arm=(40, 178), forearm=(170, 178))
    legs = {"thigh": -dip, "rear_thigh": -dip, "shank": 2 + dip, "rear_shank": 2 + dip}
    return Movement({**lifted, **legs})


def walking_lunge() -> Movement:
    """Lunge by lunge out of the picture."""
    low = waves(2.0)
    steps = np.floor(TIME_S / 2.0) + np.clip(TIME_S % 2.0, 0.0, 1.0)
    bottom = {"trunk": 8.0, "thigh": -80.0, "shank": 8.0, "rear_thigh": 12.0, "rear_shank": 80.0}
    return Movement(to(low, bottom), along_m=0.8 * steps)


def pick_up() -> Movement:
    """One hand takes something from the floor, the other stays at the hip."""
    low = ramp(3.0, 4.2) - ramp(5.0, 6.4)
    return Movement(
        to(low, DEEP | {"trunk": 75.0, "thigh": -45.0, "rear_thigh": -45.0}), one_hand=True
    )


OTHERS: tuple[Callable[[], Movement], ...] = (
    row,
    row_off_the_floor,
    clean_and_press,
    step_up,
    burpee,
    wall_sit,
    sit_down,
    sprint_start,
    box_jump,
    leg_swing,
    press,
    walking_lunge,
    pick_up,
)
