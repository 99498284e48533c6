"""``check --fix`` and ``check --diff``."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from ..api import Request, Result, UsageProblem, check
from ..fix import ROUNDS, Change, plan, write
from ..source.workspace import Unreadable, Workspace


def mend(result: Result, request: Request, *, unsafe: bool) -> Result:
    """Write what can be mended, and return the result of checking again. Raises UsageProblem if a file can't be written."""
    mended = 0
    for _ in range(ROUNDS):
        changes = _changes(result, request, unsafe=unsafe)
        if not changes:
            break
        failed = write(changes, request.folder)
        if failed:
            raise UsageProblem(failed[0])
        mended += sum(change.mended for change in changes)
        result = check(request)
    print(f"faaslint: mended {mended} finding{'' if mended == 1 else 's'}", file=sys.stderr)
    return result


def show_changes(result: Result, request: Request, *, unsafe: bool) -> int:
    """Print a unified diff of what ``--fix`` would change. Return 1 if there is any, else what the run itself earned."""
    changes = _changes(result, request, unsafe=unsafe)
    for change in changes:
        sys.stdout.writelines(_diff(change))
    mended = sum(change.mended for change in changes)
    print(f"faaslint: would mend {mended} finding{'' if mended == 1 else 's'}", file=sys.stderr)
    return max(1, result.status) if changes else (result.status if result.status > 1 else 0)


def _diff(change: Change) -> list[str]:
    lines = list(
        difflib.unified_diff(
            change.before.splitlines(keepends=True),
            change.after.splitlines(keepends=True),
            f"a/{change.path}",
            f"b/{change.path}",
        )
    )
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _changes(result: Result, request: Request, *, unsafe: bool) -> list[Change]:
    workspaces: dict[Path, Workspace] = {}

    def text_of(path: str) -> str | None:
        place = (request.folder / path).resolve()
        workspace = workspaces.setdefault(place.parent, Workspace.on_disk(place.parent))
        try:
            content = workspace.read(place.name).decode("utf-8")
        except (Unreadable, UnicodeDecodeError):
            return None
        # A byte-order mark or a bare carriage return would move columns and lines; such a file is left to its author.
        return None if content.startswith("\ufeff") or "\r" in content.replace("\r\n", "") else content

    return plan(result.findings, text_of, unsafe=unsafe)
