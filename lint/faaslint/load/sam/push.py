"""Events of services that call a function: each becomes the service's own resource and a permission to call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ...model.guard import Guard
from ...model.span import Span
from ...model.value import (
    ABSENT,
    Fields,
    Items,
    Known,
    Leaf,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    is_absent,
)
from ..cloudformation.text import known_text
from .gateway import Gateways, Method
from .make import Content, arn, pseudo, text
from .pull import add_pull_event
from .role import Policies, trust
from .serverless import Serverless, mapping_of
from .wiring import Target, Wires

_PATH_HOLE: Final = re.compile(r"\{[a-zA-Z0-9._+-]+\}")


class Event(NamedTuple):
    """One event of a function, and what its transformation may add to."""

    source: Serverless
    name: str
    address: str
    properties: Fields
    span: Span
    guard: Guard
    target: Target
    policies: Policies
    gateways: Gateways
    wires: Wires

    def get(self, name: str) -> Value:
        """Return a property of the event."""
        return self.properties.get(name)

    def add(
        self,
        address: str,
        kind: str,
        properties: dict[str, Content],
        depends_on: tuple[str, ...] = (),
        spellings: dict[str, str] | None = None,
    ) -> None:
        """Add a resource that stands at the event's name."""
        self.source.add(
            address,
            kind,
            properties,
            self.span,
            guard=self.source.guard & self.guard,
            depends_on=depends_on,
            spellings=spellings,
        )

    def permit(self, principal: str, *, prefix: str = "", suffix: str = "", **scope: Content) -> str:
        """Add the permission to call the function, and return its address."""
        address = f"{prefix or self.address}Permission{suffix}"
        properties: dict[str, Content] = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": self.target.reference,
            "Principal": principal,
            **scope,
        }
        self.add(address, "AWS::Lambda::Permission", properties)
        return address


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


def _state(event: Event) -> Value:
    enabled = event.get("Enabled")
    if is_absent(enabled):
        return event.get("State")

    def state(leaf: Leaf) -> Value:
        word = known_text(leaf)
        if word is None:
            return Unknown("whether it is enabled depends on the deployment", trail=leaf.trail)
        return Known("ENABLED" if word.lower() == "true" else "DISABLED", leaf.trail)

    return choose([(guard, state(leaf)) for guard, leaf in branches(enabled)], enabled.trail)


def _dead_letter(event: Event, rule: Reference | None) -> Value:
    """Return the ``DeadLetterConfig`` of a rule's target, and make the queue that it asks for."""
    config = mapping_of(event.get("DeadLetterConfig"))
    if config is None:
        return ABSENT
    span = event.properties.keys.get("DeadLetterConfig", event.span)
    written = config.get("Arn")
    if not is_absent(written):
        return Known(Fields({"Arn": written}, {"Arn": config.keys.get("Arn", span)}), (span,))
    queue = known_text(config.get("QueueLogicalId")) or f"{event.address}Queue"
    event.add(queue, "AWS::SQS::Queue", {})
    arn_of_queue = Reference(queue, "Arn")
    if rule is not None:
        statement: Content = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn_of_queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        document: Content = {"Version": "2012-10-17", "Statement": [statement]}
        event.add(
            f"{event.address}QueuePolicy",
            "AWS::SQS::QueuePolicy",
            {"PolicyDocument": document, "Queues": [Reference(queue, "Ref")]},
        )
    return Known(Fields({"Arn": Known(arn_of_queue, (span,))}, {"Arn": span}), (span,))


def _rule(event: Event) -> None:
    """Schedule, EventBridgeRule and CloudWatchEvent: a rule with the function as its target."""
    rule = Reference(event.address, "Arn")
    target: Content = {
        "Arn": event.target.arn,
        "Id": f"{event.address}LambdaTarget",
        "Input": event.get("Input"),
        "InputPath": event.get("InputPath"),
        "InputTransformer": event.get("InputTransformer"),
        "RetryPolicy": event.get("RetryPolicy"),
        "DeadLetterConfig": _dead_letter(event, rule),
    }
    name = event.get("Name")
    event.add(
        event.address,
        "AWS::Events::Rule",
        {
            "ScheduleExpression": event.get("Schedule"),
            "EventPattern": event.get("Pattern"),
            "EventBusName": event.get("EventBusName"),
            "Name": event.get("RuleName") if is_absent(name) else name,
            "Description": event.get("Description"),
            "State": _state(event),
            "Targets": [target],
        },
        spellings={"ScheduleExpression": "Schedule", "EventPattern": "Pattern"},
    )
    event.permit("events.amazonaws.com", SourceArn=rule)


def _schedule(event: Event) -> None:
    """ScheduleV2: a schedule of EventBridge Scheduler, which calls with a role of its own."""
    dead_letter = _dead_letter(event, None)
    role = event.get("RoleArn")
    if is_absent(role):
        statements: list[Content] = [{"Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": event.target.arn}]
        policies: list[Content] = [
            {"PolicyName": f"{event.address}LambdaPolicy", "PolicyDocument": {"Statement": statements}}
        ]
        config = mapping_of(dead_letter)
        if config is not None:
            send: Content = {"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": config.get("Arn")}
            policies.append({"PolicyName": f"{event.address}SQSPolicy", "PolicyDocument": {"Statement": [send]}})
        event.add(
            f"{event.address}Role",
            "AWS::IAM::Role",
            {
                "AssumeRolePolicyDocument": trust("scheduler.amazonaws.com"),
                "Policies": policies,
                "PermissionsBoundary": event.get("PermissionsBoundary"),
            },
        )
        role = Known(Reference(f"{event.address}Role", "Arn"), (event.span,))
    same = (
        "ScheduleExpression",
        "State",
        "Name",
        "Description",
        "FlexibleTimeWindow",
        "StartDate",
        "EndDate",
        "ScheduleExpressionTimezone",
        "GroupName",
        "KmsKeyArn",
    )
    target: Content = {
        "Arn": event.target.arn,
        "RoleArn": role,
        "Input": event.get("Input"),
        "RetryPolicy": event.get("RetryPolicy"),
        "DeadLetterConfig": dead_letter,
    }
    event.add(event.address, "AWS::Scheduler::Schedule", {**{name: event.get(name) for name in same}, "Target": target})


