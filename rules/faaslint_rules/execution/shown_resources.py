"""Resources as messages show them."""

from __future__ import annotations

from faaslint.model.value import Leaf, Pattern, Unknown
from faaslint.privilege.written import Author


def shown_resource(resource: Leaf | None, author: Author) -> str:
    """Return a resource as a message names it: by the resource of the project, else by its ARN with holes as dots."""
    named = author.node_of(resource)
    if named is not None:
        node, rest = named
        return f"'{node.name}'" + ("" if not rest.strip("*") and not rest.startswith(("/", ":")) else f"{_plain(rest)}")
    if resource is None or isinstance(resource, Unknown):
        return "*"
    content = resource.value
    if isinstance(content, Pattern):
        content = "".join(part if isinstance(part, str) else "aws" if _is_partition(part) else "…" for part in content.parts)
    return str(content)


def _plain(rest: str) -> str:
    """Return what follows a resource's ARN, its holes as dots."""
    return "".join(piece if number % 2 == 0 else "…" for number, piece in enumerate(rest.split("\0")))


def _is_partition(part: object) -> bool:
    return isinstance(part, Unknown) and part.symbol == "AWS::Partition"
