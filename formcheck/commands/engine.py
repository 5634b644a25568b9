"""What finds the landmarks, and in which pictures: options that several commands have."""

from __future__ import annotations

import click

from formcheck.poses.engines import DEFAULT_ENGINE, PACKAGES
from formcheck.poses.sampling import DEFAULT_SAMPLING

engine_option = click.option(
    "--engine",
    type=click.Choice(list(PACKAGES)),
    default=DEFAULT_ENGINE,
    metavar="NAME",
    show_default=True,
    help="What runs the pose model: litert, or mediapipe, the slower reference, an extra.",
)

sampling_option = click.option(
    "--sampling",
    default=DEFAULT_SAMPLING,
    metavar="auto|every|HZ",
    show_default=True,
    help="Which pictures are looked at: auto passes over rest; or every one; or so many a second.",
)
