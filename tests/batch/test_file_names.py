"""A day or a load in a film's name counts before the film's and the file's own."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.batch.file_names import said_by_name
from formcheck.tables.dates import EARLIEST
from tests.batch.uploads import good, history, run

TODAY = datetime.date(2024, 11, 25)
DAY = datetime.date(2024, 11, 20)


@pytest.mark.parametrize(
    "name",
    [
        *("2024-11-20 deadlift 60kg.mp4", "20241120_183000.mp4", "VID-20241120-WA0003.mp4"),
        *("IMG_20241120_181500.jpg.mp4", "PXL_20241120_181500123.mp4", "20241120181500.mp4"),
        *(
            "20.11.2024.mp4",
            "20.11.24 squat.mp4",
            "lv_0_20241120183000.mp4",
            "WhatsApp Video 2024-11-20 at 18.30.12.mp4",
        ),
        *("signal-2024-11-20-18-30-12-123.mp4", "20-11-2024.mp4", "11-20-2024 set 2.mp4"),
        *("20 Nov 2024.mp4", "Nov 20, 2024.mp4", "set_20_November_2024.mov", "2024_11_20.mp4"),
        *("Screen Recording 2024-11-20 at 6.30 PM.mov", "2024-11-20/set 1.mp4", "a2024-11-20b.mp4"),
    ],
)
def test_days_in_names(name: str) -> None:
    """As phones, messengers and people write them, and of a folder of the day."""
    assert said_by_name(name, TODAY).date == DAY


@pytest.mark.parametrize(
    "name",
    [
        *("20241399.mp4", "set 20240230.mp4", "1234567890123.mp4", "IMG_1234.mp4", "x264 1080.mp4"),
        *("05-11-2024.mp4", "20241127.mp4", "19000101.mp4", "2024-11-20 or 2024-11-13.mp4"),
        *(
            "IMG_120241120.mp4",
            "2024.mp4",
            "3-1-3 tempo.mp4",
            "20241120123.mp4",
            "2024-11.mp4",
            "v1.2.15.mp4",
            "1.2.10.5.mp4",
        ),
    ],
)
def test_numbers_that_only_look_like_a_day(name: str) -> None:
    """No such day, two ways to read it, yet to come, too long ago, two days: none."""
    assert said_by_name(name, TODAY).date is None


@pytest.mark.parametrize(
    ("name", "load_kg"),
    [
        *(("2024-11-09 deadlift 60kg.mp4", 60), ("60 kg.mp4", 60), ("82,5kg.mp4", 82.5)),
        *(("deadlift135lbs.mp4", 61.23), ("2024-11-09-62.5 KG x5.mp4", 62.5), ("5x60kg.mp4", 60)),
        *(("IMG_1234_100kg.mp4", 100), ("20241120_24kg swing.mp4", 24), ("60kg/a.mp4", None)),
        *(("2x24kg.mp4", None), ("82-5kg.mp4", None), ("60kg 65kg.mp4", None), ("0kg.mp4", None)),
        *(("60kgs back.mp4", 60), ("100kgb.mp4", None), ("1000000kg.mp4", None), ("60.mp4", None)),
    ],
)
def test_loads_in_names(name: str, load_kg: float) -> None:
    """A number with its unit; what may be two things is none."""
    assert said_by_name(name, TODAY).load_kg == load_kg


@given(day=st.dates(EARLIEST, TODAY), before=st.sampled_from(["", "VID-", "x_", "Set 3 "]))
def test_every_day_is_read_as_it_was_written(day: datetime.date, before: str) -> None:
    """Any day, written as phones do or with dots, comes back as the same."""
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y%m%d_183000", "%d.%m.%Y", "%Y.%m.%d", "%d %b %Y"):
        assert said_by_name(f"{before}{day.strftime(form)} 60kg.mp4", TODAY).date == day


@given(st.text(max_size=40))
def test_any_name_is_read_without_harm(name: str) -> None:
    """Whatever a file is called, a day is a day and a load is a load."""
    said = said_by_name(name, TODAY)
    assert said.date is None or EARLIEST <= said.date <= TODAY + datetime.timedelta(days=1)
    assert said.load_kg is None or 0 < said.load_kg <= 1000


def test_three_dated_films_are_three_sessions(tmp_path: Path) -> None:
    """Copied on one day, of three days: the history has three, with their loads."""
    for number, name in enumerate(("2024-11-06 60kg", "2024-11-13 62,5kg", "2024-11-20 65 kg")):
        good(tmp_path / "up" / "Anna" / f"{name}.npz", number)
    assert run(tmp_path / "up", "--out", tmp_path / "out").exit_code == 0
    kept = sorted(
        (one.date.isoformat(), one.load_kg, one.date_from) for one in history(tmp_path / "out")
    )
    assert kept == [
        ("2024-11-06", 60.0, "name"),
        ("2024-11-13", 62.5, "name"),
        ("2024-11-20", 65.0, "name"),
    ]


def test_a_name_comes_after_the_list_and_before_what_an_earlier_run_took(tmp_path: Path) -> None:
    """A set stored with the file's day takes that of its new name; a list's word stays."""
    film, out = good(tmp_path / "up" / "Anna" / "a.npz"), tmp_path / "out"
    os.utime(film, (1.6e9, 1.6e9))
    run(tmp_path / "up", "--out", out)
    assert history(out)[0].date_from == "file"
    film = film.rename(film.with_name("2024-11-13 60kg.npz"))
    run(tmp_path / "up", "--out", out)
    (one,) = history(out)
    assert (one.date, one.load_kg) == (datetime.date(2024, 11, 13), 60.0)
    film = film.rename(film.with_name("2024-11-14 61kg.npz"))
    run(tmp_path / "up", "--out", out)
    (one,) = history(out)
    assert (one.date, one.load_kg) == (datetime.date(2024, 11, 14), 61.0)
    (tmp_path / "up" / "list.csv").write_text(
        f"client,file,date,load kg\nAnna,Anna/{film.name},2024-11-15,62\n"
    )
    run(tmp_path / "up" / "list.csv", "--out", out)
    run(tmp_path / "up", "--out", out)
    (one,) = history(out)
    assert (one.date, one.load_kg, one.date_from) == (datetime.date(2024, 11, 15), 62.0, "given")
