"""FL406 permission-for-other-source."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Permission
from faaslint.model.span import Location

from .sources import API_KINDS, is_no_arn, manages_api
from .wiring import Unserved, unknown_permissions, wiring_of


@rule(
    id="FL406",
    name="permission-for-other-source",
    level=Level.ERROR,
    visits=Function,
    supersedes=("FL123",),
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
)
def permission_for_other_source(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's permission names another source than the one that is wired to it.

    What it does
    Compares each source that calls a function itself (a bucket, topic, rule, route of an API, authorizer, log group …) with
    the function's permissions for that service. It speaks where there are some, and none covers the source: its `SourceArn`
    names another resource, is a name instead of an ARN, is an API's own ARN instead of its execution ARN, or names an API
    but a stage, method or path that excludes the route.
    Where there is no permission for the service at all, `missing-invoke-permission` speaks; where it is for another alias or
    version, `permission-qualifier-mismatch`.

    Why it matters
    Lambda compares the caller with the permission, and refuses. The rule of EventBridge fires and nothing runs; the client
    of the API gets an error 500.

    How to fix
    Write the ARN of the source that is wired as the permission's `SourceArn`; for an API, the method and path of the route,
    with `*` for the stage and for path parameters. If the permission belongs to another source, add one.

    What it can't know
    Permissions that something outside the project adds, and ARNs that come from parameters.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
    """
    wiring = wiring_of(function, graph)
    if not wiring.asked:
        yield INAPPLICABLE
        return
    others = [one for one in wiring.unserved if not one.only_qualifier]
    incomplete = unknown_permissions(graph) if others else None
    by_permission: dict[str, list[Unserved]] = {}
    by_principal: dict[str, list[Unserved]] = {}
    for one in others:
        if incomplete is not None:
            yield incomplete
        elif one.near.permission.id in wiring.used:
            by_principal.setdefault(canonical_principal(one.trigger.principal), []).append(one)
        else:
            by_permission.setdefault(one.near.permission.id, []).append(one)
    for listed in by_permission.values():
        yield _of_permission(function, listed[0].near.permission, listed, graph)
    for principal, listed in by_principal.items():
        yield _of_source(function, principal, listed)


def _of_permission(function: Function, permission: Permission, unserved: list[Unserved], graph: Graph) -> Answer:
    """The permission serves nothing: it is what has to change."""
    first = unserved[0]
    principal = canonical_principal(first.trigger.principal)
    arn = first.near.source_arn
    attribute = permission.spellings.get("source_arn", "source_arn")
    if is_no_arn(graph, arn):
        wrong, mend = "and its source is no ARN, so that it covers nothing", f"set {attribute} to the ARN"
    elif manages_api(graph, arn):
        wrong = "and its source is the ARN that the API is managed by, which no request has"
        mend = f"set {attribute} to the execution ARN"
    elif first.trigger.kind in API_KINDS:
        wrong, mend = "but not for the request that is wired", f"make {attribute} cover the stage, method and path"
    else:
        wrong, mend = "but not for the source that is wired", f"set {attribute} to the ARN"
    return claim(
        permission,
        "source_arn",
        f"Permission '{permission.name}' lets {principal} call the function, {wrong}; {mend} of '{_shown(first)}'.",
        value=arn,
        related=[Location(one.trigger.place.span, f"'{_shown(one)}' is wired here") for one in unserved],
        route=_route(function, first),
        guard=_guard(unserved),
    )


def _of_source(function: Function, principal: str, unserved: list[Unserved]) -> Answer:
    """The permission serves another source: this one needs its own."""
    first = unserved[0]
    return claim(
        function,
        "",
        f"Function '{function.name}' is wired to {principal} here, but its permissions for that service cover other sources "
        "only; add a permission with this source as its source ARN.",
        at=first.trigger.place,
        related=[
            Location(first.near.permission.span, "a permission for another source"),
            Location(function.span, "the function that it should call"),
            *(Location(other.trigger.place.span, "wired here too") for other in unserved[1:]),
        ],
        route=_route(function, first),
        guard=_guard(unserved),
    )


def _shown(one: Unserved) -> str:
    return one.trigger.source.name


def _route(function: Function, one: Unserved) -> list[Location]:
    principal = canonical_principal(one.trigger.principal)
    return [
        Location(one.trigger.place.span, f"'{_shown(one)}' calls as {principal}"),
        Location(one.near.permission.span, f"permission '{one.near.permission.name}' covers another source"),
        Location(function.span, f"function '{function.name}'"),
    ]


def _guard(unserved: list[Unserved]) -> Guard:
    guard = unserved[0].guard
    for one in unserved[1:]:
        guard = guard | one.guard
    return guard
