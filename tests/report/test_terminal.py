import io
from dataclasses import replace

from rich.console import Console

from formcheck.report.terminal import print_table
from tests.report.sample import sample_analysis

ANALYSIS = sample_analysis()


def printed(analysis, *, width=80, encoding="utf-8"):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    print_table(analysis, Console(file=file, width=width))
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def test_table_fits_80_columns_and_is_plain_in_a_pipe():
    """No line is longer than 80, and no colour codes go into a file."""
    text = printed(ANALYSIS, width=200)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text


def test_table_has_a_row_a_rep_with_symbols_and_values():
    """Rep 3's row shows its start, its tempo and the fault with its value."""
    (row,) = [line for line in printed(ANALYSIS).splitlines() if line.startswith("  3 ")]
    assert row.split()[:4] == ["3", "5.4", "s", "1.1–0.3–1.1"]
    assert "✕ 30°" in row


def test_headline_advice_and_unjudged_are_said():
    """The sentence, the one thing to work on and how to film it are there."""
    text = " ".join(printed(ANALYSIS).split())
    assert ANALYSIS.summary.headline in text
    assert ANALYSIS.summary.main_advice in text
    assert "Neutral head: The ear was hidden" in text
    assert "Put the phone at hip height" in text


def test_more_cues_than_fit_go_on_below():
    """With a dozen cues every title is printed and lines still fit."""
    judged = ANALYSIS.reps[0]
    more = {f"cue_number_{n}": replace(judged.findings["depth"]) for n in range(12)}
    text = printed(replace(ANALYSIS, reps=(replace(judged, findings=more),)))
    assert text.count("✓ 92°") == 12
    assert max(len(line) for line in text.splitlines()) <= 80


def test_old_encodings_get_plain_letters():
    """A terminal without our symbols shows plain ones instead of failing."""
    text = printed(ANALYSIS, encoding="ascii")
    assert "x 30?" in text


def test_markup_in_words_is_not_obeyed():
    """Square brackets in a headline are shown, not taken for colours."""
    summary = replace(ANALYSIS.summary, headline="[bold]5[/bold] reps")
    assert "[bold]5[/bold] reps" in printed(replace(ANALYSIS, summary=summary))
