"""What happens while a set is lifted, one event at a time, for people and programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from formcheck.report.record import plain

LiveKind = Literal["framing", "rep", "cue", "set_end", "camera", "speed", "recorded", "end"]


@dataclass(frozen=True)
class LiveEvent:
    """Something that happened at ``time_s`` of the camera's clock.

    framing  the picture is fit, or what to change: ok, code, say, judges
    rep      a repetition ended: index, start_s, bottom_s, end_s, score, cues, good
    cue      the one thing to change now: cue, verdict, say, rep
    set_end  the set is over: reps, lift, headline, praise, main_advice, score
    camera   state ("open", "slow", "black", "lost", "back"), say
    speed    enough pictures are analysed to judge, or not: ok, analysed_hz, say
    recorded film and folder of a recorded set
    end      the program is leaving: analysed_hz, dropped
    """

    kind: LiveKind
    time_s: float
    fields: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """One JSON line's worth; numbers that aren't known are None."""
        return {"event": self.kind, "time_s": plain(self.time_s), **plain(self.fields)}
