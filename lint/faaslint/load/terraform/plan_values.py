"""The values of a plan: what is known, what is known only after apply, what is a secret, what comes of another resource."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import (
    ABSENT,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Pattern,
    Provenance,
    Reference,
    Unknown,
    Value,
)
from ...source.tree import Mapping, Scalar, Sequence, Tree
from .documents import decode
from .plan_document import Plan, PlannedResource, is_true, mapping, text
from .plan_references import references, unfollowed, written

SECRET: Final = "the plan marks it as sensitive"
LATER: Final = "it is known only after apply"

_DOCUMENTS: Final = frozenset(
    {
        "access_policies",
        "access_policy",
        "assume_role_policy",
        "body",
        "content",
        "definition",
        "event_pattern",
        "inline_policy",
        "policy",
        "policy_document",
        "redrive_policy",
        "repository_policy",
        "resource_policy",
    }
)
"""Properties whose text is more than one reference, as a rule."""

_LISTS: Final = ("_ids", "_arns", "layers", "actions", "roles", "subnets", "_groups")
"""How the names of properties end that hold lists."""

_DATA_DOCUMENT: Final = {"sid": "Sid", "effect": "Effect"}
_DATA_LISTS: Final = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


class Reader:
    """Turns the values of a plan's resources into values of ours. Depth is bounded by the JSON reader."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def fields(self, resource: PlannedResource) -> Fields:
        """Return what the plan says of a resource's arguments; what only the provider fills in is left out.

        Of a plan whose configuration was cut off it can't be told what that is, so everything stays.
        """
        expressions = self.plan.expressions(resource)
        values: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        told: set[str] = set()
        for key, tree in resource.values.entries:
            name = str(key.value)
            told.add(name)
            expression = expressions.get(name) if expressions is not None else None
            if expressions is None and isinstance(tree, Scalar) and tree.value is None:
                continue
            if expressions is not None and expression is None and not _configured(tree):
                continue
            values[name] = self.value(
                resource, name, tree, _inner(resource.unknown, name), _all(resource.sensitive, name), expression, name
            )
            keys[name] = key.span
        for key, expression in expressions.entries if expressions is not None else ():
            name = str(key.value)
            if name not in told:
                # What is unknown as a whole has no entry among the values.
                secret = any(is_true(one) for one in _all(resource.sensitive, name))
                values[name] = (
                    Unknown(SECRET, trail=(resource.span,)) if secret else self._later(resource, name, expression, name)
                )
                keys[name] = resource.span
        for name, mark in _marks(resource.unknown) if expressions is None else ():
            if name not in told and is_true(mark):
                values[name] = Unknown(LATER, f"{resource.address}.{name}", (resource.span,))
        return Fields(values, keys)

    def value(
        self,
        resource: PlannedResource,
        name: str,
        tree: Tree,
        unknown: Tree | None,
        sensitive: list[Tree],
        expression: Tree | None,
        path: str,
    ) -> Leaf:
        """Return one value. ``path`` is its place in the resource; ``name`` the argument that it belongs to."""
        where = tree.span
        if any(is_true(each) for each in sensitive):
            return Unknown(SECRET, f"{resource.address}.{path}", (where,))
        if is_true(unknown):
            return self._later(resource, name, expression, path)
        if isinstance(tree, Mapping):
            values: dict[str, Value] = {}
            for key, inner in tree.entries:
                entry = str(key.value)
                values[entry] = self.value(
                    resource,
                    entry if _block(expression) else name,
                    inner,
                    _inner(unknown, entry),
                    _all(sensitive, entry),
                    _below(expression, entry),
                    f"{path}.{entry}",
                )
            for entry, mark in _marks(unknown):
                if entry not in values and is_true(mark) and _wanted(expression, entry):
                    values[entry] = self._later(resource, entry, _below(expression, entry), f"{path}.{entry}")
            return Known(Fields(values, {str(key.value): key.span for key, _ in tree.entries}), (where,))
        if isinstance(tree, Sequence):
            everyone = self._each_instance(resource, name, tree, unknown, expression)
            if everyone:
                return Known(Items(tuple(Item(Known(each, (where,))) for each in everyone)), (where,))
            members = tuple(
                Item(
                    self.value(
                        resource,
                        name,
                        inner,
                        _at(unknown, index),
                        [found for each in sensitive if (found := _at(each, index)) is not None],
                        _block_at(expression, index),
                        f"{path}[{index}]",
                    )
                )
                for index, inner in enumerate(tree.items)
            )
            return Known(Items(members), (where,))
        if isinstance(tree.value, str):
            return self._text(resource, tree, tree.value, expression)
        return Known(tree.value, (where,), Provenance.GIVEN)

    def _text(self, resource: PlannedResource, tree: Scalar, content: str, expression: Tree | None) -> Leaf:
        """Return a text: the attribute of another resource that it is, the document that it holds, or itself."""
        candidates = references(self.plan, resource, expression)
        if content[:1] in ("{", "["):
            document = decode(content, tree.span.path)
            if document is not None and isinstance(document, Known) and isinstance(document.value, (Items, Fields)):
                return self._linked(document, candidates, tree.span)
        return self._link(content, candidates, tree.span)

    def _link(self, content: str, candidates: list[Reference], where: Span) -> Leaf:
        for reference in candidates:
            values = self.plan.values_of(reference.address)
            known = text(values, reference.attribute)
            if not known:
                continue
            if content == known:
                return Known(reference, (where,), Provenance.GIVEN)
            if known.startswith("arn:") and content.startswith((known + "/", known + ":")):
                return Known(Pattern((reference, content[len(known) :])), (where,), Provenance.GIVEN)
        return Known(content, (where,), Provenance.GIVEN)

    def _linked(self, value: Value, candidates: list[Reference], where: Span) -> Leaf:
        """Return a document with its place in the plan, and with the texts in it that are attributes of resources."""
        content = value.value if isinstance(value, Known) else None
        if isinstance(content, Fields):
            inner = {name: self._linked(each, candidates, where) for name, each in content.values.items()}
            return Known(Fields(inner, dict.fromkeys(inner, where)), (where,))
        if isinstance(content, Items):
            return Known(Items(tuple(Item(self._linked(each.value, candidates, where)) for each in content.items)), (where,))
        if isinstance(content, str):
            return self._link(content, candidates, where)
        return Known(content, (where,), Provenance.GIVEN)

    def _each_instance(
        self, resource: PlannedResource, name: str, tree: Sequence, unknown: Tree | None, expression: Tree | None
    ) -> list[Reference]:
        """Return the ids of all instances of a resource where a list of ids is as long and reads nothing else."""
        names = written(expression)
        marks = unknown.items if isinstance(unknown, Sequence) else []
        if not name.endswith("_ids") or len(names) != 1 or len(marks) != len(tree.items) or not all(map(is_true, marks)):
            return []
        start = (f"{resource.module}." if resource.module else "") + names[0] + "["
        found = [address for address in self.plan.resources if address.startswith(start) and address.endswith("]")]
        return [Reference(address, "id") for address in found] if len(found) == len(marks) else []

    def _later(self, resource: PlannedResource, name: str, expression: Tree | None, path: str) -> Leaf:
        """Return a value that is unknown in the plan: the one attribute that it comes of, else Unknown."""
        candidates = [
            each
            for each in references(self.plan, resource, expression)
            if not isinstance(_entry(self.plan.values_of(each.address), each.attribute), Scalar)
        ]
        if len(candidates) == 1 and not unfollowed(self.plan, resource, expression):
            only = candidates[0]
            document = self.plan.data.get(only.address)
            if document is not None and document.type == "aws_iam_policy_document":
                return self.policy(document)
            # A list of which nothing is known may hold more than the one.
            whole_list = name.endswith(_LISTS) and not path.endswith("]")
            if whole_list or name in _DOCUMENTS or document is not None:
                return Unknown(LATER, f"{resource.address}.{path}", (resource.span,))
            if only.attribute == "execution_arn":
                # What follows it says which routes: it is never used alone.
                return Known(Pattern((only, Unknown(LATER))), (resource.span,))
            return Known(only, (resource.span,))
        return Unknown(LATER, f"{resource.address}.{path}", (resource.span,))

    # Policies

    def policy(self, document: PlannedResource) -> Leaf:
        """Return the policy that a data source will render, in IAM's spelling."""
        fields = self.fields(document)
        openness = None
        for name in ("source_policy_documents", "override_policy_documents", "source_json", "override_json"):
            inherited = fields.values.get(name, ABSENT)
            if not (isinstance(inherited, Known) and inherited.value in (None, Items(()))):
                openness = Open("the policy takes in other documents", document.span)
        statements: list[Item] = []
        listed = fields.values.get("statement", ABSENT)
        if isinstance(listed, Known) and isinstance(listed.value, Items):
            statements = [Item(_statement(item.value)) for item in listed.value.items]
        elif isinstance(listed, Unknown):
            openness = Open(listed.why, document.span)
        body: dict[str, Value] = {
            "Version": Known("2012-10-17", (document.span,), Provenance.SERVICE),
            "Statement": Known(Items(tuple(statements), openness), (document.span,)),
        }
        return Known(Fields(body), (document.span,))


