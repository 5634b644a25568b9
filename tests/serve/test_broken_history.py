"""A history that breaks: what coaches decided comes back from the desk's own copy."""

from __future__ import annotations

from pathlib import Path

from formcheck.batch.checkup import repair
from formcheck.history.copies import copies, trouble_in
from formcheck.history.store import DATABASE, open_store, sqlite_url
from formcheck.serve.kept.decisions import Decision, decide, decisions
from formcheck.serve.kept.links import link_of_token, make_link
from formcheck.serve.kept.people import client_named, keep_coach
from formcheck.serve.rounds import Orders, Rounds
from formcheck.serve.signing import desk_secret

HEADER_BYTES = 4096


def test_decisions_and_links_come_back(judged_copy: Path) -> None:
    """The desk copies what was written ahead too; a broken file never takes a copy's place."""
    file = judged_copy / DATABASE
    secret = desk_secret(judged_copy)
    with open_store(sqlite_url(file)) as store:
        store.write_ahead()
        rounds = Rounds(Orders(str(judged_copy), sqlite_url(file)), store, lambda _: None)
        rounds.tidy()
        anna, bea = client_named(store, "Anna"), keep_coach(store, "Bea", "hash")
        (one,) = store.sets("Anna")
        token = make_link(store, anna, shows_results=False).token(secret)
        decide(store, Decision(anna.id, one.content, bea.id, "verdict", "good", "fault", cue="x"))
        rounds.tidy()
        newest = copies(file)[0]
        assert not trouble_in(newest)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    whole = file.read_bytes()
    file.write_bytes(whole[:HEADER_BYTES] + b"\xff" * (len(whole) - HEADER_BYTES))
    found = repair(judged_copy)
    assert [(one.where, bool(one.done)) for one in found.ailments] == [("history", True)]
    with open_store(sqlite_url(file)) as store:
        assert [one.said for one in decisions(store)] == ["good"]
        link = link_of_token(store, secret, token)
        assert link is not None
        assert link.client.name == "Anna"
        assert len(store.sets("Anna")) == 1
