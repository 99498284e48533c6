"""Usage plans of REST APIs: one for each API, or one that several share."""

from __future__ import annotations

from typing import Final

from ...model.guard import NEVER, Guard
from ...model.record import field, record
from ...model.value import Fields, Reference
from ..cloudformation.text import known_text
from ..resource import Resource
from .make import Content
from .serverless import Serverless, mapping_of

SHARED: Final = ("ServerlessUsagePlan", "ServerlessApiKey", "ServerlessUsagePlanKey")
_SAME: Final = ("UsagePlanName", "Description", "Quota", "Tags", "Throttle")


@record(frozen=False)
class UsagePlans:
    """The usage plans of a template."""

    sharers: list[tuple[Serverless, str, Fields]] = field(default_factory=list)

    def add(self, source: Serverless, auth: Fields, stage: str) -> None:
        """Add the plan that an API's ``Auth`` asks for, or the API to those that share one."""
        plan = mapping_of(auth.get("UsagePlan"))
        if plan is None:
            return
        kind = known_text(plan.get("CreateUsagePlan"))
        if kind == "SHARED":
            self.sharers.append((source, stage, plan))
        elif kind == "PER_API":
            names = (f"{source.name}UsagePlan", f"{source.name}ApiKey", f"{source.name}UsagePlanKey")
            source.generated += _resources([(source, stage, plan)], names, source.guard)

    def shared(self) -> list[Resource]:
        """Return the plan that several APIs share, with its key; nothing where there is none."""
        if not self.sharers:
            return []
        guard = NEVER
        for source, _, _ in self.sharers:
            guard = guard | source.guard
        return _resources(self.sharers, SHARED, guard)


def _resources(apis: list[tuple[Serverless, str, Fields]], names: tuple[str, str, str], guard: Guard) -> list[Resource]:
    plan, key, link = names
    # The transform writes the shared plan anew for each API, so the last one's settings stay.
    source, _, settings = apis[-1]
    span = source.key("Auth")
    stages: list[Content] = [
        {"ApiId": Reference(one.name, "Ref"), "Stage": Reference(stage, "Ref")} for one, stage, _ in apis
    ]
    keys: list[Content] = [
        {"RestApiId": Reference(one.name, "Ref"), "StageName": Reference(stage, "Ref")} for one, stage, _ in apis
    ]
    contents: list[tuple[str, str, dict[str, Content], tuple[str, ...]]] = [
        (
            plan,
            "AWS::ApiGateway::UsagePlan",
            {"ApiStages": stages, **{name: settings.get(name) for name in _SAME}},
            tuple(one.name for one, _, _ in apis),
        ),
        (key, "AWS::ApiGateway::ApiKey", {"Enabled": True, "StageKeys": keys}, (plan,)),
        (
            link,
            "AWS::ApiGateway::UsagePlanKey",
            {"KeyId": Reference(key, "Ref"), "KeyType": "API_KEY", "UsagePlanId": Reference(plan, "Ref")},
            (key,),
        ),
    ]
    found: list[Resource] = []
    for address, kind, properties, depends_on in contents:
        resource = source.generate(address, kind, properties, span, guard)
        resource.depends_on = depends_on
        found.append(resource)
    return found
