"""The targets that the labelled clips are held to, and how far we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.clips import Row

HIPS_FIRST_REPS = 9  # of the ten acted repetitions of idds_0016h_1
SQUATTED_SHARE = 0.95  # of those of idds_0016k_1, which squats its hinge


@dataclass(frozen=True)
class Check:
    """One target.

    what, reached, wanted   for people
    exceptions              the clips that miss it, each with what it gave
    """

    what: str
    reached: str
    wanted: str
    is_met: bool
    exceptions: tuple[str, ...] = ()


def checks(rows: Mapping[str, Row]) -> list[Check]:
    """Hold the rows, by clip, to the targets; clips that are missing count as missed."""
    return [
        _counts(rows),
        _negatives(rows),
        _others(rows),
        _names(rows),
        _dva(rows, "bad", fault=True),
        _dva(rows, "good", fault=False),
        _set(rows, "idds_0016r_1", fault=True),
        _set(rows, "idds_0016c_1", fault=False),
        _hips_first(rows),
        _hips_together(rows),
        _squatted(rows),
        *(_hinged(rows, stem) for stem in ("idds_0016c_1", "idds_0016h_1", "idds_0016r_1")),
    ]


def _share(what: str, rows: list[Row], wrong: tuple[str, ...]) -> Check:
    reached = f"{len(rows) - len(wrong)} of {len(rows)}"
    return Check(what, reached, "all", not wrong and bool(rows), wrong)


def _miscounts(rows: list[Row]) -> tuple[str, ...]:
    return tuple(
        f"{row.clip.path.stem} {row.reps} not {'-'.join(map(str, row.clip.reps))}"
        for row in rows
        if not row.counted_right
    )


def _counts(rows: Mapping[str, Row]) -> Check:
    sure = [row for row in rows.values() if row.clip.is_sure]
    return _share("count right, where the label is certain", sure, _miscounts(sure))


def _others(rows: Mapping[str, Row]) -> Check:
    rest = [
        row
        for row in rows.values()
        if not row.clip.is_sure and row.clip.lifts and not row.clip.is_negative
    ]
    wrong = _miscounts(rest)
    reached = f"{len(rest) - len(wrong)} of {len(rest)}"
    return Check("count right, label less certain", reached, "to know", True, wrong)


def _negatives(rows: Mapping[str, Row]) -> Check:
    negatives = [row for row in rows.values() if row.clip.is_negative]
    return _share("nothing counted where nobody lifts", negatives, _miscounts(negatives))


def _names(rows: Mapping[str, Row]) -> Check:
    known = [
        row for row in rows.values() if row.clip.lifts and (row.reps or 0 not in row.clip.reps)
    ]
    wrong = tuple(
        f"{row.clip.path.stem} {row.lift or 'not a lift'}" for row in known if row.named != "exact"
    )
    families = sum(row.named in {"exact", "family"} for row in known)
    reached = f"{len(known) - len(wrong)} exact, {families} in family, of {len(known)}"
    return Check("lift named", reached, "family at the least", families == len(known), wrong)


def _dva(rows: Mapping[str, Row], kind: str, *, fault: bool) -> Check:
    clips = [row for stem, row in rows.items() if stem.startswith(f"dva_{kind}")]
    wrong = tuple(
        f"{row.clip.path.stem} {_whole(row, 'lumbar_rounding')}"
        for row in clips
        if (_whole(row, "lumbar_rounding").startswith("fault")) != fault
    )
    what = "a fault" if fault else "no fault"
    return _share(f"lumbar_rounding {what} on dva_{kind}", clips, wrong)


def _set(rows: Mapping[str, Row], stem: str, *, fault: bool) -> Check:
    said = _whole(rows[stem], "lumbar_rounding") if stem in rows else "missing"
    wanted = "fault" if fault else "no fault"
    met = stem in rows and said.startswith("fault") == fault
    return Check(f"lumbar_rounding on {stem}", said, wanted, met)


def _whole(row: Row, cue: str) -> str:
    """The set's verdict and the repetitions' values, for people."""
    if row.whole is None or cue not in row.whole or row.values is None:
        return "not judged"
    values = ", ".join(f"{value:.0f}" for value in row.values[cue])
    return f"{row.whole[cue]} ({values})"


def _hips_first(rows: Mapping[str, Row]) -> Check:
    row = rows.get("idds_0016h_1")
    faults = row.count("hip_drive", "fault") if row else 0
    return Check(
        "hip_drive faults on idds_0016h_1",
        f"{faults} of {row.reps if row else 0}: {_whole(row, 'hip_drive') if row else ''}",
        f">= {HIPS_FIRST_REPS}",
        faults >= HIPS_FIRST_REPS,
    )


def _hips_together(rows: Mapping[str, Row]) -> Check:
    row = rows.get("idds_0016c_1")
    faults = row.count("hip_drive", "fault") if row else -1
    return Check(
        "hip_drive faults on idds_0016c_1",
        f"{faults}: {_whole(row, 'hip_drive') if row else 'missing'}",
        "0",
        faults == 0,
    )


def _squatted(rows: Mapping[str, Row]) -> Check:
    row = rows.get("idds_0016k_1")
    faults, reps = (row.count("hinge_pattern", "fault"), row.reps) if row else (0, 0)
    return Check(
        "hinge_pattern faults on idds_0016k_1",
        f"{faults} of {reps}",
        f">= {SQUATTED_SHARE:.0%}",
        reps > 0 and faults >= SQUATTED_SHARE * reps,
    )


def _hinged(rows: Mapping[str, Row], stem: str) -> Check:
    row = rows.get(stem)
    faults = row.count("hinge_pattern", "fault") if row else -1
    return Check(f"hinge_pattern faults on {stem}", str(faults), "0", faults == 0)
