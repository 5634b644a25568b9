"""Tell which lift it is from how the body and the hands move, and how sure that is.

``facts.py`` measures the set, ``naming.py`` gives each lift its chance. Below ``SURE``
the two likeliest are both named, and what differs between them isn't judged.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.data import Candidate, FloatArray, Lift, Signals
from formcheck.errors import NoReps
from formcheck.reps.cycles import Cycle, Rises, find_cycles
from formcheck.reps.drive import around, hip_height, wrist_height
from formcheck.reps.facts import JUMPY, facts_of, median
from formcheck.reps.lifts import known_lift
from formcheck.reps.naming import naming
from formcheck.reps.others import telling
from formcheck.signals.lines import Line, line

SURE = 0.8
"""From here on one name is given: of ten such eight or more are right (our choice)."""

HANGING = line("recognise", "HANGING")  # wrist above hip at the bottom; a hanging arm is below
SWUNG = line("recognise", "SWUNG")  # wrist above hip at its highest, with hanging arms
OVERHEAD = line("recognise", "OVERHEAD")  # an arm held straight up: a snatch or press, no swing
BENT_ARMS = line("recognise", "BENT_ARMS")  # degrees of the elbow; hanging arms are straighter


def recognise(signals: Signals, wanted: str = "auto", rises: Rises | None = None) -> Lift:
    """Name the lift, or take the user's word for it; ``rises`` spares finding them again.

    Raises
    ------
    BadRequest
        ``wanted`` is neither "auto" nor a lift we know.
    NoReps
        Nothing in the picture moves like a lift we know.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> track = formcheck.load_poses(Path("sample_videos/poses/romanian_deadlift.npz"))
    >>> motion = formcheck.compute_signals(track)
    >>> formcheck.recognise(motion).name
    'romanian_deadlift'
    >>> formcheck.recognise(motion, "good_morning").how
    'given'
    """
    if wanted != "auto":
        return Lift(known_lift(wanted), "given", 1.0)
    cycles, rejected = rises or find_cycles(signals)
    if not cycles:
        first = telling(rejected)
        why = f" ({first.reason})" if first else ""
        raise NoReps(
            f"this doesn't look like a lift we know: no repetition was found{why}. "
            "Film the whole body, head to feet, or name the lift with --lift."
        )
    chances = chances_of(signals, cycles)
    if not chances:
        raise NoReps(
            "this doesn't look like a lift we know: the weight goes overhead. "
            "Name the lift with --lift to count it all the same."
        )
    likeliest = tuple(Candidate(name, round(one, 2)) for name, one in chances.items())[:2]
    best = likeliest[0]
    unsure = best.confidence < SURE
    return Lift(best.name, "detected", best.confidence, likeliest if unsure else ())


def chances_of(signals: Signals, cycles: list[Cycle]) -> dict[str, float]:
    """How likely each lift is, the likeliest first; none where it is none that we know."""
    chances = naming().chances(facts_of(signals, cycles))
    swung = next(iter(chances)) == "kettlebell_swing"
    if swung and over(OVERHEAD, held(signals, cycles)["highest"]) >= 0.5:
        return {}
    return chances


def named(signals: Signals, cycles: list[Cycle]) -> tuple[str, float]:
    """Give what these rises are recognised as, "" for none we know, and how surely."""
    return next(iter(chances_of(signals, cycles).items()), ("", 1.0))


def load_held(signals: Signals, cycle: Cycle) -> tuple[str, float]:
    """What the hands do in one rise: "hanging", "swung" or "held", and how surely.

    So much a single rise tells; which lift it is takes the whole set.
    """
    seen = held(signals, [cycle])
    hanging = over(HANGING, -seen["low"], negate=True) * over(BENT_ARMS, seen["elbow_deg"])
    if hanging < 0.5:
        return "held", 1.0 - hanging
    swung = over(SWUNG, seen["swings_to"])
    return ("swung", hanging * swung) if swung >= 0.5 else ("hanging", hanging * (1.0 - swung))


def held(signals: Signals, cycles: list[Cycle]) -> dict[str, float]:
    """How high the wrists are over the hips, at the bottoms and at most, and the elbow's angle.

    Wrists that plates hide are taken from the engine's own 3-D guess. "swings_to" is the
    highest less what unseen ones may jump.
    """
    wrist, guessed = wrist_height(signals), signals.guesses.gap_legs["wrist_over_hip"]
    seen = wrist - hip_height(signals)
    over_hip = np.where(np.isfinite(seen), seen, guessed)
    elbow_deg = signals.guesses.shape_deg["elbow"]

    def low(values: FloatArray) -> float:
        return median(around(signals, values, one.bottom.at) for one in cycles)

    def parts(values: FloatArray) -> list[FloatArray]:
        # A swung bell is highest when the shoulders have long been up.
        ends = [one.after.at if one.after else len(values) for one in cycles]
        return [values[one.bottom.at : end] for one, end in zip(cycles, ends, strict=True)]

    # Not the very highest: behind a plate a wrist may jump for a few frames.
    highest = median(
        float(np.nanpercentile(part, 90)) for part in parts(over_hip) if np.isfinite(part).any()
    )
    share = float(np.mean([np.isfinite(part).mean() for part in parts(wrist)]))
    return {
        "low": low(over_hip),
        "highest": highest,
        "swings_to": highest - JUMPY * (1.0 - share),
        "elbow_deg": low(elbow_deg),
    }


def over(limit: Line, value: float, *, negate: bool = False) -> float:
    """Certainty that ``value`` lies over the line; 0.5 when it isn't seen.

    ``negate`` turns the line's sign along with the value's.
    """
    if not math.isfinite(value):
        return 0.4999
    distance = value + limit.value if negate else value - limit.value
    return 1.0 / (1.0 + math.exp(-float(np.clip(2.0 * distance / limit.spread, -30, 30))))
