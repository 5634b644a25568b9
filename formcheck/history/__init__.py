"""The history: every client's sets with their findings, in SQLite or PostgreSQL.

``schema``, ``rows``, ``stored`` its tables and what they hold as data · ``store`` opening,
writing and asking · ``migrate``, ``migrations`` its form, step by step · ``copies`` dated
ones · ``trend``, ``tallies`` what it tells of a client · ``export`` the same as tables ·
``names`` what people and files may be called · ``desk_schema``
what a coach's desk adds. A batch writes it; ``formcheck history``, ``export`` and ``doctor``
read it too.
"""
