"""What the configuration of a function needs its role for: what Lambda itself does with it, and what triggers bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ..facts import vpc
from ..facts.event_sources import PollerNeed, dead_letter_action, destination_actions, poll_sources
from ..graph import Graph
from ..graph.identity import ACCOUNT, PARTITION, REGION, canonical, name_part
from ..model.guard import Guard
from ..model.nodes import Alias, CodeKind, EventSourceMapping, Function, InvokeConfig, Layer, LogGroup, Node, Version
from ..model.read import boolean_of, elements, entry, known_text_parts, text_of
from ..model.span import Span
from ..model.value import Known, Leaf, Open, Openness, Reference, Unknown, Value, branches, is_absent, join_text, jointly
from .attached import is_attached
from .keys import key_needs_of
from .polled import polled_sources

ANYTHING: Final = Known("*")
STREAM_AND_EVENTS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
CREATE_GROUP: Final = "logs:CreateLogGroup"
TRACING: Final = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
SAMPLING: Final = ("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries")
INTERFACES_BESIDE: Final = (
    "ec2:DetachNetworkInterface",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "ec2:GetSecurityGroupsForVpc",
)
"""What guides grant beside the documented actions: not needed, and nobody's mistake."""

DURABLE: Final = ("lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState")
INVOKE: Final = "lambda:InvokeFunction"
MOUNT: Final = "elasticfilesystem:ClientMount"
MOUNT_WRITING: Final = (
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:ClientRootAccess",
    "s3files:ClientMount",
    "s3files:ClientWrite",
    "s3files:ClientRootAccess",
    "s3:GetObject",
    "s3:GetObjectVersion",
)
"""What a mount may take besides: to write, and for a bucket that is mounted as a file system."""

