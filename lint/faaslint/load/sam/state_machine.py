"""AWS::Serverless::StateMachine: the machine, its role, version and alias, and what starts it."""

from __future__ import annotations

from typing import Final

from ...model.guard import TooManyCombinations
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Reference, Unknown, Value, is_absent
from ..cloudformation.text import known_text
from .event import Event
from .events import listed_events
from .function import ignored_policies
from .make import Content, fields, text
from .names import IMPLICIT_REST, alias_address, version_address
from .openapi import Method
from .role import Policies, add_role, tracing_policy, trust
from .serverless import Serverless, each, mapping_of, spread_tags, stored, tag_list, wanted
from .shared import Shared
from .timed import Call, rule_of, schedule_of
from .wiring import Target

_SPELLINGS: Final = {
    "StateMachineName": "Name",
    "StateMachineType": "Type",
    "LoggingConfiguration": "Logging",
    "TracingConfiguration": "Tracing",
    "RoleArn": "Role",
}
_RULES: Final = ("Schedule", "EventBridgeRule", "CloudWatchEvent")


def transform_state_machine(source: Serverless, shared: Shared) -> None:
    """Add everything that a state machine becomes."""
    role = source.get("Role")
    generates = is_absent(role)
    spellings = dict(_SPELLINGS)
    properties: dict[str, Content] = {
        **_definition(source, spellings),
        "DefinitionSubstitutions": source.get("DefinitionSubstitutions"),
        "StateMachineName": source.get("Name"),
        "StateMachineType": source.get("Type"),
        "LoggingConfiguration": source.get("Logging"),
        "TracingConfiguration": source.get("Tracing"),
        "Tags": tag_list(source.get("Tags")),
        "RoleArn": Known(Reference(f"{source.name}Role", "Arn"), (source.span,)) if generates else role,
    }
    made = fields(properties, source.span, source.properties.openness)
    keys = {name: source.properties.keys.get(spellings.get(name, name), span) for name, span in made.keys.items()}
    kind = "AWS::StepFunctions::StateMachine"
    machine_itself = source.add(
        source.name, kind, Fields(made.values, keys, made.openness), is_own=True, spellings=spellings
    )
    machine_itself.ignored_policies = ignored_policies(source)
    policies = Policies(f"{source.name}Role", source.partition)
    if generates:
        policies.read(source.get("Policies"), source.pseudos)
        tracing = mapping_of(source.get("Tracing"))
        enabled = tracing.get("Enabled") if tracing is not None else ABSENT
        if isinstance(enabled, Known) and enabled.value is True:
            policies.attach(tracing_policy(source), source.key("Tracing"))
        add_role(source, f"{source.name}Role", "states.amazonaws.com", policies, source.span)
    alias = _published(source)
    machine = Reference(alias if alias and wanted(source.get("UseAliasAsEventTarget")) else source.name, "Ref")
    target = Target(source.name, machine.address, "Ref", source.guard)
    for name, event, span, guard in listed_events(source):
        kind = known_text(event.get("Type")) or ""
        properties_of = mapping_of(event.get("Properties")) or Fields({}, openness=event.openness)
        one = Event(
            source,
            kind,
            name,
            source.name + name,
            properties_of,
            span,
            guard,
            target,
            policies,
            shared.gateways,
            shared.wires,
        )
        try:
            _add_event(one, Known(machine, (span,)))
        except TooManyCombinations:
            source.template.open_types = True
    spread_tags(source)


def _definition(source: Serverless, spellings: dict[str, str]) -> dict[str, Content]:
    """Return the definition as it is written, in the template or in a local file: its parts keep their places."""
    definition = source.get("Definition")
    place = source.get("DefinitionUri")
    if not is_absent(definition) or is_absent(place):
        spellings["DefinitionString"] = "Definition"
        return {"DefinitionString": definition}
    spellings["DefinitionString"] = spellings["DefinitionS3Location"] = "DefinitionUri"
    location = known_text(place)
    replaced = not is_absent(source.get("DefinitionSubstitutions"))
    tree = source.template.include(location, filled_in=replaced) if location is not None else None
    if tree is not None:
        return {"DefinitionString": source.template.evaluator.value(tree)}
    return {"DefinitionS3Location": stored(place, ("Bucket", "Key", "Version"))}


