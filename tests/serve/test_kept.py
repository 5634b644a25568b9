"""What is kept is the same in either kind of database."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.errors import BadRequest
from formcheck.serve.kept.decisions import Decision, decide, decisions, latest
from formcheck.serve.kept.links import link_of_token, links_of, make_link, revoke_link
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named, coach_named, has_password, keep_coach
from formcheck.serve.kept.sessions import end_session, has_ended
from formcheck.serve.kept.sets import results_of, set_of
from formcheck.serve.kept.settings import keep_setting, setting
from formcheck.serve.kept.uploads import (
    Said,
    Upload,
    add_upload,
    ask_again,
    done_with,
    due_uploads,
    new_upload_id,
    uploads_of,
)
from tests.serve.conftest import BOTH, PAGE, Asking

pytestmark = BOTH
BERT = "Bért 'the' \"bar\" 🏋️ \u202eleft"


def upload(client_id: int, client: str) -> Upload:
    return Upload(
        id=new_upload_id(),
        client_id=client_id,
        client=client,
        content="c" * 64,
        file="x.mov",
        path=Path("/nowhere/x.mov"),
        size=5 * 10**9,
        received_at=now(),
        said=Said(lift="deadlift", load_kg=102.5, target_reps=5, notes="naïve ☺\n<script>"),
    )


def test_people_links_and_sessions(empty: Asking) -> None:
    """Names come back to the letter; a revoked link and an ended session stay so."""
    store, secret = empty.desk.store, empty.desk.secret
    assert not has_password(store)
    coach = keep_coach(store, "  Bea ", "a hash")
    assert (coach_named(store, "Bea"), has_password(store)) == (coach, True)
    assert keep_coach(store, "Bea", "another").id == coach.id
    bert = client_named(store, BERT)
    assert client_named(store, BERT) == bert
    link, other = (make_link(store, bert, shows_results=shows) for shows in (True, False))
    assert link_of_token(store, secret, link.token(secret)) == link
    revoke_link(store, link.id)
    assert link_of_token(store, secret, link.token(secret)) is None
    assert [one.id for one in links_of(store, bert.id)] == [other.id, link.id]
    assert not has_ended(store, "a nonce")
    end_session(store, "a nonce")
    end_session(store, "a nonce")
    assert has_ended(store, "a nonce")


def test_the_queue(empty: Asking) -> None:
    """Added twice is added once; what was said meanwhile makes it due again."""
    store = empty.desk.store
    bert = client_named(store, BERT)
    one = upload(bert.id, bert.name)
    assert [add_upload(store, one), add_upload(store, one)] == [True, False]
    assert due_uploads(store, 9) == [one]
    ask_again(store, one, replace(one.said, lift="back_squat"))
    done_with(store, [one])  # of a round that began before
    (found,) = due_uploads(store, 9)
    assert (found.said.lift, found.size) == ("back_squat", 5 * 10**9)
    done_with(store, [found])
    assert due_uploads(store, 9) == []
    assert uploads_of(store, bert.id, "c" * 64) == [replace(found, due=False)]


def test_decisions_and_settings(judged: Asking) -> None:
    """A record in which nothing is changed, and a choice in place of an earlier one."""
    store = judged.desk.store
    coach = keep_coach(store, "Bea", "")
    (one,) = store.sets()
    anna = client_named(store, "Anna")
    first = Decision(anna.id, one.content, coach.id, "verdict", said="good", cue="hip_drive")
    decide(store, first)
    decide(store, replace(first, said="fault", why=BERT))
    record = decisions(store, anna.id, one.content)
    assert [line.said for line in record] == ["good", "fault"]
    (counts,) = latest(record)
    assert (counts.why, counts.coach, counts.client) == (BERT, "Bea", "Anna")
    assert math.isnan(counts.start_s)
    keep_setting(store, "blur_faces", True)
    keep_setting(store, "blur_faces", {"a": [1, None]})
    assert setting(store, "blur_faces") == {"a": [1, None]}
    found = set_of(store, anna.id, one.content)
    assert found is not None
    assert found.reps
    assert results_of(judged.desk.out, found) is not None
    assert set_of(store, anna.id + 1, one.content) is None


def test_what_no_database_keeps_is_said_so(empty: Asking) -> None:
    """Half a letter and endless digits are the asker's mistake, not the desk's."""
    store = empty.desk.store
    with pytest.raises(BadRequest, match="can't be kept"):
        keep_coach(store, "half \ud800", "")
    with pytest.raises(BadRequest, match="can't be kept"):
        uploads_of(store, 10**30)


def test_the_inbox(judged: Asking) -> None:
    """It opens, with Anna in it."""
    page = judged.browser.get("/", headers=PAGE)
    assert page.status_code == 200
    assert "Anna" in page.text
