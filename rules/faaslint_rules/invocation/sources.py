"""Which source a permission's source ARN lets call, compared with the source that is wired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.graph import Graph
from faaslint.graph.identity import ACCOUNT, PARTITION, REGION, arn_of, canonical, kind_of_reference
from faaslint.graph.queries import Trigger, api_of, routes_behind
from faaslint.iam.match import Answer, resource_matches
from faaslint.model import nodes
from faaslint.model.nodes import Node
from faaslint.model.read import known_text_parts, text_of
from faaslint.model.value import Known, Leaf, Pattern, Payload, Reference, Unknown, Value, branches, is_absent

API_KINDS: Final = frozenset({"rest-api", "http-api", "websocket-api", "authorizer"})

SERVICES: Final[dict[type[Node], str]] = {
    nodes.Api: "execute-api",
    nodes.Stage: "execute-api",
    nodes.ApiDeployment: "execute-api",
    nodes.Bucket: "s3",
    nodes.Bus: "events",
    nodes.EventRule: "events",
    nodes.IotRule: "iot",
    nodes.LoadBalancer: "elasticloadbalancing",
    nodes.LoadBalancerTarget: "elasticloadbalancing",
    nodes.LogGroup: "logs",
    nodes.Queue: "sqs",
    nodes.Repository: "codecommit",
    nodes.Schedule: "scheduler",
    nodes.Secret: "secretsmanager",
    nodes.StateMachine: "states",
    nodes.Stream: "kinesis",
    nodes.Table: "dynamodb",
    nodes.Topic: "sns",
    nodes.UserPool: "cognito-idp",
}
"""The service field in the ARNs of the kinds of resource that may stand in a source ARN."""

DEEPEST: Final = 64
"""Most parts of a path that are followed; a chain of resources that is longer runs in a circle."""

_API_IDS: Final = frozenset({"Ref", "id", "RestApiId", "ApiId"})
_HOLE: Final = Unknown("not known here")


def nodes_in(graph: Graph, leaf: Leaf) -> Iterator[tuple[Reference, Node]]:
    """Yield the resources of the project that a value refers to."""
    if isinstance(leaf, Unknown):
        return
    for part in leaf.value.parts if isinstance(leaf.value, Pattern) else (leaf.value,):
        if isinstance(part, Reference) and (node := graph.node(part.address)) is not None:
            yield part, node


def is_no_arn(graph: Graph, leaf: Leaf) -> bool:
    """Return whether a value is certainly no ARN: a name, a URL or an id."""
    if isinstance(leaf, Unknown):
        return False
    content = leaf.value
    if isinstance(content, Reference):
        node = graph.node(content.address)
        if isinstance(node, nodes.Api):
            return content.attribute in _API_IDS
        # A reference to a target group, a secret or a topic is its ARN; that of a bucket, rule or queue is a name or URL.
        return kind_of_reference(graph, content) in ("name", "url")
    first = content.parts[0] if isinstance(content, Pattern) else text_of(leaf)
    return isinstance(first, str) and first != "" and not first.startswith("arn:") and not "arn:".startswith(first)


def service_of(graph: Graph, leaf: Leaf) -> str | None:
    """Return the service field of the ARN that a value is, None where it can't be known."""
    if isinstance(leaf, Unknown):
        return None
    text = known_text_parts(Known(source_form(graph, leaf.value))) or ""
    fields = text.split(":")
    if len(fields) > 3 and fields[0] == "arn" and "\0" not in fields[2]:
        return fields[2]
    if isinstance(leaf.value, Reference) and not is_no_arn(graph, leaf):
        return SERVICES.get(type(graph.node(leaf.value.address)))  # type: ignore[arg-type]  # NoneType has no entry
    return None


def manages_api(graph: Graph, leaf: Leaf) -> bool:
    """Return whether a value is the ARN that an API is managed by (``…:apigateway:…::/restapis/…``): no request has it."""
    if (
        isinstance(leaf, Known)
        and isinstance(leaf.value, Reference)
        and isinstance(graph.node(leaf.value.address), nodes.Api)
    ):
        return leaf.value.attribute == "arn"
    return service_of(graph, leaf) == "apigateway"


