"""Whether the coach has looked at a set."""

import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RECENT_DAYS = 28
"""What an earlier formcheck flagged was at most so old; the rest counts as looked at."""


def upgrade() -> None:
    """Add the mark; what came in lately is still to be looked at."""
    op.add_column(
        "sets", sa.Column("looked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    sets = sa.table("sets", sa.column("looked", sa.Boolean), sa.column("analysed_at", sa.DateTime))
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    before = now - datetime.timedelta(days=RECENT_DAYS)
    op.execute(sets.update().where(sets.c.analysed_at < before).values(looked=sa.true()))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("sets", "looked")
