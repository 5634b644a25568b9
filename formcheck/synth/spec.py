"""What to render: a small TOML file, checked field by field."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args, get_origin, get_type_hints

from formcheck.errors import BadRequest

LiftName = Literal[
    "deadlift",
    "sumo_deadlift",
    "romanian_deadlift",
    "good_morning",
    "kettlebell_deadlift",
    "kettlebell_swing",
    "single_leg_deadlift",
    "back_squat",
    "front_squat",
    "goblet_squat",
    "bodyweight_squat",
    "split_squat",
]


def _limited(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class BodySpec:
    """Whose body: ``muscle`` 0..1 is untrained to very muscular.

    Which weights there are depends on height and muscle: at 1.78 m a man with
    ``muscle`` 0 reaches 48 to 132 kg, with 0.65 only 65 to 85.
    """

    sex: Literal["male", "female", "neutral"] = "male"
    age_years: float = _limited(28.0, 18.0, 90.0)
    height_m: float = _limited(1.78, 1.45, 2.05)
    weight_kg: float = _limited(78.0, 40.0, 160.0)
    muscle: float = _limited(0.65, 0.0, 1.0)
    skin: Literal["light", "fair", "olive", "brown", "dark"] = "fair"
    hair: Literal["black", "brown", "blond", "red", "grey", "bald"] = "brown"
    hair_style: Literal["cropped", "long", "ponytail", "bun"] = "cropped"


@dataclass(frozen=True)
class ClothesSpec:
    """What they wear; a hoodie's hood lies on the upper back. Colours are ``#rrggbb``."""

    top: Literal["skin_tight", "tshirt", "hoodie", "none"] = "tshirt"
    top_colour: str = "#2f5d8a"
    bottom: Literal["shorts", "tights"] = "shorts"
    bottom_colour: str = "#23252b"
    shoe_colour: str = "#d9d6cf"


@dataclass(frozen=True)
class TempoSpec:
    """Seconds of each part of a repetition, and stillness around the set.

    ``None`` means the lift's own usual tempo.
    """

    down_s: float | None = _limited(math.nan, 0.2, 10.0)
    bottom_s: float | None = _limited(math.nan, 0.0, 10.0)
    up_s: float | None = _limited(math.nan, 0.2, 10.0)
    top_s: float | None = _limited(math.nan, 0.0, 10.0)
    lead_s: float = _limited(0.7, 0.0, 10.0)
    tail_s: float = _limited(0.6, 0.0, 10.0)
    variation: float = _limited(0.04, 0.0, 0.5)


@dataclass(frozen=True)
class FaultSpec:
    """Faults as dials; at the default the lifter moves as a good one does.

    lumbar_flexion_deg    flexion from standing at the bottom; NaN: the lift's norm
    lumbar_growth_deg     how much more the last repetition's lower back flexes than the first's
    thoracic_flexion_deg  extra rounding of the upper back at the bottom
    hips_first_deg        how far the trunk tips forward while the knees open
    knee_flexion_deg      knees at the bottom; NaN: the lift's norm
    knee_dominant         0..1: a hinge turned into a squat
    neck_deg              shoulder-to-ear against trunk at the bottom, from standing:
                          - craned up, + tucked
    lean_back_deg         trunk behind the vertical at the top
    soft_lockout_deg      hip flexion left over at the top
    shallow               0..1: share of the depth that is missing
    butt_wink_deg         lumbar flexion in the last third of the way down
    heels_up_m            heels above the floor at the bottom
    bar_forward_m         load ahead of where it should hang
    bent_arms_deg         elbow flexion
    knees_cave_deg        knees turned inwards on the way up
    hip_shift_m           hips to the left at the bottom
    twist_deg             shoulders turned to the left on the way up
    jerk                  0..1: a snatched start and a hitch half-way up
    fatigue               0..1: slower, and every fault growing over the set
    uneven_tempo          0..1: repetitions of different speed
    """

    lumbar_flexion_deg: float = _limited(math.nan, 0.0, 60.0)
    lumbar_growth_deg: float = _limited(0.0, 0.0, 40.0)
    thoracic_flexion_deg: float = _limited(0.0, 0.0, 45.0)
    hips_first_deg: float = _limited(0.0, 0.0, 30.0)
    knee_flexion_deg: float = _limited(math.nan, 10.0, 145.0)
    knee_dominant: float = _limited(0.0, 0.0, 1.0)
    neck_deg: float = _limited(math.nan, -70.0, 60.0)
    lean_back_deg: float = _limited(0.0, 0.0, 25.0)
    soft_lockout_deg: float = _limited(0.0, 0.0, 45.0)
    shallow: float = _limited(0.0, 0.0, 0.7)
    butt_wink_deg: float = _limited(0.0, 0.0, 40.0)
    heels_up_m: float = _limited(0.0, 0.0, 0.08)
    bar_forward_m: float = _limited(0.0, 0.0, 0.25)
    bent_arms_deg: float = _limited(0.0, 0.0, 90.0)
    knees_cave_deg: float = _limited(0.0, 0.0, 45.0)
    hip_shift_m: float = _limited(0.0, -0.12, 0.12)
    twist_deg: float = _limited(0.0, -40.0, 40.0)
    jerk: float = _limited(0.0, 0.0, 1.0)
    fatigue: float = _limited(0.0, 0.0, 1.0)
    uneven_tempo: float = _limited(0.0, 0.0, 1.0)


