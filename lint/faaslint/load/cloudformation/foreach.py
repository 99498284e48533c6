"""``Fn::ForEach`` loops, written out before anything is evaluated (the AWS::LanguageExtensions transform)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ...source.limits import NODES
from ...source.tree import Mapping, Scalar, Sequence, Tree

PREFIX: Final = "Fn::ForEach::"
_NOT_ALPHANUMERIC: Final = re.compile(r"[^0-9A-Za-z]")

Collection = Callable[[Tree], "list[str] | None"]


class Unrolled:
    """Writes loops out, within the bound on nodes that a document has."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._left = NODES
        self.open = False
        """Whether a loop could not be followed, because what it runs over is not known."""

    def tree(self, tree: Tree, names: dict[str, str]) -> Tree:
        """Return a copy of a tree with its loops written out and the loop variables replaced."""
        self._left -= 1
        if self._left < 0:
            self.open = True
            return tree
        if isinstance(tree, Scalar):
            return self._scalar(tree, names)
        if isinstance(tree, Sequence):
            return Sequence([self.tree(item, names) for item in tree.items], tree.span, tree.tag)
        if len(tree.entries) == 1 and tree.entries[0][0].value == "Ref":
            target = tree.entries[0][1]
            if isinstance(target, Scalar) and isinstance(target.value, str) and target.value in names:
                return Scalar(names[target.value], tree.span, target.text)
        entries: list[tuple[Scalar, Tree]] = []
        for key, value in tree.entries:
            if isinstance(key.value, str) and key.value.startswith(PREFIX):
                entries += self._loop(key, value, names)
            else:
                name = _replaced(str(key.value), names)
                entries.append((Scalar(name, key.span, key.text, key.tag) if names else key, self.tree(value, names)))
        return Mapping(entries, tree.span, tree.tag)

    def _scalar(self, tree: Scalar, names: dict[str, str]) -> Scalar:
        if not names or not isinstance(tree.value, str):
            return tree
        if tree.tag == "!Ref" and tree.value in names:
            return Scalar(names[tree.value], tree.span, tree.text)
        text = _replaced(tree.value, names)
        return tree if text == tree.value else Scalar(text, tree.span, tree.text, tree.tag, tree.lines)

    def _loop(self, key: Scalar, loop: Tree, names: dict[str, str]) -> list[tuple[Scalar, Tree]]:
        if not isinstance(loop, Sequence) or len(loop.items) != 3:
            self.open = True
            return [(key, loop)]
        identifier, collection, body = loop.items
        found = self._members(collection, names)
        if not isinstance(identifier, Scalar) or not isinstance(body, Mapping) or found is None:
            self.open = True
            return [(key, loop)]
        entries: list[tuple[Scalar, Tree]] = []
        for member in found:
            inner = {**names, str(identifier.value): member}
            written = self.tree(body, inner)
            if self._left < 0:
                return [(key, loop)]
            assert isinstance(written, Mapping)
            entries += written.entries
        return entries

    def _members(self, collection: Tree, names: dict[str, str]) -> list[str] | None:
        if isinstance(collection, Sequence) and not collection.tag:
            members: list[str] = []
            for item in collection.items:
                written = self.tree(item, names)
                if not isinstance(written, Scalar) or written.tag or written.value is None:
                    found = self._collection(written)
                    if found is None:
                        return None
                    members += found
                else:
                    members.append(str(written.value))
            return members
        return self._collection(self.tree(collection, names))


def _replaced(text: str, names: dict[str, str]) -> str:
    if "{" in text:
        for name, value in names.items():
            text = text.replace("${" + name + "}", value).replace("&{" + name + "}", _NOT_ALPHANUMERIC.sub("", value))
    return text
