from __future__ import annotations

import base64
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.cues import load_limits
from formcheck.cues.judging import guidance, words
from formcheck.data import LimitChange, Tempo
from formcheck.errors import OutputError
from formcheck.report import html
from formcheck.report.annotate import wanted_stills
from formcheck.report.record import Analysis
from tests.report.sample import poses_only, sample_analysis, with_bar
from tests.retouch import but

NASTY = "<img src=x onerror=alert(1)>\"'\n</script><b>💪 & co.mp4"
VOID = {"meta", "img", "link", "br", "input", "hr", "use", "path"}
ANALYSIS = sample_analysis()


class Page(HTMLParser):
    """Keeps the tags with their attributes, the text, and whether tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def find(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


def stills_of(analysis: Analysis) -> dict[float, NDArray[np.uint8]]:
    grey = np.full((640, 360, 3), 128, np.uint8)
    return {at_s: grey.copy() for at_s in wanted_stills(analysis)}


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(html.render(ANALYSIS, None, stills_of(ANALYSIS)))


def test_page_is_well_formed(page: Page) -> None:
    """Every tag is closed, in order."""
    assert page.crossed == []
    assert page.open == []


def test_ids_are_unique(page: Page) -> None:
    """No id is used twice, though ten drawings from one library are in the page."""
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    """No address of a network is in the page, and its policy forbids requests."""
    video = tmp_path / "annotated.mp4"
    video.write_bytes(b"film")
    text = html.render(ANALYSIS, video, stills_of(ANALYSIS))
    assert "http:" not in text
    assert "https:" not in text
    assert "default-src 'none'" in text
    page = Page(text)
    for tag, attributes in page.tags:
        for name in ("src", "href", "poster", "action"):
            value = attributes.get(name, "#")
            # For browsers without script: beside the page, and in <noscript>.
            beside = tag in ("a", "video") and value.startswith("annotated.mp4")
            assert beside or value.startswith(("#", "data:")), (tag, name, value[:60])


def test_a_nasty_file_name_stays_text(tmp_path: Path) -> None:
    """A file name with tags, quotes, newline and emoji is shown, not run."""
    analysis = replace(ANALYSIS, source=replace(ANALYSIS.source, file=NASTY))
    html.write_html(analysis, tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert page.crossed == []
    assert page.find("img", src="x") == []
    assert NASTY in "".join(page.text)


def test_words_of_cues_stay_text() -> None:
    """Text from a coach's own limits file can't become markup either."""
    bad = replace(ANALYSIS.summary, headline="<script>alert(1)</script>", praise="a & b <i>")
    text = html.render(replace(ANALYSIS, summary=bad), None, {})
    assert "<script>alert(1)" not in text
    assert "a & b <i>" in "".join(Page(text).text)


def test_report_opens_with_the_verdict_and_the_advice(page: Page) -> None:
    """The first heading is the headline; what to work on and the praise follow."""
    text = "".join(page.text)
    summary = ANALYSIS.summary
    places = [text.index(t) for t in (summary.headline, summary.main_advice, summary.praise)]
    assert places == sorted(places)
    assert places[-1] < text.index("Rep by rep")


def test_each_verdict_has_symbol_and_word(page: Page) -> None:
    """The grid tells rep, cue and verdict in words, and shows a symbol."""
    labels = [a["aria-label"] for t, a in page.tags if a.get("class", "").startswith("cell")]
    assert len(labels) == 15  # of the cues that aren't good on every repetition
    assert "Rep 3, Flat back: Fault" in labels
    assert "Rep 5, Neutral head: Can't judge" in labels
    assert all(symbol in "".join(page.text) for symbol in "✓!✕?")


def test_faults_have_a_still_that_seeks(page: Page) -> None:
    """The fault and the watch are pictured, with words, and lead to their moment."""
    alts = [a["alt"] for _, a in page.tags if "alt" in a]
    assert "Rep 3 at 0:05.7, the worst: Flat back" in alts
    assert "Rep 4 at 0:08.3, the worst: Hip drive" in alts
    moments = [float(a["data-t"]) for a in page.find("button") if "data-t" in a]
    assert any(abs(moment - 5.7) < 1e-6 for moment in moments)


def test_value_stands_with_its_uncertainty_and_limits(page: Page) -> None:
    """The fault's bar says 30 ± 2° against 16°, and 24°: the limit of 22° and the ± of 2°."""
    bars = [a["aria-label"] for _, a in page.tags if a.get("class") == "bullet"]
    assert "30 ± 2°; the verdict changes at 16° and 24°" in bars


