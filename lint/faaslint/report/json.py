"""The JSON report: a public contract, described by ``schema/faaslint-report.schema.json`` and ``docs/json-report.md``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from ..model.finding import Finding, Notification, RunInfo
from ..model.span import Location
from .shown import counted, notifications_in_order, safe_json, shown

VERSION: Final = 1
"""The version of the contract. It grows when a field goes or changes its meaning; new fields leave it as it is."""


def render(findings: Sequence[Finding], info: RunInfo) -> str:
    """Return the report as JSON text, indented, with a line feed at the end. Equal input gives equal bytes."""
    listed = shown(findings)
    data = {
        "version": VERSION,
        "tool": {"name": "faaslint", "version": info.version},
        "projects": [
            {
                "root": project.root,
                "kind": project.kind,
                "functions": project.functions,
                "resources": project.resources,
            }
            for project in info.projects
        ],
        "findings": [_finding(finding) for finding in listed],
        "notifications": [_notification(note) for note in notifications_in_order(info)],
        "summary": _summary(listed, info),
    }
    return safe_json(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "name": finding.name,
        "level": finding.level.word,
        "message": finding.message,
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "project": finding.project,
        "resource": finding.resource,
        "resources": list(finding.resources),
        "property": finding.property,
        "condition": finding.condition,
        "fingerprint": finding.fingerprint,
        "related": [_location(location) for location in finding.related],
        "route": [_location(location) for location in finding.route],
    }


def _location(location: Location) -> dict[str, Any]:
    span = location.span
    return {"path": span.path, "line": span.line, "column": span.column, "message": location.message}


def _notification(note: Notification) -> dict[str, Any]:
    return {"level": note.level.word, "path": note.path, "line": note.line, "message": note.message}


def _summary(findings: Sequence[Finding], info: RunInfo) -> dict[str, Any]:
    levels = {level.word: count for level, count in counted(findings).items()}
    return {
        "files": info.files,
        "functions": sum(project.functions for project in info.projects),
        **levels,
        "rules": {
            rule: {"good": tally.good, "finding": tally.finding, "withheld": tally.withheld}
            for rule, tally in sorted(info.tallies.items())
        },
    }
