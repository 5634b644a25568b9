"""A lifter's body from the Anny model: mesh, skin weights and skeleton.

The model (extra ``[synth]``) is asked once per body; the result is kept in the
user cache, and everything after that is plain numpy.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.errors import BadRequest
from formcheck.synth.skeleton import Pose, Skeleton
from formcheck.synth.spec import BodySpec, Source
from formcheck.synth.standing import standing_lumbar_deg

CACHE_VERSION = 6
# The model's thigh bones begin too near the buttocks (65 % of the depth from the front);
# a hip joint's centre lies about 42 % behind the front (from Bell's regression: 22 % of the
# pelvis's width behind the front spines), level with the greater trochanter.
HIP_DEPTH_SHARE = 0.42
HIP_LOWER_SHARE = 0.005
WATER_KG_M3 = 1000.0  # a body floats, nearly
NEED_SYNTH = "rendering needs the extra parts ({missing} is missing): pip install formcheck[synth]"


@dataclass(frozen=True)
class Body:
    """A body at rest, in the lifter frame, metres, soles on the floor.

    skeleton  bones and landmarks
    vertices  (V, 3)   rest mesh
    faces     (F, 3)   triangles
    weights   (V, 9)   skin weights, rows sum to 1
    bones     (V, 9)   bone index of each weight
    mass_kg            from the mesh's volume
    """

    skeleton: Skeleton
    vertices: FloatArray
    faces: NDArray[np.int64]
    weights: FloatArray
    bones: NDArray[np.int64]
    mass_kg: float

    def skinned(self, pose: Pose) -> FloatArray:
        """Return the mesh (V, 3) in this pose: linear blend skinning, in metres."""
        turns = pose.turns
        shifts = pose.positions - np.einsum("bij,bj->bi", turns, self.skeleton.heads)
        blend = np.einsum("vk,vkij->vij", self.weights, turns[self.bones])
        moved = np.einsum("vk,vki->vi", self.weights, shifts[self.bones])
        return np.asarray(np.einsum("vij,vj->vi", blend, self.vertices) + moved)


def load_body(spec: BodySpec, source: Source | None = None) -> Body:
    """Return the body a spec asks for, from the cache or from the model.

    ``source`` is where the spec was read, for errors.

    Raises
    ------
    BadRequest
        The extra isn't installed, or no body has this weight at this height.
    """
    shape = {k: v for k, v in asdict(spec).items() if k not in ("skin", "hair", "hair_style")}
    wanted = json.dumps([CACHE_VERSION, shape], sort_keys=True)
    key = hashlib.sha256(wanted.encode()).hexdigest()[:16]
    path = Path(platformdirs.user_cache_dir("formcheck")) / "bodies" / f"{key}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = _standing(_make(spec, source or Source()))
        fresh = path.with_suffix(f".{id(parts)}.tmp.npz")
        np.savez_compressed(fresh, allow_pickle=False, **parts)
        fresh.replace(path)
    with np.load(path, allow_pickle=False) as stored:
        return _assemble({name: stored[name] for name in stored.files})


def _assemble(parts: dict[str, NDArray[Any]]) -> Body:
    names = tuple(str(n) for n in parts["names"])
    points = {
        str(name): (int(bone), place)
        for name, bone, place in zip(
            parts["point_names"], parts["point_bones"], parts["points"], strict=True
        )
    }
    skeleton = Skeleton(
        names,
        tuple(int(p) for p in parts["parents"]),
        parts["heads"],
        points,
        float(parts.get("standing_lumbar_deg", np.array(0.0))),
    )
    return Body(
        skeleton,
        parts["vertices"],
        parts["faces"],
        parts["weights"],
        parts["bones"],
        float(parts["mass_kg"]),
    )


def _standing(parts: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Add the lumbar angle in which the body stands."""
    body = _assemble(parts)
    chief = body.bones[np.arange(len(body.vertices)), body.weights.argmax(axis=1)]
    label = np.array(body.skeleton.names)[chief]
    trunk = np.any(
        [np.char.startswith(label, s) for s in ("root", "pelvis", "spine", "clavicle", "upperleg")],
        axis=0,
    )
    angle = standing_lumbar_deg(body.skeleton, body.skinned, trunk)
    return {**parts, "standing_lumbar_deg": np.array(angle)}


def _model() -> tuple[Any, Any]:
    try:
        warp = importlib.import_module("warp")
        warp.config.quiet = True  # its greeting isn't meant for our users
        anny, torch = (importlib.import_module(name) for name in ("anny", "torch"))
    except ModuleNotFoundError as missing:
        raise BadRequest(NEED_SYNTH.format(missing=missing.name)) from None
    return anny.Anny(local_changes="none").to(dtype=torch.float32), torch


def _make(spec: BodySpec, source: Source) -> dict[str, NDArray[Any]]:
    """Ask the model for a body of this sex, age, height and weight."""
    model, torch = _model()
    shape = {
        "gender": {"male": 0.0, "neutral": 0.5, "female": 1.0}[spec.sex],
        "age": 2 / 3 + (spec.age_years - 25) / (90 - 25) / 3,
        "proportions": 0.6,
    }
    still = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
    faces = model.faces.numpy().astype(np.int64)

    def rest(weight: float, muscle: float = spec.muscle) -> tuple[FloatArray, FloatArray, float]:
        # The model's height at weight 0.5 tells the parameter; the rest is scaling.
        height = 0.5
        for _ in range(3):
            out = model(
                pose_parameters=still,
                phenotype_kwargs={
                    **shape,
                    "muscle": muscle,
                    "weight": weight,
                    "height": height,
                },
            )
            vertices = out["rest_vertices"][0].numpy().astype(float)
            tall = float(np.ptp(vertices[:, 2]))
            height = float(np.clip(height + (spec.height_m - tall) / 1.09, 0.0, 1.0))
        heads = out["rest_bone_heads"][0].numpy().astype(float)
        scale = spec.height_m / tall
        return vertices * scale, heads * scale, _mass_kg(vertices * scale, faces)

    vertices, heads, mass_kg = _of_weight(rest, spec, source)
    return _measured(model, vertices, heads, faces, mass_kg)


