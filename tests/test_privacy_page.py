"""docs/privacy.md claims what is tested: each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from formcheck.cli import main
from tests.batch.uploads import good

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "privacy.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"<!-- (\S+\.py)::(\w+) -->", PAGE)))

CLIENTS = {
    *("urllib.request", "http.client", "http.server", "socket", "ssl", "ftplib", "smtplib"),
    *("requests", "httpx", "aiohttp", "websockets", "fsspec", "distributed", "psycopg"),
}
"""Modules that reach a network."""

REACHING = {
    "formcheck/poses/model.py": "the pose model",
    "formcheck/batch/cluster.py": "the scheduler that was named",
    "formcheck/serve/films_s3.py": "the bucket that was named",
    "formcheck/serve/network.py": "asks for this machine's own name",
    "formcheck/commands/serve.py": "listens",
}
"""Where formcheck loads one of them, and for what: the page's table. What FFmpeg opens for
`live --camera ADDRESS` and SQLAlchemy for `--database` goes by their own means."""


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_the_page_leans_on_is_tested(file: str, name: str) -> None:
    """The tests in the page's comments exist."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_every_section_names_its_tests() -> None:
    """No claim stands without one, but the list of what isn't promised."""
    sections = PAGE.split("\n## ")[1:]
    bare = [one.splitlines()[0] for one in sections if "<!-- tests/" not in one]
    assert bare == ["What this doesn't protect against"]


def test_the_network_is_used_in_these_places_alone() -> None:
    """No other module of formcheck loads what reaches a network."""
    found = set()
    for path in (ROOT / "formcheck").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name == one or name.startswith(f"{one}.") for name in names for one in CLIENTS):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == set(REACHING)


def test_results_name_no_place(tmp_path: Path) -> None:
    """Nothing of a result says where it was made."""
    poses, out = good(tmp_path / "set.npz"), tmp_path / "out"
    done = CliRunner().invoke(main, ["analyze", str(poses), "--out", str(out)])
    assert done.exit_code == 0, done.output
    made = sorted(out.iterdir())
    assert made
    assert [one.name for one in made if str(tmp_path).encode() in one.read_bytes()] == []
