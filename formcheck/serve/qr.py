"""An address as a QR code, drawn as SVG that stands in a page as it is."""

from __future__ import annotations

import segno

QUIET = 4
"""Modules left white around it, as the standard wants."""


def qr_svg(address: str) -> str:
    """Give an SVG element without a style, as wide as its place."""
    made = segno.make(address, error="m", micro=False)
    drawn: str = made.svg_inline(border=QUIET, dark="#000", light="#fff", omitsize=True)
    return drawn
