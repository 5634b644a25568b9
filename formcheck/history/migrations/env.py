"""Run the steps on the connection that ``migrate.py`` hands over."""

from alembic import context

from formcheck.history.desk_schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite can't change most of a table in place
)
context.run_migrations()
