"""How right we are on strangers: what labels mean, shares and intervals, and a small run."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.__main__ import main
from benchmarks.labels import Seen, names_of, seen_in, seen_of, table, view_of
from benchmarks.lines.labelled import Labelled, Measured
from benchmarks.strangers import answers, figures
from benchmarks.strangers.answers import NOT_KEPT, Film, film_of
from benchmarks.strangers.films import Group, Label, samples
from benchmarks.strangers.left_out import Without, left_out, lines_without
from benchmarks.strangers.page import IN_SHORT, Run, block, page, sentence
from benchmarks.strangers.run import MARKS, _renew
from benchmarks.strangers.shares import calibration, ranking, share, wilson
from benchmarks.strangers.tables import tables
from formcheck.cues import CUES, SET_CUES
from formcheck.errors import BadRequest
from formcheck.poses.saved import save_poses
from formcheck.reps import cycles
from formcheck.reps.lifts import LIFTS
from formcheck.signals import compute_signals
from tests.retouch import but
from tests.skeleton import skeleton

CORRECT = Seen("correct", flat=True)


def form(
    lift: str = "deadlift",
    reps: int = 1,
    verdict: str = "good",
    *,
    cue: str = "lumbar_rounding",
    value: float = 10.0,
    confidence: float = 0.9,
    **more: Any,
) -> dict[str, Any]:
    """An analysis with repetitions that are all alike."""
    cues = {cue: {"verdict": verdict, "value": value, "at_s": 1.0, "reason": None}}
    return {
        "lift": {"name": lift, "how": "detected", "confidence": confidence, **more},
        "view": {"name": "side", "facing": "left", "yaw_deg": 1.0},
        "quality": {"warnings": []},
        "reps": [
            {
                "index": i,
                "start_s": i,
                "bottom_s": i,
                "top_s": i + 0.5,
                "end_s": i + 1,
                "cues": cues,
            }
            for i in range(reps)
        ],
        "rejected": [],
        "set": {"score": None, "judged_share": 0.5},
    }


def label(
    *names: str,
    counts: tuple[int, ...] = (1,),
    seen: Seen = CORRECT,
    source: str = "a",
    group: Group = "strangers",
    name: str = "one.mp4",
) -> Label:
    path = Path("films") / name
    return Label(path, group, source, names, counts, is_sure=True, view="side", seen=seen)


def film(*sets: dict[str, Any], **asked: Any) -> Film:
    return Film(label(*asked.pop("names", ("deadlift",)), **asked), sets)


# What labels mean


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("deadlift (Romanian, dumbbells)", ("romanian_deadlift",)),
        ("Romanian / stiff-leg deadlift", ("romanian_deadlift",)),
        ("deadlift (resistance band)", ("deadlift",)),
        ("squat (sumo, bodyweight)", ("bodyweight_squat",)),
        ("squat (overhead, empty hands)", ("bodyweight_squat", "squat")),
        ("forward lunge, alternating (dumbbells)", ("split_squat",)),
        ("NEGATIVE: barbell shrug", ()),
        ("kettlebell snatch (two-hand sumo style)", ()),
        ("a dance", ()),
    ],
)
def test_words_for_an_exercise_are_our_names(words: str, names: tuple[str, ...]) -> None:
    """The narrower words win; another movement has no name."""
    assert names_of(words) == names


def test_the_table_knows_our_lifts_and_cues() -> None:
    """No word of it means a lift or a cue that isn't there."""
    rows = table()
    assert {name for names in rows["exercise"].values() for name in names} <= {*LIFTS, "squat"}
    cues = {
        cue for row in rows["seen"] for kind, own in row.items() if kind != "words" for cue in own
    }
    cues |= {one["cue"] for one in rows["dials"].values()}
    assert cues <= {*CUES, *SET_CUES}


