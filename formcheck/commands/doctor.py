"""``formcheck doctor``: what is missing on this machine."""

from __future__ import annotations

import click

from formcheck.commands.terminal import terminal
from formcheck.doctor import examine


@click.command()
def doctor() -> None:
    """Find what is missing on this machine, and what mends it."""
    console = terminal()
    checks = examine()
    for check in checks:
        console.print(f"{'ok  ' if check.ok else 'MISSING'}  {check.name}: {check.found}")
        if not check.ok and check.mend:
            console.print(f"         mend it with: {check.mend}", soft_wrap=True)
    if not all(check.ok for check in checks):
        raise SystemExit(1)
