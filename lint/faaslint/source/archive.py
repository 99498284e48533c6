"""Archives by their directory: what is in them and how large, without unpacking them."""

from __future__ import annotations

from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from .limits import FILE_BYTES
from .workspace import Unreadable, Workspace


class BadArchive(Exception):
    """A file that is no archive, or one whose directory can't be read."""


class Archive:
    """A zip archive of a workspace. ``members`` are the names of its files with their sizes as its directory claims them."""

    def __init__(self, workspace: Workspace, path: str) -> None:
        """Read the directory. Raises BadArchive."""
        try:
            self._archive = ZipFile(_Window(workspace, path, workspace.size(path) or 0))
        except Exception as problem:
            # Whatever a hostile archive makes the reader raise, nothing is known of it.
            raise BadArchive(str(problem)) from None
        self._entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        self.members = tuple((entry.filename, entry.file_size) for entry in self._entries)

    def start(self, number: int, length: int) -> bytes:
        """Return the first bytes of a member, none where they can't be read."""
        entry = self._entries[number]
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or entry.flag_bits & 1:
            return b""
        try:
            with self._archive.open(entry) as stream:
                return stream.read(length)
        except Exception:
            # The same here: an entry may claim anything.
            return b""


class _Window:
    """A file of a workspace for a reader that seeks: at most ``FILE_BYTES`` of it are read at once."""

    def __init__(self, workspace: Workspace, path: str, size: int) -> None:
        self._workspace = workspace
        self._path = path
        self._size = size
        self._at = 0

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move as files do; before the start is refused as files refuse it."""
        moved = offset + (0 if whence == 0 else self._at if whence == 1 else self._size)
        if moved < 0:
            raise OSError("before the start of the file")
        self._at = moved
        return moved

    def read(self, length: int = -1) -> bytes:
        """Return bytes from the position on. Raises OSError."""
        wanted = max(0, self._size - self._at) if length < 0 else length
        try:
            content = self._workspace.part(self._path, self._at, min(wanted, FILE_BYTES))
        except Unreadable as problem:
            raise OSError(str(problem)) from None
        self._at += len(content)
        return content

    def close(self) -> None:
        """Do nothing: no file stays open."""
