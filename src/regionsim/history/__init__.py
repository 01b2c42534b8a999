"""The model against the record: hindcasts, calibration, scores and baselines."""
