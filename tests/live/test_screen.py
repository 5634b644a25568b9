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
from formcheck.live import screen
from formcheck.live.screen import OUTLINE_STEP_PX, body_outline, draw
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


def shown(scene: Scene, *, mirror: bool = False, frame: int = 60) -> NDArray[np.uint8]:
    width, height = lifter().track.frame_size
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    row = rows_of(lifter().track)[frame]
    return draw(rgb, scene, row, facing_right=True, note="", mirror=mirror)


def pixels(rgb: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int((np.abs(rgb.astype(int) - colour).max(axis=2) <= 2).sum())


@pytest.mark.parametrize("verdict", ["good", "watch", "fault"])
def test_the_back_has_the_colour_of_its_verdict(verdict: Verdict) -> None:
    without = pixels(shown(judged("cannot_judge")), COLOURS[verdict])
    assert pixels(shown(judged(verdict)), COLOURS[verdict]) > without + 200


def test_a_back_that_cannot_be_judged_gets_no_line() -> None:
    """A green line would say what nobody knows."""
    scene = judged("cannot_judge")
    assert scene.last_rep is not None
    unsure = replace(scene.last_rep, judged=replace(scene.last_rep.judged, score=float("nan")))
    rgb = shown(replace(scene, last_rep=unsure))
    assert [pixels(rgb, COLOURS[name]) for name in ("good", "watch", "fault")] == [0, 0, 0]


def test_the_lines_are_mirrored_and_the_letters_are_not() -> None:
    plain, mirrored = shown(judged("good")), shown(judged("good"), mirror=True)
    counter = (slice(0, plain.shape[0] // 5), slice(0, plain.shape[1] // 6))
    np.testing.assert_array_equal(plain[counter], mirrored[counter])
    assert (plain[:, ::-1] != mirrored).any()


def test_a_cue_keeps_its_place_while_the_lifter_moves() -> None:
    """Standing or bent: the words don't jump."""
    scene = lifting()
    assert scene.last_rep is not None
    finding = scene.last_rep.judged.findings["hip_drive"]
    scene = replace(scene, cue=replace(finding, verdict="watch", advice="Push the floor away."))
    rows = []
    for frame in (10, 60, 75):
        amber = np.abs(shown(scene, frame=frame).astype(int) - COLOURS["watch"]).max(axis=2) <= 2
        rows.append(np.flatnonzero(amber.any(axis=1))[0])
    assert len(set(rows)) == 1


@pytest.fixture
def shown_lines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Line, ...]]:
    """The lines of every label that is drawn."""
    seen: list[tuple[Line, ...]] = []

    def label_seen(lines: tuple[Line, ...], **options: Any) -> Stamp:
        seen.append(lines)
        return label(lines, **options)

    monkeypatch.setattr(screen, "label", label_seen)
    return seen


def tries(table: dict[str, Any]) -> list[str]:
    """All that a cue may advise."""
    own = [table["try"]] if "try" in table else []
    return own + [one for part in table.values() if isinstance(part, dict) for one in tries(part)]


def test_every_cue_is_shown_to_its_last_word(shown_lines: list[tuple[Line, ...]]) -> None:
    """In a portrait picture as well, in letters no smaller than a 25th of its width."""
    scene = lifting()
    assert scene.last_rep is not None
    any_finding = scene.last_rep.judged.findings["hip_drive"]
    every = [(cue, advice) for cue, table in words.texts().items() for advice in tries(table)]
    assert len(every) > 30
    for cue, advice in every:
        shown_lines.clear()
        finding = replace(any_finding, cue=cue, verdict="fault", advice=advice)
        draw(
            np.zeros((656, 368, 3), dtype=np.uint8),
            replace(scene, cue=finding),
            None,
            facing_right=True,
            note="",
            mirror=False,
        )
        text = " ".join(line.text for line in shown_lines[-1])
        assert text.endswith(f"{advice.split('. ')[0].rstrip('.')}."), cue
        assert len(shown_lines[-1]) <= screen.MOST_LINES, cue
        assert min(line.size_px for line in shown_lines[-1]) >= 540 / 25, cue


def test_the_summary_card_names_lift_score_praise_and_advice(
    shown_lines: list[tuple[Line, ...]],
) -> None:
    """Whole sentences: what is cut off helps nobody."""
    track = lifter().track
    stage = Stage(track.frame_size, Request(lift="deadlift"), load_limits(), lambda _: None)
    for row in rows_of(track):
        stage.add(row, 120.0)
    stage.end_set()
    shown(stage.scene())
    text = " ".join(line.text for line in shown_lines[0])
    assert text.startswith("2 reps of deadlift")
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


@pytest.mark.parametrize("kind", ["trouble", "unjudged"])
@pytest.mark.parametrize("where", ["ready", "lifting", "summary"])
def test_what_is_wrong_is_said_beside_count_and_summary(
    kind: str, where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost camera and a slow computer are named at every moment; the count stays."""
    said: list[str] = []

    def label_said(lines: tuple[Line, ...], **more: Any) -> Stamp:
        said.extend(one.text for one in lines)
        return label(lines, **more)

    monkeypatch.setattr(screen, "label", label_said)
    width, height = lifter().track.frame_size
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    scene = replace(lifting(), where=where)
    trouble = "So it is." if kind == "trouble" else ""
    unjudged = "So it is." if kind == "unjudged" else ""
    draw(
        rgb,
        scene,
        None,
        facing_right=True,
        note="",
        mirror=False,
        trouble=trouble,
        unjudged=unjudged,
    )
    assert "So it is." in said
    assert (str(scene.count) in said) == (where == "lifting")


def test_the_way_of_the_bar_stays_until_the_next_repetition() -> None:
    """Drawn through the set where a plate was found, and neither without one nor at rest."""
    scene = judged("good")
    assert scene.last_rep is not None
    way = np.stack([np.full(40, 90.0), np.linspace(120.0, 300.0, 40)], axis=1)
    with_bar = replace(scene, last_rep=replace(scene.last_rep, bar_px=way))
    assert pixels(shown(with_bar), BAR) > pixels(shown(scene), BAR) + 100
    framing = replace(with_bar, where="ready")
    assert pixels(shown(framing), BAR) == pixels(shown(replace(scene, where="ready")), BAR)