def test_small_video_is_inside_and_large_one_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the limit the film travels in the page; beyond, by name, and the page says so."""
    video = tmp_path / "my film.mp4"
    video.write_bytes(b"a film")
    inside = html.render(ANALYSIS, video, {})
    assert base64.b64encode(b"a film").decode() in inside
    monkeypatch.setattr(html, "EMBED_UP_TO_BYTES", 3)
    beside = Page(html.render(ANALYSIS, video, {}))
    assert beside.find("video")[0]["src"] == "my%20film.mp4"
    assert "in the same folder" in "".join(beside.text)


def test_script_knows_when_the_video_begins() -> None:
    """A film cut with --start 10 seeks by its own clock."""
    text = html.render(ANALYSIS, None, {}, video_zero_s=10.0)
    found = re.search(r'id="data">(.*?)</script>', text, re.S)
    assert found is not None
    data = json.loads(found[1])
    assert data["video_zero_s"] == 10.0
    assert len(data["reps"]) == 5


def test_poses_alone_give_charts_without_pictures() -> None:
    """Saved poses have no pictures: no player, no still, but every chart."""
    page = Page(html.render(poses_only(ANALYSIS), None, {}))
    assert page.find("video") == []
    assert page.find("img") == []
    names = [a["data-name"] for a in page.find("figure")]
    assert names == ["trunk", "back_turn", "hip", "knee", "neck"]


def test_charts_survive_missing_stretches() -> None:
    """A lifter unseen for a while leaves a gap; one never seen leaves no chart."""
    angles = {name: ANALYSIS.signals.angles_deg[name].value.copy() for name in ("trunk", "neck")}
    angles["trunk"][100:140] = np.nan
    angles["neck"][:] = np.nan
    analysis = replace(ANALYSIS, signals=but(ANALYSIS.signals, angles_deg=angles))
    text = html.render(analysis, None, {})
    names = [a["data-name"] for a in Page(text).find("figure")]
    assert "trunk" in names
    assert "neck" not in names
    assert not re.search(r"\bnan\b", text, re.I)


def test_the_bar_has_a_chart_and_a_line_for_each_rep() -> None:
    """Where the bar was seen its way is drawn and its speeds are told with their errors."""
    text = html.render(with_bar(ANALYSIS), None, {})
    page = Page(text)
    said = " ".join("".join(page.text).split())
    assert page.crossed == []
    assert page.open == []
    assert "The bar's way up" in said
    assert len(re.findall(r"Bar: [\d.]+ ± [\d.]+ m/s up on average", said)) == len(ANALYSIS.reps)
    assert "0.45 m (else see --plate-m)" in said
    assert "it tells nothing" in said  # five like repetitions
    assert not re.search(r"\bnan\b", text, re.I)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_a_bar_of_unknown_size_has_no_metres() -> None:
    """Lengths are the lifter's legs then, and the reader learns how to get metres."""
    said = " ".join("".join(Page(html.render(with_bar(ANALYSIS, 0.0), None, {})).text).split())
    assert "leg lengths a second" in said
    assert "m/s" not in said
    assert "--plate-m" in said


def test_no_bar_no_section(page: Page) -> None:
    """Nothing is said of a bar that wasn't seen."""
    assert "The bar's way up" not in "".join(page.text)


def test_a_set_without_reps_still_gives_a_page() -> None:
    """No rep counted: the page says so instead of failing."""
    page = Page(html.render(replace(ANALYSIS, reps=()), None, {}))
    assert "No repetition was counted" in "".join(page.text)
    assert page.find("a", href="#reps") == []
    assert page.crossed == []


def test_unknown_cue_and_odd_numbers_are_shown() -> None:
    """A cue without words, limits or number (a coach's own) doesn't break the page."""
    judged = ANALYSIS.reps[0]
    odd = replace(
        judged.findings["depth"], cue="my_cue", sigma=np.nan, watch_limit=np.nan, unit="reps"
    )
    judged = replace(judged, findings={**judged.findings, "my_cue": replace(odd, verdict="watch")})
    page = Page(html.render(replace(ANALYSIS, reps=(judged, ANALYSIS.reps[1])), None, {}))
    assert "My cue" in "".join(page.text)


def flat(analysis: Analysis) -> str:
    return " ".join(" ".join(Page(html.render(analysis, None, {})).text).split())


def test_safety_stands_before_the_advice(page: Page) -> None:
    """Who asks a professional first comes before what to work on, folded to a line."""
    text = " ".join("".join(page.text).split())
    said = guidance.safety()
    assert text.index(said.short) < text.index(ANALYSIS.summary.main_advice)
    for passage in (said.first, said.pain, said.urgent):
        for part in (passage.title, *passage.paragraphs, *passage.items):
            assert part in text
    (box,) = [a for a in page.find("details") if a.get("class") == "safety"]
    assert "open" not in box


def test_the_foot_says_what_isnt_seen_and_what_this_is() -> None:
    """What no camera sees with its advice, a sentence beside a deadlift, the disclaimers."""
    text = flat(ANALYSIS)
    for one in guidance.unseen():
        assert one.advice in text
    assert all(part in text for part in guidance.safety().reading.paragraphs)
    assert guidance.deadlifts("deadlift") in text
    squat = replace(ANALYSIS, lift=replace(ANALYSIS.lift, name="back_squat"))
    assert guidance.deadlifts("deadlift") not in flat(squat)


def test_changed_limits_and_tempo_are_named() -> None:
    """Each limit a coach changed stands with the standard one, and the tempo that was asked for."""
    change = LimitChange("depth", "any", "watch", 0.05, 0.1, "thigh lengths")
    text = flat(replace(ANALYSIS, limits_changed=(change,), tempo=Tempo(3, 1, 3)))
    assert "Depth (any lift): watch 0.05 (standard 0.1) thigh lengths" in text
    assert "3-1-3" in text


