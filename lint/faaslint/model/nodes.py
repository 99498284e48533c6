"""The nodes of the graph: what a serverless system is made of, whatever language described it.

An attribute of type ``Value`` is never missing: where the user wrote nothing it is the service's default (provenance
``service``) or ``ABSENT``. Durations are in seconds, memory and storage in MB, unless an attribute says otherwise.
"""

from __future__ import annotations

from enum import StrEnum

from .guard import ALWAYS, Guard
from .node import Code as Code
from .node import CodeKind as CodeKind
from .node import External as External
from .node import Missing as Missing
from .node import Node as Node
from .node import Origin as Origin
from .node import Plain as Plain
from .node import Suppression as Suppression
from .node import Unread as Unread
from .record import record
from .value import ABSENT, CLOSED, Openness, Value


@record(frozen=False, eq=False, kw_only=True)
class Function(Node):
    """A Lambda function, with the configuration of ``$LATEST``."""

    function_name: Value
    runtime: Value
    handler: Value
    memory: Value
    timeout: Value
    role: Value
    environment: Value
    """Known(Fields) of variable name to value, ABSENT or Unknown."""
    kms_key: Value = ABSENT
    layers: Value = ABSENT
    subnets: Value = ABSENT
    security_groups: Value = ABSENT
    vpc: Value = ABSENT
    """The whole VPC configuration: set or not."""
    dead_letter: Value = ABSENT
    tracing: Value = ABSENT
    package_type: Value = ABSENT
    reserved_concurrency: Value = ABSENT
    ephemeral_storage: Value = ABSENT
    architectures: Value = ABSENT
    snap_start: Value = ABSENT
    file_systems: Value = ABSENT
    log_group: Value = ABSENT
    capacity_provider: Value = ABSENT
    durable: Value = ABSENT
    region: Value = ABSENT
    """The region it is created in; ABSENT where the stack or provider does not say."""
    code: tuple[tuple[Guard, Code], ...] = ()


@record(frozen=False, eq=False, kw_only=True)
class Version(Node):
    """A published version: a snapshot of a function."""

    function: Value
    provisioned_concurrency: Value = ABSENT
    number: Value = ABSENT
    """The version number where a plan or a state records it."""
    recorded_role: Value = ABSENT
    """The execution role that this version is recorded to have (plan with prior state, ``--base``)."""
    recorded_dead_letter: Value = ABSENT


@record
class VersionWeight:
    """One additional version of an alias's routing: its share is ``weight``, a fraction from 0 to 1."""

    version: Value
    weight: Value
    guard: Guard = ALWAYS


@record(frozen=False, eq=False, kw_only=True)
class Alias(Node):
    """A name that points at one version, or at two with weights."""

    alias_name: Value
    function: Value
    version: Value
    weights: tuple[VersionWeight, ...] = ()
    weights_openness: Openness = CLOSED
    routing: Value = ABSENT
    """The whole routing configuration: set or not."""
    provisioned_concurrency: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Role(Node):
    """An IAM role. Its statements hang on it by GRANTS edges; ``policies_openness`` says whether they are all known."""

    role_name: Value = ABSENT
    trust: Value = ABSENT
    """The trust policy document."""
    trust_statements: tuple[Statement, ...] = ()
    trust_openness: Openness = CLOSED
    boundary: Value = ABSENT
    policies_openness: Openness = CLOSED


class PolicyKind(StrEnum):
    """How a policy comes to a role."""

    INLINE = "inline"
    CUSTOMER = "customer-managed"
    AWS = "aws-managed"
    TEMPLATE = "sam-template"
    CONNECTOR = "sam-connector"
    GENERATED = "generated"


@record(frozen=False, eq=False, kw_only=True)
class Policy(Node):
    """A policy document attached to roles. ``openness`` says whether all its statements could be read."""

    policy_name: Value = ABSENT
    policy_kind: PolicyKind = PolicyKind.INLINE
    document: Value = ABSENT
    openness: Openness = CLOSED


@record(frozen=False, eq=False, kw_only=True)
class Statement(Node):
    """One statement of a policy. Lists are guarded; a part that is not text is Unknown in place.

    ``effect`` is Known("Allow") or Known("Deny"), or Unknown. ``condition`` is ABSENT where the statement has none.
    """

    effect: Value
    actions: Value = ABSENT
    not_actions: Value = ABSENT
    resources: Value = ABSENT
    not_resources: Value = ABSENT
    principals: Value = ABSENT
    """Known(Fields) of principal type (``Service``, ``AWS``, ``Federated``, ``*``) to Items, or ABSENT."""
    not_principals: Value = ABSENT
    condition: Value = ABSENT
    policy_kind: PolicyKind = PolicyKind.INLINE


