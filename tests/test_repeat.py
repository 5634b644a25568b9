"""The same film twice: what a change does to a film, and how two answers are compared."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.manifest import Clip
from benchmarks.pose_cache import Kept, key_of
from benchmarks.repeat.answers import Answer, RepSaid, Said, SetSaid, answer_of, as_filmed
from benchmarks.repeat.changes import CHANGES, SHORTCUTS, ChangedFilm, opened
from benchmarks.repeat.compare import (
    Compared,
    Pair,
    beyond_sigma,
    compare,
    matched,
    spreads,
    tally,
)
from benchmarks.repeat.page import Drawn, Run, page, share, shortcuts_page
from benchmarks.repeat.run import Wanted, drawn, viewing
from formcheck.poses import estimate_poses
from formcheck.poses.saved import save_poses
from formcheck.signals.angles import HIP
from formcheck.video import Frame, Span, VideoWriter, read_video
from tests.skeleton import Lifter, skeleton
from tests.video.films import make_film

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "deadlift_good.mp4"
NAMES = sorted(set(CHANGES) - {"recoded"})


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty small pictures at 30 Hz."""
    return make_film(tmp_path_factory.mktemp("films") / "a.mp4")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures, larger than films are watched."""
    times_s = (0.0, 0.1, 0.2)
    return make_film(tmp_path_factory.mktemp("films") / "a.mp4", times_s, size=(1280, 960))


def frames(path: Path, name: str = "") -> list[Frame]:
    """Read a film, as it is or changed."""
    with opened(path, name) if name else read_video(path) as one:
        return list(one.frames())


def said(verdict: str, value: float = 1.0, sigma: float = 0.5, side: str = "") -> Said:
    return Said(verdict, value, sigma, "deg", side)


def a_set(*reps: Said, lift: str = "deadlift", at_s: float = 1.0, facing: str = "left") -> SetSaid:
    """A set of repetitions two seconds apart, judged by one cue."""
    each = tuple(RepSaid(at_s + 2 * i, {"depth": one}) for i, one in enumerate(reps))
    return SetSaid(lift, "side", facing, each, {})


def of_sets(*sets: SetSaid) -> Answer:
    return Answer(sets)


def pair(before: str, after: str) -> Pair:
    return Pair("depth", (0, 1), said(before), said(after))


# What a change does to a film


@pytest.mark.parametrize("px", [1, 2, 3, 4])
def test_a_shift_moves_every_picture_right_and_down(film: Path, px: int) -> None:
    """Each pixel is found so much further right and below; the edge is repeated."""
    for plain, moved in zip(frames(film), frames(film, f"shift{px}"), strict=True):
        assert moved.time_s == plain.time_s
        assert np.array_equal(moved.rgb[px:, px:], plain.rgb[:-px, :-px])
        assert np.array_equal(moved.rgb[0, px:], plain.rgb[0, :-px])


@pytest.mark.parametrize(("name", "by"), [("brighter", 3), ("darker", -3)])
def test_a_shade_is_three_steps(film: Path, name: str, by: int) -> None:
    """Every colour is three steps on, but for what is white or black already."""
    for plain, shaded in zip(frames(film), frames(film, name), strict=True):
        wanted = np.clip(plain.rgb.astype(int) + by, 0, 255)
        assert np.array_equal(shaded.rgb, wanted)


def test_a_mirror_exchanges_left_and_right(film: Path) -> None:
    """The first column is the last one."""
    for plain, turned in zip(frames(film), frames(film, "mirrored"), strict=True):
        assert np.array_equal(turned.rgb, plain.rgb[:, ::-1])


def test_a_crop_takes_two_per_cent(large: Path) -> None:
    """One per cent goes on each side; the film says its new size, in full-size pixels."""
    plain, cut = frames(large)[0].rgb, frames(large, "cropped")[0].rgb
    assert np.array_equal(cut, plain[7:-7, 10:-10])
    with ChangedFilm(large, CHANGES["cropped"]) as one:
        assert one.size == (940, 706)
        assert (one.source.width, one.source.height) == (1253, 941)


def test_one_per_cent_smaller(large: Path) -> None:
    """The picture is the same, a little smaller."""
    plain, small = frames(large)[0].rgb, frames(large, "smaller")[0].rgb
    assert small.shape == (713, 950, 3)
    for y, x in ((0.2, 0.2), (0.2, 0.8), (0.8, 0.2), (0.8, 0.8), (0.5, 0.5)):
        place = [(int(y * one.shape[0]), int(x * one.shape[1])) for one in (plain, small)]
        assert np.abs(plain[place[0]].astype(int) - small[place[1]]).max() <= 3


def test_every_second_picture(film: Path) -> None:
    """Every other picture is read, with its time; the film says its new rate."""
    plain = frames(film)
    with ChangedFilm(film, CHANGES["halved"]) as one:
        half = list(one.frames())
        assert one.source.frame_rate_hz == pytest.approx(15.0)
    assert [frame.time_s for frame in half] == [frame.time_s for frame in plain[::2]]
    assert np.array_equal(half[3].rgb, plain[6].rgb)


def test_a_beginning_cut_off(film: Path) -> None:
    """The first 0.1 s are gone, and the film begins at zero."""
    plain, late = frames(film), frames(film, "late")
    assert [frame.time_s for frame in late] == pytest.approx(
        [frame.time_s - 0.1 for frame in plain[3:]]
    )
    assert np.array_equal(late[0].rgb, plain[3].rgb)


def test_a_film_coded_anew_leaves_nothing(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks the same and keeps its times; it is written into a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        plain, anew = frames(film), frames(film, "recoded")
        assert list(Path(folder).iterdir()) == []
        with pytest.raises(KeyboardInterrupt), opened(film, "recoded"):
            assert list(Path(folder).rglob("a.mp4"))
            raise KeyboardInterrupt
        assert list(Path(folder).iterdir()) == []
    assert [one.time_s for one in anew] == pytest.approx([one.time_s for one in plain], abs=1e-4)
    differs = [np.abs(a.rgb.astype(int) - b.rgb) for a, b in zip(plain, anew, strict=True)]
    assert 0 < np.mean(differs) < 4


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_the_callers_own(large: Path, name: str) -> None:
    """A changed picture is like one of ``Film``: of the film's size, in one piece of memory."""
    with opened(large, name) as one:
        rgb = next(iter(one.frames())).rgb
        assert rgb.flags.c_contiguous
        assert rgb.dtype == np.uint8
        assert rgb.shape[:2] == one.size[::-1]


