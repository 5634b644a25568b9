"""The first form of the history."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "clients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folder", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("folder", name="uq_clients_folder"),
        sa.UniqueConstraint("name", name="uq_clients_name"),
    )
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.String(length=24), nullable=False),
        sa.Column("changed", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_files"),
    )
    op.create_table(
        "limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_limits"),
        sa.UniqueConstraint("sha256", name="uq_limits_sha256"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_sessions_client_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("client_id", "date", name="uq_sessions_client_id_date"),
    )
    op.create_table(
        "sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=80), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("limits_id", sa.Integer(), nullable=True),
        sa.Column("formcheck_version", sa.String(length=40), nullable=False),
        sa.Column("analysed_at", sa.DateTime(), nullable=False),
        sa.Column("took_s", sa.Double(), nullable=True),
        sa.Column("date_from", sa.String(length=8), nullable=False),
        sa.Column("load_kg", sa.Double(), nullable=True),
        sa.Column("target_reps", sa.Integer(), nullable=True),
        sa.Column("tempo", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("error_limit", sa.Double(), nullable=True),
        sa.Column("lift", sa.String(length=40), nullable=False),
        sa.Column("lift_how", sa.String(length=8), nullable=False),
        sa.Column("lift_confidence", sa.Double(), nullable=True),
        sa.Column("view", sa.String(length=8), nullable=False),
        sa.Column("facing", sa.String(length=8), nullable=True),
        sa.Column("yaw_deg", sa.Double(), nullable=True),
        sa.Column("yaw_sigma_deg", sa.Double(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("rep_count", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("judged_share", sa.Double(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("praise", sa.Text(), nullable=False),
        sa.Column("main_cue", sa.String(length=40), nullable=True),
        sa.Column("main_advice", sa.Text(), nullable=False),
        sa.Column("main_reason", sa.Text(), nullable=False),
        sa.Column("score_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_sets_client_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["limits_id"], ["limits.id"], name="fk_sets_limits_id"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_sets_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sets"),
        sa.UniqueConstraint("client_id", "content", name="uq_sets_client_id_content"),
    )
    op.create_index("ix_sets_content", "sets", ["content"], unique=False)
    op.create_index("ix_sets_key", "sets", ["key"], unique=False)
    op.create_index("ix_sets_session_id", "sets", ["session_id"], unique=False)
    op.create_index("ix_sets_state", "sets", ["state"], unique=False)
    op.create_table(
        "findings",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("rep", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cue", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("sigma", sa.Double(), nullable=True),
        sa.Column("watch_limit", sa.Double(), nullable=True),
        sa.Column("fault_limit", sa.Double(), nullable=True),
        sa.Column("at_s", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["sets.id"], name="fk_findings_set_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("set_id", "rep", "cue", name="pk_findings"),
    )
    op.create_table(
        "reps",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("rep", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_s", sa.Double(), nullable=True),
        sa.Column("bottom_s", sa.Double(), nullable=True),
        sa.Column("top_s", sa.Double(), nullable=True),
        sa.Column("end_s", sa.Double(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("eccentric_s", sa.Double(), nullable=True),
        sa.Column("pause_s", sa.Double(), nullable=True),
        sa.Column("concentric_s", sa.Double(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_reps_set_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("set_id", "rep", name="pk_reps"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("reps")
    op.drop_table("findings")
    op.drop_index("ix_sets_state", table_name="sets")
    op.drop_index("ix_sets_session_id", table_name="sets")
    op.drop_index("ix_sets_key", table_name="sets")
    op.drop_index("ix_sets_content", table_name="sets")
    op.drop_table("sets")
    op.drop_table("sessions")
    op.drop_table("limits")
    op.drop_table("files")
    op.drop_table("clients")
