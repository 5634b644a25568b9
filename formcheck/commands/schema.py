"""``formcheck schema``: the form of analysis.json."""

from __future__ import annotations

import click

from formcheck.commands.outlets import print_json
from formcheck.report import form


@click.command()
def schema() -> None:
    """Print the JSON Schema of analysis.json."""
    print_json(form.schema())
