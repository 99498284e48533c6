"""The seam to the world: the only code that opens an analysed file.

A Workspace confines every path to its root, bounds sizes, and records what was read, listed and missed, so that a cache
can tell whether the same run would see the same things again. It stands over the disk or over texts in memory (an
editor's unsaved files, a git tree, a test).
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from .limits import FILE_BYTES


class Unreadable(Exception):
    """A path of the workspace that can't be read; the message says why, in words for the user."""


class Backend(Protocol):
    """Where a workspace's bytes come from. Paths are POSIX, normalised and relative to the root."""

    def kind(self, path: str) -> str | None:
        """Return ``file``, ``folder`` or None (nothing there, or a link that leaves the root)."""

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises Unreadable."""

    def entries(self, path: str) -> list[str]:
        """Return the sorted names in a folder; those of folders end with ``/``. Links that leave the root are left out."""

    def size(self, path: str) -> int | None:
        """Return how many bytes a file has, without reading it; None where there is none."""

    def part(self, path: str, start: int, length: int) -> bytes:
        """Return ``length`` bytes of a file of any size, fewer at its end. Raises Unreadable."""

    def real(self, path: str) -> str:
        """Return where a folder is that was met while listing: another path for a link, else the same."""


class Disk:
    """The files below a folder on disk. Links are followed only while they stay inside."""

    def __init__(self, root: Path) -> None:
        self.root = os.path.realpath(root)
        self._links: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def _confined(self, path: str) -> str:
        real = self._real(os.path.join(self.root, path))
        if real != self.root and not real.startswith(self.root.rstrip(os.sep) + os.sep):
            raise Unreadable("it lies outside the project, so it is not read")
        return real

    def _real(self, path: str) -> str:
        """Return where a path leads. The way to its folder is followed once: each of its parts is a call of the system."""
        folder, name = os.path.split(path)
        if name in ("", ".", ".."):
            return os.path.realpath(path)
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = os.path.realpath(folder)
        whole = os.path.join(known, name)
        return os.path.realpath(whole) if os.path.islink(whole) else whole

    def kind(self, path: str) -> str | None:
        """See Backend."""
        try:
            mode = os.stat(self._confined(path)).st_mode
        except (OSError, ValueError, Unreadable):
            return None
        return "folder" if stat.S_ISDIR(mode) else "file"

    def read(self, path: str) -> bytes:
        """See Backend."""
        try:
            real = self._confined(path)
            status = os.stat(real)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("it is not a regular file")
            if status.st_size > FILE_BYTES:
                raise Unreadable(f"it is larger than {FILE_BYTES // (1024 * 1024)} MB")
            with open(real, "rb") as stream:
                content = stream.read(FILE_BYTES + 1)
        except FileNotFoundError:
            raise Unreadable("there is no such file") from None
        except PermissionError:
            raise Unreadable("permission to read it is denied") from None
        except (OSError, ValueError) as error:
            raise Unreadable(getattr(error, "strerror", None) or "the system can't read it") from None
        if len(content) > FILE_BYTES:
            raise Unreadable(f"it is larger than {FILE_BYTES // (1024 * 1024)} MB")
        return content

    def entries(self, path: str) -> list[str]:
        """See Backend."""
        names: list[str] = []
        try:
            with os.scandir(self._confined(path)) as found:
                for entry in found:
                    if entry.is_symlink():
                        kind = self.kind(posixpath.join(path, entry.name))
                        if kind is not None:
                            names.append(entry.name + "/" if kind == "folder" else entry.name)
                        if kind == "folder":
                            link = posixpath.normpath(posixpath.join(path, entry.name))
                            target = os.path.relpath(self._confined(link), self.root)
                            self._links[link] = target.replace(os.sep, "/")
                    elif entry.is_dir():
                        names.append(entry.name + "/")
                    elif entry.is_file():
                        names.append(entry.name)
        except OSError as error:
            raise Unreadable(error.strerror or "the folder can't be listed") from None
        return sorted(names)

    def size(self, path: str) -> int | None:
        """See Backend."""
        try:
            status = os.stat(self._confined(path))
        except (OSError, ValueError, Unreadable):
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def part(self, path: str, start: int, length: int) -> bytes:
        """See Backend."""
        try:
            real = self._confined(path)
            if not stat.S_ISREG(os.stat(real).st_mode):
                raise Unreadable("it is not a regular file")
            with open(real, "rb") as stream:
                stream.seek(start)
                return stream.read(length)
        except (OSError, ValueError):
            raise Unreadable("the system can't read it") from None

    def real(self, path: str) -> str:
        """See Backend."""
        return self._links.get(path, path)


class Memory:
    """Texts in memory, by path."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def kind(self, path: str) -> str | None:
        """See Backend."""
        if path in self.files:
            return "file"
        prefix = "" if path == "." else path + "/"
        return "folder" if any(name.startswith(prefix) for name in self.files) else None

    def read(self, path: str) -> bytes:
        """See Backend."""
        try:
            return self.files[path]
        except KeyError:
            raise Unreadable("there is no such file") from None

    def entries(self, path: str) -> list[str]:
        """See Backend."""
        prefix = "" if path == "." else path + "/"
        names = {
            name[len(prefix) :].split("/", 1)[0] + ("/" if "/" in name[len(prefix) :] else "")
            for name in self.files
            if name.startswith(prefix)
        }
        return sorted(names)

    def size(self, path: str) -> int | None:
        """See Backend."""
        content = self.files.get(path)
        return None if content is None else len(content)

    def part(self, path: str, start: int, length: int) -> bytes:
        """See Backend."""
        return self.read(path)[start : start + length]

    def real(self, path: str) -> str:
        """See Backend."""
        return path


