"""FL208 version-never-republished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import (
    Alias,
    EdgeAssociation,
    Function,
    InvokeConfig,
    Node,
    Origin,
    ProvisionedConcurrency,
    Version,
)
from faaslint.model.span import Location
from faaslint.model.value import Choice, Known, Leaf, Pattern, Provenance, Reference, Unknown, Value, branches, is_absent

from .named import additional_versions, moved_elsewhere, own_version

READS: Final = frozenset({"version", "qualified_arn", "qualified_invoke_arn"})
"""The attributes of a function of Terraform that name its published version."""

SPOKEN_OF: Final = (Alias, EdgeAssociation, InvokeConfig, ProvisionedConcurrency, Version)
"""What is looked at by itself (aliases), or by FL703 and FL210, which say that it fails. A configuration of asynchronous
calls is as good on ``$LATEST``, which is what is called then.
"""


@rule(
    id="FL208",
    name="version-never-republished",
    level=Level.WARNING,
    visits=Function,
    formats=("sam", "cloudformation", "terraform", "terraform-plan"),
    supersedes=("FL202",),
)
def version_never_republished(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A version is published once, and no later deployment publishes another.

    What it does
    In CloudFormation it looks for versions that are written by hand and say nothing that changes with the code (a note). In
    Terraform it looks for aliases, permissions, triggers and integrations that name the `version` or `qualified_arn` of a
    function which publishes none.

    Why it matters
    CloudFormation publishes a version when its resource is created, and leaves it alone while its text stays the same: an
    alias on it keeps serving the first code for ever. In Terraform `version` is `$LATEST` unless `publish = true`, so the
    alias follows every upload; Lambda refuses a permission on it.

    How to fix
    In CloudFormation give the version `CodeSha256`, or use `AutoPublishAlias` of SAM or `currentVersion` of the CDK. In
    Terraform set `publish = true`.

    What it can't know
    Whether a tool of yours renames the version's logical id for each deployment. A logical id that counts, like
    `LiveVersionV5`, is not reported.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-version.html
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
    """
    asked = False
    for version in graph.all(Version):
        by_hand = version.type == "AWS::Lambda::Version" and version.origin is Origin.USER
        if by_hand and any(owner is function for _, owner, _ in graph.functions_called_by(version)):
            asked = True
            yield from _written(version)
    for alias in graph.aliases_of(function):
        for named in (*own_version(alias, graph), *additional_versions(alias, graph)):
            if not _reads(named.leaf, function):
                continue
            asked = True
            if moved_elsewhere(alias):
                yield Withheld("Terraform leaves the version of the alias to something else", named.place.span)
            elif isinstance(function.publish, Unknown):
                yield Withheld(function.publish.why, function.at("publish").span)
            elif named.unpublished is function:
                yield claim(
                    alias,
                    "version",
                    f"Alias '{alias.name}' reads the version of '{function.name}', which publishes none, so it is $LATEST; "
                    f"set publish = true on the function.",
                    at=named.place,
                    related=[Location(function.span, "the function that publishes no version")],
                    guard=named.guard,
                )
    for node, attribute, guard, leaf in _other_readers(function, graph):
        asked = True
        if isinstance(function.publish, Unknown):
            yield Withheld(function.publish.why, function.at("publish").span)
        elif graph.node(f"{function.id}:version") is None:
            yield claim(
                node,
                attribute,
                f"'{node.name}' names the version of '{function.name}', which publishes none, so it is $LATEST; "
                f"set publish = true on the function.",
                value=leaf,
                related=[Location(function.span, "the function that publishes no version")],
                guard=guard,
            )
    if not asked:
        yield INAPPLICABLE


def _other_readers(function: Function, graph: Graph) -> Iterator[tuple[Node, str, Guard, Leaf]]:
    """Yield what else calls a function of Terraform by its ``version`` or ``qualified_arn``, and where it says so."""
    if not function.type.startswith("aws_"):
        return
    for guard, node, _ in graph.calling(function, Node):
        if isinstance(node, SPOKEN_OF):
            continue
        for attribute in node.spellings:
            value = getattr(node, attribute, None)
            for inner, leaf in branches(value) if isinstance(value, (Known, Choice)) else ():
                content = leaf.value if isinstance(leaf, Known) else None
                parts = content.parts if isinstance(content, Pattern) else (content,)
                if any(
                    isinstance(one, Reference) and one.address == function.id and one.attribute in READS for one in parts
                ):
                    yield node, attribute, guard & inner, leaf


def _written(version: Version) -> Iterator[Answer]:
    if not is_absent(version.code_hash) or not _is_fixed(version.description) or _is_numbered(version.name):
        return
    yield claim(
        version,
        "code_hash",
        f"Version '{version.name}' says nothing that changes with the code, so it is published once; "
        f"give it CodeSha256, or let SAM or the CDK publish versions.",
        at=version.here(),
        level=Level.NOTE,
    )


def _is_fixed(description: Value) -> bool:
    """Return whether a description is the same text in each deployment. A parameter in it is the usual way to publish."""
    if not isinstance(description, Known) or description.provenance is not Provenance.LITERAL:
        return False
    holes = description.value.parts if isinstance(description.value, Pattern) else ()
    return not any(isinstance(hole, Unknown) and not (hole.symbol or "").startswith("AWS::") for hole in holes)


def _is_numbered(name: str) -> bool:
    """Return whether a logical id counts releases (``LiveV5``): who counts renames it for the next one."""
    stem = name.rstrip("0123456789")
    return stem != name and stem.endswith("V")


def _reads(leaf: Leaf, function: Function) -> bool:
    return isinstance(leaf, Known) and isinstance(leaf.value, Reference) and leaf.value.address == function.id
