"""Judge the labelled films, or read their answers, print the table and write the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.manifest import FOLDER_VARIABLE, real_data
from benchmarks.strangers import answers, figures
from benchmarks.strangers.answers import NOT_KEPT, Film
from benchmarks.strangers.films import Label, real_films, samples
from benchmarks.strangers.left_out import left_out, measured_clips
from benchmarks.strangers.page import Column, Run, block, cell, columns, page, sentence
from benchmarks.strangers.tables import tables
from formcheck.errors import BadRequest
from formcheck.files import whole
from formcheck.version import version

MARKS = ("<!-- strangers: written by the benchmark -->", "<!-- /strangers -->")


@dataclass(frozen=True)
class Wanted:
    """What to run.

    answers  folder of answers that were kept, in place of judging; or None
    poses    folder of poses that were saved, in place of watching; or None
    fresh    watch the films anew
    left_out judge real films a second time, by what is learned without their source
    out      folder of the page
    trust    file whose short table is written anew; None for none
    readme   file whose sentence is
    """

    answers: Path | None = None
    poses: Path | None = None
    fresh: bool = False
    left_out: bool = False
    out: Path = Path("docs")
    trust: Path | None = None
    readme: Path | None = None

    @property
    def command(self) -> str:
        """How it was asked for."""
        return "python -m benchmarks strangers" + (" --left-out" if self.left_out else "")


def run(console: Console, wanted: Wanted) -> dict[str, Any] | None:
    """Print the table and write the page; None where the films aren't here."""
    folder = real_data()
    if folder is None:
        console.print(f"strangers: skipped, the real films aren't here: set {FOLDER_VARIABLE}.")
        return None
    labels = [*real_films(folder), *tables(folder), *samples()]
    films = films_of(labels, console, wanted)
    without = _left_out(labels, folder, console, wanted) if wanted.left_out else []
    cols = columns(films, without)
    for one in (_wrong_table(films), _source_table(films), _main_table(cols)):
        console.print(one)
    path = wanted.out / "strangers.md"
    said = Run(wanted.command, dt.datetime.now(tz=dt.UTC).date(), version())
    with whole(path) as unfinished:
        unfinished.write_text(page(said, films, without), encoding="utf-8")
    if wanted.trust is not None:
        _renew(wanted.trust, block(films, without))
    if wanted.readme is not None:
        _renew(wanted.readme, sentence(films, without))
    console.print(f"The page: {path}")
    return _numbers(films, cols)


def _renew(file: Path, text: str) -> None:
    """Put what is written between its marks."""
    before, _, rest = file.read_text(encoding="utf-8").partition(MARKS[0])
    _, mark, after = rest.partition(MARKS[1])
    if not mark:
        raise BadRequest(f"{file}: {MARKS[0]} and {MARKS[1]} aren't there: nothing was written.")
    with whole(file) as unfinished:
        new = f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}"
        unfinished.write_text(new, encoding="utf-8")


def films_of(labels: Sequence[Label], console: Console, wanted: Wanted) -> list[Film]:
    """Judge the films; of kept answers only those are read that have a film."""
    if wanted.answers is not None:
        filmed = [label for label in labels if label.track is None]
        films = answers.read(filmed, wanted.answers)
        absent = [film.label.path.name for film in films if film.problem == NOT_KEPT]
        if absent:
            told = ", ".join(absent)
            console.print(f"No answer is kept of {len(absent)}, as if nothing was judged: {told}")
        return films
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Watching and judging", total=2 * len(labels))
        return answers.judged(
            labels,
            poses=wanted.poses,
            fresh=wanted.fresh,
            tell=lambda film: progress.update(task, advance=1, description=film.name),
        )


def _left_out(
    labels: Sequence[Label], folder: Path, console: Console, wanted: Wanted
) -> list[Film]:
    """Judge the real films by what other sources teach."""
    real = [label for label in labels if label.group in {"known", "strangers"}]
    kept = answers.kept_poses([label for label in labels if label.track is None], wanted.poses)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Without the film's source", total=len(real))
        return left_out(
            real,
            measured_clips(folder, kept),
            kept,
            tell=lambda film: progress.update(task, advance=1, description=film.name),
        )


def _main_table(cols: Sequence[Column]) -> Table:
    table = Table(title="How right we are", box=None, pad_edge=False)
    for column in ("", "wanted", *(one.title for one in cols)):
        table.add_column(column, overflow="fold")
    for question in figures.QUESTIONS:
        told = [cell(figures.answer(one.films, question)).replace("**", "") for one in cols]
        table.add_row(question.asks, "" if question.goal is None else f"{question.goal:g}", *told)
    ranks = [figures.rounding(one.films) for one in cols]
    told = [f"{one.auroc:.3f} of {one.faulty} and {one.clean}" for one in ranks]
    table.add_row("rounded from flat hinges, AUROC", "", *told)
    errors = [figures.confidence(one.films).error for one in cols]
    table.add_row("calibration error", "", *(f"{one:.3f}" for one in errors))
    return table


def _wrong_table(films: Sequence[Film]) -> Table:
    table = Table(title="Films that went wrong", box=None, pad_edge=False)
    for column in ("film", "source", "what"):
        table.add_column(column, overflow="fold")
    for film in films:
        told = figures.wrongs(film)
        if told:
            words = "; ".join(one.words for one in told)
            table.add_row(film.label.path.name, film.label.source, words)
    return table


def _source_table(films: Sequence[Film]) -> Table:
    table = Table(title="By source", box=None, pad_edge=False)
    for column in ("", "source", "films", "counts exact", "named", "family"):
        table.add_column(column, overflow="fold")
    for number, source in enumerate(figures.sources_of(films), 1):
        own = [film for film in films if film.label.source == source]
        told = []
        for asked in (figures.is_counted, figures.is_named, figures.is_kin):
            said = [one for one in map(asked, own) if one is not None]
            told.append(f"{sum(said)} of {len(said)}" if said else "")
        table.add_row(str(number), source, str(len(own)), *told)
    return table


def _numbers(films: Sequence[Film], cols: Sequence[Column]) -> dict[str, Any]:
    return {
        "figures": {
            one.title: {
                question.asks: asdict(figures.answer(one.films, question))
                for question in figures.QUESTIONS
            }
            | {
                "rounding": asdict(figures.rounding(one.films)),
                "confidence": asdict(figures.confidence(one.films)),
            }
            for one in cols
        },
        "films": [
            {
                "film": film.label.path.name,
                "source": film.label.source,
                "lift": film.lift,
                "candidates": film.candidates,
                "confidence": film.confidence,
                "reps": film.reps,
                "wanted": film.label.counts,
                "names": film.label.names,
                "problem": film.problem,
                "wrong": [one.words for one in figures.wrongs(film)],
            }
            for film in films
        ],
    }
