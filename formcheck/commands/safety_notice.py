"""What is said once, before the first coaching: who asks first, what to do on pain.

That it was shown is remembered by an empty file in the user's config folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.padding import Padding

from formcheck.cues.judging import guidance

QUIET = "FORMCHECK_QUIET"
"""Environment variable: set to anything, nothing is shown that wasn't asked for."""

SHOWN = "safety-shown"
_WIDTH = 80


def shown_file() -> Path:
    """Where it is remembered that the notice was shown."""
    return Path(platformdirs.user_config_dir("formcheck", appauthor=False)) / SHOWN


def show_once(errors: Console) -> None:
    """Show the notice at the first run on a terminal; never in a pipe or when quiet.

    Where it can't be remembered it is shown again; that is no error.
    """
    if not errors.is_terminal or os.environ.get(QUIET) or shown_file().exists():
        return
    _print(errors)
    try:
        shown_file().parent.mkdir(parents=True, exist_ok=True)
        shown_file().touch()
    except OSError:
        return


def _print(errors: Console) -> None:
    width = min(errors.width, _WIDTH)
    said = guidance.safety()
    errors.print(f"{said.title} (shown once; the report has it too)", style="bold", width=width)
    for passage in (said.first, said.pain, said.urgent):
        errors.print(f"\n{passage.title}", style="bold")
        for paragraph in passage.paragraphs:
            errors.print(paragraph, width=width)
        for item in passage.items:
            errors.print(Padding(f"- {item}", (0, 0, 0, 2), expand=False), width=width)
    errors.print(f"\n{said.reading.paragraphs[0]}\n", width=width)
