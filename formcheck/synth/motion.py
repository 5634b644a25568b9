"""A set as it unfolds: repetitions, phases, faults, and a posture for each moment."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from formcheck.data import FloatArray
from formcheck.synth.lifts import PLANS, LiftPlan
from formcheck.synth.posing import pose_lifter, shoulder_height
from formcheck.synth.posture import Posed, Posture, Rig
from formcheck.synth.skeleton import Skeleton
from formcheck.synth.spec import FaultSpec, Spec
from formcheck.synth.timeline import Ends, RepTimes, Stretch, lay_out

# Faults that fatigue brings by itself, at full fatigue in the last repetition.
TIRED_LUMBAR_DEG = 12.0
TIRED_HIPS_FIRST_DEG = 8.0
TIRED_SHALLOW = 0.12
# Where in p (1 at the bottom) the trunk has tipped furthest when hips rise first.
TIP_AT = 0.62


@dataclass(frozen=True)
class Motion:
    """A planned set: ask it for the posture at any time."""

    plan: LiftPlan
    rig: Rig
    skeleton: Skeleton
    stretches: tuple[Stretch, ...]
    reps: tuple[RepTimes, ...]
    duration_s: float
    seed: int
    mass_kg: float

    def posture(self, time_s: float) -> Posture:
        """Return the posture at a time of the clip."""
        now = self._stretch(time_s)
        share = (time_s - now.start_s) / max(1e-9, now.end_s - now.start_s)
        p = now.path(float(np.clip(share, 0.0, 1.0)))
        posture = self._between(now, p)
        # A load on the floor holds the lifter still.
        free = 1.0 if self.plan.floor_m is None else min_jerk((1 - p) / 0.25)
        return _swaying(posture, time_s, self.seed, free)

    def pose(self, time_s: float) -> Posed:
        """Return the posed skeleton at a time of the clip."""
        return pose_lifter(self.skeleton, self.posture(time_s), self.rig)

    def _stretch(self, time_s: float) -> Stretch:
        for stretch in self.stretches:
            if time_s < stretch.end_s:
                return stretch
        return self.stretches[-1]

    def _between(self, now: Stretch, p: float) -> Posture:
        values = {
            f.name: _blend(
                getattr(now.high, f.name), getattr(now.low, f.name), p, self.plan, f.name
            )
            for f in fields(Posture)
        }
        posture = Posture(**values)
        if now.faults.butt_wink_deg:
            tucked = now.faults.butt_wink_deg * min_jerk((p - 0.7) / 0.3)
            posture = replace(posture, lumbar_deg=posture.lumbar_deg + tucked)
        if not now.rising:
            return posture
        return self._rising_faults(posture, now, p)

    def _rising_faults(self, posture: Posture, now: Stretch, p: float) -> Posture:
        """Add what goes wrong on the way up only."""
        faults = now.faults
        middle = math.sin(math.pi * min(1.0, max(0.0, p))) ** 2
        if faults.knees_cave_deg:
            late = min_jerk((1 - p) / 0.25) * min_jerk(p / 0.45)
            posture = replace(posture, cave_deg=faults.knees_cave_deg * max(0.0, late))
        if faults.twist_deg:
            posture = replace(posture, twist_deg=faults.twist_deg * middle)
        if faults.hips_first_deg and 0.0 < p < 1.0:
            posture = self._tipped(posture, now, p)
        return posture

    def _tipped(self, posture: Posture, now: Stretch, p: float) -> Posture:
        """Tip the trunk while the knees open, the shoulders where they would be."""
        furthest = now.low.trunk_deg + now.faults.hips_first_deg
        if p >= TIP_AT:
            share = min_jerk((1 - p) / (1 - TIP_AT))
            trunk = now.low.trunk_deg + share * now.faults.hips_first_deg
        else:
            trunk = now.high.trunk_deg + min_jerk(p / TIP_AT) * (furthest - now.high.trunk_deg)
        height = shoulder_height(self.skeleton, posture, self.rig)
        tipped = replace(posture, trunk_deg=trunk)

        def too_low(knee_deg: float) -> bool:
            trial = replace(tipped, knee_deg=knee_deg)
            return shoulder_height(self.skeleton, trial, self.rig) < height

        knee = _bisect(too_low, now.high.knee_deg, now.low.knee_deg)
        return replace(tipped, knee_deg=knee)


def plan_motion(spec: Spec, skeleton: Skeleton, mass_kg: float) -> Motion:
    """Plan the whole set of a spec for this skeleton."""
    plan = PLANS[spec.lift]
    load_kg = 0.0 if plan.load == "none" else spec.load_kg
    rig = replace(plan.rig, load_share=load_kg / mass_kg)
    chance = np.random.default_rng(spec.seed)
    ends = [_ends(spec, plan, rig, skeleton, rep, chance) for rep in range(spec.reps)]
    line = lay_out(spec, plan, ends, _calm_top(spec, plan, rig, skeleton), chance)
    return Motion(
        plan,
        rig,
        skeleton,
        tuple(line.stretches),
        tuple(line.reps),
        line.clock_s,
        spec.seed,
        mass_kg,
    )


def min_jerk(share: float) -> float:
    """Go smoothly from 0 to 1: the minimum-jerk course of human reaching."""
    u = min(1.0, max(0.0, share))
    return u * u * u * (10 - 15 * u + 6 * u * u)


def _blend(high: float, low: float, p: float, plan: LiftPlan, channel: str) -> float:
    if math.isnan(high) or math.isnan(low):
        return math.nan
    first, last = plan.windows.get(channel, (0.0, 1.0))
    return high + (low - high) * min_jerk((p - first) / (last - first))


def _bisect(below: Callable[[float], bool], low: float, high: float, steps: int = 16) -> float:
    """Find where ``below`` turns from False (at low) to True (at high)."""
    if below(low):
        return low
    if not below(high):
        return high
    for _ in range(steps):
        middle = (low + high) / 2
        if below(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def faults_of_rep(faults: FaultSpec, rep: int, reps: int) -> FaultSpec:
    """Return the faults of one repetition: fatigue makes them grow over the set."""
    if not faults.fatigue or reps < 2:
        return faults
    tired = faults.fatigue * rep / (reps - 1)
    return replace(
        faults,
        hips_first_deg=faults.hips_first_deg + tired * TIRED_HIPS_FIRST_DEG,
        shallow=faults.shallow + tired * TIRED_SHALLOW * (1 - faults.shallow),
    )


def _ends(
    spec: Spec,
    plan: LiftPlan,
    rig: Rig,
    skeleton: Skeleton,
    rep: int,
    chance: np.random.Generator,
) -> Ends:
    """Top and bottom posture of one repetition, faults and variation included."""
    faults = faults_of_rep(spec.faults, rep, spec.reps)
    tired = faults.fatigue * rep / max(1, spec.reps - 1)
    vary = spec.tempo.variation / 0.04
    trunk, lumbar, knee, neck = chance.normal(0.0, 1.0, 4) * vary
    low, high = _asked_depth(plan, faults), plan.top
    flexion = low.lumbar_deg
    if not math.isnan(faults.lumbar_flexion_deg):
        flexion = faults.lumbar_flexion_deg
    growth = faults.lumbar_growth_deg * rep / max(1, spec.reps - 1)
    flexion = min(65.0, flexion + growth + tired * TIRED_LUMBAR_DEG + 1.0 * lumbar)
    neck_deg = low.neck_deg if math.isnan(faults.neck_deg) else faults.neck_deg
    low = replace(
        low,
        trunk_deg=low.trunk_deg + 0.9 * trunk,
        knee_deg=max(high.knee_deg, low.knee_deg + 1.2 * knee),
        lumbar_deg=max(0.0, flexion),
        thoracic_deg=faults.thoracic_flexion_deg,
        neck_deg=neck_deg + 1.5 * neck,
        heel_up_m=faults.heels_up_m,
        bar_forward_m=faults.bar_forward_m,
        elbow_deg=low.elbow_deg + faults.bent_arms_deg,
        shift_m=faults.hip_shift_m,
    )
    low = _shape_faults(low, high, plan, faults)
    high = replace(
        high,
        trunk_deg=high.trunk_deg - faults.lean_back_deg + 0.57 * faults.soft_lockout_deg,
        knee_deg=high.knee_deg + 0.55 * faults.soft_lockout_deg,
        lumbar_deg=-0.6 * faults.lean_back_deg,
        elbow_deg=high.elbow_deg + faults.bent_arms_deg,
        bar_forward_m=0.4 * faults.bar_forward_m,
        thoracic_deg=0.5 * faults.thoracic_flexion_deg,
    )
    if plan.floor_m is not None:
        low = _on_the_floor(low, rig, skeleton, _floor_grip_m(spec, plan))
    return high, low, faults


def _calm_top(spec: Spec, plan: LiftPlan, rig: Rig, skeleton: Skeleton) -> Posture:
    """The first top without what a fault makes of the end of a lift."""
    faults = replace(spec.faults, lean_back_deg=0.0, soft_lockout_deg=0.0)
    own = replace(spec, faults=faults)
    return _ends(own, plan, rig, skeleton, 0, np.random.default_rng(spec.seed))[0]


def _floor_grip_m(spec: Spec, plan: LiftPlan) -> float:
    return spec.scene.plate_m / 2 if plan.load == "barbell" else float(plan.floor_m or 0.0)


def _asked_depth(plan: LiftPlan, faults: FaultSpec) -> Posture:
    """Return the lift's bottom with the knees as far bent as asked for, if it is."""
    low, high = plan.bottom, plan.top
    if math.isnan(faults.knee_flexion_deg):
        return low
    knee_deg = max(high.knee_deg, faults.knee_flexion_deg)
    if plan.hinge:
        return replace(low, knee_deg=knee_deg)
    # A squat's trunk leans with its depth.
    share = min(1.0, (knee_deg - high.knee_deg) / (low.knee_deg - high.knee_deg))
    trunk_deg = high.trunk_deg + share * (low.trunk_deg - high.trunk_deg)
    return replace(low, knee_deg=knee_deg, trunk_deg=trunk_deg)


