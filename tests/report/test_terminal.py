from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from formcheck.data import LimitChange, Tempo
from formcheck.report.record import Analysis
from formcheck.report.terminal import print_table
from tests.report.sample import sample_analysis

ANALYSIS = sample_analysis()


def printed(analysis: Analysis, *, width: int = 80, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    print_table(analysis, Console(file=file, width=width))
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def test_table_fits_100_columns_and_is_plain_in_a_pipe() -> None:
    """The table is at most 100 wide, words 80, and no colour codes go into a file."""
    many = tuple(
        replace(one, rep=replace(one.rep, index=n)) for n, one in enumerate(ANALYSIS.reps * 5, 1)
    )
    for width, most in ((200, 100), (80, 80)):
        text = printed(replace(ANALYSIS, reps=many), width=width)
        assert max(len(line.rstrip()) for line in text.splitlines()) <= most
        assert "\x1b" not in text
        assert re.findall(r"\b25\b", text)


def test_table_has_a_row_a_cue_with_symbols_values_and_their_error() -> None:
    """The back's row has its ±, and the fault on the third of five repetitions."""
    (row,) = [line for line in printed(ANALYSIS).splitlines() if line.startswith("Flat back")]
    assert row.split() == ["Flat", "back", "±", "2°", *["✓", "9"] * 2, "✕", "30", *["✓", "9"] * 2]


def test_repetitions_have_start_tempo_and_score() -> None:
    """Above the cues stand the repetitions' times, and their scores; "?" where there is none."""
    rows = {line.split()[0]: line.split() for line in printed(ANALYSIS).splitlines() if line}
    assert rows["Rep"][1:] == ["1", "2", "3", "4", "5*"]
    assert rows["Start"][2:] == ["0.6", "3.0", "5.4", "7.8", "10.2"]
    assert rows["Rising"][2] == "1.1"
    assert rows["Score"][3:] == ["100", "100", "70", "92", "?"]


def test_the_worst_cues_come_first_and_unseen_ones_are_folded() -> None:
    """The fault's row is above the good ones; a cue no repetition shows is named below."""
    judged = tuple(
        replace(
            one, findings=dict(one.findings) | {"depth": ANALYSIS.reps[4].findings["neutral_head"]}
        )
        for one in ANALYSIS.reps
    )
    lines = printed(replace(ANALYSIS, reps=judged)).splitlines()
    heads = [line[:12].strip() for line in lines]
    assert heads.index("Flat back") < heads.index("Hip drive") < heads.index("Lockout")
    assert "Depth" not in heads
    assert "? Not judged on any rep (1): Depth." in lines


def test_what_the_set_was_judged_by_is_said() -> None:
    """A prescribed tempo and each changed limit for this lift are named, with the standard."""
    changes = (
        LimitChange("depth", "any", "watch", 0.05, 0.1, "thigh lengths"),
        LimitChange("depth", "any", "source", "us", "them", "thigh lengths"),
        LimitChange("lockout", "back_squat", "watch", 5.0, 10.0, "deg"),
    )
    text = printed(replace(ANALYSIS, tempo=Tempo(3, 1, 3), limits_changed=changes))
    assert "Judged against the tempo you asked for: 3-1-3." in text
    assert "Depth (any lift): watch 0.05 (standard 0.1) thigh lengths" in text
    assert "Lockout (" not in text
    assert "them" not in text


def test_the_score_and_the_reason_for_the_advice_are_said() -> None:
    """The score has its sentence, the advice its why, the set's own cues their finding."""
    own = replace(ANALYSIS.reps[0].findings["depth"], cue="fatigue", reason="Fresh to the end.")
    summary = replace(
        ANALYSIS.summary,
        findings={"fatigue": own},
        score_reason="Because.",
        main_reason="Why this first: a fault on 1 of 5 reps.",
    )
    text = printed(replace(ANALYSIS, summary=summary))
    assert "Score 91 of 100. Because." in text
    assert "Why this first: a fault on 1 of 5 reps." in text
    assert "✓ Fatigue: Fresh to the end." in text


def test_headline_advice_and_unjudged_are_said() -> None:
    """The sentence, the one thing to work on and how to film it are there."""
    text = " ".join(printed(ANALYSIS).split())
    assert ANALYSIS.summary.headline in text
    assert ANALYSIS.summary.main_advice in text
    assert "Neutral head: The ear was hidden" in text
    assert "Put the phone at hip height" in text


def test_many_cues_are_many_rows() -> None:
    """With a dozen cues every one has its row and lines still fit."""
    judged = ANALYSIS.reps[0]
    more = {f"cue_number_{n}": replace(judged.findings["depth"]) for n in range(12)}
    text = printed(replace(ANALYSIS, reps=(replace(judged, findings=more),)))
    assert text.count("✓ 92") == 12
    assert max(len(line) for line in text.splitlines()) <= 80


def test_old_encodings_get_plain_letters() -> None:
    """A terminal without our symbols shows plain ones instead of failing."""
    text = printed(ANALYSIS, encoding="ascii")
    assert "x 30" in text


def test_markup_in_words_is_not_obeyed() -> None:
    """Square brackets in a headline are shown, not taken for colours."""
    summary = replace(ANALYSIS.summary, headline="[bold]5[/bold] reps")
    assert "[bold]5[/bold] reps" in printed(replace(ANALYSIS, summary=summary))
