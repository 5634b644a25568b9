"""``formcheck synth``: render a lifter of known angles."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from formcheck.commands.terminal import progress_on, terminal
from formcheck.errors import BadRequest
from formcheck.report import record


@click.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The film, an .mp4.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    help="How many processes draw. [default: one for each core]",
)
@click.option("--seed", type=click.IntRange(0, 2**31), help="Instead of the spec's own.")
def synth(spec: Path, out: Path, jobs: int, seed: int | None) -> None:
    """Render a lifter of known angles, with the truth beside the film.

    Needs: pip install 'formcheck[synth]'. A SPEC is a small TOML file;
    sample_videos/specs has some.
    """
    from formcheck.synth import load_spec, render, truth_path  # noqa: PLC0415 - an extra

    wanted = load_spec(spec)
    if seed is not None:
        wanted = replace(wanted, seed=seed)
    if out.suffix.lower() != ".mp4":
        raise BadRequest(f"{out}: the film is an .mp4. Give --out a name that ends so.")
    errors = terminal(stderr=True)
    with progress_on(errors) as bar:
        bar.start("Preparing the body", None)
        render(wanted, out, jobs=jobs, progress=bar.rendering)
    for path in (out, truth_path(out)):
        click.echo(record.printable(str(path)))
