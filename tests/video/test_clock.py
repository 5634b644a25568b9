"""Stamps that jump: one wrong time is put right, a leap that stays is a gap."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.video import VideoWriter, open_video
from formcheck.video.clock import MOST_WRONG, Clock, Tally
from tests.video.films import make_film, picture

RATE = 30
TICKS = 90_000


@dataclass(frozen=True)
class Stamp:
    pts: int | None


def timed(times_s: list[float]) -> tuple[list[float], Clock]:
    """What the clock makes of stamps, all of which it keeps."""
    clock = Clock(0, Fraction(1, TICKS), 1 / RATE)
    stamps = [Stamp(round(time_s * TICKS)) for time_s in times_s]
    return [time_s for time_s, _ in clock.timed(stamps)], clock


@given(
    at=st.integers(1, 80),
    wrong=st.integers(1, MOST_WRONG),
    off_s=st.floats(1.0, 200_000.0),
)
def test_a_wrong_stamp_is_put_right(at: int, wrong: int, off_s: float) -> None:
    """Up to three pictures that leap ahead, by a second or two days, get their own times."""
    true_s = [n / RATE for n in range(90)]
    told_s, clock = timed([t + off_s * (at <= n < at + wrong) for n, t in enumerate(true_s)])
    assert told_s == pytest.approx(true_s, abs=1e-4)
    assert (clock.repairs, clock.leaps) == (wrong, wrong)


@given(at=st.integers(1, 89), gap_s=st.floats(0.1, 200_000.0))
def test_a_leap_that_stays_is_a_gap(at: int, gap_s: float) -> None:
    """Where time goes on from where it leapt to, every picture keeps its time."""
    true_s = [n / RATE + gap_s * (n >= at) for n in range(90)]
    told_s, clock = timed(true_s)
    assert told_s == pytest.approx(true_s, abs=1e-4)
    assert clock.repairs == 0


@given(st.lists(st.floats(-10.0, 200_000.0), min_size=1, max_size=60))
def test_time_never_goes_back(times_s: list[float]) -> None:
    """Whatever the stamps, the times increase."""
    told_s, _ = timed(times_s)
    assert (np.diff(told_s) > 0).all()


def test_a_gap_is_no_low_rate() -> None:
    """The rate of a film with a gap of a day is that of its pictures."""
    tally = Tally()
    for n in range(90):
        tally.read(n / RATE + 86_400.0 * (n >= 30))
    assert tally.rate_hz == pytest.approx(RATE, rel=0.01)
    assert tally.longest_gap_s == pytest.approx(86_400.0, abs=1)


def test_one_wrong_stamp_in_a_file(tmp_path: Path) -> None:
    """The film keeps its length, it is said, and nothing is told to have broken off."""
    plain, path = make_film(tmp_path / "a.mp4", [n / RATE for n in range(60)]), tmp_path / "b.mkv"
    with av.open(str(plain)) as film, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(film.streams.video[0])
        for n, packet in enumerate(film.demux(video=0)):
            if packet.dts is not None:
                assert packet.pts is not None
                packet.pts += round(3600 / packet.time_base) * (n == 40)
                packet.stream = stream
                out.mux(packet)
    with open_video(path) as film:
        told_s = [frame.time_s for frame in film.frames()]
        codes = {caution.code for caution in film.cautions}
    assert told_s == pytest.approx([n / RATE for n in range(60)], abs=2e-3)
    assert "timestamps_repaired" in codes
    assert "truncated" not in codes


def test_a_gap_of_two_days_can_be_written(tmp_path: Path) -> None:
    """The annotated film keeps such times, though MP4 counts an interval in 32 bits."""
    times_s = [0.0, 0.1, 172_800.0, 172_800.1]
    with VideoWriter(tmp_path / "a.mp4", size=(64, 48), source_rate_hz=30) as writer:
        for n, time_s in enumerate(times_s):
            writer.write(picture(n, (64, 48)), time_s)
    with open_video(tmp_path / "a.mp4") as film:
        told_s = [frame.time_s for frame in film.frames()]
    assert told_s[:2] == pytest.approx(times_s[:2])
    assert told_s[-2:] == pytest.approx(times_s[2:])
