"""``data.aws_iam_policy_document`` as the JSON policy that it renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...model.guard import Guard
from ...model.span import Span
from ...model.value import (
    ABSENT,
    CLOSED,
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Open,
    Openness,
    Provenance,
    Unknown,
    Value,
    branches,
    choose,
)
from .documents import structured
from .leaves import text_of, unknown
from .session import Declared

if TYPE_CHECKING:
    from .evaluate import Evaluator

_RENAMED: Final = {
    "sid": "Sid",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def policy_document(evaluator: Evaluator, address: str, declared: Declared) -> Value:
    """Return the document that a data source describes, in the spelling of IAM's JSON."""
    session = evaluator.session
    found = session.attributes.get((address, "json"))
    if found is not None:
        return found
    token = ("attribute", address, "json")
    if token in session.active:
        return unknown(f"{address} depends on itself", declared.block.labels[1].span)
    session.active.add(token)
    try:
        value = _document(evaluator, declared)
    finally:
        session.active.discard(token)
    session.attributes[address, "json"] = value
    return value


def _document(evaluator: Evaluator, declared: Declared) -> Value:
    from .resources import properties

    block = declared.block
    where = block.labels[-1].span
    fields = properties(evaluator, block, declared.instance.scope)
    statements: list[Item] = []
    openness: Openness = fields.openness
    for name in ("source_json", "source_policy_documents"):
        inherited, unclear = _inherited(evaluator, fields.values.get(name, ABSENT), where)
        statements += inherited
        openness = openness or unclear
    own = fields.values.get("statement", ABSENT)
    if isinstance(own, Known) and isinstance(own.value, Items):
        openness = openness or own.value.openness
        statements += [Item(_statement(item.value), item.guard) for item in own.value.items]
    elif isinstance(own, Known) and isinstance(own.value, Fields):
        statements.append(Item(_statement(own)))
    elif not (isinstance(own, Known) and own.value is None):
        openness = openness or Open("the statements are not known", where)
    for name in ("override_json", "override_policy_documents"):
        overriding, unclear = _inherited(evaluator, fields.values.get(name, ABSENT), where)
        openness = openness or unclear
        statements, clear = _overridden(statements, overriding)
        if not clear:
            openness = openness or Open("which statements are overridden is not known", where)
    values: dict[str, Value] = {
        "Version": fields.values.get("version", Known("2012-10-17", (where,), Provenance.SERVICE)),
        "Statement": Known(Items(tuple(statements), openness), (where,)),
    }
    if "policy_id" in fields.values:
        values["Id"] = fields.values["policy_id"]
    return Known(Fields(values, {}, CLOSED), (where,))


def _inherited(evaluator: Evaluator, value: Value, where: Span) -> tuple[list[Item], Openness]:
    """Return the statements of the documents that a value names (one, or a list of them)."""
    found: list[Item] = []
    openness: Openness = CLOSED
    pending: list[tuple[Guard | None, Value]] = [(None, value)]
    while pending:
        outer, current = pending.pop(0)
        for guard, leaf in branches(structured(evaluator.session, current)):
            both = guard if outer is None else outer & guard
            content = leaf.value if isinstance(leaf, Known) else None
            if isinstance(content, Items):
                openness = openness or content.openness
                pending += [(both & item.guard, item.value) for item in content.items]
            elif isinstance(content, Fields):
                members, unclear = _statements_of(content, where)
                openness = openness or unclear
                found += [Item(item.value, both & item.guard) for item in members]
            elif isinstance(leaf, Unknown) or (content is not None and content != ""):
                why = leaf.why if isinstance(leaf, Unknown) else "a merged policy document is not known"
                openness = openness or Open(why, leaf.trail[0] if leaf.trail else where)
    return found, openness


def _statements_of(document: Fields, where: Span) -> tuple[list[Item], Openness]:
    listed = document.get("Statement")
    if isinstance(listed, Known) and isinstance(listed.value, Items):
        return list(listed.value.items), listed.value.openness or document.openness
    if isinstance(listed, Known) and isinstance(listed.value, Fields):
        return [Item(listed)], document.openness
    if isinstance(listed, Known) and listed.value is None:
        return [], document.openness
    return [], Open("the statements of a merged policy document are not known", where)


def _sid(item: Item) -> str | None:
    """Return a statement's Sid, empty where it certainly has none, None where that is not known."""
    leaf = item.value
    if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
        sid = leaf.value.get("Sid")
        if isinstance(sid, Known):
            return "" if sid.value is None else text_of(sid)
    return None


def _overridden(statements: list[Item], overriding: list[Item]) -> tuple[list[Item], bool]:
    """Put statements over those with the same Sid; also return whether every Sid that matters was known."""
    if not overriding:
        return statements, True
    result = list(statements)
    clear = all(_sid(item) is not None for item in result)
    for item in overriding:
        sid = _sid(item)
        clear = clear and sid is not None
        place = next((index for index, each in enumerate(result) if sid and _sid(each) == sid), None)
        if place is None:
            result.append(item)
        elif item.guard.always:
            result[place] = item
        else:
            result[place] = Item(result[place].value, result[place].guard & ~item.guard)
            result.append(item)
    return result, clear


