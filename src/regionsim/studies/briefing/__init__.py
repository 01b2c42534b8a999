"""What a decision brief says, as plain data: gathered from runs, comparison, causes, expectations and the evidence.

Core object: `gather.brief`; `data` holds what it gives. Nothing here draws or writes sentences: `views.report` does.
"""
