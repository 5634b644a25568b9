"""What a coach sees while the batch runs: how far it is, how long still, and each result."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from formcheck.batch.events import BatchEvent
from formcheck.reps.lifts import LIFTS

NAME_WIDTH = 44


class Screen:
    """Shows the events of a run; a context manager.

    Parameters
    ----------
    console
        Where progress goes.
    results
        Where a line for each set goes.
    """

    def __init__(self, console: Console, results: Console) -> None:
        # Past the moving lines only their own console can print without breaking them.
        both = console.is_terminal and results.is_terminal
        self._results = console if both else results
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._whole: TaskID | None = None
        self._tasks: dict[str, TaskID] = {}
        self._bytes: dict[str, int] = {}
        self._shares: dict[str, float] = {}
        self._done_bytes = 0.0
        self._done, self._todo = 0, 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def tell(self, event: BatchEvent) -> None:
        """Show one event."""
        show = getattr(self, f"_on_{event.kind}", None)
        if show is not None:
            show(event.fields)

    def _on_plan(self, said: dict[str, Any]) -> None:
        self._done, self._todo, self._done_bytes = 0, said["todo"], 0.0
        if self._whole is not None:
            self._progress.remove_task(self._whole)
        self._whole = None
        if said["todo"]:
            self._whole = self._progress.add_task(self._title(), total=max(said["bytes"], 1))
        if said["known"]:
            sets = _counted(said["known"], "set")
            self._line(f"{sets} done before and unchanged; {said['todo']} to do.")

    def _on_begin(self, said: dict[str, Any]) -> None:
        self._bytes[said["id"]], self._shares[said["id"]] = said["bytes"], 0.0
        self._tasks[said["id"]] = self._progress.add_task(f"  {_name(said)}", total=1.0)

    def _on_share(self, said: dict[str, Any]) -> None:
        if said["id"] in self._tasks:
            self._shares[said["id"]] = said["share"]
            self._progress.update(self._tasks[said["id"]], completed=said["share"])
            self._update()

    def _on_again(self, said: dict[str, Any]) -> None:
        self._drop(said["id"])
        self._line(f"{_name(said)}: its worker was lost; it will be tried again.")

    def _on_set(self, said: dict[str, Any]) -> None:
        if said["set"] == 1:
            self._done += 1
            self._done_bytes += self._bytes.get(said["id"], 0)
        self._drop(said["id"])
        self._update()
        self._results.print(f"{_name(said)}: {_outcome(said)}", soft_wrap=True)

    def _on_note(self, said: dict[str, Any]) -> None:
        self._line(said["say"])

    def _on_pages(self, said: dict[str, Any]) -> None:
        self._line(f"Pages: {said['index']}")

    def _on_waiting(self, _: dict[str, Any]) -> None:
        self._line("Looking for new uploads; Ctrl-C ends it.")

    def _on_end(self, said: dict[str, Any]) -> None:
        if not (said["analysed"] or said["not_a_lift"] or said["failed"] or said["lost_rows"]):
            self._line("Nothing new.")
            return
        parts = [_counted(said["analysed"], "set") + " analysed"]
        if said["not_a_lift"]:
            parts.append(f"{said['not_a_lift']} not a lift")
        if said["failed"]:
            parts.append(f"{said['failed']} failed")
        if said["lost_rows"]:
            rows = _counted(said["lost_rows"], "row")
            parts.append(f"{rows} of the list left out (see above)")
        self._line(f"{', '.join(parts)}; {said['took_s']:.0f} s.")
        for one in said["failures"]:
            self._line(f"  failed: {_name(one)}: {one['message']}")

    def _line(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

    def _drop(self, job: str) -> None:
        task = self._tasks.pop(job, None)
        if task is not None:
            self._progress.remove_task(task)

    def _update(self) -> None:
        if self._whole is None:
            return
        begun = sum(self._shares[job] * self._bytes[job] for job in self._tasks)
        self._progress.update(
            self._whole, completed=self._done_bytes + begun, description=self._title()
        )

    def _title(self) -> str:
        return f"{self._done} of {self._todo} sets"


def _name(said: dict[str, Any]) -> str:
    client, file = said.get("client", ""), said["file"]
    if said.get("set", 1) > 1:
        file = f"{file}, set {said['set']}"
    name = f"{client}/{file}" if client else file
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)
    return shown if len(shown) <= NAME_WIDTH else f"…{shown[1 - NAME_WIDTH :]}"


def _outcome(said: dict[str, Any]) -> str:
    if said["state"] == "failed":
        return f"failed: {said['message']}"
    if said["state"] == "not_a_lift":
        return f"not a lift: {said['message']}"
    score = said["score"]
    known = score is not None and score == score  # noqa: PLR0124 - NaN isn't itself
    points = f", score {score:.0f}" if known else ", no score"
    return f"{LIFTS[said['lift']].title}, {_counted(said['reps'], 'rep')}{points}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
