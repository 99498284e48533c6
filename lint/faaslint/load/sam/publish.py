"""Publishing a function: its version, its alias, and the gradual deployment that CodeDeploy does for it."""

from __future__ import annotations

from typing import Final

from ...model.guard import NEVER, Guard
from ...model.record import field, record
from ...model.span import Span
from ...model.value import Fields, Item, Items, Known, Leaf, Reference, Unknown, Value, branches, choose, is_absent
from ..cloudformation.text import known_text
from ..resource import UPDATE_POLICY, Resource
from .make import Content, fields, made, text
from .names import alias_address, version_address
from .role import trust
from .serverless import Serverless, mapping_of, tag_list, wanted
from .wiring import Target

APPLICATION: Final = "ServerlessDeploymentApplication"
SERVICE_ROLE: Final = "CodeDeployServiceRole"

_PREDEFINED: Final = frozenset(
    (
        "Canary10Percent5Minutes",
        "Canary10Percent10Minutes",
        "Canary10Percent15Minutes",
        "Canary10Percent30Minutes",
        "Linear10PercentEvery1Minute",
        "Linear10PercentEvery2Minutes",
        "Linear10PercentEvery3Minutes",
        "Linear10PercentEvery10Minutes",
        "AllAtOnce",
    )
)


def publish(source: Serverless) -> Target:
    """Add the version and alias that ``AutoPublishAlias`` asks for, and return what events call."""
    value = source.get("AutoPublishAlias")
    if is_absent(value):
        return Target(source.name, source.name, "Arn", source.guard)
    span = source.key("AutoPublishAlias")
    address = alias_address(source.name, known_text(value) or "")
    version = version_address(source.name)
    function = Reference(source.name, "Ref")
    scaling = source.get("FunctionScalingConfig") if not is_absent(source.get("CapacityProviderConfig")) else None
    source.add(
        version,
        "AWS::Lambda::Version",
        {"FunctionName": function, "Description": source.get("VersionDescription"), "FunctionScalingConfig": scaling},
        span,
        spellings={"Description": "VersionDescription"},
    )
    source.add(
        address,
        "AWS::Lambda::Alias",
        {
            "Name": value,
            "FunctionName": function,
            "FunctionVersion": Reference(version, "Version"),
            "ProvisionedConcurrencyConfig": source.get("ProvisionedConcurrencyConfig"),
            UPDATE_POLICY: _update_policy(source),
        },
        span,
        spellings={"Name": "AutoPublishAlias", UPDATE_POLICY: "DeploymentPreference"},
    )
    return Target(source.name, address, "Ref", source.guard)


def _preference(source: Serverless) -> Fields | None:
    """Return the ``DeploymentPreference`` of a function, None where there is none or it is switched off."""
    preference = mapping_of(source.get("DeploymentPreference"))
    return None if preference is None or known_text(preference.get("Enabled")) in ("false", "False") else preference


def _group(source: Serverless) -> str:
    return f"{source.name}DeploymentGroup"


def _update_policy(source: Serverless) -> Value | None:
    """Return what makes CodeDeploy move the alias, None where nothing does."""
    preference = _preference(source)
    if preference is None:
        return None
    span = source.key("DeploymentPreference")
    enabled = preference.get("Enabled")
    if isinstance(enabled, Unknown):
        return enabled
    hooks = mapping_of(preference.get("Hooks")) or Fields({})
    update: dict[str, Content] = {
        "ApplicationName": Reference(APPLICATION, "Ref"),
        "DeploymentGroupName": Reference(_group(source), "Ref"),
        "BeforeAllowTrafficHook": hooks.get("PreTraffic"),
        "AfterAllowTrafficHook": hooks.get("PostTraffic"),
    }
    return made({"CodeDeployLambdaAliasUpdate": update}, span)


