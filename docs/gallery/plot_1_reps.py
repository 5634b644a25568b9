"""
Where a repetition begins and ends
==================================

A deadlift goes up and comes down again. How high the shoulders are is enough to see it:
formcheck counts one repetition for every way up that looks like standing up under a load,
and says of every other movement why it isn't one.
"""

from pathlib import Path

import matplotlib.pyplot as plt

import formcheck
from formcheck.reps.drive import height

SAMPLE = Path(formcheck.__file__).parents[1] / "sample_videos/poses/deadlift_good.npz"

motion = formcheck.compute_signals(formcheck.load_poses(SAMPLE))
measured = formcheck.cut_set(motion)

# %%
# The curve is the height of the shoulders, in lengths of the lifter's own leg, so that it
# doesn't matter how far away the phone stood. Grey is a repetition; the dots are where it
# is lowest and where the lifter stands.

figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
up = height(motion)
axes.plot(motion.time_s, up, color="tab:blue")
for rep in measured.reps:
    axes.axvspan(rep.start_s, rep.end_s, color="0.5", alpha=0.15)
    axes.annotate(
        f"rep {rep.index}",
        ((rep.start_s + rep.end_s) / 2, 0.02),
        xycoords=axes.get_xaxis_transform(),
        ha="center",
    )
    for at_s in (rep.bottom_s, rep.top_s):
        nearest = abs(motion.time_s - at_s).argmin()
        axes.plot(at_s, up[nearest], "o", color="tab:orange")
axes.set(title="Three deadlifts", xlabel="time, s", ylabel="height of the shoulders, legs")

# %%
# How long each part of a repetition took. A film has 30 pictures a second; the times are
# found between two of them.

for rep in measured.reps:
    print(
        f"rep {rep.index}: up {rep.concentric_s:.2f} s, stands {rep.pause_s:.2f} s, "
        f"down {rep.eccentric_s:.2f} s"
    )
