"""Queues, topics, streams, tables, buckets, EventBridge, workflows, logs, and other services that call functions."""

from __future__ import annotations

from typing import Any, Final

from ....load.resource import Resource
from ....model import nodes
from ....model.read import boolean_of, elements, entry, field, openness, text_of
from ....model.value import ABSENT, CLOSED, Known, Leaf, Unknown, Value, branches, choose
from ..table import CLOUDFORMATION, Kind, Part


def _table_keys(resource: Resource, column: int) -> dict[str, Any]:
    if column != CLOUDFORMATION:
        return {}
    schema = resource.properties.get("KeySchema")
    return {"hash_key": _key(schema, "HASH"), "range_key": _key(schema, "RANGE")}


def _key(schema: Value, kind: str) -> Value:
    for _, element in elements(schema):
        if isinstance(element, Unknown):
            return element
        role = entry(element, "KeyType")
        if isinstance(role, Known) and role.value == kind:
            return entry(element, "AttributeName")
    why = openness(schema)
    return ABSENT if why is CLOSED else Unknown(why.why)


def _queue(resource: Resource, _: int) -> dict[str, Any]:
    return {"region": resource.region}


def _event_bridge(resource: Resource, column: int) -> dict[str, Any]:
    """The configuration alone, also an empty one, switches the events on."""
    if column != CLOUDFORMATION:
        return {}
    switch = field(Known(resource.properties), "NotificationConfiguration.EventBridgeConfiguration")
    return {"event_bridge": choose(((guard, _switched(leaf)) for guard, leaf in branches(switch)), switch.trail)}


def _switched(leaf: Leaf) -> Value:
    if isinstance(leaf, Known) and leaf.value is not None:
        return choose(
            (guard, Known(True, leaf.trail) if isinstance(one, Known) and one.value is None else one)
            for guard, one in branches(entry(leaf, "EventBridgeEnabled"))
        )
    return leaf


def _rule_state(resource: Resource, column: int) -> dict[str, Any]:
    """Older Terraform says ``is_enabled`` where the service has a state."""
    if column == CLOUDFORMATION or "is_enabled" not in resource.properties.values:
        return {}
    enabled = resource.properties.get("is_enabled")
    return {"state": choose(((guard, _state(leaf)) for guard, leaf in branches(enabled)), enabled.trail)}


def _state(leaf: Leaf) -> Value:
    switch = boolean_of(leaf)
    if isinstance(leaf, Unknown) or switch is None:
        return leaf
    return Known("ENABLED" if switch else "DISABLED", leaf.trail, leaf.provenance)


def _key_filter(element: Leaf, column: int) -> dict[str, Any]:
    """CloudFormation lists the prefix and suffix of a notification as named rules."""
    if column != CLOUDFORMATION:
        return {}
    rules = field(element, "Filter.S3Key.Rules")
    return {"prefix": _named_rule(rules, "prefix"), "suffix": _named_rule(rules, "suffix")}


def _named_rule(rules: Value, name: str) -> Value:
    for _, rule in elements(rules):
        if isinstance(rule, Unknown):
            return rule
        label = entry(rule, "Name")
        if isinstance(label, Known) and (text_of(label) or "").lower() == name:
            return entry(rule, "Value")
    why = openness(rules)
    return ABSENT if why is CLOSED else Unknown(why.why)


def _notification(label: str, lists: tuple[str, str], target: tuple[str, str]) -> Part:
    return Part(
        nodes.BucketNotification,
        f"{label} notification",
        lists,
        "bucket",
        {
            "target": target,
            "events": ("Event", "events"),
            "prefix": ("", "filter_prefix"),
            "suffix": ("", "filter_suffix"),
        },
        {"target_type": label},
        ("", "bucket"),
        more=_key_filter,
    )


NOTIFICATIONS: Final = (
    _notification(
        "function",
        ("NotificationConfiguration.LambdaConfigurations", "lambda_function"),
        ("Function", "lambda_function_arn"),
    ),
    _notification("queue", ("NotificationConfiguration.QueueConfigurations", "queue"), ("Queue", "queue_arn")),
    _notification("topic", ("NotificationConfiguration.TopicConfigurations", "topic"), ("Topic", "topic_arn")),
)

