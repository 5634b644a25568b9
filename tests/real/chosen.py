"""Which clips the tests use: some, or all of them with FORMCHECK_REAL_ALL=1.

The usual ones take two cores about three minutes when their poses aren't kept
yet, and seconds when they are.
"""

from __future__ import annotations

import os

from benchmarks.manifest import Clip, read_manifest, real_data

ALL_VARIABLE = "FORMCHECK_REAL_ALL"

USUAL = (
    *(f"dva_{kind}_0{number}" for kind in ("bad", "good") for number in range(1, 6)),
    *("idds_0016c_1", "idds_0016h_1", "idds_0016r_1"),
    *("ff_squat", "gt_squat", "kbt_gobletSquats", "pl_squat_uni", "seb_rdl"),
    *("kk_sq_c001", "kk_sq_c006", "kk_sq_c011", "kk_sq_c013"),
    *("kk_sq_c015", "kk_sq_c018", "kk_sq_i003"),
    *("mpr_dl_bad", "mpr_dl_good", "mpr_nico_blocked", "mpr_rdl"),
    *("har_news", "har_paragliding", "har_pushup_exercise", "neg_lateral_raise_front"),
    *("seb_barbell_shrug_ins", "seb_treadmill", "sports2d_demo"),
)
"""Every label that a target speaks of, and one clip or more of each kind and view."""

RETURNED = ("dva_bad_02", "dva_good_01", "gt_squat", "kbt_gobletSquats")
"""Filmed another way: side and oblique, hinge and squat, one rep and many."""

_folder = real_data()
_clips = read_manifest(_folder) if _folder else {}


def _wanted(clip: Clip) -> bool:
    return clip.path.stem in USUAL or os.environ.get(ALL_VARIABLE, "") not in {"", "0"}


chosen = [clip for clip in _clips.values() if _wanted(clip)]
counted = [clip.path.stem for clip in chosen if clip.is_sure]
negatives = [clip.path.stem for clip in chosen if clip.is_negative]
refilmed = counted if os.environ.get(ALL_VARIABLE, "") not in {"", "0"} else list(RETURNED)
