"""The command line: a thin caller of the library.

Results go to stdout, everything else to stderr. Exit codes: see ``errors.py``.
"""

from __future__ import annotations

import sys

import click

from formcheck.commands.terminal import Group
from formcheck.version import version

_SAID = {
    "analyze": "Judge a recorded set: a video, or poses saved from one (.npz, .trc).",
    "live": "Judge a set while you lift it, from a webcam.",
    "batch": "Judge all your clients' uploads, and do no work twice.",
    "serve": "Open the desk: clients send films by a link, you look, decide and answer.",
    "history": "Show all clients, or CLIENT's sets and where the form goes.",
    "export": "Write sets, repetitions and findings as CSV and Parquet.",
    "agreement": "Show how often coach and formcheck agree on a verdict, and coach and coach.",
    "compare": "Compare two sets of one lift: A and B, before and after, client and model.",
    "progression": "Show form against load over your sessions, and what load to try next.",
    "cues": "List the cues, or explain one with its numbers and sources.",
    "why": "Show how one verdict came about, so that you can disagree with it.",
    "cache": "Show what is kept of films that were watched: joints' positions, no pictures.",
    "models": "List, fetch and verify the pose models.",
    "synth": "Render a lifter of known angles, with the truth beside the film.",
    "schema": "Print the JSON Schema of analysis.json.",
    "doctor": "Find what is missing on this machine, and what mends it.",
}
"""The first sentence of each command's help: a list of them loads none."""

COMMANDS = {name: (f"formcheck.commands.{name}:{name}", said) for name, said in _SAID.items()}
"""Where each command is, and what it does; it is loaded when it is called."""


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
