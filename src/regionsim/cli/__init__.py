"""The command line: parse, call, print. Core object: `main`. Imports nothing heavy to start."""

from regionsim.cli.app import main

__all__ = ["main"]
