"""What earlier versions wrote is still read, and answers don't change unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import formcheck
from formcheck.poses.noted import SCHEMA, VERSION

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("frozen/*/poses.npz"))

WORDS = {"formcheck_version", "message", "how_to_fix", "reason", "advice", "main_advice"} | {
    *("headline", "limits", "code", "source"),
}
"""Texts may be put better; numbers, verdicts and names stay."""

SAME_SHARE, LAST_DECIMAL = 1e-6, 1.1e-3
"""Numbers are kept with three decimals: the last may turn over on another machine."""

CHANGED = (
    "the answers for tests/frozen/{0} have changed. If that wasn't meant, find out why. If it "
    "was: leave that folder as it is (an older version's pair is never overwritten), add the "
    "next number as tests/frozen/README.md says, and tell what changed in the changelog"
)

_every = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))


def said(folder: Path) -> dict[str, Any]:
    """What the version of the folder said."""
    kept: dict[str, Any] = json.loads((folder / "analysis.json").read_text("utf-8"))
    return kept


def leaves(kept: object, now: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Each value that was said, with what is said now; what is new now isn't asked for."""
    if isinstance(kept, dict):
        for key, value in kept.items():
            if key not in WORDS:
                theirs = now.get(key, "missing") if isinstance(now, dict) else "missing"
                yield from leaves(value, theirs, f"{place}.{key}")
    elif isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        for at, (value, theirs) in enumerate(zip(kept, now, strict=True)):
            yield from leaves(value, theirs, f"{place}[{at}]")
    else:
        yield place, kept, now


def is_same(kept: object, now: object) -> bool:
    if isinstance(kept, float) and isinstance(now, float | int):
        return bool(now == pytest.approx(kept, rel=SAME_SHARE, abs=LAST_DECIMAL))
    return kept == now


def test_the_newest_answers_are_those_of_today() -> None:
    """Repetitions and verdicts are the same, values to the last decimal that is kept."""
    newest = FOLDERS[-1]
    now = formcheck.analyze(newest / "poses.npz").to_dict()
    differ = {
        place: (kept, found)
        for place, kept, found in leaves(said(newest), now)
        if not is_same(kept, found)
    }
    assert differ == {}, CHANGED.format(newest.name)


@_every
def test_what_any_version_wrote_is_still_judged(folder: Path) -> None:
    """Its poses load and hold the lift and the repetitions that they held."""
    kept, now = said(folder), formcheck.analyze(folder / "poses.npz").to_dict()
    assert now["lift"]["name"] == kept["lift"]["name"]
    assert len(now["reps"]) == len(kept["reps"]), CHANGED.format(folder.name)
    for one, other in zip(kept["reps"], now["reps"], strict=True):
        assert other["bottom_s"] == pytest.approx(one["bottom_s"], abs=0.1)


def test_the_newest_pair_is_of_the_present_form() -> None:
    """A new version of poses.npz comes with a pair of its own, whose maker is known."""
    with np.load(FOLDERS[-1] / "poses.npz") as archive:
        note = json.loads(str(archive["meta"]))
    assert note["schema"] == f"{SCHEMA}/{VERSION}"
    assert note["made_by"]["engine"].startswith("mediapipe ")
    assert len(note["made_by"]["model_sha256"]) == 64


def test_a_changed_answer_is_noticed() -> None:
    """One verdict, one number, a repetition less: each would be told; words wouldn't."""
    kept = said(FOLDERS[-1])
    first = kept["reps"][0]
    back = first["cues"]["lumbar_rounding"]
    cases = (
        kept | {"reps": [first]},
        kept | {"reps": [first | {"start_s": first["start_s"] + 0.01}, kept["reps"][1]]},
        kept | {"reps": [_with(first, back | {"verdict": "good"}), kept["reps"][1]]},
        kept | {"reps": [_with(first, back | {"sigma": None}), kept["reps"][1]]},
    )
    for changed in cases:
        assert not all(is_same(one, other) for _, one, other in leaves(kept, changed))
    better = kept | {"reps": [_with(first, back | {"advice": "Better."}), kept["reps"][1]]}
    assert all(is_same(one, other) for _, one, other in leaves(kept, better))


def _with(rep: dict[str, Any], back: dict[str, Any]) -> dict[str, Any]:
    return rep | {"cues": rep["cues"] | {"lumbar_rounding": back}}
