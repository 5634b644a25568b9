"""The command line: a thin caller of the library.

Results go to stdout, everything else to stderr. Exit codes: see ``errors.py``.
"""

from __future__ import annotations

import sys

import click

from formcheck.commands.terminal import Group
from formcheck.version import version

COMMANDS = {
    name: f"formcheck.commands.{name}:{name}"
    for name in (
        *("analyze", "live", "batch", "history", "export", "compare", "progression"),
        *("cues", "why", "models", "synth", "schema", "doctor"),
    )
}
"""Where each command is; it is loaded when it is called."""


@click.group(cls=Group, found_in=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="formcheck")
def main() -> None:
    """Watch a person lift and tell them, rep by rep, how the lift went.

    Nothing leaves this machine. General education, not medical advice.

    \b
    Exit codes: 0 done, 2 usage, 3 the file isn't a usable video, 4 no pose
    model, 5 nothing to judge, 6 results can't be written, 130 interrupted
    (143 by SIGTERM, 129 by SIGHUP).
    """


if __name__ == "__main__":
    sys.exit(main())
