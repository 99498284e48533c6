"""Events of services that call a function: each becomes the service's own resource and a permission to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...model.value import (
    ABSENT,
    Fields,
    Items,
    Known,
    Reference,
    Unknown,
    Value,
    branches,
    is_absent,
)
from ..cloudformation.text import known_text
from .event import Event
from .make import Content
from .names import IMPLICIT_HTTP, IMPLICIT_REST, hashed
from .openapi import ANY, DEFAULT_PATH, Method
from .pull import add_pull_event
from .resource_policy import permitted_path
from .serverless import mapping_of, tag_list, wanted
from .timed import add_rule, add_schedule


def _texts(value: Value) -> list[str]:
    """Return the known texts of a value that is one text or a list of them."""
    if isinstance(value, Known) and isinstance(value.value, Items):
        members = [known_text(item.value) for item in value.value.items]
        return [member for member in members if member is not None]
    single = known_text(value)
    return [] if single is None else [single]


def _members(value: Value) -> list[Value]:
    """Return the members of a list, or the value itself as the only one."""
    if isinstance(value, Known) and isinstance(value.value, Items):
        return [item.value for item in value.value.items]
    return [] if is_absent(value) else [value]


def _bucket(event: Event) -> None:
    """S3: a permission, and the notification of a bucket of this template."""
    spreads = wanted(event.source.get("PropagateTags"))
    tags = tag_list(event.source.get("Tags")) if spreads else ABSENT
    permission = event.permit("s3.amazonaws.com", SourceAccount=event.source.pseudo("AWS::AccountId"))
    for guard, leaf in branches(event.get("Bucket")):
        if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
            for kind in _members(event.get("Events")):
                configuration: dict[str, Content] = {
                    "Event": kind,
                    "Function": event.target.arn,
                    "Filter": event.get("Filter"),
                }
                whole = event.source.guard & event.guard & guard
                event.wires.notify(leaf.value.address, configuration, permission, event.span, whole, tags)


def _topic(event: Event) -> None:
    """SNS: a subscription with a permission, or a queue in between."""
    topic = event.get("Topic")
    common: dict[str, Content] = {
        name: event.get(name) for name in ("Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")
    }
    queue = event.get("SqsSubscription")
    existing = mapping_of(queue)
    if existing is None and known_text(queue) in (None, "false"):
        event.permit("sns.amazonaws.com", SourceArn=topic)
        subscription: dict[str, Content] = {"Protocol": "lambda", "Endpoint": event.target.arn, "TopicArn": topic}
        event.add(event.address, "AWS::SNS::Subscription", {**common, **subscription})
        return
    size: Content = 10
    if existing is None:
        event.add(f"{event.address}Queue", "AWS::SQS::Queue", {"FifoQueue": _fifo(event, topic)})
        queue_arn: Value = Known(Reference(f"{event.address}Queue", "Arn"), (event.span,))
        queue_url: Value = Known(Reference(f"{event.address}Queue", "Ref"), (event.span,))
        policy = f"{event.address}QueuePolicy"
    else:
        queue_arn, queue_url = existing.get("QueueArn"), existing.get("QueueUrl")
        policy = known_text(existing.get("QueuePolicyLogicalId")) or f"{event.address}QueuePolicy"
        if "BatchSize" in existing.values:
            size = existing.values["BatchSize"]
    mapping = Fields(
        {
            "Queue": queue_arn,
            "BatchSize": size if isinstance(size, Known) else Known(10, (event.span,)),
            "Enabled": Known(True, (event.span,)),
        },
        {"Queue": event.span, "BatchSize": event.span, "Enabled": event.span},
    )
    add_pull_event(
        event.source,
        f"{event.address}EventSourceMapping",
        "SQS",
        mapping,
        event.span,
        event.guard,
        event.target,
        event.policies,
    )
    statement: Content = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    document: Content = {"Version": "2012-10-17", "Statement": [statement]}
    event.add(policy, "AWS::SQS::QueuePolicy", {"PolicyDocument": document, "Queues": [queue_url]})
    event.add(
        event.address, "AWS::SNS::Subscription", {**common, "Protocol": "sqs", "Endpoint": queue_arn, "TopicArn": topic}
    )


def _fifo(event: Event, topic: Value) -> Content:
    """Return whether a topic of this template is a FIFO topic: the queue that the transform makes for it is one then too."""
    if isinstance(topic, Known) and isinstance(topic.value, Reference):
        return topic.value.address in event.wires.fifo_topics or ABSENT
    return ABSENT


def _log_group(event: Event) -> None:
    """CloudWatchLogs: a subscription filter."""
    group = event.get("LogGroupName")
    permission = event.permit(
        "logs.amazonaws.com", SourceArn=event.source.arn(event.span, "logs", "log-group:", group, ":*")
    )
    event.add(
        event.address,
        "AWS::Logs::SubscriptionFilter",
        {"LogGroupName": group, "FilterPattern": event.get("FilterPattern"), "DestinationArn": event.target.arn},
        (permission,),
    )


def _iot_rule(event: Event) -> None:
    """IoTRule: a topic rule."""
    event.permit(
        "iot.amazonaws.com",
        SourceAccount=event.source.pseudo("AWS::AccountId"),
        SourceArn=event.source.arn(event.span, "iot", "rule/", Reference(event.address, "Ref")),
    )
    payload: Content = {
        "Sql": event.get("Sql"),
        "AwsIotSqlVersion": event.get("AwsIotSqlVersion"),
        "RuleDisabled": False,
        "Actions": [{"Lambda": {"FunctionArn": event.target.arn}}],
    }
    event.add(event.address, "AWS::IoT::TopicRule", {"TopicRulePayload": payload})


def _alexa(event: Event) -> None:
    """AlexaSkill: a permission only."""
    event.permit("alexa-appkit.amazon.com", EventSourceToken=event.get("SkillId"))


def _user_pool(event: Event) -> None:
    """Cognito: a permission, and the triggers of a user pool of this template."""
    for guard, leaf in branches(event.get("UserPool")):
        if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
            pool = leaf.value.address
            event.permit(
                "cognito-idp.amazonaws.com",
                address=f"{event.target.address}CognitoPermission",
                SourceArn=Reference(pool, "Arn"),
            )
            for trigger in _texts(event.get("Trigger")):
                # The transform sets the trigger even where the function's own condition takes the function away.
                event.wires.trigger(pool, trigger, event.target.arn, event.span, event.guard & guard)


def _rest_method(event: Event) -> None:
    """Api: a method of a REST API."""
    api = event.gateways.rest(event.get("RestApiId"), event.span, event.source.guard & event.guard)
    event.gateways.share_tags(event.source, event.get("RestApiId"), IMPLICIT_REST)
    suffix = event.gateways.stage_suffix(api)
    _api_permission(event, api, event.source.partition, suffix)
    streams = known_text(event.get("ResponseTransferMode")) == "RESPONSE_STREAM"
    _add_method(event, api, event.source.partition, stage=suffix, streams=streams)


def _http_route(event: Event) -> None:
    """HttpApi: a route of an HTTP API; the default route where no path is given."""
    api = event.gateways.http(event.get("ApiId"), event.span, event.source.guard & event.guard)
    event.gateways.share_tags(event.source, event.get("ApiId"), IMPLICIT_HTTP)
    partition = event.source.pseudo("AWS::Partition")
    is_default = known_text(event.get("Path")) in (None, DEFAULT_PATH) and not isinstance(event.get("Path"), Unknown)
    if is_default or not event.gateways.is_default(api, event.target.arn):
        _api_permission(event, api, partition, "")
    _add_method(event, api, partition)


def _api_permission(event: Event, api: Value, partition: Content, suffix: str) -> None:
    path = event.get("Path")
    method = known_text(event.get("Method"))
    verb: Content = "*"
    if method is not None and method.lower() not in ("any", ANY):
        verb = method.upper()
    written = known_text(path)
    parts: list[Content] = [api, "/*/"]
    if is_absent(path) or written == DEFAULT_PATH:
        parts.append(verb)
    elif written is not None:
        parts += [verb, permitted_path(written)]
    else:
        parts += [verb, path]
    address = f"{event.address}Permission"
    place = event.source.arn(event.span, "execute-api", *parts, partition=partition)
    full = f"{address}{suffix}" if not suffix or suffix.isalnum() else hashed(address, suffix)
    event.permit("apigateway.amazonaws.com", address=full, SourceArn=place)


def _add_method(event: Event, api: Value, partition: Content, *, stage: str = "", streams: bool = False) -> None:
    if isinstance(api, Known) and isinstance(api.value, Reference):
        event.gateways.add(
            api.value.address,
            Method(
                path=event.get("Path"),
                verb=event.get("Method"),
                uri=event.source.invocation(event.span, event.target.arn, partition, streams=streams),
                timeout=event.get("TimeoutInMillis"),
                auth=event.get("Auth"),
                payload=event.get("PayloadFormatVersion"),
                span=event.span,
                guard=event.source.guard & event.guard,
                streams=streams,
                stage=stage,
                settings=event.get("RouteSettings"),
                model=event.get("RequestModel"),
            ),
        )


PUSH: Final[dict[str, Callable[[Event], None]]] = {
    "Schedule": add_rule,
    "EventBridgeRule": add_rule,
    "CloudWatchEvent": add_rule,
    "ScheduleV2": add_schedule,
    "S3": _bucket,
    "SNS": _topic,
    "CloudWatchLogs": _log_group,
    "IoTRule": _iot_rule,
    "AlexaSkill": _alexa,
    "Cognito": _user_pool,
    "Api": _rest_method,
    "HttpApi": _http_route,
}
