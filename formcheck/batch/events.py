"""What happens during a run, one event at a time, for people and programs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from formcheck.report.record import plain

BatchKind = Literal["plan", "begin", "share", "again", "set", "note", "pages", "waiting", "end"]


@dataclass(frozen=True)
class BatchEvent:
    """Something that happened.

    plan     files, todo (sets to do), known (done before), bytes (of those to do)
    begin    a set is begun: id, client, file
    share    how much of its film is watched: id, share
    again    its worker was lost, it will be tried again: id, client, file
    set      a set is done: id, client, file, set (its number in the file), state, error,
             message, lift, reps, score, judged_share, folder, took_s
    note     something worth knowing: say
    pages    the pages are written: index
    waiting  nothing to do; looking for new uploads
    end      analysed, not_a_lift, failed, lost_rows (counts; rows of lists that weren't
             understood), failures (client, file, error, message of each), took_s, exit_code
    """

    kind: BatchKind
    fields: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """One JSON line's worth; numbers that aren't known are None."""
        return {"event": self.kind, **plain(self.fields)}


TellEvent = Callable[[BatchEvent], None]


def in_turn(tell: TellEvent) -> TellEvent:
    """One event at a time, from whatever thread they come."""
    one_at_a_time = threading.Lock()

    def told(event: BatchEvent) -> None:
        with one_at_a_time:
            tell(event)

    return told
