"""Good beside bad: the best and the worst repetition of a cue, where one is better."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from formcheck.data import Finding, JudgedRep
from formcheck.report import html, pairs
from formcheck.report.annotate import Drawn, wanted_stills
from formcheck.report.record import Analysis
from tests.report.sample import sample_analysis
from tests.report.test_html import Page

ANALYSIS = sample_analysis()
CUE = "lumbar_rounding"


def with_cue(**changes: float | str) -> Analysis:
    """All repetitions but the third with another finding on the back."""

    def changed(judged: JudgedRep) -> JudgedRep:
        if judged.rep.index == 3:
            return judged
        found: Finding = replace(judged.findings[CUE], **changes)  # type: ignore[arg-type]
        return replace(judged, findings={**judged.findings, CUE: found})

    return replace(ANALYSIS, reps=tuple(changed(one) for one in ANALYSIS.reps))


def test_the_worst_is_shown_beside_the_best() -> None:
    """The rounded third repetition beside a flat one, at the same moment of the lift."""
    pair = pairs.pair_of(ANALYSIS, CUE)
    assert pair is not None
    assert (pair.worst.rep.index, pair.best.finding.verdict) == (3, "good")
    since = [half.at_s - half.rep.start_s for half in (pair.best, pair.worst)]
    assert since[0] == pytest.approx(since[1], abs=0.01)


def test_a_good_cue_has_no_pair() -> None:
    """Where all is good there is nothing to show beside it."""
    assert pairs.pair_of(ANALYSIS, "lockout") is None


@pytest.mark.parametrize(("value", "shown"), [(28.0, False), (26.0, True)])
def test_alike_beyond_measuring_has_no_pair(value: float, shown: bool) -> None:
    """Two faults of 30 ± 2 and 28 ± 2 can't be told apart; of 30 and 26 they can."""
    assert (pairs.pair_of(with_cue(verdict="fault", value=value), CUE) is not None) == shown


def test_a_repetition_that_cant_be_judged_is_no_example() -> None:
    """If the worst is the only one that is judged, it stands alone."""
    assert pairs.pair_of(with_cue(verdict="cannot_judge", value=float("nan")), CUE) is None


def _page(tmp_path: Path) -> Page:
    video = tmp_path / "annotated.mp4"
    video.write_bytes(b"film")
    grey = np.full((640, 360, 3), 128, np.uint8)
    drawn = Drawn(
        {at_s: grey.copy() for at_s in wanted_stills(ANALYSIS)}, 0.0, True, (360, 700), [0.0, 3.04]
    )
    html.write_html(ANALYSIS, tmp_path / "report.html", video, drawn)
    return Page((tmp_path / "report.html").read_text("utf-8"))


def test_the_page_has_both_pictures_and_one_clock(tmp_path: Path) -> None:
    """Two stills, for paper and without script, and what the script needs to play them."""
    page = _page(tmp_path)
    assert page.crossed == []
    figure = next(a for a in page.find("figure") if "data-clock" in a)
    clock = json.loads(unescape(figure["data-clock"]))
    assert len(clock["clock"]) == len(clock["best"]) == len(clock["worst"])
    alts = [a["alt"] for a in page.find("img")]
    assert "Rep 3 at 0:05.7, the worst: Flat back" in alts
    assert any("the best: Flat back" in alt for alt in alts)
    halves = [a for a in page.find("a") if "half" in a.get("class", "").split()]
    assert all(a["href"].startswith("annotated.mp4#t=") for a in halves)
    assert all(len(a["data-box"].split()) == 4 for a in halves)


def test_show_me_is_a_second_and_a_link(tmp_path: Path) -> None:
    """The moment's second loops, with script; without, the link opens the film there."""
    link = next(a for a in _page(tmp_path).find("a") if a.get("class") == "button seek needs-video")
    first, last = (float(one) for one in link["data-loop"].split())
    assert last - first == pytest.approx(1.0)
    assert first < float(link["data-t"]) < last
    assert link["href"] == f"annotated.mp4#t={first:.2f},{last:.2f}"


def test_a_rep_opens_on_its_first_own_picture(tmp_path: Path) -> None:
    """Rep 2 begins at 3.0 s, between two pictures: the one before still shows rep 1."""
    links = [a for a in _page(tmp_path).find("a") if a.get("aria-label", "").startswith("Show rep")]
    opens = {
        a["aria-label"].split()[2]: float(a["data-t"]) for a in links if "from" in a["aria-label"]
    }
    assert opens["2"] == 3.04
