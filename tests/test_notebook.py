"""The quick start runs from end to end, and is kept without what a run leaves in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "01_quickstart.ipynb"
MOST_S = 300  # a guard against hanging; a quiet machine needs about 15


def _outputs(cell: Any, kind: str) -> str:
    """What a cell shows, of one MIME type or of the printed text."""
    texts = [out.get("text", "") or out.get("data", {}).get(kind, "") for out in cell.outputs]
    return "\n".join(texts)


def test_notebook_is_kept_without_outputs() -> None:
    """No outputs, counts or paths of the machine it was last run on are in git."""
    text = NOTEBOOK.read_text("utf-8")
    for cell in nbformat.reads(text, as_version=4).cells:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")
    own = (f"{Path.home()}/", f"{Path(__file__).parents[1]}/")
    assert all(place not in text for place in ("/home/", "/Users/", "C:\\", *own))


@pytest.mark.filterwarnings("ignore")  # those of jupyter are not ours to mend
def test_notebook_runs(model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows a table, the angles, a still with the back line, and why a cue wasn't judged."""
    monkeypatch.setenv("FORMCHECK_MODEL", str(model_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this environment
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    book = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        book,
        timeout=MOST_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    client.execute()
    cells = {cell.id: cell for cell in book.cells if cell.cell_type == "code"}
    assert "lumbar_rounding_verdict" in _outputs(cells["reps-code"], "text/html")
    assert _outputs(cells["angles-code"], "image/png")
    assert _outputs(cells["back-code"], "image/png")
    said = _outputs(cells["unjudged-code"], "text/plain")
    assert "-> cannot_judge" in said
    assert "without a picture" in said
