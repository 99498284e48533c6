"""What makes a document a template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...source.tree import Mapping, Scalar, Tree
from ...source.tree import Sequence as TreeSequence

_TYPE_PREFIXES: Final = ("AWS::", "Custom::", "Alexa::")


def has_template_content(tree: Tree) -> bool:
    """Return whether a document is a template by its content: resources of AWS, or the SAM transform."""
    if not isinstance(tree, Mapping):
        return False
    if any(name.startswith("AWS::Serverless-") for name in _texts(tree.get("Transform"))):
        return True
    resources = tree.get("Resources")
    if not isinstance(resources, Mapping):
        return False
    for key, body in resources.entries:
        if str(key.value).startswith("Fn::ForEach::") and isinstance(body, TreeSequence) and body.items:
            last = body.items[-1]
            entries = last.entries if isinstance(last, Mapping) else []
        else:
            entries = [(key, body)]
        for _, resource in entries:
            kind = resource.get("Type") if isinstance(resource, Mapping) else None
            if any(text.startswith(_TYPE_PREFIXES) for text in _texts(kind)):
                return True
    return False


def _texts(tree: Tree | None) -> Iterable[str]:
    members = tree.items if isinstance(tree, TreeSequence) else [tree]
    for member in members:
        if isinstance(member, Mapping):
            member = member.get("Name")
        if isinstance(member, Scalar) and isinstance(member.value, str):
            yield member.value
