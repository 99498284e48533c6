"""The app behind an assembly: its folder, and the lines of its source that made the constructs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ...model.nodes import Code
from ...model.span import Span
from ...source.workspace import Workspace
from .assembly import Stack
from .assets import Originals
from .construct import construct_name
from .frames import Frame, Sources, assignment_frames, creation_frames
from .python_calls import PythonApp

CONFIGURATION: Final = "cdk.json"
MENTION_LINES: Final = 40
"""How many lines from a call's first one are searched for the path of its asset."""

_TEMPLATE_FILE: Final = "aws:cdk:templateFile"


class App:
    """What is known of the source that an assembly was synthesised from."""

    def __init__(self, workspace: Workspace, assembly: str, stacks: Iterable[Stack]) -> None:
        self._workspace = workspace
        self.folder = app_folder(workspace, assembly)
        frames = [frame for stack in stacks for frame in _all_frames(stack)]
        self._sources = Sources(workspace, self.folder, frames)
        self._is_recorded = bool(frames)
        self._python: PythonApp | None = None
        self._kinds: dict[str, str] = {}
        self._originals = Originals(workspace, self.folder)
        self._places: dict[tuple[str, str], Span | None] = {}

    def learn(self, kinds: Mapping[str, str]) -> None:
        """Take note of the types of resources, by the paths of their constructs."""
        for path, kind in kinds.items():
            self._kinds[construct_name(path)] = kind

    def place(self, stack: Stack, construct: str) -> Span | None:
        """Return the line of the app that made a construct; None where the app does not say, or does so twice."""
        key = (stack.identifier, construct)
        if key not in self._places:
            self._places[key] = self._found(stack, construct)
        return self._places[key]

    def _found(self, stack: Stack, construct: str) -> Span | None:
        if not self._is_recorded:
            if self._python is None:
                self._python = PythonApp(self._workspace, self.folder, self._kinds)
            return self._python.span(construct_name(construct))
        while construct:
            for path in (construct, f"{construct}/Resource", f"{construct}/Default"):
                entries = stack.metadata.get(path, ())
                if any(entry.get("type") == _TEMPLATE_FILE for entry in entries):
                    return None  # The line that makes the whole stack says nothing about one resource.
                frames = creation_frames(entries)
                span = self._sources.span(frames) or self._sources.made_in(frames, construct_name(path).rpartition("/")[2])
                if span is not None:
                    return span
            construct = construct.rpartition("/")[0]
        return None

    def assignments(self, stack: Stack, construct: str) -> Iterator[tuple[str, Span]]:
        """Yield the properties that the app set one by one, after it had made the construct, and where."""
        made = self.place(stack, construct)
        for name, frames in assignment_frames(stack.metadata.get(construct, ())):
            span = self._sources.span(frames)
            if span is not None and span != made:
                yield name, span

    def original(self, code: Code, module: str, bundled: bool, place: Span | None) -> Code:
        """Return the code of an asset at its place in the app, where one folder there certainly is it."""

        def mentioned(folder: str) -> bool:
            text = self._workspace.text_or_none(place.path) if place is not None else None
            if text is None or place is None:
                return False
            near = "\n".join(text.split("\n")[place.line - 1 : place.line - 1 + MENTION_LINES])
            return posixpath.basename(folder) in near

        return self._originals.code(code, module, bundled, mentioned)


def app_folder(workspace: Workspace, assembly: str) -> str:
    """Return the folder of the app: the nearest one above an assembly with a ``cdk.json``, else the one that it lies in."""
    parent = posixpath.dirname(posixpath.normpath(assembly)) or "."
    folder = parent
    while True:
        if workspace.is_file(posixpath.normpath(posixpath.join(folder, CONFIGURATION))):
            return folder
        if folder == ".":
            return parent
        folder = posixpath.dirname(folder) or "."


def _all_frames(stack: Stack) -> Iterator[Frame]:
    for entries in stack.metadata.values():
        yield from creation_frames(entries)
