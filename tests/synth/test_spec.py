"""A spec is read or refused, with the field and the line in the message."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from formcheck.errors import BadRequest
from formcheck.synth.spec import Spec, load_spec, parse_spec

SPECS = Path(__file__).parents[2] / "sample_videos" / "specs"


def test_only_the_lift_is_needed() -> None:
    """A lift alone is a whole spec; the rest has defaults."""
    spec = parse_spec('lift = "back_squat"')
    assert spec == Spec(lift="back_squat")
    assert math.isnan(spec.faults.lumbar_flexion_deg)


def test_values_reach_their_fields() -> None:
    """Numbers, names and colours land in the tables they stand in."""
    spec = parse_spec(
        'lift = "deadlift"\nreps = 5\n[faults]\nhips_first_deg = 20\n'
        '[clothes]\ntop = "hoodie"\ntop_colour = "#112233"\n[camera]\nyaw_deg = -30\n'
    )
    assert spec.reps == 5
    assert spec.faults.hips_first_deg == 20.0
    assert spec.clothes.top == "hoodie"
    assert spec.camera.yaw_deg == -30.0


def test_occluders_are_a_list() -> None:
    """Several occluders may stand in a scene; each once."""
    spec = parse_spec('lift = "deadlift"\n[scene]\noccluders = ["bench", "post", "bench"]\n')
    assert spec.scene.occluders == ("bench", "post")


BAD = [
    ("", "lift is missing"),
    ('lift = "curl"', "line 1: lift = 'curl' is unknown"),
    ('lift = "deadlift"\nreps = 0', "line 2: reps = 0 is outside 1 to 50"),
    ('lift = "deadlift"\nreps = 2.5', "line 2: reps = 2.5 must be a whole number"),
    ('lift = "deadlift"\nreps = true', "line 2: reps = True must be a number"),
    ('lift = "deadlift"\nkg = 2', "line 2: kg is not a field; known here: lift, reps"),
    (
        'lift = "deadlift"\n[faults]\nlumbar_flexion_deg = 200',
        "line 3: faults.lumbar_flexion_deg = 200 is outside 0 to 60",
    ),
    (
        'lift = "deadlift"\n\n[camera]\n# how far\ndistance_m = 0.2',
        "line 5: camera.distance_m = 0.2 is outside 1.2 to 12",
    ),
    ('lift = "deadlift"\n[camera]\nwidth = 721', "line 3: camera.width must be even"),
    ('lift = "deadlift"\n[clothes]\ntop_colour = "blue"', "line 3: clothes.top_colour = 'blue'"),
    ('lift = "deadlift"\n[scene]\nrack = 1', "line 3: scene.rack = 1 must be true or false"),
    ('lift = "deadlift"\nbody = 3', "line 2: body must be a table"),
    ('lift = "deadlift"\nreps =', "not valid TOML"),
    ('lift = "deadlift"\n[camera]\nyaw_deg = nan', "line 3: camera.yaw_deg = nan is outside"),
    (
        'lift = "deadlift"\n[faults]\nshallow = 0.3',
        "line 3: faults.shallow has no meaning in a deadlift: the load lies on the floor",
    ),
    (
        'lift = "back_squat"\n[faults]\nbent_arms_deg = 20',
        "line 3: faults.bent_arms_deg has no meaning in a back_squat",
    ),
    (
        'lift = "deadlift"\n[faults]\nlumbar_flexion_deg = 55\nbutt_wink_deg = 30',
        "line 4: faults.butt_wink_deg = 30 with lumbar_flexion_deg = 55 bends",
    ),
    (
        'lift = "back_squat"\n[faults]\nknee_flexion_deg = 200',
        "line 3: faults.knee_flexion_deg = 200 is outside 10 to 145",
    ),
    (
        'lift = "deadlift"\n[faults]\nknee_flexion_deg = 80',
        "line 3: faults.knee_flexion_deg has no meaning in a deadlift",
    ),
    (
        'lift = "back_squat"\n[faults]\nshallow = 0.2\nknee_flexion_deg = 80',
        "line 4: faults.knee_flexion_deg and shallow",
    ),
    (
        'lift = "deadlift"\n[scene]\noccluders = "post"',
        "line 3: scene.occluders = 'post' must be a list of some of bench, box",
    ),
    (
        'lift = "deadlift"\n[scene]\noccluders = ["post", "cat"]',
        "line 3: scene.occluders has 'cat', which is unknown; choose some of bench",
    ),
    (
        'lift = "deadlift"\n[camera]\ndistance_m = 2\n[scene]\noccluders = ["post"]',
        "line 5: scene.occluders need room before the lifter: camera.distance_m of 2.6",
    ),
    ('lift = "deadlift"\nsource = 3', "line 2: source is not a field"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_spec_names_field_and_line(text: str, message: str) -> None:
    """What can't be rendered is refused, saying which field on which line."""
    with pytest.raises(BadRequest) as refused:
        parse_spec(text, "my.toml")
    assert str(refused.value).startswith("my.toml: ")
    assert message in str(refused.value)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing, a foreign and an unreadable file are each a plain request error."""
    with pytest.raises(BadRequest, match="can't be read: No such file"):
        load_spec(tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(BadRequest, match="not a text file"):
        load_spec(tmp_path / "picture.toml")
    with pytest.raises(BadRequest, match="can't be read"):
        load_spec(tmp_path)


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.toml")), ids=lambda p: p.stem)
def test_sample_specs_are_valid(path: Path) -> None:
    """Each spec in sample_videos is one we accept."""
    assert load_spec(path).reps >= 1


def test_readme_example_is_valid() -> None:
    """The spec shown in the README of the samples is one we accept, every field of it."""
    text = (SPECS.parent / "README.md").read_text()
    spec = parse_spec(text.split("```toml\n")[1].split("```")[0], "README.md")
    assert spec.scene.occluders == ("passer_by", "box")
    assert spec.body.weight_kg == 92.0
