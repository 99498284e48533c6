"""AWS::Serverless::Function: the function, its role, version, alias, URL and invoke configuration."""

from __future__ import annotations

from typing import Final

from ...model.guard import ALWAYS, NEVER, Guard
from ...model.nodes import Code, CodeKind
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Reference, Unknown, Value, branches, choose, is_absent
from ..cloudformation.code import Codes, template_code
from ..cloudformation.text import known_text
from .code import function_code
from .destinations import add_invoke_config
from .events import add_events
from .make import Content, fields, text
from .publish import publish
from .role import Policies, add_role, tracing_policy
from .serverless import CODE, Serverless, each, mapping_of, spread_tags, stored, tag_list
from .shared import Shared
from .wiring import Target

_SAME: Final = (
    "FunctionName",
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Environment",
    "KmsKeyArn",
    "ReservedConcurrentExecutions",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "PackageType",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "CodeSigningConfigArn",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "RecursiveLoop",
    "TenancyConfig",
    "DurableConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
)
"""Properties that are called the same in both types."""

_CAPACITY: Final = {
    "Arn": "CapacityProviderArn",
    "PerExecutionEnvironmentMaxConcurrency": "PerExecutionEnvironmentMaxConcurrency",
    "ExecutionEnvironmentMemoryGiBPerVCpu": "ExecutionEnvironmentMemoryGiBPerVCpu",
}

_SPELLINGS: Final = {
    "DeadLetterConfig": "DeadLetterQueue",
    "DeadLetterConfig.TargetArn": "DeadLetterQueue.TargetArn",
    "TracingConfig": "Tracing",
    "TracingConfig.Mode": "Tracing",
    "Tags": "Tags",
}

_DEAD_LETTER_ACTIONS: Final = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}


def transform_function(source: Serverless, shared: Shared) -> None:
    """Add everything that a serverless function becomes."""
    properties: dict[str, Content] = {name: source.get(name) for name in _SAME if name in source.properties.values}
    spellings = dict(_SPELLINGS)
    properties["Code"] = _code(source, spellings)
    properties["Description"] = _description(source)
    tracing = _enabled_tracing(source.get("Tracing"))
    if not is_absent(tracing):
        properties["TracingConfig"] = Known(fields({"Mode": tracing}, source.key("Tracing")), (source.key("Tracing"),))
    properties["DeadLetterConfig"] = each(
        source.get("DeadLetterQueue"), lambda entry, span: fields({"TargetArn": entry.get("TargetArn")}, span)
    )
    properties["Tags"] = tag_list(source.get("Tags"))
    if is_absent(source.get("AutoPublishAlias")):
        # SAM writes it on the alias that it publishes, and has nowhere to write it without one.
        properties["ProvisionedConcurrencyConfig"] = source.get("ProvisionedConcurrencyConfig")
    properties["CapacityProviderConfig"] = each(
        source.get("CapacityProviderConfig"),
        lambda entry, span: fields(
            {
                "LambdaManagedInstancesCapacityProviderConfig": {
                    ours: entry.get(theirs) for theirs, ours in _CAPACITY.items() if theirs in entry.values
                }
            },
            span,
        ),
    )
    role_guard, properties["Role"] = _role(source)
    made = fields(properties, source.span, source.properties.openness)
    keys = {name: source.properties.keys.get(spellings.get(name, name), span) for name, span in made.keys.items()}
    function = source.add(
        source.name, "AWS::Lambda::Function", Fields(made.values, keys, made.openness), is_own=True, spellings=spellings
    )
    function.code = _sources(source, made.get("Code"))
    function.ignored_policies = ignored_policies(source)
    target = publish(source)
    _add_url(source, target)
    shared.deployments.add(source)
    policies = _policies(source)
    add_invoke_config(source, target, policies)
    policies.read(source.get("Policies"), source.pseudos)
    add_events(source, target, policies, shared)
    if role_guard != NEVER:
        add_role(source, f"{source.name}Role", "lambda.amazonaws.com", policies, source.span, source.guard & role_guard)
    spread_tags(source)


def _description(source: Serverless) -> Value:
    """Return the description: the hash of the code ends it, so that a change of the code alone is a change as well."""
    written, digest = source.get("Description"), source.get("AutoPublishCodeSha256")
    if is_absent(digest) or is_absent(source.get("AutoPublishAlias")):
        return written
    return digest if is_absent(written) else text(source.key("Description"), written, " ", digest)


def _enabled_tracing(value: Value) -> Value:
    """``Disabled`` is the same as nothing: the transform leaves it out."""
    return choose(
        [
            (guard, ABSENT if isinstance(leaf, Known) and leaf.value == "Disabled" else leaf)
            for guard, leaf in branches(value)
        ],
        value.trail,
    )


