"""What was expected where HCL text goes wrong, in words for the user."""

from __future__ import annotations

import re
from typing import Final

HEREDOC_MARK: Final = re.compile(r"<<-?([A-Za-z_][\w-]*)\s*$")
"""The beginning of a heredoc at the end of a line."""

NO_END: Final = "a closing } was expected: this block has none"

_QUOTE: Final = re.compile(r'\\.|"')
_HOLE: Final = re.compile(r"(?<![$%])[$%]\{")

_CALLED: Final = {
    "identifier": "a name",
    "=": "=",
    "quoted_template_end": "a closing quote",
    "heredoc_identifier": "the end mark of a heredoc",
    # Where any value would do, the parser's cheapest repair is to make up a heredoc.
    "<<": "an expression",
    "<<-": "an expression",
    "tuple_end": "a closing ]",
    "object_end": "a closing }",
    "template_interpolation_end": "a closing }",
}


def expectation(missing: str, parent: str, found: str, rest: str = "") -> str:
    """Return what was expected: ``missing`` is the kind of node the parser put in, or empty where it met ``found``.

    ``parent`` is the kind of node in which it happened, ``rest`` what follows in the line where the parser put a node in.
    """
    if missing in ("<<", "<<-") and rest.strip():
        return f"a comma, a new line or a closing bracket was expected, not '{_short(rest.strip())}'"
    if missing:
        return f"{_CALLED.get(missing, missing if not missing.isidentifier() else 'an expression')} was expected here"
    shown = " ".join(found.split())
    if parent == "attribute":
        if shown.startswith("="):
            return "a value was expected after ="
        return f"= was expected after the name, not '{_short(shown)}'"
    if shown.endswith(" =") or shown == "=":
        return "a value was expected after ="
    if parent in ("body", "config_file", "block", ""):
        wanted = "an attribute (name = value), a block or a closing } was expected"
    elif parent in ("object", "object_elem"):
        wanted = "a key, = and a value were expected"
    elif parent in ("tuple", "function_call", "function_arguments"):
        wanted = "a comma or a closing bracket was expected"
    else:
        wanted = "an expression was expected"
    return f"{wanted}, not '{_short(shown)}'" if shown else wanted


def unclosed_in_line(line: str) -> str:
    """Return what a single line lacks that has to end where the line ends; empty where it lacks nothing."""
    if line.strip().startswith(("<<<<<<< ", ">>>>>>> ")):
        return "configuration was expected, not the conflict marks of a merge"
    quotes = sum(1 for mark in _QUOTE.findall(line) if mark == '"')
    if not quotes and line.count("'") >= 2:
        return "double quotes were expected: texts don't stand in single ones"
    if quotes % 2:
        return "a closing quote was expected"
    if quotes and len(_HOLE.findall(line)) > line.count("}"):
        return "a closing } was expected: ${ begins a part of the text that has no end"
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
