"""The command line: ``faaslint check``, ``rules``, ``explain``, ``graph``. Imports nothing heavy until it is needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status (see the README for what each means)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        from .. import __version__

        print(f"faaslint {__version__}")
        return 0
    from .commands import run

    return run(arguments)
