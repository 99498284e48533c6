"""FL124 code-change-not-deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import BucketObject, Function, Layer, Node
from faaslint.model.read import text_of
from faaslint.model.value import Known, Leaf, Pattern, Provenance, Reference, Unknown, branches, jointly

STAND_INS: Final = frozenset({"temp", "tmp", "empty", "stub", "init", "initial", "bootstrap"})
"""What people call an archive that is there only because the first deployment needs one."""


@rule(
    id="FL124",
    name="code-change-not-deployed",
    level=Level.WARNING,
    visits=Node,
    formats=("terraform", "terraform-plan"),
)
def code_change_not_deployed(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """Terraform will not notice when the code of a function or layer changes.

    What it does
    Looks for functions and layers whose code is a local archive, or an S3 object that this project writes, without a hash, a
    version or a name that changes with the content. An archive that by its name only stands in for the code
    (`placeholder.zip`, `dummy.zip`, `temp.zip`) is left alone.

    Why it matters
    Terraform compares the name of the archive, which stays the same: the first apply deploys the code, and no later one
    does, without a word.

    How to fix
    Set `source_code_hash = filebase64sha256(...)` (or the archive's `output_base64sha256`), or the object's version.

    What it can't know
    Whether a name changes with the content, if it comes from a variable or is known only at deployment. Code that something
    else uploads is not judged, nor a hash that is set to null on purpose.

    Sources
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
    """
    if not isinstance(node, (Function, Layer)):
        yield INAPPLICABLE
        return
    asked = False
    values = (node.code_file, node.code_key, node.code_hash, node.code_object_version)
    for guard, (file, key, digest, version) in jointly(*values, given=node.guard):
        local = _is_set(file) or isinstance(file, Unknown)
        written = None if local else _written_here(graph, key)
        if not local and written is None:
            continue
        asked = True
        if isinstance(node, Function) and {"all", "filename", "s3_key", "source_code_hash"} & set(node.ignored_changes):
            # Whoever ignores the change deploys the code by other means.
            continue
        if isinstance(node, Layer) and any(_may_change(leaf) for _, leaf in branches(node.description)):
            # Whatever is said of a layer makes a new version of it where it changes.
            yield Withheld("its description may change with its content", node.at("description").span)
            continue
        if node.replaced:
            # It is made anew, with its code, when something changes that may stand for the code.
            continue
        if (
            _is_left_out(digest)
            or _is_set(digest)
            or _is_set(version)
            or isinstance(digest, Unknown)
            or isinstance(version, Unknown)
        ):
            continue
        names = [(guard, file)] if written is None else [(guard & inner, leaf) for inner, leaf in branches(written.key)]
        for inner, name in names:
            if _may_change(name):
                yield Withheld("its name may change with its content", name.trail[-1] if name.trail else node.span)
            elif inner.satisfiable() and not _says_version(name) and not (isinstance(node, Function) and _stands_in(name)):
                yield _claim(node, file if local else key, "code_file" if local else "code_key", inner)
    if not asked:
        yield INAPPLICABLE


def _may_change(leaf: Leaf) -> bool:
    """Return whether a text is made of something that another deployment may set to something else."""
    return isinstance(leaf, Unknown) or isinstance(leaf.value, Pattern) or leaf.provenance is Provenance.DEFAULT


def _says_version(leaf: Leaf) -> bool:
    """Return whether the name of an archive tells its version, as in ``requests-2.32.0.zip``."""
    return _version().search(text_of(leaf) or "") is not None


def _stands_in(leaf: Leaf) -> bool:
    """Return whether an archive only stands in for the code that another pipeline deploys, by its name."""
    stem = PurePosixPath(text_of(leaf) or "").stem.lower()
    return stem in STAND_INS or "placeholder" in stem or "dummy" in stem


@cache
def _version() -> re.Pattern[str]:
    return re.compile(r"\d\.\d")


def _claim(node: Function | Layer, named: Leaf, attribute: str, guard: Guard) -> Answer:
    what = "archive" if attribute == "code_file" else "object"
    kind = "Function" if isinstance(node, Function) else "Layer"
    return claim(
        node,
        attribute,
        f"{kind} '{node.name}' names its {what} and no hash of it, so Terraform never deploys a change of the code; "
        f"set source_code_hash.",
        value=named,
        guard=guard,
    )


def _is_set(leaf: Leaf) -> bool:
    return isinstance(leaf, Known) and leaf.value is not None


def _is_left_out(leaf: Leaf) -> bool:
    """Return whether a null is written on purpose, such as for code that another pipeline deploys."""
    if not (isinstance(leaf, Known) and leaf.value is None):
        return False
    return bool(leaf.trail) and leaf.provenance in (Provenance.LITERAL, Provenance.GIVEN)


def _written_here(graph: Graph, key: Leaf) -> BucketObject | None:
    """Return the object of this project that the key is of, None where something else writes it."""
    if not (isinstance(key, Known) and isinstance(key.value, Reference)):
        return None
    node = graph.node(key.value.address)
    return node if isinstance(node, BucketObject) else None
