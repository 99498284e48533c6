"""Assignments that add to what is there."""

from __future__ import annotations

from ...source.python_statements import Augmented
from ...source.python_syntax import Attribute, Name, Subscript
from .domain import OTHER, Holder
from .environment import ENVIRON
from .expressions import evaluate
from .records import WriteRecord
from .run import Run
from .values import elements_of, put


def follow_augmented(run: Run, node: Augmented) -> bool:
    """Follow ``target += value``."""
    value = evaluate(run, node.value)
    if isinstance(node.target, Name):
        old = run.lookup(node.target.name)
        if old == frozenset({ENVIRON}):
            if not all(isinstance(atom, Holder) for atom in value):
                run.hidden_set("environment variables are set from a mapping that is computed", node)
            return False
        holders = [atom for atom in old if isinstance(atom, Holder)]
        if node.target.name in run.globals and run.frame.code is not None:
            span = run.source.first_line(node)
            run.records.writes[node.start] = WriteRecord(span, node.target.name, "rebind", keyed=False)
        for holder in holders:
            put(run, holder, "*", elements_of(run, value))
        if not holders:
            run.assign(node.target.name, OTHER)
    elif isinstance(node.target, (Attribute, Subscript)):
        receiver = evaluate(run, node.target)
        if ENVIRON in receiver:
            run.hidden_set("environment variables are set from a mapping that is computed", node)
    return False
