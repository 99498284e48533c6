"""Resources and data sources: their instances, their attributes as others read them, their properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ...model.record import replace
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
    Reference,
    Value,
    branches,
    join_text,
)
from ...source import hcl_nodes as hcl
from ...source.limits import INSTANCES
from .documents import structured
from .expansion import assuming, expand
from .leaves import provenance_of, unknown, via
from .scope import Expansion, Module, Scope, key_text
from .session import Declared

if TYPE_CHECKING:
    from .evaluate import Evaluator

META_ARGUMENTS: Final = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "//"})
"""What every block may set that is no property of the resource."""

_META_BLOCKS: Final = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})

_PLAIN_TEXT: Final = frozenset({"content", "secret_string", "value", "user_data"})
"""Properties whose text stays text even if it happens to be JSON."""

_POLICIES_AS_CONTENT: Final = frozenset({"aws_organizations_policy", "aws_organizations_resource_policy"})
"""Types whose ``content`` is a policy all the same."""

_ONE_PER_ACCOUNT: Final = {
    "aws_caller_identity": {"id": "account_id"},
    "aws_partition": {"id": "partition"},
    "aws_region": {"id": "name", "region": "name"},
}
"""Data sources that say the same wherever they stand (with the default provider), and their synonymous attributes."""


_NAMED_ARNS: Final = {
    "aws_s3_bucket": ("bucket", "s3", False),
    "aws_sqs_queue": ("name", "sqs", True),
    "aws_sns_topic": ("name", "sns", True),
    "aws_dynamodb_table": ("name", "dynamodb", True),
    "aws_kinesis_stream": ("name", "kinesis", True),
}
"""Data sources whose ARN follows from the name that they are asked with: the argument, the service, and whether the ARN
says region and account."""

_BEFORE_NAME: Final = {"dynamodb": "table/", "kinesis": "stream/"}

_PASSED_ON: Final = {
    ("terraform_data", "input"): "input",
    ("terraform_data", "output"): "input",
    ("terraform_data", "triggers_replace"): "triggers_replace",
    ("null_resource", "triggers"): "triggers",
}
"""Attributes of resources that exist only in Terraform, and the argument that each is the same as."""


def expansion(evaluator: Evaluator, module: Module, key: str) -> Expansion:
    """Return the instances of a declared resource or data source, and remember what each address stands for."""
    block = module.configuration.resources[key]
    known_before = key in module.expansions
    result = expand(evaluator, module, key, block)
    if not known_before:
        address = module.within(key)
        for instance in result.instances:
            evaluator.session.declared[address + key_text(instance.key)] = Declared(block, module, instance)
    return result


def attribute(evaluator: Evaluator, address: str, name: str, span: Span) -> Value:
    """Return an attribute of a resource (a Reference) or of a data source (whatever is known of it)."""
    declared = evaluator.session.declared.get(address)
    if declared is None:
        return Known(Reference(address, name), (span,))
    if declared.block.type == "resource":
        given = _PASSED_ON.get((declared.block.labels[0].text, name))
        if given is not None and given in declared.block.body.attributes:
            return evaluated(evaluator, address, declared, given)
        return Known(Reference(address, name), (span,))
    if declared.block.type != "data":
        return unknown("it is known only when Terraform runs", span, f"{address}.{name}")
    kind = declared.block.labels[0].text
    if kind == "archive_file":
        return Known(Reference(address, name), (span,))
    if kind == "aws_iam_policy_document" and name in ("json", "minified_json"):
        from .policy_document import policy_document

        return policy_document(evaluator, address, declared)
    synonyms = _ONE_PER_ACCOUNT.get(kind)
    if synonyms is not None and not declared.block.body.attributes.keys() - {"depends_on"}:
        return unknown("it depends on the account and region", span, f"data.{kind}.current.{synonyms.get(name, name)}")
    if kind == "template_file" and name == "rendered":
        from .functions.files import rendered

        return rendered(evaluator, address, declared, span)
    if kind == "aws_iam_policy" and name in ("arn", "id") and "name" in declared.block.body.attributes:
        found = _managed_arn(evaluated(evaluator, address, declared, "name"))
        if found is not None:
            return found
    if kind == "aws_iam_policy" and name == "policy":
        given = next((each for each in ("arn", "name") if each in declared.block.body.attributes), None)
        document = _managed_document(evaluated(evaluator, address, declared, given)) if given is not None else None
        if document is not None:
            return document
    if name == "arn" and kind in _NAMED_ARNS:
        found = _named_arn(evaluator, address, declared, span)
        if found is not None:
            return found
    if name in declared.block.body.attributes:
        # What a data source is asked with is also what it answers.
        return evaluated(evaluator, address, declared, name)
    return unknown("a data source is read only when Terraform runs", span, f"{address}.{name}")


def _named_arn(evaluator: Evaluator, address: str, declared: Declared, span: Span) -> Value | None:
    """Return the ARN of what a data source finds by its name, in the region and account of the default provider."""
    argument, service, local = _NAMED_ARNS[declared.block.labels[0].text]
    given = declared.block.body.attributes
    if argument not in given or given.keys() & {"provider", "region"}:
        return None
    name = evaluated(evaluator, address, declared, argument)
    if not (isinstance(name, Known) and isinstance(name.value, (str, Pattern))):
        return None
    holes = [
        unknown("it depends on the account and region", span, f"data.{source}")
        for source in (
            "aws_partition.current.partition",
            "aws_region.current.name",
            "aws_caller_identity.current.account_id",
        )
    ]
    partition, region, account = holes
    colon = Known(":")
    where = (region, colon, account, colon) if local else (Known("::"),)
    whole = join_text((Known("arn:"), partition, Known(f":{service}:"), *where, Known(_BEFORE_NAME.get(service, "")), name))
    return replace(whole, trail=(span,))


def _managed_arn(name: Value) -> Value | None:
    """Return the ARN of the AWS-managed policy with a name, None where AWS has none so called."""
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return None
    # The tables are opened only when a policy is looked up by its name.
    from ...iam.managed import policy_arn

    arn = policy_arn(name.value)
    return None if arn is None else Known(arn, name.trail, name.provenance)


def _managed_document(policy: Value) -> Value | None:
    """Return the document of the AWS-managed policy that an ARN or name means, None where it means no such policy."""
    content = policy.value if isinstance(policy, Known) else None
    # The partition of an ARN is usually a hole; what follows it says which policy it is.
    last = content.parts[-1] if isinstance(content, Pattern) else content
    if not isinstance(last, str):
        return None
    from ...iam.managed import managed_policy

    found = managed_policy(last.partition(":iam::aws:policy/")[2] or last)
    return Known(found.value, policy.trail) if isinstance(found, Known) else None


def evaluated(evaluator: Evaluator, address: str, declared: Declared, name: str) -> Value:
    """Return what a block sets an attribute to."""
    session = evaluator.session
    found = session.attributes.get((address, name))
    if found is not None:
        return found
    expression = declared.block.body.attributes[name].expression
    token = ("attribute", address, name)
    if token in session.active:
        return unknown(f"{address}.{name} depends on itself", expression.span)
    session.active.add(token)
    try:
        value = evaluator.evaluate(expression, declared.instance.scope)
    finally:
        session.active.discard(token)
    session.attributes[address, name] = value
    return value


def configured(evaluator: Evaluator, reference: Reference) -> Value | None:
    """Return the number, boolean or text that a resource's block sets an attribute to, None where it sets none."""
    declared = evaluator.session.declared.get(reference.address)
    if declared is None or reference.attribute not in declared.block.body.attributes:
        return None
    value = evaluated(evaluator, reference.address, declared, reference.attribute)
    if isinstance(value, Known) and isinstance(value.value, (str, int, float, bool)):
        return value
    return None


