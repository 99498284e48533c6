"""Where policy documents stand: apart from what they are on, inside it, or inside an identity that is no role.

The properties are those of CloudFormation's resource schemas and of the AWS provider's documentation. Roles and the policies
that may be theirs are in ``access`` beside this package. Left out are documents in other languages (Cedar, OpenSearch
Serverless, data protection, scaling and life cycle policies) and policies that are written as lists of arguments.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ....model import nodes
from ..table import Kind


def _policy(cloudformation: str, terraform: str, resources: tuple[str, str], document: tuple[str, str]) -> Kind:
    return Kind(nodes.ResourcePolicy, cloudformation, terraform, {"resources": resources, "document": document})


def _in_cloudformation(type_name: str, resources: str, document: str) -> Kind:
    return _policy(type_name, "", (resources, ""), (document, ""))


def _in_terraform(type_name: str, resources: str, document: str) -> Kind:
    return _policy("", type_name, ("", resources), ("", document))


KINDS: Final = (
    _policy("AWS::SQS::QueuePolicy", "aws_sqs_queue_policy", ("Queues", "queue_url"), ("PolicyDocument", "policy")),
    _in_cloudformation("AWS::SQS::QueueInlinePolicy", "Queue", "PolicyDocument"),
    _policy("AWS::SNS::TopicPolicy", "aws_sns_topic_policy", ("Topics", "arn"), ("PolicyDocument", "policy")),
    _in_cloudformation("AWS::SNS::TopicInlinePolicy", "TopicArn", "PolicyDocument"),
    _policy("AWS::S3::BucketPolicy", "aws_s3_bucket_policy", ("Bucket", "bucket"), ("PolicyDocument", "policy")),
    _in_terraform("aws_kms_key_policy", "key_id", "policy"),
    _policy(
        "AWS::SecretsManager::ResourcePolicy",
        "aws_secretsmanager_secret_policy",
        ("SecretId", "secret_arn"),
        ("ResourcePolicy", "policy"),
    ),
    _policy(
        "AWS::Kinesis::ResourcePolicy",
        "aws_kinesis_resource_policy",
        ("ResourceArn", "resource_arn"),
        ("ResourcePolicy", "policy"),
    ),
    _in_terraform("aws_dynamodb_resource_policy", "resource_arn", "policy"),
    _in_terraform("aws_efs_file_system_policy", "file_system_id", "policy"),
    _in_terraform("aws_api_gateway_rest_api_policy", "rest_api_id", "policy"),
    _in_terraform("aws_cloudwatch_event_bus_policy", "event_bus_name", "policy"),
    _in_cloudformation("AWS::Lambda::ResourcePolicy", "ResourceArn", "PolicyDocument"),
    _in_terraform("aws_vpc_endpoint_policy", "vpc_endpoint_id", "policy"),
    _in_cloudformation("AWS::Events::EventBusPolicy", "EventBusName", "Statement"),
    # Registries and artifacts
    _policy("AWS::ECR::RegistryPolicy", "aws_ecr_registry_policy", ("", ""), ("PolicyText", "policy")),
    _in_terraform("aws_ecr_repository_policy", "repository", "policy"),
    _in_terraform("aws_ecrpublic_repository_policy", "repository_name", "policy"),
    _in_terraform("aws_codeartifact_domain_permissions_policy", "domain", "policy_document"),
    _in_terraform("aws_codeartifact_repository_permissions_policy", "repository", "policy_document"),
    _policy(
        "AWS::EventSchemas::RegistryPolicy",
        "aws_schemas_registry_policy",
        ("RegistryName", "registry_name"),
        ("Policy", "policy"),
    ),
    _in_terraform("aws_sagemaker_model_package_group_policy", "model_package_group_name", "resource_policy"),
    # Search
    _in_terraform("aws_elasticsearch_domain_policy", "domain_name", "access_policies"),
    _in_terraform("aws_opensearch_domain_policy", "domain_name", "access_policies"),
    _in_terraform("aws_cloudsearch_domain_service_access_policy", "domain_name", "access_policy"),
    # Logs, traces and metrics
    _policy(
        "AWS::Logs::ResourcePolicy",
        "aws_cloudwatch_log_resource_policy",
        ("", "resource_arn"),
        ("PolicyDocument", "policy_document"),
    ),
    _in_terraform("aws_cloudwatch_log_destination_policy", "destination_name", "access_policy"),
    _in_terraform(
        "aws_cloudwatch_log_delivery_destination_policy", "delivery_destination_name", "delivery_destination_policy"
    ),
    _in_cloudformation("AWS::CloudTrail::ResourcePolicy", "ResourceArn", "ResourcePolicy"),
    _in_terraform("aws_oam_sink_policy", "sink_identifier", "policy"),
    _policy(
        "AWS::APS::ResourcePolicy",
        "aws_prometheus_resource_policy",
        ("WorkspaceArn", "workspace_id"),
        ("PolicyDocument", "policy_document"),
    ),
    _policy("AWS::XRay::ResourcePolicy", "aws_xray_resource_policy", ("", ""), ("PolicyDocument", "policy_document")),
    # Storage and backups
    _in_terraform("aws_backup_vault_policy", "backup_vault_name", "policy"),
    _in_terraform("aws_glacier_vault_lock", "vault_name", "policy"),
    _in_terraform("aws_s3control_access_point_policy", "access_point_arn", "policy"),
    _in_terraform("aws_s3control_access_grants_instance_resource_policy", "", "policy"),
    _policy(
        "AWS::S3Outposts::BucketPolicy", "aws_s3control_bucket_policy", ("Bucket", "bucket"), ("PolicyDocument", "policy")
    ),
    _policy(
        "AWS::S3::MultiRegionAccessPointPolicy",
        "aws_s3control_multi_region_access_point_policy",
        ("MrapName", "details.name"),
        ("Policy", "details.policy"),
    ),
    _policy(
        "AWS::S3ObjectLambda::AccessPointPolicy",
        "aws_s3control_object_lambda_access_point_policy",
        ("ObjectLambdaAccessPoint", "name"),
        ("PolicyDocument", "policy"),
    ),
    _in_cloudformation("AWS::S3Express::BucketPolicy", "Bucket", "PolicyDocument"),
    _policy(
        "AWS::S3Tables::TableBucketPolicy",
        "aws_s3tables_table_bucket_policy",
        ("TableBucketARN", "table_bucket_arn"),
        ("ResourcePolicy", "resource_policy"),
    ),
    _policy(
        "AWS::S3Tables::TablePolicy",
        "aws_s3tables_table_policy",
        ("TableARN", "name"),
        ("ResourcePolicy", "resource_policy"),
    ),
    _policy(
        "AWS::S3Vectors::VectorBucketPolicy",
        "aws_s3vectors_vector_bucket_policy",
        ("VectorBucketArn", "vector_bucket_arn"),
        ("Policy", "policy"),
    ),
    # Data
    _in_terraform("aws_glue_resource_policy", "", "policy"),
    _policy("AWS::MSK::ClusterPolicy", "aws_msk_cluster_policy", ("ClusterArn", "cluster_arn"), ("Policy", "policy")),
    _in_terraform("aws_redshift_resource_policy", "resource_arn", "policy"),
    _in_terraform("aws_redshiftserverless_resource_policy", "resource_arn", "policy"),
    # Network
    _in_terraform("aws_networkfirewall_resource_policy", "resource_arn", "policy"),
    _policy(
        "AWS::VpcLattice::AuthPolicy",
        "aws_vpclattice_auth_policy",
        ("ResourceIdentifier", "resource_identifier"),
        ("Policy", "policy"),
    ),
    _policy(
        "AWS::VpcLattice::ResourcePolicy",
        "aws_vpclattice_resource_policy",
        ("ResourceArn", "resource_arn"),
        ("Policy", "policy"),
    ),
    # Mail, media, models, and the rest
    _in_terraform("aws_ses_identity_policy", "identity", "policy"),
    _in_terraform("aws_sesv2_email_identity_policy", "email_identity", "policy"),
    _in_terraform("aws_media_store_container_policy", "container_name", "policy"),
    _in_cloudformation("AWS::MediaPackageV2::ChannelPolicy", "ChannelName", "Policy"),
    _in_cloudformation("AWS::MediaPackageV2::OriginEndpointPolicy", "OriginEndpointName", "Policy"),
    _in_cloudformation("AWS::MediaTailor::ChannelPolicy", "ChannelName", "Policy"),
    _in_cloudformation("AWS::Bedrock::ResourcePolicy", "ResourceArn", "PolicyDocument"),
    _in_cloudformation("AWS::BedrockAgentCore::ResourcePolicy", "ResourceArn", "Policy"),
    _in_cloudformation("AWS::Lex::ResourcePolicy", "ResourceArn", "Policy"),
    _in_terraform("aws_acmpca_policy", "resource_arn", "policy"),
    _in_terraform("aws_codebuild_resource_policy", "resource_arn", "policy"),
    _policy("AWS::Organizations::ResourcePolicy", "aws_organizations_resource_policy", ("", ""), ("Content", "content")),
    _in_cloudformation("AWS::SSM::ResourcePolicy", "ResourceArn", "Policy"),
)
"""Policies of resources that stand apart from them."""

INSIDE: Final[dict[str, tuple[str, ...]]] = {
    "AWS::ApiGateway::DomainNameV2": ("Policy",),
    "AWS::ApiGateway::RestApi": ("Policy",),
    "AWS::Backup::BackupVault": ("AccessPolicy",),
    "AWS::Backup::LogicallyAirGappedBackupVault": ("AccessPolicy",),
    "AWS::CodeArtifact::Domain": ("PermissionsPolicyDocument",),
    "AWS::CodeArtifact::Repository": ("PermissionsPolicyDocument",),
    "AWS::DSQL::Cluster": ("PolicyDocument",),
    "AWS::DynamoDB::GlobalTable": (
        "Replicas[].ResourcePolicy.PolicyDocument",
        "Replicas[].ReplicaStreamSpecification.ResourcePolicy.PolicyDocument",
    ),
    "AWS::DynamoDB::Table": ("ResourcePolicy.PolicyDocument", "StreamSpecification.ResourcePolicy.PolicyDocument"),
    "AWS::EC2::VPCEndpoint": ("PolicyDocument",),
    "AWS::ECR::PublicRepository": ("RepositoryPolicyText",),
    "AWS::ECR::Repository": ("RepositoryPolicyText",),
    "AWS::ECR::RepositoryCreationTemplate": ("RepositoryPolicy",),
    "AWS::EFS::FileSystem": ("FileSystemPolicy",),
    "AWS::Elasticsearch::Domain": ("AccessPolicies",),
    "AWS::Events::EventBus": ("Policy",),
    "AWS::FSx::S3AccessPointAttachment": ("S3AccessPoint.Policy",),
    "AWS::KMS::Key": ("KeyPolicy",),
    "AWS::KMS::ReplicaKey": ("KeyPolicy",),
    "AWS::Logs::DeliveryDestination": ("DeliveryDestinationPolicy.DeliveryDestinationPolicy",),
    "AWS::Logs::Destination": ("DestinationPolicy",),
    "AWS::Logs::LogGroup": ("ResourcePolicyDocument",),
    "AWS::MediaStore::Container": ("Policy",),
    "AWS::OSIS::Pipeline": ("ResourcePolicy.Policy",),
    "AWS::Oam::Sink": ("Policy",),
    "AWS::OpenSearchService::Domain": ("AccessPolicies",),
    "AWS::PaymentCryptography::Key": ("Policy",),
    "AWS::Redshift::Cluster": ("NamespaceResourcePolicy",),
    "AWS::RedshiftServerless::Namespace": ("NamespaceResourcePolicy",),
    "AWS::S3::AccessPoint": ("Policy",),
    "AWS::S3Express::AccessPoint": ("Policy",),
    "AWS::S3Outposts::AccessPoint": ("Policy",),
    "AWS::SageMaker::ModelPackageGroup": ("ModelPackageGroupPolicy",),
    "aws_api_gateway_domain_name": ("policy",),
    "aws_api_gateway_rest_api": ("policy",),
    "aws_ecr_repository_creation_template": ("repository_policy",),
    "aws_elasticsearch_domain": ("access_policies",),
    "aws_fsx_s3_access_point_attachment": ("s3_access_point.policy",),
    "aws_glacier_vault": ("access_policy",),
    "aws_kms_external_key": ("policy",),
    "aws_kms_key": ("policy",),
    "aws_kms_replica_external_key": ("policy",),
    "aws_kms_replica_key": ("policy",),
    "aws_opensearch_domain": ("access_policies",),
    "aws_s3_access_point": ("policy",),
    "aws_s3_bucket": ("policy",),
    "aws_secretsmanager_secret": ("policy",),
    "aws_sns_topic": ("policy",),
    "aws_sqs_queue": ("policy",),
    "aws_vpc_endpoint": ("policy",),
}
"""Types whose own resource may hold its policy, and where."""


class IdentityPolicy(NamedTuple):
    """A policy of an identity that is no role. ``holder`` names the identity; without it the resource itself is that."""

    document: str
    holder: str = ""
    name: str = ""
    managed: bool = False
    """Whether it is a resource that others attach."""


IDENTITIES: Final[dict[str, IdentityPolicy]] = {
    "AWS::EKS::PodIdentityAssociation": IdentityPolicy("Policy"),
    "AWS::IAM::Group": IdentityPolicy("Policies[].PolicyDocument", name="Policies[].PolicyName"),
    "AWS::IAM::GroupPolicy": IdentityPolicy("PolicyDocument", "GroupName", "PolicyName"),
    "AWS::IAM::User": IdentityPolicy("Policies[].PolicyDocument", name="Policies[].PolicyName"),
    "AWS::IAM::UserPolicy": IdentityPolicy("PolicyDocument", "UserName", "PolicyName"),
    "AWS::IoT::Policy": IdentityPolicy("PolicyDocument", name="PolicyName", managed=True),
    "AWS::Organizations::Policy": IdentityPolicy("Content", "TargetIds", "Name", managed=True),
    "AWS::RolesAnywhere::Profile": IdentityPolicy("SessionPolicy"),
    "AWS::SSO::PermissionSet": IdentityPolicy("InlinePolicy"),
    "AWS::Transfer::User": IdentityPolicy("Policy"),
    "aws_eks_pod_identity_association": IdentityPolicy("policy"),
    "aws_iam_group_policy": IdentityPolicy("policy", "group", "name"),
    "aws_iam_user_policy": IdentityPolicy("policy", "user", "name"),
    "aws_iot_policy": IdentityPolicy("policy", name="name", managed=True),
    "aws_organizations_policy": IdentityPolicy("content", name="name", managed=True),
    "aws_rolesanywhere_profile": IdentityPolicy("session_policy"),
    "aws_ssoadmin_permission_set_inline_policy": IdentityPolicy("inline_policy", "permission_set_arn"),
    "aws_transfer_access": IdentityPolicy("policy"),
    "aws_transfer_user": IdentityPolicy("policy"),
}
