"""How the camera moved: the background is followed from picture to picture.

Corners of the background, outside the lifter's box, are followed from a key
picture to every later one (Lucas and Kanade 1981, pyramids after Bouguet), and
the shift, turn and scale that most of them agree on is the camera's. Steps from
frame to frame aren't summed, as that drifts: each picture is compared with a key
picture, and a picture that comes back to an older key is compared with that one
again. A camera on a tripod comes out as not moved at all, to the last bit. While
nothing moves only some pictures are looked at; those between lie between.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.data import FloatArray

SIDE_PX = 320
"""Longer side of the grey picture that is followed."""

MOST_CORNERS = 150
LEAST_CORNERS = 16
"""Fewer say nothing of the camera: a close-up, or a bare wall (our choice)."""

LIMB = 0.5
"""Trunk lengths: how thick limbs are painted over, clothes and hands with them. A
bar and its plates aren't; they are too few to agree on a motion (our choice)."""

FEWER = 0.6
"""Share of a key picture's corners below which another one is taken."""

STILL_PX = 0.25
STILL_SHARE = 0.6
"""Where so many corners are within so little of their place in the key picture,
the camera stands: the followed corners' own noise is 0.05..0.15 px (our choice)."""

AGREE_PX = 1.0
AGREE_SHARE = 0.5
AGREE_CELLS = 5
"""A motion is the camera's when half of the corners agree on it, in five of the
picture's 4 x 4 cells: a moving bar or a passer-by has fewer (our choice)."""

MOST_SCALE = 1.3
MOST_TURN_DEG = 30.0
"""Of a picture against its key; more is a wrong match (our choice)."""

NEW_KEY = 0.12
"""Share of the picture's side from which another key picture is taken (our choice)."""

MOST_KEYS = 24
LOST_S = 0.25
"""Not followed for longer than this, another scene may have begun."""

STILL_EVERY_S, MOVING_EVERY_S = 0.1, 0.03
SOON_S = 0.005  # a camera's clock trembles
"""Seconds from look to look, while the camera stands and while it moves: what a hand
does in so little time is nearly a straight line. What lies between two looks is laid on
that line (our choice; while it moves every picture of a film of 30 a second is looked at)."""

CHANGED = 8.0
"""Mean change of the picture's grey (0..255) since the last look, from which the next
one is due at once: a cut, a knock (our choice)."""

MOVED = 0.01
MOVED_DEG = 1.0
"""Share of the picture's longer side, and turn, up to which a camera counts as
still: in where the hands hang that makes the error they have anyway, a tenth of a
foot, which is a hundredth of a picture that the lifter fills (our choice)."""

MOST_OF = (2, 98)
"""Percentiles between which it moved: a passer-by may carry a moment along."""

SHOULDERS, HIPS, EARS = (11, 12), (23, 24), (7, 8)
LIMBS = (
    *((11, 13, 15, 19), (12, 14, 16, 20), (23, 25, 27, 31), (24, 26, 28, 32)),
    *((27, 29, 31), (28, 30, 32), (11, 12, 24, 23, 11), (7, 11), (8, 12)),
)
BODY = sorted({*EARS, *(point for line in LIMBS for point in line)})
"""BlazePose numbers."""

Grey = NDArray[np.uint8]
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class _Key:
    """A picture to compare with: its corners (N, 2), and its place in the steady one.

    ``scene`` is the stretch it belongs to, followed without a break.
    """

    grey: Grey
    corners: FloatArray
    place: FloatArray  # (3, 3): from this picture to the steady one
    scene: int


