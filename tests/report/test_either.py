"""Where it isn't sure which of two lifts it is, the report has the verdicts as either."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from formcheck.cues import load_limits
from formcheck.pipeline import Request, judge_poses
from formcheck.report.either import either
from formcheck.report.html import render
from formcheck.report.record import Analysis
from tests.skeleton import skeleton


@pytest.fixture(scope="module")
def doubted() -> Analysis:
    track = skeleton("front_squat", reps=2).track
    return judge_poses(track, Request(), load_limits(), either=True)


def test_each_is_as_when_it_was_named(doubted: Analysis) -> None:
    """What is shown as the one lift is what ``--lift`` gives."""
    assert [one.lift.name for one in doubted.either] == ["front_squat", "back_squat"]
    for one in doubted.either:
        named = judge_poses(doubted.track, Request(one.lift.name), load_limits())
        assert named.to_dict() == one.to_dict()


def test_it_isnt_in_the_data(doubted: Analysis) -> None:
    """The JSON has both names; it stays one analysis."""
    assert "either" not in doubted.to_dict()
    assert judge_poses(doubted.track, Request(), load_limits()).either == ()


def test_the_page_has_both_and_what_settles_it(doubted: Analysis) -> None:
    """A click opens the verdicts as one lift; the command that settles it is to be copied."""
    page = render(doubted, None, {})
    panels = re.findall(r'<details name="which-lift".*?</details>', page, re.DOTALL)
    assert [re.findall(r"It was a ([a-z ]+)<", one)[0] for one in panels] == [
        "front squat",
        "back squat",
    ]
    for one, panel in zip(either(doubted), panels, strict=True):
        assert f"--lift {one['name']}</code>" in panel
        for verdict, title, _ in one["rows"]:
            assert f'class="sym {verdict}"' in panel
            assert title in panel
    assert sum(map(len, panels)) < 8_000
    headline = re.findall(r"<h1>(.*?)</h1>", page)[0]
    assert "--lift" not in headline
    assert '<a href="#which-lift">' in headline


def test_a_sure_lift_has_none(tmp_path: Path) -> None:
    """Nothing is asked where nothing is in doubt."""
    sure = judge_poses(skeleton("deadlift", reps=1).track, Request(), load_limits(), either=True)
    assert sure.either == ()
    assert "which-lift" not in render(sure, None, {})
