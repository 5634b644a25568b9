"""The command line: a thin caller of the library.

Results go to stdout, everything else to stderr. Exit codes: see ``errors.py``.
"""

from __future__ import annotations

import json
import sys

import click

from formcheck import doctor as doctors
from formcheck.commands.analyze import analyze
from formcheck.commands.batch import batch
from formcheck.commands.compare import compare
from formcheck.commands.cues import cues
from formcheck.commands.export import export
from formcheck.commands.history import history
from formcheck.commands.live import live
from formcheck.commands.models import models
from formcheck.commands.progression import progression_command
from formcheck.commands.synth import synth
from formcheck.commands.terminal import Group, terminal
from formcheck.commands.why import why
from formcheck.report import record


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(record.version(), prog_name="formcheck")
def main() -> None:
    """Watch a person lift and tell them, rep by rep, how the lift went.

    Nothing leaves this machine. General education, not medical advice.

    \b
    Exit codes: 0 done, 2 usage, 3 the file isn't a usable video, 4 no pose
    model, 5 nothing to judge, 6 results can't be written, 130 interrupted.
    """


@main.command()
def schema() -> None:
    """Print the JSON Schema of analysis.json."""
    click.echo(json.dumps(record.schema(), indent=1, ensure_ascii=False))


@main.command()
def doctor() -> None:
    """Find what is missing on this machine, and what mends it."""
    console = terminal()
    checks = doctors.examine()
    for check in checks:
        console.print(f"{'ok  ' if check.ok else 'MISSING'}  {check.name}: {check.found}")
        if not check.ok and check.mend:
            console.print(f"         mend it with: {check.mend}", soft_wrap=True)
    if not all(check.ok for check in checks):
        raise SystemExit(1)


for command in (
    *(analyze, live, batch, history, export, compare, progression_command),
    *(cues, why, models, synth),
):
    main.add_command(command)


if __name__ == "__main__":
    sys.exit(main())
