"""Numeric functions, and addresses of networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from ....model.span import Span
from ....model.value import Known, Leaf
from ....source.hcl_expressions import whole
from ..leaves import as_items, known, number_of, plain_items, text_of, whole_of
from ..operators import NUMBER_LIMIT
from .failure import Fails

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _numbers(leaves: Sequence[Leaf]) -> list[int | float] | None:
    found = [number_of(leaf) for leaf in leaves]
    return [number for number in found if number is not None] if None not in found else None


def _one(function: Callable[[float], float]) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        numbers = _numbers(leaves)
        return known(whole(float(function(numbers[0]))), span, leaves) if numbers and len(numbers) == 1 else None

    return apply


def _extreme(choose: Callable[[list[int | float]], int | float]) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        numbers = _numbers(leaves)
        return known(choose(numbers), span, leaves) if numbers else None

    return apply


def _pow(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    numbers = _numbers(leaves)
    if numbers is None or len(numbers) != 2:
        return None
    try:
        result = math.pow(numbers[0], numbers[1])
    except (OverflowError, ValueError):
        return None
    return known(whole(result), span, leaves) if abs(result) < NUMBER_LIMIT else None


def _log(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    numbers = _numbers(leaves)
    if numbers is None or len(numbers) != 2:
        return None
    try:
        return known(whole(math.log(numbers[0], numbers[1])), span, leaves)
    except (ValueError, ZeroDivisionError):
        raise Fails("there is no such logarithm") from None


def _parseint(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text, base = text_of(leaves[0]), whole_of(leaves[1]) if len(leaves) == 2 else None
    if text is None or base is None or len(text) > 60:
        return None
    try:
        return known(_in_base(text, base), span, leaves)
    except ValueError:
        raise Fails(f"'{text}' is not a number in base {base}") from None


def _in_base(text: str, base: int) -> int:
    """Return a whole number, up to base 62: there upper case is more than lower case. Raises ValueError."""
    if not 2 <= base <= 62 or "_" in text or text != text.strip():
        raise ValueError
    if base <= 36:
        return int(text, base)
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    places = [_DIGITS.index(digit) for digit in digits]
    if not places or max(places) >= base:
        raise ValueError
    total = 0
    for place in places:
        total = total * base + place
    return sign * total


def _sum(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members = plain_items(leaves[0]) if len(leaves) == 1 else None
    if members is None:
        return None
    if not members:
        raise Fails("the list is empty")
    numbers = [number_of(member) if isinstance(member, Known) else None for member in members]
    total: float = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return known(total, span, [*leaves, *members])


def _cidrsubnet(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    prefix = text_of(leaves[0])
    numbers = [whole_of(leaf) for leaf in leaves[1:]]
    if prefix is None or len(numbers) != 2:
        return None
    bits, index = numbers
    if bits is None or index is None:
        return None
    return known(_subnet(prefix, bits, index), span, leaves)


def _subnet(prefix: str, bits: int, index: int) -> str:
    import ipaddress

    try:
        network = ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        raise Fails(f"'{prefix}' is not a network") from None
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= index < 2**bits:
        raise Fails("the network has no such part")
    first = int(network.network_address) + (index << (network.max_prefixlen - length))
    return f"{type(network.network_address)(first)}/{length}"


def _cidrsubnets(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    prefix = text_of(leaves[0])
    numbers = [whole_of(leaf) for leaf in leaves[1:]]
    if prefix is None or None in numbers:
        return None
    import ipaddress

    try:
        network = ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        raise Fails(f"'{prefix}' is not a network") from None
    position = int(network.network_address)
    end = position + network.num_addresses
    found: list[Leaf] = []
    for bits in numbers:
        length = network.prefixlen + (bits or 0)
        if bits is None or bits < 0 or length > network.max_prefixlen:
            raise Fails("the network has no such part")
        size = 1 << (network.max_prefixlen - length)
        position = (position + size - 1) // size * size
        if position + size > end:
            raise Fails("the network is too small for these parts")
        found.append(known(f"{type(network.network_address)(position)}/{length}", span, leaves))
        position += size
    return known(as_items(found), span, leaves)


def _cidrhost(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    prefix, number = text_of(leaves[0]), whole_of(leaves[1]) if len(leaves) == 2 else None
    if prefix is None or number is None:
        return None
    import ipaddress

    try:
        return known(str(ipaddress.ip_network(prefix, strict=False)[number]), span, leaves)
    except (ValueError, IndexError):
        raise Fails("the network has no such address") from None


def _cidrnetmask(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    prefix = text_of(leaves[0])
    if prefix is None:
        return None
    import ipaddress

    try:
        return known(str(ipaddress.IPv4Network(prefix, strict=False).netmask), span, leaves)
    except ValueError:
        raise Fails(f"'{prefix}' is not a network") from None


NUMBER_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "abs": _one(abs),
    "ceil": _one(math.ceil),
    "floor": _one(math.floor),
    "signum": _one(lambda number: (number > 0) - (number < 0)),
    "max": _extreme(max),
    "min": _extreme(min),
    "pow": _pow,
    "log": _log,
    "parseint": _parseint,
    "sum": _sum,
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
    "cidrhost": _cidrhost,
    "cidrnetmask": _cidrnetmask,
}
