"""Is the lifter in the picture as a lift needs it, and what to change if not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck import filming
from formcheck.cues import CUES
from formcheck.cues.judging import views
from formcheck.data import Facing, FloatArray, PoseTrack
from formcheck.reps.lifts import LIFTS
from formcheck.signals.angles import ANKLE, EAR, HIP, KNEE, SHOULDER, TOE, WRIST
from formcheck.signals.repair import LEAST_ON_BODY, MIN_VISIBILITY
from formcheck.signals.view import heading_deg, view_of

MARGIN = 0.01
"""Share of the picture that must be free around the body."""

LEAST_TALL, MOST_TALL = 0.40, 0.97
"""The body's height as a share of the picture's (evidence §2.3 asks for 0.60 to
0.85; outside of these the landmarks get coarse, or a rep leaves the picture)."""

DARK = 30.0
"""Mean brightness of 255 under which the engine loses people (our choice)."""

LOOK_BACK_S = 1.0

SIDE, FRONT = "Side view", "Front view"


@dataclass(frozen=True)
class Framing:
    """What the picture is like for judging. ``ok`` is the green light.

    ``code`` is a stable identifier, ``say`` the instruction, ``judges`` the cues
    that this view can show.
    """

    ok: bool
    code: str
    say: str
    judges: tuple[str, ...] = ()


def check(track: PoseTrack, lift: str, brightness: float) -> Framing:
    """Look at the last second of a lifter who stands there.

    Parameters
    ----------
    track
        Frames up to now.
    lift
        The lift that is going to be judged, or "auto".
    brightness
        Mean of the picture, 0..255.
    """
    recent = track.time_s >= track.time_s[-1] - LOOK_BACK_S if len(track.time_s) else np.empty(0)
    if brightness < DARK:
        return Framing(False, "dark", "It is too dark. Switch on a light.")
    points = track.landmarks_px[recent]
    seen = np.isfinite(points[:, 0, 0]) if len(points) else np.zeros(0, dtype=bool)
    if seen.size == 0 or seen.mean() < 0.5:
        return Framing(False, "nobody", "Step into the picture.")
    body = np.nanmedian(points[:, :, :2], axis=0)
    visibility = np.median(track.visibility[recent][seen], axis=0)
    width, height = track.frame_size
    if (wrong := _cropped(body, visibility, width, height)) is not None:
        return wrong
    view = view_of(heading_deg(track.time_s[recent], track.world_m[recent]))
    if _turning_shows_more(view.yaw_deg):
        return Framing(False, "turn", "Turn side-on to the camera.")
    if view.name in ("side", "oblique") and track.on_body is not None:
        side = view.facing or "right"
        if np.median(track.on_body[recent][seen][:, HIP[side]]) < LEAST_ON_BODY:
            return Framing(False, "hip_hidden", filming.HIP_HIDDEN)
    known = [one for one in CUES.values() if lift in ("auto", *one.lifts)]
    one_leg = lift in LIFTS and LIFTS[lift].one_leg
    judges = tuple(
        sorted(one.id for one in known if not views.why_not(one.id, view, one_leg=one_leg))
    )
    where = SIDE if view.name in ("side", "oblique") else FRONT
    return Framing(
        True,
        "ready",
        f"Ready. {where}: {len(judges)} of {len(known)} cues. Start when you like.",
        judges,
    )


def _turning_shows_more(yaw_deg: float) -> bool:
    """Whether the lifter shows neither all that a side view does nor all that a front one does."""
    of = [views.standpoint(cue) for cue in CUES]
    missed = [one for one in of if not one.holds(yaw_deg)]
    return any(one.holds(0.0) for one in missed) and any(
        one.holds(views.FRONT_DEG) for one in missed
    )


def _cropped(body: FloatArray, visibility: FloatArray, width: int, height: int) -> Framing | None:
    """What of the body is outside of the picture, or too small in it."""
    top = min(body[joint, 1] for joint in EAR.values())
    feet = max(body[joint, 1] for table in (ANKLE, TOE) for joint in table.values())
    head_out = bool(top < MARGIN * height)
    feet_out = bool(feet > (1 - MARGIN) * height) or _unseen(visibility, ANKLE)
    tall = (feet - top) / height
    limbs = [joint for table in (SHOULDER, HIP, KNEE, WRIST) for joint in table.values()]
    across = body[limbs, 0] / width
    middle = "Move towards the middle of the picture: you are at its"
    wrong = {
        ("too_near", "Step back: head and feet are out of the picture."): head_out and feet_out,
        (
            "feet_out",
            "Your feet are out of the picture. Step back, or tilt the camera down.",
        ): feet_out,
        (
            "head_out",
            "Your head is out of the picture. Step back, or tilt the camera up.",
        ): head_out,
        ("too_near", "Step back a little."): tall > MOST_TALL,
        ("too_far", "Come closer to the camera."): tall < LEAST_TALL,
        ("left", f"{middle} left edge."): across.min() < MARGIN,
        ("right", f"{middle} right edge."): across.max() > 1 - MARGIN,
        ("knees_hidden", "Your knees are hidden. Clear the view to your legs."): _unseen(
            visibility, KNEE
        ),
    }
    return next((Framing(False, code, say) for (code, say), so in wrong.items() if so), None)


def _unseen(visibility: FloatArray, table: dict[Facing, int]) -> bool:
    """Neither side of a joint is seen."""
    return bool(max(visibility[list(table.values())]) < MIN_VISIBILITY)
