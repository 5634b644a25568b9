from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from formcheck.data import LimitChange, Tempo
from formcheck.errors import BadRequest
from formcheck.report import record
from formcheck.report.form import schema as form_schema
from formcheck.report.kept import read_analysis
from tests.report.sample import sample_analysis, with_bar

ANALYSIS = sample_analysis()


def test_record_is_valid_against_the_schema() -> None:
    """The sample's record satisfies the strict schema, which is itself a valid schema."""
    Draft202012Validator.check_schema(form_schema())
    Draft202012Validator(form_schema()).validate(record.to_dict(ANALYSIS))


def test_schema_refuses_an_unknown_field() -> None:
    """A misspelt field doesn't slip through: the schema is closed everywhere."""
    wrong = record.to_dict(ANALYSIS)
    wrong["reps"][0]["cues"]["depth"]["sigmaa"] = 1.0
    assert not Draft202012Validator(form_schema()).is_valid(wrong)


@pytest.mark.parametrize(
    "said", [{"rotation_deg": -90}, {"sha256": "x"}, {"duration_s": -1.0}, {"width": 10**6}]
)
def test_what_poses_of_others_say_of_their_film_is_told_on(
    said: dict[str, Any], tmp_path: Path
) -> None:
    """Poses may name a film as we never would: it is written, and read back."""
    odd = replace(ANALYSIS, source=replace(ANALYSIS.source, **said))
    record.write_json(odd, tmp_path / "analysis.json")
    read = read_analysis(tmp_path / "analysis.json")
    assert read == record.to_dict(odd)


def test_every_field_of_the_schema_is_described() -> None:
    """Whoever reads the schema finds a sentence for each field."""

    def undescribed(node: dict[str, Any], path: str = "") -> Iterator[str]:
        for name, field in node.get("properties", {}).items():
            if "description" not in field and "$ref" not in field:
                yield f"{path}/{name}"
            yield from undescribed(field, f"{path}/{name}")
            yield from undescribed(field.get("items", {}), f"{path}/{name}[]")

    schema = form_schema()
    assert list(undescribed(schema)) == []
    assert [u for part in schema["$defs"].values() for u in undescribed(part)] == []


def test_limits_tempo_and_reasons_are_recorded() -> None:
    """What a coach changed, with the standard; the tempo that was asked for; why and the score."""
    changes = (
        LimitChange("depth", "any", "watch", 0.05, 0.1, "thigh lengths"),
        LimitChange("depth", "any", "source", "us", "them", "thigh lengths"),
    )
    summary = replace(ANALYSIS.summary, main_reason="Why.", score_reason="So.")
    data = record.to_dict(
        replace(ANALYSIS, limits_changed=changes, tempo=Tempo(3, 1, 3), summary=summary)
    )
    Draft202012Validator(form_schema()).validate(data)
    assert [LimitChange(**one) for one in data["limits_changed"]] == list(changes)
    assert data["tempo"] == "3-1-3"
    assert (data["set"]["main_reason"], data["set"]["score_reason"]) == ("Why.", "So.")
    assert record.to_dict(ANALYSIS)["tempo"] is None


def test_missing_numbers_are_null() -> None:
    """NaN becomes null, never 0 and never the word NaN."""
    data = record.to_dict(ANALYSIS)
    finding = data["reps"][4]["cues"]["neutral_head"]
    assert (finding["value"], finding["sigma"], finding["at_s"]) == (None, None, None)
    assert data["reps"][4]["score"] is None
    assert "NaN" not in json.dumps(data, allow_nan=False)


def test_numpy_numbers_become_plain_ones() -> None:
    """A rep whose times are numpy numbers can be written as JSON."""
    judged = ANALYSIS.reps[0]
    numpys: dict[str, Any] = {"start_s": np.float32(0.5), "index": np.int64(1)}
    judged = replace(judged, rep=replace(judged.rep, **numpys))
    data = record.to_dict(replace(ANALYSIS, reps=(judged,)))
    assert json.loads(json.dumps(data))["reps"][0]["start_s"] == 0.5


