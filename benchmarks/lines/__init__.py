"""What the lines of ``signals/lines.toml`` part, read anew on labelled clips."""
