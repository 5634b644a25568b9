"""Review: decisions beside verdicts, marks, messages, and what the client then sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.data import JudgedRep, Rep
from formcheck.history.stored import StoredSet
from formcheck.serve.kept.decisions import Decision, decisions, rep_now
from formcheck.serve.kept.links import make_link
from formcheck.serve.kept.people import Client, client_named
from formcheck.serve.kept.sets import set_way
from formcheck.serve.kept.uploads import due_uploads
from formcheck.serve.letter import letter
from formcheck.serve.notes import MOST_BYTES
from formcheck.serve.rounds import Orders, Rounds
from formcheck.serve.standing import SET, Standing, standing
from tests.serve.conftest import PAGE, Asking

WEBM = b"\x1aE\xdf\xa3" + bytes(64)
CUE = "hinge_pattern"


@pytest.fixture
def anna(judged: Asking) -> Client:
    return client_named(judged.desk.store, "Anna")


@pytest.fixture
def one(judged: Asking, anna: Client) -> StoredSet:
    return judged.desk.store.sets(anna.name, details=True)[0]


@pytest.fixture
def way(anna: Client, one: StoredSet) -> str:
    return set_way(anna.id, one.content)


def post(judged: Asking, way: str, **said: object) -> int:
    return judged.browser.post(way, json=said, headers={"X-CSRF-Token": judged.csrf}).status_code


def decided(judged: Asking, one: StoredSet, **said: object) -> Standing:
    """The set after a decision, as the only coach sees it."""
    anna = client_named(judged.desk.store, one.client)
    assert post(judged, f"{set_way(anna.id, one.content)}/decisions", **said) == 201
    record = decisions(judged.desk.store, anna.id, one.content)
    return standing(one, record, record[-1].coach_id)


def test_the_page_shows_film_verdicts_and_message(judged: Asking, way: str) -> None:
    """It works as plain links and forms; nothing in it is styled or scripted in line."""
    page = judged.browser.get(way, headers=PAGE)
    assert page.status_code == 200
    for part in (f'src="{way}/film"', 'id="f-0-hinge_pattern"', "Hi Anna", "100 kg", "Not a rep"):
        assert part in page.text or part in judged.browser.get(f"{way}?rep=1", headers=PAGE).text
    assert ' style="' not in page.text
    assert judged.browser.get(f"{way}0", headers=PAGE).status_code == 404


def test_a_film_comes_in_parts(judged: Asking, way: str) -> None:
    """A browser asks for what it plays; the type is that of what is in the file."""
    whole = judged.browser.get(f"{way}/film")
    assert whole.headers["content-type"] == "video/mp4"
    part = judged.browser.get(f"{way}/film", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])


def test_lines_are_those_of_the_saved_poses(judged: Asking, way: str, one: StoredSet) -> None:
    """Packed, named by their content, and not sent twice."""
    answer = judged.browser.get(f"{way}/poses.json")
    said = answer.json()
    assert answer.headers["content-encoding"] == "gzip"
    assert said["size"] == [720, 1280]
    assert len(said["times_s"]) == len(said["points"]["11"]) == len(said["back"])
    assert [each["rep"] for each in said["reps"]] == [each.rep.index for each in one.reps]
    again = judged.browser.get(
        f"{way}/poses.json", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_the_report_runs_apart(judged: Asking, way: str) -> None:
    """Its script stands in it: it gets a policy of its own, and only that page."""
    policy = judged.browser.get(f"{way}/report.html").headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "unsafe" not in judged.browser.get(way, headers=PAGE).headers["content-security-policy"]


def test_a_decision_stands_beside_the_verdict(judged: Asking, way: str, one: StoredSet) -> None:
    """Who, when and why; formcheck's own verdict stays on the page."""
    stands = decided(judged, one, kind="verdict", cue=CUE, said="fault", why="knees <b> first")
    decision = stands.verdicts[SET, CUE]
    assert (decision.was, decision.said, decision.coach) == ("good", "fault", "You")
    page = judged.browser.get(way, headers=PAGE).text
    assert "You said Fault, formcheck Good" in page
    assert "knees &lt;b&gt; first" in page


def test_accepting_is_deciding_the_same(judged: Asking, one: StoredSet) -> None:
    """Taking back leaves no decision that counts, and both in the record."""
    accepted = decided(judged, one, kind="verdict", rep=1, cue=CUE, said="accept")
    assert accepted.verdicts[1, CUE].said == accepted.verdicts[1, CUE].was == "good"
    assert not decided(judged, one, kind="verdict", rep=1, cue=CUE, said="").verdicts


def test_the_message_follows_the_coach(judged: Asking, one: StoredSet) -> None:
    """What they call a fault is in it; what they call good isn't any more."""
    as_it_was = letter(standing(one, [], None))
    faulty = letter(decided(judged, one, kind="verdict", cue=CUE, said="fault"))
    assert "One thing for next time" in faulty
    assert faulty != as_it_was
    assert letter(decided(judged, one, kind="verdict", cue=CUE, said="good")) == as_it_was


