"""The SAM transform: serverless resources become the CloudFormation resources that are deployed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...iam.templates import PSEUDO_PARAMETERS
from ...model.value import ABSENT, Fields, Known, Value, is_absent
from ...source.tree import Mapping as TreeMapping
from ...source.tree import Scalar, Tree
from ..cloudformation.template import Template, finish
from ..cloudformation.text import known_text
from ..resource import Resource
from .compute import transform_microvm_image, transform_network_connector, transform_web_function
from .connectors import Connector, connect
from .domains import domain_address
from .function import transform_function
from .gateway import DEFAULT_STAGE, Gateways, stage_address, transform_http_api, transform_rest_api
from .globals import SECTIONS, global_properties, merged, without_ignored
from .graphql import transform_graphql_api
from .names import IMPLICIT_HTTP, IMPLICIT_REST, Names, alias_address, version_address
from .others import (
    keep,
    transform_application,
    transform_capacity_provider,
    transform_layer,
    transform_table,
)
from .publish import Deployments
from .serverless import Serverless, mapping_of, wanted
from .shared import Shared
from .state_machine import transform_state_machine
from .websocket import transform_websocket_api, websocket_stage
from .wiring import Wires

_PREFIX: Final = "AWS::Serverless::"
_FUNCTION: Final = _PREFIX + "Function"
_CONNECTOR: Final = _PREFIX + "Connector"
_REST: Final = _PREFIX + "Api"
_HTTP: Final = _PREFIX + "HttpApi"
_WEBSOCKET: Final = _PREFIX + "WebSocketApi"

_SIMPLE: Final[dict[str, Callable[[Serverless], None]]] = {
    _PREFIX + "SimpleTable": transform_table,
    _PREFIX + "LayerVersion": transform_layer,
    _PREFIX + "Application": transform_application,
    _PREFIX + "CapacityProvider": transform_capacity_provider,
    _PREFIX + "WebFunction": transform_web_function,
    _PREFIX + "MicrovmImage": transform_microvm_image,
    _PREFIX + "NetworkConnector": transform_network_connector,
}


def transform(template: Template) -> list[Resource]:
    """Return the resources of a SAM template after the transform."""
    return _Transform(template).run()


class _Transform:
    def __init__(self, template: Template) -> None:
        self.template = template
        self.globals = template.root.get("Globals")
        self.gateways = Gateways(template.types)
        self.wires = Wires()
        self.shared = Shared(self.gateways, self.wires, Deployments())
        self.connectors: list[Connector] = []
        self._bodies = {str(key.value): body for key, body in template.resources}

    def run(self) -> list[Resource]:
        """Transform every resource: functions first, because their events add to the APIs."""
        names = Names(self.template.types, self._generated)
        # From here on references to what the transform generates resolve as well.
        self.template.evaluator.resolve = names.resolve
        self._check_globals()
        made: dict[str, list[Resource]] = {}
        sources: dict[str, Serverless] = {}
        for key, body in self.template.resources:
            name = str(key.value)
            kind = self.template.types[name]
            self._embedded_connectors(name, body)
            if kind.startswith(_PREFIX):
                sources[name] = self._source(key, body)
            else:
                plain = finish(self.template, self.template.resource(key, body))
                made[name] = [plain]
                if kind == "AWS::SNS::Topic" and wanted(plain.properties.get("FifoTopic")):
                    self.wires.fifo_topics.add(name)
        for name, source in sources.items():
            if source.type == _REST:
                self.gateways.name_stage(name, source.get("StageName"))
        for source in sources.values():
            if source.type == _FUNCTION:
                transform_function(source, self.shared)
            elif source.type == _PREFIX + "StateMachine":
                transform_state_machine(source, self.shared)
        for source in sources.values():
            self._transform_rest(source)
        resources: list[Resource] = []
        for key, _ in self.template.resources:
            name = str(key.value)
            resources += sources[name].generated if name in sources else made[name]
        resources += self._implicit_apis()
        resources += self.shared.deployments.shared()
        resources += self.gateways.plans.shared()
        resources += self.gateways.domains.shared()
        self._settle_addresses(resources)
        self.wires.apply({resource.address: resource for resource in resources})
        connected = connect(resources, self.connectors, self._pseudos())
        if connected:
            resources += connected
            self._settle_addresses(resources)
        return resources

    def _property(self, name: str, *path: str) -> Value:
        """Return what a resource, or else Globals, says of a property before anything is transformed."""
        body = self._bodies.get(name)
        general = global_properties(self.globals, self.template.types.get(name, ""))
        for tree in (body.get("Properties") if body is not None else None, general):
            found: Tree | None = tree
            for key in path:
                found = found.get(key) if isinstance(found, TreeMapping) else None
            if found is not None:
                return self.template.evaluator.value(found)
        return ABSENT

    def _generated(self, name: str, part: str) -> str | None:
        """Return the logical id of what ``!Ref Name.Part`` means."""
        if part in ("Alias", "Version"):
            alias = self._property(name, "AutoPublishAlias")
            if is_absent(alias):
                return None
            return alias_address(name, known_text(alias) or "") if part == "Alias" else version_address(name)
        if part in ("DestinationQueue", "DestinationTopic"):
            kind = part.removeprefix("Destination")
            outcomes = ("OnFailure", "OnSuccess")
            made = [outcome for outcome in outcomes if self._makes(name, outcome, kind)]
            return f"{name}EventInvokeConfig{made[0] if made else outcomes[0]}{kind}"
        is_http = self.template.types[name] in (_HTTP, _WEBSOCKET)
        if part == "Stage":
            stage = self._property(name, "StageName")
            if self.template.types[name] == _WEBSOCKET:
                return websocket_stage(name, stage)
            return stage_address(name, Known(DEFAULT_STAGE) if is_http and is_absent(stage) else stage)
        if part == "DomainName":
            place = ("DomainName", "EndpointConfiguration")
            domain = Fields({key: self._property(name, "Domain", key) for key in place})
            return domain_address(domain, is_http=is_http) or f"{name}DomainName"
        if part in ("UsagePlan", "UsagePlanKey", "ApiKey"):
            shares = known_text(self._property(name, "Auth", "UsagePlan", "CreateUsagePlan")) == "SHARED"
            return f"Serverless{part}" if shares else f"{name}{part}"
        return f"{name}{part}"

    def _makes(self, name: str, outcome: str, kind: str) -> bool:
        """Return whether the transform makes the queue or topic of an outcome."""
        place = ("EventInvokeConfig", "DestinationConfig", outcome)
        word = {"Queue": "SQS", "Topic": "SNS"}[kind]
        return known_text(self._property(name, *place, "Type")) == word and is_absent(
            self._property(name, *place, "Destination")
        )

    def _check_globals(self) -> None:
        if isinstance(self.globals, TreeMapping):
            for key, section in self.globals.entries:
                if key.value not in SECTIONS:
                    self.template.problem(key.span, f"'{key.value}' is no section that Globals may have")
                elif not isinstance(section, TreeMapping):
                    is_empty = isinstance(section, Scalar) and section.value is None
                    self.template.problem(key.span, f"the section '{key.value}' must be a mapping", fatal=not is_empty)

    def _source(self, key: Scalar, body: TreeMapping) -> Serverless:
        template = self.template
        name = str(key.value)
        kind = template.types[name]
        general = global_properties(self.globals, kind)
        if general is not None:
            general = without_ignored(general, body.get("IgnoreGlobals"))
        local = body.get("Properties")
        if general is not None:
            is_empty = local is None or (isinstance(local, Scalar) and local.value is None)
            tree = general if is_empty or local is None else merged(general, local)
            entries = [entry for entry in body.entries if entry[0].value != "Properties"]
            span = key.span
            body = TreeMapping([*entries, (Scalar("Properties", span, "Properties"), tree)], body.span, body.tag)
        plain = template.resource(key, body)
        written = body.get("Properties")
        return Serverless(
            template=template,
            name=name,
            type=kind,
            span=key.span,
            guard=plain.guard,
            properties=plain.properties,
            metadata=plain.metadata,
            depends_on=plain.depends_on,
            region=plain.region,
            tree=written if isinstance(written, TreeMapping) else None,
        )

    def _transform_rest(self, source: Serverless) -> None:
        if source.type == _REST:
            transform_rest_api(source, self.gateways)
        elif source.type == _HTTP:
            transform_http_api(source, self.gateways)
        elif source.type == _WEBSOCKET:
            transform_websocket_api(source, self.gateways)
        elif source.type == _PREFIX + "GraphQLApi":
            transform_graphql_api(source, self.connectors)
        elif source.type == _CONNECTOR:
            self._connector(source)
        elif source.type in _SIMPLE:
            _SIMPLE[source.type](source)
        elif source.type not in (_FUNCTION, _PREFIX + "StateMachine"):
            # A type that is younger than this program may generate anything.
            self.template.open_types = True
            keep(source)

    def _implicit_apis(self) -> list[Resource]:
        resources: list[Resource] = []
        for name, (span, guard) in self.gateways.implicit.items():
            kind = _REST if name == IMPLICIT_REST else _HTTP
            general = global_properties(self.globals, kind)
            properties = self.template.evaluator.fields(general) if general is not None else Fields({})
            tags = self.gateways.tags.get(name)
            if tags:
                own = mapping_of(properties.get("Tags")) or Fields({})
                shared = Known(Fields({**own.values, **tags}), (span,))
                added = {"Tags": shared, "PropagateTags": Known(True, (span,))}
                properties = Fields({**properties.values, **added}, properties.keys, properties.openness)
            source = Serverless(template=self.template, name=name, type=kind, span=span, guard=guard, properties=properties)
            if name == IMPLICIT_HTTP:
                transform_http_api(source, self.gateways)
            else:
                transform_rest_api(source, self.gateways)
            resources += source.generated
        return resources

    def _pseudos(self) -> dict[str, Value]:
        place = self.template.root.span
        return {name: self.template.evaluator.pseudo(name, place) for name in PSEUDO_PARAMETERS}

    def _connector(self, source: Serverless) -> None:
        self.connectors.append(
            Connector(
                source.name,
                source.span,
                source.guard,
                source.get("Source"),
                source.get("Destination"),
                source.get("Permissions"),
                source.depends_on,
            )
        )

    def _embedded_connectors(self, name: str, body: TreeMapping) -> None:
        """Read the ``Connectors`` of a resource, which is their source; it may say more of itself."""
        listed = body.get("Connectors")
        if not isinstance(listed, TreeMapping):
            return
        for label, tree in listed.entries:
            entry = mapping_of(self.template.evaluator.value(tree))
            properties = mapping_of(entry.get("Properties")) if entry is not None else None
            properties = properties or Fields({})
            own = mapping_of(properties.get("SourceReference")) or Fields({})
            place = (label.span,)
            source = Known(Fields({**own.values, "Id": Known(name, place)}, {"Id": label.span}), place)
            self.connectors.append(
                Connector(
                    f"{name}{label.value}",
                    label.span,
                    self.template.guard(body),
                    source,
                    properties.get("Destination"),
                    properties.get("Permissions"),
                )
            )

    def _settle_addresses(self, resources: list[Resource]) -> None:
        """Give each resource an address of its own: what the transform generates yields to what the user names."""
        taken: dict[str, Resource] = {}
        for resource in [entry for entry in resources if entry.address in self.template.types]:
            if not resource.written_as or resource.address not in taken:
                taken[resource.address] = resource
        for resource in resources:
            owner = taken.setdefault(resource.address, resource)
            if owner is not resource:
                number = 2
                while f"{resource.address}{number}" in taken:
                    number += 1
                resource.address = f"{resource.address}{number}"
                taken[resource.address] = resource