KINDS: Final = (
    Kind(
        nodes.Queue,
        "AWS::SQS::Queue",
        "aws_sqs_queue",
        {
            "queue_name": ("QueueName", "name"),
            "visibility_timeout": ("VisibilityTimeout", "visibility_timeout_seconds", 30),
            "fifo": ("FifoQueue", "fifo_queue", False),
            "redrive": ("RedrivePolicy", "redrive_policy"),
            "dead_letter": ("RedrivePolicy.deadLetterTargetArn", "redrive_policy.deadLetterTargetArn"),
            "maximum_receives": ("RedrivePolicy.maxReceiveCount", "redrive_policy.maxReceiveCount"),
            "redrive_allow": ("RedriveAllowPolicy", "redrive_allow_policy"),
            "kms_key": ("KmsMasterKeyId", "kms_master_key_id"),
            "managed_encryption": ("SqsManagedSseEnabled", "sqs_managed_sse_enabled"),
            "retention": ("MessageRetentionPeriod", "message_retention_seconds", 345600),
            "delay": ("DelaySeconds", "delay_seconds", 0),
            "deduplication": ("ContentBasedDeduplication", "content_based_deduplication", False),
        },
        more=_queue,
    ),
    Kind(
        nodes.QueueRedrive,
        "",
        "aws_sqs_queue_redrive_policy",
        {
            "queue": ("", "queue_url"),
            "dead_letter": ("", "redrive_policy.deadLetterTargetArn"),
            "maximum_receives": ("", "redrive_policy.maxReceiveCount"),
        },
    ),
    Kind(
        nodes.Topic,
        "AWS::SNS::Topic",
        "aws_sns_topic",
        {
            "topic_name": ("TopicName", "name"),
            "fifo": ("FifoTopic", "fifo_topic", False),
            "kms_key": ("KmsMasterKeyId", "kms_master_key_id"),
            "deduplication": ("ContentBasedDeduplication", "content_based_deduplication", False),
        },
        parts=(
            Part(
                nodes.Subscription,
                "subscription",
                ("Subscription", ""),
                "topic",
                {"protocol": ("Protocol", ""), "endpoint": ("Endpoint", ""), "raw": ("", "", False)},
            ),
        ),
    ),
    Kind(
        nodes.Subscription,
        "AWS::SNS::Subscription",
        "aws_sns_topic_subscription",
        {
            "topic": ("TopicArn", "topic_arn"),
            "protocol": ("Protocol", "protocol"),
            "endpoint": ("Endpoint", "endpoint"),
            "filter_policy": ("FilterPolicy", "filter_policy"),
            "filter_scope": ("FilterPolicyScope", "filter_policy_scope", "MessageAttributes"),
            "raw": ("RawMessageDelivery", "raw_message_delivery", False),
            "redrive": ("RedrivePolicy", "redrive_policy"),
            "dead_letter": ("RedrivePolicy.deadLetterTargetArn", "redrive_policy.deadLetterTargetArn"),
            "region": ("Region", ""),
            "role": ("SubscriptionRoleArn", "subscription_role_arn"),
        },
    ),
    Kind(
        nodes.Stream,
        "AWS::Kinesis::Stream",
        "aws_kinesis_stream",
        {
            "stream_name": ("Name", "name"),
            "kms_key": ("StreamEncryption.KeyId", "kms_key_id"),
            "shards": ("ShardCount", "shard_count"),
            "mode": ("StreamModeDetails.StreamMode", "stream_mode_details.stream_mode", "PROVISIONED"),
            "retention_hours": ("RetentionPeriodHours", "retention_period", 24),
        },
    ),
    Kind(
        nodes.Stream,
        "AWS::Kinesis::StreamConsumer",
        "aws_kinesis_stream_consumer",
        {"stream_name": ("ConsumerName", "name"), "consumer_of": ("StreamARN", "stream_arn")},
    ),
    Kind(
        nodes.Broker,
        "AWS::MSK::Cluster",
        "aws_msk_cluster",
        {
            "broker_name": ("ClusterName", "cluster_name"),
            "public": (
                "BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type",
                "broker_node_group_info.connectivity_info.public_access.type",
            ),
            "subnets": ("BrokerNodeGroupInfo.ClientSubnets", "broker_node_group_info.client_subnets"),
            "security_groups": ("BrokerNodeGroupInfo.SecurityGroups", "broker_node_group_info.security_groups"),
            "kms_key": (
                "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId",
                "encryption_info.encryption_at_rest_kms_key_arn",
            ),
        },
        {"engine": "msk"},
    ),
    Kind(
        nodes.Broker,
        "AWS::MSK::ServerlessCluster",
        "aws_msk_serverless_cluster",
        {
            "broker_name": ("ClusterName", "cluster_name"),
            "subnets": ("VpcConfigs[].SubnetIds", "vpc_config[].subnet_ids"),
            "security_groups": ("VpcConfigs[].SecurityGroups", "vpc_config[].security_group_ids"),
        },
        {"engine": "msk-serverless"},
    ),
    Kind(
        nodes.Broker,
        "AWS::AmazonMQ::Broker",
        "aws_mq_broker",
        {
            "broker_name": ("BrokerName", "broker_name"),
            "engine_type": ("EngineType", "engine_type"),
            "public": ("PubliclyAccessible", "publicly_accessible", False),
            "subnets": ("SubnetIds", "subnet_ids"),
            "security_groups": ("SecurityGroups", "security_groups"),
            "kms_key": ("EncryptionOptions.KmsKeyId", "encryption_options.kms_key_id"),
        },
        {"engine": "mq"},
    ),
    Kind(
        nodes.Broker,
        "AWS::DocDB::DBCluster",
        "aws_docdb_cluster",
        {
            "broker_name": ("DBClusterIdentifier", "cluster_identifier"),
            "security_groups": ("VpcSecurityGroupIds", "vpc_security_group_ids"),
            "kms_key": ("KmsKeyId", "kms_key_id"),
            "subnet_group": ("DBSubnetGroupName", "db_subnet_group_name"),
            "port": ("Port", "port", 27017),
        },
        {"engine": "documentdb"},
    ),
    Kind(
        nodes.Table,
        "AWS::DynamoDB::Table",
        "aws_dynamodb_table",
        {
            "table_name": ("TableName", "name"),
            "hash_key": ("KeySchema", "hash_key"),
            "range_key": ("KeySchema", "range_key"),
            "stream_enabled": ("", "stream_enabled"),
            "stream_view": ("StreamSpecification.StreamViewType", "stream_view_type"),
            "indexes": ("GlobalSecondaryIndexes[].IndexName", "global_secondary_index[].name"),
            "billing": ("BillingMode", "billing_mode", "PROVISIONED"),
            "kms_key": ("SSESpecification.KMSMasterKeyId", "server_side_encryption.kms_key_arn"),
            "encryption": ("SSESpecification.SSEEnabled", "server_side_encryption.enabled", False),
        },
        more=_table_keys,
    ),
    Kind(
        nodes.Table,
        "AWS::DynamoDB::GlobalTable",
        "",
        {
            "table_name": ("TableName", ""),
            "stream_view": ("StreamSpecification.StreamViewType", ""),
            "indexes": ("GlobalSecondaryIndexes[].IndexName", ""),
            "billing": ("BillingMode", "", "PROVISIONED"),
            "kms_key": ("Replicas.SSESpecification.KMSMasterKeyId", ""),
            "encryption": ("SSESpecification.SSEEnabled", "", False),
        },
        more=_table_keys,
    ),
    Kind(
        nodes.Bucket,
        "AWS::S3::Bucket",
        "aws_s3_bucket",
        {
            "bucket_name": ("BucketName", "bucket"),
            "kms_key": (
                "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
                "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id",
            ),
            "versioning": ("VersioningConfiguration.Status", ""),
            "notifications": ("NotificationConfiguration", ""),
        },
        parts=tuple(part._replace(each=(part.each[0], "")) for part in NOTIFICATIONS),
        more=_event_bridge,
    ),
    Kind(
        nodes.BucketObject,
        "",
        "aws_s3_object aws_s3_bucket_object",
        {"bucket": ("", "bucket"), "key": ("", "key")},
    ),
    Kind(
        nodes.BucketNotifications,
        "",
        "aws_s3_bucket_notification",
        {"bucket": ("", "bucket"), "event_bridge": ("", "eventbridge", False)},
        parts=tuple(part._replace(each=("", part.each[1])) for part in NOTIFICATIONS),
    ),
    Kind(
        nodes.BucketEncryption,
        "",
        "aws_s3_bucket_server_side_encryption_configuration",
        {
            "bucket": ("", "bucket"),
            "kms_key": ("", "rule.apply_server_side_encryption_by_default.kms_master_key_id"),
        },
    ),
    Kind(
        nodes.Bus,
        "AWS::Events::EventBus",
        "aws_cloudwatch_event_bus",
        {"bus_name": ("Name", "name"), "kms_key": ("KmsKeyIdentifier", "kms_key_identifier")},
    ),
    Kind(
        nodes.EventRule,
        "AWS::Events::Rule",
        "aws_cloudwatch_event_rule",
        {
            "rule_name": ("Name", "name"),
            "pattern": ("EventPattern", "event_pattern"),
            "schedule": ("ScheduleExpression", "schedule_expression"),
            "state": ("State", "state", "ENABLED"),
            "bus": ("EventBusName", "event_bus_name"),
            "role": ("RoleArn", "role_arn"),
        },
        parts=(
            Part(
                nodes.EventTarget,
                "target",
                ("Targets", ""),
                "rule",
                {
                    "target": ("Arn", ""),
                    "role": ("RoleArn", ""),
                    "input": ("Input", ""),
                    "input_path": ("InputPath", ""),
                    "input_transformer": ("InputTransformer", ""),
                    "dead_letter": ("DeadLetterConfig.Arn", ""),
                    "maximum_age": ("RetryPolicy.MaximumEventAgeInSeconds", "", 86400),
                    "maximum_retries": ("RetryPolicy.MaximumRetryAttempts", "", 185),
                },
            ),
        ),
        more=_rule_state,
    ),
    Kind(
        nodes.EventTarget,
        "",
        "aws_cloudwatch_event_target",
        {
            "rule": ("", "rule"),
            "target": ("", "arn"),
            "role": ("", "role_arn"),
            "input": ("", "input"),
            "input_path": ("", "input_path"),
            "input_transformer": ("", "input_transformer{}"),
            "dead_letter": ("", "dead_letter_config.arn"),
            "maximum_age": ("", "retry_policy.maximum_event_age_in_seconds", 86400),
            "maximum_retries": ("", "retry_policy.maximum_retry_attempts", 185),
        },
    ),
)
