"""Variables, locals, module calls and their outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.span import Span
from ...model.value import Fields, Known, Open, Provenance, Unknown, Value, branches, choose
from ...source import hcl_nodes as hcl
from ...source.limits import MODULE_CALLS, MODULE_DEPTH
from .conversion import convert
from .expansion import expand
from .kinds import hidden
from .leaves import failed, provenance_of, unknown, via
from .registry import configuration_of, model_of
from .scope import Expansion, Instance, Module, Scope, key_text
from .sources import local_folder

if TYPE_CHECKING:
    from .evaluate import Evaluator


def variable(evaluator: Evaluator, module: Module, name: str, span: Span) -> Value:
    """Return the value of a variable, converted to its declared type."""
    found = module.variables.get(name)
    if found is not None:
        return found
    block = module.configuration.variables.get(name)
    if block is None:
        return unknown(f"variable '{name}' is not declared in this module", span, module.within(f"var.{name}"))
    token = ("variable", id(module), name)
    session = evaluator.session
    if token in session.active:
        session.tell(block.labels[0].span, f"the value of variable '{name}' depends on itself")
        return failed(f"the value of variable '{name}' depends on itself", span)
    session.active.add(token)
    try:
        value = _variable(evaluator, module, name, block)
    finally:
        session.active.discard(token)
    module.variables[name] = value
    return value


def _variable(evaluator: Evaluator, module: Module, name: str, block: hcl.Block) -> Value:
    label = block.labels[0].span
    default_attribute = block.body.attributes.get("default")
    declared = block.body.attributes.get("type")
    value: Value | None = None
    if module.is_root:
        value = evaluator.session.given.get(name)
    elif module.call is not None and module.caller is not None:
        argument = module.call.body.attributes.get(name)
        if argument is not None:
            value = via(evaluator.evaluate(argument.expression, module.caller), argument.expression.span)
    default: Value | None = None
    if default_attribute is not None:
        # What a child module's variable defaults to is certain in this run: the call is at hand and leaves it so.
        provenance = Provenance.DEFAULT if module.is_root else Provenance.LITERAL
        default = evaluator.evaluate(default_attribute.expression, Scope(module, provenance=provenance))
    if value is None:
        value = default
    elif default is not None and not _keeps_null(block):
        filled = default
        value = choose(
            ((guard, filled if isinstance(leaf, Known) and leaf.value is None else leaf) for guard, leaf in branches(value)),
            value.trail,
        )
    if value is None:
        return Unknown(f"variable '{name}' has no value and no default", module.within(f"var.{name}"), (label,))
    converted = convert(value, declared.expression, label) if declared is not None else value
    return concealed(evaluator, block, converted, label)


def concealed(evaluator: Evaluator, block: hcl.Block, value: Value, span: Span) -> Value:
    """Return the value of a variable or output, hidden where its block says ``sensitive`` or ``ephemeral``."""
    for name in ("sensitive", "ephemeral"):
        attribute = block.body.attributes.get(name)
        if attribute is not None and getattr(attribute.expression, "value", None) is True:
            evaluator.session.has_secrets = True
            return hidden(value, span)
    return value


def _keeps_null(block: hcl.Block) -> bool:
    """Return whether a null argument stays null: it does unless ``nullable = false``."""
    nullable = block.body.attributes.get("nullable")
    return nullable is None or getattr(nullable.expression, "value", None) is not False


def local(evaluator: Evaluator, module: Module, name: str, scope: Scope, span: Span) -> Value:
    """Return the value of a local of the scope's module, under what the scope assumes where it rests on a default."""
    found = module.locals.get(name)
    if found is not None and not (scope.assumed and provenance_of([found]) is Provenance.DEFAULT):
        return found
    attribute = module.configuration.locals.get(name)
    if attribute is None:
        return unknown(f"local '{name}' is not declared in this module", span, module.within(f"local.{name}"))
    token = ("local", id(module), name)
    session = evaluator.session
    if token in session.active:
        session.tell(attribute.key, f"local '{name}' depends on itself")
        return failed(f"local '{name}' depends on itself", span)
    session.active.add(token)
    try:
        value = found if found is not None else evaluator.evaluate(attribute.expression, Scope(module))
        module.locals[name] = value
        if scope.assumed and provenance_of([value]) is Provenance.DEFAULT:
            value = evaluator.evaluate(attribute.expression, Scope(module).assuming(scope.assumed))
    finally:
        session.active.discard(token)
    return value


# Calls


def call_expansion(evaluator: Evaluator, module: Module, name: str) -> Expansion:
    """Return the instances of a module call."""
    return expand(evaluator, module, f"module.{name}", module.configuration.calls[name])


def child(evaluator: Evaluator, module: Module, name: str, instance: Instance) -> Module | None:
    """Return the module instance that a call makes, None where the module is not on disk or leads back to itself."""
    token = (name, instance.key)
    if token not in module.children:
        module.children[token] = _child(evaluator, module, name, instance)
    return module.children[token]


