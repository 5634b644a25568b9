"""Some frames of a set's signals: what lies round a repetition, without copying it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from numpy.typing import NDArray

from formcheck.data import FloatArray, Series, Signals

Values = TypeVar("Values", bound=NDArray[Any])


def part_of(signals: Signals, frames: slice) -> Signals:
    """Give the signals of frames that follow each other; what is of the whole set stays.

    The arrays are views of the set's own. One that is empty, as no picture or fitted
    body gave it, stays so.
    """
    count = len(signals.time_s)

    def cut(values: Values) -> Values:
        return cast("Values", values[frames]) if len(values) == count else values

    def each(values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        return {name: cut(one) for name, one in values.items()}

    time, body, back, level = signals.time, signals.body, signals.back, signals.picture.level
    bar, guesses, reading = signals.bar, signals.guesses, signals.back.reading
    return replace(
        signals,
        time=replace(time, time_s=cut(time.time_s), stretch=cut(time.stretch)),
        stance=replace(signals.stance, heading_deg=cut(signals.stance.heading_deg)),
        picture=replace(signals.picture, level=None if level is None else cut(level)),
        body=replace(
            body,
            points_px=cut(body.points_px),
            seen=cut(body.seen),
            hips_hidden=cut(body.hips_hidden),
            hidden=cut(body.hidden),
            held_px=cut(body.held_px),
        ),
        angles_deg={
            name: Series(cut(one.value), each(one.parts))
            for name, one in signals.angles_deg.items()
        },
        back=replace(
            back,
            edge_px=cut(back.edge_px),
            hip_depth=cut(back.hip_depth),
            reading=replace(
                reading,
                shape=cut(reading.shape),
                lean_deg=cut(reading.lean_deg),
                trunk_px=cut(reading.trunk_px),
            ),
        ),
        guesses=replace(
            guesses,
            lean_deg=cut(guesses.lean_deg),
            shape_deg=each(guesses.shape_deg),
            gap_legs=each(guesses.gap_legs),
        ),
        bar=None
        if bar is None
        else replace(
            bar,
            centre_px=cut(bar.centre_px),
            sigma_px=cut(bar.sigma_px),
            rests=cut(bar.rests),
        ),
    )
