"""The command line: ``faaslint check``, ``rules``, ``explain``, ``graph``. Imports nothing heavy until it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status (see the README for what each means)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        from .. import __version__

        print(f"faaslint {__version__}")
        return 0
    import gc

    # A run makes many small objects and keeps most of them: looking for garbage less often saves a sixth of its time.
    gc.set_threshold(500_000, 20, 20)

    from .commands import run

    return run(arguments)


def program() -> NoReturn:
    """Run the command line as the whole process, and leave without taking the graph apart: that is a tenth of a run."""
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader has gone (``| head``)
        pass
    os._exit(status)