def test_what_the_coach_says_of_the_set_holds_for_its_reps(one: StoredSet) -> None:
    """A fault of a repetition is none in a set that is good."""
    finding = replace(one.reps[0].findings[CUE], verdict="fault")
    first = replace(one.reps[0], findings={**one.reps[0].findings, CUE: finding})
    said = Decision(1, one.content, 1, "verdict", said="good", was="fault", cue=CUE)
    stands = standing(replace(one, reps=(first, *one.reps[1:])), [said], 1)
    assert stands.verdict(1, CUE) == "good"


def test_no_rep_and_edges(judged: Asking, way: str, one: StoredSet) -> None:
    """They leave what formcheck cut as it is; dragging an edge back undoes it."""
    stands = decided(judged, one, kind="rep", rep=1, said="no")
    assert stands.as_coached.rep_count == one.rep_count - 1
    assert "not a rep, you say" in judged.browser.get(f"{way}?rep=1", headers=PAGE).text
    rep = one.reps[1].rep
    moved = {"start_s": rep.start_s + 0.2, "end_s": rep.end_s}
    assert 2 in decided(judged, one, kind="edges", rep=2, **moved).edges
    assert 2 not in decided(judged, one, kind="edges", rep=2).edges
    assert post(judged, f"{way}/decisions", kind="edges", rep=2, start_s=9, end_s=1) == 400


def test_decisions_stay_on_their_rep(judged: Asking, one: StoredSet) -> None:
    """Judged again from its poses the set keeps them, on the same repetition."""
    before = decided(judged, one, kind="verdict", rep=2, cue=CUE, said="watch")
    out, store = judged.desk.out, judged.desk.store
    Rounds(Orders(str(out), store.engine.url.render_as_string()), store, lambda _: None).rescore()
    again = store.sets(one.client, details=True)[0]
    assert again.analysed_at >= one.analysed_at
    record = list(before.verdicts.values())
    assert standing(again, record, None).verdicts.keys() == {(2, CUE)}
    cut = (
        _later(again.reps[0], 9),
        replace(again.reps[1], rep=replace(again.reps[1].rep, index=1)),
    )
    assert rep_now(record[0], cut) == 1


def _later(judged: JudgedRep, index: int) -> JudgedRep:
    moved: Rep = replace(judged.rep, index=index, start_s=90.0, end_s=95.0)
    return replace(judged, rep=moved)


def test_another_lift_is_judged_anew(judged: Asking, way: str, one: StoredSet) -> None:
    """The film is due again with the lift the coach names, and its poses are kept."""
    assert post(judged, f"{way}/decisions", kind="lift", said="romanian_deadlift") == 201
    (due,) = due_uploads(judged.desk.store, 5)
    assert due.said.lift == "romanian_deadlift"
    assert due.said.load_kg == 100.0
    assert "being judged anew" in judged.browser.get(way, headers=PAGE).text
    out, store = judged.desk.out, judged.desk.store
    Rounds(Orders(str(out), store.engine.url.render_as_string()), store, lambda _: None).look()
    assert store.sets(one.client)[0].lift == "romanian_deadlift"
    assert "being judged anew" not in judged.browser.get(way, headers=PAGE).text


def test_a_blind_rater_sees_nothing_first(judged: Asking, way: str, one: StoredSet) -> None:
    """Neither verdict nor number nor message, until each cue is decided; kept as blind."""
    page = judged.browser.get(f"{way}?blind=1", headers=PAGE).text
    assert "formcheck: hidden until you decide" in page
    for told in ("±", "One thing", 'class="moment', "headline", 'class="verdict '):
        assert told not in page
    assert '"hides_back": true' in page
    assert '"worst_s": null' in page
    stands = decided(judged, one, kind="verdict", cue=CUE, said="watch", blind=True)
    assert stands.verdicts[SET, CUE].blind
    page = judged.browser.get(f"{way}?blind=1", headers=PAGE).text
    assert "You said Watch, formcheck Good before you saw it" in page
    assert (
        not decided(judged, one, kind="verdict", cue=CUE, said="good", blind=True)
        .verdicts[SET, CUE]
        .blind
    )


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "verdict", "cue": CUE, "said": "superb"},
        {"kind": "verdict", "cue": "nonsense", "said": "good"},
        {"kind": "verdict", "rep": 77, "cue": CUE, "said": "good"},
        {"kind": "edges", "rep": 1, "start_s": -1},
        {"kind": "lift", "said": "curl"},
        {"kind": "rep", "said": "no"},
        {"kind": "verdict", "cue": CUE, "said": "good", "why": "\x00"},
        {"kind": "verdict", "cue": CUE, "said": "good", "why": "x" * 2001},
    ],
)
def test_what_makes_no_sense_is_refused(judged: Asking, way: str, said: dict[str, object]) -> None:
    """In words, and nothing is kept."""
    assert post(judged, f"{way}/decisions", **said) in (400, 404, 422)
    assert judged.browser.get(f"{way}/decisions").json() == []