@pytest.mark.parametrize(
    ("words", "view"),
    [
        ("side-left (slight front oblique)", "side"),
        ("oblique right (0-12 s), front (13-24 s)", "oblique"),
        ("front oblique-left", "oblique"),
        ("back oblique (faces away)", "back oblique"),
        ("oblique front-left, from 8.9 s back oblique", "oblique"),
        ("front then side, moving camera", "front"),
        ("n/a", "other"),
    ],
)
def test_words_for_a_view(words: str, view: str) -> None:
    """What comes first counts, in a film that turns too."""
    assert view_of(words) == view


def test_words_for_faults() -> None:
    """A fault, one of two, a doubt; taken once, so that a little isn't the whole."""
    bad = seen_in("rounded back / hips rise early (repo label: Bad=0); exact fault not stated")
    assert bad == Seen("wrong", either=frozenset({"lumbar_rounding", "hip_drive"}))
    mild = seen_in("none stated by repo", "upper back mildly rounded, back about flat else")
    assert (mild.called, mild.faults, mild.flat) == ("unstated", frozenset(), True)
    assert "lumbar_rounding" in mild.doubts
    assert seen_in("none seen (repo label: Good=1)") == Seen("correct", flat=True)
    assert seen_in("none clear; good depth").called == "clean"
    assert seen_in("not judged").called == "unknown"


def test_dials_of_a_rendered_lifter_are_labels() -> None:
    """A strong one is a fault, a weak one none."""
    assert seen_of({"lumbar_flexion_deg": 58}).faults == {"lumbar_rounding"}
    assert seen_of({"lumbar_flexion_deg": 18}) == CORRECT


def test_the_samples_are_labelled() -> None:
    """Each has its film, a lift of ours and a count."""
    found = list(samples())
    assert len(found) == 8
    assert all(one.path.is_file() and one.is_lift and one.counts[0] > 0 for one in found)


# Shares and intervals


def test_wilson_interval_of_a_known_share() -> None:
    """From Wilson's formula by hand: 8 of 10."""
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert all(map(math.isnan, wilson(0, 0)))


@given(st.integers(1, 300), st.data())
def test_wilson_holds_the_share(of: int, data: st.DataObject) -> None:
    """The share lies within; the ends are shares."""
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= high <= 1


def test_sources_widen_what_films_hide() -> None:
    """Ten films of each of two people who differ tell less than twenty people do."""
    two = share([("a", 1, 1)] * 10 + [("b", 0, 1)] * 10)
    assert (two.hits, two.of, two.sources, two.value) == (10, 20, 2, 0.5)
    assert two.by_source == (0.0, 1.0)
    many = share((str(i), i % 2, 1) for i in range(20))
    assert 0.2 < many.by_source[0] < many.by_source[1] < 0.8
    assert all(map(math.isnan, share([("a", 1, 1)]).by_source))


def test_ranking_of_values() -> None:
    """All above is 1; what isn't measured is left out."""
    cases = [("a", 3.0, True), ("b", 1.0, False), ("c", math.nan, False), ("b", 4.0, True)]
    found = ranking(cases)
    assert (found.auroc, found.faulty, found.clean) == (1.0, 2, 1)


def test_calibration_error() -> None:
    """Sure to 0.9 and right in half is 0.4 off; as often right as said is none."""
    off = calibration([("a", 0.9, True), ("b", 0.9, False)])
    assert off.error == pytest.approx(0.4)
    assert [(one.films, one.right) for one in off.bins] == [(2, 0.5)]
    assert calibration([("a", 1.0, True)] * 3).error == 0.0
    assert math.isnan(calibration([]).error)


# What is asked of films


