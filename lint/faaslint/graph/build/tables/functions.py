"""Lambda and CodeDeploy, and what calls functions without a word for it in the model."""

from __future__ import annotations

from typing import Any, Final

from ....load.resource import UPDATE_POLICY, Resource
from ....model import nodes
from ....model.read import elements, entry, field, integer_of, openness
from ....model.value import ABSENT, CLOSED, Fields, Known, Value, branches, choose, is_absent
from ..table import CLOUDFORMATION, Kind, Part


def _function(resource: Resource, column: int) -> dict[str, Any]:
    reserved = "ReservedConcurrentExecutions" if column == CLOUDFORMATION else "reserved_concurrent_executions"
    return {
        "reserved_concurrency": _reservation(field(Known(resource.properties), reserved)),
        "code": resource.code,
        "region": resource.region,
        "code_hash": ABSENT if column == CLOUDFORMATION else _code_hash(resource),
        "ignored_changes": resource.ignored_changes,
        "replaced": resource.replaced,
        "ignored_policies": resource.ignored_policies,
    }


def _code_hash(resource: Resource) -> Value:
    """Return what tells Terraform that the code has changed: its own note of a hash, or the hash that Lambda keeps."""
    kept = field(Known(resource.properties), "code_sha256")
    return field(Known(resource.properties), "source_code_hash") if is_absent(kept) else kept


def _reservation(value: Value) -> Value:
    """Return what is reserved: Terraform's word for nothing is a number below zero."""
    return choose(((guard, ABSENT if (integer_of(leaf) or 0) < 0 else leaf) for guard, leaf in branches(value)), value.trail)


def _layer(resource: Resource, _: int) -> dict[str, Any]:
    return {"code": resource.code, "replaced": resource.replaced}


def _weights(resource: Resource, column: int) -> dict[str, Any]:
    """Terraform has a map of version to weight, where CloudFormation has a list of pairs."""
    if column == CLOUDFORMATION:
        listed = field(Known(resource.properties), "RoutingConfig.AdditionalVersionWeights")
        return {
            "weights": tuple(
                nodes.VersionWeight(entry(item, "FunctionVersion"), entry(item, "FunctionWeight"), guard)
                for guard, item in elements(listed)
                if isinstance(item, Known) and isinstance(item.value, Fields)
            ),
            "weights_openness": openness(listed),
        }
    mapping = field(Known(resource.properties), "routing_config.additional_version_weights")
    weights: list[nodes.VersionWeight] = []
    unknown = openness(mapping)
    for guard, leaf in branches(mapping):
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            # Versions are often references, so they are kept as keys that are no text; then nothing else may be added.
            unknown = unknown or (None if leaf.value.computed else leaf.value.openness)
            weights += [nodes.VersionWeight(version, weight, guard) for version, weight in leaf.value.computed]
            weights += [
                nodes.VersionWeight(
                    Known(version, (leaf.value.keys[version],) if version in leaf.value.keys else leaf.trail), weight, guard
                )
                for version, weight in leaf.value.values.items()
            ]
    return {"weights": tuple(weights), "weights_openness": unknown or CLOSED}


def _alias(resource: Resource, column: int) -> dict[str, Any]:
    return {**_weights(resource, column), "ignored_changes": resource.ignored_changes}


_UPDATE: Final = f"{UPDATE_POLICY}.CodeDeployLambdaAliasUpdate"