def test_score_and_why_are_explained() -> None:
    """The score with its sentence, or the sentence alone; the advice with its why."""
    summary = replace(ANALYSIS.summary, score_reason="It counts.", main_reason="Why this first: x.")
    text = flat(replace(ANALYSIS, summary=summary))
    assert "Score 91 of 100. It counts." in text
    assert text.index(summary.main_advice) < text.index("Why this first: x.")
    hidden = replace(summary, score=math.nan, score_reason="No score: too little.")
    text = flat(replace(ANALYSIS, summary=hidden))
    assert "No score: too little." in text
    assert "of 100" not in text


def test_cues_that_no_rep_shows_are_folded_into_one_list() -> None:
    """An unseen cue has no row in the grid: it is named once, and why is said below."""
    unseen = ANALYSIS.reps[4].findings["neutral_head"]
    reps = tuple(
        replace(one, findings=dict(one.findings) | {"depth": replace(unseen, cue="depth")})
        for one in ANALYSIS.reps
    )
    page = Page(html.render(replace(ANALYSIS, reps=reps), None, {}))
    labels = [a["aria-label"] for t, a in page.tags if a.get("class", "").startswith("cell")]
    assert not any("Depth" in label for label in labels)
    text = " ".join("".join(page.text).split())
    assert "Can't judge on any rep (1): Depth." in text
    assert "Depth, Neutral head" in text.partition("could not be judged, and how to film it")[2]


def test_the_worst_cue_is_the_first_row(page: Page) -> None:
    """The grid begins with the cue that has a fault, then the one to watch."""
    labels = [a["aria-label"] for t, a in page.tags if a.get("class", "").startswith("cell")]
    assert [labels[n].split(", ")[1].split(":")[0] for n in (0, 5)] == ["Flat back", "Hip drive"]


def test_a_number_stays_with_its_error_and_unit() -> None:
    """In the headline "44 ± 6 %" isn't broken into lines."""
    summary = replace(ANALYSIS.summary, headline="It is 44 ± 6 % of it.")
    text = "".join(Page(html.render(replace(ANALYSIS, summary=summary), None, {})).text)
    assert "It is 44\u00a0±\u00a06\u00a0% of it." in text


def test_repetitions_that_are_alike_fold() -> None:
    """Ten like repetitions are one card that names them; each keeps its anchor and its button."""
    many = tuple(
        replace(ANALYSIS.reps[2], rep=replace(ANALYSIS.reps[2].rep, index=index))
        for index in range(1, 11)
    )
    page = Page(html.render(replace(ANALYSIS, reps=many), None, {}))
    said = [a["data-reps"] for a in page.find("article")]
    assert said == ["1 2 3 4 5 6 7 8 9 10"]
    assert "Reps 1–10: the same" in "".join(page.text)
    ids = {a["id"] for _, a in page.tags if "id" in a}
    assert {f"rep-{index}" for index in range(1, 11)} <= ids


def test_a_cue_is_told_once() -> None:
    """What to try stands once on the page for each cue, however many repetitions show it."""
    many = tuple(
        replace(ANALYSIS.reps[2], rep=replace(ANALYSIS.reps[2].rep, index=index))
        for index in range(1, 11)
    )
    text = flat(replace(ANALYSIS, reps=many))
    advice = ANALYSIS.reps[2].findings["lumbar_rounding"].advice
    assert text.count(advice) == 1
    assert "Fault on 10 of 10 reps" in text


def test_a_single_repetition_is_told_once() -> None:
    """Its fault is a block; "rep by rep" has its verdict and tempo alone."""
    one = replace(ANALYSIS, reps=(ANALYSIS.reps[2],))
    page = Page(html.render(one, None, {}))
    text = " ".join("".join(page.text).split())
    assert text.count("Flat back: 30 ± 2, past 22.") == 1
    assert "of 1 reps" not in text


def test_the_foot_is_folded(page: Page) -> None:
    """What isn't today's verdict stands folded: charts, filming, people, sources."""
    folds = [a for a in page.find("details") if a.get("class", "").startswith("fold")]
    assert len(folds) >= 5
    assert sum("open" in a for a in folds) <= 1  # who was seen, where it was more than one


@pytest.mark.parametrize("sign", ["§", "AUROC", "acted sets", "SHA-256", "foot lengths", "article"])
def test_no_word_of_ours_reaches_the_reader(sign: str) -> None:
    """Sections, article numbers and units nobody has in mind aren't on the page."""
    real = {cue: words.info(cue, "deadlift", load_limits()) for cue in load_limits().cues}
    assert sign not in flat(replace(ANALYSIS, cues=real))


def test_a_folder_that_cant_be_written_is_an_output_error(tmp_path: Path) -> None:
    """The earlier report stays when the new one can't be written."""
    (tmp_path / "file").write_text("earlier")
    with pytest.raises(OutputError, match="file"):
        html.write_html(ANALYSIS, tmp_path / "file" / "report.html")
    assert (tmp_path / "file").read_text() == "earlier"
