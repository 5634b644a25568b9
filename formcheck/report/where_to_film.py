"""A drawing of where the phone goes, from above and from in front: ``filming``'s numbers."""

from __future__ import annotations

import math

from formcheck import filming

WIDTH, HEIGHT = 340, 372
"""As narrow as a phone shows it, so that its letters stay legible there."""

ABOVE_PX_PER_M, AHEAD_PX_PER_M = 64.0, 62.0

OWN_STYLE = (
    "<style>svg{color:#1d232b;background:#fff}"
    "@media(prefers-color-scheme:dark){svg{color:#e8ebef;background:#161b22}}</style>"
)
"""For the drawing in a file of its own; in a page it takes the page's colours."""

DESCRIBED = (
    f"Two drawings. From above: the phone {filming.ASIDE_M:g} m to the lifter's side; with a bar "
    f"on the shoulders, {filming.AHEAD_M:g} m further ahead. From in front: the phone as high as "
    "the hips."
)


def drawing(*, alone: bool = False, styled: bool = True) -> str:
    """Give the drawing as SVG text.

    ``alone`` with its own colours, for a file; not ``styled`` for a page that has the style
    in a sheet of its own.
    """
    style = (OWN_STYLE if alone else "") + (_text_style() if styled else "")
    inside = "".join([style, _from_above(), _from_ahead()])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{DESCRIBED}" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{inside}</svg>'
    )


def _text_style() -> str:
    return (
        "<style>.t{font:14px system-ui,sans-serif;fill:currentColor;stroke:none}"
        ".b{font-weight:600}.f{fill:currentColor}.s{opacity:.55}.p{fill:#2f7fd6;stroke:#2f7fd6}"
        ".v{fill:#2f7fd6;opacity:.13;stroke:none}.d{stroke-dasharray:4 5;opacity:.7}</style>"
    )


def _from_above() -> str:
    """The lifter faces down; the phone stands to the right, or a metre further down."""
    x, y, scale = 66.0, 78.0, ABOVE_PX_PER_M
    phone_x, ahead_y = x + scale * filming.ASIDE_M, y + scale * filming.AHEAD_M
    turned = math.degrees(math.atan2(filming.AHEAD_M, filming.ASIDE_M))
    plate, bar, bar_y = 0.45 * scale, 0.8 * scale, y + 20
    plates = "".join(
        f'<rect class="f" x="{x + side * 0.66 * scale - 5:.0f}" y="{bar_y - plate / 2:.0f}" '
        f'width="10" height="{plate:.0f}" rx="3"/>'
        for side in (-1, 1)
    )
    return "".join(
        [
            _text(12, 22, "From above", bold=True),
            f'<path class="v" d="M{phone_x:.0f} {y:.0f}L{x - 40:.0f} {y - 42:.0f}v100z"/>',
            f'<path d="M{x - bar:.0f} {bar_y:.0f}h{2 * bar:.0f}"/>{plates}',
            f'<path class="s" d="M{x - 14:.0f} {y + 4:.0f}v16m28 -16v16" stroke-width="8"/>',
            f'<ellipse class="f" cx="{x:.0f}" cy="{y:.0f}" rx="18" ry="8"/>',
            f'<circle class="f" cx="{x:.0f}" cy="{y + 7:.0f}" r="8"/>',
            f'<path d="M{x:.0f} {y + 42:.0f}v26m-6 -7l6 8l6 -8"/>',
            _text(12, y + 95, "you face this way"),
            f'<path class="d" d="M{x + 24:.0f} {y:.0f}H{phone_x - 8:.0f}'
            f'M{phone_x:.0f} {y + 14:.0f}V{ahead_y - 12:.0f}"/>',
            _text(x + 90, y - 8, f"{filming.ASIDE_M:g} m"),
            _text(phone_x + 8, y + 36, f"{filming.AHEAD_M:g} m"),
            _phone(phone_x, y, 6, 18),
            _text(phone_x + 12, y + 5, "phone"),
            f'<g transform="rotate({turned:.0f} {phone_x:.0f} {ahead_y:.0f})">'
            f"{_phone(phone_x, ahead_y, 6, 18)}</g>",
            _text(phone_x - 118, ahead_y - 3, "with a bar on"),
            _text(phone_x - 118, ahead_y + 14, "your shoulders"),
        ]
    )


def _from_ahead() -> str:
    """Seen from in front: the lifter upright, the phone on something, as high as the hips."""
    x, floor, scale = 66.0, HEIGHT - 16.0, AHEAD_PX_PER_M
    hips, phone_x = floor - scale * filming.HEIGHT_M, x + ABOVE_PX_PER_M * filming.ASIDE_M
    chest = floor - 1.42 * scale
    return "".join(
        [
            _text(12, 214, "From in front", bold=True),
            f'<path class="s" d="M12 {floor:.0f}H{WIDTH - 12}"/>',
            f'<circle class="f" cx="{x:.0f}" cy="{floor - 1.68 * scale:.0f}" r="8"/>',
            f'<path d="M{x:.0f} {chest - 2:.0f}V{hips:.0f}" stroke-width="20"/>',
            f'<path d="M{x - 6:.0f} {hips:.0f}V{floor - 4:.0f}m12 0V{hips:.0f}" stroke-width="8"/>',
            f'<path d="M{x - 15:.0f} {chest:.0f}v38m30 0v-38" stroke-width="6"/>',
            f'<path class="d" d="M{x + 22:.0f} {hips:.0f}H{phone_x - 10:.0f}"/>',
            _text(x + 34, hips - 8, "as high as your hips"),
            _phone(phone_x, hips, 9, 22),
            f'<path class="s" d="M{phone_x - 13:.0f} {floor:.0f}l13 {hips + 13 - floor:.0f}'
            f'l13 {floor - hips - 13:.0f}"/>',
        ]
    )


def _phone(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="p" x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" '
        f'width="{width:g}" height="{height:g}" rx="2"/>'
    )


def _text(x: float, y: float, said: str, *, bold: bool = False) -> str:
    kind = "t b" if bold else "t"
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{said}</text>'
