"""Draw the pictures of docs/film_your_lift.md and judge what they show.

``python docs/make_film_your_lift.py`` (extra ``[synth]``, half an hour) renders one lifter of
each group from good and bad places, has formcheck judge each film, the lift being told, and
writes a strip of pictures a group and what was judged from where, between the marks of the
page. ``--drawn`` takes the films that lie in ``build/film_your_lift`` already. The drawing of
where the phone goes is the report's own.
"""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image

from formcheck.data import Finding
from formcheck.errors import NothingToJudge
from formcheck.pipeline import Request, analyze
from formcheck.report.lettering import Colour, Line, Picture, label, paste, wrap
from formcheck.report.record import Analysis
from formcheck.report.where_to_film import drawing
from formcheck.report.wording import WORDS
from formcheck.synth import Spec, read_truth, render, truth_path
from formcheck.synth.spec import (
    BodySpec,
    CameraSpec,
    ClothesSpec,
    LiftName,
    Occluder,
    SceneSpec,
    TempoSpec,
)
from formcheck.video import read_video

DOCS = Path(__file__).parent
PAGE, IMAGES = DOCS / "film_your_lift.md", DOCS / "images"
DRAWING = IMAGES / "where_to_film.svg"
FILMS = DOCS.parent / "build" / "film_your_lift"

WIDTH_PX, HEIGHT_PX, FRAME_RATE_HZ = 480, 854, 24.0
WIDE_PX, HIGH_PX, GAP_PX, LETTER_PX, MARGIN_PX = 240, 400, 6, 19, 4
QUALITY = 74
GOOD: Colour = (30, 110, 62)
BAD: Colour = (150, 46, 38)
WHITE: Colour = (255, 255, 255)

ASIDE_M, COVERED_M = 3.0, 2.6
"""Three metres to the side, the lens so that 2.6 m of height are in the picture there."""
LENS_DEG = 2 * math.degrees(math.atan(COVERED_M / 2 / ASIDE_M))
HIPS_M, FLOOR_M, OVERHEAD_M, NEAR_M = 1.0, 0.15, 2.3, 1.8
REPS, SEED = 1, 7
TEMPO = TempoSpec(down_s=1.05, bottom_s=0.2, up_s=1.0, top_s=0.3, lead_s=1.0, tail_s=0.4)
SWING_TEMPO = TempoSpec(lead_s=1.0, tail_s=0.5)
MAN = BodySpec("male", 28, 1.78, 78, 0.65, "fair", "brown")
WOMAN = BodySpec("female", 34, 1.66, 60, 0.50, "olive", "black", "ponytail")
TSHIRT = ClothesSpec("tshirt", "#2f5d8a", "shorts", "#30363c")
FITTED = ClothesSpec("skin_tight", "#6d2f45", "tights", "#23252b")


@dataclass(frozen=True)
class Place:
    """One place of the camera, what it is called, and whether we would put it there."""

    name: str
    is_good: bool = False
    yaw_deg: float = 0.0
    height_m: float = HIPS_M
    distance_m: float = ASIDE_M
    roll_deg: float = 0.0
    before: tuple[Occluder, ...] = ()


@dataclass(frozen=True)
class Group:
    """Lifts that are filmed alike: the one that is drawn, by whom, at which end of it."""

    lift: LiftName
    places: tuple[Place, ...]
    body: BodySpec = MAN
    clothes: ClothesSpec = TSHIRT
    shown: str = "bottom_s"


ASIDE = Place("straight aside", is_good=True)
FRONT = Place("from in front", yaw_deg=90.0)
FROM_IN_FRONT, FROM_IN_FRONT_DEG = ("knees_track", "symmetry", "no_twist"), 50.0
"""What no film from the side is asked for (``formcheck/cues/views.toml``): the page says so."""

GROUPS = {
    "floor": Group(
        "deadlift",
        (
            ASIDE,
            FRONT,
            Place("on the floor", height_m=FLOOR_M),
            Place("too near", distance_m=NEAR_M),
        ),
    ),
    "rdl": Group(
        "romanian_deadlift",
        (
            ASIDE,
            Place("from behind", yaw_deg=-90.0),
            Place("half in front", yaw_deg=45.0),
            Place("behind a box", before=("box",)),
        ),
        WOMAN,
        FITTED,
    ),
    "swing": Group(
        "kettlebell_swing",
        (ASIDE, FRONT, Place("too near", distance_m=1.5), Place("leaning by 10°", roll_deg=10.0)),
    ),
    "bar_on_shoulders": Group(
        "back_squat",
        (
            Place("one metre ahead", is_good=True, yaw_deg=18.0),
            Place("straight aside"),
            Place("behind the side", yaw_deg=-25.0),
            Place("ahead, behind a post", yaw_deg=18.0, before=("post",)),
        ),
        WOMAN,
        FITTED,
    ),
    "squat": Group(
        "goblet_squat",
        (
            ASIDE,
            replace(FRONT, name="in front: for knees", is_good=True),
            Place("from above", height_m=OVERHEAD_M),
            Place("behind a bench", before=("bench",)),
        ),
    ),
    "one_leg": Group(
        "split_squat",
        (
            ASIDE,
            FRONT,
            Place("half in front", is_good=True, yaw_deg=45.0),
            Place("too near", distance_m=1.4),
        ),
        WOMAN,
        FITTED,
    ),
}


