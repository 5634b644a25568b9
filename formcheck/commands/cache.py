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
    click.echo(f"Place:  {printable(str(now.folder))}")
    click.echo(f"Keeps:  {_told(now)} of {now.most_bytes / _MB:.0f} MB")
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
    click.echo(f"Emptied: {_told(had)}.")


def _told(what: kept.State) -> str:
    films = "1 film" if what.entries == 1 else f"{what.entries} films"
    return f"{films}, {what.size_bytes / _MB:.1f} MB"
