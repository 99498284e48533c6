"""A workspace's files as they are in a git revision: what was there before the change that is being looked at.

Only ``git ls-tree`` and ``git cat-file`` are run, which read the object store: no hook, filter or text conversion of the
repository takes part, and an object that is not there is not fetched.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from typing import Final

from .limits import FILE_BYTES
from .workspace import Unreadable

_QUIET: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_SECONDS: Final = 60
"""How long git may take to list a revision or to find one."""

_LINKS: Final = 20
"""Symbolic links that lead to one another are followed this far."""


class NoRevision(Exception):
    """A revision that can't be read; the message says why."""


class Revision:
    """The tree of a revision, below the folder ``root`` of a work tree. A Backend of a Workspace."""

    def __init__(self, root: str, name: str) -> None:
        """Find the revision and list its tree. Raises NoRevision."""
        self.root = root
        self.commit = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
        if not self.commit:
            raise NoRevision(f"there is no revision '{name}' here; name a branch, tag or commit")
        self._objects: dict[str, tuple[str, str]] = {}
        self._folders: dict[str, set[str]] = {".": set()}
        for line in self._ask("ls-tree", "-r", "-z", self.commit).split("\0"):
            details, tab, path = line.partition("\t")
            if tab:
                mode, _, identifier = details.split(" ")
                self._objects[path] = (mode, identifier)
                self._enter(path)

    def _enter(self, path: str) -> None:
        name = path
        while name:
            folder, _, last = name.rpartition("/")
            inside = self._folders.setdefault(folder or ".", set())
            entry = last if name == path else last + "/"
            if entry in inside:
                return
            inside.add(entry)
            name = folder

    def _ask(self, *arguments: str) -> str:
        try:
            done = self._run(*arguments)
        except FileNotFoundError:
            raise NoRevision("git is not installed, so no revision can be read") from None
        except subprocess.TimeoutExpired:
            raise NoRevision("git took too long to read the revision") from None
        if done.returncode != 0 and done.stderr:
            reason = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1].removeprefix("fatal: ")
            raise NoRevision(f"git can't read the revision: {reason}")
        return done.stdout.decode("utf-8", "surrogateescape")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["git", "-C", self.root, "-c", "core.fsmonitor=false", *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, **_QUIET},
            stdin=subprocess.DEVNULL,
        )

    def _resolved(self, path: str) -> str | None:
        """Return the path behind symbolic links, None where a link leaves the tree or never ends."""
        done, pending, followed = "", [part for part in path.split("/") if part != "."], 0
        while pending:
            part = pending.pop(0)
            candidate = posixpath.normpath(posixpath.join(done, part))
            if candidate == ".." or candidate.startswith("../"):
                return None
            mode, identifier = self._objects.get(candidate, ("", ""))
            if mode == "120000":
                followed += 1
                target = self._content(identifier).decode("utf-8", "surrogateescape")
                if followed > _LINKS or target.startswith("/"):
                    return None
                pending[:0] = target.split("/")
                continue
            done = "" if candidate == "." else candidate
        return done or "."

    def _content(self, identifier: str) -> bytes:
        try:
            done = self._run("cat-file", "blob", identifier)
        except (OSError, subprocess.TimeoutExpired):
            raise Unreadable("git can't read it") from None
        if done.returncode != 0:
            raise Unreadable("git does not have its content here")
        return done.stdout

    def kind(self, path: str) -> str | None:
        """See Backend."""
        try:
            real = self._resolved(path)
        except Unreadable:
            return None
        if real is None:
            return None
        if real in self._folders:
            return "folder"
        return "file" if self._objects.get(real, ("",))[0].startswith("100") else None

    def read(self, path: str) -> bytes:
        """See Backend."""
        real = self._resolved(path)
        if real is None:
            raise Unreadable("it lies outside the project, so it is not read")
        mode, identifier = self._objects.get(real, ("", ""))
        if not mode.startswith("100"):
            raise Unreadable("there is no such file")
        content = self._content(identifier)
        if len(content) > FILE_BYTES:
            raise Unreadable(f"it is larger than {FILE_BYTES // (1024 * 1024)} MB")
        return content

    def size(self, path: str) -> int | None:
        """See Backend."""
        try:
            return len(self.read(path))
        except Unreadable:
            return None

    def part(self, path: str, start: int, length: int) -> bytes:
        """See Backend."""
        return self.read(path)[start : start + length]

    def real(self, path: str) -> str:
        """See Backend."""
        try:
            return self._resolved(path) or path
        except Unreadable:
            return path

    def entries(self, path: str) -> list[str]:
        """See Backend."""
        real = self._resolved(path)
        if real is None or real not in self._folders:
            raise Unreadable("there is no such folder")
        names: list[str] = []
        for name in self._folders[real]:
            inner = name if real == "." else f"{real}/{name}"
            if self._objects.get(inner, ("",))[0] == "120000":
                kind = self.kind(inner)
                if kind is not None:
                    names.append(name + "/" if kind == "folder" else name)
            elif name.endswith("/") or self._objects[inner][0].startswith("100"):
                names.append(name)
        return sorted(names)
