"""What the lifter sees: lines only where they mean something, words that keep their place."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.live_match import rows_of
from formcheck.cues import load_limits
from formcheck.cues.judging import words
from formcheck.data import Verdict
from formcheck.live import panel
from formcheck.live.layout import Size
from formcheck.live.letters import GOOD_ARC_MIN, LEAST_ARC_MIN, capital_px
from formcheck.live.panel import first_sentence, painted, tempo, words_of
from formcheck.live.screen import OUTLINE_STEP_PX, Screen, Shown, body_outline
from formcheck.live.stage import Scene, Stage, Where
from formcheck.pipeline import Request
from formcheck.report.body_lines import BAR
from formcheck.report.lettering import Line, Stamp, label
from formcheck.report.overlay import COLOURS
from tests.skeleton import Lifter, skeleton


@functools.cache
def lifter() -> Lifter:
    return skeleton("deadlift", rate_hz=25.0, start_pad_s=2.0, reps=2)


@functools.cache
def lifting() -> Scene:
    """The scene after the first repetitions."""
    stage = Stage(
        lifter().track.frame_size, Request(lift="deadlift"), load_limits(), lambda _: None
    )
    for row in rows_of(lifter().track):
        stage.add(row, 120.0)
    stage.assess()
    scene = stage.scene()
    assert scene.where == "lifting"
    assert scene.last_rep is not None
    return scene


def judged(verdict: Verdict) -> Scene:
    """The scene after a repetition whose back got this verdict."""
    scene = replace(lifting(), cue=None)
    assert scene.last_rep is not None
    one = scene.last_rep.judged
    back = replace(one.findings["lumbar_rounding"], verdict=verdict)
    findings = {**one.findings, "lumbar_rounding": back}
    return replace(scene, last_rep=replace(scene.last_rep, judged=replace(one, findings=findings)))


LAPTOP = (1920, 1080)


def shown(
    scene: Scene,
    *,
    mirror: bool = False,
    frame: int = 60,
    window: Size = (960, 540),
    again: bool = False,
    screen: Screen | None = None,
    **more: Any,
) -> NDArray[np.uint8]:
    width, height = lifter().track.frame_size
    row = rows_of(lifter().track)[frame]
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    one = Shown(picture, row, float(row["time_s"]), again=again)
    screen = screen or Screen()
    return screen.draw(window, one, scene, facing_right=True, mirror=mirror, **more)


def pixels(rgb: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int((np.abs(rgb.astype(int) - colour).max(axis=2) <= 2).sum())


@pytest.mark.parametrize("verdict", ["good", "watch", "fault"])
def test_the_back_has_the_colour_of_its_verdict(verdict: Verdict) -> None:
    without = pixels(shown(judged("cannot_judge")), COLOURS[verdict])
    assert pixels(shown(judged(verdict)), COLOURS[verdict]) > without + 100


def test_a_back_that_cannot_be_judged_gets_no_line() -> None:
    """A green line would say what nobody knows."""
    scene = judged("cannot_judge")
    assert scene.last_rep is not None
    unsure = replace(scene.last_rep, judged=replace(scene.last_rep.judged, score=float("nan")))
    rgb = shown(replace(scene, last_rep=unsure))
    assert [pixels(rgb, COLOURS[name]) for name in ("good", "watch", "fault")] == [0, 0, 0]


def test_the_lines_are_mirrored_and_the_letters_are_not() -> None:
    screens = Screen(), Screen()
    plain = shown(judged("good"), screen=screens[0])
    mirrored = shown(judged("good"), mirror=True, screen=screens[1])
    one, other = (screen.layout for screen in screens)
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(part(plain, one.words), part(mirrored, other.words))
    pictures = part(plain, one.picture)[:, ::-1], part(mirrored, other.picture)
    np.testing.assert_array_equal(*pictures)
    assert one.words != other.words  # on the other side, as the lifter is


def part(rgb: NDArray[np.uint8], box: Any) -> NDArray[np.uint8]:
    return rgb[round(box.top) : round(box.bottom), round(box.left) : round(box.right)]


@pytest.mark.parametrize("window", [LAPTOP, (1280, 720), (1080, 1920), (800, 800)])
@pytest.mark.parametrize("where", ["ready", "lifting", "summary"])
def test_no_letter_is_on_the_lifter(window: Size, where: Where) -> None:
    """The picture's part of the window holds all joints and nothing that is written."""
    scene = replace(lifting(), where=where, cue=None, last_rep=None)
    screen = Screen()
    for frame in (10, 60, 75):
        row = rows_of(lifter().track)[frame].copy()
        row["points_px"][0, 0] = np.nan  # no lines: what is left would be letters
        width, height = lifter().track.frame_size
        blank = Shown(np.zeros((height, width, 3), np.uint8), row, frame / 25)
        rgb = screen.draw(window, blank, scene, facing_right=True, wrong="So it is.")
        layout = screen.layout
        assert layout is not None
        inside = part(rgb, layout.picture)[20:-20, 20:-20]  # without the frame that is a light
        assert inside.max() == 0
        assert part(rgb, layout.words).max() > 200
        points = layout.in_crop(rows_of(lifter().track)[frame]["points_px"][:, :2].astype(float))
        assert points.min() > 0
        assert (points < (layout.picture.width, layout.picture.height)).all()


