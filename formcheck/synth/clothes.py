"""Colours of a body, and garments as shells round it.

A garment is the part of the body's surface it covers, moved outwards, then
pulled taut by smoothing that never goes through the skin: cloth bridges the
hollow of the back as it does on a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import ConvexHull

from formcheck.data import BoolArray, FloatArray
from formcheck.synth.body import Body
from formcheck.synth.spec import BodySpec, ClothesSpec

SKIN = {
    "light": (241, 205, 181),
    "fair": (224, 177, 147),
    "olive": (198, 148, 112),
    "brown": (146, 98, 68),
    "dark": (92, 60, 44),
}
HAIR = {
    "black": (28, 25, 24),
    "brown": (70, 48, 34),
    "blond": (176, 140, 88),
    "red": (134, 66, 34),
    "grey": (140, 138, 136),
}
SOLE_M = 0.022
SHOE_ROUNDS = 10
# A hood: its middle below the neck's root and its half sizes as shares of height; its folds.
HOOD_BELOW, HOOD_HALF_HIGH, HOOD_HALF_WIDE, HOOD_TAPER = 0.018, 0.055, 0.080, 0.035
HOOD_THICK_M = 0.060
Colours = NDArray[np.uint8]


@dataclass(frozen=True)
class _Cloth:
    """How a garment hangs: least and first distance from the skin, tautness, sag."""

    least_m: float
    first_m: float
    rounds: int
    sag_m: float = 0.0


_TOPS = {
    "skin_tight": _Cloth(0.003, 0.004, 2),
    "tshirt": _Cloth(0.008, 0.016, 60),
    "hoodie": _Cloth(0.012, 0.030, 130, sag_m=0.03),
}
_BOTTOMS = {"tights": _Cloth(0.002, 0.003, 2), "shorts": _Cloth(0.003, 0.005, 25)}


@dataclass(frozen=True)
class Garment:
    """A shell over part of the body.

    cover    (G,)    indices of the body's vertices it covers
    faces    (H, 3)  triangles, indices into ``cover``
    smooth   (G, G)  one round of smoothing; edges stay where they are
    colours  (G, 3)
    shape    (N, G)  for a stiff shell with vertices of its own: what makes them
    fold_m   (G,)    how much thicker folded cloth is there
    """

    cover: NDArray[np.int64]
    faces: NDArray[np.int64]
    smooth: sparse.csr_matrix
    colours: Colours
    cloth: _Cloth
    shape: sparse.csr_matrix | None = None
    fold_m: FloatArray | None = None

    def draped(self, vertices: FloatArray, normals: FloatArray) -> FloatArray:
        """Return the shell (G, 3) over the body's present vertices and normals."""
        skin, out = vertices[self.cover], normals[self.cover]
        fold_m = np.zeros(len(skin)) if self.fold_m is None else self.fold_m
        shell = skin + (self.cloth.first_m + fold_m)[:, None] * out
        if self.shape is not None:
            return np.asarray(self.shape @ shell)
        if self.cloth.sag_m:
            # What faces the floor hangs away from the body.
            shell[:, 2] -= self.cloth.sag_m * np.clip(-out[:, 2], 0.0, 1.0)
        for _ in range(self.cloth.rounds):
            shell = self.smooth @ shell
            short = self.cloth.least_m + fold_m - np.einsum("ij,ij->i", shell - skin, out)
            shell += np.maximum(short, 0.0)[:, None] * out
        return np.asarray(shell)


@dataclass(frozen=True)
class Outfit:
    """The skin's colours (V, 3) and the garments over it."""

    colours: Colours
    garments: tuple[Garment, ...]


def dress(body: Body, who: BodySpec, clothes: ClothesSpec) -> Outfit:
    """Colour and dress a body."""
    regions = _Regions.of(body)
    colours = np.tile(np.array(SKIN[who.skin], dtype=np.uint8), (len(body.vertices), 1))
    if who.hair != "bald":
        colours[regions.hair] = HAIR[who.hair]
    colours[regions.eyes] = (235, 232, 228)
    colours[regions.pupils] = (40, 32, 28)
    garments = []
    bottom = regions.shorts if clothes.bottom == "shorts" else regions.tights
    shell = _garment(body, bottom, _BOTTOMS[clothes.bottom], clothes.bottom_colour)
    garments.append(shell)
    colours[bottom] = shell.colours[0]
    if clothes.top != "none":
        top = {
            "skin_tight": regions.shirt,
            "tshirt": regions.shirt,
            "hoodie": regions.hoodie,
        }[clothes.top]
        shell = _garment(body, top, _TOPS[clothes.top], clothes.top_colour)
        garments.append(shell)
        colours[top] = shell.colours[0]
        if clothes.top == "hoodie":
            garments.append(_hood(body, regions.hood, clothes.top_colour))
    colours[regions.shoes] = shell_colour(clothes.shoe_colour)
    garments.extend(
        _shoe(body, regions.shoes & foot, clothes.shoe_colour)
        for foot in (body.vertices[:, 1] > 0, body.vertices[:, 1] < 0)
    )
    return Outfit(colours, tuple(garments))


