"""One jointed body, fitted to a whole set: where joints are that something stands before.

A plate before the legs hides knees and hips, and the engine guesses them somewhere on the
plate. But thighs don't change their length, the foot stays where it stands, knees bend one
way, and nobody moves by leaps. So trunk, thigh and shank of one body are laid through all
frames at once, each landmark pulling as much as it can be trusted: what is hidden in one
frame is held by what is seen in it and in those around it. How well it is held is the
covariance of the fit: a knee between a hip and an ankle that are seen is known to a few
degrees, one with nothing to hold it isn't, and its sigma says so.

The body is planar: a hip that moves, three segments that turn, and a trunk whose chord
gives a little, for a back that rounds shortens it. Unknown are six numbers a frame and four
for the set, found by Gauss-Newton steps with weights of Student's t (Lange et al. 1989,
JASA 84:881), so that a landmark far off hardly pulls. The normal equations are banded with
a border for the set's numbers; their solution takes time in proportion to the frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from formcheck.data import FloatArray

SHOULDER, HIP, KNEE, ANKLE = range(4)
X, Y, TRUNK, THIGH, SHANK, GIVE = range(6)
"""What is unknown in a frame: the hip's place in leg lengths, the inclinations of three
segments in radians, and the logarithm of the trunk's chord over its usual length."""

SEGMENTS = slice(TRUNK, SHANK + 1)
OF_FRAME, OF_SET = 6, 4
SIZE = 3
"""Of the set: logarithms of trunk, thigh and shank in leg lengths, then of the body's size."""

CHAIN = (
    (HIP, SHOULDER, 1.0, TRUNK),
    (HIP, KNEE, -1.0, THIGH),
    (KNEE, ANKLE, -1.0, SHANK),
)
"""From one joint to the next, up or down, along a segment."""

USUAL_LENGTHS = (0.65, 0.50, 0.50)
LENGTH_SPREAD = (0.05, 0.025, 0.03)
"""Trunk, thigh and shank between the engine's points, in leg lengths, and how much people
differ in them: our choice, measured on 25 real sets from the side with free limbs (median;
standard deviation 0.06, 0.03 and 0.035, which the points' own errors are a part of)."""

SIZE_SPREAD = 0.3
"""The set's leg length is that of its longest tenth, which guessed knees can stretch (our
choice)."""

GIVE_SPREAD = 0.05
"""A rounded back shortens the chord by up to 20 % (evidence §3.2); on those real sets it
varies by 0.05."""

STAYS = 0.02
"""Leg lengths by which an ankle that stands strays in a second (our choice)."""

QUICKEST = (1.2, 1.2, 5.0, 5.0, 5.0, 0.2)
"""Spread of the accelerations, per root of a second: leg lengths, radians and shares of the
trunk per second squared. A fast squat turns its thigh with 15 rad/s² for a quarter of a
second (our choice)."""

FREEDOM = 4.0
"""Degrees of freedom of Student's t (Lange et al. 1989)."""

STRAIGHT, STRAIGHT_SPREAD = -0.03, 0.03
"""Radians that a knee may be overstretched (our choice)."""

USUAL_POSTURE = ((TRUNK, 0.6, 1.0), (THIGH, -0.5, 1.0), (SHANK, 0.1, 0.8))
"""A segment's mean inclination over the set and its spread, in radians: so little that it
counts only where nothing else does (our choice)."""

RIDGES = (0.0, 1e-9, 1e-6, 1e-3, 1.0)
"""By what share the diagonal grows until rounding leaves the matrix positive definite:
a leg that nothing holds makes it nearly singular."""

SURE = 0.25
"""Places are first guessed from landmarks that weigh so much of the best one's weight."""

FURTHEST = 2.4
"""Radians that a first guess may lean."""

MOST_STEPS, CLOSE_ENOUGH, LARGEST_STEP = 12, 0.01, 0.5
"""Steps, and radians or leg lengths that the last and any may move."""

