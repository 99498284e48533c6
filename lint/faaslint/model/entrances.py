"""How requests come in: APIs, load balancers, user pools, CloudFront."""

from __future__ import annotations

from .node import Node
from .record import record
from .value import ABSENT, Value


@record(frozen=False, eq=False, kw_only=True)
class Api(Node):
    """A REST, HTTP or WebSocket API. ``protocol`` is ``REST``, ``HTTP`` or ``WEBSOCKET``."""

    api_name: Value = ABSENT
    protocol: str = "REST"
    policy: Value = ABSENT
    """The resource policy of a REST API."""
    endpoint_types: Value = ABSENT
    """``EDGE``, ``REGIONAL``, ``PRIVATE``."""
    disable_default_endpoint: Value = ABSENT
    api_key_source: Value = ABSENT
    body: Value = ABSENT
    """The OpenAPI document."""
    cors: Value = ABSENT
    """The whole CORS configuration of an HTTP API: set or not."""
    allow_origins: Value = ABSENT
    allow_credentials: Value = ABSENT
    target: Value = ABSENT
    """The function of an HTTP API that has only one route (quick create)."""
    credentials: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class ApiResource(Node):
    """A path part of a REST API."""

    api: Value = ABSENT
    parent: Value = ABSENT
    path_part: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Route(Node):
    """What a client may ask of an API: a method of a REST API, or a route of an HTTP or WebSocket API.

    ``path`` is the whole path where it is known. A CloudFormation method and an OpenAPI operation hold their integration
    too (``integration_type`` …); elsewhere the integration is a node of its own, to which a ROUTES_TO edge leads.
    """

    api: Value = ABSENT
    method: Value = ABSENT
    path: Value = ABSENT
    resource: Value = ABSENT
    """The ApiResource of a REST API's method."""
    route_key: Value = ABSENT
    """``GET /orders``, ``$default``, ``$connect`` …: HTTP and WebSocket APIs."""
    target: Value = ABSENT
    """``integrations/<id>``: HTTP and WebSocket APIs."""
    authorization: Value = ABSENT
    """``NONE``, ``AWS_IAM``, ``CUSTOM``, ``COGNITO_USER_POOLS``, ``JWT``."""
    authorizer: Value = ABSENT
    api_key_required: Value = ABSENT
    validator: Value = ABSENT
    """What refuses requests before the integration is asked: its id, or its name in an OpenAPI document."""
    integration_type: Value = ABSENT
    integration_method: Value = ABSENT
    uri: Value = ABSENT
    credentials: Value = ABSENT
    timeout: Value = ABSENT
    """How long the integration may take, in milliseconds."""
    payload_format: Value = ABSENT
    """``1.0`` or ``2.0``: operations of an HTTP API's OpenAPI document."""
    request_parameters: Value = ABSENT
    integration_responses: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Integration(Node):
    """What an API does with a request. The attributes mean the same as those of Route."""

    api: Value = ABSENT
    method: Value = ABSENT
    resource: Value = ABSENT
    integration_type: Value = ABSENT
    integration_method: Value = ABSENT
    uri: Value = ABSENT
    credentials: Value = ABSENT
    timeout: Value = ABSENT
    payload_format: Value = ABSENT
    """``1.0`` or ``2.0``: HTTP APIs."""
    request_parameters: Value = ABSENT
    subtype: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Authorizer(Node):
    """Something an API asks before it calls."""

    api: Value = ABSENT
    uri: Value = ABSENT
    credentials: Value = ABSENT
    authorizer_type: Value = ABSENT
    """``TOKEN``, ``REQUEST``, ``COGNITO_USER_POOLS``, ``JWT``."""
    payload_format: Value = ABSENT
    simple_responses: Value = ABSENT
    cache_seconds: Value = ABSENT
    identity: Value = ABSENT
    providers: Value = ABSENT
    """The ARNs of the user pools."""


@record(frozen=False, eq=False, kw_only=True)
class Stage(Node):
    """A stage of an API."""

    api: Value = ABSENT
    stage_name: Value = ABSENT
    deployment: Value = ABSENT
    auto_deploy: Value = ABSENT
    variables: Value = ABSENT
    tracing: Value = ABSENT
    access_log: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class ApiDeployment(Node):
    """A snapshot of an API that a stage serves."""

    api: Value = ABSENT
    stage_name: Value = ABSENT
    triggers: Value = ABSENT
    """What makes Terraform deploy again."""
    variables: Value = ABSENT
    """The variables of the stage that the deployment makes (Terraform); a change of them replaces it."""
    stage_description: Value = ABSENT
    """The description of that stage; a change of it replaces the deployment, too."""


@record(frozen=False, eq=False, kw_only=True)
class DomainName(Node):
    """A name of the user's own before APIs. ``mutual_tls`` is the trust store's address."""

    domain_name: Value = ABSENT
    mutual_tls: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class LoadBalancer(Node):
    """A load balancer."""

    balancer_type: Value = ABSENT
    subnets: Value = ABSENT
    security_groups: Value = ABSENT
    scheme: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class LoadBalancerTarget(Node):
    """A target group of a load balancer. ``target_type`` is ``lambda`` where its targets are functions."""

    inline_targets: bool = False
    target_type: Value = ABSENT
    attributes: Value = ABSENT
    multi_value_headers: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class TargetAttachment(Node):
    """A target of a target group."""

    group: Value = ABSENT
    target: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Listener(Node):
    """A listener of a load balancer, or a rule of one. ``target_groups`` are those that it forwards to."""

    balancer: Value = ABSENT
    target_groups: Value = ABSENT
    protocol: Value = ABSENT
    port: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class UserPool(Node):
    """A Cognito user pool. Its triggers are TRIGGERS edges."""

    pool_name: Value = ABSENT
    triggers: Value = ABSENT
    """The whole trigger configuration: set or not."""


@record(frozen=False, eq=False, kw_only=True)
class GraphqlApi(Node):
    """An AppSync API."""

    api_name: Value = ABSENT
    authentication: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Distribution(Node):
    """A CloudFront distribution."""

    enabled: Value = ABSENT
    origin_domains: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EdgeAssociation(Node):
    """A Lambda@Edge association of one cache behaviour of a distribution with a function, for one event type."""

    distribution: str
    event_type: Value
    function: Value
    include_body: Value = ABSENT
    behaviour: str = ""


@record(frozen=False, eq=False, kw_only=True)
class CloudFrontFunction(Node):
    """A CloudFront Function. ``source_text`` is its JavaScript."""

    function_name: Value = ABSENT
    source_text: Value = ABSENT
    runtime: Value = ABSENT
    publish: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class CloudFrontFunctionAssociation(Node):
    """An association of one cache behaviour of a distribution with a CloudFront Function."""

    distribution: str
    event_type: Value
    function: Value
    behaviour: str = ""
