"""The desk: coaches, clients' links, what was sent, and what a coach decided."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SET_INDEXES = (("looked", "state"), ("lift",), ("analysed_at",))
"""What the inbox asks of thousands of sets."""


def upgrade() -> None:
    """Make the desk's tables."""
    op.create_table(
        "coaches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_coaches"),
        sa.UniqueConstraint("name", name="uq_coaches_name"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "client_notes",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_client_notes_client_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name="pk_client_notes"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=80), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("rep", sa.Integer(), nullable=False),
        sa.Column("at_start_s", sa.Double(), nullable=True),
        sa.Column("at_end_s", sa.Double(), nullable=True),
        sa.Column("cue", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("said", sa.String(length=40), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=True),
        sa.Column("end_s", sa.Double(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_decisions_client_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["coach_id"], ["coaches.id"], name="fk_decisions_coach_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index(
        "ix_decisions_client_id_content", "decisions", ["client_id", "content"], unique=False
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("shows_results", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_links_client_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("nonce", name="uq_links_nonce"),
    )
    op.create_index("ix_links_client_id", "links", ["client_id"], unique=False)
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=80), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("shape", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_marks_client_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["coach_id"], ["coaches.id"], name="fk_marks_coach_id"),
        sa.PrimaryKeyConstraint("id", name="pk_marks"),
    )
    op.create_index("ix_marks_client_id_content", "marks", ["client_id", "content"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=80), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_messages_client_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["coach_id"], ["coaches.id"], name="fk_messages_coach_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index(
        "ix_messages_client_id_content", "messages", ["client_id", "content"], unique=False
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.String(length=80), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.String(length=24), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("lift", sa.String(length=40), nullable=False),
        sa.Column("load_kg", sa.Double(), nullable=True),
        sa.Column("target_reps", sa.Integer(), nullable=True),
        sa.Column("tempo", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name="fk_uploads_client_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["links.id"], name="fk_uploads_link_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index(
        "ix_uploads_client_id_content", "uploads", ["client_id", "content"], unique=False
    )
    op.create_index("ix_uploads_due", "uploads", ["due"], unique=False)
    for columns in SET_INDEXES:
        op.create_index("_".join(("ix_sets", *columns)), "sets", list(columns), unique=False)
    op.create_table(
        "ended_sessions",
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name="pk_ended_sessions"),
    )


def downgrade() -> None:
    """Take them away, with all that is in them."""
    for columns in SET_INDEXES:
        op.drop_index("_".join(("ix_sets", *columns)), table_name="sets")
    op.drop_table("ended_sessions")
    op.drop_index("ix_uploads_due", table_name="uploads")
    op.drop_index("ix_uploads_client_id_content", table_name="uploads")
    op.drop_table("uploads")
    op.drop_index("ix_messages_client_id_content", table_name="messages")
    op.drop_table("messages")
    op.drop_index("ix_marks_client_id_content", table_name="marks")
    op.drop_table("marks")
    op.drop_index("ix_links_client_id", table_name="links")
    op.drop_table("links")
    op.drop_index("ix_decisions_client_id_content", table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("client_notes")
    op.drop_table("settings")
    op.drop_table("coaches")