def _of_weight(rest: Any, spec: BodySpec, source: Source) -> tuple[FloatArray, FloatArray, float]:
    """Find the model's weight parameter that gives the body's weight."""
    light, heavy = rest(0.0)[2], rest(1.0)[2]
    if not light - 1 <= spec.weight_kg <= heavy + 1:
        widest = f"{rest(0.0, 0.0)[2]:.0f} to {rest(1.0, 0.0)[2]:.0f}"
        source.refuse(
            "body.weight_kg",
            f"= {spec.weight_kg:g}: the body model reaches {light:.0f} to {heavy:.0f} kg at "
            f"{spec.height_m:g} m with this sex, age and muscle ({widest} with muscle = 0); "
            "choose one there",
        )
    low, high = 0.0, 1.0
    for _ in range(10):
        middle = (low + high) / 2
        if rest(middle)[2] < spec.weight_kg:
            low = middle
        else:
            high = middle
    found = rest((low + high) / 2)
    return found[0], found[1], float(found[2])


def _mass_kg(vertices: FloatArray, faces: NDArray[np.int64]) -> float:
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6 * WATER_KG_M3)


def _measured(
    model: Any,
    vertices: FloatArray,
    heads: FloatArray,
    faces: NDArray[np.int64],
    mass_kg: float,
) -> dict[str, NDArray[Any]]:
    """Turn the model's frame into ours and find the landmarks on the mesh."""

    def ours(points: FloatArray) -> FloatArray:
        # The model faces -y with its left at +x.
        return np.stack([-points[:, 1], points[:, 0], points[:, 2]], axis=1)

    floor = vertices[:, 2].min()
    vertices, heads = ours(vertices), ours(heads)
    vertices[:, 2] -= floor
    heads[:, 2] -= floor
    names = list(model.bone_labels)
    _mend_hips(names, vertices, heads)
    bones = model.vertex_bone_indices.numpy().astype(np.int64)
    weights = model.vertex_bone_weights.numpy().astype(float)
    weights /= weights.sum(axis=1, keepdims=True)
    chief = bones[np.arange(len(bones)), weights.argmax(axis=1)]
    points = _landmarks(names, chief, vertices, heads)
    return {
        "names": np.array(names),
        "parents": np.array([-1 if p is None else p for p in model.bone_parents]),
        "heads": heads,
        "vertices": vertices,
        "faces": faces,
        "weights": weights,
        "bones": bones,
        "mass_kg": np.array(mass_kg),
        "point_names": np.array(list(points)),
        "point_bones": np.array([names.index(bone) for bone, _ in points.values()]),
        "points": np.array([place for _, place in points.values()]),
    }


def _mend_hips(names: list[str], vertices: FloatArray, heads: FloatArray) -> None:
    """Move the hip joints to where they are in people."""
    tall = float(np.ptp(vertices[:, 2]))
    for side in ("L", "R"):
        hip = heads[names.index(f"upperleg01.{side}")]
        slice_ = vertices[
            (np.abs(vertices[:, 2] - hip[2]) < 0.008 * tall)
            & (np.abs(vertices[:, 1]) < 0.12 * tall)
        ]
        front, back = slice_[:, 0].max(), slice_[:, 0].min()
        hip[0] = front - HIP_DEPTH_SHARE * (front - back)
        hip[2] -= HIP_LOWER_SHARE * tall


def _landmarks(
    names: list[str], chief: NDArray[np.int64], vertices: FloatArray, heads: FloatArray
) -> dict[str, tuple[str, FloatArray]]:
    """Find nose, ears, heels and toes on the skin; knuckles are bone beginnings."""

    def of(*bones: str) -> FloatArray:
        return vertices[np.isin(chief, [names.index(b) for b in bones])]

    skull = of("head")
    middle = skull[np.abs(skull[:, 1]) < 0.008]
    eyes_z = heads[names.index("eye.L")][2]
    face = middle[(middle[:, 2] < eyes_z) & (middle[:, 2] > eyes_z - 0.06)]
    found = {"nose": ("head", face[face[:, 0].argmax()])}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        band = skull[np.abs(skull[:, 2] - (eyes_z - 0.01)) < 0.03]
        ear = band[(sign * band[:, 1]).argmax()]
        foot = of(f"foot.{side}")
        toes = of(f"toe1-1.{side}", f"toe1-2.{side}")
        low = foot[foot[:, 2] < 0.05]
        found[f"ear.{side}"] = ("head", ear)
        found[f"heel.{side}"] = (f"foot.{side}", low[low[:, 0].argmin()])
        found[f"toe.{side}"] = (f"toe1-1.{side}", toes[toes[:, 0].argmax()])
        for point, bone in (("index", "finger2-1"), ("little", "finger5-1")):
            place = heads[names.index(f"{bone}.{side}")]
            found[f"{point}_knuckle.{side}"] = (f"wrist.{side}", place)
    return found