@dataclass(frozen=True)
class CameraSpec:
    """Where the camera stands and what it records.

    ``yaw_deg`` is 0 for a true side view, 90 from the front, -90 from behind;
    ``facing`` the side of the picture the lifter faces at yaw 0. ``fov_deg``
    is the angle the picture's longer side covers. ``crf`` is the x264 quality.
    """

    width: int = _limited(720, 160, 3840)
    height: int = _limited(1280, 160, 3840)
    frame_rate_hz: float = _limited(30.0, 5.0, 240.0)
    yaw_deg: float = _limited(0.0, -180.0, 180.0)
    facing: Literal["left", "right"] = "right"
    height_m: float = _limited(1.0, 0.1, 3.0)
    distance_m: float = _limited(3.6, 1.2, 12.0)
    aim_height_m: float = _limited(0.90, 0.0, 2.0)
    fov_deg: float = _limited(40.0, 15.0, 110.0)
    roll_deg: float = _limited(0.0, -20.0, 20.0)
    shake_m: float = _limited(0.0, 0.0, 0.05)
    noise: float = _limited(2.0, 0.0, 30.0)
    crf: int = _limited(27, 0, 45)


OCCLUDED_FROM_M = 2.6  # nearer, an occluder would touch the camera or the load
Occluder = Literal["bench", "box", "plates", "post", "passer_by"]


