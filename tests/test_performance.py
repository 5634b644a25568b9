"""The page of costs says what was measured."""

import datetime as dt

from benchmarks.performance.page import page
from benchmarks.performance.run import Found
from benchmarks.performance.ways import BARE, VIDEO, Spent, Timed

FILM = Timed(
    width=1280,
    height=720,
    rate_hz=60.0,
    length_s=10.0,
    spent={
        BARE: [Spent(8.0, 10.0), Spent(80.0, 10.0), Spent(8.0, 10.0)],
        "litert, auto": [Spent(2.0, 4.0), Spent(40.0, 5.0), Spent(4.0, 6.0)],
        VIDEO: [Spent(1.0, 2.0)] * 3,
    },
)


def test_a_way_is_compared_with_the_loop_of_its_own_turn() -> None:
    """A turn that other work slows down ten times changes no ratio."""
    assert FILM.times_bare("litert, auto") == Spent(0.5, 0.5)
    assert FILM.times_film("litert, auto") == Spent(0.4, 0.5)


def test_a_fast_film_is_wanted_in_half() -> None:
    """The loop takes twice as long for 60 pictures a second; drawing does not."""
    live = {"analysed_hz": 30.0, "cores": 0.5, "late_p95_s": None, "one_core_hz": 20.0}
    found = Found(
        "the command",
        films=[FILM],
        judge_cpu_s={"deadlift": 4.0},
        memory_mb={10.0: 400.0, 40.0: 410.0},
        folder_s={"films": 8, "in one process": 10.0, "batch": 6.0, "rescore": 0.1},
        live={"mediapipe": live},
        load=[0.1, 1.2],
        date=dt.date(2026, 1, 2),
    )
    text = page(found)
    assert "|  | litert, auto | 0.50 | 0.50 | 0.40 | 0.50 | ≤ 0.12 clock, ≤ 0.23 CPU |" in text
    assert "| annotated video | 0.12 | 0.20 | 0.10 | 0.20 | ≤ 0.12 clock |" in text
    assert "2 January 2026" in text and "400 MB for 10 s, 410 MB for 40 s" in text
    assert "| `--rescore` | 0.1 s, 1/60 | ≤ 1/40 |" in text
