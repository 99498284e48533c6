"""The execution role that the transform generates, with the policies that features and events add to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...iam.managed import policy_arn
from ...iam.templates import policy_template
from ...model.guard import ALWAYS, Guard
from ...model.nodes import PolicyKind
from ...model.record import field, record
from ...model.span import Span
from ...model.value import (
    CLOSED,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Openness,
    Pattern,
    Payload,
    Provenance,
    Reference,
    Unknown,
    Value,
    branches,
    is_absent,
)
from ..resource import POLICY_KIND, Resource
from .make import Content, located, made
from .serverless import Serverless, tag_list

_COMMON: Final = "arn:aws:"
"""How ARNs in the common partition begin."""


@record(frozen=False)
class Policies:
    """The policies of a generated role, as they are gathered."""

    role: str
    partition: str = "aws"
    managed: list[Item] = field(default_factory=list)
    inline: list[Item] = field(default_factory=list)
    openness: Openness = CLOSED
    count: int = 0
    _attached: set[tuple[Payload, Guard]] = field(default_factory=set)
    _granted: list[tuple[Guard, Value]] = field(default_factory=list)

    def attach(self, path: str, span: Span, guard: Guard = ALWAYS) -> None:
        """Attach an AWS-managed policy by its path (``service-role/AWSLambdaBasicExecutionRole``)."""
        self._attach(Known(f"arn:{self.partition}:iam::aws:policy/{path}", (span,), Provenance.SERVICE), guard)

    def _attach(self, value: Known, guard: Guard) -> None:
        """Attach a managed policy, once: several events may bring the same one."""
        if (value.value, guard) not in self._attached:
            self._attached.add((value.value, guard))
            self.managed.append(Item(value, guard))

    def grant(
        self, name: str, statements: list[Content], span: Span, guard: Guard = ALWAYS, *, versioned: bool = False
    ) -> None:
        """Add an inline policy that a feature brings. Of several with the same content, only the first is added."""
        version: dict[str, Content] = {"Version": "2012-10-17"} if versioned else {}
        value = made({**version, "Statement": statements}, span)
        if (guard, value) not in self._granted:
            self._granted.append((guard, value))
            self._add(name, value, PolicyKind.GENERATED, span, guard)

    def _add(self, name: str, document: Value, kind: PolicyKind, span: Span, guard: Guard) -> None:
        entry = {"PolicyName": name, "PolicyDocument": document, POLICY_KIND: kind.value}
        self.inline.append(Item(made(entry, span), guard))

    def read(self, value: Value, pseudos: Mapping[str, Value]) -> None:
        """Add what the user lists under ``Policies``: a name, an ARN, a document, a template, or a list of these."""
        for guard, leaf in branches(value):
            if isinstance(leaf, Known) and isinstance(leaf.value, Items):
                self.openness = self.openness or leaf.value.openness
                place = None
                for item in leaf.value.items:
                    # What one `If` gives stands in one place, and is one entry to the transform.
                    here = item.value.trail[0] if item.value.trail else None
                    self.count += place is not None and here != place
                    place = here
                    for inner, member in branches(item.value):
                        self._entry(member, guard & item.guard & inner, pseudos)
            elif not is_absent(leaf):
                self._entry(leaf, guard, pseudos)

    def _entry(self, leaf: Leaf, guard: Guard, pseudos: Mapping[str, Value]) -> None:
        span = leaf.trail[-1] if leaf.trail else None
        if isinstance(leaf, Unknown) or span is None:
            self.openness = self.openness or Open("a policy can't be known", span)
            if isinstance(leaf, Unknown):
                self.managed.append(Item(leaf, guard))
            return
        content = leaf.value
        if isinstance(content, str):
            value = (
                leaf
                if content.startswith("arn:")
                else Known(managed_arn(content, self.partition), leaf.trail, leaf.provenance)
            )
            self._attach(value, guard)
        elif isinstance(content, (Reference, Pattern)):
            self._attach(leaf, guard)
        elif isinstance(content, Fields):
            self._document(leaf, content, span, guard, pseudos)
        elif content is not None:
            self.openness = self.openness or Open("a policy is malformed", span)

    def _document(self, leaf: Known, content: Fields, span: Span, guard: Guard, pseudos: Mapping[str, Value]) -> None:
        name = f"{self.role}Policy{self.count}"
        if "Statement" in content.values:
            self._add(name, leaf, PolicyKind.INLINE, span, guard)
            return
        if len(content.values) == 1 and content.openness is None:
            template, arguments = next(iter(content.values.items()))
            place = content.keys.get(template, span)
            parameters = (
                arguments.value.values if isinstance(arguments, Known) and isinstance(arguments.value, Fields) else {}
            )
            document = policy_template(template, {**pseudos, **parameters}, (place,))
            if document is not None:
                self._add(name, located(document, place), PolicyKind.TEMPLATE, place, guard)
                return
            self.openness = self.openness or Open(f"'{template}' is no policy template that is known here", place)
            return
        self.openness = self.openness or Open("a policy can't be known", span)


def managed_arn(name: str, partition: str = "aws") -> str:
    """Return the ARN of an AWS-managed policy that is given by its name."""
    found = policy_arn(name)
    return name if found is None else f"arn:{partition}:{found.removeprefix(_COMMON)}"


def tracing_policy(source: Serverless) -> str:
    """Return the managed policy that lets a role write traces: the regions of China and GovCloud have another one."""
    return "AWSXrayWriteOnlyAccess" if source.partition == "aws" else "AWSXRayDaemonWriteAccess"


def trust(service: str) -> Content:
    """Return the trust policy that lets a service assume a role."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": [service]}}],
    }


def add_role(
    owner: Serverless, address: str, service: str, policies: Policies, span: Span, guard: Guard | None = None
) -> Resource:
    """Add the role of a serverless resource, made of what its ``Policies`` and its features came to."""
    document = owner.get("AssumeRolePolicyDocument")
    trail = (owner.key("Policies"),)
    return owner.add(
        address,
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": trust(service) if is_absent(document) else document,
            "ManagedPolicyArns": Known(Items(tuple(policies.managed), policies.openness), trail),
            "Policies": Known(Items(tuple(policies.inline), policies.openness), trail),
            "Path": owner.get("RolePath"),
            "PermissionsBoundary": owner.get("PermissionsBoundary"),
            "Tags": tag_list(owner.get("Tags")),
        },
        span,
        guard=guard,
        spellings={"AssumeRolePolicyDocument": "AssumeRolePolicyDocument", "ManagedPolicyArns": "Policies"},
    )