def test_a_count_of_several_sets_is_their_sum() -> None:
    """Two sets of one are two."""
    two = film(form(), form(), counts=(2,))
    assert figures.is_counted(two) is True
    assert figures.is_counted(film(counts=(0, 1))) is True
    assert figures.is_counted(film(form(reps=3), counts=(1, 2))) is False


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"or": "deadlift"},
        {"candidates": ["romanian_deadlift", "deadlift"]},
        {"second": {"name": "deadlift", "confidence": 0.3}},
        {"candidates": [{"name": "romanian_deadlift"}, {"name": "deadlift"}]},
    ],
)
def test_a_named_pair_holds_the_right_name(more: dict[str, Any]) -> None:
    """Whatever the field is called; the first name alone is wrong."""
    one = film(form("romanian_deadlift", **more))
    assert figures.is_named(one) is False
    assert figures.is_among(one) is bool(more)
    assert figures.is_kin(one) is True


def test_no_name_is_a_wrong_name_but_no_wrong_family() -> None:
    """What is refused isn't named; its family isn't asked."""
    refused = film()
    assert (figures.is_named(refused), figures.is_kin(refused)) == (False, None)
    assert figures.is_named(film(counts=(0,))) is None


def test_another_movement_is_asked_for_refusal_alone() -> None:
    """A row that is counted is the one thing that went wrong with it."""
    row = film(form(verdict="fault"), names=(), counts=(0,))
    assert figures.is_refused(row) is False
    assert figures.is_counted(row) is None
    assert [one.kind for one in figures.wrongs(row)] == ["counted"]
    assert figures.wrongs(film(names=(), counts=(0,))) == []


def test_false_faults_are_those_that_nobody_saw() -> None:
    """Of a doubted cue, a faulty film or another movement none is false."""
    false = film(form(reps=4, verdict="fault"), counts=(4,))
    found = figures.false_faults([false], unstated=False)["lumbar_rounding"]
    assert (found.hits, found.of) == (4, 4)
    assert [one.kind for one in figures.wrongs(false)] == ["false fault"]
    doubt = Seen("clean", doubts=frozenset({"lumbar_rounding"}))
    for seen in (doubt, Seen("wrong"), Seen("unknown"), Seen("unstated")):
        other = film(form(verdict="fault"), seen=seen)
        assert figures.false_faults([other], unstated=False) == {}
    silent = film(form(verdict="cannot_judge"))
    assert figures.false_faults([silent], unstated=False) == {}


def test_a_labelled_fault_is_found_or_missed() -> None:
    """To watch is found; of two either; "cannot judge" is missed."""
    rounded = Seen("wrong", faults=frozenset({"lumbar_rounding"}))
    either = Seen("wrong", either=frozenset({"lumbar_rounding", "hip_drive"}))
    for seen in (rounded, either):
        assert figures.faults_missed(film(form(verdict="watch"), seen=seen)) == []
    missed = film(form(verdict="cannot_judge"), seen=rounded)
    assert [one.kind for one in figures.wrongs(missed)] == ["unjudged"]
    good = film(form(verdict="good"), seen=rounded)
    assert [one.kind for one in figures.wrongs(good)] == ["missed"]
    ((cue, (found, judged)),) = figures.found_faults([missed]).items()
    assert (cue, found.hits, judged.hits, judged.of) == ("lumbar_rounding", 0, 0, 1)


def test_rounding_ranks_hinges_by_their_median() -> None:
    """Squats aren't asked, nor backs of which nobody said that they are flat."""
    rounded = Seen("wrong", faults=frozenset({"lumbar_rounding"}))
    films = [
        film(form(value=30.0), seen=rounded, source="a"),
        film(form(value=5.0), source="b"),
        film(form("back_squat", value=50.0), names=("back_squat",), source="c"),
        film(form(value=60.0), seen=Seen("clean"), source="d"),
    ]
    found = figures.rounding(films)
    assert (found.auroc, found.faulty, found.clean) == (1.0, 1, 1)


def test_judged_share_by_kind() -> None:
    """A film without an answer counts as nothing judged."""
    kinds = figures.judged_shares([film(form()), film()])
    assert kinds["hinge", "side"] == figures.Judged(2, 0.25, 0)


# Answers and pages


