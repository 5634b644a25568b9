"""The lines of ``lines.toml``: whole, used, and parted as the readings say."""

from __future__ import annotations

import importlib
import re
import tomllib
from dataclasses import replace
from math import isfinite, isnan
from pathlib import Path

import msgspec
import pytest

from benchmarks.lines.page import page, without_date
from benchmarks.lines.questions import QUESTIONS
from benchmarks.lines.readings import Reading, Side, best_line, group, how_it_lies, left_out
from formcheck.signals import lines as read
from formcheck.signals.lines import Group, LeftOut, Line, Lines, lines

FILE = Path(read.__file__).with_suffix(".toml")
MODULES = Lines.__struct_fields__[1:]
EVERY = [(module, name) for module in MODULES for name in getattr(lines(), module)]


@pytest.mark.parametrize(("module", "name"), EVERY)
def test_each_line_has_all_its_fields(module: str, name: str) -> None:
    """Nothing of an entry is left to a default: value, groups and left-out error are written."""
    entry = tomllib.loads(FILE.read_text(encoding="utf-8"))[module][name]
    assert tuple(entry) == Line.__struct_fields__
    assert tuple(entry["under"]) == tuple(entry["over"]) == Group.__struct_fields__
    assert tuple(entry["left_out"]) == LeftOut.__struct_fields__
    assert entry["unit"]
    assert entry["reads"]
    assert isfinite(entry["value"])


@pytest.mark.parametrize(("module", "name"), EVERY)
def test_each_line_is_a_constant_of_its_module_and_used_there(module: str, name: str) -> None:
    """A name in the file is found by grep where it decides, beside its making."""
    code = importlib.import_module(f"formcheck.reps.{module}")
    text = Path(str(code.__file__)).read_text(encoding="utf-8")
    known = getattr(lines(), module)[name]
    assert getattr(code, name) in (known, known.value)
    assert len(re.findall(rf"\b{name}\b", text)) >= 3  # made, asked for by name, used


def test_each_line_is_asked_about() -> None:
    """The benchmark reads both sides of every line, and of no other."""
    assert [(asked.module, asked.name) for asked in QUESTIONS] == EVERY


@pytest.mark.parametrize(("module", "name"), EVERY)
def test_how_a_line_lies_follows_from_its_readings(module: str, name: str) -> None:
    """The words agree with the numbers beside them."""
    known = getattr(lines(), module)[name]
    assert known.lies == how_it_lies(known.value, known.under, known.over)
    assert (known.under.wrong == 0) or known.under.most > known.value
    assert (known.over.wrong == 0) or known.over.least <= known.value


def test_the_page_says_what_was_read() -> None:
    """Writing what the file says gives the file: nothing is lost on the way."""
    text = page(lines())
    assert without_date(text) == without_date(FILE.read_text(encoding="utf-8"))
    again = msgspec.convert(tomllib.loads(text), Lines)
    assert page(again) == text


def _readings(side: Side, values: list[float], source: str) -> list[Reading]:
    return [Reading(one, side, f"{source}{one}", source) for one in values]


def test_a_line_lies_where_its_groups_part_with_the_most_room() -> None:
    """Of all lines without an error the one in the middle of the gap."""
    readings = _readings("under", [1.0, 2.0], "one") + _readings("over", [6.0, 7.0], "one")
    assert best_line(readings) == 4.0


def test_a_line_is_tried_on_the_source_that_it_was_not_chosen_on() -> None:
    """A source whose readings lie elsewhere is read wrongly when it is left out."""
    readings = [
        *_readings("under", [1.0], "one"),
        *_readings("over", [3.0], "one"),
        *_readings("under", [1.0], "two"),
        *_readings("over", [3.0], "two"),
        *_readings("under", [2.9], "odd"),
    ]
    tried = left_out(readings)
    assert (tried.readings, tried.wrong) == (5, 1)
    assert tried.least == 2.0
    assert tried.most == pytest.approx(2.95)


def test_a_group_of_one_source_cannot_be_left_out() -> None:
    """With one source no line is chosen without it: nothing is claimed."""
    readings = _readings("under", [1.0], "one") + _readings("over", [3.0], "one")
    assert left_out(readings).readings == 0


def test_readings_that_count_alone_arent_outweighed_by_a_small_group() -> None:
    """One of two lies among nine others: each group alike it takes four of them, alone none."""
    few = _readings("under", [1.0, 5.5], "one")
    many = _readings("over", [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], "another")
    assert best_line([*few, *many]) == 5.75
    assert best_line([replace(one, alone=True) for one in [*few, *many]]) == 1.5


def test_a_line_that_parts_nothing_is_none() -> None:
    """All of one group among the others: wherever it lies it learns nothing."""
    inside = _readings("over", [0.5, 0.6], "one") + _readings("under", [1.0, 2.0, 3.0], "two")
    assert isnan(best_line([replace(one, alone=True) for one in inside]))


def test_wrong_readings_are_counted_by_side() -> None:
    """A reading on the line lies under it."""
    under = group("these", _readings("under", [1.0, 2.0, 3.0], "one"), 2.0)
    assert (under.wrong, under.least, under.middle, under.most) == (1, 1.0, 2.0, 3.0)
    assert how_it_lies(2.0, under, group("those", [], 2.0)) == "a group is unseen"