def _statement(value: Value) -> Value:
    content = value.value if isinstance(value, Known) else None
    if not isinstance(content, Fields) or not isinstance(value, Known):
        return value
    made: dict[str, Value] = {"Effect": Known("Allow", value.trail, Provenance.SERVICE)}
    for name, spelled in _DATA_DOCUMENT.items():
        found = content.values.get(name, ABSENT)
        if found != ABSENT:
            made[spelled] = found
    for name, spelled in _DATA_LISTS.items():
        found = content.values.get(name, ABSENT)
        if found != ABSENT and found != Known(Items(())):
            made[spelled] = found
    for name, spelled in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        groups = _grouped(content.values.get(name, ABSENT), "type", "identifiers")
        if groups:
            everyone = groups.pop("*", None)
            made[spelled] = everyone or Known(Fields(groups), value.trail)
    conditions: dict[str, Value] = {}
    listed = content.values.get("condition", ABSENT)
    for item in listed.value.items if isinstance(listed, Known) and isinstance(listed.value, Items) else ():
        inner = item.value.value if isinstance(item.value, Known) else None
        test = inner.get("test") if isinstance(inner, Fields) else ABSENT
        if isinstance(inner, Fields) and isinstance(test, Known) and isinstance(test.value, str):
            earlier = conditions.get(test.value)
            kept = earlier.value.values if isinstance(earlier, Known) and isinstance(earlier.value, Fields) else {}
            more = _grouped(Known(Items((item,))), "variable", "values")
            conditions[test.value] = Known(Fields({**kept, **more}), item.value.trail)
    if conditions:
        made["Condition"] = Known(Fields(conditions), value.trail)
    return Known(Fields(made), value.trail)