# Properties


def properties(evaluator: Evaluator, block: hcl.Block, scope: Scope) -> Fields:
    """Return what a resource's block says, without the meta arguments."""
    evaluator.session.begin()
    fields = _fields(evaluator, block.body, scope, META_ARGUMENTS)
    if block.labels[0].text in _POLICIES_AS_CONTENT and "content" in fields.values:
        document = structured(evaluator.session, fields.values["content"])
        return replace(fields, values={**fields.values, "content": document})
    return fields


def ignored_changes(block: hcl.Block) -> tuple[str, ...]:
    """Return the arguments whose changes the block's ``lifecycle`` ignores. They are names, and never evaluated."""
    found: list[str] = []
    for lifecycle in block.body.of_type("lifecycle"):
        listed = lifecycle.body.attributes.get("ignore_changes")
        if listed is None:
            continue
        expression = listed.expression
        for one in expression.items if isinstance(expression, hcl.Tuple) else (expression,):
            if isinstance(one, hcl.Traversal):
                found.append(one.root)
    return tuple(found)


def is_replaced(block: hcl.Block) -> bool:
    """Return whether the block's ``lifecycle`` names what it is made anew with."""
    return any("replace_triggered_by" in one.body.attributes for one in block.body.of_type("lifecycle"))


def _fields(evaluator: Evaluator, body: hcl.Body, scope: Scope, without: frozenset[str] = frozenset()) -> Fields:
    values: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for name, attribute in body.attributes.items():
        if name in without:
            continue
        values[name] = property_value(evaluator, attribute, scope)
        keys[name] = attribute.key
    groups: dict[str, tuple[list[Item], list[Openness], Span]] = {}
    for block in body.blocks:
        if block.type == "dynamic" and block.labels:
            name, where = block.labels[0].text, block.labels[0].span
            items, openness = _dynamic(evaluator, block, scope)
        elif block.type in _META_BLOCKS and (without or block.type == "dynamic"):
            continue
        else:
            name, where, openness = block.type, block.key, CLOSED
            items = [Item(Known(_fields(evaluator, block.body, scope), (where,)))]
        group = groups.setdefault(name, ([], [], where))
        group[0].extend(items)
        group[1].append(openness)
    for name, (members, opennesses, where) in groups.items():
        openness = next((each for each in opennesses if each is not None), CLOSED)
        provenance = provenance_of(item.value for item in members)
        values[name] = evaluator.sized(Known(Items(tuple(members), openness), (where,), provenance))
        keys[name] = where
    broken = Open("the block has a syntax error", body.broken) if body.broken is not None else CLOSED
    return Fields(values, keys, broken)


