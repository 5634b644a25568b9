"""The commands of the program, as its help shows them."""

from __future__ import annotations

import click


def children(group: click.Group) -> dict[str, click.Command]:
    """The commands of a group by name; they may be loaded only when they are asked for."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}
