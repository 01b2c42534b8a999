"""The command line: parse, call, print. Core object: `main`. Imports nothing heavy to start."""

from collections.abc import Sequence

from regionsim.cli.signals import handle_signals


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `argv`: the words after `regionsim` (default: the process's).

    Signal handlers are set before anything else is imported, so that an interrupt prints one line at any time.
    """
    with handle_signals(for_good=argv is None) as report_interrupt:
        try:
            from regionsim.cli.app import main as call

            return call(argv)
        except KeyboardInterrupt:
            return report_interrupt()


__all__ = ["main"]
