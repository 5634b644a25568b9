"""The lifts: their facts tell them apart, and nobody asks for a name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from formcheck.reps.lifts import LIFTS, Fits, which

PACKAGE = Path(__file__).parents[2] / "formcheck"

MAY_NAME = {"reps/lifts.py", "reps/recognise.py"}
"""The rows, and the tree that tells which lift it is; ``synth/`` renders them by name."""

HANGING = {
    *("deadlift", "sumo_deadlift", "romanian_deadlift"),
    *("kettlebell_deadlift", "single_leg_deadlift"),
}
SQUATS = {"back_squat", "front_squat", "goblet_squat", "bodyweight_squat", "split_squat"}
OURS = {*HANGING, "good_morning", "kettlebell_swing", *SQUATS}
BARS = {"deadlift", "sumo_deadlift", "romanian_deadlift"}
OFF_FLOOR = {"deadlift", "sumo_deadlift", "kettlebell_deadlift"}
ON_SHOULDERS = {"good_morning", "back_squat", "front_squat", "split_squat"}


@pytest.mark.parametrize(
    ("fits", "expected"),
    [
        (lambda kind: kind.family == "squat", SQUATS),
        (lambda kind: kind.starts == "bottom", {*OFF_FLOOR, "kettlebell_swing"}),
        (lambda kind: kind.from_floor, OFF_FLOOR),
        (lambda kind: kind.hangs, HANGING),
        (lambda kind: kind.bar_in_hands, BARS),
        (lambda kind: kind.free_back, OURS - ON_SHOULDERS),
        (lambda kind: kind.load == "none", {"bodyweight_squat"}),
        (lambda kind: kind.one_leg, {"single_leg_deadlift", "split_squat"}),
        (lambda kind: kind.stance == "split", {"split_squat"}),
        (lambda kind: kind.swung, {"kettlebell_swing"}),
        (lambda kind: kind.dropped, {"deadlift", "sumo_deadlift"}),
    ],
)
def test_each_fact_holds_for_these_lifts(fits: Fits, expected: set[str]) -> None:
    """Of the lifts that we began with; a new row may join any of them."""
    assert set(which(fits)) & OURS == expected


def test_lifts_come_in_the_order_of_their_rows() -> None:
    """As lists for people show them."""
    assert which(lambda kind: kind.from_floor or kind.swung) == tuple(
        name for name, kind in LIFTS.items() if kind.starts == "bottom"
    )


def modules() -> list[str]:
    """Every module that may ask for facts alone."""
    found = (path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    return sorted(one for one in found if one not in MAY_NAME and not one.startswith("synth/"))


@pytest.mark.parametrize("module", modules())
def test_no_module_names_a_lift(module: str) -> None:
    """No string in it is a lift's name, so that a new lift needs no change there."""
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    strings = {
        node.value.replace("-", "_").replace(" ", "_").lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    families = {kind.family for kind in LIFTS.values()}  # "squat" is one, and a lift
    assert not strings & (LIFTS.keys() - families)