def _shape_faults(low: Posture, high: Posture, plan: LiftPlan, faults: FaultSpec) -> Posture:
    """Faults that change the form of the bottom: depth, knees for hips."""
    if faults.knee_dominant and plan.hinge:
        share = faults.knee_dominant
        low = replace(
            low,
            knee_deg=low.knee_deg + share * (88.0 - low.knee_deg),
            trunk_deg=low.trunk_deg + share * (38.0 - low.trunk_deg),
        )
    if faults.shallow and plan.floor_m is None:
        keep = 1 - faults.shallow
        low = replace(
            low,
            knee_deg=high.knee_deg + keep * (low.knee_deg - high.knee_deg),
            trunk_deg=high.trunk_deg + keep * (low.trunk_deg - high.trunk_deg),
            lumbar_deg=keep * low.lumbar_deg,
        )
    return low


def _on_the_floor(low: Posture, rig: Rig, skeleton: Skeleton, grip_m: float) -> Posture:
    """Bend the knees until the hands reach the load on the floor."""

    def low_enough(knee_deg: float) -> bool:
        reached = pose_lifter(skeleton, replace(low, knee_deg=knee_deg), rig).grip_m
        return bool(reached[2] < grip_m)

    return replace(low, knee_deg=_bisect(low_enough, 5.0, 125.0, 20))


def _swaying(posture: Posture, time_s: float, seed: int, amount: float) -> Posture:
    """Add the small sway nobody is without."""
    phases = np.random.default_rng(seed + 1).uniform(0, 2 * math.pi, (3, 3))
    rates_hz = np.array([0.31, 0.73, 1.37])
    waves = np.sin(2 * math.pi * rates_hz * time_s + phases) @ np.array([0.6, 0.3, 0.15])
    return replace(
        posture,
        trunk_deg=posture.trunk_deg + 0.35 * amount * float(waves[0]),
        knee_deg=max(0.5, posture.knee_deg + 0.3 * amount * float(waves[1])),
        neck_deg=posture.neck_deg + 0.8 * float(waves[2]),
    )


def frame_times_s(motion: Motion, frame_rate_hz: float) -> FloatArray:
    """Return the presentation time of each frame, in seconds."""
    count = max(2, round(motion.duration_s * frame_rate_hz))
    return np.arange(count) / frame_rate_hz
