"""A coach's whole folder of uploads: judged in one run, kept, compared."""
