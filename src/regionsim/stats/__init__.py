"""Intervals and errors of estimates, one method each. Nothing here draws or reads files."""
