"""FL601 vpc-ip-capacity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, Option, rule
from faaslint.facts import limits, vpc
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Claim, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Subnet
from faaslint.model.read import integer_of, text_of
from faaslint.model.record import replace
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Provenance, Unknown, jointly

from .demand import Group, Member, Peak, groups_of, peak, security_group_sets

SHOWN: Final = 3
"""For how many functions the message shows the arithmetic one by one."""


class _Need(NamedTuple):
    """What one function needs at its peak. ``stated`` is None where only the account limits it."""

    member: Member
    memory: int
    stated: Peak | None
    rests_on_default: bool


class _Case(NamedTuple):
    """A group in one situation: what is known of each function that is there, and why more is not."""

    guard: Guard
    needs: tuple[_Need, ...]
    unknown: tuple[Withheld, ...]
    usable: int
    smallest: int
    security_group_sets: int | None
    cidrs: tuple[Location, ...]
    rests_on_default: bool


@rule(
    id="FL601",
    name="vpc-ip-capacity",
    level=Level.WARNING,
    visits=Function,
    options=(
        Option(
            "vpc-model",
            "formula",
            "How addresses are counted: AWS's capacity formula, or one interface per subnet and set of security groups.",
            ("formula", "hyperplane"),
        ),
        Option("peak-concurrency", 0, "The peak of a function whose configuration states none; 0 if it is not known."),
        Option(
            "peak-concurrency-of",
            "",
            "The peaks of particular functions, which go before everything else: `orders=50, Importer=20`, by name or "
            "logical id.",
        ),
    ),
)
def vpc_ip_capacity(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The subnets of a function have fewer addresses than it may need at its peak.

    What it does
    Compares the peak concurrency of the functions that share subnets (sets that overlap are taken together), times their
    memory in GB / 3 GB, with the addresses that the subnets have (2^(32 − prefix) less the 5 that AWS keeps in each). The
    peak is the function's reserved concurrency, else what is provisioned for it, the maximum concurrency of its event
    source mappings, or the option `peak-concurrency`; the option `peak-concurrency-of` goes before all of these. Under
    the profile `strict`, the account's limit of 1000 stands in where nothing is stated, and the finding is a note.

    Why it matters
    A function that gets no address fails with a subnet's addresses used up, and so does everything else in that subnet.

    The formula is AWS's own, of before Lambda shared network interfaces among executions (Hyperplane, 2019). It is kept as a
    cautious bound for planning; the message says what the Hyperplane model needs, and `vpc-model = "hyperplane"` counts by
    that alone.

    How to fix
    Use larger or more subnets, or state a lower peak with reserved concurrency or the mapping's maximum.

    What it can't know
    Subnets of another project, address blocks that come from parameters without a default, and what else is in the subnets.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    - https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    found = groups_of(graph)
    groups = _situations(graph).get(function.id, ())
    reasons = found.withheld.get(function.id, ())
    yield from reasons
    if not groups and not reasons:
        yield INAPPLICABLE
    for group, cases in groups:
        spoken = False
        for case in cases:
            if isinstance(case, Withheld):
                yield case
            elif any(need.member.function is function for need in case.needs):
                for answer in _judge(function, group, case, context):
                    spoken = spoken or isinstance(answer, Claim)
                    yield answer
            else:
                yield from case.unknown
        if spoken:
            return  # What is too small for some of the functions is too small for all of them: once is enough.


def _judge(function: Function, group: Group, case: _Case, context: Context) -> Iterator[Answer]:
    if context.options["vpc-model"] == "hyperplane":
        sets = case.security_group_sets
        if sets is None:
            yield Withheld("the security groups can't be known", function.at("security_groups").span)
        elif sets > case.smallest:
            message = (
                f"Function '{function.name}' is in subnets that are too small: {sets} sets of security groups take as "
                f"many interfaces in each subnet, but the smallest has {case.smallest} usable addresses; use larger "
                "subnets."
            )
            yield _claim(function, group, case, message, (), None)
        return
    needs = [_configured(need, context) for need in case.needs]
    stated = [(need.stated.executions, need.memory, need) for need in needs if need.stated is not None]
    terms = [(executions, memory) for executions, memory, _ in stated]
    # The claims of a group become one finding, so it is enough that its first function brings the evidence.
    is_first = case.needs[0].member.function is function
    places = tuple(location for _, _, need in stated for location in _evidence(need)) if is_first else ()
    if _addresses(terms) > case.usable:
        yield _claim(function, group, case, _message(function, group, case, terms, ""), places, None)
        return
    yield from case.unknown
    unstated = [need for need in needs if need.stated is None]
    if context.profile != "strict" or not unstated:
        return
    pool = max(limits.account_concurrency() - sum(executions for executions, _ in terms), limits.unreserved_concurrency())
    terms.append((pool, max(need.memory for need in unstated)))
    if _addresses(terms) > case.usable:
        message = _message(function, group, case, terms, " if it uses the account's limit")
        if is_first:
            places += tuple(Location(need.member.function.at("memory").span, _memory_words(need)) for need in unstated)
        yield _claim(function, group, case, message, places, Level.NOTE)


def _configured(need: _Need, context: Context) -> _Need:
    """Return what a function needs with the peaks that the rule's options give."""
    function = need.member.function
    names = {
        function.id,
        function.name,
        text_of(function.function_name) if isinstance(function.function_name, Known) else None,
    }
    for part in str(context.options["peak-concurrency-of"]).split(","):
        name, _, number = part.partition("=")
        if name.strip() in names and number.strip().isdecimal():
            return need._replace(stated=Peak(int(number), (), False))
    configured = int(context.options["peak-concurrency"])
    return need._replace(stated=Peak(configured, (), False)) if need.stated is None and configured > 0 else need


