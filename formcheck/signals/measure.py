"""From a pose track to signals: repaired, filtered, with view and uncertainty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.data import (
    BoolArray,
    Caution,
    Facing,
    FloatArray,
    PoseTrack,
    Signals,
    View,
    in_picture,
)
from formcheck.errors import NoLifter
from formcheck.signals import repair
from formcheck.signals.angles import ANKLE, HIP, KNEE, SHOULDER, angles, at_joints, use_both
from formcheck.signals.back import BackLine, back_line, no_back_line
from formcheck.signals.back_line import CONTRADICTED, contradiction_deg, lumbar_flexion, standing
from formcheck.signals.covered import Covered, covered, nothing_covered
from formcheck.signals.filtering import Stretch, stretches
from formcheck.signals.frame_times import FrameTimes
from formcheck.signals.level import levelled
from formcheck.signals.pace import at_usual_pace, doubted, scatter
from formcheck.signals.sampling import unsampled_deg
from formcheck.signals.shape import gaps, shape
from formcheck.signals.uncertainty import (
    DARK_GREY,
    LEAST_LEG_PX,
    NOT_SHOWN_DEG,
    SMALL_LEG_PX,
    angle_parts_deg,
    coarse_deg,
    dim_deg,
    foreshortening_deg,
    looked_at_px,
    together,
    view_error_deg,
)
from formcheck.signals.view import behind_deg, camera_side, heading_deg, view_of

MIN_SEEN_S = 0.5
"""Below this nobody was in the picture long enough to move (our choice)."""

GATE_UP_TO_DEG = 45.0
"""Yaw up to which a trunk that looks short is a collapsed skeleton: a trunk
leaning by 60° keeps 0.79 of its length there (evidence §3.2)."""

BEHIND = 0.9
"""Degrees that the back's line turns more per degree the camera stands behind:
the shoulder blade comes into the outline (rendered lifters: 15..17° at 18°)."""

BACK_COARSE, BACK_DIM = 1.5, 2.0
"""How many times a small and a dark picture's error of the trunk is in the back's line:
three rendered sets of bodies 125 pixels tall (1.8°) are read 3° off (RMSE), and a squat
darkened to a grey of 19 (4°) 7..12° (our choice)."""

NOISE_WINDOW_S = 0.5
"""Over which the frame-to-frame noise of an angle is estimated."""


def measure(track: PoseTrack) -> Signals:
    """Turn landmarks into angles, view, scale and the line of the back.

    Where hands swing faster than arms can, the film is sped up, and the filter would cut
    what is movement: all is measured again at the pace of a usual swing.

    Raises
    ------
    NoLifter
        Nobody is in the picture for at least half a second.
    """
    motion = _measured(track)
    likely = at_usual_pace(track, motion.gap_legs["wrist_over_hip"])
    if likely is None:
        return motion
    again = _measured(likely)
    wider = {
        **again.parts_deg["back_turn"],
        "a sped-up film": scatter(again.time_s, again.angles_deg["back_turn"]),
    }
    return replace(
        again,
        sigma_deg={**again.sigma_deg, "back_turn": together(wider)},
        parts_deg={**again.parts_deg, "back_turn": wider},
        cautions=motion.cautions,
    )


def _measured(track: PoseTrack) -> Signals:
    time_s = track.time_s
    stretch = stretches(time_s, track.stretch)
    in_scene = repair.best_scene(track)
    level = levelled(track, in_scene)
    track = level.track
    raw = np.where(in_scene[:, None, None], track.landmarks_px[..., :2], np.nan)
    seen = np.isfinite(raw[:, SHOULDER["left"], 0])
    _need_lifter(time_s, seen, track)
    visibility = repair.believed(time_s, track.visibility, track.on_body)
    raw, visibility, swaps = repair.unswap(raw, visibility)
    world = np.where(in_scene[:, None, None], track.world_m, np.nan)
    heading = heading_deg(time_s, world, stretch)
    view = view_of(heading)
    side = camera_side(view, visibility[seen])
    forward = -1.0 if view.facing == "left" else 1.0
    from_side = _yaw_deg(heading) <= GATE_UP_TO_DEG
    kept = repair.drop_unreliable(time_s, raw, visibility, from_side=from_side, stretch=stretch)
    points = repair.bridge_and_smooth(time_s, kept, stretch)
    inside = repair.inside(in_picture(points, level.map), track.frame_size)
    both = use_both(points, side, view.yaw_deg)
    oblique_deg = view.yaw_deg if both else None
    found = angles(np.where(inside[..., None], points, np.nan), side, forward, oblique_deg)
    noise = _noise_deg(time_s, angles(kept, side, forward, oblique_deg), found)
    if track.on_body is not None:
        found = at_joints(found)
    lean = found["trunk"]
    hidden = _covered(track, raw, found, side, forward, from_side=not both)
    found = hidden.drop(found)
    leg_px = _leg_px(points, side)
    seen_leg_px = looked_at_px(leg_px, track.frame_size)
    parts = angle_parts_deg(
        found,
        noise,
        view,
        both,
        hidden.leg,
        level.roll_sigma_deg,
        leg_px=seen_leg_px,
        light=track.light,
    )
    if view_error_deg(view, both) > NOT_SHOWN_DEG:
        found = {name: np.full(lean.shape, np.nan) for name in found}
    trunk = in_picture(raw[:, [*SHOULDER.values(), *HIP.values()]], level.map)
    whole = np.asarray(repair.inside(trunk, track.frame_size).all(axis=1))
    back = _back(track, raw, forward, view, heading, whole, stretch)
    coarse, dim = coarse_deg("trunk", seen_leg_px), dim_deg(track.light)
    back = back.with_parts({"a small picture": BACK_COARSE * coarse, "the dark": BACK_DIM * dim})
    upright = standing(found["hip"], back.hip_depth)
    lumbar, lumbar_sigma = lumbar_flexion(back.reading, upright, view.yaw_deg)
    found = {**found, "back_turn": back.turn_deg, "lumbar_flexion": lumbar}
    parts |= {"back_turn": back.parts_deg, "lumbar_flexion": {"the estimate": lumbar_sigma}}
    parts = {
        name: {**one, "few pictures a second": unsampled_deg(time_s, found[name])}
        for name, one in parts.items()
    }
    distances = gaps(time_s, world, stretch)
    pace, doubts = doubted(
        track.pace,
        time_s,
        raw,
        points,
        leg_px,
        distances["wrist_over_hip"],
    )
    return Signals(
        time_s=time_s,
        points_px=points,
        visibility=visibility,
        angles_deg=found,
        sigma_deg={name: together(one) for name, one in parts.items()},
        parts_deg=parts,
        back_px=back.edge_px,
        hip_depth=back.hip_depth,
        back_reading=back.reading.as_array(),
        heading_deg=heading,
        lean_deg=lean,
        shape_deg=shape(time_s, world, stretch),
        gap_legs=distances,
        has_picture=track.outline_px is not None,
        stretch=stretch,
        pace=pace,
        level=level.map,
        roll_sigma_deg=level.roll_sigma_deg,
        place_sigma_px=level.place_sigma_px,
        seen=seen,
        both_sides=both,
        side=side,
        leg_px=leg_px,
        picture_deg=float(np.hypot(coarse_deg("thigh", seen_leg_px), dim)),
        too_small=seen_leg_px < LEAST_LEG_PX,
        face_covered=track.face_covered,
        view=view,
        lifter_coverage=float(seen.mean()),
        side_swaps_repaired=swaps,
        cautions=track.cautions
        + level.cautions
        + doubts
        + _gaps(track, stretch)
        + _cautions(track, in_scene, seen, view, seen_leg_px),
    )


def _covered(
    track: PoseTrack,
    raw: FloatArray,
    found: dict[str, FloatArray],
    side: Facing,
    forward: float,
    *,
    from_side: bool,
) -> Covered:
    """What something stands before; nothing when there is no mask to tell."""
    if track.outline_px is None or track.on_body is None:
        return nothing_covered(len(track.time_s))
    return covered(
        track.time_s,
        track.visibility,
        track.on_body,
        track.outline_px,
        raw,
        found,
        side,
        forward,
        from_side=from_side,
    )


def _yaw_deg(heading_deg: FloatArray) -> FloatArray:
    """How far from a side view each frame is, (T,) degrees, 0..90."""
    return np.asarray(90.0 - np.abs(np.abs(heading_deg) - 90.0))


def _need_lifter(time_s: FloatArray, seen: BoolArray, track: PoseTrack) -> None:
    seen_s = FrameTimes(time_s).lasting_s(seen)
    if seen_s < MIN_SEEN_S:
        name = track.source.file if track.source else "the poses"
        raise NoLifter(
            f"{name}: nobody was found for long enough to judge "
            f"({seen_s:.1f} s). Film the whole body, in good light."
        )


def _noise_deg(
    time_s: FloatArray, raw: dict[str, FloatArray], smooth: dict[str, FloatArray]
) -> dict[str, FloatArray]:
    """Local spread of what the filter took away, (T,) degrees per angle."""
    width = FrameTimes(time_s).within(NOISE_WINDOW_S)
    kernel = np.ones(width)
    out = {}
    for name, values in raw.items():
        rest = values - smooth[name]
        known = np.isfinite(rest)
        # Cut out of the full one: "same" is as long as the window where that is longer.
        count = np.convolve(known, kernel)[width // 2 :][: rest.size]
        power = np.convolve(np.where(known, rest, 0.0) ** 2, kernel)[width // 2 :][: rest.size]
        out[name] = np.sqrt(power / np.maximum(count, 1))
    return out


def _back(
    track: PoseTrack,
    raw: FloatArray,
    forward: float,
    view: View,
    heading: FloatArray,
    whole: BoolArray,
    stretch: Stretch,
) -> BackLine:
    """The dorsal edge; without a picture, or from the front, there is none."""
    frames = len(track.time_s)
    if track.outline_px is None or view.facing is None:
        return no_back_line(frames)
    back = back_line(track.time_s, track.outline_px, raw, forward, whole, stretch)
    return back.with_parts(
        {
            "the camera's angle": foreshortening_deg(view.yaw_deg),
            "a camera behind the lifter": BEHIND * behind_deg(raw, view.facing, forward, heading),
            CONTRADICTED: contradiction_deg(back.turn_deg, back.reading),
        }
    )


def _leg_px(points: FloatArray, side: Facing) -> float:
    """Standing leg length, hip-knee-ankle, in pixels: the body's own scale."""
    hip, knee, ankle = (points[:, table[side]] for table in (HIP, KNEE, ANKLE))
    leg = np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)
    if np.isfinite(leg).sum() >= 3:
        return float(np.nanpercentile(leg, 90))
    # A trunk (hip to shoulder) is 0.59 of a leg (hip to ankle):
    # Drillis and Contini 1966, segment lengths 0.288 H and 0.491 H.
    trunk = np.linalg.norm(points[:, SHOULDER[side]] - hip, axis=1)
    if not np.isfinite(trunk).any():
        return float("nan")
    return float(np.nanpercentile(trunk, 90) / 0.59)


