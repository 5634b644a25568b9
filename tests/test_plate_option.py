"""How wide the plates are, from the command line to the answer."""

from __future__ import annotations

import math

import click
import pytest
from click.testing import CliRunner

from formcheck.batch.job import Options, as_said, settings_of
from formcheck.commands.analyze import analyze
from formcheck.commands.batch import batch
from formcheck.commands.live import live
from formcheck.commands.plate import plate_option
from formcheck.cues import load_limits
from formcheck.pipeline import Request, judge_poses
from formcheck.reconsider import plate_of
from formcheck.signals import compute_signals
from tests.plates import lifting, with_plate


@click.command()
@plate_option
def said(plate_m: float | None) -> None:
    """Say the width as a command gets it."""
    click.echo(repr(plate_m))


@pytest.mark.parametrize(
    ("given", "width_m"), [([], None), (["0.3"], 0.3), (["none"], 0.0), (["None"], 0.0)]
)
def test_width_or_none(given: list[str], width_m: float | None) -> None:
    """Metres are metres, none is unknown, and nothing is nothing said."""
    result = CliRunner().invoke(said, ["--plate-m", *given] if given else [])
    assert result.output == f"{width_m!r}\n"


@pytest.mark.parametrize("given", ["45cm", "0", "-0.45", "nan", ""])
def test_what_is_no_width_is_refused(given: str) -> None:
    """A slip of the hand is told, with what can be given."""
    result = CliRunner().invoke(said, ["--plate-m", given])
    assert result.exit_code == 2
    assert "none" in result.output


def test_every_command_that_judges_has_it() -> None:
    """Films, folders of films and the camera can be told alike."""
    for command in (analyze, batch, live):
        assert "plate_m" in {one.name for one in command.params}


def test_a_width_is_believed() -> None:
    """The answer is in metres by the width that was told, and says where it is from."""
    track = with_plate(lifting(), plate_m=0.30)

    def judged(plate_m: float | None) -> dict[str, object]:
        request = Request("deadlift", plate_m=plate_m)
        said = judge_poses(track, request, load_limits()).to_dict()
        return {**said["bar"], **said["reps"][0]["measures"]}

    unknown, told = judged(None), judged(0.30)
    assert unknown["how"] is None
    assert "bar_mean_m_s" not in unknown
    assert (told["how"], told["diameter_m"]) == ("given", 0.3)
    assert told["bar_mean_m_s"] == pytest.approx(unknown["bar_mean_legs_s"], rel=0.3)


def test_earlier_batch_runs_keep_their_keys() -> None:
    """Nothing said of plates is nothing asked anew; another width is another question."""
    assert "plate_m" not in settings_of(Options(), "auto", "")
    told, other = (settings_of(Options(plate_m=one), "auto", "") for one in (0.45, 0.3))
    assert told != other


def test_a_width_said_once_is_remembered() -> None:
    """A set that is judged again keeps its plates, until another width is said."""
    once = settings_of(Options(plate_m=0.3), "auto", "")
    assert as_said(Options(), once).plate_m == 0.3
    assert as_said(Options(plate_m=0.45), once).plate_m == 0.45
    assert as_said(Options(), {}).plate_m is None


def test_signals_know_the_width_that_was_told() -> None:
    """Whatever measures a track, recorded, live or for ``why``, is told the width alike."""
    track = with_plate(lifting(), plate_m=0.30)
    told, unknown = compute_signals(track, 0.30).bar, compute_signals(track, 0.0).bar
    assert told is not None and unknown is not None
    assert told.size_told and told.m_per_px == pytest.approx(0.15 / told.radius_px)
    assert math.isnan(unknown.m_per_px)


@pytest.mark.parametrize(
    ("bar", "plate_m"),
    [
        (None, None),
        ({"how": "detected", "diameter_m": 0.45}, None),
        ({"how": "given", "diameter_m": 0.3}, 0.3),
        ({"how": None, "diameter_m": None}, 0.0),
    ],
)
def test_why_takes_the_width_that_was_taken(
    bar: dict[str, object] | None, plate_m: float | None
) -> None:
    """Worked out again, a verdict stands on the same metres."""
    assert plate_of(bar) == plate_m
