"""What finds the landmarks: an option that several commands have."""

from __future__ import annotations

import click

from formcheck.poses.engines import DEFAULT_ENGINE, PACKAGES

engine_option = click.option(
    "--engine",
    type=click.Choice(list(PACKAGES)),
    default=DEFAULT_ENGINE,
    metavar="NAME",
    show_default=True,
    help="What runs the pose model: mediapipe, or litert, which is faster, and an extra.",
)