KAFKA_ACCESS: Final = (
    "kafka-cluster:Connect",
    "kafka-cluster:DescribeGroup",
    "kafka-cluster:AlterGroup",
    "kafka-cluster:DescribeTopic",
    "kafka-cluster:ReadData",
    "kafka-cluster:DescribeClusterDynamicConfiguration",
    "kafka:DescribeClusterV2",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
BESIDE_POLLING: Final = {
    "sqs": ("sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"),
    "kinesis": ("kinesis:DescribeStreamConsumer", "kinesis:ListStreamConsumers", "kinesis:DescribeLimits"),
}
"""What SAM's poller template and AWS's examples grant beside the core: not needed, and nobody's mistake."""

WITHOUT_NEEDS: Final = ("AWSLambdaPowertools", "AWSSDKPandas", "AWSDataWrangler", "LambdaAdapterLayer", "Klayers-")
"""How the names of published layers begin that are libraries only: what they do, the handler asks for."""

EXTENSIONS: Final = {
    "LambdaInsightsExtension": (),
    "AWS-Parameters-and-Secrets-Lambda-Extension": (
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "kms:Decrypt",
    ),
    "AWS-AppConfig-Extension": (
        "appconfig:StartConfigurationSession",
        "appconfig:GetLatestConfiguration",
        "appconfig:GetConfiguration",
    ),
    "aws-otel-": (*TRACING, *SAMPLING, "cloudwatch:PutMetricData", "ssm:GetParameters"),
    "AWSOpenTelemetryDistro": (*TRACING, *SAMPLING),
    "AWSCodeGuruProfiler": ("codeguru-profiler:ConfigureAgent", "codeguru-profiler:PostAgentProfile"),
}
"""Published layers that call AWS by themselves, by the beginning of their names: what they may call."""


class ConfigurationNeed(NamedTuple):
    """A permission that the configuration takes.

    ``others`` are actions of which any one serves as well. ``resource`` None is one that nothing names. A need that is
    not ``certain`` must not be called missing, and its action must not be called unused. ``why`` is for people: "to write
    logs".
    """

    action: str
    resource: Leaf | None
    certain: bool
    guard: Guard
    span: Span
    why: str
    others: tuple[str, ...] = ()
    by_key: bool = False
    """Whether it is needed because something is encrypted with a customer key."""
    advised: bool = False
    """Whether AWS's guide asks for it and Lambda works without: then it is not called missing."""


def needs_of_configuration(function: Function, graph: Graph) -> Iterator[ConfigurationNeed]:
    """Yield what Lambda does with the role of a function, whatever its code does."""
    yield from log_needs(function, graph)
    yield from tracing_needs(function)
    yield from _network(function)
    yield from _file_systems(function, graph)
    yield from _durable(function, graph)
    yield from _layers(function)
    yield from destination_needs(function, graph)
    for guard, mapping in graph.mappings_of(function):
        yield from poller_needs(mapping, graph, guard)
    yield from key_needs_of(function, graph)


def log_needs(function: Function, graph: Graph) -> Iterator[ConfigurationNeed]:
    """Yield what writing logs takes. The group is ``LoggingConfig``'s, else ``/aws/lambda/`` and the function's name."""
    at_edge = bool(graph.edge_associations_of(function))
    for guard, leaf in branches(function.log_group):
        given = guard & function.guard
        place = function.span if isinstance(leaf, Known) and leaf.value is None else function.at("log_group", leaf).span
        group = _group_of(function, leaf, graph)
        # A replica at the edge writes to a group of its own in another region.
        resource = None if at_edge or isinstance(group, Unknown) else _log_arn(group)
        for action in STREAM_AND_EVENTS:
            yield ConfigurationNeed(action, resource, True, given, place, "to write logs")
        declared = None if at_edge or isinstance(group, Unknown) else _is_declared(group, graph, function)
        # Where the group is declared nobody needs it, and everybody grants it: AWS's own policies do.
        yield ConfigurationNeed(CREATE_GROUP, resource, declared is False, given, place, "to create its log group")


def _group_of(function: Function, leaf: Leaf, graph: Graph) -> Leaf:
    if isinstance(leaf, Unknown):
        return leaf
    if leaf.value is None:
        return join_text((Known("/aws/lambda/"), Known(name_part(graph, function))))
    if isinstance(leaf.value, Reference):
        node = graph.node(leaf.value.address)
        if isinstance(node, LogGroup):
            # Its name, by whatever attribute: an ARN is refused here.
            return Known(name_part(graph, node))
    return Known(canonical(graph, leaf.value))


def _log_arn(group: Leaf) -> Leaf:
    return join_text((*_arn("logs"), Known("log-group:"), group, Known(":*")))


def _arn(service: str) -> tuple[Leaf, ...]:
    return (Known("arn:"), PARTITION, Known(f":{service}:"), REGION, Known(":"), ACCOUNT, Known(":"))


def _is_declared(group: Leaf, graph: Graph, function: Function) -> bool | None:
    """Whether the project makes the log group; None where a group's name can't be known."""
    perhaps = False
    for node in graph.all(LogGroup):
        for _, leaf in branches(node.group_name):
            if isinstance(leaf, Unknown):
                perhaps = True
                continue
            name = Known(canonical(graph, leaf.value)) if leaf.value is not None else Known(name_part(graph, node))
            if name == group or (isinstance(group, Known) and group.value == name_part(graph, node)):
                return True
            named = text_of(name), text_of(group)
            perhaps = perhaps or None in named
    return None if perhaps else False


def tracing_needs(function: Function) -> Iterator[ConfigurationNeed]:
    """Yield what active tracing takes, and what a sampling library may ask for besides."""
    for guard, leaf in branches(function.tracing):
        mode = text_of(leaf)
        if mode == "PassThrough" or (isinstance(leaf, Known) and leaf.value is None):
            continue
        place = function.at("tracing", leaf).span
        for action in TRACING:
            yield ConfigurationNeed(action, ANYTHING, mode == "Active", guard & function.guard, place, "to send traces")
        for action in SAMPLING:
            yield ConfigurationNeed(action, ANYTHING, False, guard & function.guard, place, "to sample traces")


def _network(function: Function) -> Iterator[ConfigurationNeed]:
    values = (function.subnets, function.security_groups, function.capacity_provider)
    for guard, (leaf, groups, provider) in jointly(*values, given=function.guard):
        if isinstance(leaf, Known) and leaf.value is None and is_absent(function.vpc):
            continue
        certain = is_attached(leaf, groups) is True and isinstance(provider, Known) and provider.value is None
        place = function.at("subnets", leaf).span
        for action in vpc.documented_actions():
            advised = action not in vpc.core_actions()
            yield ConfigurationNeed(action, ANYTHING, certain, guard, place, "to attach it to the VPC", advised=advised)
        for action in INTERFACES_BESIDE:
            yield ConfigurationNeed(action, ANYTHING, False, guard, place, "to attach it to the VPC")


def _file_systems(function: Function, graph: Graph) -> Iterator[ConfigurationNeed]:
    for guard, leaf in elements(function.file_systems):
        given = guard & function.guard
        place = function.at("file_systems").span
        named = entry(leaf, "Arn") if not is_absent(entry(leaf, "Arn")) else entry(leaf, "arn")
        # The action is granted on the file system, of which the access point's ARN says nothing.
        known = all(_is_file_system(one, graph) for _, one in branches(named))
        yield ConfigurationNeed(MOUNT, None, known, given, place, "to mount its file system")
        for action in MOUNT_WRITING:
            yield ConfigurationNeed(action, None, False, given, place, "to write to its file system")


def _is_file_system(leaf: Leaf, graph: Graph) -> bool:
    """Whether a mount is surely of EFS: other file systems have permissions of their own."""
    if not isinstance(leaf, Known):
        return False
    if isinstance(leaf.value, Reference):
        node = graph.node(leaf.value.address)
        return node is not None and ("EFS" in node.type or "_efs_" in node.type)
    return (known_text_parts(leaf) or "").split(":")[2:3] == ["elasticfilesystem"]


def _durable(function: Function, graph: Graph) -> Iterator[ConfigurationNeed]:
    for guard, leaf in branches(function.durable):
        if isinstance(leaf, Known) and leaf.value is None:
            continue
        own = join_text((*_arn("lambda"), Known("function:"), Known(name_part(graph, function)), Known("*")))
        place = function.at("durable", leaf).span
        for action in DURABLE:
            yield ConfigurationNeed(
                action, own, isinstance(leaf, Known), guard & function.guard, place, "to run as a durable function"
            )
        # "context.invoke" of the durable SDK has Lambda call another function with this role.
        yield ConfigurationNeed(INVOKE, None, False, guard & function.guard, place, "to call other functions durably")


def _layers(function: Function) -> Iterator[ConfigurationNeed]:
    for guard, leaf in elements(function.layers):
        given = guard & function.guard
        name = layer_name(leaf)
        place = function.at("layers", leaf).span
        known = next((actions for start, actions in EXTENSIONS.items() if name and name.startswith(start)), ())
        for action in known:
            yield ConfigurationNeed(action, None, False, given, place, f"for its layer {name}")
        if name and name.startswith("LambdaInsightsExtension"):
            group = (*_arn("logs"), Known("log-group:/aws/lambda-insights:*"))
            for action in (CREATE_GROUP, *STREAM_AND_EVENTS):
                on = None if action == CREATE_GROUP else join_text(group)
                yield ConfigurationNeed(action, on, True, given, place, "for Lambda Insights")


def layer_name(leaf: Leaf) -> str | None:
    """Return the name in the ARN of a layer, None where it is no ARN or the name is not known."""
    text = known_text_parts(leaf) or ""
    _, found, rest = text.partition(":layer:")
    name = rest.partition(":")[0]
    return name if found and name and "\0" not in name else None


def layers_openness(function: Function, graph: Graph) -> Openness:
    """Return why a layer of a function may call AWS on its own, CLOSED where none can.

    The layers of the project are read with the handler; of published ones the well-known are known.
    """
    for _, leaf in elements(function.layers):
        if isinstance(leaf, Unknown):
            return Open(f"a layer can't be known ({leaf.why})", leaf.trail[-1] if leaf.trail else function.span)
        node = graph.node(leaf.value.address) if isinstance(leaf.value, Reference) else None
        if isinstance(node, Layer):
            if node.extension or not any(code.kind is CodeKind.FOLDER for _, code in node.code):
                why = f"the layer '{node.name}' brings an extension, which may call AWS by itself"
                return Open(why if node.extension else f"the layer '{node.name}' is not on disk", node.span)
            continue
        name = layer_name(leaf)
        if name is None or not name.startswith((*WITHOUT_NEEDS, *EXTENSIONS)):
            return Open("a layer from elsewhere may call AWS by itself", leaf.trail[-1] if leaf.trail else function.span)
    return None


def destination_needs(function: Function, graph: Graph) -> Iterator[ConfigurationNeed]:
    """Yield what the dead-letter target and the destinations of a function take, those of its mappings included."""
    yield from _targets(function, function.dead_letter, "dead_letter", graph, function.guard, "its dead-letter target")
    for config in graph.all(InvokeConfig):
        for guard, called, _ in graph.functions_called_by(config):
            if called is function:
                given = guard & config.guard & function.guard
                yield from _targets(config, config.on_failure, "on_failure", graph, given, "its on-failure destination")
                yield from _targets(config, config.on_success, "on_success", graph, given, "its on-success destination")
    for guard, mapping in graph.mappings_of(function):
        given = guard & mapping.guard & function.guard
        yield from _targets(mapping, mapping.on_failure, "on_failure", graph, given, "the mapping's on-failure destination")


def _targets(
    node: Node, value: Value, attribute: str, graph: Graph, given: Guard, words: str
) -> Iterator[ConfigurationNeed]:
    for guard, leaf in branches(value):
        if isinstance(leaf, Known) and leaf.value is None:
            continue
        span = leaf.trail[0] if leaf.trail else node.at(attribute, leaf).span
        resource, service = target_of(leaf, graph)
        actions = [dead_letter_action(service)] if attribute == "dead_letter" else list(destination_actions(service))
        certain = True
        if not actions or actions == [None]:
            # A target of a kind that can't be told: any of them may be meant.
            actions = ["sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction", "events:PutEvents", "s3:PutObject"]
            certain = False
        for number, action in enumerate(filter(None, actions)):
            on: Leaf | None = resource
            if action == "s3:PutObject" and resource is not None:
                on = join_text((resource, Known("/*")))
            yield ConfigurationNeed(action, on, certain and number == 0, given & guard, span, f"to send to {words}")


def target_of(leaf: Leaf, graph: Graph) -> tuple[Leaf | None, str]:
    """Return the ARN of a destination and the service in it; None and nothing where it can't be told."""
    if isinstance(leaf, Unknown):
        return None, ""
    if isinstance(leaf.value, Reference):
        node = graph.node(leaf.value.address)
        if isinstance(node, (Alias, Version)):
            functions = [function for _, function in graph.function_behind(node)]
            if len(functions) == 1:
                name = Known(name_part(graph, functions[0]))
                return join_text((*_arn("lambda"), Known("function:"), name, Known(":*"))), "lambda"
    whole = Known(canonical(graph, leaf.value))
    fields = (known_text_parts(whole) or "").split(":")
    return (whole, fields[2]) if len(fields) > 5 and fields[0] == "arn" else (None, "")


def poller_needs(mapping: EventSourceMapping, graph: Graph, given: Guard) -> Iterator[ConfigurationNeed]:
    """Yield what polling the source of a mapping takes: the core for certain, what AWS's policies add perhaps."""
    for source in polled_sources(mapping, graph):
        guard = given & source.guard
        place = source.source.trail[0] if source.source.trail else mapping.span
        if source.kind is None:
            for kind in poll_sources().values():
                for need in (*kind.core, *kind.consumer_core, *kind.documented):
                    for action in need.any_of:
                        yield ConfigurationNeed(action, None, False, guard, place, "to poll its event source")
        else:
            core = source.kind.consumer_core if source.consumer else source.kind.core
            certain = boolean_of(source.enabled) is not False
            for need in core:
                yield _polling(need, source.resource, certain, guard, place)
            asked = {action for need in core for action in need.any_of}
            for action in BESIDE_POLLING.get(source.kind.kind, ()):
                yield ConfigurationNeed(action, None, False, guard, place, "to poll its event source")
            for need in (*source.kind.core, *source.kind.documented):
                for action in need.any_of:
                    if action not in asked or len(need.any_of) > 1:
                        yield ConfigurationNeed(action, None, False, guard, place, "to poll its event source")
        if source.kind is None or source.kind.kind in ("msk", "kafka", "mq", "documentdb"):
            yield from _broker(mapping, guard)


def _polling(need: PollerNeed, resource: Leaf | None, certain: bool, guard: Guard, place: Span) -> ConfigurationNeed:
    on = resource if need.on == "source" else None
    first, *others = need.any_of
    return ConfigurationNeed(
        first, on, certain and need.on != "secret", guard, place, "to poll its event source", tuple(others)
    )


def _broker(mapping: EventSourceMapping, guard: Guard) -> Iterator[ConfigurationNeed]:
    """Brokers are reached with a secret, a certificate or IAM, from the broker's own network."""
    place = mapping.span
    actions: Iterable[str] = (
        *KAFKA_ACCESS,
        *vpc.documented_actions(),
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    )
    for action in actions:
        yield ConfigurationNeed(action, None, False, guard, place, "to reach the broker")
