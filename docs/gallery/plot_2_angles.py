"""
What the ± of an angle means
============================

No camera reads an angle exactly. formcheck says of every angle how far it may be off, at
every moment, and judges nothing that lies within that doubt.
"""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import formcheck

SAMPLES = Path(formcheck.__file__).parents[1] / "sample_videos"
CLIP = "deadlift_good"

motion = formcheck.compute_signals(formcheck.load_poses(SAMPLES / "poses" / f"{CLIP}.npz"))
truth = json.loads((SAMPLES / f"{CLIP}.truth.json").read_text("utf-8"))

# %%
# The lifter of this clip is rendered, so the true angles are known: the dashed line. The
# coloured line is what was measured from the picture, and the band its ±, one standard
# deviation. It should hold the dashed line two times out of three, or more.

figure, axes = plt.subplots(2, 1, figsize=(5, 5), sharex=True, layout="constrained")
for row, name, what in zip(
    axes, ("trunk", "hip"), ("trunk from the vertical", "hip, 0 is straight"), strict=True
):
    angle = motion.angles_deg[name]
    row.plot(truth["time_s"], truth["angles_deg"][name], "k--", linewidth=1, label="true")
    (line,) = row.plot(motion.time_s, angle.value, label="measured")
    row.fill_between(
        motion.time_s,
        angle.value - angle.sigma,
        angle.value + angle.sigma,
        color=line.get_color(),
        alpha=0.25,
        label="± one σ",
    )
    row.set(ylabel=f"{what}, °")
axes[0].set_title("Measured, with its ±, and true")
axes[0].legend(loc="upper right", fontsize="small")
axes[1].set_xlabel("time, s")

# %%
# σ is made of named parts, and the largest says what to change when filming. At the moment
# where the trunk leans furthest:

trunk = motion.angles_deg["trunk"]
deepest = int(np.nanargmax(trunk.value))
for part, of_sigma in sorted(trunk.parts.items(), key=lambda one: -one[1][deepest]):
    if of_sigma[deepest] >= 0.1:
        print(f"{part:32} {of_sigma[deepest]:4.1f}°")
print(f"{'together':32} {trunk.sigma[deepest]:4.1f}°")

# %%
# How often the band held the truth in this clip:

for name in ("trunk", "hip"):
    angle = motion.angles_deg[name]
    true = np.interp(motion.time_s, truth["time_s"], truth["angles_deg"][name])
    seen = np.isfinite(angle.value)
    held = np.abs(angle.value - true)[seen] <= angle.sigma[seen]
    print(f"{name}: {held.mean():.0%} of {seen.sum()} pictures")
