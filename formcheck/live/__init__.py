"""A set judged while it is lifted: camera, framing, feedback, summary."""
