"""FL703 edge-not-a-version."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.alias_rules import is_version_number
from faaslint.graph import Callee, Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Alias, EdgeAssociation, Function, Node, Version
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Known

LATEST = "$LATEST"


@rule(id="FL703", name="edge-not-a-version", level=Level.ERROR, visits=EdgeAssociation)
def edge_not_a_version(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge association does not name a published version.

    What it does
    Checks that a distribution names each edge function by the ARN of a numbered version: not by its bare ARN, an alias, or
    `$LATEST`. In Terraform the `qualified_arn` of a function without `publish = true` ends in `$LATEST`.

    Why it matters
    CloudFront copies one fixed version to its locations and refuses anything else, so the deployment fails.

    How to fix
    Name the version: `!Ref Function.Version` with `AutoPublishAlias` in SAM, `!Ref` of an `AWS::Lambda::Version` in
    CloudFormation, `qualified_arn` of a function with `publish = true` in Terraform.

    What it can't know
    An ARN that comes from a parameter, another stack, or a custom resource.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    callees = graph.callees(association)
    if not callees:
        yield Withheld("what is associated can't be known", association.at("function").span)
    for callee in callees:
        given = association.guard & callee.guard
        if not given.satisfiable():
            continue
        named = _named(callee)
        if isinstance(named, str):
            subject, related = _subject(association, graph, callee)
            noun = "Function" if isinstance(subject, Function) else "Distribution"
            verb = "is associated" if isinstance(subject, Function) else "associates a function"
            yield claim(
                subject,
                "function",
                f"{noun} '{subject.name}' {verb} by {named}, which CloudFront refuses; name a published version.",
                at=association.at("function"),
                related=related,
                guard=given,
            )
        elif named is None:
            why = callee.unknown.why if callee.unknown is not None else "the qualifier can't be known"
            yield Withheld(why, association.at("function").span)


def _named(callee: Callee) -> str | bool | None:
    """Return what a callee is named by, in words, where that is no version; True for a version, None if not known."""
    node = callee.node
    if node is None:
        return None
    if isinstance(node, Version):
        return True
    if isinstance(node, Alias):
        return f"its alias {text_of(node.alias_name)}" if isinstance(node.alias_name, Known) else "an alias"
    if callee.qualifier is None:
        return "an ARN without a version"
    text = text_of(callee.qualifier)
    if text is None:
        return None
    if is_version_number(text):
        return True
    return LATEST if text == LATEST else f"its alias {text}"


def _subject(association: EdgeAssociation, graph: Graph, callee: Callee) -> tuple[Node, tuple[Location, ...]]:
    """Return whom a claim is about (a function of this project, else the distribution) and what it rests on."""
    for _, function in graph.function_behind(callee.node):
        if isinstance(callee.node, Alias):
            return function, (Location(callee.node.span, "the alias"), Location(function.span, "the function"))
        latest = callee.qualifier is not None and text_of(callee.qualifier) == LATEST
        return function, (Location(function.span, "the function publishes no version" if latest else "the function"),)
    return association, ()
