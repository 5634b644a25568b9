"""
Two sets compared
=================

Last week the hips shot up before the bar moved; this week they don't. Is that a change, or
only the measuring? A difference counts when it is more than twice its own ±.
"""

from pathlib import Path

import matplotlib.pyplot as plt

import formcheck
from formcheck.report.compare import words
from formcheck.report.compare.sets import compare_sets
from formcheck.two_sets import two_sets

SAMPLES = Path(formcheck.__file__).parents[1] / "sample_videos" / "poses"

both = two_sets((SAMPLES / "deadlift_hips_first.npz", SAMPLES / "deadlift_good.npz"))
found = compare_sets(both.a.said, both.b.said, names=("last week", "today"))
print(words.headline(found))
print(words.tally(found))

# %%
# Each dot is a repetition: how far the trunk tips forward while the knees open, with its ±.
# Yellow is where it becomes worth watching, red where it is called a fault. Both limits
# have a source, and a coach can set their own.

figure, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
limit = both.limits.of("hip_drive", found.lift)
for side, name, colour in ((both.a, "last week", "tab:red"), (both.b, "today", "tab:green")):
    tips = [judged.findings["hip_drive"] for judged in side.analysis.reps]
    axes.errorbar(
        [judged.rep.index for judged in side.analysis.reps],
        [one.value for one in tips],
        yerr=[one.sigma for one in tips],
        fmt="o",
        capsize=4,
        color=colour,
        label=name,
    )
top = axes.get_ylim()[1] + 2
axes.axhspan(limit.watch, limit.fault, color="gold", alpha=0.25)
axes.axhspan(limit.fault, top, color="red", alpha=0.12)
axes.set(
    title="Do hips and shoulders rise together?",
    xlabel="repetition",
    ylabel="trunk tips forward, °",
    xticks=[1, 2, 3],
    ylim=(None, top),
)
figure.legend(loc="outside lower center", ncols=2)

# %%
# The same in words, for every cue that changed:

for cue in found.of("better", "worse"):
    change = cue.over_set
    before, after = (words.value(side, change.unit) for side in (change.a, change.b))
    print(f"{change.kind}: {cue.title}, {before} before, {after} now")
