"""FL421 api-deployment-incomplete."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import api_of, depends
from faaslint.graph.resolve import resolved
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Api, ApiDeployment, Integration, Node, Origin, Route
from faaslint.model.span import Location
from faaslint.model.value import Fields, Known, Unknown, branches, is_absent

IN_TERRAFORM = "aws_api_gateway_deployment"


@rule(
    id="FL421",
    name="api-deployment-incomplete",
    level=Level.ERROR,
    visits=ApiDeployment,
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html",),
)
def api_deployment_incomplete(deployment: ApiDeployment, graph: Graph, context: Context) -> Iterator[Answer]:
    """A deployment of a REST API is made before its methods, or never again.

    What it does
    Checks that the deployment of a REST API whose methods are resources of their own is made after them: it refers to them,
    or names them in `DependsOn`. Where it comes after some of them only, it is a warning. In Terraform it also looks for
    `triggers` (a warning), or something else that replaces the deployment when the API changes.

    Why it matters
    A deployment is a snapshot. Made too early it is refused ("The REST API doesn't contain any methods"), or it lacks the
    methods that came later, which answer 403. Terraform makes it once: without `triggers`, changes of the API are never
    served.

    How to fix
    Name all methods in the deployment's `DependsOn`. In Terraform set `triggers` to a hash of the API's parts, and
    `create_before_destroy`.

    What it can't know
    Deployments that are made by something outside the project.

    Sources
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_deployment
    """
    if "V2" in deployment.type or "v2" in deployment.type:
        yield INAPPLICABLE
        return
    if deployment.origin is not Origin.USER:
        return  # The transform deploys what it has put into the API itself.
    api: Api | None = None
    for _, named in resolved(graph, deployment.api, Api):
        if isinstance(named, Unknown):
            yield withheld(named, deployment)
            return
        api = named
    if api is None:
        yield INAPPLICABLE
        return
    parts = _parts(api, graph)
    missing = [part for part in parts if not depends(graph, deployment, part)]
    if missing and not _refers_unseen(deployment):
        yield _too_early(deployment, missing, len(missing) == len(parts))
    if deployment.type == IN_TERRAFORM and (parts or not is_absent(api.body)):
        yield from _never_again(deployment)


def _parts(api: Api, graph: Graph) -> list[Node]:
    """The methods, where each holds its integration; else the integrations, which come after the methods."""
    found: list[Node] = [
        route for route in graph.all(Route) if route.type == "AWS::ApiGateway::Method" and api_of(graph, route) is api
    ]
    found += [
        integration
        for integration in graph.all(Integration)
        if integration.type == "aws_api_gateway_integration" and api_of(graph, integration) is api
    ]
    return found


def _refers_unseen(deployment: ApiDeployment) -> bool:
    """Whether the triggers are computed: from the API's parts, as in a hash of them, on which they then depend."""
    return any(
        isinstance(leaf, Unknown)
        or (isinstance(leaf.value, Fields) and not all(isinstance(one, Known) for one in leaf.value.values.values()))
        for _, leaf in branches(deployment.triggers)
    )


def _too_early(deployment: ApiDeployment, missing: list[Node], everything: bool) -> Answer:
    guard = missing[0].guard
    for part in missing[1:]:
        guard = guard | part.guard
    clause = "DependsOn" if "::" in deployment.type else "depends_on or triggers"
    which = "the API's methods" if everything else f"'{missing[0].name}'" + (" and others" if len(missing) > 1 else "")
    return claim(
        deployment,
        "",
        f"Deployment '{deployment.name}' may be made before {which}, which it then lacks; name them in {clause}.",
        at=deployment.here(),
        related=[Location(part.span, f"'{part.name}'") for part in missing],
        level=None if everything else Level.WARNING,
        guard=guard,
    )


def _never_again(deployment: ApiDeployment) -> Iterator[Answer]:
    for guard, leaf in branches(deployment.triggers):
        if isinstance(leaf, Unknown) or leaf.value is not None:
            continue
        if not is_absent(deployment.variables) or not is_absent(deployment.stage_description):
            return
        yield claim(
            deployment,
            "triggers",
            f"Deployment '{deployment.name}' is made once, so changes of the API are never served; set triggers to a hash "
            "of the API's parts.",
            at=deployment.here(),
            level=Level.WARNING,
            guard=guard,
        )
