"""FL404 permission-action-too-broad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Origin, Permission
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, jointly

from .principals import EVERYONE, is_service, principal_text

NEEDED: Final = frozenset({"lambda:invokefunction", "lambda:invokefunctionurl", "lambda:invokeasync"})
"""What callers need; the last is what Lambda's first API called the first one."""

REPLICATORS: Final = frozenset({"replicator.lambda.amazonaws.com", "edgelambda.amazonaws.com"})
"""Services that copy functions to the edge, which takes other actions."""


@rule(
    id="FL404",
    name="permission-action-too-broad",
    level=Level.WARNING,
    visits=Permission,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
    cwe=(250,),
    security_severity=4.0,
)
def permission_action_too_broad(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission on a function allows more than to call it.

    What it does
    Looks at the action of a permission. For a service, or for everyone, it is `lambda:InvokeFunction` or
    `lambda:InvokeFunctionUrl`; for accounts and roles the rule speaks of wildcards only, because another account may well
    be meant to read a function's configuration.

    Why it matters
    `lambda:*` lets the principal change the function's code and configuration, or delete it.

    How to fix
    Set the action to `lambda:InvokeFunction`.

    What it can't know
    What else the principal is meant to do with the function.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    """
    if permission.origin is not Origin.USER:
        yield INAPPLICABLE
        return
    for guard, (action, principal) in jointly(permission.action, permission.principal, given=permission.guard):
        text, who = text_of(action), principal_text(principal)
        if isinstance(action, Unknown):
            yield withheld(action, permission)
            continue
        if text is None or text.lower() in NEEDED or who in REPLICATORS:
            continue
        if "*" not in text and "?" not in text:
            if isinstance(principal, Unknown) and who is None:
                yield withheld(principal, permission)
                continue
            if who is None or not (who == EVERYONE or is_service(who)):
                continue
        yield claim(
            permission,
            "action",
            f"Permission '{permission.name}' allows {text}, which is more than to call the function; allow "
            "lambda:InvokeFunction.",
            value=action,
            at=Place(action.trail[-1] if action.trail else permission.span, permission.spellings["action"]),
            related=[
                Location(function.span, f"the function '{function.name}'")
                for _, function, _ in graph.functions_called_by(permission)
            ],
            guard=guard,
        )