def test_the_pose_stage_takes_a_changed_film(tmp_path: Path, model_path: Path) -> None:
    """Half a second of a rendered lifter, mirrored: the hips are where the mirror shows them."""
    short = tmp_path / "short.mp4"
    with (
        read_video(SAMPLE, span=Span(0.0, 0.5), max_side_px=480) as whole,
        VideoWriter(short, size=whole.size, source_rate_hz=24) as out,
    ):
        for frame in whole.frames():
            out.write(frame.rgb, frame.time_s)
    with read_video(short) as plain, opened(short, "mirrored") as turned:
        one, other = estimate_poses(plain), estimate_poses(turned)
    wide = one.frame_size[0]
    hips, mirrored = (np.nanmedian(t.landmarks_px[:, list(HIP.values()), 0]) for t in (one, other))
    assert mirrored == pytest.approx(wide - 1 - hips, abs=0.02 * wide)


# How two answers are compared


def test_verdicts_kept_and_flipped() -> None:
    """Kept is the same verdict; good to fault is a flip, good to watch or to none isn't."""
    pairs = [
        pair("good", "good"),
        pair("cannot_judge", "cannot_judge"),
        pair("good", "fault"),
        pair("fault", "good"),
        pair("good", "watch"),
        pair("good", "cannot_judge"),
    ]
    found = tally(pairs)
    assert (found.verdicts, found.kept, found.flipped, found.silent) == (6, 2, 2, 1)
    assert found.share == pytest.approx(1 / 3)
    assert tally(one for one in pairs if one.is_judged).verdicts == 5
    assert math.isnan(tally([]).share)


