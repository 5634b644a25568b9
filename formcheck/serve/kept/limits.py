"""The folder's own limits, without reading every set to find them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from formcheck.batch.own_limits import LIMITS_JSON, OwnLimits, kept_limits
from formcheck.history.schema import ClientRow, SetRow
from formcheck.history.store import Store
from formcheck.history.stored import StoredSet


def limits_here(out: Path, store: Store) -> OwnLimits:
    """Give the limits by which sets are judged here; see ``kept_limits``.

    Raises
    ------
    BadRequest
        The folder had limits of its own, and they aren't there as they were written.
    """
    return kept_limits(out, [] if (out / LIMITS_JSON).exists() else _latest_judged(store))


def _latest_judged(store: Store) -> list[StoredSet]:
    """Give the set that was judged last: an earlier formcheck's names its limits."""
    question = (
        select(ClientRow.name, SetRow.content)
        .join(ClientRow, SetRow.client_id == ClientRow.id)
        .where(SetRow.limits_id.is_not(None))
        .order_by(SetRow.analysed_at.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(question).first()
    return [] if row is None else store.sets(row.name, contents={row.content})
