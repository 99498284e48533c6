"""FL001 parse-error."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Unread


@rule(id="FL001", name="parse-error", level=Level.ERROR, visits=Unread)
def parse_error(unread: Unread, graph: Graph, context: Context) -> Iterator[Answer]:
    """A file that belongs to the project can't be read.

    What it does
    Reports a template, Terraform file or handler module that can't be read or is not well-formed, with the line and what was
    expected there. The other files are still analysed.

    Why it matters
    What can't be read can't be checked, and the service will most likely refuse it too. The exit status is 3, so that a gate
    does not take "could not read" for "clean".

    How to fix
    Mend the syntax at the line that is named, or make the file readable.

    What it can't know
    Whether a file that does not look like a template was meant as one: such files are passed over and only counted.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
    - https://developer.hashicorp.com/terraform/language/syntax/configuration
    """
    yield claim(unread, "", unread.message, at=unread.here())