def shell_colour(text: str) -> tuple[int, int, int]:
    """Return the red, green and blue of ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


@dataclass(frozen=True)
class _Regions:
    """Which vertices (V,) a piece of clothing covers, judged on the body at rest."""

    shirt: BoolArray
    hoodie: BoolArray
    hood: BoolArray
    shorts: BoolArray
    tights: BoolArray
    shoes: BoolArray
    hair: BoolArray
    eyes: BoolArray
    pupils: BoolArray

    @classmethod
    def of(cls, body: Body) -> _Regions:
        skeleton, vertices = body.skeleton, body.vertices
        chief = body.bones[np.arange(len(vertices)), body.weights.argmax(axis=1)]
        label = np.array(skeleton.names)[chief]
        side = np.where(vertices[:, 1] > 0, 1.0, -1.0)

        def along(start: str, end: str) -> FloatArray:
            """Share of the way from one left-side joint to another, mirrored right."""
            a, b = skeleton.head(f"{start}.L"), skeleton.head(f"{end}.L")
            mirrored = vertices * np.stack([np.ones_like(side), side, np.ones_like(side)], axis=1)
            return np.asarray((mirrored - a) @ (b - a) / ((b - a) @ (b - a)))

        def named(*starts: str) -> BoolArray:
            return np.asarray(np.any([np.char.startswith(label, s) for s in starts], axis=0))

        height = vertices[:, 2]
        hip_z, neck_z = skeleton.head("upperleg01.L")[2], skeleton.head("neck01")[2]
        tall = float(np.ptp(height))
        trunk = named("spine", "root", "pelvis", "clavicle", "shoulder", "upperleg01")
        collar = height < neck_z + 0.010 * tall
        torso = trunk & (height > hip_z + 0.005 * tall) & collar
        sleeve = named("upperarm") & (along("upperarm01", "lowerarm01") < 0.62)
        arm = named("upperarm", "lowerarm") & (along("lowerarm01", "wrist") < 0.95)
        waist = height < hip_z + 0.050 * tall
        pelvis = named("root", "pelvis", "spine05", "spine04", "upperleg") & waist
        eyes_z, eye_x = skeleton.head("eye.L")[2], skeleton.head("eye.L")[0]
        ear_x = skeleton.points["ear.L"][1][0]
        head = named("head", "neck03")
        hair = head & (
            ((vertices[:, 0] < ear_x - 0.006 * tall) & (height > eyes_z - 0.028 * tall))
            | (height > eyes_z + 0.036 * tall)
        )
        eyes = named("eye")
        return cls(
            shirt=torso | sleeve,
            hoodie=torso | arm,
            hood=(trunk | named("neck"))
            & (np.abs(height - neck_z + HOOD_BELOW * tall) < HOOD_HALF_HIGH * tall)
            & (np.abs(vertices[:, 1]) < HOOD_HALF_WIDE * tall)
            & (vertices[:, 0] < skeleton.head("neck01")[0] + 0.01 * tall),
            shorts=pelvis & (along("upperleg01", "lowerleg01") < 0.70),
            tights=pelvis | (named("upperleg", "lowerleg") & (along("lowerleg01", "foot") < 0.85)),
            shoes=named("foot", "toe") & (height < skeleton.head("foot.L")[2] + 0.012 * tall),
            hair=hair & ~eyes,
            eyes=eyes,
            pupils=eyes & (vertices[:, 0] > eye_x + 0.0062 * tall),
        )


def _garment(body: Body, covered: BoolArray, cloth: _Cloth, colour: str) -> Garment:
    """Cut a garment out of the body's surface."""
    whole = covered[body.faces].all(axis=1)
    faces = body.faces[whole]
    cover, local = np.unique(faces, return_inverse=True)
    local = local.reshape(-1, 3)
    count = len(cover)
    smooth, _ = _smoothing(local, count)
    tint = np.tile(np.array(shell_colour(colour), dtype=np.uint8), (count, 1))
    return Garment(cover, local, smooth, tint, cloth)