def _gaps(track: PoseTrack, stretch: Stretch) -> tuple[Caution, ...]:
    """Name the longest gap of poses whose film, if any, didn't name it."""
    time_s = track.time_s * track.pace.slowed
    ends = np.flatnonzero(np.diff(stretch) != 0)
    given = track.stretch if track.stretch is not None else np.zeros(len(time_s))
    ends = ends[np.diff(given)[ends] == 0]
    if not ends.size or any(one.code == "gap" for one in track.cautions):
        return ()
    longest = int(ends[np.argmax(np.diff(time_s)[ends])])
    return (
        Caution(
            "gap",
            f"Nothing between {time_s[longest]:.1f} s and {time_s[longest + 1]:.1f} s.",
            "Record the whole set without a pause.",
        ),
    )


def _cautions(
    track: PoseTrack, in_scene: BoolArray, seen: BoolArray, view: View, leg_px: float
) -> tuple[Caution, ...]:
    out = []
    if track.shot is not None and track.shot.max(initial=0) > 0:
        steps_s = np.minimum(np.gradient(track.time_s), repair.LONG_STEP_S)
        judged_s, all_s = float(steps_s[in_scene].sum()), float(steps_s.sum())
        out.append(
            Caution(
                "cuts",
                f"The film shows {int(track.shot.max()) + 1} places; only the one that shows "
                f"the lifter best was judged, {judged_s:.0f} s of {all_s:.0f} s.",
                "Film the set in one take.",
            )
        )
    if seen.mean() < 0.8:
        out.append(
            Caution(
                "lifter_missing",
                f"The lifter could be followed in {seen.mean():.0%} of the film.",
                "Keep the whole body, head to feet, in the picture all the time.",
            )
        )
    if leg_px < SMALL_LEG_PX:
        out.append(
            Caution(
                "lifter_small",
                "The lifter is small in the picture, so all is less certain.",
                "Go nearer, or zoom in, until the body fills two thirds of the picture's height.",
            )
        )
    if track.light is not None and track.light < DARK_GREY:
        out.append(
            Caution(
                "dark",
                "The picture is dark where the lifter is, so all is less certain.",
                "Put more light on the lifter, and no window behind them.",
            )
        )
    if view.name == "oblique":
        out.append(
            Caution(
                "oblique_view",
                f"The camera stands {view.yaw_deg:.0f}° ± {view.yaw_sigma_deg:.0f}° "
                "away from a true side view.",
                "Place the camera level with the hips, straight to the side.",
            )
        )
    return tuple(out)
