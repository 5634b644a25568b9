"""Bring a history's tables up to date, step by step, with Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text

from formcheck.errors import BadRequest, OutputError
from formcheck.history.desk_schema import Base

REPAIR = " ".join(("formcheck", "doctor", "--out", "DIR", "--repair"))
"""What makes a history anew."""

STEPS = "formcheck.history:migrations"
_LOCK = 0x666F726D  # "form": whoever changes tables on a server is alone


def step_of(connection: Connection) -> str | None:
    """Name the last step that was taken; None when there are no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_step() -> str:
    """Name the last step there is."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def is_earlier(connection: Connection) -> bool:
    """Whether an earlier formcheck made the tables, and they lack steps since."""
    at = step_of(connection)
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return at != newest_step() and at in {one.revision for one in steps}


def bring_up_to_date(connection: Connection) -> None:
    """Take the steps that the tables lack, in the caller's transaction: all or none.

    Raises
    ------
    BadRequest
        The history was written by a newer formcheck.
    OutputError
        There are tables of our names that no step made.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    config = _config()
    config.attributes["connection"] = connection
    steps = ScriptDirectory.from_config(config)
    at = step_of(connection)
    if at == steps.get_current_head():
        return
    if at is not None and at not in {one.revision for one in steps.walk_revisions()}:
        raise BadRequest(
            "--database: this history was written by a newer formcheck. Update formcheck: "
            "pip install --upgrade formcheck"
        )
    if at is None:
        _clear_unfinished(connection)
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", STEPS)
    return config


def _clear_unfinished(connection: Connection) -> None:
    """Take away empty tables that a formcheck before us was killed over."""
    there = set(inspect(connection).get_table_names())
    ours = [table for table in reversed(Base.metadata.sorted_tables) if table.name in there]
    for table in ours:
        if connection.execute(text(f'select 1 from "{table.name}" limit 1')).first() is not None:
            raise OutputError(
                "--database: its tables hold something, but no formcheck finished them. Its table "
                f"{table.name} already exists. Make it anew from the results: {REPAIR}"
            )
    for table in ours:
        connection.execute(text(f'drop table "{table.name}"'))
