"""One rule says where the phone goes, in the same words everywhere, and one drawing shows it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from formcheck import filming
from formcheck.cli import main
from formcheck.cues.judging import words
from formcheck.report.where_to_film import drawing
from formcheck.reps.lifts import LIFTS

ROOT = Path(__file__).parent.parent
LARGEST_DRAWING_BYTES, LARGEST_STRIP_BYTES = 6_000, 150_000
TELLING = ("README.md", "docs/film_your_lift.md", "docs/live.md", "docs/commands.md")
PRODUCT = (
    *(ROOT / name for name in TELLING),
    *(ROOT / "docs" / name for name in ("cues.md", "coach.md", "how-it-works.md")),
    *sorted((ROOT / "formcheck").rglob("*.toml")),
    *sorted((ROOT / "formcheck").rglob("*.j2")),
    *sorted((ROOT / "formcheck" / "live").glob("*.py")),
    *sorted((ROOT / "formcheck" / "commands").glob("*.py")),
)
OTHER_RULES = (
    r"(camera|film|phone)[^.]{0,60} straight (to|from) (the|your) side",
    r"in front of the plate",
    r"a little (from )?behind the side",
    r"hip height",
    r"from straight in front",
    r"2\.5 (to|–) 3 m",
)
"""How the place was told before: each said something else."""


def flat(text: str) -> str:
    return " ".join(text.replace("**", "").split())


@pytest.mark.parametrize("name", TELLING)
def test_pages_say_the_rule_in_its_own_words(name: str) -> None:
    """README, guide, the live page and the help have the sentence of formcheck/filming.py."""
    rule = filming.SIDE.removesuffix(".")
    assert rule in flat((ROOT / name).read_text("utf-8"))


def test_help_of_live_says_the_rule() -> None:
    """What stands before a webcam is told where the phone goes, in the same words."""
    said = CliRunner().invoke(main, ["live", "--help"]).output
    assert filming.SIDE.removesuffix(".") in flat(said)


def test_nothing_else_says_where_the_phone_goes() -> None:
    """No page, word or hint has a rule of its own left."""
    found = [
        (path.name, said[0])
        for path in PRODUCT
        for rule in OTHER_RULES
        if (said := re.search(rule, flat(path.read_text("utf-8"))))
    ]
    assert found == []


def test_remedies_take_the_rule_from_its_one_place() -> None:
    """A camera at an angle, a plate before the hips: the remedy is the same sentence."""
    for why in ("view", "view_off_side", "uncertain"):
        assert words.not_seen(why, view="at an angle")[1] == filming.SIDE
    for why in ("hips_covered", "behind", "knee_hidden", "hands_hidden", "arms_hidden"):
        assert words.not_seen(why)[1] == (
            f"{filming.SIDE} Keep hands, hips and feet in the picture; smaller plates hide less."
        )


@pytest.mark.parametrize("alone", [False, True])
def test_the_drawing_is_small_and_whole(alone: bool) -> None:
    """Well-formed, under 6 kB, described in words, and with the measured numbers."""
    text = drawing(alone=alone)
    assert len(text.encode()) < LARGEST_DRAWING_BYTES
    root = ElementTree.fromstring(text)
    for length_m in (filming.ASIDE_M, filming.AHEAD_M):
        assert f"{length_m:g} m" in root.attrib["aria-label"]
    said = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"3 m", "1 m", "as high as your hips"} <= set(said)


MADE = runpy.run_path(str(ROOT / "docs" / "make_film_your_lift.py"))
GUIDE = (ROOT / "docs" / "film_your_lift.md").read_text("utf-8")


def test_the_guides_drawing_is_the_reports() -> None:
    """docs/images has it; run python docs/make_film_your_lift.py after a change."""
    assert MADE["DRAWING"].read_text("utf-8") == drawing(alone=True) + "\n"


@pytest.mark.parametrize("name", MADE["GROUPS"])
def test_each_group_of_lifts_has_its_pictures_and_what_was_judged_from_there(name: str) -> None:
    """A small strip, described in words, and a row for each place, one of them a good one."""
    places = MADE["GROUPS"][name].places
    strip = ROOT / "docs" / "images" / f"film_{name}.webp"
    assert strip.stat().st_size < LARGEST_STRIP_BYTES
    assert re.search(rf"!\[[^\]]{{40,}}\]\(images/{strip.name}\)", GUIDE)
    written = GUIDE.partition(f"<!-- {name}: ")[2].partition(f"<!-- /{name} -->")[0]
    marks = {True: "✓", False: "✗"}
    said = re.findall(r"^\| ([✓✗]) ([^|]+) \|", written, flags=re.MULTILINE)
    assert said == [(marks[one.is_good], one.name) for one in places]
    assert any(one.is_good for one in places)


def test_every_lift_is_in_a_group() -> None:
    """Whoever looks for their lift finds a heading with it."""
    headings = " ".join(re.findall(r"^### (.*)$", GUIDE, flags=re.MULTILINE)).lower()
    for kind in LIFTS.values():
        assert kind.title.lower() in headings or kind.title == "squat", kind.title