def test_answers_are_read_by_the_films_name(tmp_path: Path) -> None:
    """A JSON of its name, or a folder with an analysis for each set; none is told."""
    (tmp_path / "films__one.json").write_text(json.dumps(form()))
    for number in (1, 2):
        folder = tmp_path / "two" / f"set-{number}"
        folder.mkdir(parents=True)
        (folder / "analysis.json").write_text(json.dumps(form()))
    labels = [label("deadlift", name=f"{name}.mp4") for name in ("one", "two", "three")]
    one, two, three = answers.read(labels, tmp_path)
    assert (one.reps, two.reps, three.reps) == (1, 2, 0)
    assert three.problem == NOT_KEPT


def test_a_breakdown_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The film counts as wrong; the others go on."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(answers, "judge_sets", broken)
    one = Label(
        Path("a"),
        "tables",
        "a",
        ("deadlift",),
        (1,),
        True,
        "side",
        CORRECT,
        track=skeleton("deadlift", reps=1).track,
    )
    assert film_of(one, None).problem == "BREAKDOWN ZeroDivisionError: oh"


def test_the_page_names_no_film_and_no_source() -> None:
    """Tables with both intervals; sources go by numbers."""
    films = [
        film(form(), source="their/films"),
        film(form("romanian_deadlift"), source="others/films", group="known", name="secret.mp4"),
        film(names=(), counts=(0,), source="others/films", group="known"),
    ]
    text = page(Run("python -m benchmarks strangers", dt.date(2026, 11, 29), "0.1.0"), films, films)
    assert "29 November 2026" in text
    assert "| lift named exactly | ≥ 0.85 | **1.00** 1 of 1; .21–1.00 |" in text
    assert "**.50** 1 of 2; .09–.91; by source .00–1.00" in text
    assert "their/films" not in text
    assert "secret" not in text


def test_lines_are_set_anew_for_a_source_and_put_back() -> None:
    """While it is refitted the line lies between what the others read; then as shipped."""
    lifter = skeleton("deadlift", reps=3)
    signals = compute_signals(lifter.track)
    found = cycles.find_cycles(signals)[0]
    hurried = but(signals, time_s=signals.time_s / 4)
    seen = [
        Measured(Labelled(Path(name), kind, name, "side", (3,), is_sure=True), own, found, None)
        for name, kind, own in (("a", "deadlift", signals), ("b", "none", hurried))
    ]
    shipped = cycles.LEAST_RISE_S
    without = lines_without(seen)
    with without("c"):
        assert shipped != cycles.LEAST_RISE_S
    assert shipped == cycles.LEAST_RISE_S
    with without("b"):  # then one side has no reading
        assert shipped == cycles.LEAST_RISE_S


def test_each_source_is_judged_without_itself() -> None:
    """What is learned without it is in force while its films are judged."""
    track = skeleton("deadlift", reps=2).track
    labels = [
        Label(
            Path(name), "strangers", name, ("deadlift",), (2,), True, "side", CORRECT, track=track
        )
        for name in ("a", "b")
    ]
    asked: list[str] = []

    def recipe(_seen: Sequence[Measured]) -> Without:
        def without(source: str) -> AbstractContextManager[None]:
            asked.append(source)
            return nullcontext()

        return without

    films = left_out(labels, [], {}, recipes=[recipe])
    assert asked == ["a", "b"]
    assert [one.reps for one in films] == [2, 2]


def test_poses_of_a_table_are_counted(tmp_path: Path) -> None:
    """Points whose place and scale differ by picture are put on still feet."""
    lifter = skeleton("bodyweight_squat", reps=3)
    points = np.concatenate(
        [lifter.track.landmarks_px[..., :2], lifter.track.world_m[..., 2:] * 400], axis=-1
    ).astype(float)
    points -= np.nanmin(points, axis=1, keepdims=True)
    points *= np.random.default_rng(1).uniform(0.5, 2.0, (len(points), 1, 1))
    points[5] = 0.0  # nobody was found
    folder = tmp_path / "real_poses"
    folder.mkdir()
    np.savez(folder / "squat_reps.npz", stu1_xyz=points)
    (folder / "squat_reps.json").write_text('[{"name": "stu1", "count": 3}]')
    (one,) = tables(tmp_path)
    assert (one.source, one.counts) == ("RepCount", (3,))
    assert film_of(one, None).reps == 3
    assert list(tables(tmp_path / "elsewhere")) == []


