"""What every report has in common: which findings it shows, in which order, and which characters it may write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..model.finding import Finding, Level, Notification, RunInfo


def shown(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that reports show: no suppressed ones, by file, line, column, rule."""
    return sorted(
        (finding for finding in findings if finding.suppressed is None),
        key=lambda finding: (finding.span, finding.rule, finding.message, finding.resource),
    )


def counted(findings: Iterable[Finding]) -> dict[Level, int]:
    """Return how many findings there are of each level, the worst first."""
    counts = dict.fromkeys(sorted(Level, reverse=True), 0)
    for finding in findings:
        counts[finding.level] += 1
    return counts


def notifications_in_order(info: RunInfo) -> Sequence[Notification]:
    """Return the notifications of the run, each once, the worst first, then by place."""
    return sorted(
        dict.fromkeys(info.notifications),
        key=lambda note: (-note.level, note.path, note.line, note.message),
    )


def without_lone_surrogates(text: str) -> str:
    """Return the text with what has no UTF-8 form replaced: halves of characters from JSON escapes or broken file names."""
    if text.isascii() and "\x7f" not in text:
        return text
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def safe_json(text: str) -> str:
    """Return JSON text with the characters escaped that a terminal or an editor would obey, or that no file can hold.

    Such characters stand inside JSON strings only, where the escape means the same.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    text = without_lone_surrogates(text)
    return re.sub("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", _json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
"""Characters that a terminal obeys or does not show: control characters, bidirectional marks, invisible ones."""


def plain(text: str) -> str:
    """Return a text on one line in which nothing is obeyed by a terminal: what is hidden is written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(HIDDEN, _visible, text)


def _visible(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if char == "\t":
        return "    "
    if char == "\n":
        return "\\n"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
