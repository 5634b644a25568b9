"""How wide the bar's plate is: an option that several commands have."""

from __future__ import annotations

import click

UNKNOWN = "none"


def _width_m(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """Give the width as the pipeline takes it: 0 for unknown, None where nothing was said."""
    if text is None:
        return None
    if text.strip().lower() == UNKNOWN:
        return 0.0
    try:
        width_m = float(text)
    except ValueError:
        width_m = 0.0
    if not width_m > 0:
        raise click.BadParameter(f"{text!r} is neither metres, such as 0.45, nor {UNKNOWN}.")
    return width_m


plate_option = click.option(
    "--plate-m",
    callback=_width_m,
    metavar="0.45|none",
    help="How wide the bar's plates are in metres; none where it isn't known. "
    "[default: 0.45 where they are as large as full ones beside the leg]",
)
