"""What couldn't be judged is told by its remedy, the one that unlocks most first."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from formcheck import filming
from formcheck.data import Finding, Remedy
from formcheck.report import filming_advice, html
from formcheck.report.record import Analysis
from formcheck.report.terminal import print_table
from tests.report.sample import sample_analysis

ANALYSIS = sample_analysis()
STAND = "Stand upright for a second before the first repetition."
LIGHT = "Switch on a light."


def unseen(cue: str, how: str, reason: str = "It was hidden.") -> Finding:
    hidden = ANALYSIS.reps[4].findings["neutral_head"]
    return replace(hidden, cue=cue, advice=how, reason=reason)


def filmed_badly() -> Analysis:
    """The head waits for light, a little; back and hips for the camera's place, much."""
    findings = {
        "neutral_head": unseen("neutral_head", STAND),
        "depth": unseen("depth", LIGHT),
        "hip_drive": unseen("hip_drive", filming.SIDE, "A plate is before it."),
        "lumbar_rounding": unseen("lumbar_rounding", filming.SIDE),
    }
    reps = tuple(replace(one, findings=dict(one.findings) | findings) for one in ANALYSIS.reps)
    said = (Remedy(filming.SIDE, 0.5), Remedy(STAND, 0.1), Remedy(LIGHT, 0.0))
    return replace(ANALYSIS, reps=reps, summary=replace(ANALYSIS.summary, remedies=said))


def test_reasons_with_one_remedy_are_told_together_the_weightiest_first() -> None:
    """Whatever the order of the cues; what unlocks nothing that counts has no share."""
    found = filming_advice.changes(filmed_badly())
    assert [one.how for one in found] == [filming.SIDE, STAND, LIGHT]
    assert [one.unlocks for one in found] == ["up to 50 % more", "up to 10 % more", ""]
    assert [one.titles for one in found[0].reasons] == ["Hip drive", "Flat back"]
    assert {one.reps for change in found for one in change.reasons} == {"every rep"}


def test_page_and_terminal_tell_them_in_that_order_with_a_drawing() -> None:
    """First where it is read first; the drawing only where the camera's place is a remedy."""
    file = io.StringIO()
    print_table(filmed_badly(), Console(file=file, width=80))
    page = html.render(filmed_badly(), None, {})
    for text in (file.getvalue(), page.partition('id="unjudged"')[2]):
        flat = " ".join(text.split())
        places = [flat.index(one) for one in (filming.SIDE, STAND, LIGHT)]
        assert places == sorted(places)
    before = page.partition('id="unjudged"')[0]
    assert filming.SIDE in before
    assert STAND not in before
    assert "<svg xmlns" in page
    assert "where-to-film" not in html.render(ANALYSIS, None, {}).partition("<body>")[2]


def test_a_remedy_that_the_set_doesnt_know_is_told_last() -> None:
    """A repetition cut off by the film isn't summed up, but what hid it is said."""
    known = replace(filmed_badly().summary, remedies=(Remedy(STAND, 0.1),))
    found = filming_advice.changes(replace(filmed_badly(), summary=known))
    assert found[0].how == STAND
    assert {one.how for one in found[1:]} == {filming.SIDE, LIGHT}
    assert filming_advice.first(replace(ANALYSIS, summary=known)) is None
