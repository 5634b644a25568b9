"""Lists of films and training logs, as people and their spreadsheets write them.

bytes -> lines of cells (``csv_text``, ``workbook``) -> the line that names the columns
(``heads``) -> rows and notes (``table``) -> dates, numbers, lifts, tempos, files.
"""
