"""A glance at a film's first seconds: whether the picture shows what judging needs.

The words are those of ``live.framing``. A few pictures decide together; where they don't
agree, nothing is said. A child process looks at them, bounded in time and memory: see
``glancing``, which starts it. It reads pictures from stdin, each after its length, and
answers a JSON line.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.batch.worker import limit_memory
from formcheck.data import PoseTrack
from formcheck.live.framing import FRONT, Framing, check
from formcheck.poses.engine import PoseEngine
from formcheck.poses.engines import DEFAULT_ENGINE, open_engine
from formcheck.poses.model import find_model
from formcheck.poses.rows import FRAME, fill

Sure = Literal["good", "amiss", "unsure"]

AGREE = 0.6
"""Share of the pictures with somebody in them that must say the same (our choice)."""

LEAST_SEEN = 0.5
"""Share of the pictures in which somebody must be seen for anything else to be said."""

FEW_PICTURES = 3
LONGEST_PX = 640
LENGTH_BYTES = 4

GOOD_SIDE = "This looks good: all of you is in the picture, from the side."
GOOD_FRONT = "All of you is in the picture. From the side more can be judged."
NOBODY = "Nobody is seen in the first seconds. Is this the right film?"
UNSURE = "Whether the picture fits can't be said from the first seconds. Send it all the same."

BENT = "too_far"
"""Also said of somebody who bends down: such a picture tells nothing, unless all are so."""


@dataclass(frozen=True)
class Glance:
    """What a glance tells: ``sure`` how, ``code`` is stable, ``say`` the sentence."""

    sure: Sure
    code: str
    say: str


UNKNOWN = Glance("unsure", "unsure", UNSURE)


def glance_at(rows: NDArray[np.void], brightness: Sequence[float], size: tuple[int, int]) -> Glance:
    """Say what pictures of a film's first seconds tell together.

    Parameters
    ----------
    rows
        What the engine found in each, of ``FRAME``.
    brightness
        Mean of each, 0..255.
    size
        Their width and height, pixels.
    """
    if len(rows) < FEW_PICTURES:
        return UNKNOWN
    found = [_framing(row, light, size) for row, light in zip(rows, brightness, strict=True)]
    counts = Counter(one.code for one in found)
    if counts["nobody"] == len(found):
        return Glance("amiss", "nobody", NOBODY)
    seen = [one for one in found if one.code != "nobody"]
    telling = [one for one in seen if one.code != BENT] or seen
    code, often = Counter(one.code for one in telling).most_common(1)[0]
    if len(seen) < LEAST_SEEN * len(found) or often < max(AGREE * len(telling), FEW_PICTURES):
        return UNKNOWN
    one = next(one for one in telling if one.code == code)
    if one.ok:
        return Glance("good", code, GOOD_FRONT if FRONT in one.say else GOOD_SIDE)
    return Glance("amiss", code, one.say)


def _framing(row: np.void, brightness: float, size: tuple[int, int]) -> Framing:
    """One picture's framing: the check wants a stretch of time, so it is shown it twice."""
    twice = np.stack([row, row])
    return check(
        PoseTrack(
            time_s=np.array([0.0, 0.01]),
            landmarks_px=twice["points_px"].astype(float),
            visibility=twice["visibility"].astype(float),
            world_m=twice["world_m"].astype(float),
            frame_size=size,
            on_body=twice["on_body"].astype(float),
        ),
        "auto",
        brightness,
    )


def look(pictures: Sequence[bytes], engine: PoseEngine) -> Glance:
    """Look at pictures of one film, JPEG each; what can't be read is left out."""
    rows, size = np.zeros(len(pictures), dtype=FRAME), (0, 0)
    brightness: list[float] = []
    for data in pictures:
        bgr = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
        if bgr is None or max(bgr.shape) > LONGEST_PX:
            continue
        here = (bgr.shape[1], bgr.shape[0])
        if brightness and here != size:
            continue
        size = here
        fill(rows[len(brightness)], 0.0, engine.follow(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)))
        brightness.append(float(bgr.mean()))
    return glance_at(rows[: len(brightness)], brightness, size)


def _pictures(stream: BinaryIO) -> list[bytes]:
    pictures = []
    while len(length := stream.read(LENGTH_BYTES)) == LENGTH_BYTES:
        pictures.append(stream.read(int.from_bytes(length)))
    return pictures


def main() -> None:
    """Look at what comes on stdin; say nothing where there is no model."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    limit_memory(int(sys.argv[1]))
    model = find_model()
    if model is None:
        return
    with open_engine(DEFAULT_ENGINE, model) as engine:
        answers.write(json.dumps(asdict(look(_pictures(sys.stdin.buffer), engine))))
    answers.flush()
    os._exit(0)  # what else the libraries do at their end takes a second


if __name__ == "__main__":
    main()
