"""Draws a spec's clip, frame by frame, and writes it with its truth."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.errors import BadRequest, OutputError
from formcheck.synth import occluders, scene
from formcheck.synth.body import NEED_SYNTH, load_body
from formcheck.synth.camera import Camera, camera_at
from formcheck.synth.figure import Figure, Passer, stand_behind
from formcheck.synth.lifts import PLANS
from formcheck.synth.motion import frame_times_s, plan_motion
from formcheck.synth.plates import bar_turn
from formcheck.synth.posture import Posed
from formcheck.synth.skeleton import unit
from formcheck.synth.spec import CameraSpec, Spec
from formcheck.synth.truth import Truth, truth_of

Picture = NDArray[np.uint8]
BEHIND_M = 2.3
NEAREST_M = 0.5  # from the camera to the lifter or the load
LEAST_SEEN = 0.25  # share of the joints in the picture, over the clip


def render(
    spec: Spec,
    out: Path,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Truth:
    """Render a clip to ``out`` and its truth to ``out`` with ``.truth.json``.

    Parameters
    ----------
    spec
        What to render.
    out
        The film: H.264 in ``.mp4``.
    jobs
        How many processes draw.
    progress
        Called with frames done and frames in all.

    Returns
    -------
    Truth
        What is true in each frame.

    Raises
    ------
    BadRequest
        The extra ``[synth]`` isn't installed, or the body can't be made.
    OutputError
        The film or the truth can't be written.
    """
    _pyvista()
    body = load_body(spec.body, spec.source)
    motion = plan_motion(spec, body.skeleton, body.mass_kg)
    truth = truth_of(spec, motion)
    _check_camera(spec, truth)
    count = len(truth.time_s)
    with _film(out, spec.camera) as write:
        for number, picture in enumerate(_pictures(spec, count, jobs)):
            write(picture)
            if progress is not None:
                progress(number + 1, count)
    truth.write(truth_path(out))
    return truth


def truth_path(film: Path) -> Path:
    """Return where the truth of a film is kept: beside it."""
    return film.with_name(f"{film.stem}.truth.json")


def _pyvista() -> Any:
    try:
        pyvista = importlib.import_module("pyvista")
    except ModuleNotFoundError as missing:
        raise BadRequest(NEED_SYNTH.format(missing=missing.name)) from None
    pyvista.vtk_verbosity("off")  # it complains of the screen we don't have
    return pyvista


def _check_camera(spec: Spec, truth: Truth) -> None:
    """Refuse a camera inside the lifter or the load, and one that looks past them."""
    camera = camera_at(spec.camera, 0.0, spec.seed)
    there = [*truth.joints_m.values(), truth.grip_m]
    if PLANS[spec.lift].load == "barbell":
        ends = np.array([0.0, scene.BAR_HALF_M, 0.0])
        there += [truth.grip_m + ends, truth.grip_m - ends]
    nearest = float(np.linalg.norm(np.concatenate(there) - camera.place_m, axis=1).min())
    if nearest < NEAREST_M:
        spec.source.refuse(
            "camera.distance_m",
            f"= {spec.camera.distance_m:g} puts the camera {nearest:.2f} m from "
            "the lifter or the load; choose a larger distance",
        )
    places = np.stack(list(truth.joints_px.values()))
    seen = float(((places >= 0) & (places < truth.frame_size)).all(axis=-1).mean())
    if seen < LEAST_SEEN:
        spec.source.refuse(
            "camera.aim_height_m",
            f"= {spec.camera.aim_height_m:g} with fov_deg = {spec.camera.fov_deg:g} and "
            f"distance_m = {spec.camera.distance_m:g} leaves only {seen:.0%} of the "
            "lifter's joints in the picture; aim at about 0.9, step back or take a wider lens",
        )


def _pictures(spec: Spec, count: int, jobs: int) -> Iterator[Picture]:
    """Draw all frames in order, in this process or in several."""
    if jobs <= 1:
        stage = Stage(spec)
        yield from (stage.draw(number) for number in range(count))
        stage.close()
        return
    # Each process has its own window; "spawn", because a forked one can't draw.
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, initializer=_open_stage, initargs=(spec,)) as pool:
        yield from pool.imap(_draw, range(count), chunksize=4)


_stage: Stage | None = None


def _open_stage(spec: Spec) -> None:
    global _stage  # noqa: PLW0603  one stage per drawing process
    _stage = Stage(spec)


def _draw(number: int) -> Picture:
    assert _stage is not None
    return _stage.draw(number)


class Stage:
    """The scene of a spec, ready to draw any of its frames."""

    def __init__(self, spec: Spec) -> None:
        pv = _pyvista()
        self._pv = pv
        self._spec = spec
        body = load_body(spec.body)
        self._motion = plan_motion(spec, body.skeleton, body.mass_kg)
        self._times = frame_times_s(self._motion, spec.camera.frame_rate_hz)
        camera = spec.camera
        self._plotter = pv.Plotter(off_screen=True, window_size=(camera.width, camera.height))
        self._plotter.enable_anti_aliasing("msaa", multi_samples=4)
        self._light()
        away = unit((camera_at(camera, 0.0, spec.seed).place_m) * np.array([1.0, 1.0, 0.0]))
        half_m = max(5.0, camera.distance_m + 1.2)
        for mesh, look in [
            *scene.room(pv, spec.scene, half_m, spec.seed),
            *scene.furniture(pv, spec.scene, away, spec.seed),
            *occluders.standing_before(pv, spec.scene, away, spec.seed),
        ]:
            self._plotter.add_mesh(mesh, **look)
        self._shadow = self._shadow_patch()
        self._lifter = Figure(pv, self._plotter, body, spec.body, spec.clothes)
        self._load = self._add_load()
        self._passer = self._people(away)

    def draw(self, number: int) -> Picture:
        """Draw one frame: (height, width, 3), uint8, RGB."""
        time_s = float(self._times[number])
        posed = self._motion.pose(time_s)
        vertices = self._lifter.move(posed)
        matrix = self._place_load(posed)
        discs = self._load_discs(matrix)
        self._shadow.texture = self._pv.Texture(scene.shadow_picture(vertices, discs)[::-1])
        if self._passer is not None:
            self._passer.move(time_s)
        _aim(self._plotter, camera_at(self._spec.camera, time_s, self._spec.seed))
        self._plotter.render()
        picture = np.asarray(self._plotter.screenshot(return_img=True))[..., :3]
        return self._as_filmed(picture, number)

    def close(self) -> None:
        """Free the window."""
        self._plotter.close()

    def _light(self) -> None:
        pv, level = self._pv, self._spec.scene.light
        self._plotter.remove_all_lights()
        for place, strength in (
            ((2.5, -3.0, 4.0), 0.80),
            ((-3.0, -2.0, 3.0), 0.38),
            ((0.5, 4.0, 3.5), 0.40),
        ):
            light = pv.Light(position=place, focal_point=(0, 0, 0.8), intensity=strength * level)
            self._plotter.add_light(light)

    def _shadow_patch(self) -> Any:
        pv, half = self._pv, scene.SHADOW_HALF_M
        patch = pv.Plane(
            center=(0, 0, 0.004), direction=(0, 0, 1), i_size=2 * half, j_size=2 * half
        )
        points = np.asarray(patch.points)
        patch.active_texture_coordinates = (points[:, :2] + half) / (2 * half)
        blank = pv.Texture(np.zeros((8, 8, 4), dtype=np.uint8))
        return self._plotter.add_mesh(patch, texture=blank, lighting=False)

    def _add_load(self) -> list[Any]:
        pv, kind = self._pv, self._motion.plan.load
        parts: list[tuple[Any, dict[str, Any]]] = []
        if kind == "barbell":
            parts = scene.barbell(pv, self._spec.scene.plate_m, self._spec.load_kg)
        elif kind in ("kettlebell", "goblet"):
            parts = scene.kettlebell(pv)
        return [
            self._plotter.add_mesh(m, smooth_shading=True, split_sharp_edges=True, **look)
            for m, look in parts
        ]

    def _place_load(self, posed: Posed) -> FloatArray:
        """Put the load into the hands; returns its place and turn (4, 4)."""
        matrix = np.eye(4)
        matrix[:3, 3] = posed.grip_m
        kind = self._motion.plan.load
        if kind == "barbell":
            matrix[:3, :3] = bar_turn(posed)
        elif kind == "kettlebell":
            # A bell swings out along the arms and hangs straight when they are still.
            skeleton, pose = self._motion.skeleton, posed.pose
            wrist = pose.positions[skeleton.index("wrist.L")]
            elbow = pose.positions[skeleton.index("lowerarm01.L")]
            down = np.array([0.0, 0.0, -1.0])
            if self._motion.rig.hands == "swing":
                arm = wrist - elbow
                down = unit(np.array([arm[0], 0.0, arm[2]]))
            ahead = np.array([-down[2], 0.0, down[0]])
            matrix[:3, :3] = np.stack([ahead, [0.0, 1.0, 0.0], -down], axis=1)
        for actor in self._load:
            actor.user_matrix = matrix
        return matrix

    def _load_discs(self, matrix: FloatArray) -> list[tuple[float, float, float, float]]:
        """Shadows of what lies on or near the floor: x, y, half sizes."""
        x, y, z = matrix[:3, 3]
        if self._motion.plan.load == "barbell" and z < 0.6:
            half = self._spec.scene.plate_m / 2 * (0.6 if z > 0.3 else 0.8)
            return [(x + 0.2 * z, y + s * 0.72, half, 0.05) for s in (-1.0, 1.0)]
        if self._motion.plan.load == "kettlebell" and z < 0.6:
            return [(x, y, 0.09, 0.09)]
        return []

    def _people(self, away: FloatArray) -> Passer | None:
        """Add who stands behind the lifter; return who walks past, if somebody does."""
        pv, plotter, wanted = self._pv, self._plotter, self._spec.scene
        if wanted.person_behind:
            right = np.array([-away[1], away[0], 0.0])
            stand_behind(pv, plotter, self._spec.body, -away * BEHIND_M + 0.95 * right)
        if "passer_by" not in wanted.occluders:
            return None
        path, share = occluders.way_past(away, self._spec.seed)
        return Passer(pv, plotter, path, share * self._motion.duration_s)

    def _as_filmed(self, picture: Picture, number: int) -> Picture:
        """Add the camera's noise."""
        noise = self._spec.camera.noise
        if not noise:
            return np.ascontiguousarray(picture)
        chance = np.random.default_rng([self._spec.seed, number])
        grain = chance.normal(0.0, noise, picture.shape[:2]).astype(np.float32)
        noisy: Picture = np.clip(picture + grain[..., None], 0, 255).astype(np.uint8)
        return noisy


def _aim(plotter: Any, camera: Camera) -> None:
    view = plotter.camera
    view.position = tuple(camera.place_m)
    view.focal_point = tuple(camera.target_m)
    view.up = tuple(camera.up)
    view.view_angle = camera.vertical_fov_deg
    view.clipping_range = (0.1, 40.0)


@contextmanager
def _film(out: Path, camera: CameraSpec) -> Iterator[Callable[[Picture], None]]:
    """Open an H.264 film; it gets its name only when it is whole."""
    part = out.with_name(f".{out.stem}.part.mp4")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
            stream = container.add_stream("libx264", rate=_rate(camera.frame_rate_hz))
            stream.width, stream.height, stream.pix_fmt = camera.width, camera.height, "yuv420p"
            stream.options = {"crf": str(camera.crf), "preset": "slow"}

            def write(picture: Picture) -> None:
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                container.mux(stream.encode(frame))

            yield write
            container.mux(stream.encode())
        part.replace(out)
    except OSError as problem:
        raise OutputError(f"{out}: can't be written: {problem.strerror}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _rate(frame_rate_hz: float) -> Fraction:
    return Fraction(frame_rate_hz).limit_denominator(1001)
