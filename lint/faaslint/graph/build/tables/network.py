"""EC2's networks."""

from __future__ import annotations

from typing import Any, Final

from ....load.resource import Resource
from ....model import nodes
from ....model.read import openness
from ....model.value import CLOSED, Unknown
from ..table import CLOUDFORMATION, Kind, Part, Paths


def _group(resource: Resource, column: int) -> dict[str, Any]:
    names = ("SecurityGroupIngress", "SecurityGroupEgress") if column == CLOUDFORMATION else ("ingress", "egress")
    ingress, egress = (openness(resource.properties.get(name)) for name in names)
    return {"ingress_openness": ingress, "egress_openness": egress}


def _table(resource: Resource, column: int) -> dict[str, Any]:
    return {
        "routes_openness": CLOSED if column == CLOUDFORMATION else openness(resource.properties.get("route")),
        "is_default": resource.type == "aws_default_route_table",
    }


def _default_vpc(resource: Resource, _: int) -> dict[str, Any]:
    """The account brings it: its addresses stand nowhere."""
    return {"cidr": Unknown("the default VPC is the account's", trail=(resource.span,))}


def _default_subnet(resource: Resource, _: int) -> dict[str, Any]:
    why = Unknown("the default subnet is the account's", trail=(resource.span,))
    return {"cidr": why, "vpc": why}


ROUTE: Final[Paths] = {
    "destination": ("DestinationCidrBlock", "destination_cidr_block"),
    "destination_ipv6": ("DestinationIpv6CidrBlock", "destination_ipv6_cidr_block"),
    "prefix_list": ("DestinationPrefixListId", "destination_prefix_list_id"),
    "gateway": ("GatewayId", "gateway_id"),
    "nat_gateway": ("NatGatewayId", "nat_gateway_id"),
    "instance": ("InstanceId", "instance_id"),
    "interface": ("NetworkInterfaceId", "network_interface_id"),
    "transit_gateway": ("TransitGatewayId", "transit_gateway_id"),
    "peering": ("VpcPeeringConnectionId", "vpc_peering_connection_id"),
    "egress_only_gateway": ("EgressOnlyInternetGatewayId", "egress_only_gateway_id"),
    "endpoint": ("VpcEndpointId", "vpc_endpoint_id"),
    "local_gateway": ("LocalGatewayId", "local_gateway_id"),
    "carrier_gateway": ("CarrierGatewayId", "carrier_gateway_id"),
    "core_network": ("CoreNetworkArn", "core_network_arn"),
}
INNER_ROUTES: Final = Part(
    nodes.NetworkRoute,
    "route",
    ("", "route"),
    "table",
    {
        **ROUTE,
        "destination": ("", "cidr_block"),
        "destination_ipv6": ("", "ipv6_cidr_block"),
    },
)
RULE: Final[Paths] = {
    "protocol": ("IpProtocol", "protocol"),
    "from_port": ("FromPort", "from_port"),
    "to_port": ("ToPort", "to_port"),
    "cidrs": ("CidrIp", "cidr_blocks"),
    "ipv6_cidrs": ("CidrIpv6", "ipv6_cidr_blocks"),
}
VPC_RULE: Final[Paths] = {
    "group": ("", "security_group_id"),
    "protocol": ("", "ip_protocol"),
    "from_port": ("", "from_port"),
    "to_port": ("", "to_port"),
    "cidrs": ("", "cidr_ipv4"),
    "ipv6_cidrs": ("", "cidr_ipv6"),
    "prefix_lists": ("", "prefix_list_id"),
    "peers": ("", "referenced_security_group_id"),
}


def _inner_rules(direction: str, lists: tuple[str, str]) -> Part:
    peer = "SourceSecurityGroupId" if direction == "ingress" else "DestinationSecurityGroupId"
    prefix = "SourcePrefixListId" if direction == "ingress" else "DestinationPrefixListId"
    return Part(
        nodes.SecurityRule,
        direction,
        lists,
        "group",
        {
            **RULE,
            "prefix_lists": (prefix, "prefix_list_ids"),
            "peers": (peer, "security_groups"),
            "own_group": ("", "self"),
            "direction": ("", "", direction),
        },
    )


