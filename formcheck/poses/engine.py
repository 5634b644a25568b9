"""The pose engine: a picture goes in, people with landmarks and masks come out.

Anything with the two methods of ``PoseEngine`` can stand in for MediaPipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray
from formcheck.errors import ModelMissing
from formcheck.poses.crop import Crop
from formcheck.privacy import quiet_mediapipe

TIME_STRETCH = 1_000_000
"""MediaPipe smooths landmarks with a causal filter whose strength depends on
the time between frames: it lags by a speed-dependent amount that differs
between joints, so phases would be shifted (measured on a real swing, against
single pictures: wrist 6 ms, hip 15 ms, knee 42 ms; with the filter open all are
within 10 ms). Telling it that a thousand seconds
pass from frame to frame opens the filter fully (its weight for the new frame is
above 0.998) while the tracking stays. Milliseconds added per frame."""


@dataclass(frozen=True)
class Detection:
    """One person in one picture.

    points_px   (33, 3)  x, y in pixels of the given picture, z likewise
    visibility  (33,)    0..1
    world_m     (33, 3)  metres, hip-centred
    mask        (H, W)   1 inside the person; None when not asked for
    crop                 the part of the picture that the mask shows; None for all of it
    onto                 where to look for them in the pictures beside; None where unknown
    """

    points_px: FloatArray
    visibility: FloatArray
    world_m: FloatArray
    mask: NDArray[np.float32] | None
    crop: Crop | None = None
    onto: Crop | None = None

    def whole_mask(self) -> NDArray[np.float32] | None:
        """The mask in the picture's own pixels."""
        if self.mask is None or self.crop is None:
            return self.mask
        return self.crop.spread(self.mask)

    def box_px(self) -> FloatArray:
        """Left, top, right, bottom of the seen landmarks, (4,) pixels."""
        seen = self.visibility >= 0.5
        points = self.points_px[seen if seen.sum() >= 4 else slice(None), :2]
        return np.concatenate([points.min(axis=0), points.max(axis=0)])


class PoseEngine(Protocol):
    """What a pose engine has to be able to do."""

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        """The one person being followed, in the next picture of a film."""

    def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        """Everybody in a single picture, without masks."""


@runtime_checkable
class SparingEngine(PoseEngine, Protocol):
    """An engine that needn't see every picture, nor do all of its work in each."""

    def follow(
        self,
        rgb: NDArray[np.uint8],
        *,
        mask: bool = True,
        passed: int = 0,
        near_px: FloatArray | None = None,
    ) -> Detection | None:
        """The one person being followed, some pictures having been ``passed`` over.

        Of several the one nearest to the middle of a box (4,), where that is given.
        """

    def beside(
        self, rgb: NDArray[np.uint8], known: Detection, *, mask: bool = False
    ) -> Detection | None:
        """Who is ``known`` from a picture just before or after; nobody else is followed then."""

    def look(self, rgb: NDArray[np.uint8], known: Detection | None = None) -> Sequence[Detection]:
        """Everybody in a picture, one of whom may be ``known`` from following."""


@runtime_checkable
class NamedEngine(PoseEngine, Protocol):
    """An engine of ours, of which is noted what it found.

    name     the engine with its version
    model    the file of its networks
    step_ms  the time that it is told passes between two pictures; 0 when it smooths nothing
    """

    name: str
    model: Path
    step_ms: int

    def close(self) -> None:
        """Free the networks."""

    def __enter__(self) -> Self:
        """Leaving the block closes it."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""


class MediaPipeEngine:
    """MediaPipe's PoseLandmarker, tracking one person; a context manager.

    ``name`` is the engine with its version, ``model`` the file of its networks.

    Raises
    ------
    ModelMissing
        ``model`` is not a pose landmarker bundle.
    """

    MOST_PEOPLE = 5
    step_ms = TIME_STRETCH

    def __init__(self, model: Path) -> None:
        self._mediapipe = quiet_mediapipe()
        self.name = f"mediapipe {self._mediapipe.__version__}"
        self.model = model
        self._following: Any = self._open(people=1, video=True)
        self._looking: Any = None
        self._frames = 0

    def _open(self, *, people: int, video: bool) -> Any:
        tasks = self._mediapipe.tasks
        mode = tasks.vision.RunningMode
        options = tasks.vision.PoseLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(self.model)),
            running_mode=mode.VIDEO if video else mode.IMAGE,
            num_poses=people,
            output_segmentation_masks=video,
        )
        try:
            return tasks.vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as problem:
            raise ModelMissing(
                f"{self.model}: not a usable pose model ({problem}). "
                "Fetch it again with: formcheck models fetch"
            ) from problem

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        """Follow one person from picture to picture."""
        image = self._image(rgb)
        found = self._following.detect_for_video(image, self._frames * TIME_STRETCH)
        self._frames += 1
        people = self._people(found, rgb.shape)
        return people[0] if people else None

    def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        """Find up to ``MOST_PEOPLE`` people in one picture."""
        if self._looking is None:
            self._looking = self._open(people=self.MOST_PEOPLE, video=False)
        return self._people(self._looking.detect(self._image(rgb)), rgb.shape)

    def _image(self, rgb: NDArray[np.uint8]) -> Any:
        # A picture that isn't contiguous is read as noise, without an error.
        return self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb)
        )

    @staticmethod
    def _people(found: Any, shape: tuple[int, ...]) -> list[Detection]:
        height, width = shape[:2]
        scale = np.array([width, height, width], dtype=float)
        people = []
        for at, landmarks in enumerate(found.pose_landmarks):
            masks = found.segmentation_masks
            mask = np.squeeze(masks[at].numpy_view()).copy() if masks else None
            people.append(
                Detection(
                    np.array([(one.x, one.y, one.z) for one in landmarks]) * scale,
                    np.array([one.visibility for one in landmarks]),
                    np.array([(p.x, p.y, p.z) for p in found.pose_world_landmarks[at]]),
                    mask,
                )
            )
        return people

    def close(self) -> None:
        """Free the networks."""
        for landmarker in (self._following, self._looking):
            if landmarker is not None:
                landmarker.close()
        self._following = self._looking = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
