"""Measures formcheck: accuracy on the labelled clips, cost and memory.

``python -m benchmarks`` runs all, ``python -m benchmarks clips|cost|memory`` a part.
"""
