"""How far each fault's dial is turned in the clips, and which cues it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.synth.spec import FaultSpec

Strength = Literal["weak", "strong"]
FRONT_DEG = 90.0
SQUATS = ("back_squat", "front_squat")
PULLS = ("deadlift", "romanian_deadlift", "sumo_deadlift")
HINGES = ("deadlift", "romanian_deadlift", "good_morning", "sumo_deadlift")
BARBELL_LIFTS = (
    "deadlift",
    "back_squat",
    "romanian_deadlift",
    "front_squat",
    "sumo_deadlift",
    "good_morning",
)


@dataclass(frozen=True)
class Dial:
    """One fault.

    cues        the cues that should notice it; none when no cue has to
    strong      what nobody could overlook
    weak        what a good coach would just notice
    lift        where it is put in with nothing in the way, strong and weak
    plated      barbell lifts in which it is put in behind full plates, strong
    yaw_deg     the view that shows it
    hidden_deg  a view that can't show it, or None: not tried
    of_the_set  it is about several repetitions
    """

    cues: tuple[str, ...]
    strong: FaultSpec
    weak: FaultSpec
    lift: str
    plated: tuple[str, ...] = ()
    yaw_deg: float = 0.0
    hidden_deg: float | None = None
    of_the_set: bool = False

    def turned(self, strength: Strength) -> FaultSpec:
        """The dials at this strength."""
        return self.strong if strength == "strong" else self.weak


# Strong settings are those of acted faults in the labelled clips and the papers of
# docs/evidence.md; weak ones lie near the limits in cues/limits.toml, about half.
DIALS: dict[str, Dial] = {
    # What plates do is measured apart: ``lift`` is one whose load hides nothing.
    # A good hinge flexes about 30 degrees; rounding is seen from about 40 on.
    "lumbar": Dial(
        ("lumbar_rounding",),
        FaultSpec(lumbar_flexion_deg=60),
        FaultSpec(lumbar_flexion_deg=45),
        "kettlebell_deadlift",
        PULLS,
        hidden_deg=FRONT_DEG,
    ),
    "hips_first": Dial(
        ("hip_drive",),
        FaultSpec(hips_first_deg=22),
        FaultSpec(hips_first_deg=10),
        "kettlebell_deadlift",
        BARBELL_LIFTS,
        hidden_deg=FRONT_DEG,
    ),
    "shallow": Dial(
        ("depth",),
        FaultSpec(shallow=0.4),
        FaultSpec(shallow=0.2),
        "bodyweight_squat",
        SQUATS,
        hidden_deg=FRONT_DEG,
    ),
    "lean_back": Dial(
        ("ribs_over_hips",),
        FaultSpec(lean_back_deg=18),
        FaultSpec(lean_back_deg=9),
        "romanian_deadlift",
        BARBELL_LIFTS,
        hidden_deg=FRONT_DEG,
    ),
    "knees_cave": Dial(
        ("knees_track",),
        FaultSpec(knees_cave_deg=32),
        FaultSpec(knees_cave_deg=15),
        "bodyweight_squat",
        yaw_deg=FRONT_DEG,
        hidden_deg=0.0,
    ),
    "craned_neck": Dial(
        ("neutral_head",),
        FaultSpec(neck_deg=-65),
        FaultSpec(neck_deg=-50),
        "kettlebell_deadlift",
        BARBELL_LIFTS,
        hidden_deg=FRONT_DEG,
    ),
    "soft_lockout": Dial(
        ("lockout",),
        FaultSpec(soft_lockout_deg=35),
        FaultSpec(soft_lockout_deg=18),
        "kettlebell_deadlift",
        BARBELL_LIFTS,
    ),
    "knee_dominant": Dial(
        ("hinge_pattern",),
        FaultSpec(knee_dominant=1.0),
        FaultSpec(knee_dominant=0.5),
        "kettlebell_swing",
        HINGES,
    ),
    "tucked_neck": Dial(
        ("neutral_head",),
        FaultSpec(neck_deg=60),
        FaultSpec(neck_deg=50),
        "kettlebell_deadlift",
        BARBELL_LIFTS,
    ),
    "heels_up": Dial(
        ("heels_down",),
        FaultSpec(heels_up_m=0.06),
        FaultSpec(heels_up_m=0.025),
        "bodyweight_squat",
        SQUATS,
    ),
    "bar_forward": Dial(
        ("bar_close",),
        FaultSpec(bar_forward_m=0.24),
        FaultSpec(bar_forward_m=0.16),
        "kettlebell_deadlift",
        PULLS,
    ),
    "bent_arms": Dial(
        ("arms_straight",),
        FaultSpec(bent_arms_deg=45),
        FaultSpec(bent_arms_deg=20),
        "kettlebell_deadlift",
        PULLS,
    ),
    "hip_shift": Dial(
        ("symmetry",),
        FaultSpec(hip_shift_m=0.08),
        FaultSpec(hip_shift_m=0.035),
        "back_squat",
        yaw_deg=FRONT_DEG,
    ),
    "twist": Dial(
        ("no_twist",),
        FaultSpec(twist_deg=35),
        FaultSpec(twist_deg=15),
        "kettlebell_deadlift",
        yaw_deg=FRONT_DEG,
    ),
    "jerk": Dial(
        ("smoothness",),
        FaultSpec(jerk=1.0),
        FaultSpec(jerk=0.5),
        "kettlebell_deadlift",
        BARBELL_LIFTS,
    ),
    "fatigue": Dial(
        ("fatigue",),
        FaultSpec(fatigue=1.0),
        FaultSpec(fatigue=0.5),
        "bodyweight_squat",
        BARBELL_LIFTS,
        of_the_set=True,
    ),
    "rounding_growth": Dial(
        ("rounding_drift",),
        FaultSpec(lumbar_growth_deg=30),
        FaultSpec(lumbar_growth_deg=15),
        "kettlebell_deadlift",
        PULLS,
        of_the_set=True,
    ),
    "uneven_tempo": Dial(
        ("tempo",),
        FaultSpec(uneven_tempo=1.0),
        FaultSpec(uneven_tempo=0.5),
        "goblet_squat",
        BARBELL_LIFTS,
        of_the_set=True,
    ),
    "butt_wink": Dial(
        ("lumbar_rounding",),
        FaultSpec(butt_wink_deg=38),
        FaultSpec(butt_wink_deg=20),
        "bodyweight_squat",
        SQUATS,
    ),
    # Common and deliberate in strong lifters: no cue has to call it a fault.
    "thoracic": Dial(
        (),
        FaultSpec(thoracic_flexion_deg=35),
        FaultSpec(thoracic_flexion_deg=18),
        "romanian_deadlift",
        HINGES,
    ),
}
