"""What ``make mutants`` changes, and that it notices."""

from __future__ import annotations

import ast
from typing import Any

from benchmarks.mutants import FOLDERS, Mutant, alone, changed, every, mutated


def test_a_change_keeps_the_kind() -> None:
    """Numbers in tuples and tables change too; words and yes or no don't."""
    assert changed((2.0, "a"), 1.5) == (3.0, "a")
    assert changed({"hip": 1, "seen": True}, 1.5) == {"hip": 2, "seen": True}


def test_a_change_is_there_for_all_that_stands_after_it() -> None:
    """Defaults that are read while a module is made have the changed number."""
    source = "LEAST_S = 2.0\ndef waits(s=LEAST_S):\n    return s\n"
    made: dict[str, Any] = {}
    tree = mutated(ast.parse(source), Mutant("m", "LEAST_S"), 1.5)
    exec(compile(tree, "m", "exec"), made)
    assert made["waits"]() == 3.0


def test_a_mechanism_is_switched_off() -> None:
    """A function gets the body that the list gives it."""
    made: dict[str, Any] = {}
    tree = mutated(ast.parse("def f(x):\n    return x + 1\n"), Mutant("m", "f", "return x"), 1.0)
    exec(compile(tree, "m", "exec"), made)
    assert made["f"](1) == 1


def test_the_lists_name_what_there_is() -> None:
    """Every folder has mutants; what is excused or switched off by name exists."""
    found = every()
    assert {mutant.label.split(".")[0] for mutant in found} == set(FOLDERS)
    assert any(mutant.becomes for mutant in found)


def test_a_change_that_matters_is_noticed() -> None:
    """A good repetition worth more than one is noticed by the score's test."""
    worth = Mutant("formcheck.cues.judging.score", "WORTH")
    by = alone(worth, 1.5, worth.tests(wide=False))
    assert by is not None
    assert "test_score" in by


def test_the_test_that_noticed_last_time_is_asked_first() -> None:
    """Another test of the score would notice too: the one that is remembered is run first."""
    worth = Mutant("formcheck.cues.judging.score", "WORTH")
    first = "tests/cues/test_score.py::test_weights_count"
    assert alone(worth, 1.5, worth.tests(wide=False), first) == first
