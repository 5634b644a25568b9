"""The questions of ``naming.toml``: chances that make 1, and what isn't seen says nothing."""

from __future__ import annotations

from math import nan

import pytest

from formcheck.reps.lifts import LIFTS
from formcheck.reps.naming import FIRST, Naming, Quantity, Question, Recipe, naming

ONE = Question("which?", ["a", "b"], [0.0, 0.0], {"x": Quantity(1.0, 0.5, [1.0, -1.0])})


def test_every_lift_has_a_chance_and_together_they_make_one() -> None:
    """Each lift is an answer of exactly one question; unseen quantities say nothing."""
    known = naming()
    unseen = {name: nan for one in known.questions.values() for name in one.quantities}
    chances = known.chances(unseen)
    assert set(chances) == set(LIFTS)
    assert sum(chances.values()) == pytest.approx(1.0)
    assert list(chances.values()) == sorted(chances.values(), reverse=True)


def test_the_questions_are_whole() -> None:
    """Every question is reached, and has a bias and a weight for each of its answers."""
    questions = naming().questions
    answers = [answer for one in questions.values() for answer in one.answers]
    assert len(answers) == len(set(answers))
    assert set(questions) - {FIRST} <= set(answers)
    for one in questions.values():
        assert len(one.bias) == len(one.answers)
        for quantity in one.quantities.values():
            assert len(quantity.weights) == len(one.answers)
            assert quantity.step > 0


def test_a_step_over_the_middle_counts_by_its_weight() -> None:
    """One step makes e² to 1 here; more than three count as three; none says nothing."""
    assert ONE.chances({"x": 1.5})["a"] == pytest.approx(0.8808, abs=1e-4)
    assert ONE.chances({"x": 9.0}) == ONE.chances({"x": 2.5})
    assert ONE.chances({"x": nan}) == {"a": 0.5, "b": 0.5}


def test_chances_go_down_the_tree() -> None:
    """What a question gives an answer is shared by the question below it."""
    below = Question("and?", ["c", "d"], [0.0, 0.0], {})
    first = Question("which?", ["a", "b"], ONE.bias, ONE.quantities)
    tree = Naming(Recipe("", "", "", {}), {FIRST: first, "b": below})
    chances = tree.chances({"x": nan})
    assert chances == {"a": 0.5, "c": 0.25, "d": 0.25}
