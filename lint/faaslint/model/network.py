"""Networks, and what lives in them: subnets, routes, gateways, security groups, databases, caches, file systems."""

from __future__ import annotations

from .node import Node
from .record import record
from .value import ABSENT, CLOSED, Openness, Value


@record(frozen=False, eq=False, kw_only=True)
class Vpc(Node):
    """A virtual private cloud."""

    cidr: Value = ABSENT
    ipv6: Value = ABSENT
    """Whether Amazon assigns it an IPv6 block (Terraform; CloudFormation has a resource for it)."""
    default_security_group: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class VpcCidr(Node):
    """A further address block of a VPC."""

    vpc: Value = ABSENT
    cidr: Value = ABSENT
    ipv6: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Subnet(Node):
    """A subnet. ``cidr`` is its IPv4 block."""

    cidr: Value = ABSENT
    vpc: Value = ABSENT
    zone: Value = ABSENT
    """The name of its availability zone."""
    zone_id: Value = ABSENT
    ipv6_cidr: Value = ABSENT
    ipv6_only: Value = ABSENT
    public_addresses: Value = ABSENT
    """Whether instances that are launched there get a public address. Functions never do."""


@record(frozen=False, eq=False, kw_only=True)
class RouteTable(Node):
    """A route table. Its routes are NetworkRoute nodes, whether they stand inside it or apart."""

    vpc: Value = ABSENT
    routes_openness: Openness = CLOSED
    """Whether the routes that stand inside it are all known."""
    is_default: bool = False
    """Whether it is the VPC's own main table, which the resource only takes over (Terraform)."""


@record(frozen=False, eq=False, kw_only=True)
class NetworkRoute(Node):
    """A route: where packets for a destination go. Exactly one of the targets is set."""

    table: Value = ABSENT
    destination: Value = ABSENT
    """An IPv4 block."""
    destination_ipv6: Value = ABSENT
    prefix_list: Value = ABSENT
    gateway: Value = ABSENT
    """An internet or virtual private gateway."""
    nat_gateway: Value = ABSENT
    instance: Value = ABSENT
    interface: Value = ABSENT
    transit_gateway: Value = ABSENT
    peering: Value = ABSENT
    egress_only_gateway: Value = ABSENT
    endpoint: Value = ABSENT
    """A gateway load balancer's or firewall's endpoint."""
    local_gateway: Value = ABSENT
    carrier_gateway: Value = ABSENT
    core_network: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class SubnetAssociation(Node):
    """Which route table a subnet uses; with ``vpc`` instead of a subnet, which one is the VPC's main table."""

    subnet: Value = ABSENT
    table: Value = ABSENT
    gateway: Value = ABSENT
    vpc: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Gateway(Node):
    """A way out of a VPC: ``gateway_type`` is internet, nat, egress-only, transit, vpn, customer, local or carrier."""

    gateway_type: str = ""
    vpc: Value = ABSENT
    subnet: Value = ABSENT
    """Where a NAT gateway lives."""
    connectivity: Value = ABSENT
    """``public`` or ``private``: NAT gateways."""


@record(frozen=False, eq=False, kw_only=True)
class GatewayAttachment(Node):
    """A gateway's attachment to a VPC."""

    vpc: Value = ABSENT
    gateway: Value = ABSENT
    transit_gateway: Value = ABSENT
    subnets: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Peering(Node):
    """A peering connection of two VPCs."""

    vpc: Value = ABSENT
    peer_vpc: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class VpcEndpoint(Node):
    """An endpoint of an AWS service inside a VPC."""

    vpc: Value = ABSENT
    service: Value = ABSENT
    """``com.amazonaws.<region>.<service>``."""
    endpoint_type: Value = ABSENT
    """``Gateway``, ``Interface``, ``GatewayLoadBalancer``; ABSENT stands for ``Gateway``."""
    subnets: Value = ABSENT
    security_groups: Value = ABSENT
    route_tables: Value = ABSENT
    private_dns: Value = ABSENT
    policy: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EndpointRoute(Node):
    """A gateway endpoint's association with a route table, as a resource of its own (Terraform)."""

    endpoint: Value = ABSENT
    table: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class SecurityGroup(Node):
    """A security group. Its rules are SecurityRule nodes, whether they stand inside it or apart."""

    group_name: Value = ABSENT
    vpc: Value = ABSENT
    ingress_openness: Openness = CLOSED
    """Whether the rules that stand inside it are all known."""
    egress_openness: Openness = CLOSED


@record(frozen=False, eq=False, kw_only=True)
class SecurityRule(Node):
    """A rule of a security group. ``direction`` is ``ingress`` or ``egress``, Unknown where the file leaves it open.

    The other side is any of ``cidrs``, ``ipv6_cidrs``, ``prefix_lists``, ``peers`` (security groups) or, with
    ``own_group``, the group itself.
    """

    group: Value = ABSENT
    direction: Value = ABSENT
    protocol: Value = ABSENT
    """``tcp``, ``udp``, a number, or ``-1`` for all."""
    from_port: Value = ABSENT
    to_port: Value = ABSENT
    cidrs: Value = ABSENT
    ipv6_cidrs: Value = ABSENT
    prefix_lists: Value = ABSENT
    peers: Value = ABSENT
    own_group: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Database(Node):
    """A database instance or cluster, or a cache.

    ``family`` is ``rds``, ``rds-cluster``, ``rds-cluster-instance``, ``neptune``, ``redshift``, ``elasticache`` or
    ``memorydb``.
    """

    family: str = ""
    identifier: Value = ABSENT
    engine: Value = ABSENT
    instance_class: Value = ABSENT
    port: Value = ABSENT
    public: Value = ABSENT
    """Whether it is reachable from outside its VPC."""
    security_groups: Value = ABSENT
    subnets: Value = ABSENT
    subnet_group: Value = ABSENT
    cluster: Value = ABSENT
    """The cluster that an instance belongs to."""
    parameters: Value = ABSENT
    """The name of its parameter group."""
    kms_key: Value = ABSENT
    data_api: Value = ABSENT
    """Whether its HTTP endpoint is on (it can be reached without the network)."""
    iam_authentication: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class SubnetGroup(Node):
    """A group of subnets for databases or caches."""

    group_name: Value = ABSENT
    subnets: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Proxy(Node):
    """An RDS proxy."""

    proxy_name: Value = ABSENT
    role: Value = ABSENT
    subnets: Value = ABSENT
    security_groups: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class ProxyTarget(Node):
    """The databases that a proxy stands before."""

    proxy: Value = ABSENT
    clusters: Value = ABSENT
    instances: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class FileSystem(Node):
    """An EFS file system."""

    encrypted: Value = ABSENT
    kms_key: Value = ABSENT
    policy: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class AccessPoint(Node):
    """An access point of a file system."""

    file_system: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class MountTarget(Node):
    """A file system's address in a subnet."""

    file_system: Value = ABSENT
    subnet: Value = ABSENT
    security_groups: Value = ABSENT
