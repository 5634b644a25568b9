"""How often pictures are looked at, as it is asked for: "auto", "every", or so many a second."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.errors import BadRequest
from formcheck.poses.engines import SPARED

MOST_HZ = 62.0
"""Frames above this rate are skipped: a swing's 300 °/s moves 5° between frames."""

LEAST_HZ = 1.0
"""With fewer pictures a second there is nothing to follow."""

MASK_EVERY_S = 0.1
"""From one person mask to the next, of engines that draw them on demand. On 48 real films
98.4 % of the verdicts are those of a mask for every picture, where moving the film by 2 px
leaves 92.5 % (``python -m benchmarks repeat``)."""

DEFAULT_SAMPLING = "auto"


@dataclass(frozen=True)
class Sampling:
    """Which pictures are looked at.

    most_hz       the others above this rate are left out of the track
    rests         somebody who doesn't move is looked at less often, where the engine allows it
    mask_every_s  from mask to mask, where the engine allows it; 0 for each look
    """

    most_hz: float = MOST_HZ
    rests: bool = False
    mask_every_s: float = MASK_EVERY_S


EVERY = Sampling()


def sampling_of(asked: str) -> Sampling:
    """Read what was asked for.

    Raises
    ------
    BadRequest
        It is neither of the words nor a rate.
    """
    if asked in ("auto", "every"):
        return Sampling(rests=asked == "auto")
    try:
        most_hz = float(asked)
    except ValueError:
        most_hz = 0.0
    if not LEAST_HZ <= most_hz <= MOST_HZ:
        raise BadRequest(
            f"--sampling {asked}: give auto, every, or pictures a second from {LEAST_HZ:g} to "
            f"{MOST_HZ:g}."
        )
    return Sampling(most_hz=most_hz)


def comes_to(asked: str, engine: str) -> str:
    """Say what is asked for in the same words wherever it comes to the same with an engine.

    Raises
    ------
    BadRequest
        It is neither of the words nor a rate.
    """
    sampling = sampling_of(asked)
    if sampling.rests and engine in SPARED:
        return "auto"
    return "every" if sampling.most_hz == MOST_HZ else f"{sampling.most_hz:g}"