# Statements


def _statement(value: Value) -> Value:
    if isinstance(value, Choice):
        return choose(((guard, _statement(leaf)) for guard, leaf in branches(value)), value.trail)
    if not isinstance(value, Known) or not isinstance(value.value, Fields):
        return value
    fields = value.value
    where = value.trail[0]
    values: dict[str, Value] = {"Effect": fields.values.get("effect", Known("Allow", (where,), Provenance.SERVICE))}
    # The block's own names stay among the keys: they are how a reader of the file knows the parts.
    keys: dict[str, Span] = {**fields.keys, **({"Effect": fields.keys["effect"]} if "effect" in fields.keys else {})}
    for old, new in _RENAMED.items():
        if old in fields.values:
            values[new] = fields.values[old]
            keys[new] = fields.keys[old]
    for old, new in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if old in fields.values:
            values[new] = _principals(fields.values[old])
            keys[new] = fields.keys[old]
    if "condition" in fields.values:
        values["Condition"] = _conditions(fields.values["condition"])
        keys["Condition"] = fields.keys["condition"]
    return Known(Fields(values, keys, fields.openness), value.trail, value.provenance)


def _blocks(value: Value) -> tuple[list[tuple[Item, Fields, Span]], Openness]:
    """Return nested blocks with their attributes, and whether there may be more."""
    if isinstance(value, Known) and isinstance(value.value, Fields):
        # The JSON syntax may write a single block without a list.
        return [(Item(value), value.value, value.trail[0])], CLOSED
    if not isinstance(value, Known) or not isinstance(value.value, Items):
        return [], Open("the blocks are not known", value.trail[0] if value.trail else None)
    found = [
        (item, item.value.value, item.value.trail[0])
        for item in value.value.items
        if isinstance(item.value, Known) and isinstance(item.value.value, Fields)
    ]
    return found, value.value.openness


def _principals(value: Value) -> Value:
    blocks, openness = _blocks(value)
    groups: dict[str, list[Item]] = {}
    keys: dict[str, Span] = {}
    for item, fields, where in blocks:
        kind = fields.get("type")
        name = text_of(kind) if isinstance(kind, Known) else None
        if name is None:
            openness = openness or Open("the type of a principal is not known", where)
            continue
        members, unclear = _listed(fields.get("identifiers"), item.guard)
        openness = openness or unclear
        groups.setdefault(name, []).extend(members)
        keys.setdefault(name, fields.keys.get("identifiers", where))
    # Members of one type are one list; its own openness is the mapping's, since either may hide a principal.
    values: dict[str, Value] = {name: Known(Items(tuple(items), openness), (keys[name],)) for name, items in groups.items()}
    everyone = groups.get("*", [])
    if openness is None and len(groups) == 1 and len(everyone) == 1 and everyone[0].guard.always:
        only = everyone[0].value
        if isinstance(only, Known) and only.value == "*":
            # Terraform renders this pair as the plain star, which also stands for anonymous callers.
            return only
    return Known(Fields(values, keys, openness), value.trail)


def _listed(value: Value, outer: Guard) -> tuple[list[Item], Openness]:
    """Return the elements of a list attribute, with the guard of the block that it stands in."""
    found: list[Item] = []
    openness: Openness = CLOSED
    for guard, leaf in branches(value):
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(content, Items):
            openness = openness or content.openness
            found += [Item(item.value, outer & guard & item.guard) for item in content.items]
        elif isinstance(leaf, Unknown):
            found.append(Item(leaf, outer & guard))
            openness = openness or Open(leaf.why, leaf.trail[0] if leaf.trail else None)
        elif content is not None:
            found.append(Item(leaf, outer & guard))
    return found, openness


def _conditions(value: Value) -> Value:
    blocks, openness = _blocks(value)
    tests: dict[str, dict[str, list[Item]]] = {}
    test_keys: dict[str, Span] = {}
    variable_keys: dict[tuple[str, str], Span] = {}
    for item, fields, where in blocks:
        test, variable = fields.get("test"), fields.get("variable")
        test_name = text_of(test) if isinstance(test, Known) else None
        variable_name = text_of(variable) if isinstance(variable, Known) else None
        if test_name is None or variable_name is None:
            openness = openness or Open("a condition is not known in full", where)
            continue
        members, unclear = _listed(fields.get("values"), item.guard)
        openness = openness or unclear
        tests.setdefault(test_name, {}).setdefault(variable_name, []).extend(members)
        test_keys.setdefault(test_name, fields.keys.get("test", where))
        variable_keys.setdefault((test_name, variable_name), fields.keys.get("variable", where))
    values: dict[str, Value] = {}
    for name, variables in tests.items():
        inner: dict[str, Value] = {
            variable: Known(Items(tuple(items)), (variable_keys[name, variable],)) for variable, items in variables.items()
        }
        keys = {variable: variable_keys[name, variable] for variable in variables}
        values[name] = Known(Fields(inner, keys), (test_keys[name],))
    return Known(Fields(values, test_keys, openness), value.trail)
