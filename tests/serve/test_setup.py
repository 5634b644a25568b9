"""Set-up: limits that are refused at their line, films that go after a time, coaches, export."""

from __future__ import annotations

import csv
import datetime
import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import update

from formcheck.batch.job import Options
from formcheck.history.desk_schema import UploadRow
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.kept.limits import limits_here
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named, coach_named, keep_coach
from formcheck.serve.kept.settings import (
    BLUR_FACES,
    RESCORE_DUE,
    RETENTION_DAYS,
    keep_setting,
    setting,
)
from formcheck.serve.kept.uploads import uploads_of
from formcheck.serve.limits_text import Refused, own_limits
from formcheck.serve.retention import drop_old_films
from formcheck.serve.rounds import Orders, Rounds
from formcheck.serve.signing import hash_password, is_password
from tests.history.made_history import made_set
from tests.serve.conftest import ADDRESS, PAGE, Asking, asked
from tests.serve.test_doors import PASSWORD, sign_in

OWN = '[lumbar_rounding.deadlift]\nwatch = 14.0  # deg\nfault = 20.0\nsource = "our club"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[lumbar_rounding.deadlift]\nwatch = \n", 2),
        ('# ours\n\n[lumbar_rounding.deadlift]\nwatch = "x"\n', 4),
        ("[lumbar_rounding.deadlift]\nfault = 20\nwatch = 25\n", 2),
        (OWN + "[no_such_cue.deadlift]\nwatch = 1\n", 5),
        ("[hip_drive.dedlift]\nwatch = 1\n", 1),
        ("[hip_drive.deadlift]\ncolour = 1\n", 1),
    ],
)
def test_limits_are_refused_at_their_line(text: str, line: int) -> None:
    """In words without the way of a file that nobody wrote."""
    found = own_limits(text)
    assert isinstance(found, Refused)
    assert found.line == line
    assert "/" not in found.message.replace("and/or", "")


def test_limits_are_kept_and_judged_by(judged: Asking) -> None:
    """Line ends of a form are plain ones; the same once more changes nothing; empty is ours."""
    said = {"csrf": judged.csrf, "text": OWN.replace("\n", "\r\n")}
    assert judged.browser.post("/setup/limits", data=said).status_code == 303
    store, out = judged.desk.store, judged.desk.out
    assert limits_here(out, store).text == OWN
    assert setting(store, RESCORE_DUE) is True
    again = judged.browser.post("/setup/limits", data=said)
    assert "told=same" in again.headers["location"]
    told: list[object] = []
    url = f"sqlite:///{store.file}"
    rounds = Rounds(Orders(str(out), url, 1, None, asdict(Options())), store, told.append)
    assert rounds.rescore_is_due()
    rounds.rescore()
    assert not rounds.rescore_is_due()
    limits = store.sets("Anna")[0].limits
    assert limits is not None
    assert limits.changes[0]["cue"] == "lumbar_rounding"
    assert told[-1] == {"event": "rescored"}
    judged.browser.post("/setup/limits", data=said | {"text": "  \r\n"})
    assert limits_here(out, store).text == ""


def test_what_was_refused_stays_in_the_form(empty: Asking) -> None:
    """Nothing is changed, and nothing has to be typed again."""
    said = {"csrf": empty.csrf, "text": "[hip_drive.deadlift]\nwatch = <b>\n"}
    answer = empty.browser.post("/setup/limits", data=said, headers=PAGE)
    assert answer.status_code == 400
    assert "Line 2." in answer.text
    assert "watch = &lt;b&gt;" in answer.text
    assert limits_here(empty.desk.out, empty.desk.store).text == ""


def test_old_films_go_and_their_numbers_stay(judged: Asking) -> None:
    """Off at first; then a film goes when its days are over, unless it is to be judged."""
    store, films = judged.desk.store, judged.desk.films
    one = uploads_of(store, client_named(store, "Anna").id)[0]
    with store.writing() as connection:
        long_ago = now() - datetime.timedelta(days=40)
        connection.execute(update(UploadRow).values(received_at=long_ago))
    assert drop_old_films(store, films) == 0
    said = {"csrf": judged.csrf, "keep": "days", "days": "30", "blur": "true"}
    judged.browser.post("/setup/films", data=said)
    assert (setting(store, RETENTION_DAYS), setting(store, BLUR_FACES)) == (30, True)
    with store.writing() as connection:
        connection.execute(update(UploadRow).values(due=True))
    assert drop_old_films(store, films) == 0
    with store.writing() as connection:
        connection.execute(update(UploadRow).values(due=False))
    assert drop_old_films(store, films) == 1
    assert films.path(one.content) is None
    assert store.sets("Anna")[0].rep_count > 0
    assert judged.browser.post("/setup/films", data=said | {"days": "0"}).status_code == 422
    keep_setting(store, RETENTION_DAYS, "odd")
    assert drop_old_films(store, films) == 0


def test_no_cell_of_an_export_is_a_formula(empty: Asking) -> None:
    """A file to keep, with tables whose texts stay texts."""
    one = made_set("=HYPERLINK(1)", 1, 1, "deadlift", 0.0, random.Random(1), notes="+1 @x")
    empty.desk.store.add_sets([one])
    answer = empty.browser.get("/setup/export.zip")
    assert answer.headers["content-disposition"].startswith("attachment;")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["findings.csv", "reps.csv", "sets.csv"]
        text = archive.read("sets.csv").decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["client"], row["notes"]) == ("'=HYPERLINK(1)", "'+1 @x")


@pytest.fixture
def beas(tmp_path: Path) -> Iterator[Asking]:
    """A desk that asks for a password, with Bea signed in."""
    choices = Choices(ADDRESS, works=False)
    with open_desk(tmp_path / "desk", choices) as desk, asked(desk) as browser:
        keep_coach(desk.store, "Bea", hash_password(PASSWORD))
        assert sign_in(browser, "Bea", PASSWORD) == 303
        yield Asking(desk, browser)


def test_a_second_coach_never_takes_the_place_of_one(beas: Asking) -> None:
    """A name that is taken keeps its password; the new one may sign in."""
    said = {"csrf": beas.csrf, "name": "Bea", "password": "another long one"}
    assert beas.browser.post("/setup/coaches", data=said).status_code == 400
    assert beas.browser.post("/setup/coaches", data=said | {"name": "Cy"}).status_code == 303
    short = said | {"name": "Di", "password": "short"}
    assert beas.browser.post("/setup/coaches", data=short).status_code == 400
    bea = coach_named(beas.desk.store, "Bea")
    assert bea is not None
    assert is_password(PASSWORD, bea.password)
    assert sign_in(beas.browser, "Cy", "another long one") == 303


def test_a_password_is_changed_by_who_knows_it(beas: Asking) -> None:
    """Guessing the one of now is counted as at the door."""
    said = {"csrf": beas.csrf, "before": "wrong", "password": "another long one"}
    assert beas.browser.post("/setup/password", data=said).status_code == 400
    assert beas.browser.post("/setup/password", data=said | {"before": PASSWORD}).status_code == 303
    assert sign_in(beas.browser, "Bea", "another long one") == 303
    again = {"csrf": beas.csrf, "before": "wrong", "password": "another long one"}
    tried = [beas.browser.post("/setup/password", data=again).status_code for _ in range(6)]
    assert tried == [400] * 5 + [429]


def test_a_desk_without_passwords_has_no_coaches(empty: Asking) -> None:
    """Nobody locks the door from inside by mistake."""
    said = {"csrf": empty.csrf, "name": "Bea", "password": "another long one"}
    assert empty.browser.post("/setup/coaches", data=said).status_code == 404
