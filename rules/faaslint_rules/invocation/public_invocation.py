"""FL401 public-invocation."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.match import Answer as Covers
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import LayerPermission, Node, Origin, Permission
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, jointly

from .principals import EVERYONE, is_scoped, lets_invoke, lets_invoke_by_url, principal_text

SCOPES = (
    "source_arn",
    "source_account",
    "organization",
    "event_source_token",
    "function_url_auth_type",
    "invoked_via_function_url",
)


@rule(
    id="FL401",
    name="public-invocation",
    level=Level.ERROR,
    visits=Node,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
    cwe=(284, 732),
    security_severity=8.6,
)
def public_invocation(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """Anyone with an AWS account may call the function, or use the layer.

    What it does
    Looks for permissions whose principal is `*` on an action that calls the function, with nothing that limits them: no
    `SourceArn`, `SourceAccount`, `PrincipalOrgID`, `EventSourceToken`, `FunctionUrlAuthType` or `InvokedViaFunctionUrl`. A
    permission on a layer for `*` without an organisation is a warning. Permissions of function URLs are the business of
    `public-function-url`.

    Why it matters
    Whoever learns the function's ARN calls it with whatever event they like, past every API and authorizer, at your cost.

    How to fix
    Name the principal that should call: a service with its `SourceArn`, an account, or an organisation.

    What it can't know
    Whether the function checks its callers itself. A `SourceArn` with the principal `*` is taken at its word, though other
    linters refuse every `*`: only that source may call.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html
    """
    if isinstance(node, Permission) and node.origin is Origin.USER:
        yield from _of_function(node, graph)
    elif isinstance(node, LayerPermission):
        yield from _of_layer(node)
    else:
        yield INAPPLICABLE


def _of_function(permission: Permission, graph: Graph) -> Iterator[Answer]:
    asked = False
    values = (permission.principal, permission.action, *(getattr(permission, name) for name in SCOPES))
    for guard, (principal, action, *scopes) in jointly(*values, given=permission.guard):
        who = principal_text(principal)
        if who not in (None, EVERYONE) or lets_invoke(action) is Covers.NO is lets_invoke_by_url(action):
            continue
        asked = True
        if any(is_scoped(scope) for scope in scopes):
            continue
        unknown = next((one for one in (principal, action, *scopes) if isinstance(one, Unknown)), None)
        if unknown is not None:
            yield withheld(unknown, permission)
        elif who is None:
            yield Withheld("the principal can't be known", permission.at("principal", principal).span)
        else:
            yield claim(
                permission,
                "principal",
                f"Permission '{permission.name}' lets anyone call the function; name the principal, or limit it to a "
                "source, an account or an organisation.",
                at=Place(principal.trail[0] if principal.trail else permission.span, permission.spellings["principal"]),
                related=[
                    Location(function.span, f"the function '{function.name}'")
                    for _, function, _ in graph.functions_called_by(permission)
                ],
                guard=guard,
            )
    if not asked:
        yield INAPPLICABLE


def _of_layer(permission: LayerPermission) -> Iterator[Answer]:
    asked = False
    for guard, (principal, organization) in jointly(permission.principal, permission.organization, given=permission.guard):
        who = principal_text(principal)
        if who not in (None, EVERYONE):
            continue
        asked = True
        if is_scoped(organization):
            continue
        unknown = next((one for one in (principal, organization) if isinstance(one, Unknown)), None)
        if unknown is not None:
            yield withheld(unknown, permission)
        elif who == EVERYONE:
            yield claim(
                permission,
                "principal",
                f"Layer permission '{permission.name}' lets every AWS account use the layer; name an account, or set "
                f"{permission.spellings['organization']}.",
                at=Place(principal.trail[0] if principal.trail else permission.span, permission.spellings["principal"]),
                level=Level.WARNING,
                guard=guard,
            )
    if not asked:
        yield INAPPLICABLE