def lines_of(rgb: NDArray[np.uint8], colour: tuple[int, int, int]) -> list[tuple[int, int]]:
    """Top and height of the lines of letters of a colour, in pixels."""
    there = (np.abs(rgb.astype(np.int16) - np.array(colour, np.int16)).max(axis=2) <= 40).any(
        axis=1
    )
    edges = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(int), [0]))))
    return [
        (int(start), int(stop - start)) for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


@pytest.mark.parametrize("camera", [(1280, 720), (720, 1280)])
@pytest.mark.parametrize("window", [LAPTOP, LAPTOP[::-1]])
def test_count_cue_and_tempo_are_read_from_three_metres(window: Size, camera: Size) -> None:
    """Measured on what is drawn for a laptop of 14 inches, with the longest titles.

    A camera's wide picture leaves the words half of the window. Digits and capitals are
    equally high; letters such as "x" or "p" reach less or farther.
    """
    scene = lifting()
    assert scene.last_rep is not None
    finding = scene.last_rep.judged.findings["hip_drive"]
    least_px, good_px = (capital_px(arc, 1080) for arc in (LEAST_ARC_MIN, GOOD_ARC_MIN))
    for cue in ("no_twist", "hip_drive", "swing_timing", "lockout"):
        advice = max(tries(words.texts()[cue]), key=len)
        cued = replace(finding, cue=cue, verdict="watch", advice=advice)
        scene = replace(scene, count=10, cue=cued, phase="still")
        screen = Screen()
        row = rows_of(lifter().track)[60].copy()
        row["points_px"][:] = np.nan
        blank = Shown(np.zeros((camera[1], camera[0], 3), np.uint8), row, 0.0)
        rgb = screen.draw(window, blank, scene, facing_right=True)
        assert screen.layout is not None
        drawn = part(rgb, screen.layout.words)
        top, high = lines_of(drawn, (255, 255, 255))[0]
        assert high >= 1.2 * good_px  # the count
        # The rims of white letters are grey as well, but never as high as a letter.
        assert max(high for _, high in lines_of(drawn[top + high :], panel.GREY)) >= least_px - 1
        assert min(high for _, high in lines_of(drawn, COLOURS["watch"])) >= least_px - 1  # title


def test_the_tempo_is_written_as_it_is_asked_for() -> None:
    rep = lifting().last_rep
    assert rep is not None
    one = replace(rep.judged.rep, eccentric_s=12.04, pause_s=0.31, concentric_s=float("nan"))
    assert tempo(replace(rep, judged=replace(rep.judged, rep=one))) == "12-0.3-?"


def test_the_words_keep_their_place_while_the_lifter_moves() -> None:
    """Standing or bent, the picture and the words stay where they are."""
    scene = lifting()
    screen, places = Screen(), []
    for frame in range(40, 90, 5):
        shown(scene, frame=frame, screen=screen)
        assert screen.layout is not None
        places.append(screen.layout.words)
    assert len(set(places)) == 1


@pytest.fixture
def shown_lines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Line, ...]]:
    """The lines of every label that is drawn."""
    seen: list[tuple[Line, ...]] = []

    def label_seen(lines: tuple[Line, ...], **options: Any) -> Stamp:
        seen.append(lines)
        return label(lines, **options)

    painted.cache_clear()
    monkeypatch.setattr(panel, "label", label_seen)
    return seen


def tries(table: dict[str, Any]) -> list[str]:
    """All that a cue may advise."""
    own = [table["try"]] if "try" in table else []
    return own + [one for part in table.values() if isinstance(part, dict) for one in tries(part)]


