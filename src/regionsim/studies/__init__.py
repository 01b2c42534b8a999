"""Studies of many runs: sweeps, sensitivity, discovery, comparisons, causes, expectations and decision briefs.

Core objects: `Study` and `run_study` (see `sweep`), `Axis` and `design_points` (see `designs`), `Comparison` and
`compare` (see `compare`), `Why` and `why` (see `why`). Nothing here draws.
"""
