"""FL819 hard-coded-credentials."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import NotableKind
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running


@rule(
    id="FL819",
    name="hard-coded-credentials",
    level=Level.ERROR,
    visits=Function,
    cwe=(798,),
    security_severity=9.0,
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    ),
)
def hard_coded_credentials(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """AWS credentials are written in the source of a handler.

    What it does
    Looks for `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token` that are given to an SDK client or
    session as literals, and for texts anywhere in the source that are AWS access keys by their form.

    Why it matters
    Whoever sees the package or the repository has the credentials, and they can't be changed without a deployment.

    How to fix
    Let the function's role give the access: the SDK finds its credentials by itself. For another account assume a role;
    for other services read a secret from Secrets Manager. Revoke the key.

    What it can't know
    Whether the credentials are still valid. Clients for a local imitation of AWS (`endpoint_url` on localhost) are left
    alone, and so are texts like the access keys of AWS's documentation.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        if handler.needs_openness is not None and not any(one.about is NotableKind.SECRET for one in handler.notable):
            yield Withheld(handler.needs_openness.why, handler.needs_openness.where)
        for secret in handler.notable:
            if secret.about is NotableKind.SECRET:
                what = "an AWS access key" if secret.feature == "access key" else f"a literal '{secret.feature}'"
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' has {what} in its source; let the function's role give the access, and "
                    "revoke the key.",
                    at=Place(secret.span, handler.callable),
                    related=[Location(function.at("handler").span, "the function's handler")],
                    guard=guard,
                )
