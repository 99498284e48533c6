"""``AWS::Include`` of local files, written out before a template is read: its content takes its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source.limits import NESTING, NODES
from ...source.tree import Mapping, Scalar, Sequence, Tree

NAME: Final = "AWS::Include"
_FUNCTION: Final = "Fn::Transform"


def included(root: Mapping, read: Callable[[str], Tree | None]) -> Mapping:
    """Return a template with the local files that it includes in their places, that of its ``Transform`` among them.

    ``read`` returns the content of a file, None where it is not at hand. What is not at hand stays as it is written.
    """
    writer = _Writer(read)
    written = writer.tree(root, 0)
    assert isinstance(written, Mapping)
    transform = root.get("Transform")
    members = transform.items if isinstance(transform, Sequence) else [transform]
    for member in members:
        content = writer.content(member) if member is not None else None
        if isinstance(content, Mapping):
            kept = [entry for entry in written.entries if entry[0].value != "Transform"]
            written = Mapping(_merged(kept, content.entries), root.span, root.tag)
            others = [one for one in members if one is not None and one is not member]
            key = root.key("Transform")
            if others and key is not None:
                written.entries.append((key, Sequence(others, key.span)))
            break
    return written


class _Writer:
    def __init__(self, read: Callable[[str], Tree | None]) -> None:
        self._read = read
        self._left = NODES

    def content(self, argument: Tree) -> Tree | None:
        """Return what a transform includes, None where it is another one, or its file is not at hand."""
        name = argument.get("Name") if isinstance(argument, Mapping) else None
        if not isinstance(name, Scalar) or name.value != NAME or not isinstance(argument, Mapping):
            return None
        parameters = argument.get("Parameters")
        location = parameters.get("Location") if isinstance(parameters, Mapping) else None
        if not isinstance(location, Scalar) or not isinstance(location.value, str) or location.tag:
            return None
        return self._read(location.value)

    def tree(self, tree: Tree, depth: int) -> Tree:
        """Return a tree with its includes written out; itself, where it has none."""
        self._left -= 1
        if isinstance(tree, Scalar) or self._left < 0 or depth > NESTING:
            return tree
        if isinstance(tree, Sequence):
            items = [self.tree(item, depth + 1) for item in tree.items]
            if all(new is old for new, old in zip(items, tree.items, strict=True)):
                return tree
            return Sequence(items, tree.span, tree.tag)
        entries: list[tuple[Scalar, Tree]] = []
        added: list[tuple[Scalar, Tree]] = []
        changed = False
        for key, value in tree.entries:
            content = self.content(value) if key.value == _FUNCTION else None
            if content is not None and not isinstance(content, Mapping) and len(tree.entries) == 1:
                return content
            if isinstance(content, Mapping) and all(inner.value != _FUNCTION for inner, _ in content.entries):
                added += content.entries
                changed = True
                continue
            inner = self.tree(value, depth + 1)
            changed = changed or inner is not value
            entries.append((key, inner))
        return Mapping(_merged(entries, added), tree.span, tree.tag) if changed else tree


def _merged(own: list[tuple[Scalar, Tree]], added: list[tuple[Scalar, Tree]]) -> list[tuple[Scalar, Tree]]:
    """Return the entries of both: sections that both have are joined, else what is written itself goes before."""
    found = {str(key.value): (key, value) for key, value in own}
    for key, value in added:
        name = str(key.value)
        if name not in found:
            found[name] = (key, value)
            continue
        mine = found[name][1]
        if isinstance(mine, Mapping) and isinstance(value, Mapping):
            found[name] = (found[name][0], Mapping(_merged(mine.entries, value.entries), mine.span, mine.tag))
    return list(found.values())
