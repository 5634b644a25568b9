"""The message to a client about one set, written beforehand as the coach sees it."""

from __future__ import annotations

from formcheck.batch.message import message
from formcheck.serve.standing import Standing


def letter(stands: Standing) -> str:
    """Write about a set: one praise, one thing, with the coach's verdicts in it."""
    one = stands.as_coached
    summary = one.summary
    if summary is None:
        return message(one.client, [one], {})
    cue = summary.main_cue
    main = {} if cue is None else {one.content: summary.findings[cue].verdict}
    of_set = [cue for cue, said in summary.findings.items() if said.verdict in ("fault", "watch")]
    of_reps = [
        cue
        for each in one.reps
        for cue, said in each.findings.items()
        if said.verdict in ("fault", "watch") and cue not in summary.findings
    ]
    return message(one.client, [one], main, {one.content: {*of_set, *of_reps}})
