"""The sets before and after one, in the order in which they are to be looked at."""

from __future__ import annotations

from sqlalchemy import select

from formcheck.history.schema import SetRow
from formcheck.history.store import Store


def neighbours(
    store: Store, client_id: int, content: str
) -> tuple[tuple[int, str] | None, tuple[int, str] | None]:
    """Give client and content of the set before and of the one after.

    Of those that nobody has looked at yet; the newest comes first, as in the inbox.
    """
    columns = (SetRow.client_id, SetRow.content)
    with store.reading() as connection:
        own = connection.execute(
            select(SetRow.id).where(SetRow.client_id == client_id, SetRow.content == content)
        ).scalar()
        if own is None:
            return None, None
        new = select(*columns).where(SetRow.looked.is_(False))
        newer = new.where(SetRow.id > own).order_by(SetRow.id).limit(1)
        older = new.where(SetRow.id < own).order_by(SetRow.id.desc()).limit(1)
        before, after = connection.execute(newer).first(), connection.execute(older).first()
    return (
        None if before is None else (before.client_id, before.content),
        None if after is None else (after.client_id, after.content),
    )