def _bucket(event: Event) -> None:
    """S3: a permission, and the notification of a bucket of this template."""
    permission = event.permit("s3.amazonaws.com", SourceAccount=pseudo("AWS::AccountId"))
    for guard, leaf in branches(event.get("Bucket")):
        if isinstance(leaf, Known) and isinstance(leaf.value, Reference):
            for kind in _members(event.get("Events")):
                configuration: dict[str, Content] = {
                    "Event": kind,
                    "Function": event.target.arn,
                    "Filter": event.get("Filter"),
                }
                whole = event.source.guard & event.guard & guard
                event.wires.notify(leaf.value.address, configuration, permission, event.span, whole)


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
        event.add(f"{event.address}Queue", "AWS::SQS::Queue", {})
        queue_arn: Value = Known(Reference(f"{event.address}Queue", "Arn"), (event.span,))
        queue_url: Value = Known(Reference(f"{event.address}Queue", "Ref"), (event.span,))
        policy = f"{event.address}QueuePolicy"
    else:
        queue_arn, queue_url = existing.get("QueueArn"), existing.get("QueueUrl")
        policy = known_text(existing.get("QueuePolicyLogicalId")) or f"{event.address}QueuePolicy"
        if "BatchSize" in existing.values:
            size = existing.values["BatchSize"]
    mapping = Fields(
        {"Queue": queue_arn, "BatchSize": size if isinstance(size, Known) else Known(10, (event.span,))},
        {"Queue": event.span, "BatchSize": event.span},
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


def _log_group(event: Event) -> None:
    """CloudWatchLogs: a subscription filter."""
    group = event.get("LogGroupName")
    permission = event.permit("logs.amazonaws.com", SourceArn=arn(event.span, "logs", "log-group:", group, ":*"))
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
        SourceAccount=pseudo("AWS::AccountId"),
        SourceArn=arn(event.span, "iot", "rule/", Reference(event.address, "Ref")),
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
            event.permit("cognito-idp.amazonaws.com", prefix=f"{event.source.name}Cognito", SourceArn=Reference(pool, "Arn"))
            for trigger in _texts(event.get("Trigger")):
                whole = event.source.guard & event.guard & guard
                event.wires.trigger(pool, trigger, event.target.arn, event.span, whole)


def _rest_method(event: Event) -> None:
    """Api: a method of a REST API."""
    api = event.gateways.rest(event.get("RestApiId"), event.span)
    _api_permission(event, api, "aws", event.gateways.stage_suffix(api))
    _add_method(event, api)


def _http_route(event: Event) -> None:
    """HttpApi: a route of an HTTP API; the default route where no path is given."""
    api = event.gateways.http(event.get("ApiId"), event.span)
    _api_permission(event, api, pseudo("AWS::Partition"), "")
    _add_method(event, api)


def _api_permission(event: Event, api: Value, partition: Content, suffix: str) -> None:
    path = event.get("Path")
    method = known_text(event.get("Method"))
    verb: Content = "*"
    if method is not None and method.lower() not in ("any", "x-amazon-apigateway-any-method"):
        verb = method.upper()
    written = known_text(path)
    parts: list[Content] = [api, "/*/"]
    if (written in (None, "$default") and is_absent(path)) or written == "$default":
        parts.append("*")
    elif written is not None:
        trimmed = _PATH_HOLE.sub("*", written.rstrip("/") if len(written) > 1 else written)
        parts += [verb, trimmed]
    else:
        parts += [verb, path]
    event.permit(
        "apigateway.amazonaws.com",
        suffix=suffix,
        SourceArn=arn(event.span, "execute-api", *parts, partition=partition),
    )


def _add_method(event: Event, api: Value) -> None:
    uri = text(
        event.span,
        "arn:",
        pseudo("AWS::Partition"),
        ":apigateway:",
        pseudo("AWS::Region"),
        ":lambda:path/2015-03-31/functions/",
        event.target.arn,
        "/invocations",
    )
    if isinstance(api, Known) and isinstance(api.value, Reference):
        event.gateways.add(
            api.value.address,
            Method(
                path=event.get("Path"),
                verb=event.get("Method"),
                uri=uri,
                timeout=event.get("TimeoutInMillis"),
                auth=event.get("Auth"),
                payload=event.get("PayloadFormatVersion"),
                span=event.span,
                guard=event.source.guard & event.guard,
            ),
        )


PUSH: Final[dict[str, Callable[[Event], None]]] = {
    "Schedule": _rule,
    "EventBridgeRule": _rule,
    "CloudWatchEvent": _rule,
    "ScheduleV2": _schedule,
    "S3": _bucket,
    "SNS": _topic,
    "CloudWatchLogs": _log_group,
    "IoTRule": _iot_rule,
    "AlexaSkill": _alexa,
    "Cognito": _user_pool,
    "Api": _rest_method,
    "HttpApi": _http_route,
}
