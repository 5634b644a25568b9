"""From a pose track to signals: repaired, filtered, with view and uncertainty."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from formcheck.data import (
    Body,
    FloatArray,
    Picture,
    PoseTrack,
    Series,
    Signals,
    Stance,
    Time,
)
from formcheck.signals import repair
from formcheck.signals.angles import angles, at_joints
from formcheck.signals.back import back_of
from formcheck.signals.bar import bar_of, sized
from formcheck.signals.behind import fitted_angles
from formcheck.signals.between import FEW_MASKS, few_masks_deg, masked, with_masks
from formcheck.signals.body import Landmarks, body_of, landmarks_of, reliable_px
from formcheck.signals.cautions import cautions_of
from formcheck.signals.covered import covered
from formcheck.signals.filtering import stretches
from formcheck.signals.level import levelled
from formcheck.signals.lumbar import lumbar_flexion, standing
from formcheck.signals.pace import at_usual_pace, doubted, scatter
from formcheck.signals.sampling import FEW_LOOKS, unsampled_deg
from formcheck.signals.shape import guesses_of
from formcheck.signals.uncertainty import noise_deg, with_errors
from formcheck.signals.view import stance_of

CUT_S = 10.0
"""As if so much time had passed in a cut: the fitted body may be anywhere after it."""


def compute_signals(track: PoseTrack, plate_m: float | None = None) -> Signals:
    """Turn landmarks into angles, view, scale and the line of the back.

    Where hands swing faster than arms can, the film is sped up, and the filter would cut
    what is movement: all is measured again at the pace of a usual swing. ``plate_m`` is
    how wide the bar's plate is, metres: 0 for unknown, None for as it looks.

    Raises
    ------
    NoLifter
        Nobody is in the picture for at least half a second.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/deadlift_good.npz"))
    >>> motion = formcheck.compute_signals(track)
    >>> trunk = motion.angles_deg["trunk"]
    >>> deepest = trunk.value.argmax()
    >>> f"{trunk.value[deepest]:.0f} ± {trunk.sigma[deepest]:.0f}°"
    '66 ± 7°'
    """
    if plate_m not in track.measured:
        track.measured[plate_m] = _at_its_pace(track, plate_m)
    return track.measured[plate_m]


def _at_its_pace(track: PoseTrack, plate_m: float | None) -> Signals:
    motion = _measured(track, plate_m)
    likely = at_usual_pace(track, motion.guesses.gap_legs["wrist_over_hip"])
    if likely is None:
        return motion
    again = _measured(likely, plate_m)
    turn = again.angles_deg["back_turn"]
    wider = turn.with_parts({"a sped-up film": scatter(again.time_s, turn.value)})
    angles_deg = {**again.angles_deg, "back_turn": wider}
    return replace(again, angles_deg=angles_deg, cautions=motion.cautions)


def _measured(track: PoseTrack, plate_m: float | None) -> Signals:
    own = masked(track) if track.looked is None else masked(track) | ~track.looked
    track = with_masks(track)
    in_scene = repair.best_scene(track)
    level = levelled(repair.only(track, in_scene), in_scene)
    track, picture = level.track, level.picture
    time = Time(track.time_s, stretches(track.time_s, track.stretch), track.pace)
    landmarks = landmarks_of(track)
    stance = stance_of(time, track.world_m, landmarks.visibility[landmarks.seen])
    kept_px = reliable_px(time, landmarks, stance)
    body = body_of(time, landmarks, kept_px, stance, track.frame_size)
    body = replace(body, of_engine=track.on_body is not None)
    angles_deg, lean_deg, body = _angles(track, time, landmarks, kept_px, stance, picture, body)
    guesses = guesses_of(time, track.world_m, lean_deg)
    back, turn = back_of(track, landmarks.px, time, stance, picture, body.looked_at_px)
    upright = standing(angles_deg["hip"].value, back.hip_depth)
    lumbar = lumbar_flexion(back.reading, upright, stance.view.yaw_deg)
    turn = turn.with_parts({FEW_MASKS: few_masks_deg(time.time_s, own)})
    angles_deg |= {"back_turn": turn, "lumbar_flexion": lumbar}
    sampled = {
        name: one.with_parts({FEW_LOOKS: unsampled_deg(time.time_s, one.value, track.looked)})
        for name, one in angles_deg.items()
    }
    time, doubts = doubted(time, landmarks.px, body, guesses.gap_legs["wrist_over_hip"])
    hard_to_see = cautions_of(track, time, in_scene, body, stance.view)
    cautions = track.cautions + level.cautions + doubts + hard_to_see
    bar = sized(bar_of(time, track.plate_px, stance, body), plate_m)
    return Signals(time, stance, picture, body, sampled, back, guesses, cautions, bar)


def _angles(
    track: PoseTrack,
    time: Time,
    landmarks: Landmarks,
    kept_px: FloatArray,
    stance: Stance,
    picture: Picture,
    body: Body,
) -> tuple[dict[str, Series], FloatArray, Body]:
    """The angles between joints where they are shown, and the trunk's wherever it was read.

    And the body with what is hidden of it.
    """
    both = body.both_sides
    inside = repair.inside(picture.own_px(body.points_px), track.frame_size)
    read = partial(angles, stance=stance, both_sides=both, alone=body.alone)
    found = read(np.where(inside[..., None], body.points_px, np.nan))
    noise = noise_deg(track.time_s, read(kept_px), found, track.looked)
    if track.on_body is not None:
        found = at_joints(found)
    hidden = covered(track, landmarks.px, found, stance, from_side=not both)
    told = inside if track.looked is None else inside & track.looked[:, None]
    fitted = fitted_angles(
        time.time_s + CUT_S * time.stretch,
        replace(landmarks, visibility=np.where(told, landmarks.visibility, 0.0)),
        hidden,
        track.plate_px,
        track.outline_px,
        stance,
        body,
    )
    shown = with_errors(
        hidden.drop(found) if fitted is None else fitted.into(found),
        noise,
        stance.view,
        both,
        hidden.leg if fitted is None else np.zeros_like(hidden.leg),
        body.alone,
        picture.roll_sigma_deg,
        leg_px=body.looked_at_px,
        light=picture.light,
    )
    body = replace(body, hips_hidden=hidden.hips)
    if fitted is not None:
        shown = fitted.errors(shown)
        body = replace(body, hidden=fitted.hidden, held_px=fitted.held_px)
    return shown, found["trunk"], body