def test_a_share_isn_t_rounded_up_to_all() -> None:
    """One of two thousand that changed shows."""
    assert share(tally([pair("good", "good")] * 1999 + [pair("good", "watch")])) == "99.9 % of 2000"
    assert share(tally([pair("good", "good")])) == "100.0 % of 1"
    assert share(tally([])) == "–"


def test_a_repetition_that_is_lost_or_new_keeps_nothing() -> None:
    """Its verdicts are on one side alone; the count has changed."""
    three = of_sets(a_set(*[said("good")] * 3))
    two = of_sets(a_set(*[said("good")] * 2))
    for one, other in ((three, two), (two, three)):
        found = compare(0, "shift1", one, other)
        assert not found.same_count
        assert (tally(found.pairs).verdicts, tally(found.pairs).kept) == (3, 2)
        assert tally(found.pairs).silent == 1


def test_repetitions_are_matched_by_time() -> None:
    """The nearest within half a second; each once."""
    early, late = ([RepSaid(at_s, {}) for at_s in times] for times in ((1, 3, 5), (0.7, 1.1, 5.4)))
    assert matched(early, late) == [(0, 1), (2, 2)]


def test_a_cut_beginning_is_counted_back() -> None:
    """Times of a film without its beginning are later by what was cut off."""
    plain = of_sets(a_set(said("good"), said("fault")))
    changed = of_sets(a_set(said("good"), said("fault"), at_s=0.2))
    assert tally(compare(0, "late", plain, changed).pairs).kept == 0
    assert tally(compare(0, "late", plain, as_filmed(changed, late_s=0.8)).pairs).kept == 2


def test_sets_are_matched_by_their_repetitions() -> None:
    """A set that is new pairs with none."""
    first, second = a_set(said("good")), a_set(said("fault"), at_s=31.0)
    found = compare(0, "shift1", of_sets(second), of_sets(first, second))
    assert [one.verdicts for one in found.pairs] == [("fault", "fault"), ("", "good")]
    assert not found.same_lift


def test_nothing_to_judge_is_an_answer_too() -> None:
    """Twice none is the same; where one has none it is the count that changed."""
    none, some = Answer(problem="NoReps"), of_sets(a_set(said("good")))
    assert compare(0, "shift1", none, none).same_count
    found = compare(0, "shift1", none, some)
    assert (found.same_count, found.same_lift, found.counts) == (False, True, (0, 1))


def test_a_mirrored_answer_compares_sides() -> None:
    """Left in the mirror is right: the same to the other side is the same value."""
    plain = of_sets(a_set(said("watch", 0.2, 0.1, "left"), facing="left"))
    seen = of_sets(a_set(said("watch", 0.2, 0.1, "right"), facing="right"))
    as_it_was = compare(0, "mirrored", plain, as_filmed(seen, mirrored=True))
    assert as_it_was.same_view
    assert as_it_was.pairs[0].moved_sigmas == 0.0
    unturned = compare(0, "mirrored", plain, seen)
    assert not unturned.same_view
    assert unturned.pairs[0].moved_sigmas == pytest.approx(4.0)


def answer_to(lifter: Lifter, path: Path) -> Answer:
    """Judge a rendered lifter through the same door as a film's kept poses."""
    save_poses(lifter.track, path)
    return answer_of(Kept(str(path), 0.0))


def test_a_lifter_in_the_mirror_is_the_same(tmp_path: Path) -> None:
    """A squat that shifts to the left, from the front and mirrored: one answer, one side."""
    plain, turned = (
        answer_to(
            skeleton("back_squat", yaw_deg=90.0, hip_shift_m=0.10, mirror=mirror),
            tmp_path / f"{mirror}.npz",
        )
        for mirror in (False, True)
    )
    sides = [one.sets[0].reps[0].cues["symmetry"].side for one in (plain, turned)]
    assert sides == ["left", "right"]
    found = compare(0, "mirrored", plain, as_filmed(turned, mirrored=True))
    assert tally(found.pairs).share == 1.0
    assert beyond_sigma(found.pairs)[0] == 0
    assert found.same_view


