"""EventInvokeConfig: how asynchronous calls are retried, where their outcome goes, and the right to send it there."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Reference, Value, branches, choose
from ..cloudformation.text import known_text
from .make import Content, text
from .role import Policies
from .serverless import Serverless, mapping_of
from .wiring import Target

_ACTIONS: Final = {
    "SQS": "sqs:SendMessage",
    "SNS": "sns:publish",
    "EventBridge": "events:PutEvents",
    "Lambda": "lambda:InvokeFunction",
}


def add_invoke_config(source: Serverless, target: Target, policies: Policies) -> None:
    """Add the configuration and what its destinations need."""
    config = mapping_of(source.get("EventInvokeConfig"))
    if config is None:
        return
    span = source.key("EventInvokeConfig")
    address = f"{source.name}EventInvokeConfig"
    destinations = mapping_of(config.get("DestinationConfig"))
    made: dict[str, Content] = {}
    for outcome in ("OnSuccess", "OnFailure"):
        entry = mapping_of(destinations.get(outcome)) if destinations is not None else None
        if entry is None or destinations is None:
            continue
        place = destinations.keys.get(outcome, span)
        made[outcome] = {"Destination": _destination(source, policies, entry, f"{address}{outcome}", place)}
    alias = source.get("AutoPublishAlias")
    source.add(
        address,
        "AWS::Lambda::EventInvokeConfig",
        {
            "FunctionName": Reference(source.name, "Ref"),
            "Qualifier": alias if target.is_alias else "$LATEST",
            "DestinationConfig": made,
            "MaximumEventAgeInSeconds": config.get("MaximumEventAgeInSeconds"),
            "MaximumRetryAttempts": config.get("MaximumRetryAttempts"),
        },
        span,
        depends_on=(target.address,) if target.is_alias else (),
        spellings={
            name: f"EventInvokeConfig.{name}"
            for name in ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
        },
    )


def _destination(source: Serverless, policies: Policies, entry: Fields, address: str, span: Span) -> Value:
    """Return where an outcome goes, a queue or topic made for it where none is named, and allow sending there."""
    kind = known_text(entry.get("Type")) or ""
    written = entry.get("Destination")
    generated: Value = ABSENT
    if kind in ("SQS", "SNS"):
        suffix, attribute = ("Queue", "Arn") if kind == "SQS" else ("Topic", "Ref")
        generated = Known(Reference(address + suffix, attribute), (span,))
        for guard, leaf in branches(written):
            if isinstance(leaf, Known) and leaf.value is None:
                type_name = "AWS::SQS::Queue" if kind == "SQS" else "AWS::SNS::Topic"
                source.add(address + suffix, type_name, {}, span, guard=source.guard & guard)
    destination = choose(
        [
            (guard, generated if isinstance(leaf, Known) and leaf.value is None else leaf)
            for guard, leaf in branches(written)
        ],
        written.trail or (span,),
    )
    if kind == "S3Bucket":
        statements: list[Content] = [
            {"Action": "s3:PutObject", "Effect": "Allow", "Resource": text(span, destination, "/*")},
            {"Action": "s3:ListBucket", "Effect": "Allow", "Resource": destination},
        ]
        policies.grant(f"{address}S3Policy", statements, span)
    elif kind in _ACTIONS:
        statement: Content = {"Action": _ACTIONS[kind], "Effect": "Allow", "Resource": destination}
        policies.grant(f"{address}{kind}Policy", [statement], span)
    return destination