def test_json_file_reads_back_the_same(tmp_path: Path) -> None:
    """What is written is what to_dict gives, with any file name in it."""
    name = 'a "b"\n<script>💪\udcff.mp4'
    analysis = replace(ANALYSIS, source=replace(ANALYSIS.source, file=name))
    record.write_json(analysis, tmp_path / "analysis.json")
    read = json.loads((tmp_path / "analysis.json").read_text("utf-8"))
    assert read == record.to_dict(analysis)
    assert read["source"]["file"] == 'a "b"\n<script>💪?.mp4'


@pytest.mark.parametrize("plate_m", [0.45, 0.0])
def test_the_bar_is_told_and_reads_back(plate_m: float, tmp_path: Path) -> None:
    """The bar and its speeds are in the record, valid, and read back the same."""
    lifted = with_bar(ANALYSIS, plate_m)
    said = record.to_dict(lifted)
    Draft202012Validator(form_schema()).validate(said)
    assert said["bar"]["diameter_m"] == (plate_m or None)
    assert said["bar"]["how"] == ("detected" if plate_m else None)
    mean = "bar_mean_m_s" if plate_m else "bar_mean_legs_s"
    assert all(rep["measures"][mean] > 0 for rep in said["reps"])
    assert all(rep["measures"][f"{mean}_sigma"] > 0 for rep in said["reps"])
    record.write_json(lifted, tmp_path / "analysis.json")
    assert read_analysis(tmp_path / "analysis.json") == said
    record.write_csv(lifted, tmp_path / "reps.csv")
    with (tmp_path / "reps.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row[mean]) for row in rows] == [rep["measures"][mean] for rep in said["reps"]]


def test_where_no_bar_was_seen_nothing_is_said_of_one(tmp_path: Path) -> None:
    """Without a bar the record is what it always was, and older ones are read."""
    said = record.to_dict(ANALYSIS)
    assert "bar" not in said
    assert not any(name.startswith("bar_mean") for rep in said["reps"] for name in rep["measures"])
    (tmp_path / "analysis.json").write_text(json.dumps(said | {"bar": None}), encoding="utf-8")
    assert read_analysis(tmp_path / "analysis.json")["bar"] is None


def test_csv_has_one_row_a_rep_and_every_column(tmp_path: Path) -> None:
    """reps.csv carries times, tempo, measures and four columns a cue."""
    record.write_csv(ANALYSIS, tmp_path / "reps.csv")
    with (tmp_path / "reps.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["index"] for row in rows] == ["1", "2", "3", "4", "5"]
    expected = ["index", "start_s", "bottom_s", "top_s", "end_s", "complete"]
    expected += ["eccentric_s", "pause_s", "concentric_s", "score"]
    expected += list(ANALYSIS.reps[0].measures)
    for cue in ANALYSIS.reps[0].findings:
        expected += [f"{cue}_verdict", f"{cue}_value", f"{cue}_sigma", f"{cue}_unit"]
    assert list(rows[0]) == expected
    assert rows[2]["lumbar_rounding_verdict"] == "fault"
    assert float(rows[2]["lumbar_rounding_value"]) == 30.0
    assert rows[4]["neutral_head_value"] == ""


def test_csv_of_a_set_without_reps_still_has_its_header(tmp_path: Path) -> None:
    """An empty set gives a header and nothing else."""
    record.write_csv(replace(ANALYSIS, reps=()), tmp_path / "reps.csv")
    lines = (tmp_path / "reps.csv").read_text().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("index,start_s")


def test_frame_has_the_same_rows() -> None:
    """to_frame gives the CSV's rows, with NaN for what isn't known."""
    pytest.importorskip("pandas")
    frame = record.to_frame(ANALYSIS)
    assert len(frame) == 5
    assert frame["lumbar_rounding_value"].tolist() == [9.0, 9.0, 30.0, 9.0, 9.0]
    assert math.isnan(frame["neutral_head_value"].iloc[4])


def test_frame_without_pandas_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas the error names the command that mends it."""
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(BadRequest, match="pip install"):
        record.to_frame(ANALYSIS)