def property_value(evaluator: Evaluator, attribute: hcl.Attribute, scope: Scope) -> Value:
    """Return an attribute's value as the resource gets it: documents as structures, the use site first in the trail."""
    span = attribute.expression.span
    try:
        value = evaluator.evaluate(attribute.expression, scope)
    except RecursionError:
        # Depth is bounded above; a caller deep in a stack of its own can still leave too little room.
        return unknown("expressions lead to each other too deeply", span)
    if isinstance(value, Known) and isinstance(value.value, Reference):
        plain = configured(evaluator, value.value)
        if isinstance(plain, Known) and not isinstance(plain.value, str):
            value = plain
    if attribute.name not in _PLAIN_TEXT:
        value = structured(evaluator.session, value)
    return via(value, span)


def _dynamic(evaluator: Evaluator, block: hcl.Block, scope: Scope) -> tuple[list[Item], Openness]:
    """Return the blocks that a dynamic block makes."""
    name = block.labels[0].text
    for_each = block.body.attributes.get("for_each")
    contents = block.body.of_type("content")
    if for_each is None or not contents:
        return [], Open("the dynamic block is not complete", block.key)
    iterator = block.body.attributes.get("iterator")
    if iterator is not None and isinstance(iterator.expression, hcl.Traversal):
        name = iterator.expression.root
    collection = evaluator.operand(for_each.expression, scope)
    scope = assuming(evaluator, for_each.expression, scope)
    pairs, openness = evaluator.pairs(collection, for_each.expression.span)
    if len(pairs) > INSTANCES:
        evaluator.session.tell(for_each.expression.span, f"the dynamic block makes more than {INSTANCES} blocks")
        return [], Open("the dynamic block makes too many blocks", for_each.expression.span)
    items: list[Item] = []
    for guard, key, value in pairs:
        # A block costs about as much as a few expressions, and dynamic blocks inside each other multiply.
        evaluator.session.spend(4)
        if evaluator.session.overdrawn:
            return [], Open("the dynamic block makes too many blocks", for_each.expression.span)
        bound = Known(Fields({"key": key, "value": value}), (for_each.expression.span,))
        content = _fields(evaluator, contents[0].body, scope.binding({name: bound}))
        items.append(Item(Known(content, (contents[0].key,)), guard))
    return items, openness


def dependencies(evaluator: Evaluator, module: Module, block: hcl.Block) -> tuple[str, ...]:
    """Return the addresses in ``depends_on``."""
    listed = block.body.attributes.get("depends_on")
    if listed is None or not isinstance(listed.expression, hcl.Tuple):
        return ()
    found: list[str] = []
    for item in listed.expression.items:
        names = _dotted(item)
        if not names:
            continue
        key = ".".join(names[:3] if names[0] == "data" else names[:2])
        if names[0] in ("var", "local"):
            # Callers hand on what to wait for, such as the identifier of a permission.
            value = evaluator.evaluate(item, Scope(module))
            found += [reference.address for _, leaf in branches(value) for reference in _named(leaf)]
        elif key in module.configuration.resources:
            found += [module.within(key) + key_text(one.key) for one in expansion(evaluator, module, key).instances]
        else:
            found.append(module.within(key))
    return tuple(dict.fromkeys(found))


def _named(leaf: Leaf) -> Iterator[Reference]:
    """Yield the resources that a value names, or that the elements of a list name."""
    content = leaf.value if isinstance(leaf, Known) else None
    if isinstance(content, Reference):
        yield content
    elif isinstance(content, Pattern):
        yield from (part for part in content.parts if isinstance(part, Reference))
    elif isinstance(content, Items):
        for item in content.items:
            for _, one in branches(item.value):
                if isinstance(one, Known) and isinstance(one.value, Reference):
                    yield one.value


def _dotted(item: hcl.Expression) -> list[str]:
    """Return the names in an entry of ``depends_on``; Terraform still takes the quoted form of its first versions."""
    if isinstance(item, hcl.Traversal):
        return [item.root, *(step.name for step in item.steps if isinstance(step, hcl.GetAttribute))]
    if isinstance(item, hcl.Literal) and isinstance(item.value, str):
        return [name.partition("[")[0] for name in item.value.split(".")]
    return []


def construct_path(block: hcl.Block) -> str:
    """Return the construct path that CDK for Terraform writes beside a resource, empty where there is none."""
    comment = block.body.attributes.get("//")
    found = comment.expression if comment is not None else None
    for name in ("metadata", "path"):
        entries = found.entries if isinstance(found, hcl.Object) else ()
        found = next((value for key, value in entries if getattr(key, "value", None) == name), None)
    path = getattr(found, "value", None)
    return path if isinstance(path, str) else ""
