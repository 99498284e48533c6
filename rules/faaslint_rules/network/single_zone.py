"""FL602 single-zone."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Subnet
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Pattern, Reference, Unknown

from .placed import Member, is_empty, members, placements


@rule(id="FL602", name="single-zone", level=Level.WARNING, visits=Function)
def single_zone(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """All subnets of a function are in one availability zone.

    What it does
    Compares the availability zones of the subnets that a function is configured with. One subnet alone is in one zone.

    Why it matters
    When that zone fails, the function fails: Lambda can place it nowhere else.

    How to fix
    Add a subnet in another zone, with the same routes.

    What it can't know
    Subnets of other projects, where there is more than one, and zones that come from parameters without a default.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    - https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html
    """
    asked = False
    for guard, subnets, _ in placements(function):
        if is_empty(subnets):
            continue
        asked = True
        listed, openness = members(graph, subnets, Subnet)
        if openness is not None or function.unknown_count:
            why = openness.why if openness is not None else "the number of instances can't be known"
            yield Withheld(why, function.at("subnets", subnets).span)
        else:
            yield from _judge(function, guard, subnets, listed)
    if not asked:
        yield INAPPLICABLE


def _judge(function: Function, guard: Guard, subnets: Leaf, listed: tuple[Member, ...]) -> Iterator[Answer]:
    certain = [one for one in listed if one.guard.always]
    zones = [_zone(one) for one in certain]
    known = [zone for zone in zones if zone is not None]
    # Two zones that are known to differ are enough, whatever the others are.
    if any(_differ(one, other) for one in known for other in known):
        return
    if len(certain) < len(listed):
        yield Withheld("a subnet is there under a condition only", function.at("subnets", subnets).span)
        return
    if any(one.node is None and not _is_identifier(one.leaf) for one in certain):
        # A placeholder, or a list that is still one text.
        yield Withheld("a subnet of the function can't be known", function.at("subnets", subnets).span)
        return
    nodes = [one.node for one in certain if isinstance(one.node, Subnet)]
    if any(node.unknown_count for node in nodes):
        yield Withheld("the number of subnets can't be known", function.at("subnets", subnets).span)
        return
    if len(certain) > 1 and (len(known) < len(zones) or len(set(known)) > 1):
        yield Withheld("the zone of a subnet can't be known", function.at("subnets", subnets).span)
        return
    zone = _shown(nodes[0]) if nodes else ""
    words = (
        "is in one subnet only" if len(certain) == 1 else f"has its {len(certain)} subnets in one availability zone{zone}"
    )
    yield claim(
        function,
        "subnets",
        f"Function '{function.name}' {words}, so it fails with that zone; add a subnet in another zone.",
        value=subnets,
        related=tuple(Location(node.at("zone").span, f"the zone of '{node.name}'") for node in nodes),
        guard=guard,
    )


def _zone(member: Member) -> tuple[str, str] | None:
    """Return what tells a subnet's zone from others: its name, its id, or the symbol of what stands for it."""
    node = member.node
    if not isinstance(node, Subnet):
        return None
    for kind, zone in (("name", node.zone), ("id", node.zone_id)):
        if isinstance(zone, Known) and (text_of(zone) or isinstance(zone.value, Pattern)):
            # Two texts around the same unknown region are equal where they look equal.
            return kind, text_of(zone) or str(zone.value)
        if isinstance(zone, Unknown) and zone.symbol:
            return "symbol", zone.symbol
    return None


def _is_identifier(leaf: Leaf) -> bool:
    """Whether a value stands for one subnet: its identifier, or an attribute of something that is not a list."""
    if isinstance(leaf, Known) and isinstance(leaf.value, Reference) and leaf.value.attribute.lower().endswith("ids"):
        # The subnets of something else, such as a broker: as many as that has.
        return False
    text = text_of(leaf)
    return text.startswith("subnet-") if text is not None else isinstance(leaf, Known)


def _differ(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two zones are certainly different. Two members of one unknown list are; two parameters may be equal."""
    if one[0] != other[0] or one == other:
        return False
    if one[0] != "symbol":
        return True
    return one[1].endswith("]") and one[1].rpartition("[")[0] == other[1].rpartition("[")[0] != ""


def _shown(node: Subnet) -> str:
    text = text_of(node.zone) if isinstance(node.zone, Known) else None
    return f" ({text})" if text else ""
