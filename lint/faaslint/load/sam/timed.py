"""Events that EventBridge and its Scheduler send: rules and schedules."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...model.value import ABSENT, Fields, Known, Leaf, Reference, Unknown, Value, branches, choose, is_absent
from ..cloudformation.text import known_text
from .event import Event
from .make import Content
from .role import trust
from .serverless import mapping_of, wanted


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


TARGET_ID_LIMIT: Final = 64
"""How long the id of a rule's target may be (characters)."""

_SCHEDULE: Final = (
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


class Call(NamedTuple):
    """What a rule or schedule calls, and what the role that calls it may do. ``suffix`` ends the target's id."""

    arn: Content
    suffix: str
    action: str
    policy: str


def _function(event: Event) -> Call:
    return Call(event.target.arn, "LambdaTarget", "lambda:InvokeFunction", "LambdaPolicy")


def _dead_letter(event: Event, rule: Reference | None) -> Value:
    """Return the ``DeadLetterConfig`` of a target, and make the queue that it asks for."""
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
        properties: dict[str, Content] = {"PolicyDocument": document, "Queues": [Reference(queue, "Ref")]}
        event.add(f"{event.address}QueuePolicy", "AWS::SQS::QueuePolicy", properties)
    return Known(Fields({"Arn": Known(arn_of_queue, (span,))}, {"Arn": span}), (span,))


def target_id(address: str, suffix: str) -> str:
    """Return the id of a rule's target."""
    return address[: TARGET_ID_LIMIT - len(suffix)] + suffix


def add_rule(event: Event) -> None:
    """Schedule, EventBridgeRule and CloudWatchEvent: a rule with the function as its target."""
    rule_of(event, _function(event), ABSENT)
    event.permit("events.amazonaws.com", SourceArn=Reference(event.address, "Arn"))


def rule_of(event: Event, call: Call, role: Value) -> None:
    """Add the rule that calls something, with a role where it needs one."""
    timed = event.kind == "Schedule"
    named = mapping_of(event.get("Target")) or Fields({})
    name = named.get("Id")
    target: Content = {
        "Arn": call.arn,
        "Id": target_id(event.address, call.suffix) if is_absent(name) else name,
        "RoleArn": role,
        "Input": event.get("Input"),
        "InputPath": event.get("InputPath"),
        "InputTransformer": event.get("InputTransformer"),
        "RetryPolicy": event.get("RetryPolicy"),
        "DeadLetterConfig": _dead_letter(event, Reference(event.address, "Arn")),
    }
    event.add(
        event.address,
        "AWS::Events::Rule",
        {
            "ScheduleExpression": event.get("Schedule"),
            "EventPattern": event.get("Pattern"),
            "EventBusName": event.get("EventBusName"),
            "Name": event.get("Name" if timed else "RuleName"),
            "Description": event.get("Description"),
            "State": _state(event),
            "Targets": [target],
        },
        spellings={"ScheduleExpression": "Schedule", "EventPattern": "Pattern"},
    )


def add_schedule(event: Event) -> None:
    """ScheduleV2: a schedule of EventBridge Scheduler, which calls with a role of its own."""
    schedule_of(event, _function(event))


def schedule_of(event: Event, call: Call) -> None:
    """Add the schedule that calls something, and its role."""
    dead_letter = _dead_letter(event, None)
    role = event.get("RoleArn")
    if is_absent(role):
        statements: list[Content] = [{"Action": call.action, "Effect": "Allow", "Resource": call.arn}]
        policies: list[Content] = [
            {"PolicyName": f"{event.address}{call.policy}", "PolicyDocument": {"Statement": statements}}
        ]
        config = mapping_of(dead_letter)
        if config is not None:
            send: Content = {"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": config.get("Arn")}
            policies.append({"PolicyName": f"{event.address}SQSPolicy", "PolicyDocument": {"Statement": [send]}})
        properties: dict[str, Content] = {
            "AssumeRolePolicyDocument": trust("scheduler.amazonaws.com"),
            "Policies": policies,
            "PermissionsBoundary": event.get("PermissionsBoundary"),
        }
        event.add(f"{event.address}Role", "AWS::IAM::Role", properties)
        role = Known(Reference(f"{event.address}Role", "Arn"), (event.span,))
    target: Content = {
        "Arn": call.arn,
        "RoleArn": role,
        "Input": event.get("Input"),
        "RetryPolicy": event.get("RetryPolicy"),
        "DeadLetterConfig": dead_letter,
    }
    schedule: dict[str, Content] = {name: event.get(name) for name in _SCHEDULE}
    if is_absent(event.get("FlexibleTimeWindow")):
        schedule["FlexibleTimeWindow"] = {"Mode": "OFF"}
    if is_absent(event.get("Name")) and not wanted(event.get("OmitName")):
        schedule["Name"] = event.address
    event.add(event.address, "AWS::Scheduler::Schedule", {**schedule, "Target": target})
