"""What functions are fed by and write to: queues, topics, streams, tables, buckets, buses, schedules, workflows, logs."""

from __future__ import annotations

from .node import Node
from .record import record
from .value import ABSENT, CLOSED, Openness, Value


@record(frozen=False, eq=False, kw_only=True)
class Queue(Node):
    """An SQS queue."""

    queue_name: Value = ABSENT
    visibility_timeout: Value = ABSENT
    fifo: Value = ABSENT
    redrive: Value = ABSENT
    """The whole redrive policy: set or not."""
    dead_letter: Value = ABSENT
    """The ARN of its dead-letter queue."""
    maximum_receives: Value = ABSENT
    redrive_allow: Value = ABSENT
    """The redrive allow policy: who may use it as a dead-letter queue."""
    kms_key: Value = ABSENT
    managed_encryption: Value = ABSENT
    region: Value = ABSENT
    """The region it is created in; ABSENT where the stack or provider does not say."""
    retention: Value = ABSENT
    """How long messages are kept, in seconds."""
    delay: Value = ABSENT
    deduplication: Value = ABSENT
    """Whether its FIFO deduplication is by content."""


@record(frozen=False, eq=False, kw_only=True)
class QueueRedrive(Node):
    """A queue's redrive policy as a resource of its own (Terraform)."""

    queue: Value = ABSENT
    dead_letter: Value = ABSENT
    maximum_receives: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Topic(Node):
    """An SNS topic."""

    topic_name: Value = ABSENT
    fifo: Value = ABSENT
    kms_key: Value = ABSENT
    deduplication: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Subscription(Node):
    """A subscription of a topic, also one that is written inside the topic."""

    topic: Value = ABSENT
    protocol: Value = ABSENT
    endpoint: Value = ABSENT
    filter_policy: Value = ABSENT
    filter_scope: Value = ABSENT
    """``MessageAttributes`` or ``MessageBody``."""
    raw: Value = ABSENT
    """Whether messages are delivered without SNS's envelope."""
    redrive: Value = ABSENT
    dead_letter: Value = ABSENT
    region: Value = ABSENT
    role: Value = ABSENT
    """The role of a subscription of Data Firehose."""


@record(frozen=False, eq=False, kw_only=True)
class Stream(Node):
    """A Kinesis stream, or a registered consumer of one (then ``consumer_of`` names the stream)."""

    stream_name: Value = ABSENT
    consumer_of: Value = ABSENT
    kms_key: Value = ABSENT
    shards: Value = ABSENT
    mode: Value = ABSENT
    """``PROVISIONED`` or ``ON_DEMAND``."""
    retention_hours: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Broker(Node):
    """A cluster or broker that Lambda can poll: MSK, Amazon MQ, DocumentDB. ``engine`` says which of them."""

    engine: str = ""
    """``msk``, ``msk-serverless``, ``mq`` or ``documentdb``."""
    broker_name: Value = ABSENT
    engine_type: Value = ABSENT
    """``ACTIVEMQ``, ``RABBITMQ``, or DocumentDB's engine."""
    public: Value = ABSENT
    subnets: Value = ABSENT
    security_groups: Value = ABSENT
    kms_key: Value = ABSENT
    subnet_group: Value = ABSENT
    port: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Table(Node):
    """A DynamoDB table."""

    table_name: Value = ABSENT
    hash_key: Value = ABSENT
    range_key: Value = ABSENT
    stream_enabled: Value = ABSENT
    """Terraform's switch; CloudFormation enables a stream by naming its view."""
    stream_view: Value = ABSENT
    """``KEYS_ONLY``, ``NEW_IMAGE``, ``OLD_IMAGE``, ``NEW_AND_OLD_IMAGES``; ABSENT without a stream."""
    indexes: Value = ABSENT
    """The names of its global secondary indexes."""
    billing: Value = ABSENT
    kms_key: Value = ABSENT
    encryption: Value = ABSENT
    """Whether it is encrypted with a key of KMS instead of one of DynamoDB's own."""


@record(frozen=False, eq=False, kw_only=True)
class Bucket(Node):
    """An S3 bucket. Its notifications are BucketNotification nodes."""

    bucket_name: Value = ABSENT
    kms_key: Value = ABSENT
    event_bridge: Value = ABSENT
    """Whether it sends its events to EventBridge, where the bucket's own resource says so (CloudFormation)."""
    versioning: Value = ABSENT
    notifications: Value = ABSENT
    """The whole notification configuration, where the bucket's own resource has it."""


