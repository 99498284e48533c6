"""What calls functions with few words of its own: schedules, pipes, workflows, logs, and other services' hooks."""

from __future__ import annotations

from typing import Any, Final

from ....load.resource import Resource
from ....model import nodes
from ....model.value import Unknown
from ..table import CLOUDFORMATION, Kind, Part

USER_POOL_TRIGGERS: Final = {
    "CreateAuthChallenge": "create_auth_challenge",
    "CustomMessage": "custom_message",
    "DefineAuthChallenge": "define_auth_challenge",
    "PostAuthentication": "post_authentication",
    "PostConfirmation": "post_confirmation",
    "PreAuthentication": "pre_authentication",
    "PreSignUp": "pre_sign_up",
    "PreTokenGeneration": "pre_token_generation",
    "UserMigration": "user_migration",
    "VerifyAuthChallengeResponse": "verify_auth_challenge_response",
    "CustomEmailSender.LambdaArn": "custom_email_sender.lambda_arn",
    "CustomSMSSender.LambdaArn": "custom_sms_sender.lambda_arn",
    "PreTokenGenerationConfig.LambdaArn": "pre_token_generation_config.lambda_arn",
}

FIREHOSE_DESTINATIONS: Final = {
    "ExtendedS3DestinationConfiguration": "extended_s3_configuration",
    "RedshiftDestinationConfiguration": "redshift_configuration",
    "ElasticsearchDestinationConfiguration": "elasticsearch_configuration",
    "AmazonopensearchserviceDestinationConfiguration": "opensearch_configuration",
    "AmazonOpenSearchServerlessDestinationConfiguration": "opensearchserverless_configuration",
    "SplunkDestinationConfiguration": "splunk_configuration",
    "HttpEndpointDestinationConfiguration": "http_endpoint_configuration",
    "SnowflakeDestinationConfiguration": "snowflake_configuration",
    "IcebergDestinationConfiguration": "iceberg_configuration",
}


def _user_pool_trigger(cloudformation: str, terraform: str) -> Part:
    moment = cloudformation.removesuffix(".LambdaArn").removesuffix("Config")
    return Part(
        nodes.Caller,
        moment,
        (f"LambdaConfig.{cloudformation}", f"lambda_config.{terraform}"),
        "emitter",
        {"target": (".", ".")},
        {"trigger": "user-pool", "moment": moment},
    )


def _firehose_processor(cloudformation: str, terraform: str) -> Part:
    return Part(
        nodes.Caller,
        "processor",
        (
            f"{cloudformation}.ProcessingConfiguration.Processors[].Parameters",
            f"{terraform}.processing_configuration.processors[].parameters",
        ),
        "emitter",
        {
            "target": ("ParameterValue", "parameter_value"),
            "role": (f"/{cloudformation}.RoleARN", f"/{terraform}.role_arn"),
        },
        {"trigger": "firehose"},
        where=(("ParameterName", "parameter_name"), "LambdaArn"),
    )


def _definition(resource: Resource, column: int) -> dict[str, Any]:
    """CloudFormation takes the definition as a mapping, too."""
    made: dict[str, Any] = {"ignored_policies": resource.ignored_policies}
    if column == CLOUDFORMATION and "DefinitionString" not in resource.properties.values:
        if "DefinitionS3Location" in resource.properties.values:
            return made | {"definition": Unknown("the definition is not in the project")}
        return made | {"definition": resource.properties.get("Definition")}
    return made


