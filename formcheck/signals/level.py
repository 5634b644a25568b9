"""A steady, level picture: what the camera's motion and tilt did is taken out.

Landmarks and outline are brought into one picture, that of a camera that stood
still, and turned upright, before anything is measured. How far that picture is
turned is told by upright edges behind the lifter (``poses/level.py``) and by the
lifter: somebody who stands has the shoulders over the ankles. A turn that is
smaller than what phones usually have, or that isn't clear, isn't touched; it goes
into the standard deviations instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from formcheck.data import BoolArray, Caution, FloatArray, Picture, PoseTrack
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER
from formcheck.signals.frame_times import FrameTimes

STRAIGHT = 0.985
"""Ankle to shoulder over the way by knee and hip, of somebody who stands straight."""

LEAST_STANDING_S = 0.3
POSTURE_SIGMA_DEG = 2.5
"""Of the line from ankles to shoulders of somebody standing, against the vertical:
on 40 real clips 2.2° (our choice)."""

EDGES_SIGMA_DEG = 1.5
ALONE_SIGMA_DEG = 2.5
"""Least of the edges' turn when the posture agrees, and when nobody is seen standing:
a row of leaning things looks like uprights (our choice)."""

USUAL_DEG = 3.0
"""Tilt that the angles' σ and the limits allow for as they are (evidence §2.1)."""

TOUCHED_FROM_DEG = 4.0
SURE = 2.0
"""A turn is taken out from here on, if it is as many of its own σ."""

NOT_FOLLOWED = 0.1
"""Share of a camera's shifts that is left: what is behind the lifter shifts less than
the lifter when the hand that holds it moves sideways (our choice)."""

SHAKY = 0.01
TILT_SAID_DEG = 4.0
"""Shift (picture sides) and tilt from which a film is told to have them."""


@dataclass(frozen=True)
class Levelled:
    """A track in the steady, level picture.

    track     as it came where nothing had to be done
    picture   what was done to its pictures, and what that leaves uncertain
    cautions  what to say of it
    """

    track: PoseTrack
    picture: Picture
    cautions: tuple[Caution, ...]


def levelled(track: PoseTrack, in_take: BoolArray) -> Levelled:
    """Bring a track into a steady, level picture; ``in_take`` (T,) frames are judged."""
    maps, shift_px = _steady(track, in_take)
    steady = track if maps is None else _mapped(track, maps)
    roll_deg, sigma_deg = _roll(steady, in_take)
    cautions = []
    if shift_px > SHAKY * max(track.frame_size):
        cautions.append(
            Caution(
                "camera_moved",
                "The camera moved while filming; its motion was taken out, "
                "and places are less certain for it.",
                "Put the phone on something that stands still.",
            )
        )
    if max(abs(roll_deg), sigma_deg) >= TILT_SAID_DEG:
        cautions.append(_tilted(roll_deg, sigma_deg))
    if roll_deg != 0.0:
        if maps is None:
            maps = np.tile(np.eye(2, 3), (len(track.time_s), 1, 1))
        maps = _turned(maps, -roll_deg, np.array(track.frame_size) / 2)
        steady = _mapped(track, maps)
    picture = Picture(
        has_outline=track.outline_px is not None,
        level=maps,
        roll_sigma_deg=sigma_deg,
        place_sigma_px=NOT_FOLLOWED * shift_px,
        light=track.light,
        face_covered=track.face_covered,
        bar_sought=track.plate_px is not None,
    )
    return Levelled(steady, picture, tuple(cautions))


def _tilted(roll_deg: float, sigma_deg: float) -> Caution:
    remedy = "Stand the phone upright: its grid lines should run along door frames or the rack."
    if roll_deg != 0.0:
        said = f"The picture is tilted by {abs(roll_deg):.0f}°; angles were measured without it."
    else:
        said = f"The picture may be tilted by {sigma_deg:.0f}°; leans are less certain for it."
    return Caution("camera_tilted", said, remedy)


def _steady(track: PoseTrack, in_take: BoolArray) -> tuple[FloatArray | None, float]:
    """Maps (T, 2, 3) to the steady picture, None when still, and what they shift.

    The shift is that of one moment against another, root mean square, pixels.
    """
    if track.camera is None:
        return None, 0.0
    known = np.isfinite(track.camera[:, 0, 0])
    if not (known & in_take).any():
        return None, 0.0
    flat = track.camera.reshape(len(known), 6)
    # Between two known places a hand is in between; a lost picture isn't jumped over.
    maps = np.stack(
        [np.interp(track.time_s, track.time_s[known], one[known]) for one in flat.T], axis=1
    ).reshape(-1, 2, 3)
    centre = maps[in_take, :, :2] @ (np.array(track.frame_size) / 2) + maps[in_take, :, 2]
    return maps, float(np.hypot(*centre.std(axis=0)) * np.sqrt(2.0))


