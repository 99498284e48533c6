"""The SARIF 2.1.0 report, shaped for GitHub code scanning and clean under Microsoft's validator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sarif_om as om

from ..model.finding import Edit, Finding, Level, Notification, RuleInfo, RunInfo
from ..model.span import Location, Span
from .sarif_rules import descriptor, unlisted
from .sarif_text import clipped, message_with_links, plural, relative_uri, said, serialised
from .shown import notifications_in_order, shown

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
INFORMATION: Final = "https://pypi.org/project/faaslint/"

RESULTS_LIMIT: Final = 25_000
"""GitHub rejects a file with more results; the worst are kept, and a notification says how many are not there."""

RELATED_LIMIT: Final = 100
"""GitHub shows a hundred locations of a result, and rejects a file with a thousand."""

ROUTE_LIMIT: Final = 1_000
"""GitHub shows a thousand steps of a route, and rejects a file with ten thousand."""

RESOURCES_LIMIT: Final = 20
"""How many resources of one finding are named as logical locations."""

SNIPPET_LENGTH: Final = 1_000
"""Source text longer than this (characters) is left out: a minified file would be repeated for every finding in it."""

MESSAGE_LENGTH: Final = 4_000
"""Longest message (characters)."""

_BASE: Final = "%SRCROOT%"


def render(findings: Sequence[Finding], info: RunInfo) -> str:
    """Return the report as SARIF text: one run, every enabled rule, no suppressed finding, a line feed at the end.

    Equal input gives equal bytes: nothing in it tells the time, the machine or the folder.
    """
    listed = shown(findings)
    left_out = len(listed) - RESULTS_LIMIT
    if left_out > 0:
        listed = shown(sorted(listed, key=lambda finding: -finding.level)[:RESULTS_LIMIT])
    rules = (*info.rules, *unlisted(listed, info.rules))
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    notifications = [_notification(note) for note in notifications_in_order(info)]
    if left_out > 0:
        text = f"{plural(left_out, 'finding')} left out, of the lowest levels: GitHub takes {RESULTS_LIMIT} in one file."
        notifications.append(om.Notification(message=om.Message(text=text), level="warning"))
    run = om.Run(
        tool=om.Tool(driver=_driver(rules, info)),
        automation_details=om.RunAutomationDetails(id="faaslint/"),
        invocations=[
            om.Invocation(
                execution_successful=not any(note.level is Level.ERROR for note in info.notifications),
                tool_execution_notifications=notifications,
            )
        ],
        original_uri_base_ids={
            # No uri: it would have to be absolute, and so differ between two checkouts of the same commit.
            _BASE: om.ArtifactLocation(description=om.Message(text="The working directory of the run."), index=None)
        },
        column_kind="unicodeCodePoints",
        results=[_result(finding, indexes[finding.rule]) for finding in listed],
        newline_sequences=None,
        language=None,
    )
    log = om.SarifLog(version="2.1.0", runs=[run], schema_uri=SCHEMA)
    return serialised(log)


def _driver(rules: Iterable[RuleInfo], info: RunInfo) -> Any:
    return om.ToolComponent(
        name="faaslint",
        version=info.version,
        semantic_version=info.version,
        information_uri=INFORMATION,
        rules=[descriptor(rule) for rule in rules],
        contents=None,
        language=None,
    )


def _result(finding: Finding, rule_index: int) -> Any:
    related = finding.related[:RELATED_LIMIT]
    keys = {"primaryLocationLineHash": finding.line_hash, "faaslint/v1": finding.fingerprint}
    notes = {"condition": finding.condition, "project": finding.project, "property": finding.property}
    return om.Result(
        rule_id=finding.rule,
        rule_index=rule_index,
        level=finding.level.word,
        message=om.Message(text=clipped(message_with_links(finding, related), MESSAGE_LENGTH)),
        locations=[_first_location(finding)],
        partial_fingerprints={key: value for key, value in keys.items() if value} or None,
        related_locations=[_location(one, number) for number, one in enumerate(related, 1)] or None,
        code_flows=_code_flows(finding.route) or None,
        fixes=_fixes(finding) or None,
        properties={key: value for key, value in notes.items() if value} or None,
        kind=None,
        rank=None,
    )


def _first_location(finding: Finding) -> Any:
    span = finding.span
    region = _region(span)
    context = None
    lines = finding.snippet
    if lines and sum(map(len, lines)) <= SNIPPET_LENGTH:
        # The snippet may hold only the first lines of a long span.
        whole = len(lines) > span.end_line - span.line
        if whole and (text := _exact(span, lines)):
            region.snippet = om.ArtifactContent(text=text)
        # The validator wants the context to be more than the region, and GitHub ignores it.
        if whole and text != "\n".join(lines):
            context = om.Region(
                start_line=region.start_line,
                end_line=region.start_line + len(lines) - 1,
                snippet=om.ArtifactContent(text="\n".join(lines)),
                byte_offset=None,
                char_offset=None,
            )
    return om.Location(
        physical_location=om.PhysicalLocation(artifact_location=_artifact(span.path), region=region, context_region=context),
        logical_locations=[
            om.LogicalLocation(fully_qualified_name=name, kind="resource", index=None, parent_index=None)
            for name in dict.fromkeys(finding.resources[:RESOURCES_LIMIT])
            if name
        ]
        or None,
        id=None,
    )


def _exact(span: Span, lines: Sequence[str]) -> str:
    """Return the text of the span alone."""
    kept = list(lines[: span.end_line - span.line + 1])
    kept[-1] = kept[-1][: span.end_column - 1]
    kept[0] = kept[0][span.column - 1 :]
    return "\n".join(kept)


def _location(location: Location, number: int | None = None) -> Any:
    """Return a place with its sentence. A step that stands in no file of the project has only the sentence."""
    physical = None
    if location.span.path:
        physical = om.PhysicalLocation(artifact_location=_artifact(location.span.path), region=_region(location.span))
    text = clipped(said(location.message), MESSAGE_LENGTH)
    return om.Location(physical_location=physical, message=om.Message(text=text) if text else None, id=number)


def _code_flows(route: Sequence[Location]) -> list[Any]:
    steps = [
        om.ThreadFlowLocation(location=_location(step), index=None, execution_order=None, importance=None)
        for step in route[:ROUTE_LIMIT]
        if step.span.path or step.message
    ]
    return [om.CodeFlow(thread_flows=[om.ThreadFlow(locations=steps)])] if steps else []


def _fixes(finding: Finding) -> list[Any]:
    if not finding.edits:
        return []
    by_path: dict[str, list[Edit]] = {}
    for edit in finding.edits:
        by_path.setdefault(edit.span.path, []).append(edit)
    safe = all(edit.safe for edit in finding.edits)
    return [
        om.Fix(
            description=om.Message(text=f"Mend {finding.rule}." if safe else f"Mend {finding.rule}; look at the result."),
            artifact_changes=[
                om.ArtifactChange(
                    artifact_location=_artifact(path),
                    replacements=[
                        om.Replacement(
                            deleted_region=_region(edit.span), inserted_content=om.ArtifactContent(text=edit.text)
                        )
                        for edit in edits
                    ],
                )
                for path, edits in sorted(by_path.items())
            ],
        )
    ]


def _notification(note: Notification) -> Any:
    locations = None
    if note.path:
        region = om.Region(start_line=note.line, byte_offset=None, char_offset=None) if note.line else None
        physical = om.PhysicalLocation(artifact_location=_artifact(note.path), region=region)
        locations = [om.Location(physical_location=physical, id=None)]
    return om.Notification(
        message=om.Message(text=clipped(said(note.message), MESSAGE_LENGTH) or "Something went wrong."),
        level=note.level.word,
        locations=locations,
    )


def _artifact(path: str) -> Any:
    uri, relative = relative_uri(path)
    return om.ArtifactLocation(uri=uri, uri_base_id=_BASE if relative else None, index=None)


def _region(span: Span) -> Any:
    line, column = max(span.line, 1), max(span.column, 1)
    end_line = max(span.end_line, line)
    end_column = max(span.end_column, 1 if end_line > line else column)
    return om.Region(
        start_line=line,
        start_column=column,
        end_line=end_line,
        end_column=end_column,
        byte_offset=None,
        char_offset=None,
    )