@record(frozen=False, eq=False, kw_only=True)
class BucketObject(Node):
    """An object that the project itself writes into a bucket (Terraform)."""

    bucket: Value = ABSENT
    key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class BucketEncryption(Node):
    """The default encryption of a bucket, as a resource of its own (Terraform)."""

    bucket: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class BucketNotifications(Node):
    """All notifications of a bucket, as a resource of its own (Terraform). A second one replaces the first."""

    bucket: Value = ABSENT
    event_bridge: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class BucketNotification(Node):
    """One notification of a bucket: which events, on which keys, go to what. ``target_type`` is function, queue or topic."""

    bucket: Value = ABSENT
    target: Value = ABSENT
    target_type: str = ""
    events: Value = ABSENT
    prefix: Value = ABSENT
    suffix: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Bus(Node):
    """An EventBridge event bus."""

    bus_name: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EventRule(Node):
    """An EventBridge rule. Its targets are EventTarget nodes."""

    rule_name: Value = ABSENT
    pattern: Value = ABSENT
    schedule: Value = ABSENT
    state: Value = ABSENT
    """``ENABLED`` or ``DISABLED``."""
    bus: Value = ABSENT
    """The name or ARN of its bus; ABSENT for the default bus."""
    role: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EventTarget(Node):
    """A target of an EventBridge rule."""

    rule: Value = ABSENT
    target: Value = ABSENT
    role: Value = ABSENT
    input: Value = ABSENT
    input_path: Value = ABSENT
    input_transformer: Value = ABSENT
    """The whole transformer: set or not."""
    dead_letter: Value = ABSENT
    maximum_age: Value = ABSENT
    maximum_retries: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Schedule(Node):
    """An EventBridge Scheduler schedule and its target."""

    schedule_name: Value = ABSENT
    expression: Value = ABSENT
    time_zone: Value = ABSENT
    state: Value = ABSENT
    target: Value = ABSENT
    role: Value = ABSENT
    input: Value = ABSENT
    dead_letter: Value = ABSENT
    maximum_age: Value = ABSENT
    maximum_retries: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Pipe(Node):
    """An EventBridge pipe: from a source, perhaps through an enrichment, to a target."""

    pipe_name: Value = ABSENT
    source: Value = ABSENT
    target: Value = ABSENT
    enrichment: Value = ABSENT
    role: Value = ABSENT
    state: Value = ABSENT
    """``RUNNING`` or ``STOPPED``."""
    filters: Value = ABSENT
    target_invocation: Value = ABSENT
    """``REQUEST_RESPONSE`` or ``FIRE_AND_FORGET``."""


@record(frozen=False, eq=False, kw_only=True)
class StateMachine(Node):
    """A Step Functions state machine. The functions that its states call are StateTask nodes."""

    machine_name: Value = ABSENT
    role: Value = ABSENT
    definition: Value = ABSENT
    """The definition, as a mapping or as its JSON text."""
    substitutions: Value = ABSENT
    """What stands for ``${name}`` in the texts of the definition."""
    machine_type: Value = ABSENT
    """``STANDARD`` or ``EXPRESS``."""
    log_level: Value = ABSENT
    tracing: Value = ABSENT
    kms_key: Value = ABSENT
    ignored_policies: Value = ABSENT
    """The property (``Policies``, ``PermissionsBoundary``) that SAM refuses or leaves out, because ``Role`` is set."""
    tasks_openness: Openness = CLOSED
    """Whether all tasks of the definition are known."""


@record(frozen=False, eq=False, kw_only=True)
class StateTask(Node):
    """A state of a state machine that calls something. ``state_name`` is the state's name in the definition.

    ``resource`` is what the state names as its Resource; ``target`` the function that it calls, if it calls one.
    """

    machine: Value = ABSENT
    state_name: str = ""
    resource: Value = ABSENT
    target: Value = ABSENT
    qualifier: Value = ABSENT
    invocation_type: Value = ABSENT
    """``Event`` where the state does not wait for an answer."""
    timeout: Value = ABSENT
    """``TimeoutSeconds`` of the state."""


@record(frozen=False, eq=False, kw_only=True)
class LogGroup(Node):
    """A CloudWatch log group. ``retention`` is in days."""

    group_name: Value = ABSENT
    retention: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class LogSubscription(Node):
    """A subscription of a log group: what its lines go to."""

    log_group: Value = ABSENT
    target: Value = ABSENT
    role: Value = ABSENT
    pattern: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class DeliveryStream(Node):
    """A Data Firehose delivery stream. Its functions are Caller nodes."""

    stream_name: Value = ABSENT
    role: Value = ABSENT
    source: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class IotRule(Node):
    """A rule of AWS IoT. Its functions are Caller nodes."""

    rule_name: Value = ABSENT
    query: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class ReceiptRule(Node):
    """A receipt rule of SES. Its functions are Caller nodes."""

    rule_set: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Pipeline(Node):
    """A pipeline of CodePipeline. Its functions are Caller nodes."""

    pipeline_name: Value = ABSENT
    role: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Repository(Node):
    """A repository of CodeCommit. Its functions are Caller nodes."""

    repository_name: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Caller(Node):
    """A wiring that calls a function and has no further words: an IoT rule's action, a Config rule, a receipt rule …

    ``trigger`` is the kind of source (a key of the event sources' facts, ``appsync``, ``appsync-authorizer``,
    ``terraform``); ``moment`` tells the triggers of one source apart (``PreSignUp``); ``emitter`` names the resource from
    which the events come, where that is another one.
    """

    trigger: str = ""
    moment: str = ""
    target: Value = ABSENT
    role: Value = ABSENT
    emitter: Value = ABSENT
    invocation_type: Value = ABSENT
