"""Which place of the camera shows most of a lift, measured on rendered lifters."""
