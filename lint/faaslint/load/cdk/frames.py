"""Creation stacks: the line of the app at which a construct was made, as the CDK recorded it.

The paths in them are those of the machine that synthesised. They are re-rooted at the app's folder here; what then lies
outside the project is dropped, and so is a frame that does not fit the text that is there now.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from ...model.span import Span
from ...source.workspace import Workspace
from .source_map import SourceMap, read_source_map

FRAME_LENGTH: Final = 4_000
"""Longest frame that is looked at (characters)."""

STACK_DEPTH: Final = 64
"""Most frames of one creation stack that are looked at; the CDK records ten of the user's at most."""

FILE_LIMIT: Final = 2_000
"""Most source files of an app that frames may name."""

_CREATION: Final = "aws:cdk:creationStack"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
_ASSIGNMENT: Final = "aws:cdk:propertyAssignment"
_JAVASCRIPT: Final = (".js", ".mjs", ".cjs")
_SOURCES: Final = (*_JAVASCRIPT, ".ts", ".mts", ".cts", ".tsx", ".jsx", ".py")


class Frame(NamedTuple):
    """One frame that names a file: an absolute path, and line and column from 1."""

    path: str
    line: int
    column: int


def frame_of(text: object) -> Frame | None:
    """Return the frame that a line of a stack is, None for one of a library, of node itself, or of no file."""
    if not isinstance(text, str) or len(text) > FRAME_LENGTH:
        return None
    place = text.strip().removeprefix("at ")
    if place.endswith(")"):
        place = place.partition(" (")[2][:-1]
    path, _, column = place.rpartition(":")
    path, _, line = path.rpartition(":")
    if not (line.isdecimal() and column.isdecimal()) or len(line) > 9 or len(column) > 9:
        return None
    path = path.removeprefix("file://").replace("\\", "/")
    if len(path) > 2 and path[0] == "/" and path[2] == ":":
        path = path[1:]
    is_absolute = path.startswith("/") or path[1:3] == ":/"
    if not is_absolute or "/node_modules/" in path or not path.endswith(_SOURCES):
        return None
    return Frame(posixpath.normpath(path), int(line), int(column))


def creation_frames(entries: Iterable[Mapping[str, Any]]) -> list[Frame]:
    """Return the frames of a construct's creation, innermost first.

    Current versions record ``aws:cdk:creationStack``; older ones a trace beside the logical id.
    """
    for entry in entries:
        kind = entry.get("type")
        listed = entry.get("data") if kind == _CREATION else entry.get("trace") if kind == _LOGICAL_ID else None
        if isinstance(listed, list):
            found = [frame for frame in map(frame_of, listed[:STACK_DEPTH]) if frame is not None]
            if found:
                return found
    return []


def assignment_frames(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[Frame]]]:
    """Yield each property that was set on the resource by itself, and the frames of that; recorded in debug mode only."""
    for entry in entries:
        data = entry.get("data")
        if entry.get("type") == _ASSIGNMENT and isinstance(data, dict) and isinstance(data.get("stackTrace"), list):
            frames = [frame for frame in map(frame_of, data["stackTrace"][:STACK_DEPTH]) if frame is not None]
            if frames and isinstance(data.get("propertyName"), str):
                yield data["propertyName"], frames