@pytest.mark.parametrize("size", [(960, 1080), (1080, 960)])
def test_every_cue_is_shown_to_its_last_word(
    shown_lines: list[tuple[Line, ...]], size: Size
) -> None:
    """In half of a laptop's window: nothing is cut, nothing lies on anything else."""
    scene = lifting()
    assert scene.last_rep is not None
    any_finding = scene.last_rep.judged.findings["hip_drive"]
    every = [(cue, advice) for cue, table in words.texts().items() for advice in tries(table)]
    assert len(every) > 30
    for cue, advice in every:
        shown_lines.clear()
        finding = replace(any_finding, cue=cue, verdict="fault", advice=advice)
        texts = words_of(
            replace(scene, cue=finding), rest_s=float("nan"), again=False, wrong="", note="note"
        )
        painted(size, tuple(texts), 1080)
        text = " ".join(line.text for lines in shown_lines for line in lines)
        assert f"{words.title(cue)} {first_sentence(advice)}" in text, cue
        high = sum(line.size_px for lines in shown_lines for line in lines) * panel.LINE
        assert high <= size[1], cue


def test_the_summary_card_names_lift_score_praise_and_advice(
    shown_lines: list[tuple[Line, ...]],
) -> None:
    """Whole sentences: what is cut off helps nobody."""
    track = lifter().track
    stage = Stage(track.frame_size, Request(lift="deadlift"), load_limits(), lambda _: None)
    for row in rows_of(track):
        stage.add(row, 120.0)
    stage.end_set()
    shown(stage.scene(), rest_s=65.4)
    text = " ".join(line.text for lines in shown_lines for line in lines)
    assert text.startswith("1:05")
    assert "2 reps of deadlift" in text
    assert "Score" in text
    assert "Well done" in text
    assert "…" not in text


def test_the_outline_of_a_body_runs_along_its_mask() -> None:
    mask = np.zeros((300, 200), dtype=np.float32)
    mask[60:240, 50:150] = 1.0
    mask[5:9, 5:9] = 1.0  # a speck
    outline = body_outline(mask)
    assert outline is not None
    np.testing.assert_allclose(outline.min(axis=0), (50, 60), atol=OUTLINE_STEP_PX)
    np.testing.assert_allclose(outline.max(axis=0), (150, 240), atol=OUTLINE_STEP_PX)
    assert body_outline(np.zeros((30, 30), dtype=np.float32)) is None
    assert body_outline(None) is None


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("wrong", "ready"),
        ("wrong", "lifting"),
        ("wrong", "summary"),
        ("unjudged", "ready"),
        ("unjudged", "lifting"),
    ],
)
def test_what_is_wrong_is_said_beside_count_and_summary(
    kind: str, where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost camera and a slow computer are named at every moment; the count stays."""
    said: list[str] = []

    def label_said(lines: tuple[Line, ...], **more: Any) -> Stamp:
        said.extend(one.text for one in lines)
        return label(lines, **more)

    painted.cache_clear()
    monkeypatch.setattr(panel, "label", label_said)
    scene = replace(lifting(), where=where)
    said_of = {kind: "So it is."}
    shown(scene, wrong=said_of.get("wrong", ""), unjudged=said_of.get("unjudged", ""))
    assert "So it is." in " ".join(said)
    assert (str(scene.count) in said) == (where == "lifting")
    # Where only the speed is wrong, how to stand is still said.
    framed = where == "ready" and kind == "unjudged"
    assert (scene.framing.say in " ".join(said)) == framed


def test_the_way_of_the_bar_stays_until_the_next_repetition() -> None:
    """Drawn through the set where a plate was found, and neither without one nor at rest."""
    scene = judged("good")
    assert scene.last_rep is not None
    way = np.stack([np.full(40, 90.0), np.linspace(120.0, 300.0, 40)], axis=1)
    with_bar = replace(scene, last_rep=replace(scene.last_rep, bar_px=way))
    assert pixels(shown(with_bar), BAR) > pixels(shown(scene), BAR) + 100
    framing = replace(with_bar, where="ready")
    assert pixels(shown(framing), BAR) == pixels(shown(replace(scene, where="ready")), BAR)


def test_the_last_repetition_is_shown_with_its_finding(
    shown_lines: list[tuple[Line, ...]],
) -> None:
    """At rest: which one it is, what was seen, the skeleton, and the colour of its back."""
    rep = judged("fault").last_rep
    assert rep is not None
    worst = replace(rep.judged.findings["lumbar_rounding"], cue="lumbar_rounding")
    stage = Stage(
        lifter().track.frame_size, Request(lift="deadlift"), load_limits(), lambda _: None
    )
    for row in rows_of(lifter().track):
        stage.add(row, 120.0)
    stage.end_set()
    scene = replace(stage.scene(), shown_again=replace(rep, number=2, worst=worst))
    rgb = shown(scene, again=True, rest_s=12.0)
    text = " ".join(line.text for lines in shown_lines for line in lines)
    assert "Last of 2 repetitions, slowed" in text
    assert "✕ Back keeps its line" in text
    assert "0:12" in text
    assert pixels(rgb, COLOURS["fault"]) > 300
    assert pixels(shown(scene, rest_s=12.0), COLOURS["fault"]) == 0
