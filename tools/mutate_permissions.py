"""Take away each permission that a function is known to need, add one that it does not, and count what is noticed.

    python tools/mutate_permissions.py FOLDER

FOLDER is a checkout of aws-samples/serverless-patterns. What each function needs is in ``needed_actions.json``, written by
hand from source and configuration. Roles are changed in memory: nothing is written. A function whose role
can't be known is counted, and left out of the rates.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from faaslint import api
from faaslint.graph import Graph
from faaslint.iam.actions import expand, matches
from faaslint.iam.grants import Grants
from faaslint.iam.policy import document_value, read_statements
from faaslint.model.nodes import Function, Role, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.record import replace
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    labels = json.loads(LABELS.read_text(encoding="utf-8"))["functions"]
    deleted = found = added = seen = functions = complete = left_out = 0
    for label in labels:
        request = api.Request(paths=(label["project"],), folder=folder, as_of=date.today())
        for graph in api.graphs(request):
            for function in graph.all(Function):
                if function.name != label["function"]:
                    continue
                roles = [role for _, role in roles_of(function, graph) if isinstance(role, Role)]
                if len(roles) != 1 or roles[0].policies_openness is not None:
                    left_out += 1
                    continue
                role, functions = roles[0], functions + 1
                needs = needs_of_function(function, graph)
                grants = grants_of(role, graph)
                for action in label["needs"]:
                    deleted += 1
                    ok = notices_lack(needs, grants.only(without(grants.statements, action)), role, graph, action)
                    found += ok
                    if not ok:
                        print(f"not noticed: {label['project']} {function.name} without {action}")
                complete += needs.openness is None
                for action in UNNEEDED if needs.openness is None else ():
                    added += 1
                    extra = {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
                    more, _ = read_statements(document_value(extra), identifier="extra", name="extra", span=function.span)
                    seen += notices_excess(needs, grants.only((*grants.statements, *more)), action)
    print(f"{functions} functions ({left_out} left out: their role is not known), {complete} with complete needs")
    print(f"taken away: {found} of {deleted} noticed ({found / max(1, deleted):.0%})")
    print(f"added: {seen} of {added} noticed ({seen / max(1, added):.0%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
