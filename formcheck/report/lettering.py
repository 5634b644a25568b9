"""Text for pictures, legible on a phone: crisp letters kept and pasted.

OpenCV's own letters know no "°", "±" or "✕". Pillow draws ours, once per text, in the
font that lies in matplotlib, which the pose engine needs anyhow (it isn't imported: that
takes a second); pasting a kept text onto a frame is a few microseconds of numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Picture = NDArray[np.uint8]

_LINE_SHARE = 1.25
_SMOOTH = 4  # corners are drawn this much larger, then shrunk


@dataclass(frozen=True)
class Stamp:
    """A drawing to paste: colour times opacity, and what shows through, (H, W, 3) both.

    They are in 256ths, so that pasting needs whole numbers only; what shows through is
    given for each colour, as numpy spreads one over three ten times as slowly. They lie from
    ``start`` on in a block that many stamps share: an array of its own for
    each, however small, would be put into the gap that a frame has just left,
    the next frame would no longer fit there, and memory would grow by a frame
    with every new text. ``size`` is width and height in pixels.
    """

    block: NDArray[np.uint16]
    start: int
    size: tuple[int, int]

    def cut(self, width: int, height: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """Give colour and what shows through of the upper left part."""
        wide, high = self.size
        drawing = self.block[self.start : self.start + 6 * wide * high].reshape(2, high, wide, 3)
        return drawing[0, :height, :width], drawing[1, :height, :width]


@dataclass(frozen=True)
class Line:
    """One line of a label."""

    text: str
    size_px: int
    bold: bool = True
    colour: Colour = (255, 255, 255)


def paste(rgb: Picture, stamp: Stamp, left: float, top: float) -> None:
    """Paste a stamp onto a frame in place, moved inwards where it would stick out."""
    height, width = rgb.shape[:2]
    wide, high = min(stamp.size[0], width), min(stamp.size[1], height)
    x = int(min(max(left, 0), width - wide))
    y = int(min(max(top, 0), height - high))
    part = rgb[y : y + high, x : x + wide]
    colour, through = stamp.cut(wide, high)
    mixed = np.multiply(part, through, dtype=np.uint16)
    mixed += colour
    mixed >>= 8
    part[:] = mixed


@lru_cache(maxsize=1024)
def label(
    lines: tuple[Line, ...],
    box: Colour | None = (0, 0, 0),
    opacity: float = 0.72,
    accent: Colour | None = None,
    width_px: int | None = None,
) -> Stamp:
    """Draw lines of text on a rounded box.

    Parameters
    ----------
    lines
        The text, from the top.
    box
        The box's colour; None for letters with a dark rim and no box.
    opacity
        Of the box, 0..1.
    accent
        Colour of a stripe at the box's left edge.
    width_px
        Width of the box; by default as wide as the text needs.
    """
    unit = max(line.size_px for line in lines)
    pad = round(unit * 0.5) if box else max(2, unit // 8)
    stripe = max(4, unit // 4) if accent else 0
    sizes = [text_width(line.text, line.size_px, bold=line.bold) for line in lines]
    width = width_px or max(sizes) + 2 * pad + stripe
    height = round(sum(line.size_px for line in lines) * _LINE_SHARE) + 2 * (pad * 3 // 4)
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if box is not None:
        image = _rounded_box((width, height), unit // 2, (*box, round(255 * opacity)))
        if accent:
            bar = _rounded_box((width, height), unit // 2, (*accent, 255))
            image.paste(bar.crop((0, 0, stripe, height)), (0, 0))
    draw = ImageDraw.Draw(image)
    y = float(pad * 3 // 4)
    for line in lines:
        draw.text(
            (pad + stripe, y),
            line.text,
            font=_font(line.size_px, line.bold),
            fill=(*line.colour, 255),
            stroke_width=0 if box else max(1, line.size_px // 9),
            stroke_fill=(0, 0, 0, 255),
        )
        y += line.size_px * _LINE_SHARE
    return _stamp(image)


def wrap(
    text: str, size_px: int, width_px: int, *, bold: bool, most_lines: int | None = None
) -> list[str]:
    """Break a text into lines no wider than ``width_px``; what is beyond the most ends in "…"."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if text_width(longer, size_px, bold=bold) <= width_px:
            line = longer
            continue
        if line:
            lines.append(line)
        line = _cut(word, size_px, width_px, bold=bold)
    lines.append(line)
    if most_lines is not None and len(lines) > most_lines:
        lines = lines[:most_lines]
        while " " in lines[-1] and text_width(f"{lines[-1]}…", size_px, bold=bold) > width_px:
            lines[-1] = lines[-1].rpartition(" ")[0]
        lines[-1] = _cut(f"{lines[-1].rstrip('.,;:')}…", size_px, width_px, bold=bold)
    return lines


@lru_cache(maxsize=4096)
def text_width(text: str, size_px: int, *, bold: bool) -> int:
    """Give how wide a text is, in pixels."""
    return round(_font(size_px, bold).getlength(text) + 0.5)


def _cut(text: str, size_px: int, width_px: int, *, bold: bool) -> str:
    if text_width(text, size_px, bold=bold) <= width_px:
        return text
    text = text.rstrip("…")
    while text and text_width(f"{text}…", size_px, bold=bold) > width_px:
        text = text[:-1].rstrip()
    return f"{text}…"


@lru_cache(maxsize=32)
def _font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(_fonts() / name), size_px)


@cache
def _fonts() -> Path:
    found = find_spec("matplotlib")
    assert found is not None  # ours and the pose engine's requirement
    assert found.origin is not None  # a package on disk
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _rounded_box(size: tuple[int, int], radius: int, fill: tuple[int, ...]) -> Image.Image:
    large = Image.new("L", (size[0] * _SMOOTH, size[1] * _SMOOTH), 0)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius * _SMOOTH, fill=fill[3]
    )
    box = Image.new("RGBA", size, (*fill[:3], 255))
    box.putalpha(large.resize(size, Image.Resampling.BOX))
    return box


def _stamp(image: Image.Image) -> Stamp:
    pixels = np.asarray(image, dtype=np.uint16)
    alpha = pixels[..., 3:]
    colour, through = pixels[..., :3] * alpha, 256 - (alpha + (alpha >> 7))
    return _SHELF.keep(np.stack([colour, np.broadcast_to(through, colour.shape)]))


class _Shelf:
    """Keeps the numbers of many stamps side by side in large blocks."""

    _BLOCK = 1 << 20

    def __init__(self) -> None:
        self._block = np.empty(0, np.uint16)
        self._used = 0

    def keep(self, numbers: NDArray[np.uint16]) -> Stamp:
        """Copy a drawing (2, H, W, 3) onto the shelf; it stays there as long as it is used."""
        if self._used + numbers.size > self._block.size:
            self._block, self._used = np.empty(max(self._BLOCK, numbers.size), np.uint16), 0
        start, self._used = self._used, self._used + numbers.size
        self._block[start : self._used] = numbers.ravel()
        height, width = numbers.shape[1:3]
        return Stamp(self._block, start, (width, height))


_SHELF = _Shelf()
