"""``formcheck models``: list, fetch and verify the pose models."""

from __future__ import annotations

import click

from formcheck.commands.terminal import progress_on, terminal
from formcheck.poses import model as models_stage


@click.group()
def models() -> None:
    """List, fetch and verify the pose models."""


@models.command("list")
def list_models() -> None:
    """Show which models there are and which are on this machine."""
    for state in models_stage.list_models():
        here = "here" if state.whole else ("damaged" if state.present else "not here")
        click.echo(f"{state.source.name:6} {here:9} {state.path}")


@models.command("fetch")
@click.argument("name", default=models_stage.DEFAULT_MODEL)
def fetch_model(name: str) -> None:
    """Fetch a model and check it."""
    errors = terminal(stderr=True)
    with progress_on(errors) as bar:
        path = models_stage.fetch(name, bar.fetching if errors.is_terminal else None)
    click.echo(path)


@models.command("verify")
@click.argument("name", default=models_stage.DEFAULT_MODEL)
def verify_model(name: str) -> None:
    """Check that a model on this machine is undamaged."""
    click.echo(f"{models_stage.verify(name)}: undamaged")
