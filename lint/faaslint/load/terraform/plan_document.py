"""What a plan says, as ``terraform show -json`` writes it (also OpenTofu's): resources, changes, configuration.

Terraform promises this format under "JSON Output Format" of its documentation: ``planned_values`` holds what will be,
``resource_changes`` what of it is unknown or sensitive, ``prior_state`` what was, ``configuration`` which references the
expressions make (never the expressions themselves).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from ...model.record import field, record
from ...model.span import Span
from ...source.tree import Mapping, Scalar, Sequence, Tree

MODULES: Final = 20_000
"""Most modules of a plan that are looked into."""

Names: TypeAlias = tuple[str, ...]
"""The names of the calls that lead to a module, without their keys; empty for the root."""


@record(frozen=False)
class PlannedResource:
    """One instance of a resource or data source. ``values`` is what will be, ``before`` what was (None where nothing was).

    ``unknown`` and ``sensitive`` have the shape of the values, with true where something is unknown or sensitive.
    """

    address: str
    module: str
    """The address of its module instance, with keys."""
    names: Names
    key: str
    """The address inside the module, without the instance's own key: ``aws_sqs_queue.q``."""
    mode: str
    type: str
    span: Span
    values: Mapping
    unknown: Tree | None = None
    sensitive: list[Tree] = field(default_factory=list)
    before: Mapping | None = None


@record(frozen=False)
class ConfiguredModule:
    """What the configuration of one module says: resources, calls and outputs by name."""

    resources: dict[str, Mapping] = field(default_factory=dict)
    calls: dict[str, Mapping] = field(default_factory=dict)
    outputs: dict[str, Mapping] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    """Variables that are declared sensitive."""


@record(frozen=False)
class Plan:
    """A plan. ``resources`` are those that will be, by address; ``data`` the data sources that were or will be read."""

    span: Span
    resources: dict[str, PlannedResource] = field(default_factory=dict)
    data: dict[str, PlannedResource] = field(default_factory=dict)
    prior: dict[str, Mapping] = field(default_factory=dict)
    modules: dict[Names, ConfiguredModule] = field(default_factory=dict)
    providers: dict[str, Mapping] = field(default_factory=dict)
    variables: dict[str, Tree] = field(default_factory=dict)
    errored: bool = False

    def values_of(self, address: str) -> Mapping | None:
        """Return what is known of a resource or data source after the plan, or before where nothing is planned."""
        found = self.resources.get(address) or self.data.get(address)
        return found.values if found is not None else self.prior.get(address)

    def expressions(self, resource: PlannedResource) -> Mapping | None:
        """Return the expressions of a resource's block, None where the plan's configuration does not hold it."""
        module = self.modules.get(resource.names)
        block = module.resources.get(resource.key) if module is not None else None
        return mapping(block, "expressions") if block is not None else None


def mapping(tree: Tree | None, name: str) -> Mapping | None:
    """Return an entry that is a mapping."""
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else None


def items(tree: Tree | None, name: str) -> list[Tree]:
    """Return the elements of an entry that is a list."""
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found.items if isinstance(found, Sequence) else []


def text(tree: Tree | None, name: str) -> str:
    """Return an entry that is a text, empty where it is none."""
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else ""


def is_true(tree: Tree | None) -> bool:
    """Return whether a tree is the value ``true``."""
    return isinstance(tree, Scalar) and tree.value is True


def entries(tree: Tree | None, name: str) -> Iterator[tuple[str, Mapping]]:
    """Yield the entries of a mapping of mappings."""
    for key, value in (mapping(tree, name) or Mapping([], Span("", 1, 1, 1, 1))).entries:
        if isinstance(value, Mapping):
            yield str(key.value), value