def _child(evaluator: Evaluator, module: Module, name: str, instance: Instance) -> Module | None:
    session = evaluator.session
    block = module.configuration.calls[name]
    place = _source_span(block)
    folder = _folder(evaluator, module, name, block)
    model = model_of(source_of(block)) if folder is None else None
    if folder is None and model is None:
        return None
    ancestor: Module | None = module
    while ancestor is not None:
        if folder is not None and ancestor.configuration.folder == folder:
            session.tell(place, f"module '{name}' calls itself: its source is the folder that it is called from", fatal=True)
            return None
        ancestor = ancestor.caller.module if ancestor.caller is not None else None
    if module.depth >= MODULE_DEPTH:
        session.cut = True
        session.tell(place, f"modules are nested more than {MODULE_DEPTH} deep; module '{name}' is not followed")
        return None
    session.module_count += 1
    if session.module_count > MODULE_CALLS:
        session.cut = True
        if session.module_count == MODULE_CALLS + 1:
            session.tell(place, f"there are more than {MODULE_CALLS} module instances; the others are not followed")
        return None
    expansion = module.expansions[f"module.{name}"]
    return Module(
        session.configuration(folder) if folder is not None else configuration_of(model or ""),
        address=module.within(f"module.{name}") + key_text(instance.key),
        call=block,
        caller=instance.scope,
        guard=module.guard & instance.guard,
        unknown_count=module.unknown_count or expansion.unknown,
        depth=module.depth + 1,
        path=_relative(session.root, folder) if folder is not None else ".",
        names=(*module.names, name),
    )


def _source_span(block: hcl.Block) -> Span:
    source = block.body.attributes.get("source")
    return source.expression.span if source is not None else block.labels[0].span


def source_of(block: hcl.Block) -> str:
    """Return the source of a module call, empty where it is not a plain text."""
    source = block.body.attributes.get("source")
    value = getattr(source.expression, "value", None) if source is not None else None
    return value if isinstance(value, str) else ""


def _folder(evaluator: Evaluator, module: Module, name: str, block: hcl.Block) -> str | None:
    """Return the folder of a called module, None (and a note) where it is not on disk."""
    session = evaluator.session
    source = source_of(block)
    folder = local_folder(session.workspace, module.configuration.folder, source)
    if folder is None:
        folder = session.installed(".".join((*module.names, name)))
    if folder is not None and session.workspace.is_folder(folder):
        return folder
    if folder is None and source.startswith(("./", "../")):
        # Said in every profile: without it the run looks clean, though much of the project was not read.
        session.tell(
            _source_span(block),
            f"The module '{module.within(name)}' ({source}) lies outside the folder that is read; "
            "run faaslint in a folder above both, or in a git checkout that holds them.",
        )
    if model_of(source) is None:
        what = f"module '{module.within(name)}'" + (f" ({source})" if source else "")
        entry = (what, _source_span(block))
        if entry not in session.incomplete:
            session.incomplete.append(entry)
    return None


def _relative(root: str, folder: str) -> str:
    """Return a folder as seen from the root module, as ``path.module`` shows it."""
    import posixpath

    return posixpath.relpath(folder, root)


# Outputs


def output(evaluator: Evaluator, module: Module, name: str, instance: Instance, wanted: str, span: Span) -> Value:
    """Return one output of one instance of a module call."""
    called = child(evaluator, module, name, instance)
    address = module.within(f"module.{name}") + key_text(instance.key)
    if called is None:
        return unknown(f"module '{name}' is not on disk", span, f"{address}.{wanted}")
    found = called.outputs.get(wanted)
    if found is not None:
        return found
    block = called.configuration.outputs.get(wanted)
    attribute = block.body.attributes.get("value") if block is not None else None
    if attribute is None:
        if called.configuration.model:
            return unknown(
                f"what '{wanted}' of module '{name}' is, is not known without the module", span, f"{address}.{wanted}"
            )
        if called.configuration.broken is not None:
            return unknown("the module could not be read in full", span, f"{address}.{wanted}")
        return failed(f"module '{name}' has no output '{wanted}'", span)
    token = ("output", id(called), wanted)
    session = evaluator.session
    if token in session.active:
        session.tell(attribute.key, f"output '{wanted}' depends on itself")
        return failed(f"output '{wanted}' depends on itself", span)
    session.active.add(token)
    try:
        value = evaluator.evaluate(attribute.expression, Scope(called))
    finally:
        session.active.discard(token)
    if block is not None:
        value = concealed(evaluator, block, value, block.labels[0].span)
    called.outputs[wanted] = value
    return value


def outputs(evaluator: Evaluator, module: Module, name: str, instance: Instance, span: Span) -> Value:
    """Return all outputs of one instance of a module call as a mapping."""
    called = child(evaluator, module, name, instance)
    if called is None:
        address = module.within(f"module.{name}") + key_text(instance.key)
        return unknown(f"module '{name}' is not on disk", span, address)
    openness = None
    if called.configuration.broken is not None:
        openness = Open("the module could not be read in full", called.configuration.broken)
    elif called.configuration.model:
        openness = Open("the module may have more outputs", span)
    names = called.configuration.outputs
    values = {wanted: output(evaluator, module, name, instance, wanted, span) for wanted in names}
    return Known(Fields(values, {wanted: block.labels[0].span for wanted, block in names.items()}, openness), (span,))