def names_source(graph: Graph, leaf: Leaf, trigger: Trigger) -> Answer:
    """Return whether a permission's source ARN covers the source of a trigger. One that is not set covers every source."""
    if isinstance(leaf, Unknown):
        return Answer.MAYBE
    if leaf.value is None:
        return Answer.YES
    if is_no_arn(graph, leaf):
        return Answer.NO
    if trigger.kind in API_KINDS:
        return Answer.NO if manages_api(graph, leaf) else _names_route(graph, leaf, trigger)
    named = [node for _, node in nodes_in(graph, leaf)]
    if any(node is trigger.source or node is trigger.via for node in named):
        return Answer.YES
    if isinstance(trigger.source, nodes.Caller) or type(trigger.source) not in SERVICES:
        return Answer.MAYBE
    if any(type(node) in SERVICES for node in named):
        return Answer.NO
    service = service_of(graph, leaf)
    if service is not None and "*" not in service and service != SERVICES[type(trigger.source)]:
        return Answer.NO
    wanted = arn_of(graph, trigger.source)
    if wanted is None or (isinstance(trigger.source, nodes.EventRule) and not is_absent(trigger.source.bus)):
        return Answer.MAYBE
    answers = {
        resource_matches(leaf, Known(one), lambda content: canonical(graph, content)) for one in _spelled(trigger, wanted)
    }
    return Answer.YES if Answer.YES in answers else Answer.MAYBE if Answer.MAYBE in answers else Answer.NO


def _spelled(trigger: Trigger, arn: Pattern) -> tuple[Pattern, ...]:
    """A log group's ARN is written with and without what stands for its streams."""
    if isinstance(trigger.source, nodes.LogGroup):
        return arn, _joined(*arn.parts, ":*")
    return (arn,)


def _names_route(graph: Graph, leaf: Known, trigger: Trigger) -> Answer:
    source = trigger.source
    if isinstance(source, nodes.Api):
        api: nodes.Api | None = source
    elif isinstance(source, (nodes.Route, nodes.Integration, nodes.Authorizer)):
        api = api_of(graph, source)
    else:
        return Answer.MAYBE
    if api is None:
        return Answer.MAYBE
    found = Answer.NO
    for wanted in _requests(graph, api, trigger, "authorizers" in (known_text_parts(leaf) or "authorizers")):
        answer = resource_matches(
            leaf,
            Known(_joined("arn:", PARTITION, ":execute-api:", REGION, ":", ACCOUNT, ":", Reference(api.id, "id"), *wanted)),
            lambda content: source_form(graph, content),
            lambda left, right, begins: not begins and left.address != right.address and _are_apis(graph, left, right),
        )
        if answer is Answer.YES:
            return answer
        found = Answer.MAYBE if answer is Answer.MAYBE else found
    return found


def _are_apis(graph: Graph, left: Reference, right: Reference) -> bool:
    return isinstance(graph.node(left.address), nodes.Api) and isinstance(graph.node(right.address), nodes.Api)


Part = str | Reference | Unknown


def _requests(graph: Graph, api: nodes.Api, trigger: Trigger, by_id: bool) -> Iterator[tuple[Part, ...]]:
    """Yield what follows the API's id in the source ARN of each request that a trigger serves: stage, method and path.

    ``by_id`` says that a permission speaks of authorizers; then their ids, which are not known here, count.
    """
    if trigger.kind == "authorizer":
        yield "/authorizers/", _HOLE if by_id else "id"
        return
    routes = () if isinstance(trigger.source, nodes.Api) else routes_behind(graph, trigger.source)
    for stage in _stages(graph, api):
        if not routes:
            yield "/", stage, "/", _HOLE
        for _, route in routes:
            yield "/", stage, "/", *_request(graph, route)


