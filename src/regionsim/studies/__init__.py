"""What many runs say together: studies of designed points now; their tables and what differs between points.

Core objects: `Study` and `run_study` (see `studies`), `Axis` and `design_points` (see `designs`), `Comparison` and
`compare` (see `compare`), `Why` and `why` (see `why`). Nothing here draws.
"""
