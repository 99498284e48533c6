"""Rules as SARIF lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import sarif_om as om

from ..model.finding import Finding, RuleInfo
from .sarif_text import clipped

NAME_LENGTH: Final = 255
DESCRIPTION_LENGTH: Final = 1_024
TAGS_LIMIT: Final = 10
"""GitHub's limits for what it stores of a rule; it shows ten tags."""


def descriptor(rule: RuleInfo) -> Any:
    """Return a rule with all that GitHub shows of it. No text in it is empty, since GitHub takes none that is."""
    summary = rule.summary or rule.name or rule.id
    explained = rule.help or rule.description or summary
    return om.ReportingDescriptor(
        id=rule.id,
        name=clipped(pascal_case(rule.name), NAME_LENGTH) or None,
        short_description=om.MultiformatMessageString(text=clipped(summary, DESCRIPTION_LENGTH)),
        full_description=om.MultiformatMessageString(text=clipped(rule.description or summary, DESCRIPTION_LENGTH)),
        help=om.MultiformatMessageString(text=explained, markdown=explained),
        help_uri=first_link(explained),
        default_configuration=om.ReportingConfiguration(level=rule.level.word, rank=None),
        properties=_properties(rule),
    )


def unlisted(findings: Iterable[Finding], rules: Iterable[RuleInfo]) -> Iterator[RuleInfo]:
    """Yield what can be said of rules that speak in the findings but are not among the rules of the run."""
    known = {rule.id for rule in rules}
    for finding in findings:
        if finding.rule not in known:
            known.add(finding.rule)
            words = finding.name.replace("-", " ").capitalize() or finding.rule
            yield RuleInfo(
                id=finding.rule,
                name=finding.name,
                level=finding.level,
                profile="default",
                summary=f"{words}.",
                description="",
                help="",
            )


def _properties(rule: RuleInfo) -> dict[str, Any]:
    """Return what GitHub reads of a rule's property bag; a severity makes the rule's alerts security alerts."""
    tags = ["security"] if rule.security_severity else []
    tags += ["serverless", *(f"external/cwe/cwe-{number:03}" for number in rule.cwe)]
    bag: dict[str, Any] = {
        "tags": tags[:TAGS_LIMIT],
        # The default profile holds claims with evidence; the strict one adds opinions.
        "precision": "high" if rule.profile == "default" else "medium",
    }
    if rule.security_severity:
        bag["security-severity"] = f"{rule.security_severity:.1f}"
    else:
        bag["problem.severity"] = {"note": "recommendation"}.get(rule.level.word, rule.level.word)
    return bag


def first_link(markdown: str) -> str | None:
    """Return the first web address among the sources of a rule's help, None where there is none."""
    start = markdown.find("https://", max(markdown.find("## Sources"), 0))
    if start < 0:
        return None
    end = start
    while end < len(markdown) and (markdown[end].isalnum() or markdown[end] in "-._~:/?#@!$&*+,;=%"):
        end += 1
    return markdown[start:end].rstrip(".,;:!?")


def pascal_case(name: str) -> str:
    """Return ``missing-permission`` as ``MissingPermission``, which is how SARIF spells names."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("_", "-").split("-"))
