"""Which files of a folder an ``archive_file`` packs, where it leaves some out."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from ...model.value import Items, Known, Value
from ...source.limits import PACKAGE_FILES
from ...source.workspace import Unreadable, Workspace
from .leaves import text_of

PATTERNS: Final = 200
"""Most patterns that are looked at."""


def packed_files(workspace: Workspace, folder: str, excludes: Value) -> tuple[str, ...] | None:
    """Return the files (relative to the folder) that no pattern leaves out, None where that can't be told.

    Patterns are those of the archive provider: ``*`` stays inside a folder, ``**`` does not, ``{a,b}`` chooses; a folder
    that matches is left out with everything in it.
    """
    listed = excludes.value if isinstance(excludes, Known) else None
    if not isinstance(listed, Items) or listed.openness is not None or len(listed.items) > PATTERNS:
        return None
    patterns: list[re.Pattern[str]] = []
    for item in listed.items:
        text = text_of(item.value) if isinstance(item.value, Known) and item.guard.always else None
        pattern = _pattern(text) if text is not None else None
        if pattern is None:
            return None
        patterns.append(pattern)
    found: list[str] = []
    pending = [""]
    while pending:
        inside = pending.pop()
        try:
            names = workspace.entries(posixpath.join(folder, inside) if inside else folder)
        except Unreadable:
            return None
        for name in names:
            path = posixpath.join(inside, name.rstrip("/"))
            if any(pattern.fullmatch(path) for pattern in patterns):
                continue
            if name.endswith("/"):
                pending.append(path)
            else:
                found.append(path)
        if len(found) + len(pending) > PACKAGE_FILES:
            return None
    return tuple(sorted(found))


def _pattern(glob: str) -> re.Pattern[str] | None:
    """Return a glob as a regular expression, None for what is not known how to read."""
    if len(glob) > 500 or glob.count("*") > 20 or any(mark in glob for mark in "[\\"):
        return None
    pieces: list[str] = []
    depth = 0
    for piece in re.findall(r"\*\*/|\*\*|[*?{},]|[^*?{},]+", posixpath.normpath(glob)):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        if depth not in (0, 1):
            return None
        choice = {"{": "(?:", "}": ")", ",": "|" if depth else ","}
        wild = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        pieces.append(wild.get(piece) or choice.get(piece) or re.escape(piece))
    return re.compile("".join(pieces)) if depth == 0 else None
