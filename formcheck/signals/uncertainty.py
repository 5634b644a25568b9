"""How far an angle may be off: base error, view, what hides the leg, and noise.

sigma² = base² + oblique² + view² + plate² + roll² + noise² + coarse² + dim², each a named
part. The base errors
are those of rendered lifters seen from the side (``docs/accuracy.md``); evidence §1.4
and §2.1 have the same size. With both sides the widths are stretched by 1 / cos(yaw), and what is
left is the yaw's own error: a segment leaning by theta is then off by
sin(2 theta) tan(yaw) / 2 times it (evidence §2.3), nothing when it is upright
or level. From the near side alone it is the worst error that the yaw makes in a
segment's inclination, arcsin(tan²(yaw / 2)), divided by the square root of 3
for its spread, and from ``OBLIQUE_FROM_DEG`` on that of the near joints'
different distances from the body's middle. Seen obliquely the end of a segment
that leans towards the camera is nearer to it, and stands lower in the picture.
Joint angles have two segments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from formcheck.data import BoolArray, FloatArray, Limb, Series, View, together
from formcheck.signals.angles import OBLIQUE_FROM_DEG
from formcheck.signals.frame_times import FrameTimes

BASE_DEG = {
    "trunk": 3.5,
    "thigh": 3.6,
    "shank": 2.4,
    "knee": 4.8,
    "hip": 5.2,
    "arm": 3.8,
    "elbow": 9.0,
    "neck": 8.0,
}
OBLIQUE_DEG = {"thigh": 6.0, "shank": 3.0, "knee": 7.0, "hip": 6.0, "elbow": 9.0, "neck": 17.0}
"""Further error where the far side is guessed, times sin(yaw): our choice, measured
on rendered lifters from 30° to 75° (docs/accuracy.md)."""

ALONE = "a leg that stands for both"
ALONE_DEG = {"thigh": 6.0, "shank": 4.0, "knee": 8.0, "hip": 6.0}
"""Further error of a leg of which the far one is hidden, times tan(yaw): it may stand further
out than its hip. Our choice, on how real lifters who stand straight are read obliquely:
thighs 7° (standard deviation) off with both legs seen and 9° with one, knees 6° and 11°."""

OF_SEGMENTS: dict[str, tuple[str, ...]] = {
    "knee": ("thigh", "shank"),
    "hip": ("trunk", "thigh"),
    "neck": ("trunk", "ear"),
    # A straight arm looks straight from everywhere.
    "elbow": (),
}

READING_PX = 1.3
"""How far apart the errors of a segment's two ends are, in pixels as they are looked
at: rendered and real films made smaller are read 0.8, 1.6, 3.3 and 4.6° (trunk, RMSE)
away from the whole picture where the trunk is 86, 43, 27 and 17 pixels long."""

LOOKED_AT_PX = 960
"""Longer side of the picture as it is looked at, see ``video.read_video``."""

USUAL_LEG_PX = 170.0
"""From this length of leg on a pixel is within the base errors: a trunk of 100."""

SMALL_LEG_PX = 75.0
LEAST_LEG_PX = 40.0
"""Legs under which the lifter is small, and too small to be judged: a body of 150 and
80 pixels. At 64 pixels a body is misread by 20..60° now and then."""

OF_LEG = {"trunk": 0.59, "thigh": 0.5, "shank": 0.5, "arm": 0.6, "elbow": 0.3, "ear": 0.25}
"""Segments' lengths by the leg's (Drillis and Contini 1966; the ear's by eye)."""

DIM_GREY = (45.0, 20.0)
DIM_DEG = 4.0
"""Mean grey of the lifter's place from which on it is too dark to see well, and where
it costs ``DIM_DEG``: darkened rendered and real films read the trunk 3.0° (RMSE) off at
a grey of 37 and 4.2° at 19, and lose the lifter under 15. Real clips have 49 and
more, but for one with 39."""

DARK_GREY = 35.0
"""Under it the reader is told (our choice)."""

LEAST_SHARE = 0.5
"""Of the view's error, what a segment within 15° of upright or level has: its own
angle isn't known better."""

PERSPECTIVE_DEG = 6.0
"""Turn of a level segment that points at the camera: half a metre below a lens at
4 m is 0.12 of the segment lower at its near end. The rest by sin(yaw) sin²(theta)."""

AGAINST_VERTICAL = frozenset({"trunk", "thigh", "shank", "arm"})
"""Angles that a tilted picture changes; those between two segments it doesn't."""

AT_HIPS = frozenset({"trunk", "hip", "neck"})
LEG_HIDDEN_DEG = 8.0
"""A plate before the leg drags the hip point along: on rendered lifters such a
trunk is off by 9.8° (RMSE), any other from the side by 3.8°."""

NEAR_SIDE = 0.0075
"""Degrees of error per squared degree of yaw when only the near side is seen: a
rendered trunk is read 6.5° off at 30° and 15° at 45°."""

MOST_DEG = 60.0
"""From the front the sagittal plane isn't in the picture at all."""

NOISE_WINDOW_S = 0.5
"""Over which the frame-to-frame noise of an angle is estimated."""

NOT_SHOWN_DEG = 25.0
"""With a view error above it an angle isn't measured: it is half of what the angle
does in a lift. From both sides that is from a yaw of 84° on."""


def foreshortening_deg(yaw_deg: float) -> float:
    """Spread of an uncorrected inclination's error at a yaw, one standard deviation.

    0 from the side, 1.0° at 20°, 2.4° at 30°, 5.7° at 45°, 52° at 90°.
    """
    ratio = np.tan(np.radians(min(abs(yaw_deg), 90.0)) / 2) ** 2
    return float(np.degrees(np.arcsin(min(ratio, 1.0))) / np.sqrt(3))


def view_error_deg(view: View, both_sides: bool) -> float:
    """Error from where the camera stands of a segment that leans by 45°, one sigma.

    From both sides 2° at a yaw of 30° and 2.5° at 45°; from the near side 1.0° at
    20°, then 7° at 30°.
    """
    if not np.isfinite(view.yaw_deg):
        return MOST_DEG
    if not both_sides:
        beyond = view.yaw_deg >= OBLIQUE_FROM_DEG
        near = NEAR_SIDE * view.yaw_deg**2 if beyond else 0.0
        return float(min(np.hypot(foreshortening_deg(view.yaw_deg), near), MOST_DEG))
    stretch = np.tan(np.radians(min(view.yaw_deg, 89.0))) / 2
    return float(min(stretch * view.yaw_sigma_deg, MOST_DEG))


def change_error_deg(view: View, both_sides: bool, from_deg: float, to_deg: float) -> float:
    """Error of a segment's turn from one lean to another, from where the camera stands.

    The same wrong yaw is in both: with both sides it adds sin(2 lean) times
    ``view_error_deg`` to each, and the difference is left; so with the nearer end's
    perspective. From the near side alone all of the error is.
    """
    view_deg = view_error_deg(view, both_sides)
    if not both_sides:
        return view_deg
    before, after = np.radians(from_deg), np.radians(to_deg)
    depth_deg = PERSPECTIVE_DEG * np.sin(np.radians(view.yaw_deg))
    stretched = view_deg * (np.sin(2 * after) - np.sin(2 * before))
    nearer = depth_deg * (np.sin(after) ** 2 - np.sin(before) ** 2)
    return float(np.hypot(stretched, nearer))


def widened(view: View, both_sides: bool, lean_deg: float) -> float:
    """By how much the points' own jitter turns a segment more than from the side.

    Widths are stretched by 1 / cos(yaw), and their jitter with them: that counts whole in a
    segment that stands upright, not at all in a level one.
    """
    if not both_sides:
        return 1.0
    lean, yaw = np.radians(lean_deg), np.radians(min(view.yaw_deg, 89.0))
    return float(np.hypot(np.cos(lean) / np.cos(yaw), np.sin(lean)))


def noise_deg(
    time_s: FloatArray,
    raw: Mapping[str, FloatArray],
    smooth: Mapping[str, FloatArray],
    looked: BoolArray | None = None,
) -> dict[str, FloatArray]:
    """Local spread of what the filter took away, (T,) degrees per angle.

    Of the frames that were ``looked`` at: what lies between two of them is smooth by itself.
    """
    width = FrameTimes(time_s).within(NOISE_WINDOW_S)
    kernel = np.ones(width)
    out = {}
    for name, values in raw.items():
        rest = values - smooth[name]
        known = np.isfinite(rest)
        if looked is not None:
            known &= looked
        # Cut out of the full one: "same" is as long as the window where that is longer.
        count = np.convolve(known, kernel)[width // 2 :][: rest.size]
        power = np.convolve(np.where(known, rest, 0.0) ** 2, kernel)[width // 2 :][: rest.size]
        out[name] = np.sqrt(power / np.maximum(count, 1))
    return out


def with_errors(
    angles_deg: Mapping[str, FloatArray],
    noise_deg: Mapping[str, FloatArray],
    view: View,
    both_sides: bool,
    leg_hidden: BoolArray,
    alone: Collection[Limb] = (),
    roll_sigma_deg: float = 0.0,
    leg_px: float = USUAL_LEG_PX,
    light: float | None = None,
) -> dict[str, Series]:
    """The angles with the parts of their σ; NaN where the view doesn't show them.

    ``angles_deg`` are the angles and ``noise_deg`` their noise, (T,) each;
    ``leg_hidden`` (T,) tells in which frames something stands before the leg, ``alone``
    which limbs stand for both, and
    ``roll_sigma_deg`` how uncertain the picture's vertical is; ``leg_px`` is the leg's
    length as it is looked at, ``light`` the mean grey there.
    """
    view_deg = view_error_deg(view, both_sides)
    turned = float(np.sin(np.radians(np.nan_to_num(view.yaw_deg, nan=90.0))))
    depth_deg = PERSPECTIVE_DEG * turned
    leaning = {**angles_deg, "ear": angles_deg["neck"] + angles_deg["trunk"]}
    plate_deg = np.where(leg_hidden, LEG_HIDDEN_DEG, 0.0)
    further = np.tan(np.radians(min(view.yaw_deg, 89.0))) if both_sides and "leg" in alone else 0.0
    shown = not view_deg > NOT_SHOWN_DEG
    found = {}
    for name, noise in noise_deg.items():
        nothing = np.zeros(noise.shape)
        segments = [leaning[one] for one in OF_SEGMENTS.get(name, (name,))]
        angled = {str(at): view_deg * _share(one) for at, one in enumerate(segments)}
        nearer = {str(at): depth_deg * _level(one) for at, one in enumerate(segments)}
        parts = {
            "the points' places": nothing + BASE_DEG[name],
            "jitter": noise,
            "a far side that is guessed": nothing + OBLIQUE_DEG.get(name, 0.0) * turned,
            ALONE: nothing + ALONE_DEG.get(name, 0.0) * further,
            "a small picture": nothing + coarse_deg(name, leg_px),
            "the dark": nothing + dim_deg(light),
            "the camera's angle": nothing + together(angled),
            "perspective": nothing + together(nearer),
            "the picture's tilt": nothing + (roll_sigma_deg if name in AGAINST_VERTICAL else 0.0),
            "a plate before the leg": plate_deg if name in AT_HIPS else nothing,
        }
        found[name] = Series(angles_deg[name] if shown else nothing + np.nan, parts)
    return found


def looked_at_px(length_px: float, frame_size: tuple[int, int]) -> float:
    """A length in the picture as it is looked at, of one in the film's own pixels."""
    return length_px * min(1.0, LOOKED_AT_PX / max(frame_size))


def coarse_deg(name: str, leg_px: float) -> float:
    """Error of an angle because the lifter is small, one standard deviation.

    0 at ``USUAL_LEG_PX``; for the trunk 1.5° at 75, 3.1° at 40.
    """
    if not leg_px < USUAL_LEG_PX:
        return 0.0
    segments = OF_SEGMENTS.get(name, (name,)) or (name,)
    whole = np.hypot.reduce([READING_PX / (OF_LEG[one] * max(leg_px, 1.0)) for one in segments])
    return float(np.degrees(whole) * np.sqrt(1.0 - (leg_px / USUAL_LEG_PX) ** 2))


def dim_deg(light: float | None) -> float:
    """Error of an angle because the lifter is in the dark, one standard deviation."""
    if light is None or light >= DIM_GREY[0]:
        return 0.0
    return DIM_DEG * min((DIM_GREY[0] - light) / (DIM_GREY[0] - DIM_GREY[1]), 2.0)


def _share(leaning_deg: FloatArray) -> FloatArray:
    """Of the view's error, what a segment at this inclination has; all if unknown."""
    share = np.maximum(np.abs(np.sin(np.radians(2 * leaning_deg))), LEAST_SHARE)
    return np.where(np.isfinite(share), share, 1.0)


def _level(leaning_deg: FloatArray) -> FloatArray:
    """How level a segment lies: 0 upright, 1 level or unknown."""
    level = np.sin(np.radians(leaning_deg)) ** 2
    return np.where(np.isfinite(level), level, 1.0)
