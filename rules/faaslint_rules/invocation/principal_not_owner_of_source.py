"""FL412 principal-not-owner-of-source."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import poll_sources, push_sources
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Origin, Permission
from faaslint.model.span import Location
from faaslint.model.value import Unknown, jointly

from .principals import is_service, owns, principal_text
from .sources import nodes_in, service_of


@rule(
    id="FL412",
    name="principal-not-owner-of-source",
    level=Level.ERROR,
    visits=Permission,
    supersedes=("FL406", "FL408"),
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
)
def principal_not_owner_of_source(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission names a service, and the source of another service.

    What it does
    Compares the principal of a permission with the service in its `SourceArn`: `sns.amazonaws.com` calls for topics
    (`arn:aws:sns:…`), `events.amazonaws.com` for rules (`arn:aws:events:…`), and so on.

    Why it matters
    A service states the resource for which it calls, which is always one of its own. The two conditions never hold together,
    so the permission lets nobody in.

    How to fix
    Write the principal of the service that the source belongs to.

    What it can't know
    Services that are not known to call functions; about those it says nothing.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
    """
    if permission.origin is not Origin.USER:
        yield INAPPLICABLE
        return
    asked = False
    for guard, (principal, arn) in jointly(permission.principal, permission.source_arn, given=permission.guard):
        who = principal_text(principal)
        if (who is not None and not is_service(who)) or (not isinstance(arn, Unknown) and arn.value is None):
            continue
        asked = True
        service = service_of(graph, arn)
        if who is None or service is None:
            for leaf in (principal, arn):
                if isinstance(leaf, Unknown):
                    yield withheld(leaf, permission)
                    break
            else:
                yield Withheld("which service the source belongs to can't be known", permission.span)
            continue
        if "*" in service or owns(who, service) is not False or service == who.partition(".")[0]:
            # API Gateway's own ARNs are of its service, though no request has them: permission-for-other-source says so.
            continue
        right = _principal_of(service)
        yield claim(
            permission,
            "principal",
            f"Permission '{permission.name}' lets {who} call for a source of another service ({service}), which never "
            f"happens; {f'name {right} as the principal.' if right else _instead(service)}",
            value=principal,
            related=[
                Location(arn.trail[0] if arn.trail else permission.span, "the source"),
                *(Location(node.span, f"'{node.name}'") for _, node in nodes_in(graph, arn)),
            ],
            guard=guard,
        )
    if not asked:
        yield INAPPLICABLE


def _principal_of(service: str) -> str | None:
    for source in push_sources().values():
        if service in source.source_arn_services and source.principals and not source.by_role:
            return source.principals[0]
    return None


def _instead(service: str) -> str:
    if any(service in source.arn_services for source in poll_sources().values()):
        return "remove it: this source is polled with the function's role."
    return "name the source that it should call for."
