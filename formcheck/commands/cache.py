"""``formcheck cache``: what is kept of films that were watched, and clearing it."""

from __future__ import annotations

import click

from formcheck.errors import OutputError
from formcheck.history.names import printable
from formcheck.poses import cache as kept

_MB = 1e6


@click.group(invoke_without_command=True)
@click.pass_context
def cache(context: click.Context) -> None:
    """Show what is kept of films that were watched: joints' positions, no pictures.

    A film that was watched before is judged again at once: with another lift, other
    limits, another set of it. `formcheck cache clear` empties it; what wasn't used for
    longest goes by itself where it grows too large (FORMCHECK_CACHE_MB, 500 if not set).
    FORMCHECK_CACHE names another folder.
    """
    if context.invoked_subcommand is not None:
        return
    now = kept.state()
    films = "1 film" if now.entries == 1 else f"{now.entries} films"
    click.echo(f"Place:  {printable(str(now.folder))}")
    click.echo(f"Keeps:  {films}, {now.size_bytes / _MB:.1f} MB of {now.most_bytes / _MB:.0f} MB")
    click.echo(f"What:   {kept.HOLDS} {kept.HOLDS_NOT}")


@cache.command()
def clear() -> None:
    """Empty it."""
    try:
        had = kept.clear()
    except OSError as problem:
        raise OutputError(
            f"{problem.filename}: can't be taken away ({problem.strerror})."
        ) from None
    films = "1 film" if had.entries == 1 else f"{had.entries} films"
    click.echo(f"Emptied: {films}, {had.size_bytes / _MB:.1f} MB.")