class Workspace:
    """Confined, bounded, recorded access to the files of a project."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._texts: dict[str, bytes] = {}
        self._kinds: dict[str, str | None] = {}
        self._entries: dict[str, tuple[str, ...]] = {}
        self._sizes: dict[str, int | None] = {}

    @classmethod
    def on_disk(cls, root: Path) -> Workspace:
        """Return a workspace over a folder on disk."""
        return cls(Disk(root))

    @classmethod
    def in_memory(cls, files: Mapping[str, str | bytes]) -> Workspace:
        """Return a workspace over texts, by POSIX path."""
        return cls(Memory(files))

    @property
    def reads(self) -> frozenset[str]:
        """Return the files that were read."""
        return frozenset(self._texts)

    @property
    def looked_for(self) -> Mapping[str, str | None]:
        """Return each path whose existence was asked for, and the answer (``file``, ``folder``, None)."""
        return self._kinds

    @property
    def measured(self) -> Mapping[str, int | None]:
        """Return each path whose size was asked for, and the answer."""
        return self._sizes

    @property
    def listed(self) -> Mapping[str, tuple[str, ...]]:
        """Return each folder that was listed, and what was in it."""
        return self._entries

    @staticmethod
    def join(folder: str, path: str) -> str | None:
        """Return ``path`` as seen from ``folder``, normalised, or None where it leaves the root or is absolute."""
        if path.startswith(("/", "~")) or "\0" in path or "\\" in path or (len(path) > 1 and path[1] == ":"):
            return None
        joined = posixpath.normpath(posixpath.join(folder, path))
        return None if joined == ".." or joined.startswith("../") else joined

    def kind(self, path: str) -> str | None:
        """Return ``file``, ``folder`` or None."""
        if path not in self._kinds:
            self._kinds[path] = self._backend.kind(path)
        return self._kinds[path]

    def is_file(self, path: str) -> bool:
        """Return whether there is a file."""
        return self.kind(path) == "file"

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder."""
        return self.kind(path) == "folder"

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises Unreadable."""
        if path not in self._texts:
            self._texts[path] = self._backend.read(path)
        return self._texts[path]

    def size(self, path: str) -> int | None:
        """Return how many bytes a file has, None where there is none. It may be larger than what may be read."""
        if path not in self._sizes:
            self._sizes[path] = self._backend.size(path)
        return self._sizes[path]

    def part(self, path: str, start: int, length: int) -> bytes:
        """Return at most ``length`` bytes of a file from ``start`` on. The file may be larger than what may be read whole.

        Raises Unreadable, also for more than ``FILE_BYTES`` at once.
        """
        if start < 0 or not 0 <= length <= FILE_BYTES:
            raise Unreadable(f"more than {FILE_BYTES // (1024 * 1024)} MB were asked for at once")
        self.size(path)
        return self._backend.part(path, start, length)

    def text(self, path: str) -> str:
        """Return a file as text, without a byte-order mark, line ends as they are. Raises Unreadable."""
        content = self.read(path)
        try:
            if content.startswith((b"\xff\xfe", b"\xfe\xff")):
                return content.decode("utf-16")
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise Unreadable(f"it is not UTF-8 text (line {line}); save it as UTF-8") from None
        if "\0" in text:
            raise Unreadable("it is a binary file, not text")
        return text

    def text_or_none(self, path: str) -> str | None:
        """Return a file as text, None where it can't be read."""
        try:
            return self.text(path)
        except Unreadable:
            return None

    def entries(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder, those of folders with ``/`` at the end. Raises Unreadable."""
        if path not in self._entries:
            self._entries[path] = tuple(self._backend.entries(path))
        return self._entries[path]

    def real(self, path: str) -> str:
        """Return where a folder is: another path where a link was met, so that a walk meets each folder once."""
        return self._backend.real(path)
