"""The last repetition once more: kept small, held until the next, shown slowed."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.live import again
from formcheck.live.again import AROUND_S, KEPT_S, LONGER_SIDE_PX, SLOWED, Again
from formcheck.live.camera import Shot
from formcheck.poses.rows import FRAME

RATE_HZ = 20.0
ROW = np.zeros(1, dtype=FRAME)[0]


def filmed(seconds: float) -> Again:
    """So long a film whose brightness tells the time."""
    kept = Again()
    for number in range(round(seconds * RATE_HZ)):
        rgb = np.full((72, 128, 3), number % 250, dtype=np.uint8)
        kept.add(Shot(number + 1, number / RATE_HZ, 0.0, rgb), ROW)
    return kept


def test_a_repetition_is_shown_from_its_start_slowed() -> None:
    kept = filmed(8.0)
    kept.hold(2.0, 4.0)
    first, later = kept.at(0.0), kept.at(SLOWED * 1.0)
    assert first is not None
    assert later is not None
    assert first.time_s == pytest.approx(2.0 - AROUND_S, abs=0.06)
    assert later.time_s - first.time_s == pytest.approx(1.0, abs=0.06)
    assert later.rgb().mean() == pytest.approx(later.time_s * RATE_HZ, abs=3)


def test_it_begins_again_after_its_end() -> None:
    kept = filmed(8.0)
    kept.hold(2.0, 4.0)
    last, begun = kept.at(SLOWED * 2.6 + 0.5), kept.at(SLOWED * 2.6 + again.PAUSE_S + 0.01)
    assert last is not None
    assert begun is not None
    assert last.time_s == pytest.approx(4.0 + AROUND_S, abs=0.06)
    assert begun.time_s <= 2.0


def test_what_is_held_stays_when_its_pictures_are_forgotten() -> None:
    kept = filmed(5.0)
    kept.hold(2.0, 4.0)
    before = kept.at(0.0)
    for number in range(400):
        kept.add(Shot(number, 5.0 + number / RATE_HZ, 0.0, np.zeros((9, 9, 3), np.uint8)), ROW)
    assert kept.at(0.0) is before
    kept.hold(2.0, 4.0)  # too old by now: nothing rather than a part
    assert kept.at(0.0) is None


def test_memory_is_bounded_in_time_and_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the session and however rich the pictures."""
    kept = filmed(KEPT_S + 10.0)
    kept.hold(0.0, KEPT_S + 10.0)
    first = kept.at(0.0)
    assert first is not None
    assert first.time_s >= 10.0 - 0.1
    monkeypatch.setattr(again, "MOST_BYTES", 100_000)
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    for number in range(40):
        kept.add(Shot(number, KEPT_S + 11.0 + number / RATE_HZ, 0.0, noise), ROW)
    assert 0 < kept.kept_bytes <= 100_000


def test_a_large_picture_is_kept_small() -> None:
    kept = Again()
    for number in range(2):
        rgb = np.zeros((720, 1280, 3), dtype=np.uint8)
        kept.add(Shot(number, number / RATE_HZ, 0.0, rgb), ROW)
    kept.hold(0.0, 1.0)
    moment = kept.at(0.0)
    assert moment is not None
    assert max(moment.rgb().shape) == LONGER_SIDE_PX
    assert moment.scale == pytest.approx(LONGER_SIDE_PX / 1280)


def test_nothing_is_shown_of_what_was_not_kept() -> None:
    kept = filmed(2.0)
    assert kept.at(0.0) is None
    kept.hold(30.0, 32.0)
    assert kept.at(0.0) is None
    kept.hold(0.0, 1.0)
    kept.forget()
    assert kept.at(0.0) is not None or kept.kept_bytes == 0