@record(frozen=False)
class Deployments:
    """The gradual deployments of a template. All share one application, and those without a role of their own one role."""

    first: Serverless | None = None
    guard: Guard = NEVER
    needs_role: bool = False
    tags: dict[str, Value] = field(default_factory=dict)

    def add(self, source: Serverless) -> None:
        """Add the deployment group of a function that has a ``DeploymentPreference``."""
        preference = _preference(source)
        if preference is None:
            return
        span = source.key("DeploymentPreference")
        # Where it is not known whether there is a deployment at all, neither is how it goes.
        enabled = preference.get("Enabled")
        # The transform takes the function's condition along only where it is asked to.
        follows = wanted(preference.get("PassthroughCondition"))
        guard = source.guard if follows else Guard(True)
        self.first = self.first or source
        self.guard = self.guard | guard
        role = preference.get("Role")
        self.needs_role = self.needs_role or is_absent(role)
        tags = mapping_of(source.get("Tags")) if wanted(source.get("PropagateTags")) else None
        if tags is not None:
            self.tags.update(tags.values)
        shared_role = Reference(SERVICE_ROLE, "Arn")
        source.add(
            _group(source),
            "AWS::CodeDeploy::DeploymentGroup",
            {
                "ApplicationName": Reference(APPLICATION, "Ref"),
                "AlarmConfiguration": _alarms(preference.get("Alarms"), span),
                "AutoRollbackConfiguration": {
                    "Enabled": True,
                    "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
                },
                "DeploymentConfigName": enabled
                if isinstance(enabled, Unknown)
                else _configuration(preference.get("Type"), span),
                "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
                "ServiceRoleArn": shared_role if is_absent(role) else role,
                "TriggerConfigurations": preference.get("TriggerConfigurations"),
                "Tags": tag_list(source.get("Tags")) if tags is not None else None,
            },
            span,
            guard=guard,
            spellings={"ServiceRoleArn": "DeploymentPreference.Role", "DeploymentConfigName": "DeploymentPreference.Type"},
        )

    def shared(self) -> list[Resource]:
        """Return what all deployments share; nothing where there is none."""
        source = self.first
        if source is None:
            return []
        span = source.key("DeploymentPreference")
        tags = tag_list(Known(Fields(self.tags), (span,))) if self.tags else None
        content: dict[str, Content] = {"ComputePlatform": "Lambda", "Tags": tags}
        found = [source.generate(APPLICATION, "AWS::CodeDeploy::Application", content, span, self.guard)]
        if self.needs_role:
            policy = f"arn:{source.partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"
            role: dict[str, Content] = {
                "AssumeRolePolicyDocument": trust("codedeploy.amazonaws.com"),
                "ManagedPolicyArns": [policy],
                "Tags": tags,
            }
            found.append(source.generate(SERVICE_ROLE, "AWS::IAM::Role", role, span, self.guard))
        return found


def _alarms(value: Value, span: Span) -> Content:
    def configured(leaf: Leaf) -> Value:
        if isinstance(leaf, Known) and isinstance(leaf.value, Items):
            if not leaf.value.items:
                return Known(Fields({}), leaf.trail)
            named = tuple(Item(made({"Name": item.value}, span), item.guard) for item in leaf.value.items)
            alarms = Known(Items(named, leaf.value.openness), leaf.trail)
            return Known(fields({"Enabled": True, "Alarms": alarms}, span), leaf.trail)
        return leaf

    return choose([(guard, configured(leaf)) for guard, leaf in branches(value)], value.trail)


def _configuration(value: Value, span: Span) -> Value:
    """Return the name of the deployment configuration: SAM has short names for CodeDeploy's own."""
    alternatives: list[tuple[Guard, Value]] = []
    for guard, leaf in branches(value):
        is_short = isinstance(leaf, Known) and leaf.value in _PREDEFINED
        alternatives.append((guard, text(span, "CodeDeployDefault.Lambda", leaf) if is_short else leaf))
    return choose(alternatives, value.trail)