def _hood(body: Body, covered: BoolArray, colour: str) -> Garment:
    """Lay a hood on the upper back: cloth folded thickest behind the neck."""
    flat = _garment(body, covered, _Cloth(0.006, 0.008, 12), colour)
    places = body.vertices[flat.cover]
    tall = float(np.ptp(body.vertices[:, 2]))
    neck_z = float(body.skeleton.head("neck01")[2])
    up = (places[:, 2] - neck_z + HOOD_BELOW * tall) / (HOOD_HALF_HIGH * tall)
    aside = places[:, 1] / (HOOD_HALF_WIDE * tall)
    rear = (float(places[:, 0].max()) - places[:, 0]) / (HOOD_TAPER * tall)
    # The hems end under the sweater, so that the hood grows out of it.
    fold_m = HOOD_THICK_M * np.clip(1 - up**2, 0.0, 1.0) * np.clip(1 - aside**2, 0.0, 1.0)
    fold_m *= np.clip(rear, 0.0, 1.0)
    return replace(flat, fold_m=fold_m)


def _shoe(body: Body, covered: BoolArray, colour: str) -> Garment:
    """Wrap a foot in its convex hull: a shoe has no toes. The sole is darker."""
    inside = np.flatnonzero(covered)
    hull = ConvexHull(body.vertices[inside])
    middle = body.vertices[inside].mean(axis=0)
    faces = inside[hull.simplices]
    a, b, c = (body.vertices[faces[:, i]] for i in range(3))
    inwards = np.einsum("ij,ij->i", np.cross(b - a, c - a), a - middle) < 0
    faces[inwards] = faces[inwards][:, ::-1]
    cover, local = np.unique(faces, return_inverse=True)
    faces, shape = local.reshape(-1, 3), sparse.identity(len(cover)).tocsr()
    for _ in range(3):
        faces, finer = _halved(faces, shape.shape[0])
        shape = finer @ shape
    smooth, _ = _smoothing(faces, shape.shape[0])
    for _ in range(SHOE_ROUNDS):
        shape = smooth @ shape
    tint = np.tile(np.array(shell_colour(colour), dtype=np.uint8), (shape.shape[0], 1))
    sole = shape @ body.vertices[cover, 2] < SOLE_M
    tint[sole] = tint[sole] // 3
    still = sparse.identity(shape.shape[0]).tocsr()
    return Garment(cover, faces, still, tint, _Cloth(0.008, 0.010, 0), shape)


def _halved(faces: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], sparse.csr_matrix]:
    """Split each triangle in four; returns them and what makes the new vertices."""
    edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    pairs, which = np.unique(edges, axis=0, return_inverse=True)
    middle = count + which.reshape(-1, 3)
    ab, bc, ca = middle.T
    a, b, c = faces.T
    quarters = np.concatenate(
        [np.stack(t, axis=1) for t in ((a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca))]
    )
    rows = np.repeat(np.arange(len(pairs)), 2)
    halves = sparse.coo_matrix(
        (np.full(2 * len(pairs), 0.5), (rows, pairs.ravel())), shape=(len(pairs), count)
    )
    whole = sparse.identity(count, format="coo")
    return quarters, sparse.csr_matrix(sparse.vstack([whole, halves]))


def _smoothing(faces: NDArray[np.int64], count: int) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """Return one round of smoothing (count, count) and the vertices on the rim."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    links = sparse.coo_matrix(
        (np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count)
    ).tocsr()
    both = (links + links.T).tocoo()
    # A hem's edge belongs to one triangle only.
    rim = np.unique(both.row[both.data == 1.0])
    joined = sparse.coo_matrix(
        (np.ones(len(both.data)), (both.row, both.col)), shape=(count, count)
    ).tocsr()
    degree = np.asarray(joined.sum(axis=1)).ravel()
    smooth = sparse.diags(0.5 / degree) @ joined + 0.5 * sparse.identity(count)
    keep = np.ones(count)
    keep[rim] = 0.0
    smooth = sparse.diags(keep) @ smooth + sparse.diags(1.0 - keep)
    return smooth.tocsr(), rim


@dataclass(frozen=True)
class SurfaceNormals:
    """Vertex normals of a mesh whose triangles stay the same."""

    faces: NDArray[np.int64]
    gather: sparse.csr_matrix

    @classmethod
    def of(cls, faces: NDArray[np.int64], count: int) -> SurfaceNormals:
        """Prepare for a mesh of ``count`` vertices."""
        rows = faces.ravel()
        columns = np.repeat(np.arange(len(faces)), 3)
        gather = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, len(faces)))
        return cls(faces, gather.tocsr())

    def __call__(self, vertices: FloatArray) -> FloatArray:
        """Return unit normals (V, 3), weighted by the triangles' areas."""
        a, b, c = (vertices[self.faces[:, i]] for i in range(3))
        normals = self.gather @ np.cross(b - a, c - a)
        return np.asarray(normals / np.maximum(1e-12, np.linalg.norm(normals, axis=1))[:, None])