def _claim(
    function: Function, group: Group, case: _Case, message: str, places: tuple[Location, ...], level: Level | None
) -> Answer:
    first = case.needs[0].member
    made = claim(function, "subnets", message, at=first.place, related=(*case.cidrs, *places), level=level, guard=case.guard)
    rests = case.rests_on_default or any(need.rests_on_default for need in case.needs)
    return replace(made, rests_on_default=rests)


def _message(function: Function, group: Group, case: _Case, terms: list[tuple[int, int]], how: str) -> str:
    sets = case.security_group_sets
    pairs = vpc.interfaces_by_hyperplane(sets * len(group.subnets)) if sets is not None else None
    shared = (
        f"{pairs} shared interface{'s' if pairs != 1 else ''}"
        if pairs is not None
        else "one shared interface for each subnet and set of security groups"
    )
    return (
        f"Function '{function.name}' can use up the addresses of its subnets{how}: {_arithmetic(terms)} addresses > "
        f"{case.usable} usable (the Hyperplane model needs {shared}); use larger subnets or state a lower concurrency."
    )


def _arithmetic(terms: list[tuple[int, int]]) -> str:
    divisor = vpc.gigabytes_per_interface()
    if len(terms) == 1:
        executions, memory = terms[0]
        shown = f"{executions} × {memory / 1024:g} GB"
    elif len(terms) <= SHOWN:
        shown = "(" + " + ".join(f"{executions} × {memory / 1024:g} GB" for executions, memory in terms) + ")"
    else:
        shown = f"{sum(executions * memory for executions, memory in terms) / 1024:g} GB of {len(terms)} functions"
    return f"{shown} / {divisor} GB = {_addresses(terms)}"


def _addresses(terms: list[tuple[int, int]]) -> int:
    # Summed before it is rounded up: functions share the last address.
    return vpc.interfaces_by_formula(1, sum(executions * memory for executions, memory in terms))


def _evidence(need: _Need) -> Iterator[Location]:
    if need.stated is not None:
        yield from need.stated.stated
    yield Location(need.member.function.at("memory").span, _memory_words(need))