def _grouped(value: Value, name: str, values: str) -> dict[str, Value]:
    groups: dict[str, Value] = {}
    for item in value.value.items if isinstance(value, Known) and isinstance(value.value, Items) else ():
        inner = item.value.value if isinstance(item.value, Known) else None
        key = inner.get(name) if isinstance(inner, Fields) else ABSENT
        if isinstance(inner, Fields) and isinstance(key, Known) and isinstance(key.value, str):
            groups[key.value] = inner.get(values)
    return groups


# The shapes of unknown, sensitive and expressions follow the values


def _configured(tree: Tree) -> bool:
    """Return whether a value without an expression can be the user's own: a block, which ``dynamic`` may have made.

    The configuration of a plan leaves dynamic blocks out; a plain value without an expression is the provider's.
    """
    return isinstance(tree, Sequence) and bool(tree.items) and isinstance(tree.items[0], Mapping)


def _inner(tree: Tree | None, name: str) -> Tree | None:
    if is_true(tree):
        return tree
    return tree.get(name) if isinstance(tree, Mapping) else None


def _entry(tree: Tree | None, name: str) -> Tree | None:
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return None if isinstance(found, Scalar) and found.value is None else found


def _all(trees: list[Tree], name: str) -> list[Tree]:
    return [found for tree in trees if (found := _inner(tree, name)) is not None]


def _at(tree: Tree | None, index: int) -> Tree | None:
    if is_true(tree):
        return tree
    return tree.items[index] if isinstance(tree, Sequence) and index < len(tree.items) else None


def _marks(tree: Tree | None) -> list[tuple[str, Tree]]:
    return [(str(key.value), value) for key, value in tree.entries] if isinstance(tree, Mapping) else []


def _block(expression: Tree | None) -> bool:
    """Return whether an expression is a nested block, whose entries have expressions of their own."""
    return isinstance(expression, Mapping) and not (expression.get("references") or expression.get("constant_value"))


def _below(expression: Tree | None, name: str) -> Tree | None:
    if isinstance(expression, Mapping) and _block(expression):
        return expression.get(name)
    return expression


def _block_at(expression: Tree | None, index: int) -> Tree | None:
    if isinstance(expression, Sequence):
        return expression.items[index] if index < len(expression.items) else None
    return expression


def _wanted(expression: Tree | None, name: str) -> bool:
    """Return whether an unknown entry is an argument: the provider's own are unknown without an expression."""
    return expression is not None and (not _block(expression) or _below(expression, name) is not None)


def region_of(plan: Plan, resource: PlannedResource) -> Value:
    """Return the region of a resource: its own (provider 6 and later), else its provider's."""
    own = resource.values.get("region")
    if isinstance(own, Scalar) and isinstance(own.value, str):
        return Known(own.value, (own.span,), Provenance.GIVEN)
    module = plan.modules.get(resource.names)
    block = module.resources.get(resource.key) if module is not None else None
    provider = plan.providers.get(text(block, "provider_config_key"))
    setting = mapping(mapping(provider, "expressions"), "region")
    if setting is None:
        return ABSENT
    constant = setting.get("constant_value")
    if isinstance(constant, Scalar) and isinstance(constant.value, str):
        return Known(constant.value, (constant.span,))
    listed = setting.get("references")
    name = listed.items[0] if isinstance(listed, Sequence) and len(listed.items) == 1 else None
    if isinstance(name, Scalar) and isinstance(name.value, str) and name.value.startswith("var."):
        given = plan.variables.get(name.value.removeprefix("var."))
        if isinstance(given, Scalar) and isinstance(given.value, str):
            return Known(given.value, (given.span,), Provenance.GIVEN)
    return Unknown("the provider's region is known only when Terraform runs", trail=(setting.span,))
