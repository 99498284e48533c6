"""Writing mended files: whole or not at all, with their permissions kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .plan import Change


def write(changes: Iterable[Change], folder: Path) -> list[str]:
    """Write the changes below a folder, and return a message for each file that could not be written.

    A file is written beside itself and then put in its place, so that no reader ever sees half of it.
    """
    failed: list[str] = []
    for change in changes:
        target = os.path.realpath(folder / change.path)
        try:
            mode = os.stat(target).st_mode
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".faaslint-")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(change.after.encode("utf-8"))
                os.chmod(temporary, mode)
                os.replace(temporary, target)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            failed.append(f"'{change.path}' can't be written: {error.strerror}")
    return failed
