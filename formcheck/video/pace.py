"""How fast a film plays: what its tags say, and what the user says.

A phone's slow motion is often stamped at the rate at which it is to be shown, with
the rate at which it was taken in a tag. Only tags that say so plainly are undone;
what can't be true is passed over.

``com.android.capture.fps``: the rate of taking, which "produces slow motion or
timelapse effect during playback" where it differs (Android, KEY_CAPTURE_RATE).
``com.apple.quicktime.full-frame-rate-playback-intent``: 0 means that the film is to
be shown in slow motion (Apple, AVMetadata); the phone's own file keeps true times
at 120 or more pictures a second, so at an ordinary rate it was exported with its
slow-motion ramp.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from formcheck.data import Caution, Pace
from formcheck.errors import BadRequest

CAPTURE_TAG = "com.android.capture.fps"
INTENT_TAG = "com.apple.quicktime.full-frame-rate-playback-intent"
MODE_TAG = "com.apple.photos.captureMode"

PACE_CODES = ("slow_motion", "time_lapse", "pace_unknown", "pace_changes")
"""Cautions about how fast a film plays."""

SLOWED = (0.1, 32.0)
"""Factors that a user may name: a time lapse at ten times life's speed to 960
pictures a second shown at 30."""

LEAST_SLOWED = 1.5
"""A rate of taking so many times the film's is slow motion: the least phones have is
60 shown at 30 or 24, and dropped pictures make ordinary films look 1.2 times slowed."""

LAPSED = 0.5
"""And under this share of it a time lapse, or a wrong tag: which, nobody can tell."""

WHOLE = 0.05
"""Share by which a factor is taken to be the whole number nearby: pictures drop out."""

HIGH_RATE_HZ = 100.0
"""From here on Apple's own slow-motion files have true times (120 and 240 in use)."""

QUICKEST = 0.1
"""Quantile of the intervals that tells the rate of the film: dropped pictures only
make intervals longer."""


def need_factor(slowed: float | None) -> None:
    """Make sure that a factor can be one.

    Raises
    ------
    BadRequest
        It isn't between a tenth and 32.
    """
    if slowed is not None and not SLOWED[0] <= slowed <= SLOWED[1]:
        raise BadRequest(
            f"--slow-motion {slowed:g}: give how many times slower than life the film plays, "
            f"{SLOWED[0]:g} to {SLOWED[1]:g}."
        )


def needs_rate(tags: Mapping[str, str]) -> bool:
    """Whether a tag tells a rate to compare with the film's."""
    return CAPTURE_TAG in tags or INTENT_TAG in tags


def usual_rate_hz(stamps_s: Sequence[float]) -> float:
    """Rate of a film's pictures from their times, in any order; NaN if too few."""
    ordered = sorted(set(stamps_s))
    steps = sorted(b - a for a, b in pairwise(ordered))
    return 1.0 / steps[int(QUICKEST * len(steps))] if steps else math.nan


def pace_of(tags: Mapping[str, str], rate_hz: float, given: float | None) -> Pace:
    """Tell how many times slower than life a film plays.

    Parameters
    ----------
    tags
        The file's, by name.
    rate_hz
        Pictures a second by the film's own times.
    given
        What the user says, which counts more; None if nothing.
    """
    if given is not None:
        return Pace(given)
    taken_hz = _number(tags.get(CAPTURE_TAG))
    ratio = taken_hz / rate_hz if rate_hz > 0 else math.nan
    if LEAST_SLOWED <= ratio <= SLOWED[1] * (1 + WHOLE):
        whole = round(ratio)
        return Pace(float(whole) if abs(ratio / whole - 1) <= WHOLE else ratio)
    if 0 < ratio < LAPSED or "lapse" in tags.get(MODE_TAG, "").lower():
        return Pace(doubt="pace_unknown")
    if _number(tags.get(INTENT_TAG)) == 0 and rate_hz < HIGH_RATE_HZ:
        return Pace(doubt="pace_changes")
    return Pace()


def pace_cautions(pace: Pace, rate_hz: float, *, given: bool) -> tuple[Caution, ...]:
    """Say that times were changed, or can't be trusted, by a file's tags."""
    if pace.slowed != 1.0:
        how = "slower" if pace.slowed > 1 else "faster"
        times = max(pace.slowed, 1 / pace.slowed)
        who = "as you say" if given else "as its tag says"
        taken = f" (taken at {pace.slowed * rate_hz:.0f} pictures a second)" if not given else ""
        return (
            Caution(
                "slow_motion" if pace.slowed > 1 else "time_lapse",
                f"The film plays {times:.3g} times {how} than life, {who}{taken}: speeds and "
                "durations are life's, moments are the film's.",
                "If that isn't so, name the right factor with --slow-motion (1: as filmed).",
            ),
        )
    if pace.doubt == "pace_unknown":
        return (
            Caution(
                "pace_unknown",
                "The film's tags speak of a time lapse: how fast it plays isn't known.",
                "Film at normal speed, or name the factor with --slow-motion.",
            ),
        )
    if pace.doubt == "pace_changes":
        return (
            Caution(
                "pace_changes",
                "The film was exported with slow motion in it: its speed changes.",
                "Send the phone's own file, or name the factor with --slow-motion.",
            ),
        )
    return ()


def _number(text: str | None) -> float:
    """A tag's number, NaN when it isn't one that can be a rate."""
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and value >= 0 else math.nan
