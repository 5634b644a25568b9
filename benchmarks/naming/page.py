"""The text of ``naming.toml``, and the table of how it does on sources left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from benchmarks.naming.films import Named
from formcheck.reps.lifts import LIFTS
from formcheck.reps.naming import Question, Recipe, sharpened
from formcheck.reps.recognise import SURE

HEAD = """\
# Which lift a set is: questions, what each looks at, and how much that weighs.
# Written by `python -m benchmarks naming`: change nothing by hand. What each entry
# means: reps/naming.py; what the quantities are: reps/facts.py.
"""

BINS = 5
"""Bins of confidence, with as many sets each, that it is compared with what is right in."""


POWERS = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
"""Tried as ``Naming.sharpness``."""


@dataclass(frozen=True)
class Answer:
    """What a set left out was called: every lift with its chance, the likeliest first."""

    named: Named
    chances: Mapping[str, float]

    @property
    def confidence(self) -> float:
        """How sure the first name is said to be."""
        return next(iter(self.chances.values()))

    @property
    def names(self) -> list[str]:
        """The name that is said, or both where it isn't sure."""
        return list(self.chances)[: 1 if self.confidence >= SURE else 2]

    @property
    def is_exact(self) -> bool:
        """The first name is right."""
        return self.names[0] in self.named.right

    @property
    def holds_right(self) -> bool:
        """The name, or one of both, is right."""
        return any(name in self.named.right for name in self.names)

    @property
    def is_kin(self) -> bool:
        """It is of the family of what is right, and as many-legged."""
        return any(_kind(self.names[0]) == _kind(name) for name in self.named.right)


def figures(answers: Sequence[Answer]) -> dict[str, float]:
    """How the names do: shares, and the expected error of the confidence."""
    unsure = [one for one in answers if one.confidence < SURE]
    sure = [one for one in answers if one.confidence >= SURE]
    return {
        "sets": len(answers),
        "sources": len({one.named.source for one in answers}),
        "exact": _share([one.is_exact for one in answers]),
        "holds_right": _share([one.holds_right for one in answers]),
        "family": _share([one.is_kin for one in answers]),
        "unsure": len(unsure) / max(len(answers), 1),
        "pair_holds_right": _share([one.holds_right for one in unsure]),
        "sure_and_right": _share([one.is_exact for one in sure]),
        "calibration_error": _calibration_error(answers),
    }


def interval(share: float, sets: float) -> str:
    """A share with its 95 % interval (Wilson)."""
    if not (sets and isfinite(share)):
        return "-"
    z = 1.96
    middle = (share + z * z / (2 * sets)) / (1 + z * z / sets)
    half = z * sqrt(share * (1 - share) / sets + z * z / (4 * sets * sets)) / (1 + z * z / sets)
    return f"{share:.2f} ({middle - half:.2f}–{middle + half:.2f})"


def by_source(answers: Sequence[Answer]) -> list[tuple[str, int, int, int, int]]:
    """Of each source: sets, exact, with a pair that holds the right one, of its family."""
    rows = []
    for source in sorted({one.named.source for one in answers}):
        own = [one for one in answers if one.named.source == source]
        rows.append(
            (
                source,
                len(own),
                sum(one.is_exact for one in own),
                sum(one.holds_right for one in own),
                sum(one.is_kin for one in own),
            )
        )
    return rows


def sharpness_of(answers: Sequence[Answer]) -> float:
    """The power with which films left out are as often right as they are said to be."""

    def off(power: float) -> float:
        raised = [sharper(one, power) for one in answers]
        said = float(np.mean([one.confidence for one in raised]))
        return abs(said - _share([one.is_exact for one in raised]))

    return min(POWERS, key=off)


def sharper(one: Answer, power: float) -> Answer:
    """The same answer with its chances raised to a power."""
    return Answer(one.named, sharpened(one.chances, power))


def page(recipe: Recipe, questions: Mapping[str, Question], sharpness: float = 1.0) -> str:
    """Write everything as TOML."""
    text = [HEAD, f"sharpness = {sharpness}", "", "[recipe]"]
    text += [
        f"{name} = {json.dumps(getattr(recipe, name), ensure_ascii=False)}"
        for name in ("date", "films", "method")
    ]
    text += ["", "[recipe.left_out]"]
    text += [f"{name} = {_number(value)}" for name, value in recipe.left_out.items()]
    for name, one in questions.items():
        text += ["", f"[questions.{name}]", f"asks = {json.dumps(one.asks)}"]
        text += [f"answers = {json.dumps(one.answers)}", f"bias = {one.bias}"]
        text += [f"[questions.{name}.quantities]"]
        text += [
            f"{what} = {{ middle = {each.middle}, step = {each.step}, weights = {each.weights} }}"
            for what, each in one.quantities.items()
        ]
    return "\n".join(text) + "\n"


def _kind(name: str) -> tuple[str, bool]:
    kind = LIFTS[name]
    return kind.family, kind.stance == "split"


def _share(right: Sequence[bool]) -> float:
    return float(np.mean(right)) if right else float("nan")


def _calibration_error(answers: Sequence[Answer]) -> float:
    """Mean distance of what is said from what is right, over bins of as many sets each."""
    ranked = sorted(answers, key=lambda one: one.confidence)
    bins = [part for part in np.array_split(np.arange(len(ranked)), BINS) if part.size]
    off = 0.0
    for part in bins:
        own = [ranked[at] for at in part]
        said = float(np.mean([one.confidence for one in own]))
        off += part.size * abs(said - _share([one.is_exact for one in own]))
    return off / max(len(ranked), 1)


def _number(value: float) -> str:
    return "nan" if not isfinite(value) else repr(round(float(value), 4))
