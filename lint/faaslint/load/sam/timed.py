"""Events that EventBridge and its Scheduler send: rules and schedules."""

from __future__ import annotations

from ...model.value import ABSENT, Fields, Known, Leaf, Reference, Unknown, Value, branches, choose, is_absent
from ..cloudformation.text import known_text
from .event import Event
from .make import Content
from .role import trust
from .serverless import mapping_of


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


def add_rule(event: Event) -> None:
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


def add_schedule(event: Event) -> None:
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
    properties: dict[str, Content] = {name: event.get(name) for name in same}
    if is_absent(event.get("FlexibleTimeWindow")):
        properties["FlexibleTimeWindow"] = {"Mode": "OFF"}
    if is_absent(event.get("Name")) and known_text(event.get("OmitName")) != "true":
        properties["Name"] = event.address
    event.add(event.address, "AWS::Scheduler::Schedule", {**properties, "Target": target})