SHARES = {
    "trunk": (1.0, 0.0, 0.0),
    "thigh": (0.0, 1.0, 0.0),
    "shank": (0.0, 0.0, 1.0),
    "knee": (0.0, -1.0, 1.0),
    "hip": (1.0, -1.0, 0.0),
}
"""Of which segments an angle of ``signals/angles.py`` is made."""


@dataclass(frozen=True)
class FittedBody:
    """The body of a set.

    joints        (T, 4, 2)  shoulder, hip, knee, ankle; leg lengths, x ahead and y up
    segments_rad  (T, 3)     inclination of trunk, thigh and shank
    covariance    (T, 3, 3)  of those, radians²
    lengths       (3,)       of trunk, thigh and shank, leg lengths
    """

    joints: FloatArray
    segments_rad: FloatArray
    covariance: FloatArray
    lengths: FloatArray

    @property
    def angles_deg(self) -> dict[str, FloatArray]:
        """Trunk, thigh, shank, knee and hip, (T,) degrees each (``signals/angles.py``)."""
        return {
            name: np.degrees(self.segments_rad @ np.array(share)) for name, share in SHARES.items()
        }

    @property
    def sigma_deg(self) -> dict[str, FloatArray]:
        """Standard deviation of those angles, (T,) degrees each."""
        return {
            name: np.degrees(np.sqrt(np.einsum("i,tij,j->t", share, self.covariance, share)))
            for name, share in SHARES.items()
        }


def fit_body(time_s: FloatArray, seen: FloatArray, sigma: FloatArray) -> FittedBody:
    """Fit the body to a set.

    Parameters
    ----------
    time_s
        (T,) seconds, rising; T is 3 or more.
    seen
        (T, 4, 2) places of shoulder, hip, knee and ankle in leg lengths, x ahead and y up;
        NaN where unseen.
    sigma
        (T, 4, 2) standard deviation of each ahead and up, leg lengths; infinite where it
        tells nothing.
    """
    known = np.isfinite(seen) & np.isfinite(sigma)
    seen = np.where(known, seen, 0.0)
    trust = np.where(known, 1.0 / np.where(known, sigma, 1.0) ** 2, 0.0)
    frames, lengths = _start(time_s, seen, trust), np.log([*USUAL_LENGTHS, 1.0])
    for _ in range(MOST_STEPS):
        system = _NormalEquations(time_s, frames, lengths, seen, trust)
        by_frame, by_set = system.step()
        moved = max(float(np.abs(by_frame).max()), float(np.abs(by_set).max()))
        share = min(1.0, LARGEST_STEP / max(moved, CLOSE_ENOUGH))
        frames, lengths = frames + share * by_frame, lengths + share * by_set
        if moved < CLOSE_ENOUGH:
            break
    return FittedBody(
        _placed(frames, lengths)[0],
        frames[:, SEGMENTS],
        system.covariance()[:, SEGMENTS, SEGMENTS],
        np.exp(lengths[:SIZE]),
    )


def _start(time_s: FloatArray, seen: FloatArray, trust: FloatArray) -> FloatArray:
    """A first guess of the frames' unknowns: between the surer points, joined over gaps."""
    frames = np.zeros((len(time_s), OF_FRAME))
    sure = (trust > 0) & (trust >= SURE * trust.max(axis=0))
    places = np.full(seen.shape, np.nan)
    for axis in (0, 1):
        for joint in np.flatnonzero(sure[..., axis].any(axis=0)):
            at = np.flatnonzero(sure[:, joint, axis])
            places[:, joint, axis] = np.interp(time_s, time_s[at], seen[at, joint, axis])
    under_shoulder = places[:, SHOULDER] - [0.0, USUAL_LENGTHS[0]]
    frames[:, [X, Y]] = np.nan_to_num(
        np.where(np.isfinite(places[:, HIP]), places[:, HIP], under_shoulder)
    )
    for start, end, sign, state in CHAIN:
        across, up = sign * (places[:, end] - places[:, start]).T
        leaning = np.nan_to_num(np.arctan2(across, up))
        frames[:, state] = np.clip(leaning, -FURTHEST, FURTHEST)
    return frames


