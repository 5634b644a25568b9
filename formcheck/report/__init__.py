"""What people get of an ``Analysis``: data, report, annotated video, table.

``record`` JSON, CSV, pandas · ``html`` the report · ``annotate`` the video and
stills · ``terminal`` the table · ``write`` all of them into one folder.
"""