class CameraWatch:
    """Follows the camera through a film, picture by picture."""

    def __init__(self) -> None:
        self._keys: list[_Key] = []
        self._at = 0  # which key
        self._place: FloatArray = np.eye(3)
        self._share = 1.0  # of the key's corners that agreed in the last picture
        self._seen_s = self._looked_s = -np.inf
        self._every_s = 0.0
        self._last: Grey = np.zeros((0, 0), np.uint8)  # the picture of the last look
        self._small = np.zeros((0, 0, 3), np.uint8)
        self._looked = array("b")
        self._places = array("d")  # six to a picture: a small array each would scatter in memory
        self._scenes = array("i")
        self._scene = 0
        self._shape = (0, 0)
        self._shrink = 1.0

    def add(self, rgb: NDArray[np.uint8], time_s: float, points_px: FloatArray | None) -> None:
        """Take the next picture; ``points_px`` (33, 2+) is where the lifter is in it."""
        self._small, shrink = small_picture(rgb)
        grey = np.ascontiguousarray(self._small[..., 1])
        if self._keys and grey.shape != self._shape:
            self._keys, self._at = [], 0
        self._shape, self._shrink = (grey.shape[0], grey.shape[1]), shrink
        look = self._is_due(grey, time_s)
        if look:
            place = self._look(grey, time_s, None if points_px is None else points_px * shrink)
            self._every_s = self._pause_s(place)
            self._places.extend([np.nan] * 6 if place is None else place[:2].ravel().tolist())
            self._last, self._looked_s = grey, time_s
        elif self.is_placed:
            self._seen_s = time_s  # it is taken to be there still
        self._looked.append(look)
        self._scenes.append(self._scene)

    @property
    def small(self) -> NDArray[np.uint8]:
        """The last picture (H, W, 3), small: for others that look at all of it."""
        return self._small

    def _is_due(self, grey: Grey, time_s: float) -> bool:
        """Whether a picture is to be looked at."""
        if grey.shape != self._last.shape or time_s - self._looked_s >= self._every_s - SOON_S:
            return True
        return cv2.norm(grey, self._last, cv2.NORM_L1) > CHANGED * grey.size

    def _pause_s(self, place: FloatArray | None) -> float:
        """How long until the next look, by what the last one found."""
        if place is None:
            return 0.0
        return STILL_EVERY_S if place is self._keys[self._at].place else MOVING_EVERY_S

    def _look(self, grey: Grey, time_s: float, points: FloatArray | None) -> FloatArray | None:
        """Find where a picture belongs; ``points`` (33, 2+) are in its pixels."""
        away = background(self._shape, points)
        place = self._find(grey, away)
        if place is None and (not self._keys or time_s - self._seen_s > LOST_S):
            # Where the camera was last: most films go on in the same place.
            scene, self._scene = self._scene, max(self._scenes, default=-1) + 1
            place = self._place if self._take_key(grey, away, self._place) else None
            self._scene = scene if place is None else self._scene
        if place is not None:
            self._place, self._seen_s = place, time_s
            self._choose_key(grey, away)
        return place

    def motion(self, scale: float) -> FloatArray | None:
        """Where each picture belongs in the steady one, (T, 2, 3); None when still.

        ``scale`` is delivered over full-size pixels; the affine maps are for
        full-size ones: steady = map[:, :2] @ point + map[:, 2]. NaN where unknown.
        """
        found = self._all_places()
        if not np.isfinite(found).any():
            return None
        found[..., 2] /= self._shrink * scale
        size_px = np.array(self._shape[::-1]) / (self._shrink * scale)
        return found if _moved(found, np.array(self._scenes), size_px) else None

    @property
    def is_placed(self) -> bool:
        """Whether the last picture's place is known."""
        return bool(self._keys) and bool(np.isfinite(self._places[-1]))  # by the last look

    @property
    def turned_deg(self) -> float:
        """Turn of the last picture against the steady one, degrees clockwise."""
        return -_turn_deg(self._place)

    @property
    def scene(self) -> int:
        """Number of the stretch that is followed without a break."""
        return self._scene

    @property
    def scenes(self) -> NDArray[np.int32]:
        """Numbers of all pictures' stretches, (T,)."""
        return np.array(self._scenes, dtype=np.int32)

    def _all_places(self) -> FloatArray:
        """Places of all pictures, (T, 2, 3): those between two looks lie between theirs."""
        found = np.array(self._places).reshape(-1, 2, 3)
        looked = np.flatnonzero(self._looked)
        if looked.size == len(self._looked):
            return found
        frame = np.arange(len(self._looked))
        last = np.cumsum(self._looked) - 1
        following = np.minimum(last + 1, looked.size - 1)
        scene = self.scenes[looked]
        on = np.isfinite(found[following, 0, 0]) & (scene[last] == scene[following])
        gone = (frame - looked[last]) / np.maximum(looked[following] - looked[last], 1)
        step = np.where(on[:, None, None], found[following] - found[last], 0.0)
        return np.asarray(found[last] + gone[:, None, None] * step)

    def _find(self, grey: Grey, away: NDArray[np.bool_]) -> FloatArray | None:
        """Place of a picture, compared with the key in use, else with the others."""
        if not self._keys:
            return None
        place = self._against(self._keys[self._at], grey, away, guess=True)
        if place is not None:
            self._scene = self._keys[self._at].scene
            return place
        for at in self._nearest_keys()[:3]:
            place = self._against(self._keys[at], grey, away, guess=False)
            if place is not None:
                self._at, self._scene = at, self._keys[at].scene
                return place
        return None

    def _nearest_keys(self) -> list[int]:
        distance = [self._apart(key.place) for key in self._keys]
        order = sorted(range(len(self._keys)), key=lambda at: distance[at])
        return sorted(order, key=lambda at: at != self._at)

    def _against(
        self, key: _Key, grey: Grey, away: NDArray[np.bool_], *, guess: bool
    ) -> FloatArray | None:
        """Place of a picture by the corners of one key; None when they don't agree."""
        start = key.corners
        if guess:
            back = np.linalg.inv(self._place) @ key.place
            start = (start @ back[:2, :2].T + back[:2, 2]).astype(np.float32)
        ends, ok, _ = cv2.calcOpticalFlowPyrLK(
            key.grey,
            grey,
            key.corners,
            start.copy(),
            winSize=(15, 15),
            maxLevel=3,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
            criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.02),
        )
        use = (ok[:, 0] > 0) & _within(ends, away)
        if use.sum() < LEAST_CORNERS:
            return None
        before, now = key.corners[use], ends[use]
        still = np.hypot(*(before - now).T) < STILL_PX
        if still.mean() >= STILL_SHARE and _spread(now[still], self._shape):
            self._share = float(still.sum() / len(key.corners))
            return key.place
        moved, agree = cv2.estimateAffinePartial2D(
            now, before, method=cv2.RANSAC, ransacReprojThreshold=AGREE_PX, maxIters=500
        )
        if moved is None:
            return None
        agree = agree[:, 0] > 0
        enough = agree.sum() >= max(LEAST_CORNERS, AGREE_SHARE * agree.size)
        if not enough or not _spread(now[agree], self._shape) or not _possible(moved):
            return None
        self._share = float(agree.sum() / len(key.corners))
        return np.asarray(key.place @ np.vstack([moved, [0.0, 0.0, 1.0]]))

    def _choose_key(self, grey: Grey, away: NDArray[np.bool_]) -> None:
        """Another key for the next picture, when this one has moved away from it."""
        far = NEW_KEY if self._share >= FEWER else NEW_KEY / 4
        if self._apart(self._keys[self._at].place) / SIDE_PX <= far:
            return
        apart = [self._apart(key.place) / SIDE_PX for key in self._keys]
        nearest = int(np.argmin(apart))
        if apart[nearest] <= far / 2:
            self._at = nearest
        else:
            self._take_key(grey, away, self._place)

    def _take_key(self, grey: Grey, away: NDArray[np.bool_], place: FloatArray) -> bool:
        corners = cv2.goodFeaturesToTrack(grey, MOST_CORNERS, 0.01, 7, mask=away.astype(np.uint8))
        if corners is None or len(corners) < LEAST_CORNERS:
            return False
        if len(self._keys) == MOST_KEYS:
            del self._keys[1]
        self._keys.append(_Key(grey, corners[:, 0], place, self._scene))
        self._at = len(self._keys) - 1
        return True

    def _apart(self, place: FloatArray) -> float:
        """How far the picture's centre and corner lie from another place's, small pixels."""
        height, width = self._shape
        ends = np.array([[width / 2, height / 2, 1.0], [width, height, 1.0]]).T
        gone = np.linalg.inv(self._place) @ place @ ends - ends
        return float(np.hypot(*gone[:2]).max())


