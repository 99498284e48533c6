"""A root module, everything it calls, and the resources that come of it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

from ...model.nodes import Origin
from ...model.record import record
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Value, is_absent
from ...source.workspace import Workspace
from ..resource import Loaded, Problem, Resource
from .code import CodeFinder
from .configuration import Configuration
from .defaulted import beside_tests
from .evaluate import Evaluator
from .given import read_given
from .lock import locked_version
from .modules import call_expansion, child, source_of, variable
from .providers import region_of
from .registry import registry_lambda
from .registry.placing import placed_fields, spellings
from .resources import construct_path, dependencies, expansion, ignored_changes, is_replaced, properties
from .scope import Module, Scope, key_text
from .session import Declared, Session

Given: TypeAlias = Callable[[Evaluator, Module], None]

PACKAGED: Final = frozenset({"aws_lambda_function", "aws_lambda_layer_version"})
"""Resources that are made of code."""

OF_ONE_VERSION: Final = frozenset({"aws_lambda_function_url"})
"""Resources of which versions of the provider make different things."""

RESOURCE_LIMIT: Final = 10_000
"""Most resources of one root: far more than one state can hold in practice."""


def load_terraform(
    workspace: Workspace,
    folder: str,
    parameters: Mapping[str, str],
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Loaded:
    """Load the root module in a folder (relative to the workspace). ``parameters`` are values of its variables.

    ``variable_files`` are further files that set variables, as (path, text): they go before those that Terraform loads by
    itself, and ``parameters`` before them. ``workspace_name`` is what ``terraform.workspace`` is, where that is known.
    Never raises for what is wrong with the input: that is in ``problems``.
    """
    with without_collection():
        return finished(
            evaluated_root(workspace, folder, parameters, variable_files=variable_files, workspace_name=workspace_name),
            folder,
        )


@contextmanager
def without_collection() -> Iterator[None]:
    """Pause the collector: nearly everything that loading makes is kept, and looking through it again doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def finished(evaluated: Evaluated, root: str) -> Loaded:
    """Return the record of a root that was worked out: resources with their code, and what was found out on the way."""
    loaded = Loaded(root=root, kind="terraform", resources=evaluated.resources)
    for resource in loaded.resources:
        if resource.type in PACKAGED:
            resource.code = evaluated.finder.code_of(resource)
    if any(resource.type in OF_ONE_VERSION for resource in loaded.resources):
        loaded.provider_version = locked_version(evaluated.evaluator.session.workspace, root, "hashicorp/aws")
    loaded.documents = list(_documents(evaluated))
    take_notes(loaded, evaluated)
    return loaded


@record(frozen=False)
class Evaluated:
    """A root module and everything that it calls, worked out."""

    evaluator: Evaluator
    root: Module
    resources: list[Resource]
    finder: CodeFinder
    files: list[str]
    modules: list[Module]
    complete: bool
    """Whether no resource was left out for a limit's sake."""


def evaluated_root(
    workspace: Workspace,
    folder: str,
    parameters: Mapping[str, str],
    given: Given | None = None,
    configuration: Configuration | None = None,
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Evaluated:
    """Work out the root module in a folder, or one of which only the ``configuration`` is given.

    ``given`` may change the values of its variables before they are used.
    """
    session = Session(workspace, folder, dict(parameters), workspace_name)
    evaluator = Evaluator(session)
    root = Module(configuration or session.configuration(folder))
    read = read_given(evaluator, root, parameters, variable_files)
    if given is not None:
        given(evaluator, root)
    resources: list[Resource] = []
    # Children are met in the order of the calls; the list grows while it is walked.
    modules = [root]
    for module in modules:
        modules += _called(evaluator, module)
        _declare(evaluator, module)
    finder = CodeFinder(evaluator, resources)
    complete = True
    for module in modules:
        _add_resources(evaluator, root, module, resources, finder)
        if len(resources) > RESOURCE_LIMIT:
            session.tell(_anywhere(module), f"there are more than {RESOURCE_LIMIT} resources; the others are left out")
            complete = False
            break
    files = [path for configuration in session.configurations for path in configuration.files] + read
    return Evaluated(evaluator, root, resources, finder, files, modules, complete)


def take_notes(loaded: Loaded, evaluated: Evaluated) -> None:
    """Put what was found out on the way into the record of a root: problems, missing modules, files."""
    session = evaluated.evaluator.session
    loaded.problems += _in_order(session.problems)
    loaded.incomplete = list(session.incomplete)
    loaded.files += evaluated.files
    if any(not is_absent(one.properties.get("publish")) for one in evaluated.resources):
        loaded.outputs = _outputs(evaluated)
    broken = any(configuration.broken is not None for configuration in session.configurations)
    unread = any(problem.fatal for problem in loaded.problems)
    loaded.open_types = not evaluated.complete or session.cut or bool(session.incomplete) or broken or unread


def _documents(evaluated: Evaluated) -> Iterator[Resource]:
    """Yield the policy documents that data sources describe, whether or not anything uses them."""
    count = 0
    for module in evaluated.modules:
        origin = Origin.MODULE if module.is_foreign else Origin.USER
        for key, block in module.configuration.resources.items():
            if block.type != "data" or block.labels[0].text != "aws_iam_policy_document":
                continue
            # Imported when first needed: many modules have no such data source.
            from .policy_document import policy_document

            for instance in expansion(evaluated.evaluator, module, key).instances:
                guard = module.guard & instance.guard
                count += 1
                if count > RESOURCE_LIMIT:
                    return
                if not guard.satisfiable():
                    continue
                address = module.within(key) + key_text(instance.key)
                evaluated.evaluator.session.begin()
                document = policy_document(evaluated.evaluator, address, Declared(block, module, instance))
                where = block.labels[1].span
                properties = Fields({"json": document}, {"json": where})
                yield Resource(
                    address=address, type=block.labels[0].text, span=where, properties=properties, guard=guard, origin=origin
                )


def _outputs(evaluated: Evaluated) -> dict[str, Value]:
    """Return what the root module puts out."""
    found: dict[str, Value] = {}
    for name, block in evaluated.root.configuration.outputs.items():
        attribute = block.body.attributes.get("value")
        if attribute is not None:
            evaluated.evaluator.session.begin()
            found[name] = evaluated.evaluator.evaluate(attribute.expression, Scope(evaluated.root))
    return found


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.span, problem.message))