def read_plan(tree: Tree) -> Plan:
    """Return what a plan's document says. What is missing or of another form is left out."""
    plan = Plan(tree.span)
    for planned in _resources(mapping(mapping(tree, "planned_values"), "root_module")):
        (plan.data if planned.mode == "data" else plan.resources)[planned.address] = planned
    for prior in _resources(mapping(mapping(mapping(tree, "prior_state"), "values"), "root_module")):
        plan.prior[prior.address] = prior.values
        if prior.mode == "data":
            plan.data.setdefault(prior.address, prior)
    for change in items(tree, "resource_changes"):
        _take_change(plan, change)
    configuration = mapping(tree, "configuration")
    plan.providers = dict(entries(configuration, "provider_config"))
    for name, value in entries(tree, "variables"):
        given = value.get("value")
        if given is not None:
            plan.variables[name] = given
    pending: list[tuple[Names, Mapping | None]] = [((), mapping(configuration, "root_module"))]
    while pending and len(plan.modules) < MODULES:
        names, module = pending.pop()
        plan.modules[names] = configured = _configured(module)
        pending += [((*names, name), mapping(call, "module")) for name, call in configured.calls.items()]
    plan.errored = is_true(tree.get("errored")) if isinstance(tree, Mapping) else False
    return plan


def _take_change(plan: Plan, change: Tree) -> None:
    address = text(change, "address")
    planned = plan.resources.get(address) or plan.data.get(address)
    if planned is None or text(change, "deposed"):
        return
    what = mapping(change, "change")
    planned.unknown = what.get("after_unknown") if what is not None else None
    planned.before = mapping(what, "before")
    sensitive = what.get("after_sensitive") if what is not None else None
    if sensitive is not None:
        planned.sensitive.append(sensitive)


def _configured(module: Mapping | None) -> ConfiguredModule:
    resources: dict[str, Mapping] = {}
    for block in items(module, "resources"):
        if isinstance(block, Mapping):
            prefix = "data." if text(block, "mode") == "data" else ""
            resources[f"{prefix}{text(block, 'type')}.{text(block, 'name')}"] = block
    sensitive = frozenset(name for name, variable in entries(module, "variables") if is_true(variable.get("sensitive")))
    return ConfiguredModule(resources, dict(entries(module, "module_calls")), dict(entries(module, "outputs")), sensitive)


def _resources(root: Mapping | None) -> Iterator[PlannedResource]:
    """Yield the resources of a module and of everything below it, in the order of the text."""
    pending = [root]
    count = 0
    while pending:
        module = pending.pop()
        count += 1
        if module is None or count > MODULES:
            continue
        address = text(module, "address")
        names = module_names(address)
        for found in items(module, "resources"):
            values = mapping(found, "values")
            if not isinstance(found, Mapping):
                continue
            mode, kind, own = text(found, "mode"), text(found, "type"), text(found, "address")
            where = found.get("address")
            sensitive = found.get("sensitive_values")
            yield PlannedResource(
                address=own,
                module=address,
                names=names,
                key=f"{'data.' if mode == 'data' else ''}{kind}.{text(found, 'name')}",
                mode=mode,
                type=kind,
                span=where.span if where is not None else found.span,
                values=values if values is not None else Mapping([], found.span),
                sensitive=[sensitive] if sensitive is not None else [],
            )
        pending += [child for child in reversed(items(module, "child_modules")) if isinstance(child, Mapping)]


def module_names(address: str) -> Names:
    """Return the names of the calls in a module's address: ``module.a["x.y"].module.b[0]`` gives a and b."""
    return tuple(steps[1] for steps in _pairs(split_address(address)))


def _pairs(steps: list[str]) -> Iterator[list[str]]:
    plain = [step for step in steps if not step.startswith("[")]
    for place in range(0, len(plain) - 1, 2):
        if plain[place] == "module":
            yield plain[place : place + 2]


def split_address(address: str) -> list[str]:
    """Split an address or reference into its names and keys: ``a.b["c.d"].e`` gives a, b, ["c.d"], e."""
    steps: list[str] = []
    start = place = 0
    while place < len(address):
        character = address[place]
        if character == "[":
            if place > start:
                steps.append(address[start:place])
            end = place + 1
            quoted = False
            while end < len(address) and (quoted or address[end] != "]"):
                if address[end] == "\\" and quoted:
                    end += 1
                elif address[end] == '"':
                    quoted = not quoted
                end += 1
            steps.append(address[place : end + 1])
            start = place = end + 1
        elif character == ".":
            if place > start:
                steps.append(address[start:place])
            start = place = place + 1
        else:
            place += 1
    if start < len(address):
        steps.append(address[start:])
    return steps