def _code(source: Serverless, spellings: dict[str, str]) -> Value:
    """Return the ``Code`` of the function; inline code goes before ``CodeUri``, and that before an image.

    An image is refused where the package type is not ``Image``. It is kept, so that this can be said.
    """
    is_image = known_text(source.get("PackageType")) == "Image"
    extra: dict[str, Content] = {"SourceKMSKeyArn": source.get("SourceKMSKeyArn")}

    def with_key(entry: Fields, span: Span) -> Fields:
        more = fields(extra, span)
        return Fields({**entry.values, **more.values}, {**more.keys, **entry.keys}, entry.openness)

    of_archive = () if is_image else (("InlineCode", "ZipFile"), ("CodeUri", ""))
    for name, inner in (*of_archive, ("ImageUri", "ImageUri")):
        value = source.get(name)
        if name not in source.properties.values or is_absent(value):
            continue
        spellings["Code"] = name
        if inner:
            spellings[f"Code.{inner}"] = name
            return Known(fields({inner: value, **extra}, source.key(name)), (source.key(name),))
        return each(stored(value, CODE), with_key)
    return ABSENT


def _sources(source: Serverless, code: Value) -> Codes:
    template = source.template
    if not is_absent(code) or known_text(source.get("PackageType")) == "Image":
        return function_code(source, code)
    if "CodeUri" not in source.properties.values and source.properties.openness is None:
        # `sam build` takes the template's own folder where nothing else is said.
        return function_code(source, Known(".", (source.span,)))
    return template_code(template.workspace, template.folder, code, template.evaluator.lines) or (
        (ALWAYS, Code(CodeKind.UNKNOWN, why="the template does not say where the code is", span=source.span)),
    )


def _role(source: Serverless) -> tuple[Guard, Value]:
    """Return when the transform generates a role, and the function's ``Role``."""
    generated = Known(Reference(f"{source.name}Role", "Arn"), (source.span,))
    role = source.get("Role")
    when = NEVER
    alternatives: list[tuple[Guard, Value]] = []
    for guard, leaf in branches(role):
        if isinstance(leaf, Known) and leaf.value is None:
            when = when | guard
            alternatives.append((guard, generated))
        else:
            alternatives.append((guard, leaf))
    return when, choose(alternatives, role.trail)


def ignored_policies(source: Serverless) -> Value:
    """Return which property on policies is written beside a role of the user's own; absent where there is none."""
    written = next((name for name in ("Policies", "PermissionsBoundary") if not is_absent(source.get(name))), None)
    if written is None:
        return ABSENT
    value = source.get(written)
    if isinstance(value, Unknown):
        return value
    return choose(
        (
            guard & inner,
            ABSENT
            if (isinstance(role, Known) and role.value is None) or (isinstance(leaf, Known) and leaf.value is None)
            else Known(written, (source.key(written),)),
        )
        for guard, role in branches(source.get("Role"))
        for inner, leaf in branches(value)
    )


def _policies(source: Serverless) -> Policies:
    policies = Policies(f"{source.name}Role", source.partition)
    basic = (
        "AWSLambdaBasicExecutionRole"
        if is_absent(source.get("DurableConfig"))
        else ("AWSLambdaBasicDurableExecutionRolePolicy")
    )
    policies.attach(f"service-role/{basic}", source.span)
    # A property that is set in one case only adds its policy in all: the transform does not decide conditions.
    if not is_absent(_enabled_tracing(source.get("Tracing"))):
        policies.attach(tracing_policy(source), source.key("Tracing"))
    if not is_absent(source.get("VpcConfig")):
        policies.attach("service-role/AWSLambdaVPCAccessExecutionRole", source.key("VpcConfig"))
    for guard, leaf in branches(source.get("DeadLetterQueue")):
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            action = _DEAD_LETTER_ACTIONS.get(known_text(leaf.value.get("Type")) or "")
            if action is not None:
                statement: Content = {"Action": action, "Resource": leaf.value.get("TargetArn"), "Effect": "Allow"}
                policies.grant("DeadLetterQueuePolicy", [statement], source.key("DeadLetterQueue"), guard, versioned=True)
    return policies


def _add_url(source: Serverless, target: Target) -> None:
    config = mapping_of(source.get("FunctionUrlConfig"))
    if config is None:
        return
    span = source.key("FunctionUrlConfig")
    called = target.arn if target.is_alias else target.reference
    source.add(
        f"{source.name}Url",
        "AWS::Lambda::Url",
        {
            "TargetFunctionArn": called,
            "AuthType": config.get("AuthType"),
            "Cors": config.get("Cors"),
            "InvokeMode": config.get("InvokeMode"),
        },
        span,
        spellings={name: f"FunctionUrlConfig.{name}" for name in ("AuthType", "Cors", "InvokeMode")},
    )
    for guard, leaf in branches(config.get("AuthType")):
        if isinstance(leaf, Known) and leaf.value == "NONE":
            common: dict[str, Content] = {"FunctionName": called, "Principal": "*"}
            source.add(
                f"{source.name}UrlPublicPermissions",
                "AWS::Lambda::Permission",
                {**common, "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
                span,
                guard=source.guard & guard,
            )
            source.add(
                f"{source.name}URLInvokeAllowPublicAccess",
                "AWS::Lambda::Permission",
                {**common, "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
                span,
                guard=source.guard & guard,
            )