@dataclass(frozen=True)
class SceneSpec:
    """What is around: none of it moves the lifter's truth.

    ``occluders`` stand between the camera and the lifter; ``passer_by`` walks
    through the picture once, about the middle of the clip.
    """

    floor: Literal["rubber", "wood", "concrete"] = "rubber"
    wall: Literal["brick", "plaster", "panels"] = "plaster"
    rack: bool = True
    person_behind: bool = False
    light: float = _limited(1.0, 0.3, 1.5)
    plate_m: float = _limited(0.45, 0.2, 0.5)
    occluders: tuple[Occluder, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where a spec was read: its name, and the line of each field that it has."""

    name: str = "spec"
    lines: Mapping[str, int] = field(default_factory=dict)

    def refuse(self, dotted: str, problem: str) -> NoReturn:
        """Raise ``BadRequest`` with the field's name and its line."""
        line = f"line {self.lines[dotted]}: " if dotted in self.lines else ""
        raise BadRequest(f"{self.name}: {line}{dotted} {problem}")


@dataclass(frozen=True)
class Spec:
    """One clip: a lift, its repetitions, who does it and who films it.

    ``source`` tells errors where the spec came from; it isn't part of the file.
    """

    lift: LiftName
    reps: int = _limited(3, 1, 50)
    seed: int = _limited(0, 0, 2**31)
    load_kg: float = _limited(60.0, 0.0, 400.0)
    tempo: TempoSpec = field(default_factory=TempoSpec)
    faults: FaultSpec = field(default_factory=FaultSpec)
    body: BodySpec = field(default_factory=BodySpec)
    clothes: ClothesSpec = field(default_factory=ClothesSpec)
    camera: CameraSpec = field(default_factory=CameraSpec)
    scene: SceneSpec = field(default_factory=SceneSpec)
    source: Source = field(
        default_factory=Source, compare=False, repr=False, metadata={"written": False}
    )


def load_spec(path: Path) -> Spec:
    """Read and check a spec file.

    Raises
    ------
    BadRequest
        The file can't be read, isn't TOML, or a field is unknown, of the wrong
        type or out of its range; the message names the field and its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not a text file"
        raise BadRequest(f"{path}: the spec can't be read: {reason}") from None
    return parse_spec(text, str(path))


def parse_spec(text: str, name: str = "spec") -> Spec:
    """Check the text of a spec; ``name`` is what errors call it."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadRequest(f"{name}: not valid TOML: {problem}") from None
    if "lift" not in table:
        raise BadRequest(f'{name}: lift is missing: add lift = "deadlift" or another lift')
    source = Source(name, _lines(text))
    spec: Spec = _Reader(source).read(Spec, table, ())
    _check_together(spec, source)
    return replace(spec, source=source)


def _lines(text: str) -> dict[str, int]:
    """Return the line of each field and table, by dotted name."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[\s*([\w.]+)\s*\]", line):
            table = f"{heading[1]}."
            found.setdefault(heading[1], number)
        elif key := re.match(r"\s*([\w.]+)\s*=", line):
            found.setdefault(table + key[1], number)
    return found


@dataclass(frozen=True)
class _Reader:
    """Turns tables into dataclasses, saying where a problem is."""

    source: Source

    def read(self, kind: type[Any], table: dict[str, Any], path: tuple[str, ...]) -> Any:
        known = {f.name: f for f in fields(kind) if f.metadata.get("written", True)}
        hints = get_type_hints(kind)
        values = {}
        for key, value in table.items():
            here = (*path, key)
            if key not in known:
                self.fail(here, f"is not a field; known here: {', '.join(known)}")
            hint = hints[key]
            if is_dataclass(hint):
                if not isinstance(value, dict):
                    self.fail(here, "must be a table")
                values[key] = self.read(hint, value, here)  # type: ignore[arg-type]
            else:
                values[key] = self.value(hint, value, here, dict(known[key].metadata))
        return kind(**values)

    def value(
        self, hint: Any, value: Any, path: tuple[str, ...], limits: dict[str, float]
    ) -> object:
        if get_origin(hint) is tuple:
            return self.several(get_args(hint)[0], value, path)
        if get_origin(hint) is Literal:
            if value not in get_args(hint):
                self.fail(
                    path, f"= {value!r} is unknown; choose one of {', '.join(get_args(hint))}"
                )
            return value
        if hint is bool:
            if not isinstance(value, bool):
                self.fail(path, f"= {value!r} must be true or false")
            return value
        if hint is str:
            if not (isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value)):
                self.fail(path, f'= {value!r} must be a colour such as "#2f5d8a"')
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(path, f"= {value!r} must be a number")
        if hint is int and not isinstance(value, int):
            self.fail(path, f"= {value!r} must be a whole number")
        if not limits["low"] <= value <= limits["high"]:
            self.fail(path, f"= {value:g} is outside {limits['low']:g} to {limits['high']:g}")
        return value if hint is int else float(value)

    def several(self, hint: Any, value: Any, path: tuple[str, ...]) -> tuple[object, ...]:
        names = ", ".join(get_args(hint))
        if not isinstance(value, list):
            self.fail(path, f"= {value!r} must be a list of some of {names}")
        for one in value:
            if one not in get_args(hint):
                self.fail(path, f"has {one!r}, which is unknown; choose some of {names}")
        return tuple(dict.fromkeys(value))

    def fail(self, path: tuple[str, ...], problem: str) -> NoReturn:
        self.source.refuse(".".join(path), problem)


HANGING = (
    "deadlift",
    "sumo_deadlift",
    "romanian_deadlift",
    "kettlebell_deadlift",
    "single_leg_deadlift",
)
HINGES = (*HANGING, "good_morning", "kettlebell_swing")
OFF_THE_FLOOR = ("deadlift", "sumo_deadlift", "kettlebell_deadlift")
ONE_LEG = ("single_leg_deadlift", "split_squat")
# Dials that only some lifts have, and why.
DIAL_LIFTS: dict[str, tuple[tuple[str, ...], str]] = {
    "shallow": (
        tuple(n for n in get_args(LiftName) if n not in OFF_THE_FLOOR),
        "the load lies on the floor, so the depth is given",
    ),
    "knee_flexion_deg": (
        tuple(n for n in get_args(LiftName) if n not in OFF_THE_FLOOR),
        "the load lies on the floor, so the depth is given",
    ),
    "knee_dominant": (
        tuple(n for n in HINGES if n not in OFF_THE_FLOOR),
        "only a hinge that doesn't start from the floor can turn into a squat",
    ),
    "bar_forward_m": (HANGING, "no load hangs from the hands"),
    "bent_arms_deg": ((*HANGING, "kettlebell_swing"), "the arms are bent anyway"),
    "hip_shift_m": (
        tuple(n for n in get_args(LiftName) if n not in ONE_LEG),
        "the weight is on one leg",
    ),
}


def _check_together(spec: Spec, source: Source) -> None:
    """Refuse combinations that no single field shows."""
    camera, faults = spec.camera, spec.faults
    if camera.width % 2 or camera.height % 2:
        which = "width" if camera.width % 2 else "height"
        source.refuse(f"camera.{which}", "must be even: H.264 stores colours for pairs of pixels")
    for dial, (lifts, reason) in DIAL_LIFTS.items():
        value = getattr(faults, dial)
        if value and not math.isnan(value) and spec.lift not in lifts:
            source.refuse(f"faults.{dial}", f"has no meaning in a {spec.lift}: {reason}")
    wanted = faults.lumbar_flexion_deg
    if not math.isnan(wanted) and wanted + faults.butt_wink_deg > 65:
        source.refuse(
            "faults.butt_wink_deg",
            f"= {faults.butt_wink_deg:g} with lumbar_flexion_deg = {wanted:g} bends the "
            "lower back further than a spine goes (65)",
        )
    if not math.isnan(faults.knee_flexion_deg) and (faults.shallow or faults.knee_dominant):
        source.refuse(
            "faults.knee_flexion_deg",
            "and shallow or knee_dominant both say how far the knees bend; give one of them",
        )
    if spec.scene.occluders and camera.distance_m < OCCLUDED_FROM_M:
        source.refuse(
            "scene.occluders",
            f"need room before the lifter: camera.distance_m of {OCCLUDED_FROM_M:g} or more",
        )
