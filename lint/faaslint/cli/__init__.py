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
    import gc

    from .commands import run

    # A run makes many small objects and keeps most of them: looking for garbage less often saves a sixth of its time.
    gc.set_threshold(100_000, 50, 50)
    return run(arguments)
