"""``formcheck export``: the history as tables for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from formcheck.commands.history import database_option, history_at
from formcheck.commands.terminal import terminal
from formcheck.history.export import FORMS, Form, export_rows, export_tables
from formcheck.report.record import printable
from formcheck.serve.labels import COLUMNS, label_rows, labels


@click.command()
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the tables.",
)
@database_option
@click.option("--csv", "form", flag_value="csv", help="Only CSV.")
@click.option("--parquet", "form", flag_value="parquet", help="Only Parquet.")
@click.option(
    "--labels",
    "as_labels",
    is_flag=True,
    help="What coaches decided at the desk instead, as a labelled set.",
)
def export(to: Path, database: str | None, form: Form | None, as_labels: bool) -> None:
    """Write sets, repetitions and findings as CSV and Parquet.

    set_id joins the tables; a finding of rep 0 is the set's own. Parquet needs pyarrow:
    pip install 'formcheck[export]'.
    """
    forms = FORMS if form is None else (form,)
    with history_at(database) as store:
        if as_labels:
            written = export_rows("labels", COLUMNS, label_rows(labels(store)), to, forms)
        else:
            written = export_tables(store, to, forms)
    errors = terminal(stderr=True)
    for path in written:
        errors.print(printable(str(path)), soft_wrap=True)