def _memory_words(need: _Need) -> str:
    return f"'{need.member.function.name}' has {need.memory} MB"


@lru_cache(maxsize=1)
def _situations(graph: Graph) -> dict[str, tuple[tuple[Group, tuple[_Case | Withheld, ...]], ...]]:
    """Return the groups of each function with their situations. Remembered, because every function of a group asks."""
    cases: dict[int, tuple[_Case | Withheld, ...]] = {}
    found: dict[str, tuple[tuple[Group, tuple[_Case | Withheld, ...]], ...]] = {}
    for identifier, groups in groups_of(graph).of.items():
        for group in groups:
            if id(group) not in cases:
                cases[id(group)] = tuple(_cases(group))
        found[identifier] = tuple((group, cases[id(group)]) for group in groups)
    return found


def _cases(group: Group) -> Iterator[_Case | Withheld]:
    """Yield each situation of a group: what its functions and subnets are like in it."""
    values = [subnet.cidr for subnet in group.subnets]
    for member in group.members:
        values += (member.present, member.function.memory, member.function.reserved_concurrency)
        values += (statement.value for statement in (*member.provisioned, *member.mapped))
    for guard, leaves in jointly(*values):
        if leaves and all(isinstance(leaf, Unknown) for leaf in leaves):
            yield Withheld("too many combinations", group.members[0].place.span)
            continue
        cidrs, rest = leaves[: len(group.subnets)], leaves[len(group.subnets) :]
        sizes = [_size(subnet, cidr) for subnet, cidr in zip(group.subnets, cidrs, strict=True)]
        unread = next((size for size in sizes if isinstance(size, Withheld)), None)
        if unread is not None:
            yield unread
            continue
        usable = [size for size in sizes if isinstance(size, int)]
        needs, unknown = _needs(group, rest)
        yield _Case(
            guard,
            tuple(needs),
            tuple(unknown),
            sum(usable),
            min(usable),
            security_group_sets(need.member for need in needs),
            tuple(
                Location(subnet.at("cidr", cidr).span, f"'{subnet.name}' has {size} usable addresses")
                for subnet, cidr, size in zip(group.subnets, cidrs, usable, strict=True)
            ),
            any(isinstance(cidr, Known) and cidr.provenance is Provenance.DEFAULT for cidr in cidrs),
        )


def _size(subnet: Subnet, cidr: Leaf) -> int | Withheld:
    text = text_of(cidr)
    size = vpc.usable_addresses(text) if text is not None else None
    if size is not None:
        return size
    why = cidr.why if isinstance(cidr, Unknown) else f"the address block of '{subnet.name}' can't be read"
    return Withheld(why, subnet.at("cidr", cidr).span)


def _needs(group: Group, leaves: tuple[Leaf, ...]) -> tuple[list[_Need], list[Withheld]]:
    needs: list[_Need] = []
    unknown: list[Withheld] = []
    position = 0
    for member in group.members:
        present, memory, reserved = leaves[position : position + 3]
        position += 3
        provisioned = leaves[position : position + len(member.provisioned)]
        position += len(member.provisioned)
        mapped = leaves[position : position + len(member.mapped)]
        position += len(member.mapped)
        if isinstance(present, Known) and present.value is False:
            continue
        size = integer_of(memory)
        stated = peak(member, reserved, provisioned, mapped)
        missing = memory if size is None else stated
        if size is None or isinstance(stated, Unknown):
            why = missing.why if isinstance(missing, Unknown) else "the memory can't be read"
            where = missing.trail[-1] if isinstance(missing, Unknown) and missing.trail else member.function.span
            unknown.append(Withheld(why, where))
            continue
        default = isinstance(memory, Known) and memory.provenance is Provenance.DEFAULT
        needs.append(_Need(member, size, stated, default or (stated is not None and stated.rests_on_default)))
    return needs, unknown
