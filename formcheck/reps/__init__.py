"""reps stage."""