def test_a_small_run_from_saved_poses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One film of each kind: the table is printed, the page and the numbers are written."""
    run_on(tmp_path, monkeypatch)
    asked = f"strangers --left-out --poses {tmp_path} --out {tmp_path} --json {tmp_path}/all.json"
    answer = CliRunner().invoke(main, asked.split(), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    numbers = json.loads((tmp_path / "all.json").read_text())["strangers"]
    assert [one["reps"] for one in numbers["films"]] == [2, 2]
    text = (tmp_path / "strangers.md").read_text()
    assert "| repetitions exact, sure counts | ≥ 0.95 | **1.00** 1 of 1" in text


def test_pages_have_what_is_written_between_marks(tmp_path: Path) -> None:
    """What stands around it stays; a file without marks isn't touched."""
    trust = tmp_path / "trust.md"
    trust.write_text(f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n")
    _renew(trust, block([film(form())]))
    text = trust.read_text()
    assert text.startswith(f"before\n{MARKS[0]}\n|  | wanted | sources that came later |")
    assert "old" not in text
    assert text.endswith(f"{MARKS[1]}\nafter\n")
    trust.write_text("nothing")
    with pytest.raises(BadRequest, match="nothing was written"):
        _renew(trust, "table")


def test_the_readmes_sentence_has_the_fairest_numbers() -> None:
    """Of what was learned without the source, where that was tried; unasked ones are left out."""
    shipped, wrong = film(form()), film(form("romanian_deadlift"))
    asked = ("counted right on {} of 1 films", "named exactly on {} of 1 films")
    for films, named in (([shipped], "100 %"), ([shipped, wrong], "0 %")):
        told = sentence([shipped], films[1:])
        assert asked[0].format("100 %") in told
        assert asked[1].format(named) in told
    assert "told apart" not in sentence([film(names=(), counts=(0,))])


def test_readme_and_trust_say_what_the_page_says() -> None:
    """The short table's shares and the README's three numbers are those of docs/strangers.md."""
    root = Path(__file__).parents[1]
    page_of, short, readme = (
        (root / name).read_text("utf-8")
        for name in ("docs/strangers.md", "docs/trust.md", "README.md")
    )
    for asks, said in IN_SHORT.items():
        row = next(row for row in page_of.splitlines() if row.startswith(f"| {asks} |"))
        found = re.match(r" \*\*([.\d]+)\*\* \d+ of (\d+);", row.split("|")[6])
        assert found is not None
        value, films = found.groups()
        assert f"| {value} of {films}; " in short
        assert said.format(f"{100 * float(value):.0f} % of {films} films") in readme


def run_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two made-up films: their lists, and poses beside them."""
    for videos, name in (("real_videos", "one"), ("real_videos2", "two")):
        (folder / videos).mkdir()
        row = {
            "name": f"{name}.mp4",
            "repo": videos,
            "sha256": "",
            "exercise": "deadlift (conventional)",
            "view": "side-left",
            "reps": "2",
            "rep_count_certainty": "high",
            "faults": "none seen",
            "notes": "",
            "duration_s": "5",
        }
        with (folder / videos / "manifest.csv").open("w", newline="") as file:
            csv.writer(file).writerows([row.keys(), row.values()])
        save_poses(skeleton("deadlift", reps=2).track, folder / f"{name}.npz")
    monkeypatch.setenv("FORMCHECK_REAL_DATA", str(folder))
