"""The desk's choices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from formcheck.history.desk_schema import SettingRow
from formcheck.history.store import Store

RETENTION_DAYS = "retention_days"
"""After how many days a film is deleted; its numbers stay. 0 or nothing: never."""

BLUR_FACES = "blur_faces"

RESCORE_DUE = "rescore_due"
"""Whether every set is still to be judged again: the limits are others now."""


def setting(store: Store, name: str, default: Any = None) -> Any:
    """Give a choice; the default where none was made."""
    with store.reading() as connection:
        row = connection.execute(select(SettingRow.value).where(SettingRow.name == name)).first()
    return default if row is None else row.value


def keep_setting(store: Store, name: str, value: Any) -> None:
    """Keep a choice in place of an earlier one."""
    with store.writing() as connection:
        connection.execute(delete(SettingRow).where(SettingRow.name == name))
        connection.execute(insert(SettingRow).values(name=name, value=value))