def _roll(steady: PoseTrack, in_take: BoolArray) -> tuple[float, float]:
    """Turn to take out, degrees clockwise, 0 for none; and σ of the vertical."""
    edges_deg, edges_sigma = _edges(steady, in_take)
    posture_deg, posture_sigma, shared_deg = _posture(steady, in_take)
    if not np.isfinite(edges_deg):
        # People do lean: alone, that turns nothing.
        return 0.0, _beyond_usual(shared_deg)
    if not np.isfinite(posture_deg):
        turn_deg, sigma_deg = edges_deg, max(edges_sigma, ALONE_SIGMA_DEG)
    elif abs(edges_deg - posture_deg) > SURE * np.hypot(edges_sigma, posture_sigma):
        # They contradict each other: people lean, and so do things.
        return 0.0, _beyond_usual(min(abs(edges_deg), abs(posture_deg)))
    else:
        weights = np.array([max(edges_sigma, EDGES_SIGMA_DEG), posture_sigma]) ** -2.0
        turn_deg = float(weights @ [edges_deg, posture_deg] / weights.sum())
        sigma_deg = float(weights.sum() ** -0.5)
    if abs(turn_deg) > max(TOUCHED_FROM_DEG, SURE * sigma_deg):
        return turn_deg, sigma_deg
    return 0.0, _beyond_usual(turn_deg)


def _beyond_usual(turn_deg: float) -> float:
    """σ that a turn which is left in adds to the usual one."""
    return float(np.sqrt(max(turn_deg**2 - USUAL_DEG**2, 0.0)))


def _edges(track: PoseTrack, in_take: BoolArray) -> tuple[float, float]:
    """The turn that edges show and its σ, degrees; NaN if they don't."""
    known = np.empty((0, 2)) if track.roll is None else track.roll[in_take]
    known = known[np.isfinite(known).all(axis=1)]
    if len(known) == 0:
        return float("nan"), float("nan")
    turn_deg, sigma_deg = np.median(known, axis=0).tolist()
    return turn_deg, sigma_deg


def _posture(track: PoseTrack, in_take: BoolArray) -> tuple[float, float, float]:
    """Turn of somebody standing straight, its σ, and that which legs and trunk share.

    Degrees; NaN, NaN and 0 if nobody stands. Leaning back at the top tips trunk and
    legs opposite ways, a tilted picture both the same way.
    """
    middle = {
        name: track.landmarks_px[:, list(table.values()), :2].mean(axis=1)
        for name, table in {"ankle": ANKLE, "knee": KNEE, "hip": HIP, "shoulder": SHOULDER}.items()
    }
    way = [middle[name] for name in ("ankle", "knee", "hip", "shoulder")]
    along = sum(np.hypot(*(b - a).T) for a, b in pairwise(way))
    line = middle["shoulder"] - middle["ankle"]
    seen = np.ones(len(line), dtype=bool)
    for table in (ANKLE, SHOULDER):
        seen &= track.visibility[:, list(table.values())].max(axis=1) >= 0.5
        if track.on_body is not None:
            seen &= track.on_body[:, list(table.values())].max(axis=1) >= 0.5
    with np.errstate(invalid="ignore"):
        stands = in_take & seen & (np.hypot(*line.T) > STRAIGHT * along)
    if FrameTimes(track.time_s).lasting_s(stands) < LEAST_STANDING_S:
        return float("nan"), float("nan"), 0.0
    turn = _turn_deg(line[stands])
    legs_deg, trunk_deg = (
        float(np.median(_turn_deg((middle[upper] - middle[lower])[stands])))
        for lower, upper in (("ankle", "hip"), ("hip", "shoulder"))
    )
    shared_deg = min(abs(legs_deg), abs(trunk_deg)) if legs_deg * trunk_deg > 0 else 0.0
    centre = float(np.median(turn))
    spread = 1.4826 * float(np.median(np.abs(turn - centre)))
    return centre, float(np.hypot(POSTURE_SIGMA_DEG, spread)), shared_deg


def _turn_deg(upwards: FloatArray) -> FloatArray:
    """How far lines (T, 2) that go up are turned clockwise, (T,) degrees."""
    return np.asarray(np.degrees(np.arctan2(upwards[:, 0], -upwards[:, 1])))


def _turned(maps: FloatArray, turn_deg: float, middle: FloatArray) -> FloatArray:
    """Maps followed by a clockwise turn about a point (2,)."""
    cos, sin = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    turn = np.array([[cos, -sin], [sin, cos]])
    out = turn @ maps
    out[:, :, 2] += middle - turn @ middle
    return np.asarray(out)


def _mapped(track: PoseTrack, maps: FloatArray) -> PoseTrack:
    """The track with its points, outline and metres turned and shifted."""
    turn_rad = np.arctan2(maps[:, 1, 0], maps[:, 0, 0])
    cos, sin = np.cos(turn_rad)[:, None], np.sin(turn_rad)[:, None]
    x, y = track.world_m[..., 0], track.world_m[..., 1]
    world = np.stack([cos * x - sin * y, sin * x + cos * y, track.world_m[..., 2]], axis=-1)
    landmarks = track.landmarks_px.astype(float)
    landmarks[..., :2] = _through(maps, landmarks[..., :2])
    outline = track.outline_px
    if outline is not None:
        flat = outline.reshape(len(outline), -1, 2)
        outline = _through(maps, flat).reshape(outline.shape)
    plate = track.plate_px
    if plate is not None:
        plate = np.hstack([_through(maps, plate[:, None, :2])[:, 0], plate[:, 2:]])
    return replace(track, landmarks_px=landmarks, world_m=world, outline_px=outline, plate_px=plate)


def _through(maps: FloatArray, points: FloatArray) -> FloatArray:
    """Points (T, N, 2) through the map (T, 2, 3) of their frame."""
    return np.asarray(np.einsum("tij,tnj->tni", maps[:, :, :2], points) + maps[:, None, :, 2])
