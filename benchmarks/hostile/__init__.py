"""Inputs made to hurt, by our own code from a seed, and what formcheck makes of them.

``python -m benchmarks.hostile`` (or ``make hostile``) makes them, gives each to a child
with bounds on time and memory, and prints a table. Nothing may end in a traceback, a
signal or a hang, take more than a gigabyte, or give another confident answer than the
same clip undamaged.
"""
