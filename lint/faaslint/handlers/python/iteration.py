"""What a loop over a value binds, and what the iteration does."""

from __future__ import annotations

from ...source.python_syntax import Syntax
from .data import elements_of_data
from .domain import OTHER, PENDING, Abstract, Atom, Collection, Data, Method, bounded, each
from .environment import ENVIRON
from .run import Run
from .sdk_resources import collection_elements
from .values import elements_of


def iterate(run: Run, value: Abstract, node: Syntax) -> Abstract:
    """Return what a loop over a value may bind, and note what the iteration does."""
    if not value:
        return PENDING
    run.fails_on_none(value, node)
    found: set[Atom] = set()
    for atom in each(value):
        if isinstance(atom, Collection):
            found |= collection_elements(run, atom, node)
        elif isinstance(atom, Data):
            found |= elements_of_data(run, atom, node)
        elif isinstance(atom, Method):
            found |= OTHER
        else:
            if atom == ENVIRON:
                run.hidden_read("all environment variables are read at once", node)
            found |= elements_of(run, frozenset({atom}))
    return bounded(frozenset(found))