def _anywhere(module: Module) -> Span:
    files = module.configuration.files
    return Span(files[0] if files else module.configuration.folder, 1, 1, 1, 1)


def _called(evaluator: Evaluator, module: Module) -> list[Module]:
    """Return the module instances that a module calls."""
    found: list[Module] = []
    for name in module.configuration.calls:
        for instance in call_expansion(evaluator, module, name).instances:
            called = child(evaluator, module, name, instance)
            if called is not None:
                found.append(called)
    return found


def call_label(module: Module) -> Span:
    """Return the place of the call that an instance of a module comes of."""
    assert module.call is not None
    return module.call.labels[0].span


def _packs(module: Module) -> bool:
    """Return whether a module is the registry's Lambda module: by its source, or a copy of it by what only it asks for."""
    if module.call is None:
        return False
    copied = module.configuration.variables.keys() >= {"source_path", "build_in_docker", "hash_extra"}
    return copied or registry_lambda(source_of(module.call))


def _declare(evaluator: Evaluator, module: Module) -> None:
    """Work out the instances of every block first: a reference may lead to any of them."""
    for key in module.configuration.resources:
        expansion(evaluator, module, key)


def _made_after(evaluator: Evaluator, module: Module) -> tuple[str, ...]:
    """Return what the calls that lead to a module name in ``depends_on``."""
    found: list[str] = []
    while module.call is not None and module.caller is not None:
        found += dependencies(evaluator, module.caller.module, module.call)
        module = module.caller.module
    return tuple(found)


def _add_resources(
    evaluator: Evaluator, root: Module, module: Module, resources: list[Resource], finder: CodeFinder
) -> None:
    origin = Origin.MODULE if module.is_foreign else Origin.USER
    after = _made_after(evaluator, module)
    for key, block in module.configuration.resources.items():
        if block.type != "resource":
            continue
        kind, label = block.labels[0].text, block.labels[1].span
        expanded = expansion(evaluator, module, key)
        path_in_program = construct_path(block)
        spelled: dict[str, str] = {}
        if module.configuration.model and module.call is not None:
            label = call_label(module)
            spelled = spellings(block)
        depends_on = dependencies(evaluator, module, block)
        for instance in expanded.instances:
            if len(resources) > RESOURCE_LIMIT:
                return
            guard = module.guard & instance.guard
            if not guard.satisfiable():
                continue
            fields = beside_tests(evaluator, root, properties(evaluator, block, instance.scope), guard)
            if module.configuration.model:
                fields = placed_fields(fields, label)
            address = module.within(key) + key_text(instance.key)
            if kind in PACKAGED and _packs(module):
                # Its source is packed by a script that runs at deployment; the argument of the call names it.
                finder.packed_from[address] = variable(evaluator, module, "source_path", label)
            region: Value = ABSENT
            if kind.startswith("aws_"):
                own = fields.values.get("region", Known(None))
                region = region_of(evaluator, module, block, own)
            resources.append(
                Resource(
                    address=address,
                    type=kind,
                    span=label,
                    properties=fields,
                    name=(path_in_program or address) if instance.key is None else address,
                    guard=guard,
                    origin=origin,
                    depends_on=depends_on,
                    after=after,
                    region=region,
                    unknown_count=expanded.unknown or module.unknown_count,
                    spellings=spelled,
                    ignored_changes=ignored_changes(block),
                    replaced=is_replaced(block),
                )
            )
