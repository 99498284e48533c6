"""FL411 function-url-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.api import adds_one_url_permission
from faaslint.graph import Graph
from faaslint.iam.match import Answer as Covers
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, FunctionUrl, Permission
from faaslint.model.read import boolean_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Unknown, branches, jointly

from .principals import EVERYONE, is_service, lets_invoke, lets_invoke_by_url, principal_text
from .wiring import unknown_permissions

BY_URL: Final = "lambda:InvokeFunctionUrl"
INVOKE: Final = "lambda:InvokeFunction with InvokedViaFunctionUrl"
CLOUDFRONT: Final = "cloudfront.amazonaws.com"


class Held(NamedTuple):
    """When a principal has each of the two permissions; ``perhaps`` says why it may have them in other cases too."""

    by_url: Guard
    invoke: Guard
    perhaps: Withheld | None


@rule(
    id="FL411",
    name="function-url-permission",
    level=Level.ERROR,
    visits=FunctionUrl,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",),
)
def function_url_permission(url: FunctionUrl, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function URL lacks one of the two permissions that its callers need.

    What it does
    A URL with `AuthType: NONE` needs two permissions for everyone (`*`): `lambda:InvokeFunctionUrl`, and
    `lambda:InvokeFunction` with `InvokedViaFunctionUrl`. So does a service that calls a URL with `AuthType: AWS_IAM`, such
    as CloudFront with origin access control. The rule speaks where one of the two is missing. `lambda:InvokeFunction`
    without a condition counts too. SAM writes both for `AuthType: NONE`, and the CDK and Terraform's provider write those
    for everyone themselves: there it is silent about them. Versions 5 of the provider write only the first of the two, so
    the rule speaks where the lock file names one.

    Why it matters
    Without both, every request to the URL is answered with 403 Forbidden.

    How to fix
    Add the missing permission: `Action: lambda:InvokeFunctionUrl` with `FunctionUrlAuthType`, and
    `Action: lambda:InvokeFunction` with `InvokedViaFunctionUrl: true`.

    What it can't know
    Permissions that something outside the project adds, policies of callers with an identity of their own, and the version
    of Terraform's provider where no lock file says it.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
    """
    asked = False
    for called, function, _ in graph.functions_called_by(url):
        for guard, auth in branches(url.auth_type):
            given = guard & called & url.guard & function.guard
            if not given.satisfiable():
                continue
            if isinstance(auth, Unknown):
                asked = True
                yield withheld(auth, url)
                continue
            principals = _services(function, graph) if text_of(auth) == "AWS_IAM" else [EVERYONE]
            adds_one = False
            if text_of(auth) == "NONE" and graph.kind in ("cdk", "terraform", "terraform-plan"):
                adds_one = graph.kind == "terraform" and adds_one_url_permission(graph.provider_version) is True
                principals = [EVERYONE] if adds_one else []
            for principal in principals:
                asked = True
                yield from _judge(url, function, principal, given, graph, adds_one)
    if not asked:
        yield INAPPLICABLE


def _judge(
    url: FunctionUrl, function: Function, principal: str, given: Guard, graph: Graph, adds_one: bool
) -> Iterator[Answer]:
    held = _held(function, principal, url, graph)
    for missing, guard in ((BY_URL, given & ~held.by_url), (INVOKE, given & ~held.invoke)):
        if not guard.satisfiable() or (adds_one and missing == BY_URL):
            continue
        incomplete = unknown_permissions(graph) or held.perhaps
        if incomplete is not None:
            yield incomplete
            return
        callers = "anyone" if principal == EVERYONE else principal
        done = f"move to a newer version of the provider than {graph.provider_version}" if adds_one else "add it"
        yield claim(
            url,
            "auth_type",
            f"Function URL '{url.name}' can't be called by {callers}: no permission for {principal} allows {missing}; "
            f"{done}.",
            related=[
                Location(function.span, f"the function '{function.name}'"),
                *(
                    Location(permission.span, f"the permission '{permission.name}'")
                    for _, permission, _ in graph.permissions_on(function)
                    if any(principal_text(leaf) == principal for _, leaf in branches(permission.principal))
                ),
            ],
            guard=guard,
        )
        return


def _services(function: Function, graph: Graph) -> list[str]:
    """The services that call the function through its URL: CloudFront, and whoever has a permission that says so."""
    found: dict[str, None] = {}
    for _, permission, _ in graph.permissions_on(function):
        values = (permission.principal, permission.action, permission.invoked_via_function_url)
        for _, (principal, action, via) in jointly(*values):
            who = principal_text(principal)
            if who is None or not is_service(who):
                continue
            by_url = lets_invoke_by_url(action) is Covers.YES and lets_invoke(action) is Covers.NO
            if by_url or who == CLOUDFRONT or boolean_of(via) is True:
                found[who] = None
    return list(found)


def _held(function: Function, principal: str, url: FunctionUrl, graph: Graph) -> Held:
    by_url, invoke = NEVER, NEVER
    perhaps: Withheld | None = None
    for outer, permission, _ in graph.permissions_on(function):
        for guard, (who, action) in jointly(permission.principal, permission.action, given=outer & permission.guard):
            text = principal_text(who)
            if text not in (None, principal, EVERYONE):
                continue
            covers = (lets_invoke_by_url(action), lets_invoke(action))
            if text is None or Covers.MAYBE in covers:
                perhaps = perhaps or _may(permission)
                continue
            if covers[0] is Covers.YES:
                by_url = by_url | guard
            if covers[1] is Covers.YES:
                invoke = invoke | guard
    return Held(by_url, invoke, perhaps)


def _may(permission: Permission) -> Withheld:
    return Withheld(f"the permission '{permission.name}' may let it", permission.span)
