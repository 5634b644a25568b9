"""The notebooks run from end to end, teach what they say, and are kept without a run's traces."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_S = 300  # a guard against hanging; on a quiet machine none needs 15

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)

PLOTS = {
    "01_quickstart": {"points-code", "errors-code", "jitter-code"},
    "02_body_behind_plates": {
        *("angles-code", "over-time-code", "parts-code", "fit-code", "behind-code"),
    },
    "03_cutting_reps": {"drive-code", "hysteresis-code", "phases-code", "late-code"},
    "04_line_of_the_back": {"mask-code", "turn-code", "over-time", "verdict-code"},
    "05_add_your_own_cue": {"idea-code", "check-code", "limits-code"},
    "06_progress": {"turn-code", "apart-code", "trend-code"},
}
"""The cells that draw."""

SAID = {
    "01_quickstart": (
        ("analyze", "3 reps of deadlift"),
        ("keep-code", "to the last digit: True"),
    ),
    "02_body_behind_plates": (
        ("paint-code", "2 reps of deadlift"),
        ("behind-code", "within ±σ"),
        ("honest-code", "cannot_judge behind it"),
    ),
    "03_cutting_reps": (
        ("imports", "deadlift_good: 3 repetitions of deadlift, truly 3"),
        ("imports", "squat_good: 2 repetitions of bodyweight_squat, truly 2"),
        ("imports", "kettlebell_swing: 5 repetitions of kettlebell_swing, truly 5"),
        ("rejected-code", "the bell is picked up or parked"),
    ),
    "04_line_of_the_back": (
        ("imports", "flat: good"),
        ("imports", "rounded: fault"),
        ("unseen-code", "fault         -> cannot_judge"),
        ("unseen-code", "without a picture"),
    ),
    "05_add_your_own_cue": (
        ("judge-code", "fault         Way up and way down are two movements"),
        ("judge-code", "good          The way down mirrors the way up"),
        ("unseen-code", "cannot_judge. The shoulders aren't seen well enough."),
    ),
    "06_progress": (
        ("batch-code", "Anna/2026-10-26.npz: deadlift, 2 reps"),
        ("next-code", "The last step in load was small"),
    ),
}
"""What is read in them: the cell, and a piece of its text."""


def _cells(notebook: Path) -> dict[str, Any]:
    """The cells of code, by id."""
    book = nbformat.reads(notebook.read_text("utf-8"), as_version=4)
    return {cell.id: cell for cell in book.cells if cell.cell_type == "code"}


def _text(cell: Any) -> str:
    """What a cell prints, and the tables that it shows."""
    shown = (
        out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in cell.outputs
    )
    html = (out.get("data", {}).get("text/html", "") for out in cell.outputs)
    return "\n".join([*shown, *html])


@each_notebook
def test_notebook_is_kept_without_outputs(notebook: Path) -> None:
    """No outputs, counts or paths of the machine it was last run on are in git."""
    text = notebook.read_text("utf-8")
    for cell in nbformat.reads(text, as_version=4).cells:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")
        assert not cell.metadata
    own = (f"{Path.home()}/", f"{ROOT}/")
    assert all(place not in text for place in ("/home/", "/Users/", "C:\\", "/tmp/", *own))


def _imported(notebook: Path) -> Iterator[str]:
    """The packages that its cells import."""
    for cell in _cells(notebook).values():
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                yield from (one.name.partition(".")[0] for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module).partition(".")[0]


def test_the_extra_brings_what_they_import() -> None:
    """Whoever installs formcheck[notebooks] has every package that a notebook imports."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["notebooks"]]
    brought = {re.split(r"[^\w-]", one)[0] for one in wanted}
    brought = {"cv2" if one.startswith("opencv") else one for one in brought} | {"formcheck"}
    for notebook in NOTEBOOKS:
        others = set(_imported(notebook)) - sys.stdlib_module_names
        assert others <= brought, notebook.name


def test_the_page_lists_them_in_order() -> None:
    """docs/notebooks.md names every notebook, and each leads to the next."""
    page = (ROOT / "docs" / "notebooks.md").read_text("utf-8")
    assert re.findall(r"\(\.\./notebooks/(\w+\.ipynb)\)", page) == [one.name for one in NOTEBOOKS]
    for notebook, following in pairwise(NOTEBOOKS):
        assert f"({following.name})" in notebook.read_text("utf-8")
    for notebook in NOTEBOOKS:
        for target in re.findall(r"\]\(([\w./]+)\)", notebook.read_text("utf-8")):
            assert (notebook.parent / target).exists(), f"{notebook.name}: {target}"


@each_notebook
@pytest.mark.filterwarnings("ignore")  # those of jupyter are not ours to mend
def test_notebook_runs(
    notebook: Path, model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs without a warning, draws its plots and comes to the answers that it speaks of."""
    monkeypatch.setenv("FORMCHECK_MODEL", str(model_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this environment
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    book = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        book,
        timeout=MOST_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    client.execute()
    cells = {cell.id: cell for cell in book.cells if cell.cell_type == "code"}
    complaints = [
        out.text
        for cell in cells.values()
        for out in cell.outputs
        if "stderr" in out.get("name", "")
    ]
    assert complaints == []
    drawn = {
        name
        for name, cell in cells.items()
        if any("image/png" in out.get("data", {}) for out in cell.outputs)
    }
    assert drawn == PLOTS[notebook.stem]
    for name, piece in SAID[notebook.stem]:
        assert piece in _text(cells[name]), name
