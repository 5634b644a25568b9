"""formcheck: a lift goes in; reps, verdicts and what to try next come out."""
