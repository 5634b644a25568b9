"""How fast a film plays, by its tags."""

from __future__ import annotations

import math
from pathlib import Path

import av
import pytest

from formcheck.data import Pace
from formcheck.errors import BadRequest
from formcheck.video import read_video
from formcheck.video.pace import CAPTURE_TAG, INTENT_TAG, MODE_TAG, pace_of, usual_rate_hz
from tests.video.films import make_film


def tagged(path: Path, source: Path, tags: dict[str, str]) -> Path:
    """Copy a film's stream and write tags beside it, as phones do."""
    options = {"movflags": "use_metadata_tags"}
    with av.open(str(source)) as film, av.open(str(path), "w", options=options) as out:
        out.metadata.update(tags)
        stream = out.add_stream_from_template(film.streams.video[0])
        for packet in film.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return path


@pytest.mark.parametrize(
    ("taken", "rate_hz", "slowed"),
    [("120.0", 30, 4), ("240", 30, 8), ("120", 29.4, 4), ("960", 30, 32), ("60", 24, 2.5)],
)
def test_a_rate_of_taking_is_undone(taken: str, rate_hz: float, slowed: float) -> None:
    """A film taken at 120 pictures a second and played at 30 is slowed four times."""
    assert pace_of({CAPTURE_TAG: taken}, rate_hz, None) == Pace(slowed)


@pytest.mark.parametrize(
    "taken", ["30.0", "29.97", "24", "nan", "inf", "0", "-120", "1e9", "x", ""]
)
def test_what_cant_be_true_is_passed_over(taken: str) -> None:
    """The film's own rate, a lower one, none, and nonsense change nothing."""
    assert pace_of({CAPTURE_TAG: taken}, 30.0, None) == Pace()


def test_a_film_at_its_true_rate_is_no_slow_motion() -> None:
    """Apple's and others' own files play 240 pictures a second as they were taken."""
    assert pace_of({CAPTURE_TAG: "240"}, 240.0, None) == Pace()
    assert pace_of({INTENT_TAG: "0"}, 240.0, None) == Pace()
    assert pace_of({INTENT_TAG: "1"}, 30.0, None) == Pace()


def test_a_time_lapse_or_a_ramp_is_doubted() -> None:
    """How much it was sped up, or where it was slowed down, no tag says."""
    assert pace_of({CAPTURE_TAG: "2"}, 30.0, None).doubt == "pace_unknown"
    assert pace_of({MODE_TAG: "Time-lapse"}, 30.0, None).doubt == "pace_unknown"
    assert pace_of({INTENT_TAG: "0"}, 30.0, None).doubt == "pace_changes"


def test_what_the_user_says_counts_more() -> None:
    """A factor given takes the place of every tag, and must be one."""
    assert pace_of({CAPTURE_TAG: "240", INTENT_TAG: "0"}, 30.0, 2.0) == Pace(2.0)


@pytest.mark.parametrize("slowed", [0.0, -4.0, 0.05, 33.0, math.nan, math.inf])
def test_impossible_factors_are_refused(tmp_path: Path, slowed: float) -> None:
    """--slow-motion wants a tenth to 32."""
    with pytest.raises(BadRequest, match="--slow-motion"):
        read_video(make_film(tmp_path / "a.mp4"), slowed=slowed)


def test_dropped_pictures_dont_make_slow_motion(tmp_path: Path) -> None:
    """The rate is that of the usual interval: gaps lower the mean, and only that."""
    times_s = [n / 30 + 2.0 * (n > 15) for n in range(40)]
    assert usual_rate_hz(times_s) == pytest.approx(30.0)
    plain = make_film(tmp_path / "a.mp4", times_s)
    with read_video(tagged(tmp_path / "b.mp4", plain, {CAPTURE_TAG: "30"})) as film:
        assert film.pace == Pace()


def test_the_tag_of_a_file_is_read_and_said(tmp_path: Path) -> None:
    """A caution names the factor; the pictures keep the film's own times."""
    path = tagged(tmp_path / "b.mp4", make_film(tmp_path / "a.mp4"), {CAPTURE_TAG: "120.0"})
    with read_video(path) as film:
        assert film.pace == Pace(4.0)
        assert [f.time_s for f in film.frames()] == pytest.approx([n / 30 for n in range(20)])
        assert [caution.code for caution in film.cautions] == ["slow_motion"]
        assert "4 times slower" in film.cautions[0].message
    with read_video(path, slowed=1.0) as film:
        assert film.pace == Pace()


def test_made_up_times_are_doubted(tmp_path: Path) -> None:
    """Where many pictures had no usable time, nothing that needs seconds is judged."""
    path = make_film(tmp_path / "a.mkv", [n / 30 for n in range(40)])
    with read_video(path) as film:
        list(film.frames())
        assert film.pace == Pace()
        film._tally.repairs = 10
        assert film.pace == Pace(doubt="times_made_up")


def test_times_of_a_damaged_film_are_doubted(tmp_path: Path) -> None:
    """Where many pictures are damaged, their times may be as well."""
    path = make_film(tmp_path / "a.mp4", [n / 30 for n in range(40)])
    with read_video(path) as film:
        list(film.frames())
        film._tally.damaged = 1
        assert film.pace == Pace()
        film._tally.damaged = 10
        assert film.pace == Pace(doubt="film_damaged")
