"""Hips behind a plate, laid by the edge of the back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.data import FloatArray
from formcheck.signals.dorsal import (
    HIP_SIGMA,
    STANDING,
    STATIONS,
    WITH_LEAN,
    HipLine,
    hips_by_edge,
)

FRAMES = 60
LENGTH = 0.65
RADIUS = 0.3
LOW = slice(0, 40)
"""Frames in which the lifter is bent and the hips are free; then they stand at a plate."""


def lifter(thicker: float = 0.0) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Shoulder, hip, edge of the back and plate of a pull, in leg lengths.

    The back's edge lies as far behind the line as the tables say, and ``thicker`` more.
    """
    lean_deg = np.r_[np.linspace(70.0, 30.0, 40), np.zeros(FRAMES - 40)]
    lean = np.radians(lean_deg)
    hip = np.tile([0.0, 1.0], (FRAMES, 1))
    along = np.stack([np.sin(lean), np.cos(lean)], axis=1)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    u = np.linspace(-0.1, 1.05, 60)
    away = np.interp(u, STATIONS, STANDING) + thicker
    away = away + np.interp(u, STATIONS, WITH_LEAN) * lean_deg[:, None]
    edge = hip[:, None] + u[:, None] * (LENGTH * along[:, None]) + away[..., None] * across[:, None]
    plate = np.full((FRAMES, 3), np.nan)
    plate[40:] = [0.13, 0.83, RADIUS]
    return hip + LENGTH * along, hip, edge, plate


def laid(thicker: float = 0.0, drawn: float = 0.0, edge_off: float = 0.0) -> HipLine:
    """The hips of that lifter, which the engine draws so far ahead, to the plate."""
    shoulder, hip, edge, plate = lifter(thicker)
    hip, edge = hip.copy(), edge.copy()
    hip[40:, 0] += drawn
    edge[40:, :, 0] -= edge_off
    free = np.arange(FRAMES) < 40
    return hips_by_edge(shoulder, hip, edge, plate, free)


@pytest.mark.parametrize("drawn", [0.0, 0.05, 0.11])
def test_hips_that_a_plate_draws_ahead_are_laid_back(drawn: float) -> None:
    """A tenth of a leg ahead, and found within a fortieth: along the edge all stations agree."""
    found = laid(drawn=drawn)
    assert found.known.all()
    assert found.places[40:, 0] == pytest.approx(0.0, abs=0.025)
    assert found.sigma[40:] == pytest.approx(HIP_SIGMA, abs=0.006)


def test_a_lifters_own_line_counts_for_half() -> None:
    """A belly and a coat, 0.06 thicker than usual: seen bent over, two fifths of it are left."""
    own = laid(thicker=0.06).places[40:, 0]
    assert own == pytest.approx(-0.024, abs=0.01)
    shoulder, hip, edge, plate = lifter(thicker=0.06)
    nothing_known = np.zeros(FRAMES, dtype=bool)
    usual = hips_by_edge(shoulder, hip, edge, plate, nothing_known)
    assert usual.places[40:, 0] == pytest.approx(-0.07, abs=0.012)


def test_beside_the_plate_the_edge_is_the_rims() -> None:
    """What lies within 1.2 radii of the plate's centre tells nothing; if all does, nothing is
    known and the engine's point stays."""
    shoulder, hip, edge, plate = lifter()
    plate[40:] = [0.0, 1.2, 0.9]
    free = np.arange(FRAMES) < 40
    found = hips_by_edge(shoulder, hip, edge, plate, free)
    assert not found.known[40:].any()
    assert found.known[LOW].all()
    assert (found.places[40:] == hip[40:]).all()


def test_a_hem_makes_it_less_sure() -> None:
    """Where the lowest station stands 0.1 off the others, the middle counts and σ grows."""
    shoulder, hip, edge, plate = lifter()
    low = np.abs(np.linspace(-0.1, 1.05, 60) - STATIONS[0]) < 0.05
    edge[40:, low, 0] -= 0.1
    found = hips_by_edge(shoulder, hip, edge, plate, np.arange(FRAMES) < 40)
    assert found.places[40:, 0] == pytest.approx(0.0, abs=0.03)
    assert (found.sigma[40:] > 0.06).all()


@given(size=st.floats(0.9, 1.1), across=st.floats(-3.0, 3.0), drawn=st.floats(-0.12, 0.12))
def test_where_the_lifter_stands_does_not_matter(size: float, across: float, drawn: float) -> None:
    """Moved in the picture, the hips move with it; a tenth larger, they are a tenth of the
    back's thickness off."""
    shoulder, hip, edge, plate = lifter()
    hip = hip.copy()
    hip[40:, 0] += drawn
    free = np.arange(FRAMES) < 40
    moved = np.array([across, 0.0])
    larger = np.concatenate([plate[:, :2] * size + moved, plate[:, 2:] * size], axis=1)
    found = hips_by_edge(
        shoulder * size + moved, hip * size + moved, edge * size + moved, larger, free
    )
    assert found.places[40:, 0] == pytest.approx(across, abs=0.04)
