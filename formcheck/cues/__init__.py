"""cues stage."""
