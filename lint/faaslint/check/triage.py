"""From claims to findings: equal mistakes joined, suppressions applied, fingerprints and source lines added."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ..model.finding import Finding
from ..model.nodes import Origin
from ..model.record import replace
from ..model.span import Location, Span
from .fingerprints import fingerprint, line_hashes
from .run import Stated

SNIPPET_LINES = 6
"""How many source lines of a finding are kept; a longer span is shown by its first lines."""

RELATED_LIMIT = 20
"""How many related locations a finding keeps; GitHub shows a hundred at most, people read a handful."""


class Draft(NamedTuple):
    """A claim as a finding of its own, not yet joined with its equals."""

    finding: Finding
    template: str
    """Its message without what tells one instance of the mistake from another."""
    related: tuple[Location, ...]
    """The claim's own related locations, all of them."""


def drafts_of(stated: Iterable[Stated], project: str) -> Iterator[Draft]:
    """Yield each claim of a project as a finding."""
    for rule, claim in stated:
        resource = claim.subject.name
        message = claim.message
        if claim.rests_on_default:
            message = message.rstrip(".") + " (with the parameter's default)."
        if claim.subject.origin is Origin.CDK:
            message = message.rstrip(".") + " (made by the CDK)."
        related = claim.related
        generated = claim.subject.generated
        if generated is not None and all(one.span.path != generated.path for one in related):
            related = (*related, Location(generated, "in the synthesised template"))
        finding = Finding(
            rule=rule.id,
            name=rule.name,
            level=claim.level or rule.level,
            message=message,
            span=claim.place.span,
            project=project,
            resource=resource,
            resources=(resource,),
            property=claim.place.property,
            condition=claim.guard.label,
            related=related[:RELATED_LIMIT],
            route=claim.route,
            edits=claim.edits,
            rewrites=claim.rewrites,
        )
        yield Draft(finding, _template(claim.message, resource), claim.related)


def joined(drafts: Iterable[Draft]) -> list[Finding]:
    """Join equal findings.

    Equal (rule, first location, message template) is one finding with all its resources, also of several projects: it is
    the first's. The stages of an app are such projects, and so are the roots that call one module: one line of source makes
    the resources of each of them.
    """
    merged: dict[tuple[str, Span, str], Finding] = {}
    for finding, template, related in drafts:
        key = (finding.rule, finding.span, template)
        earlier = merged.get(key)
        if earlier is None:
            merged[key] = finding
            continue
        known = finding.resource in earlier.resources
        merged[key] = replace(
            earlier,
            resources=earlier.resources if known else (*earlier.resources, finding.resource),
            level=max(earlier.level, finding.level),
            condition=earlier.condition if earlier.condition == finding.condition else "",
            related=_joined(earlier.related, related),
        )
    return [_with_others(finding) for finding in merged.values()]


def _template(message: str, resource: str) -> str:
    """Return a message without what tells one instance of a mistake from another: the resource, or the stage it is in.

    What stands beside the resource in one call or instance of a module (``module.runner["a"]``) is the same in the others,
    and so is what stands beside the calls around it.
    """
    template = message.replace(f"'{resource}'", "'…'")
    for height, around in enumerate(_modules(resource)):
        template = template.replace(f"'{around}", f"'…{height}.")
    for key in _instances(resource):
        template = template.replace(key, "[…]")
    # What is named beside it is named from the innermost scope that both are in; deeper ones first.
    scope, above = resource.rpartition("/")[0], 1
    while scope:
        template = template.replace(f"'{scope}/", f"'{above}…/")
        scope, above = scope.rpartition("/")[0], above + 1
    return template


@cache
def _module_call() -> re.Pattern[str]:
    return re.compile(r'module\.[^.\[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.')


def _modules(address: str) -> list[str]:
    """Return the modules that a Terraform address lies in, innermost first, each with the dot behind it."""
    found: list[str] = []
    end = 0
    while (call := _module_call().match(address, end)) is not None:
        end = call.end()
        found.append(address[:end])
    return found[::-1]


def _instances(address: str) -> list[str]:
    """Return the keys of ``for_each`` in a Terraform address: ``["a"]``, brackets and all."""
    return [f'["{part.partition(chr(34))[0]}"]' for part in address.split('["')[1:]]


def _joined(first: tuple[Location, ...], second: tuple[Location, ...]) -> tuple[Location, ...]:
    return (*first, *(location for location in second if location not in first))[:RELATED_LIMIT]


def _with_others(finding: Finding) -> Finding:
    others = finding.resources[1:]
    if not others:
        return finding
    shown = ", ".join(f"'{name}'" for name in others[:4]) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
    return replace(finding, message=f"{finding.message.rstrip('.')}; the same holds for {shown}.")


def detailed(findings: Sequence[Finding], text_of: Callable[[str], str | None]) -> list[Finding]:
    """Add fingerprints and source lines, in the order of the report. ``text_of`` gives a file's text by its path."""
    done: list[Finding] = []
    counts: dict[tuple[str, str, str, str], int] = {}
    by_path: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=report_order):
        by_path.setdefault(finding.span.path, []).append(finding)
    for path, group in by_path.items():
        text = text_of(path) or ""
        lines = [line.removesuffix("\r") for line in text.split("\n")] if text else []
        hashes = line_hashes(text, {finding.span.line for finding in group}) if text else {}
        for finding in group:
            key = (finding.rule, path, finding.resource, finding.property)
            counts[key] = counts.get(key, 0) + 1
            first, last = finding.span.line, min(finding.span.end_line, finding.span.line + SNIPPET_LINES - 1)
            done.append(
                replace(
                    finding,
                    fingerprint=fingerprint(*key, counts[key]),
                    line_hash=hashes.get(first, ""),
                    snippet=tuple(lines[first - 1 : last]),
                )
            )
    return sorted(done, key=report_order)


def report_order(finding: Finding) -> tuple[Span, str, str]:
    """Return the key by which reports are sorted: file, line, column, rule."""
    return (finding.span, finding.rule, finding.message)
