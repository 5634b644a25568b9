"""A dressed body as meshes in a scene, and the people who aren't the lifter."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.synth.body import Body, load_body
from formcheck.synth.clothes import HAIR, SurfaceNormals, dress
from formcheck.synth.hair import strands, tube_faces
from formcheck.synth.posing import pose_lifter
from formcheck.synth.posture import Posed, Posture, Rig, Stance
from formcheck.synth.skeleton import about
from formcheck.synth.spec import BodySpec, ClothesSpec

SKIN_LOOK = {"ambient": 0.34, "diffuse": 0.74, "specular": 0.08, "specular_power": 12}
CLOTH_LOOK = {"ambient": 0.36, "diffuse": 0.74, "specular": 0.0}
WALK_M_S = 1.3
HALF_STEP_M = 0.28
STANDING = np.eye(3)


class Figure:
    """A body, its clothes and its hair as meshes in the scene."""

    def __init__(
        self, pv: Any, plotter: Any, body: Body, who: BodySpec, clothes: ClothesSpec
    ) -> None:
        outfit = dress(body, who, clothes)
        self._body = body
        self._outfit = outfit
        self._normals = SurfaceNormals.of(body.faces, len(body.vertices))
        self._shell_normals = [SurfaceNormals.of(g.faces, len(g.colours)) for g in outfit.garments]
        self._skin = _mesh(pv, body.vertices, body.faces, outfit.colours)
        self._shells = [
            _mesh(pv, np.zeros((len(g.colours), 3)), g.faces, g.colours) for g in outfit.garments
        ]
        self._strands = strands(body, who)
        tube = tube_faces()
        count = int(tube.max()) + 1
        self._tube_normals = SurfaceNormals.of(tube, count)
        tint = np.tile(np.array(HAIR.get(who.hair, (0, 0, 0)), dtype=np.uint8), (count, 1))
        self._tubes = [_mesh(pv, np.zeros((count, 3)), tube, tint) for _ in self._strands]
        cloth = [(mesh, CLOTH_LOOK) for mesh in (*self._shells, *self._tubes)]
        for mesh, look in [(self._skin, SKIN_LOOK), *cloth]:
            actor = plotter.add_mesh(mesh, scalars="rgb", rgb=True, **look)
            actor.prop.interpolation = "Phong"

    def move(
        self, posed: Posed, turn: FloatArray = STANDING, place_m: FloatArray | None = None
    ) -> FloatArray:
        """Put the meshes into a pose, turned and placed; returns the skin's vertices."""
        spot = np.zeros(3) if place_m is None else place_m

        def put(mesh: Any, vertices: FloatArray, normals: FloatArray) -> None:
            _update(mesh, vertices @ turn.T + spot, normals @ turn.T)

        vertices = self._body.skinned(posed.pose)
        normals = self._normals(vertices)
        put(self._skin, vertices, normals)
        for garment, shell, normals_of in zip(
            self._outfit.garments, self._shells, self._shell_normals, strict=True
        ):
            draped = garment.draped(vertices, normals)
            put(shell, draped, normals_of(draped))
        for strand, tube in zip(self._strands, self._tubes, strict=True):
            hanging = strand.vertices(self._body.skeleton, posed.pose)
            put(tube, hanging, self._tube_normals(hanging))
        return vertices


class Passer:
    """Somebody who walks between the camera and the lifter, once."""

    def __init__(
        self, pv: Any, plotter: Any, path: tuple[FloatArray, FloatArray], at_s: float
    ) -> None:
        """Walk along ``path`` (a place before the lifter, unit vector), there at ``at_s``."""
        who = BodySpec(sex="neutral", height_m=1.72, weight_kg=68.0, muscle=0.4, hair="black")
        body = load_body(who)
        clothes = ClothesSpec(top_colour="#8a8f3c", bottom="tights", bottom_colour="#3a4a66")
        self._skeleton = body.skeleton
        self._figure = Figure(pv, plotter, body, who, clothes)
        self._place, self._ahead = path
        self._at_s = at_s
        self._turn = about("z", math.degrees(math.atan2(self._ahead[1], self._ahead[0])))

    def move(self, time_s: float) -> None:
        """Put them where they are at a time."""
        gone_m = WALK_M_S * (time_s - self._at_s)
        # A foot stands still while the body passes over it: to and fro at walking speed.
        phase = gone_m / (4 * HALF_STEP_M) % 1.0
        ahead_m = HALF_STEP_M * (1 - 4 * abs(phase - 0.5))
        stride = abs(ahead_m) / HALF_STEP_M
        posture = Posture(knee_deg=9.0 + 22.0 * stride, trunk_deg=4.0)
        rig = Rig(Stance(0.09, 6.0, ahead_m=ahead_m), hands="rest")
        posed = pose_lifter(self._skeleton, posture, rig)
        self._figure.move(posed, self._turn, self._place + gone_m * self._ahead)


def stand_behind(pv: Any, plotter: Any, lifter: BodySpec, place_m: FloatArray) -> None:
    """Stand somebody else there, still, for the whole clip."""
    who = replace(
        BodySpec(),
        sex="female" if lifter.sex == "male" else "male",
        height_m=1.70,
        weight_kg=66.0,
        skin="brown",
        hair="black",
    )
    body = load_body(who)
    clothes = ClothesSpec(top_colour="#7a3b46", bottom_colour="#30363c")
    standing = pose_lifter(body.skeleton, Posture(4.0, 1.0), Rig(Stance(0.13, 12.0), hands="rest"))
    Figure(pv, plotter, body, who, clothes).move(standing, place_m=place_m)


def _mesh(
    pv: Any, vertices: FloatArray, faces: NDArray[np.int64], colours: NDArray[np.uint8]
) -> Any:
    cells = np.hstack([np.full((len(faces), 1), 3), faces]).ravel()
    mesh = pv.PolyData(vertices.astype(np.float32), cells)
    mesh.point_data["rgb"] = colours
    mesh.point_data["Normals"] = np.zeros((len(vertices), 3), dtype=np.float32)
    mesh.point_data.active_normals_name = "Normals"
    return mesh


def _update(mesh: Any, vertices: FloatArray, normals: FloatArray) -> None:
    mesh.points = vertices.astype(np.float32)
    mesh.point_data["Normals"] = normals.astype(np.float32)
    mesh.point_data.active_normals_name = "Normals"
