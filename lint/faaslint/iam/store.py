"""Our own data files: compressed tables of which only the asked part is read.

A ``.shards`` file begins with the length of its index (eight decimal digits), then the index, then the shards; index and
shards are zlib-compressed JSON. The index has ``shards`` (name → offset after the index, length), ``dictionary`` (the text
that the shards are compressed with), ``sources`` (package → version) and, where names are looked up, ``names``.
``tools/build_iam_data.py`` writes these files.
"""

from __future__ import annotations

import json
import os
import zlib
from functools import cache
from typing import Any

FOLDER = os.path.join(os.path.dirname(__file__), "data")


class Shards:
    """One ``.shards`` file. Nothing is read before the first question; what was read stays in memory."""

    __slots__ = ("_index", "_name", "_read", "_start")

    def __init__(self, name: str) -> None:
        self._name = name
        self._index: dict[str, Any] | None = None
        self._read: dict[str, Any] = {}
        self._start = 0

    @property
    def index(self) -> dict[str, Any]:
        """The index of the file. The result is shared: callers must not change it."""
        if self._index is None:
            with open(self._path, "rb") as stream:
                length = int(stream.read(8))
                self._index = json.loads(zlib.decompress(stream.read(length)))
            self._start = 8 + length
        return self._index

    @property
    def _path(self) -> str:
        return os.path.join(FOLDER, f"{self._name}.shards")

    def names(self) -> tuple[str, ...]:
        """Return the names of all shards, sorted."""
        return tuple(self.index["shards"])

    def get(self, name: str) -> Any:
        """Return the content of one shard, None where there is none of that name. The result is shared."""
        if name not in self._read:
            place = self.index["shards"].get(name)
            if place is None:
                return None
            offset, length = place
            with open(self._path, "rb") as stream:
                stream.seek(self._start + offset)
                dictionary = self.index["dictionary"].encode()
                opener = zlib.decompressobj(zdict=dictionary) if dictionary else zlib.decompressobj()
                self._read[name] = json.loads(opener.decompress(stream.read(length)))
        return self._read[name]


@cache
def shards(name: str) -> Shards:
    """Return the file ``data/<name>.shards``."""
    return Shards(name)


@cache
def document(name: str) -> Any:
    """Return the content of ``data/<name>.json``, a table written by hand. The result is shared."""
    with open(os.path.join(FOLDER, f"{name}.json"), encoding="utf-8") as stream:
        return json.load(stream)
