"""Custom domains of serverless APIs: the domain name, its mappings, and its records in Route 53."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from ...model.guard import Guard
from ...model.record import field, record
from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Pattern, Reference, Unknown, Value, is_absent
from ..cloudformation.text import known_text
from ..resource import Resource
from .make import Content
from .names import hashed
from .serverless import Serverless, mapping_of, wanted

CLOUDFRONT_ZONE: Final = "Z2FDTNDATAQYW2"
"""The hosted zone of all CloudFront distributions, which edge-optimised domains are."""

_OPTIONAL: Final = ("SecurityPolicy", "EndpointAccessMode", "Policy", "OwnershipVerificationCertificateArn")


class _Kind(NamedTuple):
    """How one kind of API calls the parts of a domain."""

    prefix: str
    type: str
    mapping: str
    mapping_type: str
    domain_property: str
    api_property: str
    path_property: str


_REST: Final = _Kind(
    "ApiGatewayDomainName",
    "AWS::ApiGateway::DomainName",
    "BasePathMapping",
    "AWS::ApiGateway::BasePathMapping",
    "DomainName",
    "RestApiId",
    "BasePath",
)
_PRIVATE: Final = _REST._replace(
    prefix="ApiGatewayDomainNameV2",
    type="AWS::ApiGateway::DomainNameV2",
    mapping_type="AWS::ApiGateway::BasePathMappingV2",
    domain_property="DomainNameArn",
)
_HTTP: Final = _Kind(
    "ApiGatewayDomainNameV2",
    "AWS::ApiGatewayV2::DomainName",
    "ApiMapping",
    "AWS::ApiGatewayV2::ApiMapping",
    "DomainName",
    "ApiId",
    "ApiMappingKey",
)


def domain_address(domain: Fields, *, is_http: bool) -> str | None:
    """Return the logical id of a domain, None where its name can't be known."""
    digest = _digest(domain.get("DomainName"))
    is_private = not is_http and known_text(domain.get("EndpointConfiguration")) == "PRIVATE"
    kind = _HTTP if is_http else _PRIVATE if is_private else _REST
    return None if digest is None else kind.prefix + digest


def _plain(value: Value) -> object:
    """Return a value as the transform's hash sees it: text, or a reference in its long form."""
    written = known_text(value)
    if written is not None:
        return written
    if isinstance(value, Known) and isinstance(value.value, Reference):
        name, attribute = value.value.address, value.value.attribute
        return {"Ref": name} if attribute == "Ref" else {"Fn::GetAtt": [name, attribute]}
    if isinstance(value, Known) and isinstance(value.value, Pattern):
        return {"Fn::Sub": "".join(map(_hole, value.value.parts))}
    if isinstance(value, Unknown) and value.symbol:
        return {"Ref": value.symbol.removeprefix("parameter ")}
    return None


def _hole(part: object) -> str:
    if isinstance(part, Reference):
        return f"${{{part.address}}}" if part.attribute == "Ref" else f"${{{part.address}.{part.attribute}}}"
    if isinstance(part, Unknown):
        return f"${{{(part.symbol or '').removeprefix('parameter ')}}}"
    return str(part)


def _digest(*values: Value) -> str | None:
    found = [_plain(value) for value in values]
    if None in found:
        return None
    content = found[0] if len(found) == 1 else found
    plain = content if isinstance(content, str) else json.dumps(content, separators=(",", ":"), sort_keys=True)
    return hashed("", plain)