KINDS: Final = (
    Kind(
        nodes.Schedule,
        "AWS::Scheduler::Schedule",
        "aws_scheduler_schedule",
        {
            "schedule_name": ("Name", "name"),
            "expression": ("ScheduleExpression", "schedule_expression"),
            "time_zone": ("ScheduleExpressionTimezone", "schedule_expression_timezone"),
            "state": ("State", "state", "ENABLED"),
            "target": ("Target.Arn", "target.arn"),
            "role": ("Target.RoleArn", "target.role_arn"),
            "input": ("Target.Input", "target.input"),
            "dead_letter": ("Target.DeadLetterConfig.Arn", "target.dead_letter_config.arn"),
            "maximum_age": (
                "Target.RetryPolicy.MaximumEventAgeInSeconds",
                "target.retry_policy.maximum_event_age_in_seconds",
                86400,
            ),
            "maximum_retries": (
                "Target.RetryPolicy.MaximumRetryAttempts",
                "target.retry_policy.maximum_retry_attempts",
                185,
            ),
            "kms_key": ("KmsKeyArn", "kms_key_arn"),
        },
    ),
    Kind(
        nodes.Pipe,
        "AWS::Pipes::Pipe",
        "aws_pipes_pipe",
        {
            "pipe_name": ("Name", "name"),
            "source": ("Source", "source"),
            "target": ("Target", "target"),
            "enrichment": ("Enrichment", "enrichment"),
            "role": ("RoleArn", "role_arn"),
            "state": ("DesiredState", "desired_state", "RUNNING"),
            "filters": (
                "SourceParameters.FilterCriteria.Filters[].Pattern",
                "source_parameters.filter_criteria.filter[].pattern",
            ),
            "target_invocation": (
                "TargetParameters.LambdaFunctionParameters.InvocationType",
                "target_parameters.lambda_function_parameters.invocation_type",
            ),
        },
    ),
    Kind(
        nodes.StateMachine,
        "AWS::StepFunctions::StateMachine",
        "aws_sfn_state_machine",
        {
            "machine_name": ("StateMachineName", "name"),
            "role": ("RoleArn", "role_arn"),
            "definition": ("DefinitionString", "definition"),
            "substitutions": ("DefinitionSubstitutions", ""),
            "machine_type": ("StateMachineType", "type", "STANDARD"),
            "log_level": ("LoggingConfiguration.Level", "logging_configuration.level", "OFF"),
            "tracing": ("TracingConfiguration.Enabled", "tracing_configuration.enabled", False),
            "kms_key": ("EncryptionConfiguration.KmsKeyId", "encryption_configuration.kms_key_id"),
        },
        more=_definition,
    ),
    Kind(
        nodes.LogGroup,
        "AWS::Logs::LogGroup",
        "aws_cloudwatch_log_group",
        {
            "group_name": ("LogGroupName", "name"),
            "retention": ("RetentionInDays", "retention_in_days"),
            "kms_key": ("KmsKeyId", "kms_key_id"),
        },
    ),
    Kind(
        nodes.LogSubscription,
        "AWS::Logs::SubscriptionFilter",
        "aws_cloudwatch_log_subscription_filter",
        {
            "log_group": ("LogGroupName", "log_group_name"),
            "target": ("DestinationArn", "destination_arn"),
            "role": ("RoleArn", "role_arn"),
            "pattern": ("FilterPattern", "filter_pattern"),
        },
    ),
    Kind(
        nodes.UserPool,
        "AWS::Cognito::UserPool",
        "aws_cognito_user_pool",
        {"pool_name": ("UserPoolName", "name"), "triggers": ("LambdaConfig", "lambda_config{}")},
        parts=tuple(_user_pool_trigger(*names) for names in USER_POOL_TRIGGERS.items()),
    ),
    Kind(
        nodes.DeliveryStream,
        "AWS::KinesisFirehose::DeliveryStream",
        "aws_kinesis_firehose_delivery_stream",
        {
            "stream_name": ("DeliveryStreamName", "name"),
            "role": ("KinesisStreamSourceConfiguration.RoleARN", "kinesis_source_configuration.role_arn"),
            "source": (
                "KinesisStreamSourceConfiguration.KinesisStreamARN",
                "kinesis_source_configuration.kinesis_stream_arn",
            ),
        },
        parts=tuple(_firehose_processor(*names) for names in FIREHOSE_DESTINATIONS.items()),
    ),
    Kind(
        nodes.IotRule,
        "AWS::IoT::TopicRule",
        "aws_iot_topic_rule",
        {"rule_name": ("RuleName", "name"), "query": ("TopicRulePayload.Sql", "sql")},
        parts=(
            Part(
                nodes.Caller,
                "action",
                ("TopicRulePayload.Actions[].Lambda.FunctionArn", "lambda[].function_arn"),
                "emitter",
                {"target": (".", ".")},
                {"trigger": "iot-rule"},
            ),
        ),
    ),
    Kind(
        nodes.Caller,
        "AWS::Config::ConfigRule",
        "aws_config_config_rule",
        {"target": ("Source.SourceIdentifier", "source.source_identifier")},
        {"trigger": "config-rule"},
    ),
    Kind(
        nodes.Caller,
        "AWS::Config::OrganizationConfigRule",
        "aws_config_organization_custom_rule",
        {"target": ("OrganizationCustomRuleMetadata.LambdaFunctionArn", "lambda_function_arn")},
        {"trigger": "config-rule"},
    ),
    Kind(
        nodes.ReceiptRule,
        "AWS::SES::ReceiptRule",
        "aws_ses_receipt_rule",
        {"rule_set": ("RuleSetName", "rule_set_name")},
        parts=(
            Part(
                nodes.Caller,
                "action",
                ("Rule.Actions[].LambdaAction", "lambda_action"),
                "emitter",
                {"target": ("FunctionArn", "function_arn"), "invocation_type": ("InvocationType", "invocation_type")},
                {"trigger": "ses-receipt"},
            ),
        ),
    ),
    Kind(
        nodes.Pipeline,
        "AWS::CodePipeline::Pipeline",
        "aws_codepipeline",
        {"pipeline_name": ("Name", "name"), "role": ("RoleArn", "role_arn")},
        parts=(
            Part(
                nodes.Caller,
                "action",
                ("Stages[].Actions", "stage[].action"),
                "emitter",
                {
                    "target": ("Configuration.FunctionName", "configuration.FunctionName"),
                    "role": ("/RoleArn", "/role_arn"),
                },
                {"trigger": "codepipeline"},
                needs="target",
                where=(("ActionTypeId.Provider", "provider"), "Lambda"),
            ),
        ),
    ),
    Kind(
        nodes.Repository,
        "AWS::CodeCommit::Repository",
        "aws_codecommit_repository",
        {"repository_name": ("RepositoryName", "repository_name")},
        parts=(
            Part(
                nodes.Caller,
                "trigger",
                ("Triggers", ""),
                "emitter",
                {"target": ("DestinationArn", "")},
                {"trigger": "codecommit"},
            ),
        ),
    ),
    Kind(
        nodes.Caller,
        "",
        "aws_codecommit_trigger",
        {"target": ("", "trigger[].destination_arn"), "emitter": ("", "repository_name")},
        {"trigger": "codecommit"},
    ),
    Kind(
        nodes.GraphqlApi,
        "AWS::AppSync::GraphQLApi",
        "aws_appsync_graphql_api",
        {"api_name": ("Name", "name"), "authentication": ("AuthenticationType", "authentication_type")},
        parts=(
            Part(
                nodes.Caller,
                "authorizer",
                ("LambdaAuthorizerConfig.AuthorizerUri", "lambda_authorizer_config.authorizer_uri"),
                "emitter",
                {"target": (".", ".")},
                {"trigger": "appsync-authorizer"},
            ),
        ),
    ),
    Kind(
        nodes.Caller,
        "AWS::AppSync::DataSource",
        "aws_appsync_datasource",
        {
            "target": ("LambdaConfig.LambdaFunctionArn", "lambda_config.function_arn"),
            "role": ("ServiceRoleArn", "service_role_arn"),
            "emitter": ("ApiId", "api_id"),
        },
        {"trigger": "appsync"},
    ),
)
