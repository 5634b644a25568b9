"""``formcheck doctor``: what is missing on this machine, or wrong in a folder of results."""

from __future__ import annotations

from pathlib import Path

import click

from formcheck.commands.terminal import terminal
from formcheck.doctor import examine
from formcheck.errors import BadRequest

SOMETHING_WRONG = 1


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Look at the results in this folder instead: files, leftovers, history.",
)
@click.option("--repair", is_flag=True, help="Mend there what can be mended.")
@click.option(
    "--database", metavar="URL", help="The history of --out, if it is elsewhere (as for batch)."
)
def doctor(out: Path | None, repair: bool, database: str | None) -> None:
    """Find what is missing on this machine, and what mends it.

    With --out, find what is wrong in a batch's or an analysis's folder; nothing is changed
    without --repair.

    Exit codes: 0 all is well, or is now; 1 something is missing or wrong.
    """
    if out is None:
        if repair or database is not None:
            raise BadRequest("--repair and --database need --out: the folder to look at.")
        _look_at_machine()
    else:
        _look_at_results(out, database, repair=repair)


def _look_at_machine() -> None:
    console = terminal()
    checks = examine()
    for check in checks:
        state = "ok  " if check.ok else "extra  " if check.optional else "MISSING"
        console.print(f"{state}  {check.name}: {check.found}")
        if not check.ok and check.mend:
            verb = "get it" if check.optional else "mend it"
            console.print(f"         {verb} with: {check.mend}", soft_wrap=True)
    if not all(check.ok or check.optional for check in checks):
        raise SystemExit(SOMETHING_WRONG)


def _look_at_results(out: Path, database: str | None, *, repair: bool) -> None:
    from formcheck.batch import checkup  # noqa: PLC0415 - looks at machines without it, too

    console = terminal()
    look = checkup.repair if repair else checkup.look_at
    found = look(out, database)
    for one in found.ailments:
        state = "MENDED" if one.done else "WRONG"
        done = f" – {one.done}" if one.done else ""
        console.print(f"{state:7} {one.where}: {one.what}{done}", soft_wrap=True)
    wrong = [one for one in found.ailments if not one.done]
    sets = "1 set" if found.sets == 1 else f"{found.sets} sets"
    if not found.ailments:
        console.print(f"ok      {sets}, all as they were written.")
    if wrong and not repair:
        command = " ".join(("formcheck", "doctor", "--out", str(out), "--repair"))
        console.print(f"Mend it with: {command}", soft_wrap=True)
    if wrong:
        raise SystemExit(SOMETHING_WRONG)
