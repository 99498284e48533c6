"""Intrinsic functions over lists: Join, Split, Select, Length, Cidr, GetAZs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...model.guard import Guard
from ...model.span import Span
from ...model.value import (
    Item,
    Items,
    Known,
    Leaf,
    Pattern,
    Provenance,
    Unknown,
    Value,
    branches,
    choose,
    through,
)
from ...model.value import Reference as ResourceReference
from ...source.tree import Sequence, Tree
from .text import TOO_LARGE, concatenate, known_text, scalar_text, selections

if TYPE_CHECKING:
    from .evaluate import Evaluator

_CIDR_LIMIT: Final = 256
"""Most blocks that Fn::Cidr makes (its own limit)."""


def join(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Join``: a delimiter and a list."""
    if not isinstance(argument, Sequence) or len(argument.items) != 2:
        return evaluator.malformed(span, "Fn::Join takes a delimiter and a list")
    delimiter = known_text(evaluator.value(argument.items[0]))
    if delimiter is None:
        return evaluator.malformed(span, "the first argument of Fn::Join is the text that stands between the items")
    source = evaluator.value(argument.items[1])
    if delimiter == "\n" and isinstance(source, Known) and isinstance(source.value, Items):
        # Each item is a line: the way in which JSON templates write inline code.
        spans = [item.value.trail[0] for item in source.value.items if item.value.trail and "\n" not in str(item.value)]
        if len(spans) == len(source.value.items):
            evaluator.lines[span] = tuple(spans)
    return choose([(guard, _joined(evaluator, leaf, delimiter, span)) for guard, leaf in branches(source)], (span,))


def _joined(evaluator: Evaluator, leaf: Leaf, delimiter: str, span: Span) -> Value:
    if isinstance(leaf, Unknown):
        symbol = f"{leaf.symbol} joined by '{delimiter}'" if leaf.symbol else None
        return Unknown(leaf.why, symbol, (span, *leaf.trail))
    name = _reference_name(evaluator, leaf)
    if name is not None:
        return Unknown("the list is known at deployment only", f"{name} joined by '{delimiter}'", (span, *leaf.trail))
    if not isinstance(leaf.value, Items):
        return evaluator.malformed(span, "the second argument of Fn::Join is a list")
    if leaf.value.openness is not None:
        return Unknown(leaf.value.openness.why, trail=(span,))
    if not evaluator.spend(len(leaf.value.items)):
        return Unknown(TOO_LARGE, trail=(span,))
    lists = selections(leaf.value)
    if lists is None:
        return Unknown("too many combinations", trail=(span,))
    separator = Known(delimiter, (span,))
    found: list[tuple[Guard, Value]] = []
    for guard, members in lists:
        parts: list[Value] = []
        for member in members:
            if parts and delimiter:
                parts.append(separator)
            parts.append(_flat(member, delimiter, evaluator, span))
        found.append((guard, concatenate(parts, (span,), evaluator.budget)))
    return choose(found, (span,))


def _reference_name(evaluator: Evaluator, leaf: Leaf) -> str | None:
    """Return how a resource's attribute is called: some attributes are lists, which only the deployment knows."""
    return evaluator.called(leaf.value) if isinstance(leaf, Known) and isinstance(leaf.value, ResourceReference) else None


def _flat(member: Value, delimiter: str, evaluator: Evaluator, span: Span) -> Value:
    """Return a member of a joined list; a list inside it (a list parameter) is joined as well."""
    if (
        isinstance(member, Known)
        and isinstance(member.value, Items)
        and all(item.guard.always for item in member.value.items)
    ):
        parts: list[Value] = []
        for item in member.value.items:
            if parts:
                parts.append(Known(delimiter, (span,)))
            parts.append(item.value)
        return concatenate(parts, (span,), evaluator.budget)
    return member