@record(frozen=False)
class Domains:
    """The custom domains of a template. APIs with one domain share it, and those of one hosted zone their records."""

    records: dict[str, tuple[Serverless, Fields, Guard, list[Content]]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def add(self, source: Serverless, stage: str, *, is_http: bool) -> None:
        """Add the domain of an API."""
        domain = mapping_of(source.get("Domain"))
        if domain is None:
            return
        span = source.key("Domain")
        endpoint = domain.get("EndpointConfiguration")
        word = "REGIONAL" if is_absent(endpoint) else known_text(endpoint) or ""
        kind = _HTTP if is_http else _PRIVATE if word == "PRIVATE" else _REST
        address = domain_address(domain, is_http=is_http) or f"{source.name}DomainName"
        if address not in self.made:
            self.made.add(address)
            content = _http_domain(domain, word, source) if is_http else _rest_domain(domain, word, kind)
            source.add(address, kind.type, {"DomainName": domain.get("DomainName"), **content}, span)
        self._map(source, domain, kind, address, stage, span)
        association = mapping_of(domain.get("AccessAssociation"))
        if association is not None and kind is _PRIVATE:
            endpoint_id = association.get("VpcEndpointId")
            digest = _digest(endpoint_id, Known(address))
            source.add(
                f"DomainNameAccessAssociation{digest or source.name}",
                "AWS::ApiGateway::DomainNameAccessAssociation",
                {
                    "DomainNameArn": Reference(address, "Ref"),
                    "AccessAssociationSourceType": "VPCE",
                    "AccessAssociationSource": endpoint_id,
                },
                span,
            )
        self._record(source, domain, kind, address, word, span)

    def shared(self) -> list[Resource]:
        """Return the records of the hosted zones."""
        found: list[Resource] = []
        for address, (source, route, guard, records) in self.records.items():
            properties: dict[str, Content] = {
                "HostedZoneId": route.get("HostedZoneId"),
                "HostedZoneName": route.get("HostedZoneName"),
                "RecordSets": records,
            }
            kind = "AWS::Route53::RecordSetGroup"
            found.append(source.generate(address, kind, properties, source.key("Domain"), guard))
        return found

    def _map(self, source: Serverless, domain: Fields, kind: _Kind, address: str, stage: str, span: Span) -> None:
        normalize = domain.get("NormalizeBasePath")
        keeps = not is_absent(normalize) and not wanted(normalize)
        for value in _members(domain.get("BasePath")):
            path = known_text(value)
            plain = "".join(sign for sign in path if sign.isalnum()) if path is not None else ""
            name = f"{source.name}{plain}{kind.mapping}"
            shown: Content = plain
            if kind is _HTTP and path is not None:
                shown = path.strip("/")
            elif path is None or keeps:
                shown = value
            source.add(
                name,
                kind.mapping_type,
                {
                    kind.domain_property: Reference(address, "Ref"),
                    kind.api_property: Reference(source.name, "Ref"),
                    "Stage": Reference(stage, "Ref"),
                    kind.path_property: shown,
                },
                span,
            )

    def _record(self, source: Serverless, domain: Fields, kind: _Kind, address: str, word: str, span: Span) -> None:
        route = mapping_of(domain.get("Route53"))
        if route is None:
            return
        zone = route.get("HostedZoneId")
        zone = route.get("HostedZoneName") if is_absent(zone) else zone
        separate = wanted(route.get("SeparateRecordSetGroup"))
        digest = _digest(zone, domain.get("DomainName")) if separate else _digest(zone)
        group = f"RecordSetGroup{digest or source.name}"
        target = _target(route, kind, address, word)
        records: list[Content] = [
            {
                "Name": domain.get("DomainName"),
                "Type": record_type,
                "AliasTarget": target,
                "Region": route.get("Region"),
                "SetIdentifier": route.get("SetIdentifier"),
            }
            for record_type in (("A", "AAAA") if wanted(route.get("IpV6")) else ("A",))
        ]
        if group in self.records:
            self.records[group][3].extend(records)
        else:
            self.records[group] = (source, route, source.guard, records)


def _members(value: Value) -> list[Value]:
    if isinstance(value, Known) and isinstance(value.value, Items):
        return [item.value for item in value.value.items]
    return [value]


def _rest_domain(domain: Fields, word: str, kind: _Kind) -> dict[str, Content]:
    certificate = domain.get("CertificateArn")
    name = "RegionalCertificateArn" if word == "REGIONAL" else "CertificateArn"
    mutual = mapping_of(domain.get("MutualTlsAuthentication"))
    return {
        name: certificate,
        "EndpointConfiguration": {"Types": [word], "IpAddressType": domain.get("IpAddressType")},
        "MutualTlsAuthentication": _mutual(mutual) if kind is _REST else ABSENT,
        **{option: domain.get(option) for option in _OPTIONAL},
    }


def _mutual(mutual: Fields | None) -> Content:
    if mutual is None:
        return ABSENT
    return {name: mutual.get(name) for name in ("TruststoreUri", "TruststoreVersion")}


def _http_domain(domain: Fields, word: str, source: Serverless) -> dict[str, Content]:
    configuration: Content = {
        "CertificateArn": domain.get("CertificateArn"),
        "EndpointType": word,
        "SecurityPolicy": domain.get("SecurityPolicy"),
        "OwnershipVerificationCertificateArn": domain.get("OwnershipVerificationCertificateArn"),
    }
    return {
        "DomainNameConfigurations": [configuration],
        "MutualTlsAuthentication": _mutual(mapping_of(domain.get("MutualTlsAuthentication"))),
        "Tags": source.get("Tags"),
    }


def _target(route: Fields, kind: _Kind, address: str, word: str) -> Content:
    health = route.get("EvaluateTargetHealth")
    if word == "REGIONAL" or kind is _HTTP:
        zone, name = Reference(address, "RegionalHostedZoneId"), Reference(address, "RegionalDomainName")
        return {"EvaluateTargetHealth": health, "HostedZoneId": zone, "DNSName": name}
    if word == "EDGE":
        written = route.get("DistributionDomainName")
        distribution: Content = Reference(address, "DistributionDomainName") if is_absent(written) else written
        return {"EvaluateTargetHealth": health, "HostedZoneId": CLOUDFRONT_ZONE, "DNSName": distribution}
    return {
        "EvaluateTargetHealth": health,
        "HostedZoneId": route.get("VpcEndpointHostedZoneId"),
        "DNSName": route.get("VpcEndpointDomainName"),
    }
