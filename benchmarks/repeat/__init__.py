"""The same film, changed by what shouldn't matter, judged again."""
