"""Write docs/commands.md below its mark from the commands' own help.

``python docs/make_commands.py``: a test holds the page to what ``--help`` says, so run it after
changing a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from formcheck.cli import main

PAGE = Path(__file__).with_name("commands.md")
WIDTH = 88
MARK = "<!-- what follows is made from --help by python docs/make_commands.py -->\n"
"""Above it the page is written by hand, and stays."""


def commands(
    command: click.Command = main, name: str = "formcheck", parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Give each command's full name and its help, a group before its commands."""
    context = click.Context(
        command,
        parent,
        name,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        **command.context_settings,
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None  # it was listed
            yield from commands(found, child, context)


def page() -> str:
    """Give the page's text."""
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    parts = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in commands()]
    return "\n".join([head + MARK, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