def small_picture(rgb: NDArray[np.uint8], side_px: int = SIDE_PX) -> tuple[Rgb, float]:
    """The picture with its longer side ``side_px``; also its pixels per given pixel."""
    longer = max(rgb.shape[:2])
    step = max(1, longer // (2 * side_px))  # every pixel of a large one would cost 2 ms
    shrink = side_px / longer
    height, width = (max(1, round(side * shrink)) for side in rgb.shape[:2])
    some = np.ascontiguousarray(rgb[::step, ::step])
    return np.asarray(cv2.resize(some, (width, height), interpolation=cv2.INTER_AREA)), shrink


def background(shape: tuple[int, int], points: FloatArray | None) -> NDArray[np.bool_]:
    """Pixels (H, W) away from the lifter, whose landmarks (33, 2+) are in them."""
    away = np.ones(shape, dtype=np.uint8)
    if points is not None and np.isfinite(points[list(BODY), :2]).all():
        trunk = points[list(SHOULDERS), :2].mean(axis=0) - points[list(HIPS), :2].mean(axis=0)
        thick = max(3, round(LIMB * float(np.hypot(*trunk))))
        # A lying engine may put points far away, and OpenCV wants small whole numbers.
        at = np.clip(points[:, :2], -2000, 2000).round().astype(np.int32)
        for line in LIMBS:
            cv2.polylines(away, [at[list(line)]], isClosed=False, color=0, thickness=thick)
        cv2.fillConvexPoly(away, cv2.convexHull(at[[*SHOULDERS, *HIPS]]), 0)
        cv2.circle(away, at[list(EARS)].mean(axis=0).round().astype(int).tolist(), thick, 0, -1)
    return away.astype(bool)


def _within(points: FloatArray, away: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which points (N, 2) lie in the picture, in its background."""
    height, width = away.shape
    x, y = np.nan_to_num(points, nan=-1.0).round().astype(int).T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    inside[inside] = away[y[inside], x[inside]]
    return np.asarray(inside)


def _spread(points: FloatArray, shape: tuple[int, int]) -> bool:
    """Whether points (N, 2) lie all over the picture."""
    cells = np.floor(points / np.array(shape[::-1]) * 4).astype(int)
    return len({(x, y) for x, y in cells.tolist()}) >= AGREE_CELLS


def _possible(moved: FloatArray) -> bool:
    scale = float(np.hypot(moved[0, 0], moved[1, 0]))
    return 1 / MOST_SCALE < scale < MOST_SCALE and abs(_turn_deg(moved)) < MOST_TURN_DEG


def _turn_deg(place: FloatArray) -> float:
    return float(np.degrees(np.arctan2(place[1, 0], place[0, 0])))


def _moved(places: FloatArray, scenes: NDArray[np.int32], size_px: FloatArray) -> bool:
    """Whether the camera moved more than a still one seems to, within any scene."""
    centre = places[..., :2] @ (size_px / 2) + places[..., 2]
    turn_deg = np.degrees(np.arctan2(places[:, 1, 0], places[:, 0, 0]))
    for scene in np.unique(scenes):
        of_scene = (scenes == scene) & np.isfinite(turn_deg)
        if not of_scene.any():
            continue
        low, high = np.percentile(centre[of_scene], MOST_OF, axis=0)
        turned = np.ptp(np.percentile(turn_deg[of_scene], MOST_OF))
        if np.hypot(*(high - low)) > MOVED * size_px.max() or turned > MOVED_DEG:
            return True
    return False