def spec_of(group: Group, place: Place) -> Spec:
    """A set of a group's lifter, filmed from a place."""
    return Spec(
        lift=cast("LiftName", group.lift),
        reps=REPS,
        seed=SEED,
        tempo=SWING_TEMPO if group.lift == "kettlebell_swing" else TEMPO,
        body=group.body,
        clothes=group.clothes,
        camera=CameraSpec(
            width=WIDTH_PX,
            height=HEIGHT_PX,
            frame_rate_hz=FRAME_RATE_HZ,
            yaw_deg=place.yaw_deg,
            height_m=place.height_m,
            distance_m=place.distance_m,
            roll_deg=place.roll_deg,
            fov_deg=LENS_DEG,
        ),
        scene=SceneSpec(occluders=place.before),
    )


def film_of(name: str, number: int) -> Path:
    """Where the film of a group's place lies."""
    return FILMS / f"{name}-{number}.mp4"


def still(group: Group, place: Place, film: Path) -> Picture:
    """What the phone sees, with the name of the place on it."""
    at_s = read_truth(truth_path(film))["reps"][0][group.shown]
    with read_video(film) as frames:
        rgb = next(one.rgb for one in frames.frames() if one.time_s >= at_s)
    high = round(rgb.shape[1] * HIGH_PX / WIDE_PX)
    top = (rgb.shape[0] - high) // 2
    cut = Image.fromarray(np.ascontiguousarray(rgb[top : top + high]))
    picture = np.array(cut.resize((WIDE_PX, HIGH_PX), Image.Resampling.LANCZOS))
    text = f"{'✓' if place.is_good else '✗'} {place.name}"
    lines = wrap(text, LETTER_PX, WIDE_PX - 6 * MARGIN_PX, bold=True)
    stamp = label(
        tuple(Line(one, LETTER_PX, True, WHITE) for one in lines),
        box=GOOD if place.is_good else BAD,
        opacity=0.92,
    )
    paste(picture, stamp, MARGIN_PX, MARGIN_PX)
    return picture


def strip(name: str) -> Picture:
    """The pictures of a group beside each other."""
    group = GROUPS[name]
    row: list[Picture] = []
    for number, place in enumerate(group.places):
        row += [still(group, place, film_of(name, number))]
        row += [np.full((HIGH_PX, GAP_PX, 3), 255, np.uint8)]
    return np.concatenate(row[:-1], axis=1)


def judged(group: Group, film: Path) -> Analysis | None:
    """What formcheck says of a film; nothing where it finds nobody or no repetition."""
    try:
        return analyze(film, Request(lift=group.lift))
    except NothingToJudge:
        return None


def row(place: Place, found: Analysis | None) -> str:
    """A line of the table: how much was judged of a clean lift, what wasn't, what was wrong."""
    mark = f"{'✓' if place.is_good else '✗'} {place.name}"
    if found is None:
        return f"| {mark} | nothing | nobody, or no repetition, is found | |"
    asked = [
        one
        for cue, one in found.summary.findings.items()
        if one.applies and not (cue in FROM_IN_FRONT and abs(place.yaw_deg) < FROM_IN_FRONT_DEG)
    ]
    share = f"{100 * found.summary.judged_share:.0f} %"
    if len(found.reps) != REPS:
        share += f", {len(found.reps)} reps for {REPS}"
    unseen = [_title(found, one) for one in asked if one.verdict == "cannot_judge"]
    wrong = [
        f"{_title(found, one)} ({WORDS[one.verdict].lower()})"
        for one in asked
        if one.verdict in ("watch", "fault")
    ]
    return f"| {mark} | {share} | {', '.join(unseen) or '–'} | {', '.join(wrong) or '–'} |"


def _title(analysis: Analysis, finding: Finding) -> str:
    return analysis.cues[finding.cue].title.lower()


def table(name: str) -> str:
    """What was judged from where, a row a place."""
    group = GROUPS[name]
    rows = [
        row(place, judged(group, film_of(name, number)))
        for number, place in enumerate(group.places)
    ]
    return "\n".join(
        (
            "| the phone | judged | can't judge | finds what isn't there |",
            "|---|---|---|---|",
            *rows,
        )
    )


def between(text: str, name: str, written: str) -> str:
    """Put what is written between the page's marks of a group."""
    pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)"
    return re.sub(pattern, lambda marks: f"{marks[1]}{written}\n{marks[2]}", text, flags=re.DOTALL)


def main(*, drawn: bool) -> None:
    """Draw, judge and write."""
    IMAGES.mkdir(exist_ok=True)
    DRAWING.write_text(drawing(alone=True) + "\n", encoding="utf-8", newline="\n")
    for name, group in GROUPS.items():
        for number, place in enumerate(group.places):
            film = film_of(name, number)
            if not (drawn and film.exists()):
                render(spec_of(group, place), film)
        picture = IMAGES / f"film_{name}.webp"
        Image.fromarray(strip(name)).save(picture, quality=QUALITY, method=6)
        page = between(PAGE.read_text("utf-8"), name, table(name))
        PAGE.write_text(page, encoding="utf-8", newline="\n")
        print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(drawn="--drawn" in sys.argv)
