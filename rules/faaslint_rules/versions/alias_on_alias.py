"""FL206 alias-on-alias."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.alias_rules import is_version_number
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Alias, Function, Version
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Reference

from .named import NamedVersion, additional_versions, own_version

LATEST: Final = ("$LATEST", "$LATEST.PUBLISHED")
NUMBERS: Final = ("version", "Version")
"""The attributes of a version or function that are the version's number."""


@rule(id="FL206", name="alias-on-alias", level=Level.ERROR, visits=Alias, supersedes=("FL207",))
def alias_on_alias(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """An alias points at something that is no version: another alias, an ARN, a name.

    What it does
    Checks that what an alias points at, and what its routing adds, is the number of a version or `$LATEST`. In
    CloudFormation `!Ref` of a version is its ARN; its number is `!GetAtt <version>.Version`. In Terraform it is `version`.

    Why it matters
    Lambda refuses the alias, so the deployment fails and rolls back. An alias can't point at another alias.

    How to fix
    Name the version that the alias is to point at by its number.

    What it can't know
    A version that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    """
    for named in (*own_version(alias, graph), *additional_versions(alias, graph)):
        wrong = _wrong(named, graph)
        if wrong is not None:
            what, related = wrong
            yield claim(
                alias,
                "version",
                f"Alias '{alias.name}' points at {what}, and it takes the number of a version; name the version's number.",
                at=named.place,
                related=related,
                guard=named.guard,
            )
        elif not named.is_read:
            yield named.withheld()


def _wrong(named: NamedVersion, graph: Graph) -> tuple[str, list[Location]] | None:
    """Return what the version is instead of a number, None where it is one or that can't be known."""
    text = text_of(named.leaf)
    if text is not None:
        if text in LATEST or is_version_number(text):
            return None
        return (f"the ARN {text}" if text.startswith("arn:") else f"'{text}'"), []
    if not (isinstance(named.leaf, Known) and isinstance(named.leaf.value, Reference)):
        return None
    reference = named.leaf.value
    node = graph.node(reference.address)
    if isinstance(node, Alias):
        return f"the alias '{node.name}'", [Location(node.span, "the other alias")]
    if isinstance(node, (Version, Function)) and reference.attribute not in NUMBERS:
        kind = "version" if isinstance(node, Version) else "function"
        return f"{reference.attribute} of the {kind} '{node.name}'", [Location(node.span, f"the {kind}")]
    return None
