"""
How fast the bar goes up
========================

Where the plate shows from the side, it is followed through the film. Its size is known, or
told from the leg, and so pixels become metres; and each speed has its ±.
"""

from pathlib import Path

import matplotlib.pyplot as plt

import formcheck

SAMPLE = Path(formcheck.__file__).parents[1] / "sample_videos/poses/romanian_deadlift.npz"

measured = formcheck.cut_set(formcheck.compute_signals(formcheck.load_poses(SAMPLE)))
motion = measured.signals
bar = formcheck.bar_speeds(motion, measured.reps)

# %%
# The height of the bar, from its lowest place on. Blue are the ways up that were measured.

figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
up = -motion.bar.centre_px[:, 1] * bar.per_px.value
up -= up[[lift.first for lift in bar.lifts.values()]].min()
axes.plot(motion.time_s, up, color="0.6")
for lift in bar.lifts.values():
    way = slice(lift.first, lift.last + 1)
    axes.plot(motion.time_s[way], up[way], color="tab:blue", linewidth=3)
axes.set(title="Height of the bar", xlabel="time, s", ylabel=f"height, {bar.length}")

# %%
# The speed of each way up. In a set that gets heavy the bar slows down; formcheck says so only
# where that is more than measuring makes.

figure, axes = plt.subplots(figsize=(5, 3), layout="constrained")
for what, name in (("peak", "greatest"), ("mean", "on average")):
    speeds = [getattr(lift, what) for lift in bar.lifts.values()]
    axes.errorbar(
        list(bar.lifts),
        [one.value for one in speeds],
        yerr=[one.sigma for one in speeds],
        fmt="o",
        capsize=4,
        label=name,
    )
axes.set(
    title="Speed of the bar",
    xlabel="repetition",
    ylabel=f"{bar.length}/s",
    xticks=list(bar.lifts),
    ylim=(0, None),
)
figure.legend(loc="outside lower center", ncols=2)

said = "got slower" if bar.has_lost else "no loss of speed that the measuring can tell"
print(f"from the fastest to the last: {bar.loss.value:.0%} ± {bar.loss.sigma:.0%}, {said}")