def split(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Split``: a delimiter and a text."""
    if not isinstance(argument, Sequence) or len(argument.items) != 2:
        return evaluator.malformed(span, "Fn::Split takes a delimiter and a text")
    delimiter = known_text(evaluator.value(argument.items[0]))
    if not delimiter:
        return evaluator.malformed(span, "the first argument of Fn::Split is the text to split at")
    source = evaluator.value(argument.items[1])
    return choose([(guard, _split(evaluator, leaf, delimiter, span)) for guard, leaf in branches(source)], (span,))


def _split(evaluator: Evaluator, leaf: Leaf, delimiter: str, span: Span) -> Value:
    text = scalar_text(leaf)
    if text is not None and not evaluator.spend(len(text)):
        return Unknown(TOO_LARGE, trail=(span,))
    if text is not None:
        provenance = leaf.provenance if isinstance(leaf, Known) else None
        assert provenance is not None
        items = Items(tuple(Item(Known(part, (span,), provenance)) for part in text.split(delimiter)))
        return Known(items, (span,), provenance)
    name = leaf.symbol if isinstance(leaf, Unknown) else _reference_name(evaluator, leaf)
    if (
        isinstance(leaf, Known)
        and isinstance(leaf.value, Pattern)
        and "…" not in (text := evaluator.called_text(leaf.value))
    ):
        name = text
    return Unknown(
        "the text that is split is known at deployment only", f"{name} split at '{delimiter}'" if name else None, (span,)
    )


def select(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Select``: an index and a list."""
    if not isinstance(argument, Sequence) or len(argument.items) != 2:
        return evaluator.malformed(span, "Fn::Select takes an index and a list")
    index_text = known_text(evaluator.value(argument.items[0]))
    if index_text is None:
        return Unknown("which item is selected depends on the deployment", trail=(span,))
    if not index_text.isdecimal() or len(index_text) > 6:
        return evaluator.malformed(span, "the first argument of Fn::Select is an index, counted from 0")
    index = int(index_text)
    source = evaluator.value(argument.items[1])
    return choose([(guard, _selected(evaluator, leaf, index, span)) for guard, leaf in branches(source)], (span,))


def _selected(evaluator: Evaluator, leaf: Leaf, index: int, span: Span) -> Value:
    if isinstance(leaf, Unknown):
        symbol = f"{leaf.symbol}[{index}]" if leaf.symbol else None
        return Unknown(leaf.why, symbol, (span, *leaf.trail))
    name = _reference_name(evaluator, leaf)
    if name is not None:
        return Unknown("the list is known at deployment only", f"{name}[{index}]", (span, *leaf.trail))
    if not isinstance(leaf.value, Items):
        return evaluator.malformed(span, "the second argument of Fn::Select is a list")
    items = leaf.value
    if not evaluator.spend(min(index, len(items.items))):
        return Unknown(TOO_LARGE, trail=(span,))
    if all(item.guard.always for item in items.items[: index + 1]):
        if index < len(items.items):
            return through(items.items[index].value, span)
        if items.openness is not None:
            return Unknown(items.openness.why, trail=(span,))
        if leaf.provenance is not Provenance.LITERAL:
            # Another value of the parameter may be long enough, and a condition may ask for that before the list is used.
            return Unknown("how long the list is depends on a parameter", trail=(span,))
        return evaluator.malformed(span, f"the list has {len(items.items)} items, so there is no item {index}")
    if items.openness is not None:
        return Unknown(items.openness.why, trail=(span,))
    lists = selections(items)
    if lists is None:
        return Unknown("too many combinations", trail=(span,))
    missing = Unknown("the list is too short in this case", trail=(span,))
    return choose(
        [(guard, through(members[index], span) if index < len(members) else missing) for guard, members in lists], (span,)
    )


def length(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Length``: how many items a list has."""

    def counted(leaf: Leaf) -> Value:
        if isinstance(leaf, Known) and isinstance(leaf.value, Items) and leaf.value.openness is None:
            lists = selections(leaf.value) if evaluator.spend(len(leaf.value.items)) else None
            if lists is not None:
                return choose([(guard, Known(len(members), (span,))) for guard, members in lists], (span,))
        return Unknown("how long the list is depends on the deployment", trail=(span,))

    return choose([(guard, counted(leaf)) for guard, leaf in branches(evaluator.value(argument))], (span,))


def get_azs(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::GetAZs``: the zones of a region, which only the account knows."""
    value = evaluator.value(argument)
    text = known_text(value)
    if text:
        region = text
    elif text == "" or (isinstance(value, Unknown) and value.symbol == "AWS::Region"):
        region = "AWS::Region"
    else:
        return Unknown("the availability zones depend on the deployment", trail=(span,))
    return Unknown("the availability zones depend on the deployment", f"availability zones of {region}", (span,))


def cidr(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Cidr``: a block of addresses cut into smaller ones."""
    if not isinstance(argument, Sequence) or len(argument.items) not in (2, 3):
        return evaluator.malformed(span, "Fn::Cidr takes a block of addresses, how many to cut it into, and their size")
    values = [evaluator.value(item) for item in argument.items]
    texts = [known_text(value) for value in values]
    if None in texts:
        symbol = values[0].symbol if isinstance(values[0], Unknown) else None
        parts = " ".join(text for text in texts[1:] if text is not None)
        return Unknown("the addresses depend on the deployment", f"blocks of {symbol} {parts}" if symbol else None, (span,))
    import ipaddress

    try:
        network = ipaddress.ip_network(texts[0] or "", strict=False)
        count = int(texts[1] or "")
        bits = int(texts[2] or "") if len(texts) == 3 else 8
        prefix = network.max_prefixlen - bits
        if not 1 <= count <= _CIDR_LIMIT or not network.prefixlen <= prefix <= network.max_prefixlen:
            raise ValueError
        if count > 1 << (prefix - network.prefixlen):
            raise ValueError
    except ValueError:
        return evaluator.malformed(span, "Fn::Cidr can't cut this block of addresses into so many of this size")
    if not evaluator.spend(count):
        return Unknown(TOO_LARGE, trail=(span,))
    start = int(network.network_address)
    step = 1 << bits
    family = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    blocks = (f"{family(start + number * step)}/{prefix}" for number in range(count))
    return Known(Items(tuple(Item(Known(block, (span,))) for block in blocks)), (span,))
