"""Take away each permission that a function is known to need, add one that it does not, and count what is noticed.

    python tools/mutate_permissions.py aws-samples/serverless-patterns=FOLDER [REPOSITORY=FOLDER …] [--set second]

FOLDER is a checkout of the repository. What each function needs is in ``needed_actions.json``, written by hand from source,
configuration and documentation. Roles are changed in memory: nothing is written. A function whose role can't be known is
counted, and left out of the rates. What a called service does with the caller's permissions is counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from faaslint import api
from faaslint.graph import Graph
from faaslint.iam.actions import expand, matches
from faaslint.iam.grants import Grants
from faaslint.iam.policy import document_value, read_statements
from faaslint.model.nodes import Function, Role, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.record import record, replace
from faaslint.model.value import Item, Items, Known
from faaslint.privilege.comparison import granted_by, is_missing, use_of
from faaslint.privilege.grants import grants_of, roles_of
from faaslint.privilege.needs import FunctionNeeds, needs_of_function

UNNEEDED = ("organizations:DescribeAccount", "gamelift:DeleteFleet", "workspaces:TerminateWorkspaces")
"""Actions of services that no labelled function uses."""


def without(statements: Iterable[Statement], action: str) -> Iterator[Statement]:
    """Yield the statements without one action; a wildcard that covers it becomes the rest of what it covers."""
    for statement in statements:
        kept: list[Item] = []
        for guard, leaf in elements(statement.actions):
            pattern = text_of(leaf)
            if pattern is None or not matches(pattern, action):
                kept.append(Item(leaf, guard))
            elif "*" in pattern or "?" in pattern:
                kept += [Item(Known(one), guard) for one in expand(pattern) if one.lower() != action.lower()]
        yield replace(statement, actions=Known(Items(tuple(kept))))


def notices_lack(needs: FunctionNeeds, grants: Grants, role: Role, graph: Graph, action: str) -> bool:
    return any(one.action == action and is_missing(one, grants, role, graph, on_anything=True) for one in needs.required)


def notices_excess(needs: FunctionNeeds, grants: Grants, action: str) -> bool:
    if needs.openness is not None:
        return False
    return any(one.action == action and not use_of(one, needs).used for one in granted_by(grants))


LABELS = Path(__file__).with_name("needed_actions.json")


@record(frozen=False, eq=False)
class Tally:
    """Counts over the functions of one set of labels."""

    functions: int = 0
    left_out: int = 0
    complete: int = 0
    deleted: int = 0
    found: int = 0
    on_behalf: int = 0
    on_behalf_found: int = 0
    added: int = 0
    seen: int = 0

    def lines(self) -> Iterator[str]:
        left_out = f"{self.left_out} left out: their role is not known"
        yield f"{self.functions} functions ({left_out}), {self.complete} with complete needs"
        yield f"taken away: {self.found} of {self.deleted} noticed ({self.found / max(1, self.deleted):.0%})"
        if self.on_behalf:
            yield f"taken away, used by a called service: {self.on_behalf_found} of {self.on_behalf} noticed"
        yield f"added: {self.seen} of {self.added} noticed ({self.seen / max(1, self.added):.0%})"


def tried(label: Mapping[str, Any], function: Function, graph: Graph, tally: Tally) -> Iterator[str]:
    """Mutate the role of one function, and yield a line for each change that is not noticed."""
    name = f"{label['project']} {function.name}"
    roles = [role for _, role in roles_of(function, graph) if isinstance(role, Role)]
    if len(roles) != 1 or roles[0].policies_openness is not None:
        tally.left_out += 1
        yield f"left out: {name}"
        return
    role, grants = roles[0], grants_of(roles[0], graph)
    needs = needs_of_function(function, graph)
    tally.functions += 1
    for action in (*label["needs"], *label.get("on_behalf", ())):
        ok = notices_lack(needs, grants.only(without(grants.statements, action)), role, graph, action)
        if action in label["needs"]:
            tally.deleted, tally.found = tally.deleted + 1, tally.found + ok
        else:
            tally.on_behalf, tally.on_behalf_found = tally.on_behalf + 1, tally.on_behalf_found + ok
        if not ok:
            yield f"not noticed: {name} without {action}"
    if needs.openness is not None:
        yield f"open: {name}: {needs.openness.why}"
        return
    tally.complete += 1
    for action in UNNEEDED:
        extra = {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        more, _ = read_statements(document_value(extra), identifier="extra", name="extra", span=function.span)
        seen = notices_excess(needs, grants.only((*grants.statements, *more)), action)
        tally.added, tally.seen = tally.added + 1, tally.seen + seen
        if not seen:
            yield f"not noticed: {name} with {action}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", metavar="REPOSITORY=FOLDER")
    parser.add_argument("--set", action="append", help="only the labels of this set (first, informed, second)")
    options = parser.parse_args()
    folders = {name: Path(folder) for name, _, folder in (one.partition("=") for one in options.corpora)}
    labels = [one for one in json.loads(LABELS.read_text(encoding="utf-8"))["functions"] if one["corpus"] in folders]
    tallies: dict[str, Tally] = {}
    for label in labels:
        if options.set and label["set"] not in options.set:
            continue
        tally = tallies.setdefault(label["set"], Tally())
        request = api.Request(paths=(label["project"],), folder=folders[label["corpus"]], as_of=date.today())
        hits = 0
        for graph in api.graphs(request):
            for function in graph.all(Function):
                # A function of a nested stack has the stack's name before its own.
                if f".{function.name}".endswith(f".{label['function']}"):
                    hits += 1
                    for line in tried(label, function, graph, tally):
                        print(f"[{label['set']}] {line}")
        if hits != 1:
            print(f"[{label['set']}] {hits} functions called {label['function']} in {label['project']}")
    for name, tally in tallies.items():
        print(f"set '{name}':", *tally.lines(), sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
