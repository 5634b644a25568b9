"""Films that are deleted after some days, where the coach chose so; their numbers stay."""

from __future__ import annotations

import datetime

from sqlalchemy import case, func, select

from formcheck.history.desk_schema import UploadRow
from formcheck.history.store import Store
from formcheck.serve.films import FilmStore
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.settings import RETENTION_DAYS, setting

MOST_DAYS = 3650


def drop_old_films(store: Store, films: FilmStore) -> int:
    """Delete the films whose time is over, unless one is still to be judged; gives how many.

    A film that came in again counts from then.

    Raises
    ------
    OutputError
        One can't be deleted.
    """
    days = setting(store, RETENTION_DAYS, 0)
    if not isinstance(days, int) or days <= 0:
        return 0
    before = now() - datetime.timedelta(days=min(days, MOST_DAYS))
    question = (
        select(UploadRow.content)
        .group_by(UploadRow.content)
        .having(func.max(UploadRow.received_at) < before)
        .having(func.max(case((UploadRow.due.is_(True), 1), else_=0)) == 0)
    )
    with store.reading() as connection:
        old = list(connection.execute(question).scalars())
    gone = 0
    for content in old:
        if films.path(content) is not None:
            films.remove(content)
            gone += 1
    return gone
