"""The resource policy of a REST API, which SAM writes from lists of accounts, addresses and VPCs for each path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ...model.span import Span
from ...model.value import Fields, Item, Items, Known, Value, is_absent
from ..cloudformation.text import known_text
from .make import Content, made, text

_PATH_HOLE: Final = re.compile(r"\{[a-zA-Z0-9._+-]+\}")
_ANY: Final = ("any", "x-amazon-apigateway-any-method")


def permitted_path(path: str) -> str:
    """Return a path as permissions name it: a star for each parameter, and no slash at the end."""
    return _PATH_HOLE.sub("*", path.rstrip("/") if len(path) > 1 else path)


class ResourcePolicy:
    """The statements of one API's policy, as they are gathered: those of events first, then the API's own."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._statements: list[Value] = []

    @property
    def document(self) -> Value | None:
        """Return the policy; None where nothing asks for one."""
        if not self._statements:
            return None
        listed = Known(Items(tuple(Item(statement) for statement in self._statements)), (self._span,))
        return made({"Version": "2012-10-17", "Statement": listed}, self._span)

    def add(self, policy: Fields, path: str, verbs: Iterable[str], stage: Content) -> None:
        """Add the statements for the operations of one path."""
        place = permitted_path(path)
        methods = ["*" if verb.lower() in _ANY else verb.upper() for verb in verbs]
        resources: Content = [text(self._span, "execute-api:/", stage, "/", method, place) for method in methods]
        for name, effect in (("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")):
            accounts = _members(policy.get(name))
            if accounts:
                statement = self._statement(effect, resources, {"AWS": accounts})
                self._statements.append(made(statement, self._span))
        for name, test in (("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")):
            addresses = _members(policy.get(name))
            if addresses:
                self._limit(resources, {test: {"aws:SourceIp": addresses}})
        self._limit_networks(policy, "Blacklist", "StringEquals", resources)
        self._limit_networks(policy, "Whitelist", "StringNotEquals", resources)

    def add_custom(self, policy: Fields) -> None:
        """Add the statements that are written in full."""
        for statement in _members(policy.get("CustomStatements")):
            self._once(statement)

    def _limit_networks(self, policy: Fields, kind: str, test: str, resources: Content) -> None:
        networks = _members(policy.get(f"SourceVpc{kind}"))
        clouds = [one for one in networks if (known_text(one) or "").startswith("vpc-")]
        endpoints = [one for one in networks if (known_text(one) or "").startswith("vpce-")]
        clouds += _members(policy.get(f"IntrinsicVpc{kind}"))
        endpoints += _members(policy.get(f"IntrinsicVpce{kind}"))
        condition: dict[str, Content] = {}
        if clouds:
            condition["aws:SourceVpc"] = clouds
        if endpoints:
            condition["aws:SourceVpce"] = endpoints
        if condition:
            self._limit(resources, {test: condition})

    def _limit(self, resources: Content, condition: Content) -> None:
        self._once(made(self._statement("Allow", resources, "*"), self._span))
        self._once(made({**self._statement("Deny", resources, "*"), "Condition": condition}, self._span))

    def _once(self, statement: Value) -> None:
        if statement not in self._statements:
            self._statements.append(statement)

    def _statement(self, effect: str, resources: Content, principal: Content) -> dict[str, Content]:
        return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resources, "Principal": principal}


def _members(value: Value) -> list[Value]:
    """Return the members of a list, or the value itself as the only one."""
    if isinstance(value, Known) and isinstance(value.value, Items):
        return [item.value for item in value.value.items]
    return [] if is_absent(value) else [value]
