"""FL420 api-integration-invalid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.identity import canonical
from faaslint.graph.queries import api_of
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.nodes import Authorizer, Function, Integration, Node, Origin, Route
from faaslint.model.read import known_text_parts, text_of
from faaslint.model.record import replace
from faaslint.model.span import Location, Place
from faaslint.model.value import Choice, Known, Leaf, Reference, Unknown, Value, branches, choose, is_absent, jointly

LAMBDA_TYPES: Final = frozenset({"AWS", "AWS_PROXY"})
INVOKE_ATTRIBUTES: Final = frozenset({"invoke_arn", "qualified_invoke_arn", "response_streaming_invoke_arn"})


@rule(
    id="FL420",
    name="api-integration-invalid",
    level=Level.ERROR,
    visits=Node,
    fixable=True,
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-integrations.html",),
)
def api_integration_invalid(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """An API's integration with a function is set up so that it can't call it.

    What it does
    Checks three things of an integration with a function: of a REST API, that the method with which API Gateway calls Lambda
    is POST, whatever the client's method is; that the URI is the function's invoke ARN
    (`arn:aws:apigateway:…:lambda:path/2015-03-31/functions/…/invocations`), not its own ARN, which only integrations of HTTP
    APIs take; and that an alias that the URI names is in the project, where the function is.

    Why it matters
    With another method every request ends in an error 500 ("Invalid permissions" or "Malformed Lambda proxy response"), a
    function's ARN as URI is refused at deployment, and a missing alias can't be called.

    How to fix
    Set the integration's method to POST, and the URI to the invoke ARN (in Terraform `invoke_arn`). Define the alias.

    What it can't know
    Aliases that something outside the project makes, and stage variables in the URI.

    Sources
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-integrations.html
    - https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    """
    if not isinstance(node, (Route, Integration, Authorizer)) or node.origin is not Origin.USER or is_absent(node.uri):
        yield INAPPLICABLE
        return
    if not _may_be_lambda(node, graph):
        yield from (withheld(leaf, node) for _, leaf in branches(node.uri) if isinstance(leaf, Unknown))
        yield INAPPLICABLE
        return
    if _protocol(node, graph) == "REST" and not isinstance(node, Authorizer):
        yield from _method(node, graph)
    yield from _uri(node, graph)
    yield from _alias(node, graph)


def _may_be_lambda(node: Route | Integration | Authorizer, graph: Graph) -> bool:
    if graph.out(node, EdgeKind.TRIGGERS):
        return True
    return any("lambda:path/" in (known_text_parts(leaf) or "") for _, leaf in branches(node.uri))


def _protocol(node: Route | Integration | Authorizer, graph: Graph) -> str:
    api = api_of(graph, node)
    if api is not None:
        return api.protocol
    return "" if "V2" in node.type or "v2" in node.type else "REST"


def _method(node: Route | Integration, graph: Graph) -> Iterator[Answer]:
    written = _of_method(node.integration_method, graph)
    post = "POST" if written is node.integration_method else '"POST"'
    for guard, (kind, method) in jointly(node.integration_type, written, given=node.guard):
        if isinstance(kind, Unknown) or isinstance(method, Unknown):
            yield withheld(kind if isinstance(kind, Unknown) else method, node)
            continue
        if (text_of(kind) or "").upper() not in LAMBDA_TYPES:
            continue
        text = text_of(method)
        if method.value is not None and (text is None or text.upper() == "POST"):
            continue
        attribute = node.spellings.get("integration_method", "httpMethod")
        yield claim(
            node,
            "integration_method",
            f"Integration '{node.name}' calls a function with {text or 'no method'}; set {attribute} to POST, whatever the "
            "client's method is.",
            value=method,
            guard=guard,
            # Nothing but POST works, so nothing that works is changed.
            edits=[Edit(span, post, safe=len(method.trail) == 1) for span in method.trail[-1:] if text is not None],
        )


def _of_method(value: Value, graph: Graph) -> Value:
    """Return the method that is meant where it is taken from the client's (``aws_api_gateway_method.….http_method``)."""
    if isinstance(value, Known) and isinstance(value.value, Reference) and value.value.attribute == "http_method":
        method = graph.node(value.value.address)
        if isinstance(method, Route):
            return choose(
                (guard, replace(leaf, trail=value.trail[:1]) if isinstance(leaf, Known) else leaf)
                for guard, leaf in branches(method.method)
            )
    return value


def _uri(node: Route | Integration | Authorizer, graph: Graph) -> Iterator[Answer]:
    if _protocol(node, graph) not in ("REST", "WEBSOCKET") and not isinstance(node, Authorizer):
        return
    for guard, leaf in branches(node.uri):
        if _is_function_arn(leaf, graph):
            attribute = node.spellings.get("uri", "uri")
            yield claim(
                node,
                "uri",
                f"'{node.name}' names a function by its ARN, which API Gateway refuses; set {attribute} to the invoke ARN.",
                at=Place(leaf.trail[0] if leaf.trail else node.span, attribute),
                guard=guard,
            )


def _is_function_arn(leaf: Leaf, graph: Graph) -> bool:
    if isinstance(leaf, Unknown):
        return False
    if isinstance(leaf.value, Reference):
        node = graph.node(leaf.value.address)
        return isinstance(node, Function) and leaf.value.attribute in ("Arn", "arn", "qualified_arn")
    fields = (known_text_parts(Known(canonical(graph, leaf.value))) or "").split(":")
    return len(fields) > 5 and fields[0] == "arn" and fields[2] == "lambda"


def _alias(node: Route | Integration | Authorizer, graph: Graph) -> Iterator[Answer]:
    for edge in graph.out(node, EdgeKind.TRIGGERS):
        function, qualifier = edge.target, edge.qualifier
        if not isinstance(function, Function) or qualifier is None:
            continue
        text = text_of(qualifier)
        if text is None or "$" in text or text.isdigit() or not text:
            continue
        aliases = graph.aliases_of(function)
        if any(isinstance(alias.alias_name, Choice) or text_of(alias.alias_name) in (None, text) for alias in aliases):
            continue
        if graph.openness is not None:
            yield Withheld(graph.openness.why, graph.openness.where)
            continue
        yield claim(
            node,
            "uri",
            f"'{node.name}' calls the alias {text} of function '{function.name}', which the project does not have; define "
            "it, or call the function itself.",
            at=edge.place,
            related=[
                Location(function.span, f"the function '{function.name}'"),
                *(Location(alias.span, f"the alias '{alias.name}'") for alias in aliases),
            ],
            guard=edge.guard,
        )
