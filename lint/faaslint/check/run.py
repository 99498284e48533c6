"""Running rules over a graph: every answer counted, a rule that fails reported and passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..graph import Graph
from ..model.finding import Claim, Inapplicable, Level, Notification, Tally, Withheld
from ..model.guard import TooManyCombinations
from ..model.nodes import Node, Origin
from ..model.record import field, record, replace
from .options import Settings
from .rule import AnyRule, Context


class Stated(NamedTuple):
    """A claim and the rule that makes it."""

    rule: AnyRule
    claim: Claim


@record(frozen=False)
class Outcome:
    """What a run of rules over one graph came to."""

    claims: list[Stated] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    withheld: list[tuple[str, str, Withheld]] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)


def run_rules(
    graph: Graph,
    rules: Iterable[AnyRule],
    context: Context,
    settings: Settings,
) -> Outcome:
    """Run rules over a graph. ``settings`` are those that hold for each rule (see ``settings_of``)."""
    outcome = Outcome()
    for rule in rules:
        tally = outcome.tallies.setdefault(rule.id, Tally())
        if graph.kind not in rule.formats:
            continue
        own = replace(context, options=settings[rule.id]) if rule.options else context
        for node in graph.all(rule.visits):
            if node.origin is Origin.CDK and context.profile != "strict":
                continue  # Nobody who reads the findings of an app can mend what the library makes.
            _ask(rule, node, graph, own, tally, outcome)
    outcome.claims = without_superseded(outcome.claims)
    return outcome


def _ask(rule: AnyRule, node: Node, graph: Graph, context: Context, tally: Tally, outcome: Outcome) -> None:
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    inapplicable = False
    try:
        for answer in rule.check(node, graph, context):
            if isinstance(answer, Claim):
                claims.append(answer)
            elif isinstance(answer, Withheld):
                withheld.append(answer)
            elif isinstance(answer, Inapplicable):
                inapplicable = True
    except TooManyCombinations:
        withheld.append(Withheld("the conditions combine in too many ways", node.span))
    except Exception as error:
        outcome.notifications.append(
            Notification(
                Level.ERROR,
                f"The rule {rule.id} failed on '{node.name}' ({type(error).__name__}: {error}); the other rules went on.",
                node.span.path,
                node.span.line,
                internal=True,
            )
        )
        return
    if context.profile != "strict" and claims:
        claims = [claim for claim in claims if claim.subject.origin is not Origin.CDK]
        inapplicable = inapplicable or not claims
    outcome.claims += (Stated(rule, claim) for claim in claims)
    if claims:
        tally.finding += 1
    elif withheld:
        tally.withheld += 1
        outcome.withheld += ((rule.id, node.name, one) for one in withheld)
    elif not inapplicable:
        tally.good += 1


def without_superseded(claims: Sequence[Stated]) -> list[Stated]:
    """Leave out what a more specific rule says better: same subject or same place, and that rule spoke."""
    spoken: dict[str, set[object]] = {}
    for rule, claim in claims:
        for superseded in rule.supersedes:
            spoken.setdefault(superseded, set()).update((claim.subject.id, claim.place.span))
    return [
        stated
        for stated in claims
        if not ({stated.claim.subject.id, stated.claim.place.span} & spoken.get(stated.rule.id, set()))
    ]