@record(frozen=False, eq=False, kw_only=True)
class Permission(Node):
    """A statement of a function's resource policy that lets someone call it."""

    function: Value
    action: Value
    principal: Value
    qualifier: Value = ABSENT
    source_arn: Value = ABSENT
    source_account: Value = ABSENT
    organization: Value = ABSENT
    event_source_token: Value = ABSENT
    function_url_auth_type: Value = ABSENT
    invoked_via_function_url: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class FunctionUrl(Node):
    """An HTTPS endpoint of a function."""

    function: Value
    qualifier: Value = ABSENT
    auth_type: Value = ABSENT
    cors: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EventSourceMapping(Node):
    """A poller that reads a queue or stream and calls a function with batches."""

    function: Value
    source: Value
    """The ARN of what is polled; ABSENT for self-managed Kafka."""
    batch_size: Value = ABSENT
    batching_window: Value = ABSENT
    enabled: Value = ABSENT
    starting_position: Value = ABSENT
    response_types: Value = ABSENT
    maximum_concurrency: Value = ABSENT
    filters: Value = ABSENT
    on_failure: Value = ABSENT
    kms_key: Value = ABSENT
    self_managed: Value = ABSENT
    access_configurations: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class InvokeConfig(Node):
    """How asynchronous calls of a function are retried, and where their outcome goes."""

    function: Value
    qualifier: Value = ABSENT
    on_failure: Value = ABSENT
    on_success: Value = ABSENT
    maximum_retries: Value = ABSENT
    maximum_age: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Layer(Node):
    """A version of a layer. ``code`` is its content where that is on disk."""

    layer_name: Value = ABSENT
    runtimes: Value = ABSENT
    architectures: Value = ABSENT
    code: tuple[tuple[Guard, Code], ...] = ()


@record(frozen=False, eq=False, kw_only=True)
class Queue(Node):
    """An SQS queue."""

    queue_name: Value = ABSENT
    visibility_timeout: Value = ABSENT
    fifo: Value = ABSENT
    redrive: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Topic(Node):
    """An SNS topic."""

    topic_name: Value = ABSENT
    fifo: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Stream(Node):
    """A Kinesis stream, or a registered consumer of one."""

    stream_name: Value = ABSENT
    consumer_of: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Table(Node):
    """A DynamoDB table."""

    table_name: Value = ABSENT
    stream_view: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Bucket(Node):
    """An S3 bucket."""

    bucket_name: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Bus(Node):
    """An EventBridge event bus."""

    bus_name: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EventRule(Node):
    """An EventBridge rule."""

    rule_name: Value = ABSENT
    pattern: Value = ABSENT
    schedule: Value = ABSENT
    state: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Schedule(Node):
    """An EventBridge Scheduler schedule."""

    expression: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Api(Node):
    """A REST, HTTP or WebSocket API. ``protocol`` is ``REST``, ``HTTP`` or ``WEBSOCKET``."""

    api_name: Value = ABSENT
    protocol: str = "REST"


@record(frozen=False, eq=False, kw_only=True)
class Route(Node):
    """A method of a REST API, or an integration or route of an HTTP or WebSocket API, that calls something."""

    api: Value = ABSENT
    method: Value = ABSENT
    path: Value = ABSENT
    integration_type: Value = ABSENT
    uri: Value = ABSENT
    credentials: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Authorizer(Node):
    """Something an API asks before it calls."""

    api: Value = ABSENT
    uri: Value = ABSENT
    credentials: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class UserPool(Node):
    """A Cognito user pool."""


@record(frozen=False, eq=False, kw_only=True)
class LoadBalancerTarget(Node):
    """A target group of a load balancer whose targets are functions."""

    inline_targets: bool = False


@record(frozen=False, eq=False, kw_only=True)
class StateMachine(Node):
    """A Step Functions state machine."""

    role: Value = ABSENT
    definition: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class LogGroup(Node):
    """A CloudWatch log group. ``retention`` is in days."""

    group_name: Value = ABSENT
    retention: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Key(Node):
    """A KMS key or an alias of one."""

    policy: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Secret(Node):
    """A Secrets Manager secret."""

    secret_name: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Vpc(Node):
    """A virtual private cloud."""

    cidr: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Subnet(Node):
    """A subnet. ``cidr`` is its IPv4 block."""

    cidr: Value = ABSENT
    vpc: Value = ABSENT
    zone: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class SecurityGroup(Node):
    """A security group."""

    vpc: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Distribution(Node):
    """A CloudFront distribution."""


@record(frozen=False, eq=False, kw_only=True)
class EdgeAssociation(Node):
    """A Lambda@Edge association of one cache behaviour of a distribution with a function, for one event type."""

    distribution: str
    event_type: Value
    function: Value
    include_body: Value = ABSENT
    behaviour: str = ""
