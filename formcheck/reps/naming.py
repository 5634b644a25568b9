"""How likely each lift is: a few questions in a tree, each a small logistic model.

``naming.toml`` holds the questions, what each looks at and how much it weighs, learned by
``python -m benchmarks naming`` from labelled films. A question's chances go on to the
questions below it, so that every lift ends with a chance, and all together make 1. A
quantity that isn't seen says nothing; none says more than ``MOST_STEPS`` steps can.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import isfinite

import msgspec
import numpy as np

from formcheck.data import FloatArray
from formcheck.reps.facts import Facts

FIRST = "stance"
"""The question that is asked first."""

MOST_STEPS = 3.0
"""No single quantity decides alone against two others (our choice)."""


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One quantity of a question.

    middle   where it says nothing
    step     a clear difference of it
    weights  what a step more adds to each answer
    """

    middle: float
    step: float
    weights: list[float]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question: which of the answers.

    asks        it in words
    answers     lifts, or further questions
    bias        of each answer, before anything is seen
    quantities  what it looks at, by the names of ``facts.py``
    """

    asks: str
    answers: list[str]
    bias: list[float]
    quantities: dict[str, Quantity]

    def steps(self, facts: Facts) -> FloatArray:
        """How far each quantity lies from its middle; 0 where it isn't seen."""
        away = [
            (facts[name] - one.middle) / one.step if isfinite(facts[name]) else 0.0
            for name, one in self.quantities.items()
        ]
        return np.clip(away, -MOST_STEPS, MOST_STEPS)

    def chances(self, facts: Facts) -> dict[str, float]:
        """How likely each answer is."""
        weights = np.array([one.weights for one in self.quantities.values()])
        each = np.array(self.bias) + self.steps(facts) @ weights
        each = np.exp(each - each.max())
        return dict(zip(self.answers, (each / each.sum()).tolist(), strict=True))


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it was learned from, and how it does on films whose source it hasn't seen."""

    date: str
    films: str
    method: str
    left_out: dict[str, float]


class Naming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All questions, by name.

    sharpness  power that the chances are raised to: the ridge that holds the weights
               makes them more alike than films left out bear out
    """

    recipe: Recipe
    questions: dict[str, Question]
    sharpness: float = 1.0

    def chances(self, facts: Facts) -> dict[str, float]:
        """How likely each lift is, the likeliest first; together 1."""
        out: dict[str, float] = {}
        self._ask(FIRST, 1.0, facts, out)
        return sharpened(out, self.sharpness)

    def _ask(self, name: str, chance: float, facts: Facts, out: dict[str, float]) -> None:
        if name not in self.questions:
            out[name] = chance
            return
        for answer, share in self.questions[name].chances(facts).items():
            self._ask(answer, chance * share, facts, out)


def sharpened(chances: Mapping[str, float], power: float) -> dict[str, float]:
    """The chances raised to a power, together 1, the likeliest first."""
    raised = {name: one**power for name, one in chances.items()}
    every = sum(raised.values())
    ranked = sorted(raised.items(), key=lambda one: -one[1])
    return {name: one / every for name, one in ranked}


@cache
def naming() -> Naming:
    """What ``naming.toml`` says."""
    text = (files("formcheck.reps") / "naming.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Naming)