def _published(source: Serverless) -> str:
    """Add the version and alias that ``AutoPublishAlias`` asks for, and return the alias's address; empty without one."""
    value = source.get("AutoPublishAlias")
    if is_absent(value):
        return ""
    span = source.key("AutoPublishAlias")
    version, address = version_address(source.name), alias_address(source.name, known_text(value) or "")
    source.add(
        version,
        "AWS::StepFunctions::StateMachineVersion",
        {
            "StateMachineArn": Reference(source.name, "Ref"),
            "StateMachineRevisionId": Reference(source.name, "StateMachineRevisionId"),
        },
        span,
    )
    published = Known(Reference(version, "Ref"), (span,))

    def preferred(entry: Fields, _: Span) -> Fields:
        values = {**entry.values, "StateMachineVersionArn": published}
        return Fields(values, {"StateMachineVersionArn": span, **entry.keys}, entry.openness)

    written = source.get("DeploymentPreference")
    preference: Content = {"Type": "ALL_AT_ONCE", "StateMachineVersionArn": published}
    source.add(
        address,
        "AWS::StepFunctions::StateMachineAlias",
        {"Name": value, "DeploymentPreference": preference if is_absent(written) else each(written, preferred)},
        span,
        spellings={"Name": "AutoPublishAlias"},
    )
    return address


def _add_event(event: Event, machine: Value) -> None:
    """Add what starts a state machine. Each starter calls with a role of its own."""
    if event.kind == "ScheduleV2":
        call = Call(machine, "", "states:StartExecution", "StartExecutionPolicy")
        schedule_of(event, call)
    elif event.kind in _RULES:
        role = event.get("RoleArn") if event.kind == "Schedule" else ABSENT
        if is_absent(role):
            role = _role(event, "events.amazonaws.com", machine)
        rule_of(event, Call(machine, "StepFunctionsTarget", "", ""), role)
    elif event.kind == "Api":
        _add_method(event, machine, _role(event, "apigateway.amazonaws.com", machine))
    elif event.kind:
        event.source.template.problem(event.span, f"'{event.kind}' is no type of event that starts a state machine")


def _role(event: Event, service: str, machine: Value) -> Value:
    address = f"{event.address}Role"
    statement: Content = {"Action": "states:StartExecution", "Effect": "Allow", "Resource": machine}
    policy: Content = {
        "PolicyName": f"{address}StartExecutionPolicy",
        "PolicyDocument": {"Statement": [statement]},
    }
    properties: dict[str, Content] = {
        "AssumeRolePolicyDocument": trust(service),
        "Policies": [policy],
        "PermissionsBoundary": event.source.get("PermissionsBoundary"),
    }
    event.add(address, "AWS::IAM::Role", properties)
    return Known(Reference(address, "Arn"), (event.span,))


def _stage(event: Event) -> Content:
    """A machine's event is limited to the stage that it names; the transform looks for no other."""
    stage = event.get("Stage")
    return Unknown("the event names no stage") if is_absent(stage) else stage


def _request(event: Event, machine: Value) -> Value:
    """Return how the request becomes the machine's input."""
    unescaped = wanted(event.get("UnescapeMappingTemplate"))
    body = "$util.escapeJavaScript($input.json('$'))" + (""".replaceAll("\\\\'","'")""" if unescaped else "")
    return text(event.span, f'{{"input": "{body}", "stateMachineArn": "', machine, '"}')


def _add_method(event: Event, machine: Value, role: Value) -> None:
    api = event.gateways.rest(event.get("RestApiId"), event.span, event.source.guard & event.guard)
    event.gateways.share_tags(event.source, event.get("RestApiId"), IMPLICIT_REST)
    if isinstance(api, Known) and isinstance(api.value, Reference):
        source, span = event.source, event.span
        partition, region = source.pseudo("AWS::Partition"), source.pseudo("AWS::Region")
        method = Method(
            path=event.get("Path"),
            verb=event.get("Method"),
            uri=text(span, "arn:", partition, ":apigateway:", region, ":states:action/StartExecution"),
            timeout=ABSENT,
            auth=event.get("Auth"),
            payload=ABSENT,
            span=span,
            guard=source.guard & event.guard,
            type="aws",
            credentials=role,
            stage=_stage(event),
            template=_request(event, machine),
        )
        event.gateways.add(api.value.address, method)
