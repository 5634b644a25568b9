"""`formcheck compare`: any two sets of one lift, from results, poses or films."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from formcheck import cli
from formcheck.errors import BadRequest, NothingToJudge, OutputError
from formcheck.pipeline import Request, analyze
from formcheck.poses.saved import save_poses
from formcheck.report.compare import film
from formcheck.report.write import write_results
from tests.skeleton import skeleton

ARGUMENTS: dict[str, dict[str, Any]] = {
    "good": {},
    "mirrored": {"facing": "left"},
    "hips_first": {"hips_first_deg": 20},
    "four": {"reps": 4, "tempo": (2.5, 0.3, 0.9)},
    "squat": {"lift": "back_squat"},
    "turned": {"yaw_deg": 30.0},
}
CLUB = '[hip_drive.deadlift]\nwatch = 30.0\nfault = 40.0\nsource = "our club"\n'


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a folder of results of a set, analysed once; a copy, to be spoiled at will."""
    home = tmp_path_factory.mktemp("sets")

    def folder(name: str, limits: str = "") -> Path:
        made = home / f"{name}{'-club' if limits else ''}"
        if not made.exists():
            dials = dict(ARGUMENTS[name])
            lift = str(dials.pop("lift", "deadlift"))
            own = None
            if limits:
                own = home / "club.toml"
                own.write_text(limits, encoding="utf-8")
            poses = home / f"{name}.npz"
            save_poses(skeleton(lift, **dials).track, poses)
            one = analyze(poses, Request(lift=lift, limits=own))
            write_results(
                one, made, html=False, also=lambda stage: save_poses(one.track, stage / "poses.npz")
            )
        copy = home / f"copy-{len(list(home.iterdir()))}" / name
        shutil.copytree(made, copy)
        return copy

    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.main, ["compare", *map(str, words)])


def told(*words: object) -> dict[str, Any]:
    said = run(*words, "--json")
    assert said.exit_code == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def kinds(found: dict[str, Any]) -> dict[str, str]:
    return {cue: one["set"]["kind"] for cue, one in found["cues"].items()}


def rewrite(folder: Path, **changes: Any) -> None:
    """Change what an analysis says of itself, without its seal."""
    path = folder / "analysis.json"
    said = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(said | changes), encoding="utf-8")
    (folder / "formcheck.json").unlink()


def test_hips_that_rise_first_got_worse(kept: Callable[..., Path]) -> None:
    """The table leads with what got worse, and says how sure it is."""
    said = run(kept("good"), kept("hips_first"), "--names", "last week", "today")
    assert said.exit_code == 0
    assert "Worse in B: Chest up with hips" in said.output
    assert "A: last week" in said.output
    line = next(one for one in said.output.splitlines() if one.startswith("↘"))
    assert "✓" in line and "✕" in line and "±" in line


@pytest.mark.parametrize("other", ["good", "mirrored"])
def test_the_same_set_and_its_mirror_image_have_not_changed(
    kept: Callable[..., Path], other: str
) -> None:
    """Judged and compared, a set differs by nothing from itself and from its mirror image."""
    found = told(kept("good"), kept(other))
    assert set(kinds(found).values()) <= {"same", "unknown"}
    assert "same" in kinds(found).values()
    assert {one["set"]["kind"] for one in found["quantities"].values()} <= {"same", "unknown"}


def test_slower_is_told_and_is_no_fault(kept: Callable[..., Path]) -> None:
    """Times change without being better or worse; the repetition left over is named."""
    found = told(kept("good"), kept("four"))
    assert found["quantities"]["eccentric_s"]["which_way"] == "slower"
    assert found["alone"] == {"a": [], "b": [4]}


def test_another_view_is_not_compared(kept: Callable[..., Path]) -> None:
    """Angles seen from 30° further round are no change of the lifter's."""
    found = told(kept("good"), kept("turned"))
    assert found["cameras_apart_deg"] > 15
    assert "camera" in found["cues"]["hip_drive"]["set"]["why"]


def test_both_are_judged_by_the_same_limits(kept: Callable[..., Path]) -> None:
    """Where one was judged by a coach's limits, the other is judged again by these, and it says
    so."""
    found = told(kept("hips_first"), kept("hips_first", CLUB))
    assert kinds(found)["hip_drive"] == "same"
    assert found["cues"]["hip_drive"]["set"]["a"]["verdict"] == "good"
    assert found["a"]["limits"] == found["b"]["limits"] == "club.toml"
    assert any("A was judged by other limits (standard)" in one for one in found["notes"])
    ours = told(kept("hips_first"), kept("hips_first", CLUB), "--limits", "standard")
    assert ours["cues"]["hip_drive"]["set"]["b"]["verdict"] == "fault"


def test_an_older_one_is_judged_again_and_it_says_so(kept: Callable[..., Path]) -> None:
    """Another version of formcheck is no change of the lifter's."""
    old = kept("good")
    rewrite(old, formcheck_version="0.0.1")
    found = told(old, kept("good"))
    assert any("A was judged by formcheck 0.0.1: judged again" in one for one in found["notes"])


def test_without_poses_it_is_compared_where_nothing_has_to_be_judged_again(
    kept: Callable[..., Path],
) -> None:
    """What was said by the same version and limits is what would be said now."""
    bare = kept("good")
    (bare / "poses.npz").unlink()
    assert set(kinds(told(bare, kept("good"))).values()) <= {"same", "unknown"}
    rewrite(bare, formcheck_version="0.0.1")
    said = run(bare, kept("good"))
    assert said.exit_code == BadRequest.exit_code
    assert "poses.npz: missing" in said.stderr
    assert "analyse" in said.stderr