def test_marks_are_pinned_and_taken_away(judged: Asking, way: str) -> None:
    """Drawings with as many points as they need, a voice note by what is in it."""
    arrow = {"kind": "arrow", "at_s": 1.5, "shape": [[0.1, 0.2], [0.5, 0.5]]}
    assert post(judged, f"{way}/marks", **arrow) == 201
    assert post(judged, f"{way}/marks", **(arrow | {"kind": "angle"})) == 400
    assert post(judged, f"{way}/marks", **(arrow | {"shape": [[0.1, 2], [0, 0]]})) == 422
    headers = {"X-CSRF-Token": judged.csrf}
    voice = judged.browser.post(f"{way}/voice?at_s=2", content=WEBM, headers=headers).json()
    heard = judged.browser.get(voice["sound"])
    assert heard.headers["content-type"] == "audio/webm"
    assert (heard.content, heard.headers["x-content-type-options"]) == (WEBM, "nosniff")
    for content, status in ((b"<script>", 415), (WEBM + bytes(MOST_BYTES), 413)):
        answer = judged.browser.post(f"{way}/voice?at_s=2", content=content, headers=headers)
        assert answer.status_code == status
    for mark in judged.browser.get(f"{way}/marks").json():
        gone = judged.browser.delete(f"{way}/marks/{mark['id']}", headers=headers)
        assert gone.status_code == 204
    assert not list((judged.desk.out / "notes").rglob("*.webm"))


def test_a_client_sees_it_when_it_is_sent(
    judged: Asking, way: str, one: StoredSet, anna: Client
) -> None:
    """Not before; then the coach's words, verdicts and drawings, by their own link alone."""
    store, secret = judged.desk.store, judged.desk.secret
    link = make_link(store, anna, shows_results=False)
    theirs = f"/c/{link.token(secret)}/sets/{one.content}"
    for part in ("", "/film", "/poses.json"):
        assert judged.browser.get(theirs + part, headers=PAGE).status_code == 404
    decided(judged, one, kind="verdict", cue=CUE, said="fault", why="sit back")
    decided(judged, one, kind="verdict", rep=1, cue="lumbar_rounding", said="watch")
    assert post(judged, f"{way}/marks", kind="line", at_s=1, shape=[[0, 0], [1, 1]]) == 201
    said = {"csrf": judged.csrf, "text": "Sit back, Anna <3", "do": "send"}
    assert judged.browser.post(f"{way}/message", data=said).status_code == 303
    page = judged.browser.get(theirs, headers=PAGE).text
    for part in ("Sit back, Anna &lt;3", "Your coach says: fault", "formcheck said: good"):
        assert part in page
    assert '"on_back": {"1": "watch"' in page
    assert judged.browser.get(f"{theirs}/film", headers={"Range": "bytes=0-9"}).status_code == 206
    assert judged.browser.get(f"{theirs}/poses.json").status_code == 200
    ben = make_link(store, client_named(store, "Ben"), shows_results=True)
    for part in ("", "/film", "/poses.json", "/pictures/picture.jpg"):
        his = f"/c/{ben.token(secret)}/sets/{one.content}{part}"
        assert judged.browser.get(his, headers=PAGE).status_code == 404
    assert store.sets(anna.name)[0].looked


def test_a_draft_is_kept_and_done_means_looked(judged: Asking, way: str, one: StoredSet) -> None:
    """A draft isn't sent; opening the page isn't looking, Done is."""
    headers = {"X-CSRF-Token": judged.csrf}
    kept = judged.browser.put(f"{way}/message", json={"text": "Soon"}, headers=headers).json()
    assert (kept["sent_at"], kept["link"]) == (None, None)
    assert ">Soon</textarea>" in judged.browser.get(way, headers=PAGE).text
    assert not judged.desk.store.sets(one.client)[0].looked
    assert judged.browser.post(f"{way}/done", data={"csrf": judged.csrf}).status_code == 303
    assert judged.desk.store.sets(one.client)[0].looked


def test_a_film_that_is_gone_is_said(judged: Asking, way: str, one: StoredSet) -> None:
    """The numbers stay; there are pictures in its place."""
    Path(one.path).unlink()
    page = judged.browser.get(way, headers=PAGE).text
    assert "The film isn't kept here any more" in page
    assert f"{way}/pictures/picture.jpg" in page
    assert judged.browser.get(f"{way}/film", headers=PAGE).status_code == 404