def test_who_faces_left_faces_right_in_the_mirror(tmp_path: Path) -> None:
    """Seen from the side, the picture's side is exchanged, and the verdicts stay."""
    plain, turned = (
        answer_to(skeleton("deadlift", mirror=mirror), tmp_path / f"{mirror}.npz")
        for mirror in (False, True)
    )
    assert (plain.sets[0].facing, turned.sets[0].facing) == ("right", "left")
    found = compare(0, "mirrored", plain, as_filmed(turned, mirrored=True))
    assert (found.same_view, tally(found.pairs).share) == (True, 1.0)


def test_how_few_pictures_a_lift_can_be_judged_by() -> None:
    """A swing takes more of them."""
    least = [of_sets(a_set(lift=lift)).least_hz for lift in ("deadlift", "kettlebell_swing")]
    assert least[0] < least[1]


def test_nobody_to_judge_gives_the_errors_name(tmp_path: Path) -> None:
    """What the pose stage ended with is the answer."""
    found = answer_of(Kept(str(tmp_path / "none.npz"), 0.0, ("NoLifter", "nobody")))
    assert found == Answer(problem="NoLifter")


def test_a_breakdown_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where formcheck breaks down on a changed film, the run goes on and says so."""

    def breaks(_: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("benchmarks.repeat.answers.analyze_sets", breaks)
    found = answer_of(Kept(str(tmp_path / "a.npz"), 0.0))
    assert found == Answer(problem="ZeroDivisionError", crashed=True)
    assert compare(0, "late", of_sets(a_set(said("good"))), found).crashed == "ZeroDivisionError"


# Values against their σ


def three_versions(values: tuple[float, float, float], sigma: float) -> list[Compared]:
    plain, *others = (of_sets(a_set(said("good", value, sigma))) for value in values)
    return [compare(0, f"shift{i}", plain, other) for i, other in enumerate(others, start=1)]


@pytest.mark.parametrize(("sigma", "honest"), [(2.1, True), (1.9, False)])
def test_a_sigma_that_is_smaller_than_the_spread_is_told(sigma: float, honest: bool) -> None:
    """1, 3 and 5 spread by 2: a σ of 1.9 is too small."""
    (found,) = spreads(three_versions((1.0, 3.0, 5.0), sigma))
    assert (found.values, found.sigma) == (1, sigma)
    assert found.spread == pytest.approx(2.0)
    assert (found.is_honest, found.larger) == (honest, int(not honest))


def test_a_spread_takes_three_versions() -> None:
    """Two, of which one isn't measured, tell nothing."""
    assert spreads(three_versions((1.0, math.nan, 5.0), 1.0)) == []


def test_a_value_beyond_its_sigma() -> None:
    """It moved by more than the larger of both σ; what isn't measured twice isn't counted."""
    pairs = [
        Pair("depth", (0, 1), said("good", 1.0, 0.5), said("good", 1.9, 1.0)),
        Pair("depth", (0, 2), said("good", 1.0, 0.5), said("good", 2.1, 1.0)),
        Pair("depth", (0, 3), said("good", 1.0, 0.5), said("cannot_judge", math.nan, math.nan)),
        Pair("depth", (0, 4), None, said("good")),
    ]
    assert beyond_sigma(pairs) == (1, 2)


# The run and its page


def clip(name: str, exercise: str, view: str = "side-left") -> Clip:
    return Clip(Path(name), "", exercise, view, (1,), "high", "", duration_s=float(len(name)))


CLIPS = [clip("a" * n, kind) for n in (3, 4, 5, 60) for kind in ("deadlift", "back squat")]


