"""FL605 and FL604: every way out of a VPC, and what is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from faaslint import api

MAIN = """\
resource "aws_vpc" "network" {{
  cidr_block = "10.0.0.0/16"
}}

resource "aws_security_group" "outward" {{
  vpc_id = aws_vpc.network.id

  egress {{
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}

resource "aws_subnet" "a" {{
  vpc_id     = aws_vpc.network.id
  cidr_block = "10.0.1.0/24"
}}

resource "aws_route_table" "a" {{
  vpc_id = aws_vpc.network.id
}}

resource "aws_route_table_association" "a" {{
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.a.id
}}

data "archive_file" "package" {{
  type        = "zip"
  source_file = "${{path.module}}/index.py"
  output_path = "${{path.module}}/package.zip"
}}

resource "aws_lambda_function" "worker" {{
  function_name = "worker"
  role          = "arn:aws:iam::123456789012:role/worker"
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = data.archive_file.package.output_path

  vpc_config {{
    subnet_ids                  = [aws_subnet.a.id]
    security_group_ids          = [aws_security_group.outward.id]
    ipv6_allowed_for_dual_stack = {dual_stack}
  }}
}}
"""

HANDLER = """\
import boto3

table = boto3.resource("dynamodb"{endpoint}).Table("orders")


def handler(event, context):
    table.put_item(Item=event)
"""


def route(target: str, destination: str = 'destination_cidr_block = "0.0.0.0/0"') -> str:
    return f'resource "aws_route" "out" {{\n  route_table_id = aws_route_table.a.id\n  {destination}\n  {target}\n}}\n'


def endpoint(service: str, **more: str) -> str:
    lines = "".join(f"  {name} = {value}\n" for name, value in more.items())
    name = f"com.amazonaws.eu-west-1.{service}"
    return f'resource "aws_vpc_endpoint" "e" {{\n  vpc_id = aws_vpc.network.id\n  service_name = "{name}"\n{lines}}}\n'


def spoken(folder: Path, more: str, *, dual_stack: bool = False, endpoint_url: str = "") -> list[str]:
    (folder / "main.tf").write_text(MAIN.format(dual_stack=str(dual_stack).lower()) + more, encoding="utf-8")
    (folder / "index.py").write_text(HANDLER.format(endpoint=endpoint_url), encoding="utf-8")
    request = api.Request(folder=folder, as_of=date(2026, 11, 21), select=("FL604", "FL605"))
    return [finding.rule for finding in api.check(request).findings]


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(route('nat_gateway_id = "nat-0a1b2c3d"'), id="a NAT gateway"),
        pytest.param(route('network_interface_id = "eni-0a1b2c3d"'), id="a NAT instance"),
        pytest.param(route('transit_gateway_id = "tgw-0a1b2c3d"'), id="a transit gateway"),
        pytest.param(route('gateway_id = "vgw-0a1b2c3d"'), id="a virtual private gateway"),
        pytest.param(route('vpc_endpoint_id = "vpce-0a1b2c3d"'), id="a firewall's endpoint"),
        pytest.param(endpoint("dynamodb", route_table_ids="[aws_route_table.a.id]"), id="the service's gateway endpoint"),
        pytest.param(
            endpoint("dynamodb")
            + 'resource "aws_vpc_endpoint_route_table_association" "e" {\n'
            + "  route_table_id  = aws_route_table.a.id\n  vpc_endpoint_id = aws_vpc_endpoint.e.id\n}\n",
            id="the service's gateway endpoint, associated apart",
        ),
        pytest.param(endpoint("dynamodb", vpc_endpoint_type='"Interface"'), id="the service's interface endpoint"),
    ],
)
def test_ways_out(way: str, tmp_path: Path) -> None:
    assert spoken(tmp_path, way) == []


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("", id="nothing"),
        pytest.param(
            route('transit_gateway_id = "tgw-0a1b2c3d"', 'destination_cidr_block = "10.8.0.0/16"'),
            id="a way to a private network",
        ),
        pytest.param(route('gateway_id = "igw-0a1b2c3d"'), id="an internet gateway"),
        pytest.param(endpoint("sqs", vpc_endpoint_type='"Interface"'), id="another service's endpoint"),
        pytest.param(endpoint("dynamodb"), id="a gateway endpoint for other route tables"),
    ],
)
def test_what_is_no_way_out(way: str, tmp_path: Path) -> None:
    assert spoken(tmp_path, way) == ["FL605"]


IPV6 = route('egress_only_gateway_id = "eigw-0a1b2c3d"', 'destination_ipv6_cidr_block = "::/0"')


def test_an_egress_only_gateway_serves_dual_stack_functions(tmp_path: Path) -> None:
    assert spoken(tmp_path, IPV6, dual_stack=True) == []
    assert spoken(tmp_path, IPV6, dual_stack=False) == ["FL605"]


def test_a_client_with_an_address_of_its_own_is_left_alone(tmp_path: Path) -> None:
    assert (
        spoken(tmp_path, "", endpoint_url=', endpoint_url="https://vpce-0a1b2c3d.dynamodb.eu-west-1.vpce.amazonaws.com"')
        == []
    )


def test_a_route_to_something_unknown_may_lead_out(tmp_path: Path) -> None:
    unknown = 'variable "nat" {\n  type = string\n}\n'
    assert spoken(tmp_path, unknown + route("gateway_id = var.nat")) == []
