"""FL409 public-function-url."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import FunctionUrl
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, branches


@rule(
    id="FL409",
    name="public-function-url",
    level=Level.WARNING,
    visits=FunctionUrl,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",),
    cwe=(306,),
    security_severity=6.5,
)
def public_function_url(url: FunctionUrl, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function URL answers anyone.

    What it does
    Looks for function URLs whose `AuthType` is `NONE`.

    Why it matters
    The URL is open to the whole internet, without throttling, keys or a firewall of its own. What the function does with its
    role, anybody can make it do, at your cost.

    How to fix
    Set `AuthType: AWS_IAM` and let callers sign their requests, or put CloudFront with origin access control before the URL.
    If the URL is meant to be public (a webhook that checks a signature), suppress the finding with that reason.

    What it can't know
    Whether the handler checks a token or signature itself.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    for guard, leaf in branches(url.auth_type):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, url)
        elif text_of(leaf) == "NONE":
            attribute = url.spellings["auth_type"]
            yield claim(
                url,
                "auth_type",
                f"Function URL '{url.name}' answers anyone; set {attribute} to AWS_IAM, or say why it is public.",
                value=leaf,
                at=Place(leaf.trail[-1] if leaf.trail else url.span, attribute),
                related=[
                    Location(function.span, f"the function '{function.name}'")
                    for _, function, _ in graph.functions_called_by(url)
                ],
                guard=guard,
            )
