"""Where the code of functions and layers is, as templates name it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from ...model.guard import ALWAYS, Guard, TooManyCombinations
from ...model.nodes import Code, CodeKind
from ...model.span import Span
from ...model.value import Fields, Known, Leaf, Pattern, Unknown, Value, branches
from ...source.workspace import Workspace

Codes: TypeAlias = tuple[tuple[Guard, Code], ...]
Lines: TypeAlias = Mapping[Span, tuple[Span, ...]]

_ARCHIVES: Final = (".zip", ".jar")
_PLACES: Final = ("ImageUri", "S3Key", "Key", "S3Bucket", "Bucket")
_REMOTE: Final = ("s3://", "https://", "http://")


def template_code(workspace: Workspace, folder: str, value: Value, lines: Lines) -> Codes:
    """Return what the ``Code`` of a function or the ``Content`` of a layer names."""
    return tuple(_alternatives(workspace, folder, value, lines))


def _alternatives(workspace: Workspace, folder: str, value: Value, lines: Lines) -> Iterator[tuple[Guard, Code]]:
    for guard, leaf in branches(value):
        span = leaf.trail[-1] if leaf.trail else None
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            for inner, code in _of_fields(leaf.value, span, lines):
                try:
                    both = guard & inner
                    if both.satisfiable():
                        yield both, code
                except TooManyCombinations:
                    yield guard, Code(CodeKind.UNKNOWN, why="too many combinations", span=span)
        elif isinstance(leaf, Known) and isinstance(leaf.value, str):
            yield guard, local_code(workspace, folder, leaf.value, span)
        elif isinstance(leaf, Unknown):
            yield guard, Code(CodeKind.UNKNOWN, why=leaf.why, span=span)


def _of_fields(fields: Fields, span: Span | None, lines: Lines) -> Iterator[tuple[Guard, Code]]:
    if "ZipFile" in fields.values:
        for guard, leaf in branches(fields.values["ZipFile"]):
            if not (isinstance(leaf, Known) and leaf.value is None):
                yield guard, inline_code(leaf, lines)
            else:
                yield guard, Code(CodeKind.UNKNOWN, why="the code is set in another case only", span=span)
        return
    place = next((fields.values[name] for name in _PLACES if name in fields.values), None)
    if place is not None:
        span = place.trail[0] if place.trail else span
        if "ImageUri" in fields.values:
            yield ALWAYS, Code(CodeKind.IMAGE, why="it is a container image", span=span)
        else:
            yield ALWAYS, Code(CodeKind.REMOTE, why="the code is an object in S3", span=span)
    else:
        why = fields.openness.why if fields.openness is not None else "the template does not say where the code is"
        yield ALWAYS, Code(CodeKind.UNKNOWN, why=why, span=span)


def inline_code(leaf: Leaf, lines: Lines) -> Code:
    """Return the code that a text in the template is."""
    span = leaf.trail[-1] if leaf.trail else None
    if isinstance(leaf, Known) and isinstance(leaf.value, (str, Pattern)):
        text = str(leaf.value)
        known = next((lines[part] for part in reversed(leaf.trail) if part in lines), ())
        if not known and span is not None:
            # A text on one line of the file: all its lines stand there.
            known = (span,) * (text.count("\n") + 1)
        return Code(CodeKind.INLINE, text=text, text_lines=known, span=span)
    return Code(CodeKind.UNKNOWN, why=leaf.why if isinstance(leaf, Unknown) else "the code is not a text", span=span)


def local_code(workspace: Workspace, folder: str, text: str, span: Span | None) -> Code:
    """Return the code at a path that is written in a template in ``folder``, or at an address elsewhere."""
    if text.startswith(_REMOTE):
        return Code(CodeKind.REMOTE, why="the code is an object in S3", span=span)
    path = workspace.join(folder, text)
    if path is None:
        return Code(CodeKind.UNKNOWN, why=f"'{text}' lies outside the project", span=span)
    kind = workspace.kind(path)
    if kind == "folder":
        return Code(CodeKind.FOLDER, path=path, span=span)
    if kind == "file":
        if posixpath.splitext(path)[1].lower() in _ARCHIVES:
            return Code(CodeKind.ARCHIVE, path=path, span=span, size=workspace.size(path))
        return Code(CodeKind.FILE, path=path, span=span)
    return Code(CodeKind.UNKNOWN, why=f"there is nothing at '{text}'", span=span)