KINDS: Final = (
    Kind(
        nodes.Function,
        "AWS::Lambda::Function",
        "aws_lambda_function",
        {
            "function_name": ("FunctionName", "function_name"),
            "runtime": ("Runtime", "runtime"),
            "handler": ("Handler", "handler"),
            "memory": ("MemorySize", "memory_size", 128),
            "timeout": ("Timeout", "timeout", 3),
            "role": ("Role", "role"),
            "environment": ("Environment.Variables", "environment.variables"),
            "kms_key": ("KmsKeyArn", "kms_key_arn"),
            "layers": ("Layers", "layers"),
            "vpc": ("VpcConfig", "vpc_config{}"),
            "subnets": ("VpcConfig.SubnetIds", "vpc_config.subnet_ids"),
            "security_groups": ("VpcConfig.SecurityGroupIds", "vpc_config.security_group_ids"),
            "dual_stack": ("VpcConfig.Ipv6AllowedForDualStack", "vpc_config.ipv6_allowed_for_dual_stack", False),
            "dead_letter": ("DeadLetterConfig.TargetArn", "dead_letter_config.target_arn"),
            "tracing": ("TracingConfig.Mode", "tracing_config.mode", "PassThrough"),
            "package_type": ("PackageType", "package_type", "Zip"),
            "image": ("Code.ImageUri", "image_uri"),
            "image_command": ("ImageConfig.Command", "image_config.command"),
            "image_entry_point": ("ImageConfig.EntryPoint", "image_config.entry_point"),
            "code_inline": ("Code.ZipFile", ""),
            "code_file": ("", "filename"),
            "code_bucket": ("Code.S3Bucket", "s3_bucket"),
            "code_key": ("Code.S3Key", "s3_key"),
            "code_object_version": ("Code.S3ObjectVersion", "s3_object_version"),
            "code_hash": ("", "source_code_hash"),
            "code_key_kms": ("Code.SourceKMSKeyArn", "source_kms_key_arn"),
            "code_signing": ("CodeSigningConfigArn", "code_signing_config_arn"),
            # Read anew by ``_function``; the row gives the property its names.
            "reserved_concurrency": ("ReservedConcurrentExecutions", "reserved_concurrent_executions"),
            "ephemeral_storage": ("EphemeralStorage.Size", "ephemeral_storage.size", 512),
            "architectures": ("Architectures", "architectures"),
            "provisioned_without_alias": ("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions", ""),
            "snap_start": ("SnapStart.ApplyOn", "snap_start.apply_on"),
            "file_systems": ("FileSystemConfigs", "file_system_config"),
            "log_group": ("LoggingConfig.LogGroup", "logging_config.log_group"),
            "log_format": ("LoggingConfig.LogFormat", "logging_config.log_format"),
            "log_level": ("LoggingConfig.ApplicationLogLevel", "logging_config.application_log_level"),
            "system_log_level": ("LoggingConfig.SystemLogLevel", "logging_config.system_log_level"),
            "runtime_update": ("RuntimeManagementConfig.UpdateRuntimeOn", ""),
            "runtime_version": ("RuntimeManagementConfig.RuntimeVersionArn", ""),
            "recursive_loop": ("RecursiveLoop", ""),
            "publish": ("", "publish"),
            "capacity_provider": ("CapacityProviderConfig", "capacity_provider_config{}"),
            "durable": ("DurableConfig", "durable_config{}"),
            "tags": ("Tags", "tags"),
        },
        parts=(
            Part(
                nodes.FileSystemMount,
                "mount",
                ("FileSystemConfigs", "file_system_config"),
                "function",
                {"access_point": ("Arn", "arn"), "mount_path": ("LocalMountPath", "local_mount_path")},
            ),
        ),
        more=_function,
    ),
    Kind(
        nodes.Version,
        "AWS::Lambda::Version",
        "",
        {
            "function": ("FunctionName", ""),
            "provisioned_concurrency": ("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions", ""),
            "code_hash": ("CodeSha256", ""),
            "description": ("Description", ""),
        },
    ),
    # What a plan's prior state says of the version that is published now.
    Kind(
        nodes.Version,
        "",
        "faaslint:recorded_version",
        {
            "function": ("", "function"),
            "number": ("", "number"),
            "recorded_role": ("", "role"),
            "recorded_dead_letter": ("", "dead_letter"),
        },
    ),
    Kind(
        nodes.Alias,
        "AWS::Lambda::Alias",
        "aws_lambda_alias",
        {
            "alias_name": ("Name", "name"),
            "function": ("FunctionName", "function_name"),
            "version": ("FunctionVersion", "function_version"),
            "routing": ("RoutingConfig.AdditionalVersionWeights", "routing_config.additional_version_weights"),
            "provisioned_concurrency": ("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions", ""),
            "deployment": (f"{_UPDATE}.DeploymentGroupName", ""),
            "hook_before": (f"{_UPDATE}.BeforeAllowTrafficHook", ""),
            "hook_after": (f"{_UPDATE}.AfterAllowTrafficHook", ""),
        },
        more=_alias,
    ),
    Kind(
        nodes.ProvisionedConcurrency,
        "",
        "aws_lambda_provisioned_concurrency_config",
        {
            "function": ("", "function_name"),
            "qualifier": ("", "qualifier"),
            "amount": ("", "provisioned_concurrent_executions"),
        },
    ),
    Kind(
        nodes.RuntimeManagement,
        "",
        "aws_lambda_runtime_management_config",
        {
            "function": ("", "function_name"),
            "runtime_update": ("", "update_runtime_on"),
            "runtime_version": ("", "runtime_version_arn"),
        },
    ),
    Kind(
        nodes.RecursionConfig,
        "",
        "aws_lambda_function_recursion_config",
        {"function": ("", "function_name"), "recursive_loop": ("", "recursive_loop")},
    ),
    Kind(
        nodes.Permission,
        "AWS::Lambda::Permission",
        "aws_lambda_permission",
        {
            "function": ("FunctionName", "function_name"),
            "action": ("Action", "action"),
            "principal": ("Principal", "principal"),
            "qualifier": ("", "qualifier"),
            "source_arn": ("SourceArn", "source_arn"),
            "source_account": ("SourceAccount", "source_account"),
            "organization": ("PrincipalOrgID", "principal_org_id"),
            "event_source_token": ("EventSourceToken", "event_source_token"),
            "function_url_auth_type": ("FunctionUrlAuthType", "function_url_auth_type"),
            "invoked_via_function_url": ("InvokedViaFunctionUrl", "invoked_via_function_url"),
        },
    ),
    Kind(
        nodes.FunctionUrl,
        "AWS::Lambda::Url",
        "aws_lambda_function_url",
        {
            "function": ("TargetFunctionArn", "function_name"),
            "qualifier": ("Qualifier", "qualifier"),
            "auth_type": ("AuthType", "authorization_type"),
            "invoke_mode": ("InvokeMode", "invoke_mode", "BUFFERED"),
            "cors": ("Cors", "cors{}"),
            "allow_origins": ("Cors.AllowOrigins", "cors.allow_origins"),
            "allow_methods": ("Cors.AllowMethods", "cors.allow_methods"),
            "allow_headers": ("Cors.AllowHeaders", "cors.allow_headers"),
            "allow_credentials": ("Cors.AllowCredentials", "cors.allow_credentials"),
        },
    ),
    Kind(
        nodes.EventSourceMapping,
        "AWS::Lambda::EventSourceMapping",
        "aws_lambda_event_source_mapping",
        {
            "function": ("FunctionName", "function_name"),
            "source": ("EventSourceArn", "event_source_arn"),
            "batch_size": ("BatchSize", "batch_size"),
            "batching_window": ("MaximumBatchingWindowInSeconds", "maximum_batching_window_in_seconds", 0),
            "enabled": ("Enabled", "enabled"),
            "starting_position": ("StartingPosition", "starting_position"),
            "starting_timestamp": ("StartingPositionTimestamp", "starting_position_timestamp"),
            "response_types": ("FunctionResponseTypes", "function_response_types"),
            "maximum_concurrency": ("ScalingConfig.MaximumConcurrency", "scaling_config.maximum_concurrency"),
            "filters": ("FilterCriteria.Filters[].Pattern", "filter_criteria.filter[].pattern"),
            "on_failure": (
                "DestinationConfig.OnFailure.Destination",
                "destination_config.on_failure.destination_arn",
            ),
            "kms_key": ("KmsKeyArn", "kms_key_arn"),
            "self_managed": ("SelfManagedEventSource", "self_managed_event_source{}"),
            "access_configurations": ("SourceAccessConfigurations", "source_access_configuration"),
            "topics": ("Topics", "topics"),
            "queues": ("Queues", "queues"),
            "bisect": ("BisectBatchOnFunctionError", "bisect_batch_on_function_error"),
            "maximum_record_age": ("MaximumRecordAgeInSeconds", "maximum_record_age_in_seconds"),
            "maximum_retries": ("MaximumRetryAttempts", "maximum_retry_attempts"),
            "parallelization": ("ParallelizationFactor", "parallelization_factor"),
            "tumbling_window": ("TumblingWindowInSeconds", "tumbling_window_in_seconds"),
            "consumer_group": (
                "AmazonManagedKafkaEventSourceConfig.ConsumerGroupId",
                "amazon_managed_kafka_event_source_config.consumer_group_id",
            ),
            "collection": (
                "DocumentDBEventSourceConfig.CollectionName",
                "document_db_event_source_config.collection_name",
            ),
            "database": ("DocumentDBEventSourceConfig.DatabaseName", "document_db_event_source_config.database_name"),
            "full_document": ("DocumentDBEventSourceConfig.FullDocument", "document_db_event_source_config.full_document"),
            "metrics": ("MetricsConfig.Metrics", "metrics_config.metrics"),
            "minimum_pollers": ("ProvisionedPollerConfig.MinimumPollers", "provisioned_poller_config.minimum_pollers"),
            "maximum_pollers": ("ProvisionedPollerConfig.MaximumPollers", "provisioned_poller_config.maximum_pollers"),
            "tags": ("Tags", "tags"),
        },
        parts=(
            Part(
                nodes.SourceAccess,
                "access",
                ("SourceAccessConfigurations", "source_access_configuration"),
                "mapping",
                {"access_type": ("Type", "type"), "uri": ("URI", "uri")},
            ),
        ),
    ),
    Kind(
        nodes.InvokeConfig,
        "AWS::Lambda::EventInvokeConfig",
        "aws_lambda_function_event_invoke_config",
        {
            "function": ("FunctionName", "function_name"),
            "qualifier": ("Qualifier", "qualifier"),
            "on_failure": ("DestinationConfig.OnFailure.Destination", "destination_config.on_failure.destination"),
            "on_success": ("DestinationConfig.OnSuccess.Destination", "destination_config.on_success.destination"),
            "maximum_retries": ("MaximumRetryAttempts", "maximum_retry_attempts"),
            "maximum_age": ("MaximumEventAgeInSeconds", "maximum_event_age_in_seconds"),
        },
    ),
    Kind(
        nodes.Layer,
        "AWS::Lambda::LayerVersion",
        "aws_lambda_layer_version",
        {
            "layer_name": ("LayerName", "layer_name"),
            "description": ("Description", "description"),
            "runtimes": ("CompatibleRuntimes", "compatible_runtimes"),
            "architectures": ("CompatibleArchitectures", "compatible_architectures"),
            "code_file": ("", "filename"),
            "code_bucket": ("Content.S3Bucket", "s3_bucket"),
            "code_key": ("Content.S3Key", "s3_key"),
            "code_object_version": ("Content.S3ObjectVersion", "s3_object_version"),
            "code_hash": ("", "source_code_hash"),
        },
        more=_layer,
    ),
    Kind(
        nodes.LayerPermission,
        "AWS::Lambda::LayerVersionPermission",
        "aws_lambda_layer_version_permission",
        {
            "layer": ("LayerVersionArn", "layer_name"),
            "action": ("Action", "action"),
            "principal": ("Principal", "principal"),
            "organization": ("OrganizationId", "organization_id"),
        },
    ),
    Kind(
        nodes.CodeSigning,
        "AWS::Lambda::CodeSigningConfig",
        "aws_lambda_code_signing_config",
        {
            "profiles": ("AllowedPublishers.SigningProfileVersionArns", "allowed_publishers.signing_profile_version_arns"),
            "on_mismatch": (
                "CodeSigningPolicies.UntrustedArtifactOnDeployment",
                "policies.untrusted_artifact_on_deployment",
                "Warn",
            ),
        },
    ),
    Kind(
        nodes.CapacityProvider,
        "AWS::Lambda::CapacityProvider",
        "aws_lambda_capacity_provider",
        {
            "provider_name": ("CapacityProviderName", "name"),
            "subnets": ("VpcConfig.SubnetIds", "vpc_config.subnet_ids"),
            "security_groups": ("VpcConfig.SecurityGroupIds", "vpc_config.security_group_ids"),
            "role": (
                "PermissionsConfig.CapacityProviderOperatorRoleArn",
                "permissions_config.capacity_provider_operator_role_arn",
            ),
            "architectures": ("InstanceRequirements.Architectures", "instance_requirements.architectures"),
            "maximum_cpus": (
                "CapacityProviderScalingConfig.MaxVCpuCount",
                "capacity_provider_scaling_config.max_vcpu_count",
            ),
        },
    ),
    Kind(
        nodes.Deployment,
        "AWS::CodeDeploy::DeploymentGroup",
        "aws_codedeploy_deployment_group",
        {
            "application": ("ApplicationName", "app_name"),
            "configuration": ("DeploymentConfigName", "deployment_config_name"),
            "role": ("ServiceRoleArn", "service_role_arn"),
            "alarms": ("AlarmConfiguration.Alarms[].Name", "alarm_configuration.alarms"),
            "alarms_enabled": ("AlarmConfiguration.Enabled", "alarm_configuration.enabled"),
            "rollback": ("AutoRollbackConfiguration.Enabled", "auto_rollback_configuration.enabled"),
        },
    ),
    Kind(
        nodes.Caller,
        "",
        "aws_lambda_invocation",
        {"target": ("", "function_name")},
        {"trigger": "terraform"},
    ),
    Kind(
        nodes.DeploymentConfiguration,
        "AWS::CodeDeploy::DeploymentConfig",
        "aws_codedeploy_deployment_config",
        {
            "platform": ("ComputePlatform", "compute_platform", "Server"),
            "routing": ("TrafficRoutingConfig.Type", "traffic_routing_config.type", "AllAtOnce"),
        },
    ),
    Kind(
        nodes.CustomResource,
        "AWS::CloudFormation::CustomResource",
        "",
        {"service_token": ("ServiceToken", ""), "service_timeout": ("ServiceTimeout", "")},
    ),
)
