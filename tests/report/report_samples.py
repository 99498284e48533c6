"""Findings and runs for the report tests, made by hand: an orders service and what is wrong with it."""

from __future__ import annotations

from faaslint.model.finding import Edit, Finding, Level, Notification, Project, RuleInfo, RunInfo, Tally, Withheld
from faaslint.model.span import Location, Span


def span(path: str, line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    return Span(path, line, column, end_line or line, end_column)


MISSING_PERMISSION = Finding(
    rule="FL302",
    name="missing-permission",
    level=Level.ERROR,
    message="Function 'PlaceOrder' calls dynamodb:PutItem on 'Orders', which its role 'PlaceOrderRole' does not allow; "
    "add a statement for that action and table.",
    span=span("src/place_order.py", 14, 5, 31),
    project="template.yaml",
    resource="PlaceOrder",
    resources=("PlaceOrder",),
    condition="IsProd",
    fingerprint="5f2c9e41d07a3b86e0c1f4a29d6b7385:1",
    line_hash="271789c17abda88f:1",
    related=(
        Location(span("template.yaml", 40, 3, 17), "the role stands here"),
        Location(span("template.yaml", 52, 11, 40), "the nearest statement allows only dynamodb:GetItem"),
    ),
    route=(
        Location(span("template.yaml", 22, 7, 15), "POST /orders of 'OrdersApi' invokes 'PlaceOrder'"),
        Location(span("template.yaml", 12, 3, 13), "function 'PlaceOrder' runs src/place_order.py"),
        Location(span("template.yaml", 40, 3, 17), "and assumes 'PlaceOrderRole'"),
        Location(span("src/place_order.py", 14, 5, 31), "which calls put_item here"),
    ),
    snippet=("    table.put_item(Item=order)",),
)

MEMORY = Finding(
    rule="FL101",
    name="memory-out-of-bounds",
    level=Level.ERROR,
    message="Function 'PlaceOrder' has 64 MB of memory, which Lambda refuses; set a whole number from 128 to 10240; "
    "the same holds for 'CancelOrder'.",
    span=span("template.yaml", 6, 17, 19),
    project="template.yaml",
    resource="PlaceOrder",
    resources=("PlaceOrder", "CancelOrder"),
    property="MemorySize",
    fingerprint="0a1b2c3d4e5f60718293a4b5c6d7e8f9:1",
    line_hash="54703d4cd895b18:1",
    edits=(Edit(span("template.yaml", 6, 17, 19), "128", True),),
    snippet=("    MemorySize: 64",),
)

WILDCARD = Finding(
    rule="FL304",
    name="wildcard-action",
    level=Level.WARNING,
    message="The statement 'Tables' of the role 'PlaceOrderRole' allows every action of DynamoDB.",
    span=span("template.yaml", 50, 9, 30, end_line=54),
    project="template.yaml",
    resource="PlaceOrderRole",
    resources=("PlaceOrderRole",),
    property="Policies.0.PolicyDocument.Statement.0",
    fingerprint="99999999999999999999999999999999:1",
    line_hash="180aee12dab6264:1",
    snippet=(
        "        Effect: Allow",
        "        Action:",
        '          - "dynamodb:*"',
        "        Resource:",
        "          - !GetAtt Orders.Arn",
    ),
)

UNUSED = Finding(
    rule="FL002",
    name="unused-suppression",
    level=Level.NOTE,
    message="The suppression of 'FL102' suppresses nothing here; remove it.",
    span=span("template.yaml", 9, 20, 45),
    project="template.yaml",
    resource="template.yaml",
    resources=("template.yaml",),
    fingerprint="11111111111111111111111111111111:1",
    line_hash="a23a3dc5e078b07b:1",
    snippet=("      Timeout: 30  # faaslint: ignore[FL102]",),
)

FINDINGS = (WILDCARD, MISSING_PERMISSION, UNUSED, MEMORY)

RULES = (
    RuleInfo(
        id="FL002",
        name="unused-suppression",
        level=Level.NOTE,
        profile="default",
        summary="A suppression suppresses nothing.",
        description="Reports each suppression that no finding of this run matched.",
        help="## What it does\n\nReports each suppression that no finding of this run matched.",
    ),
    RuleInfo(
        id="FL101",
        name="memory-out-of-bounds",
        level=Level.ERROR,
        profile="default",
        summary="A function's memory is not a size that Lambda offers.",
        description="Checks that a function's memory is within Lambda's bounds.",
        help="## Why it matters\n\nLambda refuses the function.\n\n## Sources\n\n"
        "- https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html\n",
        formats=("sam", "terraform"),
        fixable=True,
    ),
    RuleInfo(
        id="FL302",
        name="missing-permission",
        level=Level.ERROR,
        profile="default",
        summary="A handler calls what its role does not allow.",
        description="Compares the calls that a handler can reach with what its role grants.",
        help="## What it does\n\nCompares the calls that a handler can reach with what its role grants.",
    ),
    RuleInfo(
        id="FL304",
        name="wildcard-action",
        level=Level.WARNING,
        profile="default",
        summary="A role allows every action of a service.",
        description="Reports statements that allow `service:*` or `*`.",
        help="## What it does\n\nReports statements that allow `service:*` or `*`.",
        security_severity=7.5,
        cwe=(250, 732),
    ),
    RuleInfo(
        id="FL103",
        name="default-memory",
        level=Level.NOTE,
        profile="strict",
        summary="Memory is left at its default.",
        description="",
        help="",
    ),
)


def run(
    *,
    projects: tuple[Project, ...] = (Project("template.yaml", "sam", 2, 9),),
    notifications: tuple[Notification, ...] = (),
    withheld: tuple[tuple[str, str, Withheld], ...] = (),
    rules: tuple[RuleInfo, ...] = RULES,
) -> RunInfo:
    return RunInfo(
        version="0.1.0",
        rules=rules,
        projects=projects,
        notifications=notifications,
        tallies={
            "FL302": Tally(good=1, finding=1),
            "FL101": Tally(finding=2),
            "FL304": Tally(good=3, finding=1, withheld=2),
        },
        withheld=withheld,
        files=3,
        passed_over=1,
    )


NOTIFICATIONS = (
    Notification(Level.NOTE, "The module 'vpc' is not on disk; run 'terraform init'.", "main.tf", 7),
    Notification(
        Level.ERROR, "The rule FL405 failed on 'PlaceOrder' (KeyError: 'x'); the other rules went on.", internal=True
    ),
    Notification(Level.ERROR, "It is not UTF-8 text (line 3); save it as UTF-8.", "other.yaml", 3),
)

WITHHELD = (
    ("FL304", "PlaceOrderRole", Withheld("the policy document is a parameter", span("template.yaml", 60, 5, 9))),
    ("FL302", "CancelOrder", Withheld("the table's name comes from outside")),
    ("FL304", "PlaceOrderRole", Withheld("the policy document is a parameter", span("template.yaml", 60, 5, 9))),
)