def _rule(direction: str, cloudformation: str, terraform: str) -> tuple[Kind, Kind]:
    part = _inner_rules(direction, ("", ""))
    paths: dict[str, Any] = {**part.attributes, "group": ("GroupId", "")}
    return (
        Kind(nodes.SecurityRule, cloudformation, "", paths),
        Kind(nodes.SecurityRule, "", terraform, {**VPC_RULE, "direction": ("", "", direction)}),
    )


def _gateway(gateway_type: str, cloudformation: str, terraform: str, **paths: tuple[str, str]) -> Kind:
    return Kind(nodes.Gateway, cloudformation, terraform, {**paths}, {"gateway_type": gateway_type})


KINDS: Final = (
    Kind(
        nodes.Vpc,
        "AWS::EC2::VPC",
        "aws_vpc",
        {"cidr": ("CidrBlock", "cidr_block"), "ipv6": ("", "assign_generated_ipv6_cidr_block", False)},
    ),
    Kind(nodes.Vpc, "", "aws_default_vpc", more=_default_vpc),
    Kind(
        nodes.VpcCidr,
        "AWS::EC2::VPCCidrBlock",
        "aws_vpc_ipv4_cidr_block_association aws_vpc_ipv6_cidr_block_association",
        {
            "vpc": ("VpcId", "vpc_id"),
            "cidr": ("CidrBlock", "cidr_block"),
            "ipv6": ("AmazonProvidedIpv6CidrBlock", "assign_generated_ipv6_cidr_block"),
        },
    ),
    Kind(
        nodes.Subnet,
        "AWS::EC2::Subnet",
        "aws_subnet",
        {
            "cidr": ("CidrBlock", "cidr_block"),
            "vpc": ("VpcId", "vpc_id"),
            "zone": ("AvailabilityZone", "availability_zone"),
            "zone_id": ("AvailabilityZoneId", "availability_zone_id"),
            "ipv6_cidr": ("Ipv6CidrBlock", "ipv6_cidr_block"),
            "ipv6_only": ("Ipv6Native", "ipv6_native", False),
            "public_addresses": ("MapPublicIpOnLaunch", "map_public_ip_on_launch", False),
        },
    ),
    Kind(
        nodes.Subnet,
        "",
        "aws_default_subnet",
        {"zone": ("", "availability_zone"), "public_addresses": ("", "map_public_ip_on_launch", True)},
        more=_default_subnet,
    ),
    Kind(
        nodes.RouteTable,
        "AWS::EC2::RouteTable",
        "aws_route_table",
        {"vpc": ("VpcId", "vpc_id")},
        parts=(INNER_ROUTES,),
        more=_table,
    ),
    Kind(
        nodes.RouteTable,
        "",
        "aws_default_route_table",
        {"vpc": ("", "default_route_table_id")},
        parts=(INNER_ROUTES,),
        more=_table,
    ),
    Kind(
        nodes.NetworkRoute,
        "AWS::EC2::Route",
        "aws_route",
        {"table": ("RouteTableId", "route_table_id"), **ROUTE},
    ),
    Kind(
        nodes.SubnetAssociation,
        "AWS::EC2::SubnetRouteTableAssociation",
        "aws_route_table_association",
        {
            "subnet": ("SubnetId", "subnet_id"),
            "table": ("RouteTableId", "route_table_id"),
            "gateway": ("", "gateway_id"),
        },
    ),
    Kind(
        nodes.SubnetAssociation,
        "",
        "aws_main_route_table_association",
        {"vpc": ("", "vpc_id"), "table": ("", "route_table_id")},
    ),
    _gateway("internet", "AWS::EC2::InternetGateway", "aws_internet_gateway", vpc=("", "vpc_id")),
    _gateway(
        "nat",
        "AWS::EC2::NatGateway",
        "aws_nat_gateway",
        subnet=("SubnetId", "subnet_id"),
        connectivity=("ConnectivityType", "connectivity_type"),
        vpc=("VpcId", "vpc_id"),
    ),
    _gateway(
        "egress-only", "AWS::EC2::EgressOnlyInternetGateway", "aws_egress_only_internet_gateway", vpc=("VpcId", "vpc_id")
    ),
    _gateway("transit", "AWS::EC2::TransitGateway", "aws_ec2_transit_gateway"),
    _gateway("vpn", "AWS::EC2::VPNGateway", "aws_vpn_gateway", vpc=("", "vpc_id")),
    _gateway("carrier", "AWS::EC2::CarrierGateway", "aws_ec2_carrier_gateway", vpc=("VpcId", "vpc_id")),
    Kind(
        nodes.GatewayAttachment,
        "AWS::EC2::VPCGatewayAttachment",
        "aws_internet_gateway_attachment",
        {"vpc": ("VpcId", "vpc_id"), "gateway": ("InternetGatewayId", "internet_gateway_id")},
    ),
    Kind(
        nodes.GatewayAttachment,
        "",
        "aws_vpn_gateway_attachment",
        {"vpc": ("", "vpc_id"), "gateway": ("", "vpn_gateway_id")},
    ),
    Kind(
        nodes.GatewayAttachment,
        "AWS::EC2::TransitGatewayAttachment AWS::EC2::TransitGatewayVpcAttachment",
        "aws_ec2_transit_gateway_vpc_attachment",
        {
            "vpc": ("VpcId", "vpc_id"),
            "transit_gateway": ("TransitGatewayId", "transit_gateway_id"),
            "subnets": ("SubnetIds", "subnet_ids"),
        },
    ),
    Kind(
        nodes.Peering,
        "AWS::EC2::VPCPeeringConnection",
        "aws_vpc_peering_connection",
        {"vpc": ("VpcId", "vpc_id"), "peer_vpc": ("PeerVpcId", "peer_vpc_id")},
    ),
    Kind(
        nodes.VpcEndpoint,
        "AWS::EC2::VPCEndpoint",
        "aws_vpc_endpoint",
        {
            "vpc": ("VpcId", "vpc_id"),
            "service": ("ServiceName", "service_name"),
            "endpoint_type": ("VpcEndpointType", "vpc_endpoint_type", "Gateway"),
            "subnets": ("SubnetIds", "subnet_ids"),
            "security_groups": ("SecurityGroupIds", "security_group_ids"),
            "route_tables": ("RouteTableIds", "route_table_ids"),
            "private_dns": ("PrivateDnsEnabled", "private_dns_enabled"),
            "policy": ("PolicyDocument", "policy"),
        },
    ),
    Kind(
        nodes.EndpointRoute,
        "",
        "aws_vpc_endpoint_route_table_association",
        {"endpoint": ("", "vpc_endpoint_id"), "table": ("", "route_table_id")},
    ),
    Kind(
        nodes.SecurityGroup,
        "AWS::EC2::SecurityGroup",
        "aws_security_group aws_default_security_group",
        {"group_name": ("GroupName", "name"), "vpc": ("VpcId", "vpc_id")},
        parts=(
            _inner_rules("ingress", ("SecurityGroupIngress", "ingress")),
            _inner_rules("egress", ("SecurityGroupEgress", "egress")),
        ),
        more=_group,
    ),
    *_rule("ingress", "AWS::EC2::SecurityGroupIngress", "aws_vpc_security_group_ingress_rule"),
    *_rule("egress", "AWS::EC2::SecurityGroupEgress", "aws_vpc_security_group_egress_rule"),
    Kind(
        nodes.SecurityRule,
        "",
        "aws_security_group_rule",
        {
            **RULE,
            "group": ("", "security_group_id"),
            "direction": ("", "type"),
            "prefix_lists": ("", "prefix_list_ids"),
            "peers": ("", "source_security_group_id"),
            "own_group": ("", "self"),
        },
    ),
)