def _stages(graph: Graph, api: nodes.Api) -> tuple[Part, ...]:
    """The stages of an API by name, one hole where they are not all known."""
    found: list[Part] = []
    for stage in graph.all(nodes.Stage):
        if api_of(graph, stage) in (api, None):
            found += [text_of(leaf) or _HOLE for _, leaf in branches(stage.stage_name)]
    for deployment in graph.all(nodes.ApiDeployment):
        for _, leaf in branches(deployment.stage_name):
            if isinstance(leaf, Unknown) or leaf.value is not None:
                found.append(text_of(leaf) or _HOLE)
    return tuple(found) if found and _HOLE not in found and graph.openness is None else (_HOLE,)


def _request(graph: Graph, route: nodes.Route) -> tuple[Part, ...]:
    key = _text(route.route_key)
    if key is not None:
        method, _, path = key.partition(" ")
        if path:
            return _HOLE if method == "ANY" else method, *_path(path)
        # The ARN of what matches no other route is not documented to be more than its key.
        return (_HOLE,) if key == "$default" else (key,)
    method = _text(route.method) or ""
    whole = _text(route.path) or path_of(graph, route.resource)
    return method if method and method != "ANY" else _HOLE, *(_path(whole) if whole else ("/", _HOLE))


def path_of(graph: Graph, resource: Value) -> str | None:
    """Return the whole path of a REST API's resource, None where it is not known."""
    parts: list[str] = []
    value = resource
    for _ in range(DEEPEST):
        if not (isinstance(value, Known) and isinstance(value.value, Reference)):
            return None
        node = graph.node(value.value.address)
        if isinstance(node, nodes.Api):
            return "/" + "/".join(reversed(parts))
        if not isinstance(node, nodes.ApiResource):
            return None
        part = _text(node.path_part)
        if part is None:
            return None
        parts.append(part)
        value = node.parent
    return None


def _path(path: str) -> tuple[Part, ...]:
    """A parameter of a path stands for whatever a client asks: nobody can say which permission was meant for it."""
    before, brace, rest = path.partition("{")
    if not brace:
        return (path,)
    if "+}" in rest:
        return before, _HOLE
    _, _, after = rest.partition("}")
    return before, _HOLE, *_path(after)


def _text(value: Value) -> str | None:
    return text_of(value) if isinstance(value, Known) else None


def source_form(graph: Graph, content: Payload) -> Payload:
    """Return the content with its references in one form for one thing, also those to APIs and their stages."""
    if isinstance(content, Pattern):
        parts: list[Part] = []
        for part in content.parts:
            whole = source_form(graph, part) if isinstance(part, Reference) else part
            if isinstance(whole, Pattern):
                parts += whole.parts  # type: ignore[arg-type]  # an environment variable stands in handler source only
            elif isinstance(whole, (str, Reference, Unknown)):
                parts.append(whole)
        return _joined(*parts)
    if not isinstance(content, Reference):
        return content
    node = graph.node(content.address)
    if isinstance(node, nodes.Api):
        if content.attribute == "execution_arn":
            return _api_arn(node)
        return Reference(node.id, "id") if content.attribute in _API_IDS else content
    if isinstance(node, (nodes.Stage, nodes.ApiDeployment)) and content.attribute == "execution_arn":
        api = next((one for _, one in graph.named(node.api) if isinstance(one, nodes.Api)), None)
        if api is not None:
            return _joined(*_api_arn(api).parts, "/", _text(node.stage_name) or _HOLE)
        return content
    if isinstance(node, nodes.Stage) and content.attribute in ("Ref", "name", "stage_name"):
        return _text(node.stage_name) or content
    return canonical(graph, content)


def _api_arn(api: nodes.Api) -> Pattern:
    return _joined("arn:", PARTITION, ":execute-api:", REGION, ":", ACCOUNT, ":", Reference(api.id, "id"))


def _joined(*parts: object) -> Pattern:
    joined: list[Part] = []
    for part in parts:
        assert isinstance(part, (str, Reference, Unknown))
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return Pattern(tuple(joined))
