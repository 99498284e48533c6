"""FL513 schedule-expression-invalid."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level
from faaslint.model.nodes import EventRule, Node, Schedule
from faaslint.model.read import text_of
from faaslint.model.value import Known, Pattern, Provenance, Unknown, is_absent, jointly

from .schedules import Problem, problem_of


@rule(
    id="FL513",
    name="schedule-expression-invalid",
    level=Level.ERROR,
    visits=Node,
    references=("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",),
    fixable=True,
)
def schedule_expression_invalid(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """A schedule's expression is not one that EventBridge understands.

    What it does
    Reads the expressions of rules and schedules: `rate()` with a number above zero and a unit, `cron()` with six fields
    within their bounds of which exactly one of the two days is `?`, and for schedules of EventBridge Scheduler `at()` with
    a moment. In a rule, a rate of 1 has a singular unit and any other a plural one; `--fix` mends that.

    Why it matters
    EventBridge refuses the rule or schedule, so the deployment fails.

    How to fix
    Write `rate(5 minutes)`, or `cron(0 12 * * ? *)` for every day at noon: other than in a crontab there is a sixth field
    for the year, and one of the two days is `?`.

    What it can't know
    Expressions that are put together from parameters without defaults.

    Sources
    - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    - https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    if isinstance(node, EventRule):
        attribute, value, scheduler = "schedule", node.schedule, False
    elif isinstance(node, Schedule):
        attribute, value, scheduler = "expression", node.expression, True
    else:
        yield INAPPLICABLE
        return
    if is_absent(value):
        yield INAPPLICABLE
        return
    for guard, (leaf,) in jointly(value, given=node.guard):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, node)
            continue
        text = text_of(leaf)
        if text is None:
            if isinstance(leaf.value, Pattern):
                yield withheld(leaf, node)
            continue
        problem = problem_of(text, scheduler=scheduler) if text else None
        if problem is None:
            continue
        whose = "Schedule" if scheduler else "Rule"
        meant = f"write '{problem.meant}'" if problem.meant else "write an expression that EventBridge knows"
        yield claim(
            node,
            attribute,
            f"{whose} '{node.name}' has the expression '{text}', which EventBridge refuses: {problem.words}; {meant}.",
            value=leaf,
            guard=guard,
            edits=_edits(problem, leaf),
        )


def _edits(problem: Problem, leaf: Known) -> list[Edit]:
    # What is put together of parts can't be written over as a whole.
    if not problem.meant or leaf.provenance is not Provenance.LITERAL or len(leaf.trail) != 1:
        return []
    return [Edit(leaf.trail[0], problem.meant, safe=True)]