def test_two_lifts_are_refused_unless_somebody_says_what_they_are(
    kept: Callable[..., Path],
) -> None:
    """The message names both lifts and the option that settles it."""
    said = run(kept("good"), kept("squat"))
    assert said.exit_code == BadRequest.exit_code
    assert "A is a deadlift, B is a back squat" in said.stderr
    assert "--lift deadlift" in said.stderr
    assert told(kept("good"), kept("squat"), "--lift", "squat")["lift"] == "squat"


def test_of_several_sets_one_is_named(kept: Callable[..., Path], tmp_path: Path) -> None:
    """A folder of two sets stands for its longest, which it says, or for the one asked for."""
    both = tmp_path / "both"
    for number, name in enumerate(("four", "good"), start=1):
        shutil.copytree(kept(name), both / f"set-{number}")
    assert told(both, both, "--set", "1", "--set", "2")["alone"] == {"a": [4], "b": []}
    found = told(both, kept("good"))
    assert found["alone"]["a"] == [4]
    assert any("choose another with --set" in one for one in found["notes"])
    said = run(both, both, "--set", "3")
    assert said.exit_code == BadRequest.exit_code
    assert "there is no set 3 in it: set 1 (4 reps" in said.stderr


def test_saved_poses_are_judged_then(kept: Callable[..., Path]) -> None:
    """A file of poses is as good as a folder."""
    assert kinds(told(kept("good") / "poses.npz", kept("hips_first")))["hip_drive"] == "worse"


def test_left_and_right(tmp_path: Path) -> None:
    """Of a one-sided lift --sides names the side that does more."""
    paths = []
    for name, tempo in (("left", (1.0, 0.3, 0.9)), ("right", (2.0, 0.3, 0.9))):
        paths.append(tmp_path / f"{name}.npz")
        save_poses(skeleton("split_squat", tempo=tempo).track, paths[-1])
    said = run(*paths, "--sides", "--lift", "split_squat")
    assert said.exit_code == 0
    assert "Your right side lowers more slowly" in said.output
    found = told(*paths, "--sides", "--lift", "split_squat")
    assert found["sides"]["finding"]["verdict"] == "watch"
    assert found["sides"]["finding"]["at_s"] is None


def test_what_is_no_set_is_told_in_one_line(kept: Callable[..., Path], tmp_path: Path) -> None:
    """No analysis, no lift of that name, no place for a film: each says what to do."""
    good = kept("good")
    for words, text in (
        ((tmp_path, good), "no analysis to read"),
        ((good, good, "--lift", "dedlift"), "Did you mean deadlift?"),
        ((good, good, "--video"), "--out DIR"),
        ((good, good, "--video", "--out", tmp_path / "out"), "isn't beside the analysis"),
    ):
        said = run(*words)
        assert said.exit_code == BadRequest.exit_code
        assert text in said.stderr
    assert not list(tmp_path.glob("out/*"))


def test_a_comparison_takes_no_analysis_place(kept: Callable[..., Path]) -> None:
    """A folder with the results of a set is refused, and they stay."""
    good = kept("good")
    said = run(good, kept("hips_first"), "--out", good)
    assert said.exit_code == OutputError.exit_code
    assert (good / "analysis.json").exists()


def test_nothing_to_compare_has_its_exit_code(kept: Callable[..., Path]) -> None:
    """Where nothing can be compared it is as where there is nothing to judge."""
    both = kept("good"), kept("squat")
    for folder in both:
        said = json.loads((folder / "analysis.json").read_text("utf-8"))
        for rep in said["reps"]:
            rep["phases"] = dict.fromkeys(rep["phases"])
            rep["measures"] = {}
        for place in (said["set"], *said["reps"]):
            for one in place["cues"].values():
                one |= {"verdict": "cannot_judge", "reason": "Hidden."}
        (folder / "poses.npz").unlink()
        rewrite(folder, **said)
    rewritten = json.loads((both[1] / "analysis.json").read_text("utf-8"))
    lift = json.loads((both[0] / "analysis.json").read_text("utf-8"))["lift"]
    (both[1] / "analysis.json").write_text(json.dumps(rewritten | {"lift": lift}), "utf-8")
    found = run(*both)
    assert found.exit_code == NothingToJudge.exit_code
    assert "nothing can be compared" in found.stderr


def test_the_page_asks_no_network_and_holds_both_names(
    kept: Callable[..., Path], tmp_path: Path
) -> None:
    """One file, strict about what it loads; names are words in it and nothing else."""
    out = tmp_path / "out"
    names = ("<b>left</b>", "today & now")
    said = run(kept("good"), kept("hips_first"), "--out", out, "--names", *names)
    assert said.exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["compare.html", "formcheck.json"]
    page = (out / "compare.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert "http://" not in page and "https://" not in page
    assert "&lt;b&gt;left&lt;/b&gt;" in page and "<b>left</b>" not in page
    assert "Worse in B: Chest up with hips" in page
    assert run(kept("good"), kept("good"), "--out", out).exit_code == 0  # takes its own place
    assert "Worse in B" not in (out / "compare.html").read_text("utf-8")


def test_a_film_that_breaks_off_leaves_the_earlier_comparison(
    kept: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the film is drawn: what was there stays, nothing half is left."""
    out, both = tmp_path / "out", (kept("good"), kept("hips_first"))
    assert run(*both, "--out", out).exit_code == 0
    before = (out / "compare.html").read_bytes()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(film, "draw_film", interrupted)
    monkeypatch.setattr("formcheck.commands.compare._parts", lambda *_: (None, None))
    assert run(*both, "--out", out, "--video").exit_code == 130
    assert (out / "compare.html").read_bytes() == before
    assert sorted(path.name for path in out.iterdir()) == ["compare.html", "formcheck.json"]
