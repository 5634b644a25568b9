"""What every command does alike: terminals, progress, problems on one line."""

from __future__ import annotations

import errno
import importlib
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from formcheck.commands.outlets import Ended, ends_in_order, open_outlets
from formcheck.errors import BadRequest, FormcheckError, OutputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

INTERRUPTED = 130


class Group(click.Group):
    """Turns a problem the user can mend into one line and an exit code.

    ``found_in`` tells of each command where it is, ``module:name``, and how its help begins:
    it is loaded when it is called, so that ``formcheck cues`` doesn't wait for a database's
    library and ``formcheck --help`` for none.
    """

    def __init__(self, *args: Any, found_in: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found_in = found_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted({*super().list_commands(ctx), *self._found_in})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self._found_in:
            return super().get_command(ctx, cmd_name)
        module, name = self._found_in[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands as click does, without loading them."""
        said = {name: click.Command(name, help=text) for name, (_, text) in self._found_in.items()}
        click.Group("", commands={**said, **self.commands}).format_commands(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; of a misspelled one, name the one that was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from formcheck.intake import did_you_mean  # noqa: PLC0415 - a light start

            ctx.fail(f"there is no command {args[0]!r}.{did_you_mean(args[0], self._found_in)}")

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program: any terminal shows its words, and it ends in order."""
        open_outlets()
        with ends_in_order():
            return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; leave with the problem's exit code."""
        try:
            return super().invoke(ctx)
        except FormcheckError as problem:
            complain(str(problem))
            ctx.exit(problem.exit_code)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as problem:
            command = problem.ctx.command_path if problem.ctx else "formcheck"
            complain(f"{problem.format_message()} See: {command} --help")
            ctx.exit(BadRequest.exit_code)
        except OSError as problem:
            if problem.errno == errno.EPIPE:  # whoever read our output has gone
                raise
            where = f"{problem.filename}: " if problem.filename else ""
            complain(f"{where}{problem.strerror or problem}.")
            ctx.exit(OutputError.exit_code)
        except Ended as ended:
            complain("told to end; nothing was left half written.")
            ctx.exit(ended.exit_code)
        except KeyboardInterrupt:
            complain("interrupted; nothing was left half written.")
            ctx.exit(INTERRUPTED)


def complain(message: str) -> None:
    """Say it on one line, whatever signs a file's name may hold."""
    plain = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in message
    )
    click.echo(f"formcheck: {plain}", err=True)


def terminal(*, stderr: bool = False) -> Console:
    """A terminal that prints names and words as they are: no markup, no emoji codes."""
    from rich.console import Console  # noqa: PLC0415 - --help does without

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


class Bar:
    """One progress line that changes its task as the work goes on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Starting", total=None)
        self._what = ""

    def start(self, what: str, total: float | None) -> None:
        """Begin a task; None is one of unknown length."""
        known = total if total is not None and math.isfinite(total) and total > 0 else None
        self._what = what
        self._progress.reset(self._task, total=known, description=what)

    def done(self, amount: float) -> None:
        """Say how much of the task is done."""
        self._progress.update(self._task, completed=amount)

    def watching(self, done_s: float, total_s: float) -> None:
        """Say how much of the film is watched."""
        self._advance("Watching", done_s, total_s)

    def drawing(self, done_s: float, total_s: float) -> None:
        """Say how much of a film is drawn."""
        self._advance("Drawing", done_s, total_s)

    def rendering(self, frames: int, total: int) -> None:
        """Say how many pictures are drawn."""
        self._advance("Rendering", frames, total)

    def _advance(self, what: str, done: float, total: float) -> None:
        if self._what != what:
            self.start(what, total)
        self.done(done)

    def fetching(self, what: str, share: float | None) -> None:
        """Say how much of the model is here."""
        total = None if share is None else 1.0
        self._progress.update(self._task, description=what, completed=share or 0.0, total=total)


@contextmanager
def progress_on(console: Console, *, quiet: bool = False) -> Iterator[Bar]:
    """A bar with the time left; when quiet or on anything but a terminal, nothing."""
    from rich.progress import (  # noqa: PLC0415 - --help does without
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    quiet = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        yield Bar(progress)
