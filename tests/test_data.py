"""What the data that travels between the stages works out of itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.data import Facing, Picture, Series, Stance, View

ERRORS = st.dictionaries(st.sampled_from("abcd"), st.floats(0.0, 90.0), min_size=1)


@given(parts=ERRORS, further=st.floats(0.0, 90.0))
def test_a_sigma_is_what_its_parts_make(parts: dict[str, float], further: float) -> None:
    """The root of the sum of squares; a further part widens it by its own, and no more."""
    one = Series(np.zeros(1), {name: np.array([part]) for name, part in parts.items()})
    assert one.sigma[0] == pytest.approx(np.hypot.reduce([*parts.values()]))
    wider = one.with_parts({"further": further})
    assert wider.sigma[0] == pytest.approx(np.hypot(one.sigma[0], further))
    assert set(wider.parts) == {*parts, "further"}
    assert wider.value is one.value


def test_points_are_drawn_where_their_own_picture_has_them() -> None:
    """The way into the level picture and back ends where it began; a level one has no way."""
    turn = np.array([[[0.8, -0.6, 5.0], [0.6, 0.8, -2.0]]])
    own = np.array([[[3.0, 4.0], [np.nan, 1.0]]])
    there = np.einsum("tij,tnj->tni", turn[:, :, :2], own) + turn[:, None, :, 2]
    np.testing.assert_allclose(Picture(level=turn).own_px(there), [[[3.0, 4.0], [np.nan] * 2]])
    assert Picture().own_px(own) is own


@pytest.mark.parametrize(("facing", "forward"), [("right", 1.0), ("left", -1.0), (None, 1.0)])
def test_forward_is_where_the_lifter_faces(facing: Facing | None, forward: float) -> None:
    """To the right of the picture is forward, also where nobody can tell."""
    view = View("side" if facing else "front", facing, 0.0, 5.0)
    assert Stance(view, "right", np.empty(0)).forward == forward
