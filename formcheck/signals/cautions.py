"""What to tell the user of a recording that limits what can be said of the lift."""

from __future__ import annotations

import numpy as np

from formcheck import filming
from formcheck.data import Body, BoolArray, Caution, PoseTrack, Time, View
from formcheck.signals.repair import LONG_STEP_S
from formcheck.signals.uncertainty import DARK_GREY, SMALL_LEG_PX


def cautions_of(
    track: PoseTrack, time: Time, in_scene: BoolArray, body: Body, view: View
) -> tuple[Caution, ...]:
    """Name a gap, cuts, and what makes the lifter hard to see."""
    return _gaps(track, time) + _hard_to_see(track, in_scene, body, view)


def _gaps(track: PoseTrack, time: Time) -> tuple[Caution, ...]:
    """Name the longest gap of poses whose film, if any, didn't name it."""
    time_s = track.time_s * track.pace.slowed
    ends = np.flatnonzero(np.diff(time.stretch) != 0)
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


def _hard_to_see(
    track: PoseTrack, in_scene: BoolArray, body: Body, view: View
) -> tuple[Caution, ...]:
    out = []
    if track.shot is not None and track.shot.max(initial=0) > 0:
        steps_s = np.minimum(np.gradient(track.time_s), LONG_STEP_S)
        judged_s, all_s = float(steps_s[in_scene].sum()), float(steps_s.sum())
        out.append(
            Caution(
                "cuts",
                f"The film shows {int(track.shot.max()) + 1} places; only the one that shows "
                f"the lifter best was judged, {judged_s:.0f} s of {all_s:.0f} s.",
                "Film the set in one take.",
            )
        )
    if body.lifter_coverage < 0.8:
        out.append(
            Caution(
                "lifter_missing",
                f"The lifter could be followed in {body.lifter_coverage:.0%} of the film.",
                "Keep the whole body, head to feet, in the picture all the time.",
            )
        )
    if body.looked_at_px < SMALL_LEG_PX:
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
                filming.SIDE,
            )
        )
    return tuple(out)
