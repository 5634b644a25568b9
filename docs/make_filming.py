"""Draw the pictures of docs/filming.md: ``python docs/make_filming.py``.

The drawing of where the phone goes is the report's own; what a phone sees from there and
from elsewhere are frames of the rendered clips of ``python -m benchmarks camera_place``, where
these are drawn already.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.accuracy.films import film_path, is_drawn
from benchmarks.camera_place.films import EVERYWHERE, HEIGHTS_M, Place, clip_of
from formcheck.report.lettering import Colour, Line, Picture, label, paste
from formcheck.report.where_to_film import drawing
from formcheck.synth import read_truth, truth_path
from formcheck.video import read_video

IMAGES = Path(__file__).parent / "images"
DRAWING, SEEN = IMAGES / "where_to_film.svg", IMAGES / "what_the_phone_sees.webp"
WIDE_PX, HIGH_PX, GAP_PX, LETTER_PX = 240, 380, 6, 20
QUALITY = 72
GOOD: Colour = (60, 160, 90)
OTHER: Colour = (40, 44, 50)
YAWS_DEG = {"one metre ahead": 18.0, "straight aside": 0.0, "behind the side": -12.0}
BEST = {"deadlift": "straight aside", "back_squat": "one metre ahead"}


def seen_from(place: Place, number: int) -> Picture:
    """What a phone sees of a squat at its bottom, or of a deadlift at its top."""
    film = film_path(clip_of(EVERYWHERE[number], place))
    rep = read_truth(truth_path(film))["reps"][0]
    at_s = rep["top_s"] if EVERYWHERE[number].lift == "deadlift" else rep["bottom_s"]
    with read_video(film) as frames:
        rgb = next(one.rgb for one in frames.frames() if one.time_s >= at_s)
    high = round(rgb.shape[1] * HIGH_PX / WIDE_PX)
    top = (rgb.shape[0] - high) // 2
    cut = Image.fromarray(np.ascontiguousarray(rgb[top : top + high]))
    return np.array(cut.resize((WIDE_PX, HIGH_PX), Image.Resampling.LANCZOS))


def pictures() -> Picture:
    """A row a lift, a column a place, each named."""
    rows = []
    for number in range(len(EVERYWHERE)):
        row = []
        for name, yaw_deg in YAWS_DEG.items():
            rgb = seen_from(Place(yaw_deg, HEIGHTS_M["hips"]), number)
            colour = GOOD if BEST[EVERYWHERE[number].lift] == name else OTHER
            line = Line(name, LETTER_PX, True, (255, 255, 255))
            paste(rgb, label((line,), box=colour, opacity=0.85), 6, HIGH_PX)
            row += [rgb, np.full((HIGH_PX, GAP_PX, 3), 255, np.uint8)]
        rows += [np.concatenate(row[:-1], axis=1)]
        rows += [np.full((GAP_PX, rows[0].shape[1], 3), 255, np.uint8)]
    return np.concatenate(rows[:-1], axis=0)


def main() -> None:
    """Write both."""
    IMAGES.mkdir(exist_ok=True)
    DRAWING.write_text(drawing(alone=True) + "\n", encoding="utf-8", newline="\n")
    print(f"{DRAWING}: {DRAWING.stat().st_size / 1000:.1f} kB")
    places = [Place(yaw_deg, HEIGHTS_M["hips"]) for yaw_deg in YAWS_DEG.values()]
    if all(is_drawn(clip_of(one, at), any_renderer=True) for one in EVERYWHERE for at in places):
        Image.fromarray(pictures()).save(SEEN, quality=QUALITY, method=6)
        print(f"{SEEN}: {SEEN.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
