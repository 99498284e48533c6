"""Count which actions that stand in policies of Terraform files are in the graph's statements.

    python tools/policy_actions.py [--show] FOLDER...

The texts are scanned for literals such as "sqs:SendMessage" behind ``Action``, ``actions`` and their like, knowing
nothing of the evaluator; an action is found where a statement of the graph holds it and its trail touches its line.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from faaslint.api import Request, graphs
from faaslint.graph.graph import Graph
from faaslint.model.nodes import Permission, Role, Statement
from faaslint.model.value import Items, Known, Value, branches

_HEAD = re.compile(r"""(?<![\w.-])["']?(?:not_?)?actions?["']?\s*[:=]\s*""", re.IGNORECASE)
_ACTION = re.compile(r'"([a-z0-9-]+:(?:[A-Z*][A-Za-z0-9*?]*))"')
_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|(?:#|//)[^\n]*|/\*.*?\*/', re.DOTALL)


class Literal(NamedTuple):
    """An action in a text."""

    path: str
    line: int
    action: str


def literals(path: str, text: str) -> Iterator[Literal]:
    """Yield the actions that stand behind ``Action =``, ``"NotAction":`` or ``actions =`` and their like."""
    plain = _COMMENT.sub(lambda match: match.group(1) or re.sub(r"[^\n]", " ", match.group()), text)
    for head in _HEAD.finditer(plain):
        start = head.end()
        end = _list_end(plain, start) if plain[start : start + 1] == "[" else plain.find("\n", start)
        for match in _ACTION.finditer(plain, start, end if end > 0 else len(plain)):
            yield Literal(path, plain.count("\n", 0, match.start()) + 1, match.group(1))


def _list_end(text: str, start: int) -> int:
    depth = 0
    for place in range(start, min(len(text), start + 20_000)):
        if text[place] == "[":
            depth += 1
        elif text[place] == "]":
            depth -= 1
            if depth == 0:
                return place + 1
    return start


def known_actions(graph: Graph) -> Iterator[tuple[str, Value]]:
    """Yield every action of the graph's statements and permissions."""
    for node in graph.nodes.values():
        statements = node.trust_statements if isinstance(node, Role) else (node,)
        for statement in statements:
            if isinstance(statement, Statement):
                yield from _texts(statement.actions)
                yield from _texts(statement.not_actions)
        if isinstance(node, Permission):
            yield from _texts(node.action)


def _texts(value: Value) -> Iterator[tuple[str, Value]]:
    for _, leaf in branches(value):
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(content, Items):
            for item in content.items:
                yield from _texts(item.value)
        elif isinstance(content, str):
            yield content, leaf


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--show", action="store_true", help="print each action that is not found")
    arguments.add_argument("folders", nargs="+", type=Path)
    options = arguments.parse_args()
    total = placed = present = 0
    left: list[str] = []
    for folder in options.folders:
        wanted = [
            one
            for path in sorted(folder.rglob("*.tf"))
            if ".terraform" not in path.parts
            for one in literals(path.relative_to(folder).as_posix(), path.read_text("utf-8", "replace"))
        ]
        if not wanted:
            continue
        at: set[Literal] = set()
        anywhere: set[str] = set()
        for graph in graphs(Request(folder=folder.resolve(), as_of=datetime.date(2026, 1, 1))):
            for action, value in known_actions(graph):
                anywhere.add(action)
                for span in value.trail:
                    if span.end_line - span.line < 200:
                        at.update(Literal(span.path, line, action) for line in range(span.line, span.end_line + 1))
        for one in wanted:
            total += 1
            placed += one in at
            present += one.action in anywhere
            if one not in at:
                where = "elsewhere" if one.action in anywhere else "nowhere"
                left.append(f"{where}: {folder.name}/{one.path}:{one.line}: {one.action}")
    if options.show:
        print("\n".join(left))
    print(f"actions in policies: {total}")
    if total:
        print(f"in a statement of the graph, at their place: {placed} ({placed / total:.1%})")
        print(f"in some statement of the same graph: {present} ({present / total:.1%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
