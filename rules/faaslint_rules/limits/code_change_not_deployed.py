"""FL124 code-change-not-deployed."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function
from faaslint.model.value import Known, Leaf, Provenance, Reference, Unknown, jointly


@rule(
    id="FL124",
    name="code-change-not-deployed",
    level=Level.WARNING,
    visits=Function,
    formats=("terraform", "terraform-plan"),
)
def code_change_not_deployed(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """Terraform will not notice when the code of a function changes.

    What it does
    Looks for functions whose code is a local archive, or an S3 object that this project writes, without a hash, a version
    or a name that changes with the content.

    Why it matters
    Terraform compares the name of the archive, which stays the same: the first apply deploys the code, and no later one
    does, without a word.

    How to fix
    Set `source_code_hash = filebase64sha256(...)` (or the archive's `output_base64sha256`), or the object's version.

    What it can't know
    Whether the key of an object changes with its content, if it is known only at deployment. Code that something else
    uploads is not judged, nor a hash that is set to null on purpose.

    Sources
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
    """
    asked = False
    values = (function.code_file, function.code_key, function.code_hash, function.code_object_version)
    for guard, (file, key, digest, version) in jointly(*values, given=function.guard):
        local = _is_set(file) or isinstance(file, Unknown)
        if not local and not _written_here(graph, key):
            continue
        asked = True
        if {"all", "filename", "s3_key", "source_code_hash"} & set(function.ignored_changes):
            # Whoever ignores the change deploys the code by other means.
            continue
        if (
            _is_left_out(digest)
            or _is_set(digest)
            or _is_set(version)
            or isinstance(digest, Unknown)
            or isinstance(version, Unknown)
        ):
            continue
        yield from _judge(function, file if local else key, "code_file" if local else "code_key", guard)
    if not asked:
        yield INAPPLICABLE


def _judge(function: Function, named: Leaf, attribute: str, guard: Guard) -> Iterator[Answer]:
    if isinstance(named, Unknown):
        yield withheld(named, function)
        return
    what = "archive" if attribute == "code_file" else "object"
    yield claim(
        function,
        attribute,
        f"Function '{function.name}' names its {what} and no hash of it, so Terraform never deploys a change of the code; "
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


def _written_here(graph: Graph, key: Leaf) -> bool:
    """Return whether the key is that of an object which this project uploads."""
    if not (isinstance(key, Known) and isinstance(key.value, Reference)):
        return False
    node = graph.node(key.value.address)
    return node is not None and node.type in ("aws_s3_object", "aws_s3_bucket_object")
