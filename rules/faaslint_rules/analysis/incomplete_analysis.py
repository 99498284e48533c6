"""FL004 incomplete-analysis."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Missing

_REMEDY = {
    "terraform": "run 'terraform init' first, or give its source as a path",
    "terraform-plan": "run 'terraform init' first, or give its source as a path",
}
_LAYER = "install its modules into its folder before the check, as 'sam build' does"
_NESTED = "give its location as a path in the project"


@rule(id="FL004", name="incomplete-analysis", level=Level.NOTE, visits=Missing, profile="strict")
def incomplete_analysis(missing: Missing, graph: Graph, context: Context) -> Iterator[Answer]:
    """A part of the project is not on disk, so what is absent can't be claimed.

    What it does
    Reports each remote Terraform module that is not installed, each nested template or CloudFormation module that is not in
    the project, and each layer that must bring a module which a handler imports, and is not on disk with it.

    Why it matters
    The part may hold the permission, the policy or the queue that seems to be missing. So rules that claim an absence say
    nothing for the whole project, and a clean report means less than it seems to.

    How to fix
    Run `terraform init` before the check, so that modules are in `.terraform`. Give the `TemplateURL` of a nested stack, or
    the `Location` of an application, as a path; `aws cloudformation package` and `sam package` upload it at deployment.
    Install what a layer brings into its folder (`pip install -t`), or have it in the repository.

    What it can't know
    Whether the missing part matters to anything that is checked.

    Sources
    - https://developer.hashicorp.com/terraform/cli/commands/init
    - https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
    """
    remedy = _LAYER if missing.is_layer else _REMEDY.get(graph.kind, _NESTED)
    yield claim(
        missing,
        "",
        f"The {missing.name} is not on disk, so nothing that it may hold can be called missing; {remedy}.",
        at=missing.here(),
    )
