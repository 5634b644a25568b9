"""Where words stand in the annotated video: never on the lifter.

A phone shows a wide picture 390 px wide. Words that can be read there need much of it, so
they stand beside the lifter's box where there is room, and else on a band above the
picture: below it a player's own controls would hide them. What is cut to the box then
shows no half of a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from formcheck.report.framing import Box
from formcheck.report.lettering import Picture

PHONE_PX = 390
"""Width of a usual phone's screen, in its own pixels."""

LEAST_WORDS_PX = 12.0
"""Height of the smallest words on it: what phones themselves use for notes."""

NARROWEST, WIDEST = 13, 26
"""Of a cue's box, in units of text size: a line of two short words, and of a sentence."""

MOST_GROWN = 1.3
"""So many times as high may a band get by the counter in it (our choice)."""


@dataclass(frozen=True)
class Places:
    """Where counter and cue stand, in pixels of the annotated video.

    band            height of the band above the picture; 0 for none
    counter         left and top of the counter
    cue             left and top of the cue's box, or left and bottom if not ``from_top``
    cue_width       of the cue's box
    """

    band: int
    counter: tuple[int, int]
    cue: tuple[int, int]
    cue_width: int
    from_top: bool = True


def text_unit(size: tuple[int, int], smallest: float) -> int:
    """Text size for pictures of a width and height: ``smallest`` is the least share of it.

    As large as looks well on a tall picture, and in a wide one, which a phone shows small,
    as can be read there.
    """
    short, long = min(size), max(size)
    legible = LEAST_WORDS_PX / smallest * size[0] / PHONE_PX
    return max(10, round(min(short / 21, long / 33)), round(legible))


def without_band(rgb: Picture, size: tuple[int, int]) -> Picture:
    """An annotated picture without the band, given the width and height of the source's."""
    band = rgb.shape[0] - round(rgb.shape[1] * size[1] / size[0])
    return rgb[band:] if band > 1 else rgb  # sides are even: a row may be added


def place_words(
    size: tuple[int, int],
    unit: int,
    lifter: Box | None,
    counter: tuple[int, int],
    height_of: Callable[[int], int],
) -> Places:
    """Find room for the counter and for the highest cue, once for a film.

    Parameters
    ----------
    size
        Of the picture.
    unit
        Text size.
    lifter
        What must stay clear; None where nobody is seen.
    counter
        Width and height of the counter.
    height_of
        How high the highest cue is in a box of a width; 0 where there is none to show.
    """
    width, height = size
    margin = unit * 2 // 3
    spare = width - 2 * margin
    corners = [(at, margin) for at in (margin, width - margin - counter[0])]
    free = [at for at in corners if not (lifter and lifter.meets(Box(*at, *counter)))]
    across = min(spare, unit * WIDEST)
    centred = (width - across) // 2
    if lifter is None or not height_of(across):
        return Places(0, (free or corners)[0], (centred, margin), across)
    for left, top, room, last in _inside(size, unit, margin, lifter, free[:1], counter):
        if room >= unit * NARROWEST and top + height_of(room) <= last:
            return Places(0, free[0], (left, top), room)
    if lifter.bottom + height_of(across) <= height - margin:
        at = (centred, height - margin)
        return Places(0, (free or corners)[0], at, across, from_top=False)
    return _on_band(unit, margin, spare, free, counter, height_of)


def _on_band(
    unit: int,
    margin: int,
    spare: int,
    free: Sequence[tuple[int, int]],
    counter: tuple[int, int],
    height_of: Callable[[int], int],
) -> Places:
    """Both on a band; the counter stays in the picture where the band would grow by it."""
    beside = spare - counter[0] - margin
    high = max(height_of(beside), counter[1]) if beside >= unit * NARROWEST else 0
    if high and not (free and high > MOST_GROWN * height_of(spare)):
        at = (margin + counter[0] + margin, margin)
        return Places(high + 2 * margin, (margin, margin), at, beside)
    band = height_of(spare) + 2 * margin
    if free:
        return Places(band, (free[0][0], band + margin), (margin, margin), spare)
    under = counter[1] + margin
    return Places(band + under, (margin, margin), (margin, margin + under), spare)


def _inside(
    size: tuple[int, int],
    unit: int,
    margin: int,
    lifter: Box,
    free: Sequence[tuple[int, int]],
    counter: tuple[int, int],
) -> Iterator[tuple[int, int, int, float]]:
    """Places beside a counter that stands clear: left, top, width, and where they end."""
    for x, y in free:
        under, last = y + counter[1] + margin, size[1] - margin
        spare = size[0] - 2 * margin
        across = min(spare, unit * WIDEST)
        yield (size[0] - across) // 2, under, across, lifter.top
        rest = min(spare - counter[0] - margin, unit * WIDEST)
        yield (x + counter[0] + margin if x == margin else margin), y, rest, lifter.top
        for on_right in (True, False):
            room = round(size[0] - lifter.right if on_right else lifter.left) - 2 * margin
            room = min(room, unit * WIDEST)
            left = size[0] - margin - room if on_right else margin
            covers = x < left + room and left < x + counter[0]
            yield left, under if covers else margin, room, last
