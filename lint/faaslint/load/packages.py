"""What is deployed of local code: how large it is, and for which machine its programs are built.

Archives are never unpacked: their directory is read, and the first bytes of programs and libraries in them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Final

from ..model.nodes import UNMEASURED, Binary, Code, CodeKind, Function, Node, Package
from ..model.span import Span
from ..source.limits import MEASURED_BINARIES, MEASURED_FILES
from ..source.workspace import Unreadable, Workspace

_BUILT: Final = ".aws-sam/build"
_LEFT_OUT: Final = frozenset({".git/", ".aws-sam/", ".terraform/", ".chalice/"})
"""Folders that packaging tools leave out."""

_HEADER: Final = 20
_MACHINES: Final = {62: "x86_64", 183: "arm64"}
"""``e_machine`` in the header of an ELF file, for the two that Lambda has."""


class Packages:
    """Measures the packages of the functions and layers of one root, each once."""

    def __init__(self, workspace: Workspace, root: str) -> None:
        self._workspace = workspace
        self._folder = posixpath.dirname(root)
        self._measured: dict[tuple[str, ...], Package] = {}

    def of(self, node: Node, code: Code) -> Package:
        """Return what is known of the package that ``code`` of a function or layer becomes."""
        if code.kind is CodeKind.IMAGE:
            return Package(platform=_platform(self._workspace, code))
        if code.kind in (CodeKind.FOLDER, CodeKind.ARCHIVE, CodeKind.FILE):
            built = self._build_of(node)
            if built is not None:
                return self._once((built,), None)
            if not code.built:
                return self._once(code.extra_paths or (code.path,), code.files)
        return UNMEASURED

    def _build_of(self, node: Node) -> str | None:
        """Return where `sam build` left what it made of a function."""
        if not isinstance(node, Function) or not node.type.startswith("AWS::"):
            return None
        path = self._workspace.join(self._folder, f"{_BUILT}/{node.id}")
        return path if path is not None and self._workspace.is_folder(path) else None

    def _once(self, paths: tuple[str, ...], files: tuple[str, ...] | None) -> Package:
        key = (*paths, "", *(files or ()))
        if key not in self._measured:
            self._measured[key] = _measure(self._workspace, paths, files)
        return self._measured[key]


def _measure(workspace: Workspace, paths: tuple[str, ...], files: tuple[str, ...] | None) -> Package:
    total, count, complete = 0, 0, True
    binaries: list[Binary] = []
    for path in paths:
        if workspace.is_folder(path):
            members: Iterator[_Member] = _in_folder(workspace, path, files if path == paths[0] else None)
        elif path.endswith((".zip", ".jar")):
            members = _in_archive(workspace, path)
        else:
            members = iter((_file(workspace, posixpath.dirname(path), posixpath.basename(path)),))
        for member in members:
            count += 1
            if count > MEASURED_FILES or member.size is None:
                complete = False
                break
            total += member.size
            if _is_program(member.path) and len(binaries) < MEASURED_BINARIES:
                architecture = architecture_of(member.start())
                if architecture is not None:
                    binaries.append(Binary(member.path, architecture))
    return Package(unzipped=total, complete=complete, binaries=tuple(binaries))


class _Member:
    """One file of a package; ``start`` reads its first bytes. Its size is None where nothing more can be read."""

    __slots__ = ("path", "size", "start")

    def __init__(self, path: str, size: int | None, start: Callable[[], bytes]) -> None:
        self.path = path
        self.size = size
        self.start = start


def _is_program(path: str) -> bool:
    name = posixpath.basename(path)
    return path == "bootstrap" or name.endswith(".so") or ".so." in name


def architecture_of(header: bytes) -> str | None:
    """Return the architecture, as Lambda calls it, that the first 20 bytes of an ELF file name; None for another file."""
    if len(header) < _HEADER or not header.startswith(b"\x7fELF"):
        return None
    return _MACHINES.get(int.from_bytes(header[18:20], "big" if header[5] == 2 else "little"))


def _in_folder(workspace: Workspace, folder: str, files: tuple[str, ...] | None) -> Iterator[_Member]:
    if files is not None:
        for name in files:
            yield _file(workspace, folder, name)
        return
    pending, seen = [""], {folder}
    while pending:
        inside = pending.pop()
        try:
            names = workspace.entries(posixpath.join(folder, inside) if inside else folder)
        except Unreadable:
            yield _Member(inside, None, lambda: b"")
            return
        for name in names:
            path = posixpath.join(inside, name.rstrip("/"))
            if not name.endswith("/"):
                yield _file(workspace, folder, path)
            elif name not in _LEFT_OUT:
                real = workspace.real(posixpath.join(folder, path))
                if real not in seen:
                    seen.add(real)
                    pending.append(path)


def _file(workspace: Workspace, folder: str, name: str) -> _Member:
    path = posixpath.join(folder, name)

    def start() -> bytes:
        try:
            return workspace.part(path, 0, _HEADER)
        except Unreadable:
            return b""

    return _Member(name, workspace.size(path), start)


def _in_archive(workspace: Workspace, path: str) -> Iterator[_Member]:
    # Imported when an archive is met: few projects keep one.
    from ..source.archive import Archive, BadArchive

    def start_of(archive: Archive, number: int) -> Callable[[], bytes]:
        return lambda: archive.start(number, _HEADER)

    try:
        archive = Archive(workspace, path)
    except BadArchive:
        yield _Member(path, None, lambda: b"")
        return
    for number, (name, size) in enumerate(archive.members):
        yield _Member(name, size, start_of(archive, number))


def _platform(workspace: Workspace, code: Code) -> tuple[str, Span] | None:
    """Return what the last stage of a Dockerfile is pinned to, None where it is pinned to nothing that is written out."""
    if not code.path or not code.files:
        return None
    path = workspace.join(code.path, code.files[0])
    text = workspace.text_or_none(path) if path is not None and workspace.is_file(path) else None
    if path is None or text is None:
        return None
    stages: dict[str, tuple[str, Span] | None] = {}
    last: tuple[str, Span] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if len(words) < 2 or words[0].upper() != "FROM":
            continue
        options = [word for word in words[1:] if word.startswith("--")]
        rest = [word for word in words[1:] if not word.startswith("--")]
        named = next((word.partition("=")[2].strip("\"'") for word in options if word.startswith("--platform=")), "")
        base = rest[0].lower() if rest else ""
        span = Span(path, number, 1, number, len(line) + 1)
        last = (named, span) if named and "$" not in named else stages.get(base)
        if len(rest) >= 3 and rest[1].upper() == "AS":
            stages[rest[2].lower()] = last
    return last
