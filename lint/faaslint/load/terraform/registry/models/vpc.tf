# terraform-aws-modules/vpc/aws: a VPC, its public, private, database and intra subnets, and the ways out of them.

inputs {
  create_vpc                         = true
  region                             = null
  name                               = ""
  cidr                               = "10.0.0.0/16"
  use_ipam_pool                      = false
  azs                                = []
  enable_dns_hostnames               = true
  enable_dns_support                 = true
  public_subnets                     = []
  private_subnets                    = []
  database_subnets                   = []
  intra_subnets                      = []
  elasticache_subnets                = []
  redshift_subnets                   = []
  manage_default_security_group      = true
  map_public_ip_on_launch            = false
  create_igw                         = true
  enable_nat_gateway                 = false
  single_nat_gateway                 = false
  one_nat_gateway_per_az             = false
  create_database_subnet_route_table = false
}

locals {
  widest = max(length(var.private_subnets), length(var.database_subnets), length(var.elasticache_subnets), length(var.redshift_subnets))
  # One NAT gateway, or one a zone, or one a subnet: the private route tables follow it, whether there are gateways or not.
  gateways = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : local.widest
  outward  = var.create_vpc && var.create_igw && length(var.public_subnets) > 0
}

resource "aws_vpc" "this" {
  count = var.create_vpc ? 1 : 0

  region               = var.region
  cidr_block           = var.use_ipam_pool ? null : var.cidr
  enable_dns_hostnames = var.enable_dns_hostnames
  enable_dns_support   = var.enable_dns_support
}

resource "aws_default_security_group" "this" {
  count = var.create_vpc && var.manage_default_security_group ? 1 : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_subnet" "public" {
  count = var.create_vpc ? length(var.public_subnets) : 0

  vpc_id                  = aws_vpc.this[0].id
  cidr_block              = element(var.public_subnets, count.index)
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = var.map_public_ip_on_launch
}

resource "aws_subnet" "private" {
  count = var.create_vpc ? length(var.private_subnets) : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = element(var.private_subnets, count.index)
  availability_zone = try(element(var.azs, count.index), null)
}

resource "aws_subnet" "database" {
  count = var.create_vpc ? length(var.database_subnets) : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = element(var.database_subnets, count.index)
  availability_zone = try(element(var.azs, count.index), null)
}

resource "aws_subnet" "elasticache" {
  count = var.create_vpc ? length(var.elasticache_subnets) : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = element(var.elasticache_subnets, count.index)
  availability_zone = try(element(var.azs, count.index), null)
}

resource "aws_subnet" "redshift" {
  count = var.create_vpc ? length(var.redshift_subnets) : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = element(var.redshift_subnets, count.index)
  availability_zone = try(element(var.azs, count.index), null)
}

resource "aws_subnet" "intra" {
  count = var.create_vpc ? length(var.intra_subnets) : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = element(var.intra_subnets, count.index)
  availability_zone = try(element(var.azs, count.index), null)
}

resource "aws_internet_gateway" "this" {
  count = local.outward ? 1 : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_route_table" "public" {
  count = var.create_vpc && length(var.public_subnets) > 0 ? 1 : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_route_table" "private" {
  count = var.create_vpc && local.widest > 0 ? local.gateways : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_route_table" "intra" {
  count = var.create_vpc && length(var.intra_subnets) > 0 ? 1 : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_route_table_association" "public" {
  count = var.create_vpc ? length(var.public_subnets) : 0

  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_route_table_association" "private" {
  count = var.create_vpc ? length(var.private_subnets) : 0

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route_table_association" "database" {
  count = var.create_vpc && !var.create_database_subnet_route_table ? length(var.database_subnets) : 0

  subnet_id      = aws_subnet.database[count.index].id
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route_table_association" "intra" {
  count = var.create_vpc ? length(var.intra_subnets) : 0

  subnet_id      = aws_subnet.intra[count.index].id
  route_table_id = aws_route_table.intra[0].id
}

resource "aws_route" "public_internet_gateway" {
  count = local.outward ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_nat_gateway" "this" {
  count = var.create_vpc && var.enable_nat_gateway ? local.gateways : 0

  subnet_id = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route" "private_nat_gateway" {
  count = var.create_vpc && var.enable_nat_gateway && local.widest > 0 ? local.gateways : 0

  route_table_id         = element(aws_route_table.private[*].id, count.index)
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
}

outputs {
  vpc_id                       = try(aws_vpc.this[0].id, null)
  vpc_arn                      = try(aws_vpc.this[0].arn, null)
  vpc_cidr_block               = try(aws_vpc.this[0].cidr_block, null)
  default_security_group_id    = try(aws_vpc.this[0].default_security_group_id, null)
  default_route_table_id       = try(aws_vpc.this[0].default_route_table_id, null)
  vpc_main_route_table_id      = try(aws_vpc.this[0].main_route_table_id, null)
  public_subnets               = aws_subnet.public[*].id
  public_subnet_arns           = aws_subnet.public[*].arn
  public_subnets_cidr_blocks   = aws_subnet.public[*].cidr_block
  public_route_table_ids       = aws_route_table.public[*].id
  private_subnets              = aws_subnet.private[*].id
  private_subnet_arns          = aws_subnet.private[*].arn
  private_subnets_cidr_blocks  = aws_subnet.private[*].cidr_block
  private_route_table_ids      = aws_route_table.private[*].id
  database_subnets             = aws_subnet.database[*].id
  database_subnets_cidr_blocks = aws_subnet.database[*].cidr_block
  elasticache_subnets          = aws_subnet.elasticache[*].id
  redshift_subnets             = aws_subnet.redshift[*].id
  intra_subnets                = aws_subnet.intra[*].id
  intra_subnets_cidr_blocks    = aws_subnet.intra[*].cidr_block
  intra_route_table_ids        = aws_route_table.intra[*].id
  natgw_ids                    = aws_nat_gateway.this[*].id
  igw_id                       = try(aws_internet_gateway.this[0].id, null)
  azs                          = var.azs
  name                         = var.name
}
