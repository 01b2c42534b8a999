"""The report: a decision brief as one HTML file that opens from disk and needs no network.

Core objects: `page.page_of` (a brief as HTML text) and `page.report` (which also plays, gathers and writes).
"""
