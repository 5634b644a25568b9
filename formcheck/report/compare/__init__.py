"""Two sets of one lift, compared: what changed beyond its σ, and what can't be told.

``change.py`` has the one rule, ``sets.py`` applies it to two sets in the form of
``analysis.json``, ``quantities.py`` to tempo, range and bar; ``table.py``, ``form.py`` and
``page.py`` show it, ``panel.py`` and ``film.py`` draw both sets in step.
"""
