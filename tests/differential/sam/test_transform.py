"""What we make of a SAM template is what the official transform makes of it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from .comparison import differences, graph_data, resource_data
from .cosmetics import names_of, plain, plain_nodes
from .translation import graph_of, load, packaged, parsed, translated

CORPUS = Path(__file__).parents[3] / "fixtures" / "differential" / "sam"
SMALLEST = 200
"""How many templates the corpus holds at least."""


def templates() -> list[tuple[str, str]]:
    """Return the name and text of each template: a file holds several, and each says in its Description what it is."""
    found: list[tuple[str, str]] = []
    for path in sorted(CORPUS.glob("*.yaml")):
        for text in path.read_text(encoding="utf-8").split("\n---\n"):
            title = next(line for line in text.splitlines() if line.startswith("Description:"))
            found.append((f"{path.stem}: {title.removeprefix('Description:').strip()}", text))
    return found


TEMPLATES = templates()


def first_difference(template: dict[str, Any]) -> str | None:
    """Return how our reading of a template first differs from the transform's, in words; None where it does not."""
    template = packaged(template)
    ours = load(copy.deepcopy(template))
    theirs = load(translated(template))
    names = names_of(ours, theirs)
    mine, other = plain(resource_data(ours.resources)), plain(resource_data(theirs.resources, names))
    for difference in differences(mine, other):
        return difference
    (nodes, edges), (their_nodes, their_edges) = graph_data(graph_of(ours)), graph_data(graph_of(theirs), names)
    for mine, other in ((plain_nodes(nodes), plain_nodes(their_nodes)), (edges, their_edges)):
        for difference in differences(mine, other):
            return f"in the graph, {difference}"
    return None


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    names = [name for name, _ in TEMPLATES]
    assert len(names) >= SMALLEST
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("text", [text for _, text in TEMPLATES], ids=[name for name, _ in TEMPLATES])
def test_the_graph_is_that_of_the_translation(text: str) -> None:
    assert first_difference(parsed(text)) is None
