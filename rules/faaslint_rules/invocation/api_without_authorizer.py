"""FL416 api-without-authorizer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import api_of, depends, statements_on
from faaslint.iam.match import Answer as Allows
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Api, DomainName, Function, Integration, Node, Role, Route, Statement
from faaslint.model.read import boolean_of, elements, entry, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Provenance, Unknown, Value, branches, is_absent, jointly
from faaslint.privilege.grants import grants_of, roles_of

from .sources import path_of

WRITES: Final = (
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "s3:PutObject",
    "s3:DeleteObject",
    "rds-data:ExecuteStatement",
)
"""What a role allows that can write or delete the data of users."""

SHOWN: Final = 2
"""How many routes a message lists."""


class Opening(NamedTuple):
    """A route that asks nothing of its callers, and when."""

    guard: Guard
    route: Route


@rule(
    id="FL416",
    name="api-without-authorizer",
    level=Level.WARNING,
    visits=Api,
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html",
    ),
    cwe=(306,),
    security_severity=5.5,
)
def api_without_authorizer(api: Api, graph: Graph, context: Context) -> Iterator[Answer]:
    """Anyone can call routes of an API.

    What it does
    Looks for methods and routes without an authorizer, IAM authorization or an API key, and reports them once for each API.
    It is a warning where the role of a function behind them may write or delete data (items of DynamoDB, objects of S3, rows
    through the Data API), else a note. It leaves alone: `OPTIONS`, routes of WebSocket APIs other than `$connect`, private
    APIs whose resource policy limits their callers, APIs behind a domain with mutual TLS, and events that say
    `Authorizer: NONE`.

    Why it matters
    The address of an API is no secret. Whoever finds it uses what is behind it: reads data, changes it, runs up costs.

    How to fix
    Add an authorizer (a user pool, JWT, Lambda or IAM) to the API or the routes. Where a route is meant to be public, say
    so: in SAM with `Authorizer: NONE`, elsewhere by suppressing the finding with that reason.

    What it can't know
    Whether a handler checks its callers itself, and firewalls or CDNs before the API. Nothing is said about methods and
    routes of an API outside the project: its policy may limit who calls.

    Sources
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    - https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html
    """
    routes = [route for route in graph.all(Route) if api_of(graph, route) is api and _counts(route, api)]
    if not routes:
        yield INAPPLICABLE
        return
    if _is_guarded(api, graph):
        return
    openings: list[Opening] = []
    unknown: Withheld | None = None
    for route in routes:
        for guard, (authorization, key) in jointly(
            route.authorization, route.api_key_required, given=route.guard & api.guard
        ):
            if boolean_of(key) is True:
                continue
            if isinstance(authorization, Unknown) or (isinstance(key, Unknown) and text_of(authorization) in (None, "NONE")):
                unknown = unknown or Withheld("what a route asks of its callers can't be known", route.span)
            elif text_of(authorization) in (None, "NONE") and not _on_purpose(route, authorization, api):
                openings.append(Opening(guard, route))
    if openings:
        yield _claim(api, openings, graph)
    elif unknown is not None:
        yield unknown


def _counts(route: Route, api: Api) -> bool:
    if _text(route.method) == "OPTIONS" or _text(route.integration_type).upper() == "MOCK":
        return False
    key = _text(route.route_key)
    return not key.startswith("OPTIONS ") and (api.protocol != "WEBSOCKET" or key == "$connect")


def _on_purpose(route: Route, authorization: Known, api: Api) -> bool:
    """Whether an operation of a document says itself that it wants none, as SAM's ``Authorizer: NONE`` does."""
    return route.type == api.type and authorization.provenance is not Provenance.SERVICE


def _text(value: Value) -> str:
    return next((text_of(leaf) or "" for _, leaf in elements(value)), "")


def _is_guarded(api: Api, graph: Graph) -> bool:
    """Whether something before the routes limits, or may limit, who gets to them."""
    if not is_absent(entry(api.body, "x-amazon-apigateway-policy")) or _is_limited(api, graph):
        return True
    if any(isinstance(leaf, Unknown) or text_of(leaf) == "PRIVATE" for _, leaf in elements(api.endpoint_types)):
        return True
    return _asks_for_certificates(api, graph)


def _is_limited(api: Api, graph: Graph) -> bool:
    """Whether a resource policy limits, or may limit, who calls: one that lets everyone call does not."""
    found = statements_on(graph, api)
    if not found.statements:
        return not is_absent(api.policy)
    if found.openness is not None:
        return True
    return not all(_lets_everyone(statement) for _, _, statement in found.statements)


def _lets_everyone(statement: Statement) -> bool:
    allows = all(text_of(leaf) == "Allow" for _, leaf in branches(statement.effect))
    if not allows or not is_absent(statement.condition):
        return False
    everyone = [entry(statement.principals, kind) for kind in ("*", "AWS")]
    return any(text_of(leaf) == "*" for value in everyone for _, leaf in elements(value))


def _asks_for_certificates(api: Api, graph: Graph) -> bool:
    """Whether a domain with mutual TLS stands, or may stand, before the API."""
    for domain in graph.all(DomainName):
        if is_absent(domain.mutual_tls):
            continue
        mappings = [edge.source for edge in graph.into(domain, EdgeKind.DEPENDS_ON)]
        mapped = [other for other in graph.all(Api) if any(depends(graph, one, other) for one in mappings)]
        if not mapped or api in mapped:
            return True
    return False


def _claim(api: Api, openings: list[Opening], graph: Graph) -> Answer:
    guard = openings[0].guard
    for one in openings[1:]:
        guard = guard | one.guard
    writers = [function for one in openings for function in _functions(one.route, graph) if _may_write(function, graph)]
    names = list(dict.fromkeys(_shown(one.route, graph) for one in openings))
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    behind = f", and function '{writers[0].name}' behind it may write data" if writers else ""
    return claim(
        api,
        "",
        f"API '{api.name}' lets anyone call {listed}{behind}; add an authorizer, or say that it is public.",
        at=api.here(),
        related=[
            *(Location(one.route.span, f"{_shown(one.route, graph)} is open") for one in openings),
            *(Location(function.span, f"the function '{function.name}'") for function in dict.fromkeys(writers)),
        ],
        level=None if writers else Level.NOTE,
        guard=guard,
    )


def _shown(route: Route, graph: Graph) -> str:
    key = _text(route.route_key)
    if key:
        return key
    method, path = _text(route.method), _text(route.path) or path_of(graph, route.resource)
    return f"{method} {path}" if method and path else f"'{route.name}'"


def _functions(route: Route, graph: Graph) -> Iterator[Function]:
    nodes: list[Node] = [route]
    nodes += [edge.target for edge in graph.out(route, EdgeKind.ROUTES_TO) if isinstance(edge.target, Integration)]
    for node in nodes:
        for edge in graph.out(node, EdgeKind.TRIGGERS):
            for _, function in graph.function_behind(edge.target):
                yield function


def _may_write(function: Function, graph: Graph) -> bool:
    for guard, role in roles_of(function, graph):
        if isinstance(role, Role):
            grants = grants_of(role, graph)
            if any(grants.allows(action, None, guard).answer is Allows.YES for action in WRITES):
                return True
    return False
