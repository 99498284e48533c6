"""From an asset back to the user's source: the folder of the app that holds the same files.

An assembly has a copy of what a function runs. People edit the original, so that is what is reported, where one folder
of the app certainly is it: the same files, byte for byte.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Final

from ...model.nodes import Code, CodeKind
from ...source.limits import PACKAGE_FILES
from ...source.workspace import Unreadable, Workspace

SOURCE_LIMIT: Final = 20_000
"""Most source files of an app that are indexed."""

_SOURCES: Final = (".py", ".js", ".mjs", ".cjs")
_SKIPPED: Final = frozenset({"node_modules", "cdk.out", "venv", "__pycache__", "site-packages", "dist-packages"})


class Originals:
    """The source files of an app by their names."""

    def __init__(self, workspace: Workspace, app: str) -> None:
        self._workspace = workspace
        self._app = app
        self._indices: dict[str, dict[str, list[str]]] = {}

    def code(self, code: Code, module: str, bundled: bool, mentioned: Callable[[str], bool]) -> Code:
        """Return the code of an asset at its original place, as it is where there is none.

        ``module`` is the path of the handler's module in the asset, without its ending. ``bundled`` says that a build
        step added files.
        ``mentioned`` says of a path, relative to the app, whether the app names it where it makes the function.
        """
        if code.kind is not CodeKind.FOLDER:
            return code
        files = list(self._files(code.path))
        modules = [name for name in files if name.endswith(_SOURCES)]
        if not modules or len(files) >= PACKAGE_FILES:
            return code
        entry = next((name for name in modules if posixpath.splitext(name)[0] == module), None)
        if entry is None and not bundled:
            entry = modules[0]
        if entry is None:
            return code
        for top in dict.fromkeys((self._app, posixpath.dirname(self._app) or ".")):
            candidates = self._candidates(top, code.path, entry, [entry] if bundled else modules)
            if len(candidates) > 1:
                candidates = [one for one in candidates if mentioned(self._told(one))]
            if len(candidates) == 1:
                if bundled:
                    return Code(CodeKind.FOLDER, path=candidates[0], span=code.span, extra_paths=(code.path,))
                return Code(CodeKind.FOLDER, path=candidates[0], span=code.span, files=tuple(files))
            if candidates:
                return code
        return code

    def _told(self, folder: str) -> str:
        return posixpath.relpath(folder, self._app)

    def _candidates(self, top: str, asset: str, entry: str, compared: list[str]) -> list[str]:
        found: list[str] = []
        for path in self._index(top).get(posixpath.basename(entry), ()):
            if path != entry and not path.endswith("/" + entry):
                continue
            folder = path[: -len(entry)].rstrip("/") or "."
            if folder not in found and all(self._same(asset, folder, name) for name in compared):
                found.append(folder)
        return found

    def _same(self, asset: str, folder: str, name: str) -> bool:
        path = posixpath.normpath(posixpath.join(folder, name))
        if not self._workspace.is_file(path):
            return False
        try:
            return self._workspace.read(path) == self._workspace.read(posixpath.join(asset, name))
        except Unreadable:
            return False

    def _files(self, asset: str) -> Iterator[str]:
        """Yield the files of an asset, relative to it, sorted by folder."""
        pending = [""]
        count = 0
        while pending:
            folder = pending.pop()
            try:
                names = self._workspace.entries(posixpath.normpath(posixpath.join(asset, folder)))
            except Unreadable:
                continue
            for name in names:
                if name.endswith("/"):
                    pending.append(posixpath.join(folder, name[:-1]))
                else:
                    count += 1
                    if count > PACKAGE_FILES:
                        return
                    yield posixpath.join(folder, name)

    def _index(self, top: str) -> dict[str, list[str]]:
        if top not in self._indices:
            index: dict[str, list[str]] = {}
            pending, count = [top], 0
            while pending and count < SOURCE_LIMIT:
                folder = pending.pop()
                try:
                    names = self._workspace.entries(folder)
                except Unreadable:
                    continue
                if "pyvenv.cfg" in names:
                    continue
                for name in names:
                    path = posixpath.normpath(posixpath.join(folder, name))
                    count += 1
                    if name.endswith("/"):
                        if name[:-1] not in _SKIPPED and not name.startswith((".", "asset.")):
                            pending.append(path)
                    elif name.endswith(_SOURCES):
                        index.setdefault(name, []).append(path)
            self._indices[top] = index
        return self._indices[top]
