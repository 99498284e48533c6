"""The package that a handler runs in: which module a name leads to, each read once in a workspace."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from ...model.record import record
from ...model.span import Span
from ...source.limits import PACKAGE_FILES
from ...source.python import Module, parse_python
from ...source.tree import ParseFailure
from ...source.workspace import Unreadable, Workspace

_CODING: Final = re.compile(rb"(?m)^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]{1,30})")
_ENCODINGS: Final = ("latin", "iso-8859", "iso8859", "cp125", "windows-125", "shift", "euc-", "gb", "big5", "koi8")
"""How the names of encodings other than UTF-8 begin that source files are written in."""


@record(frozen=False, eq=False)
class PackageModule:
    """A module of the package, by its dotted name. ``source`` is None where it can't be read; ``failure`` says why."""

    name: str
    path: str
    is_package: bool
    source: Module | None
    failure: tuple[Span, str] | None = None

    def parent(self, level: int) -> str | None:
        """Return the package that ``level`` dots lead to from here, None where they lead out of the package."""
        parts = self.name.split(".") if self.name else []
        drop = level - 1 if self.is_package else level
        if drop > len(parts):
            return None
        return ".".join(parts[: len(parts) - drop])


class Sources:
    """Parsed source files of a workspace, each read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._parsed: dict[str, Module | tuple[Span, str]] = {}

    def parse(self, path: str) -> Module | tuple[Span, str]:
        """Return a source file, or where and why it can't be read."""
        found = self._parsed.get(path)
        if found is None:
            try:
                found = parse_python(self._text(path), path)
            except ParseFailure as failure:
                found = (failure.span, failure.message)
            except Unreadable as failure:
                found = (Span(path, 1, 1, 1, 1), str(failure))
            self._parsed[path] = found
        return found

    def _text(self, path: str) -> str:
        """Return a source file as text, in the encoding that it declares. Raises Unreadable."""
        content = self.workspace.read(path)
        declared = _CODING.search(b"\n".join(content.split(b"\n", 2)[:2]))
        if declared is not None and declared[1].decode().lower().replace("_", "-").startswith(_ENCODINGS):
            try:
                return content.decode(declared[1].decode())
            except (LookupError, UnicodeDecodeError):
                pass
        return self.workspace.text(path)


class Package:
    """The modules that a handler can import from its own code and from the layers that are on disk."""

    def __init__(self, sources: Sources, root: str | None, layers: tuple[str, ...], files: frozenset[str] | None) -> None:
        self.sources = sources
        self.root = root
        self.files = files
        self.modules: dict[str, PackageModule] = {}
        self._installed: dict[str, bool] = {}
        self._misses: set[tuple[str, str, bool]] = set()
        self._folders = ([root] if root is not None else []) + list(self._layer_folders(layers))

    def _layer_folders(self, layers: tuple[str, ...]) -> Iterator[str]:
        workspace = self.sources.workspace
        for layer in layers:
            if not workspace.is_folder(layer):
                continue
            yield layer
            python = posixpath.normpath(posixpath.join(layer, "python"))
            if not workspace.is_folder(python):
                continue
            yield python
            versions = posixpath.join(python, "lib")
            if workspace.is_folder(versions):
                for name in workspace.entries(versions):
                    packages = posixpath.join(versions, name.rstrip("/"), "site-packages")
                    if name.startswith("python3") and workspace.is_folder(packages):
                        yield packages

    def has(self, path: str) -> bool:
        """Return whether a file is there and belongs to the package."""
        if self.files is not None and self.root is not None:
            prefix = "" if self.root in (".", "") else self.root + "/"
            if path.startswith(prefix) and path[len(prefix) :] not in self.files and self._within_root(path):
                return False
        return self.sources.workspace.is_file(path)

    def _within_root(self, path: str) -> bool:
        return not any(folder != self.root and path.startswith(folder + "/") for folder in self._folders)

    def find(self, name: str, beside: str = "", namespaces: bool = True) -> PackageModule | None:
        """Return the module with a dotted name. ``beside`` is a further folder to look in, last.

        ``namespaces`` says whether a folder without ``__init__`` counts: it gives way to anything else of its name.
        """
        found = self.modules.get(name)
        if found is not None:
            return found
        miss = (name, beside, namespaces)
        if miss in self._misses:
            return None
        if len(self.modules) > PACKAGE_FILES or not name or "\0" in name:
            return None
        relative = name.replace(".", "/")
        folders = self._folders if not beside or beside in self._folders else [*self._folders, beside]
        for folder in folders:
            base = posixpath.normpath(posixpath.join(folder, relative))
            for path, is_package in ((f"{base}/__init__.py", True), (f"{base}.py", False)):
                if self.has(path):
                    module = self._load(name, path, is_package)
                    self.modules[name] = module
                    return module
        for folder in folders if namespaces else ():
            base = posixpath.normpath(posixpath.join(folder, relative))
            if self.sources.workspace.is_folder(base) and self._has_python(base):
                module = PackageModule(name, base, True, parse_python("", base))
                self.modules[name] = module
                return module
        self._misses.add(miss)
        return None

    def installed(self, folder: str) -> bool:
        """Return whether a tool installed modules into a folder."""
        if folder not in self._installed:
            entries = self.sources.workspace.entries(folder or ".")
            self._installed[folder] = any(name.rstrip("/").endswith((".dist-info", ".egg-info")) for name in entries)
        return self._installed[folder]

    def _has_python(self, folder: str) -> bool:
        """Return whether a folder can be a package without ``__init__``: it holds a source file, or a folder."""
        try:
            return any(name.endswith((".py", "/")) for name in self.sources.workspace.entries(folder))
        except Unreadable:
            return False

    def _load(self, name: str, path: str, is_package: bool) -> PackageModule:
        parsed = self.sources.parse(path)
        if isinstance(parsed, tuple):
            return PackageModule(name, path, is_package, None, parsed)
        return PackageModule(name, path, is_package, parsed)
