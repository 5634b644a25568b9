"""``formcheck schema``: the form of analysis.json."""

from __future__ import annotations

import json

import click

from formcheck.report import record


@click.command()
def schema() -> None:
    """Print the JSON Schema of analysis.json."""
    click.echo(json.dumps(record.schema(), indent=1, ensure_ascii=False))