def test_films_are_drawn_by_seed_one_of_each_kind() -> None:
    """The same seed draws the same; two films are of two kinds; long ones can be left out."""
    two = drawn(CLIPS, Wanted(films=2, seed=1, most_s=10))
    assert two == drawn(CLIPS, Wanted(films=2, seed=1, most_s=10))
    assert {one.exercise for one in two} == {"deadlift", "back squat"}
    assert all(one.duration_s <= 10 for one in drawn(CLIPS, Wanted(films=8, most_s=10)))
    assert drawn(CLIPS, Wanted()) == CLIPS
    draws = {tuple(one.name for one in drawn(CLIPS, Wanted(films=3, seed=s))) for s in range(9)}
    assert len(draws) > 1


def test_the_page_tells_changes_cues_and_flips() -> None:
    """It has the day, the command, each table; a σ that is too small is in bold."""
    compared = three_versions((1.0, 3.0, 5.0), 1.0)
    compared.append(compare(0, "mirrored", of_sets(a_set(said("good"))), of_sets()))
    flip = of_sets(a_set(said("good"))), of_sets(a_set(said("fault", 9.0)))
    compared.append(compare(0, "late", *flip))
    films = [Drawn("back_squat", "side", 4.0, 1)]
    run = Run("python -m benchmarks repeat", 112, films, dt.date(2026, 11, 29), "0.1.0")
    text = page(run, compared)
    assert "29 November 2026" in text
    assert "1 of 112 real films" in " ".join(text.split())
    assert "**1 deg**" in text
    assert "| back squat, side | first 0.1 s cut off | `depth` | repetition 1 |" in text
    assert "| good 1 ± 0.5 deg | fault 9 ± 0.5 deg |" in text
    assert "| **all** | 4 | 50.0 % of 4 |" in text


def test_each_change_of_each_film_is_kept_apart(film: Path, large: Path) -> None:
    """Poses are kept by the film's content and by the change, under the same name each time."""
    names = ["", *CHANGES]
    model = film  # any file will do
    keys = [key_of(viewing(one, name), model) for one in (film, large) for name in names]
    assert len(set(keys)) == len(keys)
    assert keys[1] == key_of(viewing(film, names[1]), model)


def test_a_shortcut_is_set_beside_a_move_of_the_film() -> None:
    """What litert leaves out is compared with all of litert; the page says so, and when."""
    wanted = Wanted(changes=("litert_masks", "moved"))
    assert wanted.names == ("moved", "litert_masks")
    assert wanted.looks == ("", "mediapipe", "litert", "moved", "litert_masks")
    assert Wanted().looks == ("", *CHANGES)
    whole = of_sets(a_set(said("good"), at_s=1.0)), of_sets(a_set(said("good"), at_s=1.04))
    compared = [compare(0, "moved", *whole), compare(0, "litert_masks", *whole)]
    assert list(compared[0].moved_s) == [pytest.approx(0.04)]
    run = Run("python -m benchmarks repeat", 112, [], dt.date(2026, 11, 29), "0.1.0")
    text = shortcuts_page(run, compared)
    rows = [line for line in text.splitlines() if "100.0 %" in line]
    assert [row.split(" | ")[0] for row in rows] == [
        "| mediapipe, moved by 2 px",
        "| litert, a mask ten times a second",
    ]
    assert all(row.endswith("| 0.04 s |") for row in rows)


def test_a_shortcut_is_kept_apart_and_watched_so(film: Path) -> None:
    """By its engine and what it leaves out."""
    keys = {key_of(viewing(film, name), film) for name in ("", *SHORTCUTS)}
    assert len(keys) == 1 + len(SHORTCUTS)
    assert dict(viewing(film, "litert_auto").how)["engine"] == "litert"


def test_an_unknown_change_is_refused() -> None:
    """The names that there are, are told."""
    answer = CliRunner().invoke(main, ["repeat", "--changes", "shift1,painted"])
    assert answer.exit_code == 2
    assert "painted" in answer.output
    assert "mirrored" in answer.output