def _placed(frames: FloatArray, lengths: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where the joints are, (T, 4, 2), and how they move with the unknowns.

    Those of the frame, (T, 4, 2, 6), and of the set, (T, 4, 2, 4).
    """
    count = len(frames)
    places = np.zeros((count, 4, 2))
    by_frame = np.zeros((count, 4, 2, OF_FRAME))
    by_set = np.zeros((count, 4, 2, OF_SET))
    places[:, HIP] = frames[:, [X, Y]]
    by_frame[:, HIP, 0, X] = by_frame[:, HIP, 1, Y] = 1.0
    for start, end, sign, state in CHAIN:
        number = state - TRUNK
        give = frames[:, GIVE] if state == TRUNK else 0.0
        length = np.broadcast_to(sign * np.exp(lengths[number] + give), (count,))[:, None]
        sine, cosine = np.sin(frames[:, state]), np.cos(frames[:, state])
        along = length * np.stack([sine, cosine], axis=1)
        places[:, end] = places[:, start] + along
        by_frame[:, end] = by_frame[:, start]
        by_frame[:, end, :, state] += length * np.stack([cosine, -sine], axis=1)
        by_set[:, end] = by_set[:, start]
        by_set[:, end, :, number] += along
        if state == TRUNK:
            by_frame[:, end, :, GIVE] += along
    return places, by_frame, by_set


def _robust(trust: FloatArray, square: FloatArray) -> FloatArray:
    """Weights of Student's t for residuals in the plane, ``trust`` and ``square`` by axis."""
    far = (trust * square).sum(axis=-1, keepdims=True)
    return np.asarray(trust * (FREEDOM + 2.0) / (FREEDOM + far))


def _factor(band: FloatArray) -> FloatArray:
    """Cholesky factor of a band, made stiffer by as little as rounding asks for."""
    for share in RIDGES:
        stiff = band.copy()
        stiff[0] *= 1.0 + share
        try:
            return np.asarray(scipy.linalg.cholesky_banded(stiff, lower=True))
        except np.linalg.LinAlgError:
            continue
    raise AssertionError("a matrix whose diagonal is twice as large is positive definite")


class _NormalEquations:
    """Those around a body: a band for the frames' unknowns, a border for the set's."""

    def __init__(
        self,
        time_s: FloatArray,
        frames: FloatArray,
        lengths: FloatArray,
        seen: FloatArray,
        trust: FloatArray,
    ) -> None:
        count = len(frames)
        self.own = np.zeros((count, OF_FRAME, OF_FRAME))
        self.right = np.zeros((count, OF_FRAME))
        self.border = np.zeros((count, OF_FRAME, OF_SET))
        self.corner = np.zeros((OF_SET, OF_SET))
        self.corner_right = np.zeros(OF_SET)
        places, by_frame, by_set = _placed(frames, lengths)
        self._see(seen - places, trust, by_frame, by_set)
        self._keep_proportions(lengths)
        self._keep_posture(frames)
        joined = self._stand(time_s, places[:, ANKLE], by_frame[:, ANKLE], by_set[:, ANKLE])
        next_one, one_after = self._move_smoothly(time_s, frames)
        self.band = self._band(joined, next_one, one_after)
        self._factor = _factor(self.band)
        border = self.border.reshape(-1, OF_SET)
        self._over_border = self._solve(border)
        self._set_covariance = np.linalg.inv(self.corner - border.T @ self._over_border)

    def _see(
        self, off: FloatArray, trust: FloatArray, by_frame: FloatArray, by_set: FloatArray
    ) -> None:
        """Landmarks pull joints to themselves."""
        count = len(off)
        weight = _robust(trust, off**2)
        heavy = weight.reshape(count, -1, 1)
        of_frame = by_frame.reshape(count, -1, OF_FRAME)
        of_set = by_set.reshape(count, -1, OF_SET)
        pull = (weight * off).reshape(count, -1, 1)
        turned = of_frame.transpose(0, 2, 1)
        self.own += turned @ (heavy * of_frame)
        self.right += (turned @ pull)[..., 0]
        self.border += turned @ (heavy * of_set)
        turned = of_set.transpose(0, 2, 1)
        self.corner += (turned @ (heavy * of_set)).sum(axis=0)
        self.corner_right += (turned @ pull)[..., 0].sum(axis=0)

    def _keep_proportions(self, lengths: FloatArray) -> None:
        """Segments are as long as people's are, for their size."""
        spread = np.array(LENGTH_SPREAD)
        against = np.hstack([np.eye(SIZE), -np.ones((SIZE, 1))]) / spread[:, None]
        off = np.log(USUAL_LENGTHS) / spread - against @ lengths
        self.corner += against.T @ against
        self.corner_right += against.T @ off
        self.corner[SIZE, SIZE] += SIZE_SPREAD**-2
        self.corner_right[SIZE] -= lengths[SIZE] * SIZE_SPREAD**-2

    def _keep_posture(self, frames: FloatArray) -> None:
        """The trunk gives little, knees bend one way, and postures are usual ones."""
        self.own[:, GIVE, GIVE] += GIVE_SPREAD**-2
        self.right[:, GIVE] -= frames[:, GIVE] * GIVE_SPREAD**-2
        for state, mean, spread in USUAL_POSTURE:
            trust = spread**-2 / len(frames)
            self.own[:, state, state] += trust
            self.right[:, state] += (mean - frames[:, state]) * trust
        beyond = np.minimum(frames[:, SHANK] - frames[:, THIGH] - STRAIGHT, 0.0)
        stiff = (beyond < 0) * STRAIGHT_SPREAD**-2
        signs = ((SHANK, 1.0), (THIGH, -1.0))
        for one, sign in signs:
            self.right[:, one] -= sign * stiff * beyond
            for other, its in signs:
                self.own[:, one, other] += sign * its * stiff

    def _stand(
        self, time_s: FloatArray, ankle: FloatArray, by_frame: FloatArray, by_set: FloatArray
    ) -> FloatArray:
        """The ankle stays, and steps now and then; what joins a frame to the next, (T-1, 6, 6)."""
        step = np.diff(ankle, axis=0)
        steady = np.broadcast_to(STAYS**-2 / np.diff(time_s)[:, None], step.shape)
        trust = _robust(steady, step**2)[:, :1, None]
        before, after = by_frame[:-1].transpose(0, 2, 1), by_frame[1:].transpose(0, 2, 1)
        change = np.diff(by_set, axis=0)
        pull = trust * step[..., None]
        self.own[1:] += trust * (after @ by_frame[1:])
        self.own[:-1] += trust * (before @ by_frame[:-1])
        self.right[1:] -= (after @ pull)[..., 0]
        self.right[:-1] += (before @ pull)[..., 0]
        self.border[1:] += trust * (after @ change)
        self.border[:-1] -= trust * (before @ change)
        turned = change.transpose(0, 2, 1)
        self.corner += (turned @ (trust * change)).sum(axis=0)
        self.corner_right -= (turned @ pull)[..., 0].sum(axis=0)
        return np.asarray(-trust * (after @ by_frame[:-1]))

    def _move_smoothly(
        self, time_s: FloatArray, frames: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Accelerations are people's; joins to the next frame, (T-1, 6), and the one after."""
        steps_s = np.diff(time_s)
        slower, faster = 1.0 / steps_s[:-1], 1.0 / steps_s[1:]
        shares = np.stack([slower, -slower - faster, faster], axis=1)
        over_s = (steps_s[:-1] + steps_s[1:]) / 2
        trust = np.array(QUICKEST) ** -2 / over_s[:, None]
        inner = len(shares)
        rows = [slice(at, at + inner) for at in range(3)]
        bent = sum(shares[:, at, None] * frames[rows[at]] for at in range(3))
        states = np.arange(OF_FRAME)
        for at in range(3):
            share = shares[:, at, None]
            self.own[rows[at], states, states] += trust * share**2
            self.right[rows[at]] -= trust * share * bent
        next_one = np.zeros((inner + 1, OF_FRAME))
        next_one[:-1] += trust * (shares[:, 0] * shares[:, 1])[:, None]
        next_one[1:] += trust * (shares[:, 1] * shares[:, 2])[:, None]
        return next_one, trust * (shares[:, 0] * shares[:, 2])[:, None]

    def _band(self, joined: FloatArray, next_one: FloatArray, one_after: FloatArray) -> FloatArray:
        """The matrix of the frames' unknowns in LAPACK's lower band."""
        band = np.zeros((3 * OF_FRAME, len(self.own) * OF_FRAME))
        columns = np.arange(len(self.own)) * OF_FRAME
        for row in range(OF_FRAME):
            for column in range(OF_FRAME):
                if column <= row:
                    band[row - column, columns + column] = self.own[:, row, column]
                band[OF_FRAME + row - column, columns[:-1] + column] += joined[:, row, column]
            band[OF_FRAME, columns[:-1] + row] += next_one[:, row]
            band[2 * OF_FRAME, columns[:-2] + row] += one_after[:, row]
        return band

    def _solve(self, right: FloatArray) -> FloatArray:
        return np.asarray(scipy.linalg.cho_solve_banded((self._factor, True), right))

    def step(self) -> tuple[FloatArray, FloatArray]:
        """What to add to the unknowns of the frames, (T, 6), and of the set, (4,)."""
        alone = self._solve(self.right.reshape(-1))
        pulled = self.corner_right - self.border.reshape(-1, OF_SET).T @ alone
        by_set = self._set_covariance @ pulled
        return (alone - self._over_border @ by_set).reshape(self.right.shape), by_set

    def covariance(self) -> FloatArray:
        """Covariance of each frame's unknowns, (T, 6, 6), with the set's doubt in it."""
        count = len(self.own)
        # Two frames make a block: then a block is joined to the next one only.
        size, blocks = 2 * OF_FRAME, (count + 1) // 2
        band = np.zeros((len(self.band), blocks * size))
        band[:, : self.band.shape[1]] = self.band
        band[0, self.band.shape[1] :] = 1.0
        own = np.zeros((blocks, size, size))
        below = np.zeros((blocks, size, size))
        for away in range(len(band)):
            for column in range(size):
                row, values = column + away, band[away, column::size]
                if row < size:
                    own[:, row, column] = own[:, column, row] = values
                elif row < 2 * size:
                    below[:, row - size, column] = values
        inverse = _diagonal_of_inverse(own, below)
        first, second = slice(None, OF_FRAME), slice(OF_FRAME, None)
        pairs = np.stack([inverse[:, first, first], inverse[:, second, second]], axis=1)
        over = self._over_border.reshape(-1, OF_FRAME, OF_SET)
        of_set = over @ self._set_covariance @ over.transpose(0, 2, 1)
        return np.asarray(pairs.reshape(-1, OF_FRAME, OF_FRAME)[:count] + of_set)


def _diagonal_of_inverse(own: FloatArray, below: FloatArray) -> FloatArray:
    """Blocks on the diagonal of the inverse of a block-tridiagonal symmetric matrix.

    By elimination forwards and substitution backwards (Takahashi et al. 1973).
    """
    left, gain = own.copy(), np.zeros(own.shape)
    for at in range(1, len(own)):
        gain[at - 1] = np.linalg.solve(left[at - 1], below[at - 1].T)
        left[at] -= below[at - 1] @ gain[at - 1]
    inverse = np.linalg.inv(left)
    for at in range(len(own) - 2, -1, -1):
        inverse[at] += gain[at] @ inverse[at + 1] @ gain[at].T
    return inverse