class Sources:
    """The source files of an app, by the paths that they had where it was synthesised."""

    def __init__(self, workspace: Workspace, app: str, frames: Iterable[Frame]) -> None:
        self._workspace = workspace
        self._app = app
        self._root = self._synthesised_root({frame.path for frame in frames})
        self._lines: dict[str, list[str]] = {}
        self._maps: dict[str, SourceMap | None] = {}

    def span(self, frames: Iterable[Frame]) -> Span | None:
        """Return the innermost place of a stack that is in the project: from where the call begins to the line's end.

        Where one frame does not fit the text that is there now, none is believed: the source was changed since, or the
        numbers count lines of code that was generated on the way. The innermost one begins a word, as every call does; of
        the others, which a source map may have moved, it is enough that they are in the text.
        """
        innermost: Span | None = None
        for frame in frames:
            path = self._here(frame.path)
            if path is None:
                continue
            place: tuple[str, int, int] | None = (path, frame.line, frame.column)
            if path.endswith(_JAVASCRIPT):
                generated = self._map(path)
                if generated is not None:
                    place = generated.original(frame.line, frame.column)
                elif self._is_generated(path):
                    place = None
            span = self._span(*place, innermost is None) if place is not None else None
            if span is None:
                return None
            innermost = innermost or span
        return innermost

    def made_in(self, frames: Iterable[Frame], identifier: str) -> Span | None:
        """Return the one call in the file of the innermost frame that makes a construct with a literal id.

        For stacks that are not believed: the file is right even where the line is not. What a class of that very file makes
        is left out, since such a class does not stand for its children.
        """
        path = next((path for frame in frames if (path := self._here(frame.path)) is not None), None)
        text = self._workspace.text_or_none(path) if path is not None else None
        if text is None or path is None or not identifier or len(identifier) > FRAME_LENGTH:
            return None
        calls = re.finditer(rf"""\bnew[ ]+([\w$.]+)\(\s*[\w$.]+,\s*(["'`]){re.escape(identifier)}\2""", text)
        found = list(islice(calls, 2))
        if len(found) != 1 or re.search(rf"\bclass[ ]+{re.escape(found[0][1])}\b", text):
            return None
        start = found[0].start()
        line = text.count("\n", 0, start) + 1
        return self._span(path, line, start - (text.rfind("\n", 0, start) + 1) + 1, True)

    def _synthesised_root(self, paths: set[str]) -> str | None:
        """Return the folder that the app's folder was when it was synthesised: the one that most paths agree on."""
        votes: Counter[str] = Counter()
        for path in sorted(paths)[:FILE_LIMIT]:
            parts = path.split("/")
            for index in range(1, len(parts)):
                inside = self._workspace.join(self._app, "/".join(parts[index:]))
                if inside is not None and self._workspace.is_file(inside):
                    votes["/".join(parts[:index])] += 1
                    break
        return max(votes, key=lambda root: (votes[root], len(root), root)) if votes else None

    def _here(self, path: str) -> str | None:
        if self._root is None:
            return None
        # A drive letter tells nothing here; both come from one machine.
        relative = posixpath.relpath("/" + path.lstrip("/"), "/" + self._root.lstrip("/"))
        inside = self._workspace.join(self._app, relative)
        if inside is None or "/node_modules/" in f"/{inside}" or not self._workspace.is_file(inside):
            return None
        return inside

    def _map(self, path: str) -> SourceMap | None:
        if path not in self._maps:
            text = self._workspace.text_or_none(path)
            self._maps[path] = read_source_map(self._workspace, path, text) if text is not None else None
        return self._maps[path]

    def _is_generated(self, path: str) -> bool:
        """Return whether a JavaScript file was compiled of TypeScript that lies beside it: its lines are nobody's."""
        return self._workspace.is_file(posixpath.splitext(path)[0] + ".ts")

    def _span(self, path: str, line: int, column: int, strictly: bool) -> Span | None:
        if path not in self._lines:
            text = self._workspace.text_or_none(path) if self._workspace.is_file(path) else None
            self._lines[path] = [] if text is None else text.split("\n")
        lines = self._lines[path]
        if not 1 <= line <= len(lines):
            return None
        # V8 counts UTF-16 code units; code points are the same but behind the rarest characters.
        text = lines[line - 1].rstrip()
        if not 1 <= column <= len(text) + 1 or (strictly and not _begins_word(text, column - 1)):
            return None
        return Span(path, line, column, line, len(text) + 1)


def _begins_word(text: str, index: int) -> bool:
    """Return whether a name or keyword, or what may stand around one, begins at an index: a call is recorded at one."""
    if index >= len(text) or not (text[index].isalpha() or text[index] in "_$.(@[#"):
        return False
    is_name = text[index].isalnum() or text[index] in "_$"
    return not (is_name and index and (text[index - 1].isalnum() or text[index - 1] in "_$"))
