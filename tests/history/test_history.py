"""formcheck history: clients and sets in a terminal, 100 columns at most."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formcheck.cli import main
from formcheck.history.store import DATABASE, open_store, sqlite_url
from tests.history.made_history import made_sets

NAMES = ("Ana Souza", "Bram", "Brigitte " + "x" * 90, "E\x1b[31m\nvil", "[red]Zoë[/] 💪")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("history")
    with open_store(sqlite_url(place / DATABASE)) as store:
        for name in NAMES:
            store.add_sets(made_sets(name, 15))
    return place


def run(*asked: object) -> Result:
    return CliRunner().invoke(main, ["history", *map(str, asked)])


def test_all_clients_in_a_hundred_columns(folder: Path) -> None:
    """Each client is a row; strange names stay on it, without control signs or markup."""
    result = run("--database", folder)
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 100
    assert "\x1b" not in result.output
    assert "E [31m vil" in result.output
    assert "[red]Zoë[/]" in result.output


def test_a_client_by_the_start_of_the_name(folder: Path) -> None:
    """Sets, oldest first, and the trend of every lift; --last takes the newest."""
    result = run("ana", "--database", folder / DATABASE)
    assert result.output.startswith("Ana Souza\n")
    assert "points a session" in result.output
    dates = [line[:10] for line in result.output.splitlines() if line.startswith("2024-")]
    assert len(dates) == 15
    assert dates == sorted(dates)
    last = run("ana", "--last", 2, "--database", folder).output
    assert sum(line.startswith("2024-") for line in last.splitlines()) == 2


@pytest.mark.parametrize("typed", ["eowyn", "EOWYN", "éow", "E\u0301owyn", "halfelven", "bjork"])
def test_a_client_is_found_without_accents_and_capitals(tmp_path: Path, typed: str) -> None:
    """However it is typed; a later word of the name finds it as well."""
    names = ("Éowyn", "Arwen Halfelven", "Bjørk")
    with open_store(sqlite_url(tmp_path / DATABASE)) as store:
        for name in names:
            store.add_sets(made_sets(name, 1))
    result = run(typed, "--database", tmp_path)
    assert result.output.startswith(names), result.output


@pytest.mark.parametrize(("name", "said"), [("br", "more than one"), ("Nobody", "no such client")])
def test_an_unclear_name_lists_the_choice(folder: Path, name: str, said: str) -> None:
    """Who isn't known, or not clearly, is asked for again with the names there are."""
    result = run(name, "--database", folder)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Bram" in result.stderr


def test_no_history_says_how_to_make_one(tmp_path: Path) -> None:
    """A wrong path doesn't make an empty database; the message names the command."""
    result = run("--database", tmp_path)
    assert result.exit_code == 2
    assert "formcheck batch" in result.stderr
    assert list(tmp_path.iterdir()) == []
