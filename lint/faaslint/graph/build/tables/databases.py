"""Databases, caches and file systems that live in a network."""

from __future__ import annotations

from typing import Final

from ....model import nodes
from ..table import Kind, Paths


def _database(family: str, cloudformation: str, terraform: str, paths: Paths) -> Kind:
    return Kind(nodes.Database, cloudformation, terraform, paths, {"family": family})


KINDS: Final = (
    _database(
        "rds",
        "AWS::RDS::DBInstance",
        "aws_db_instance",
        {
            "identifier": ("DBInstanceIdentifier", "identifier"),
            "engine": ("Engine", "engine"),
            "instance_class": ("DBInstanceClass", "instance_class"),
            "port": ("Port", "port"),
            "public": ("PubliclyAccessible", "publicly_accessible"),
            "security_groups": ("VPCSecurityGroups", "vpc_security_group_ids"),
            "subnet_group": ("DBSubnetGroupName", "db_subnet_group_name"),
            "cluster": ("DBClusterIdentifier", ""),
            "parameters": ("DBParameterGroupName", "parameter_group_name"),
            "kms_key": ("KmsKeyId", "kms_key_id"),
            "iam_authentication": ("EnableIAMDatabaseAuthentication", "iam_database_authentication_enabled", False),
        },
    ),
    _database(
        "rds-cluster",
        "AWS::RDS::DBCluster",
        "aws_rds_cluster",
        {
            "identifier": ("DBClusterIdentifier", "cluster_identifier"),
            "engine": ("Engine", "engine"),
            "port": ("Port", "port"),
            "public": ("PubliclyAccessible", ""),
            "security_groups": ("VpcSecurityGroupIds", "vpc_security_group_ids"),
            "subnet_group": ("DBSubnetGroupName", "db_subnet_group_name"),
            "parameters": ("DBClusterParameterGroupName", "db_cluster_parameter_group_name"),
            "kms_key": ("KmsKeyId", "kms_key_id"),
            "data_api": ("EnableHttpEndpoint", "enable_http_endpoint", False),
            "iam_authentication": ("EnableIAMDatabaseAuthentication", "iam_database_authentication_enabled", False),
        },
    ),
    _database(
        "rds-cluster-instance",
        "",
        "aws_rds_cluster_instance",
        {
            "identifier": ("", "identifier"),
            "engine": ("", "engine"),
            "instance_class": ("", "instance_class"),
            "public": ("", "publicly_accessible"),
            "cluster": ("", "cluster_identifier"),
            "subnet_group": ("", "db_subnet_group_name"),
        },
    ),
    _database(
        "redshift",
        "AWS::Redshift::Cluster",
        "aws_redshift_cluster",
        {
            "identifier": ("ClusterIdentifier", "cluster_identifier"),
            "port": ("Port", "port", 5439),
            "public": ("PubliclyAccessible", "publicly_accessible"),
            "security_groups": ("VpcSecurityGroupIds", "vpc_security_group_ids"),
            "subnet_group": ("ClusterSubnetGroupName", "cluster_subnet_group_name"),
        },
    ),
    _database(
        "neptune",
        "AWS::Neptune::DBCluster",
        "aws_neptune_cluster",
        {
            "identifier": ("DBClusterIdentifier", "cluster_identifier"),
            "port": ("DBPort", "port", 8182),
            "security_groups": ("VpcSecurityGroupIds", "vpc_security_group_ids"),
            "subnet_group": ("DBSubnetGroupName", "neptune_subnet_group_name"),
        },
    ),
    _database(
        "elasticache",
        "AWS::ElastiCache::CacheCluster",
        "aws_elasticache_cluster",
        {
            "identifier": ("ClusterName", "cluster_id"),
            "engine": ("Engine", "engine"),
            "instance_class": ("CacheNodeType", "node_type"),
            "port": ("Port", "port"),
            "security_groups": ("VpcSecurityGroupIds", "security_group_ids"),
            "subnet_group": ("CacheSubnetGroupName", "subnet_group_name"),
        },
    ),
    _database(
        "elasticache",
        "AWS::ElastiCache::ReplicationGroup",
        "aws_elasticache_replication_group",
        {
            "identifier": ("ReplicationGroupId", "replication_group_id"),
            "engine": ("Engine", "engine", "redis"),
            "instance_class": ("CacheNodeType", "node_type"),
            "port": ("Port", "port", 6379),
            "security_groups": ("SecurityGroupIds", "security_group_ids"),
            "subnet_group": ("CacheSubnetGroupName", "subnet_group_name"),
        },
    ),
    _database(
        "elasticache",
        "AWS::ElastiCache::ServerlessCache",
        "aws_elasticache_serverless_cache",
        {
            "identifier": ("ServerlessCacheName", "name"),
            "engine": ("Engine", "engine"),
            "security_groups": ("SecurityGroupIds", "security_group_ids"),
            "subnets": ("SubnetIds", "subnet_ids"),
        },
    ),
    _database(
        "memorydb",
        "AWS::MemoryDB::Cluster",
        "aws_memorydb_cluster",
        {
            "identifier": ("ClusterName", "name"),
            "port": ("Port", "port", 6379),
            "security_groups": ("SecurityGroupIds", "security_group_ids"),
            "subnet_group": ("SubnetGroupName", "subnet_group_name"),
        },
    ),
    Kind(
        nodes.SubnetGroup,
        "AWS::RDS::DBSubnetGroup",
        "aws_db_subnet_group",
        {"group_name": ("DBSubnetGroupName", "name"), "subnets": ("SubnetIds", "subnet_ids")},
    ),
    Kind(
        nodes.SubnetGroup,
        "AWS::ElastiCache::SubnetGroup",
        "aws_elasticache_subnet_group",
        {"group_name": ("CacheSubnetGroupName", "name"), "subnets": ("SubnetIds", "subnet_ids")},
    ),
    Kind(
        nodes.SubnetGroup,
        "AWS::DocDB::DBSubnetGroup AWS::Neptune::DBSubnetGroup",
        "aws_docdb_subnet_group aws_neptune_subnet_group",
        {"group_name": ("DBSubnetGroupName", "name"), "subnets": ("SubnetIds", "subnet_ids")},
    ),
    Kind(
        nodes.Proxy,
        "AWS::RDS::DBProxy",
        "aws_db_proxy",
        {
            "proxy_name": ("DBProxyName", "name"),
            "role": ("RoleArn", "role_arn"),
            "subnets": ("VpcSubnetIds", "vpc_subnet_ids"),
            "security_groups": ("VpcSecurityGroupIds", "vpc_security_group_ids"),
        },
    ),
    Kind(
        nodes.ProxyTarget,
        "AWS::RDS::DBProxyTargetGroup",
        "aws_db_proxy_target",
        {
            "proxy": ("DBProxyName", "db_proxy_name"),
            "clusters": ("DBClusterIdentifiers", "db_cluster_identifier"),
            "instances": ("DBInstanceIdentifiers", "db_instance_identifier"),
        },
    ),
    Kind(
        nodes.FileSystem,
        "AWS::EFS::FileSystem",
        "aws_efs_file_system",
        {
            "encrypted": ("Encrypted", "encrypted"),
            "kms_key": ("KmsKeyId", "kms_key_id"),
            "policy": ("FileSystemPolicy", ""),
        },
    ),
    Kind(
        nodes.AccessPoint,
        "AWS::EFS::AccessPoint",
        "aws_efs_access_point",
        {"file_system": ("FileSystemId", "file_system_id")},
    ),
    Kind(
        nodes.MountTarget,
        "AWS::EFS::MountTarget",
        "aws_efs_mount_target",
        {
            "file_system": ("FileSystemId", "file_system_id"),
            "subnet": ("SubnetId", "subnet_id"),
            "security_groups": ("SecurityGroups", "security_groups"),
        },
    ),
)
