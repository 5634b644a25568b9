"""Bring a history's tables up to date, step by step, with Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from formcheck.errors import BadRequest

STEPS = "formcheck.batch:migrations"


def bring_up_to_date(connection: Connection) -> None:
    """Take the steps that the tables lack, in the caller's transaction.

    Raises
    ------
    BadRequest
        The history was written by a newer formcheck.
    """
    config = Config()
    config.set_main_option("script_location", STEPS)
    config.attributes["connection"] = connection
    steps = ScriptDirectory.from_config(config)
    at = MigrationContext.configure(connection).get_current_revision()
    if at == steps.get_current_head():
        return
    if at is not None and at not in {one.revision for one in steps.walk_revisions()}:
        raise BadRequest(
            "--database: this history was written by a newer formcheck. Update formcheck: "
            "pip install --upgrade formcheck"
        )
    command.upgrade(config, "head")
