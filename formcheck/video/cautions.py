"""What a recording's own faults mean for the reader: text for people."""

from __future__ import annotations

import math

from formcheck.data import Caution
from formcheck.video.clock import Tally

MISSING_END_S = 0.3  # headers round, and sound ends later than the picture
MADE_UP = 0.05
"""Share of pictures without a usable time, or damaged, from which the film's seconds are
doubted (our choice)."""
LOW_RATE_HZ = 20.0  # a swing's turn takes about 0.1 s: two pictures at this rate


def cautions_of(tally: Tally, header_s: float, hdr: str | None) -> tuple[Caution, ...]:
    """List what limits a recording, as far as one pass has read it.

    ``header_s`` is how long the film should be (NaN: unknown, or the end was
    not asked for); ``hdr`` names its HDR kind, None for an ordinary picture.
    """
    found = []
    if tally.finished and _ends_early(tally, header_s):
        found.append(_truncated(tally.last_s, header_s))
    if tally.damaged:
        found.append(
            Caution(
                "damaged_frames",
                f"{tally.damaged} picture(s), damaged or drawn onto damaged ones, were left out: "
                "nothing is measured there.",
                "Copy the video from the phone once more.",
            )
        )
    if tally.repairs:
        outcome = (
            "so what needs true seconds isn't judged"
            if tally.repairs > MADE_UP * tally.frames
            else "so tempo may be a little off"
        )
        found.append(
            Caution(
                "timestamps_repaired",
                f"{tally.repairs} picture(s) had no usable time; we filled in the usual interval, "
                f"{outcome}.",
                "Use the phone's original file, not a converted one.",
            )
        )
    if tally.longest_gap_s > tally.longest_allowed_s:
        found.append(
            Caution(
                "gap",
                f"No picture between {tally.gap_at_s:.1f} s and "
                f"{tally.gap_at_s + tally.longest_gap_s:.1f} s.",
                "Close other apps while filming.",
            )
        )
    if tally.rate_hz < LOW_RATE_HZ:
        found.append(
            Caution(
                "low_frame_rate",
                f"{tally.rate_hz:.2g} pictures a second are few: what moves quickly between them "
                "is less certain, or isn't judged.",
                "Film at 30 or 60 pictures a second, in good light.",
            )
        )
    if hdr is not None:
        found.append(
            Caution(
                "hdr",
                f"The video is HDR ({hdr}); its colours and brightness may look different here.",
                "Turn HDR video off in the camera settings if the lifter is hard to see.",
            )
        )
    return tuple(found)


def _ends_early(tally: Tally, header_s: float) -> bool:
    if tally.broke_off:
        return True
    if tally.leaps:  # the header's length comes from the wrong times
        return False
    return math.isfinite(header_s) and header_s - tally.last_s > MISSING_END_S + tally.usual_gap_s


def _truncated(last_s: float, header_s: float) -> Caution:
    should = f" of {header_s:.1f} s" if header_s > last_s else ""
    return Caution(
        "truncated",
        f"The video breaks off: we could watch it until {last_s:.1f} s{should}.",
        "Copy the video from the phone once more.",
    )
