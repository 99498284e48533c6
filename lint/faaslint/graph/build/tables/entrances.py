"""API Gateway, load balancers and CloudFront."""

from __future__ import annotations

from typing import Any, Final

from ....load.resource import Resource
from ....model import nodes
from ....model.read import field
from ....model.value import Known
from ..table import CLOUDFORMATION, Kind, Part


def _http_api(resource: Resource, column: int) -> dict[str, Any]:
    protocol = field(Known(resource.properties), "ProtocolType" if column == CLOUDFORMATION else "protocol_type")
    text = protocol.value if isinstance(protocol, Known) and isinstance(protocol.value, str) else "HTTP"
    return {"protocol": text.upper()}


def _target_group(resource: Resource, column: int) -> dict[str, Any]:
    return {"inline_targets": column == CLOUDFORMATION and "Targets" in resource.properties.values}


KINDS: Final = (
    Kind(
        nodes.Api,
        "AWS::ApiGateway::RestApi",
        "aws_api_gateway_rest_api",
        {
            "api_name": ("Name", "name"),
            "policy": ("Policy", "policy"),
            "endpoint_types": ("EndpointConfiguration.Types", "endpoint_configuration.types"),
            "disable_default_endpoint": ("DisableExecuteApiEndpoint", "disable_execute_api_endpoint", False),
            "api_key_source": ("ApiKeySourceType", "api_key_source"),
            "body": ("Body", "body"),
        },
        {"protocol": "REST"},
    ),
    Kind(
        nodes.Api,
        "AWS::ApiGatewayV2::Api",
        "aws_apigatewayv2_api",
        {
            "api_name": ("Name", "name"),
            "disable_default_endpoint": ("DisableExecuteApiEndpoint", "disable_execute_api_endpoint", False),
            "body": ("Body", "body"),
            "cors": ("CorsConfiguration", "cors_configuration{}"),
            "allow_origins": ("CorsConfiguration.AllowOrigins", "cors_configuration.allow_origins"),
            "allow_credentials": ("CorsConfiguration.AllowCredentials", "cors_configuration.allow_credentials"),
            "target": ("Target", "target"),
            "credentials": ("CredentialsArn", "credentials_arn"),
        },
        more=_http_api,
    ),
    Kind(
        nodes.ApiResource,
        "AWS::ApiGateway::Resource",
        "aws_api_gateway_resource",
        {
            "api": ("RestApiId", "rest_api_id"),
            "parent": ("ParentId", "parent_id"),
            "path_part": ("PathPart", "path_part"),
        },
    ),
    Kind(
        nodes.Route,
        "AWS::ApiGateway::Method",
        "aws_api_gateway_method",
        {
            "api": ("RestApiId", "rest_api_id"),
            "method": ("HttpMethod", "http_method"),
            "resource": ("ResourceId", "resource_id"),
            "authorization": ("AuthorizationType", "authorization", "NONE"),
            "authorizer": ("AuthorizerId", "authorizer_id"),
            "api_key_required": ("ApiKeyRequired", "api_key_required", False),
            "validator": ("RequestValidatorId", "request_validator_id"),
            "integration_type": ("Integration.Type", ""),
            "integration_method": ("Integration.IntegrationHttpMethod", ""),
            "uri": ("Integration.Uri", ""),
            "credentials": ("Integration.Credentials", ""),
            "timeout": ("Integration.TimeoutInMillis", ""),
            "request_parameters": ("Integration.RequestParameters", ""),
            "integration_responses": ("Integration.IntegrationResponses", ""),
        },
    ),
    Kind(
        nodes.Route,
        "AWS::ApiGatewayV2::Route",
        "aws_apigatewayv2_route",
        {
            "api": ("ApiId", "api_id"),
            "route_key": ("RouteKey", "route_key"),
            "target": ("Target", "target"),
            "authorization": ("AuthorizationType", "authorization_type", "NONE"),
            "authorizer": ("AuthorizerId", "authorizer_id"),
            "api_key_required": ("ApiKeyRequired", "api_key_required", False),
        },
    ),
    Kind(
        nodes.Integration,
        "",
        "aws_api_gateway_integration",
        {
            "api": ("", "rest_api_id"),
            "method": ("", "http_method"),
            "resource": ("", "resource_id"),
            "integration_type": ("", "type"),
            "integration_method": ("", "integration_http_method"),
            "uri": ("", "uri"),
            "credentials": ("", "credentials"),
            "timeout": ("", "timeout_milliseconds"),
            "request_parameters": ("", "request_parameters"),
        },
    ),
    Kind(
        nodes.Integration,
        "AWS::ApiGatewayV2::Integration",
        "aws_apigatewayv2_integration",
        {
            "api": ("ApiId", "api_id"),
            "integration_type": ("IntegrationType", "integration_type"),
            "integration_method": ("IntegrationMethod", "integration_method"),
            "uri": ("IntegrationUri", "integration_uri"),
            "credentials": ("CredentialsArn", "credentials_arn"),
            "timeout": ("TimeoutInMillis", "timeout_milliseconds"),
            "payload_format": ("PayloadFormatVersion", "payload_format_version"),
            "request_parameters": ("RequestParameters", "request_parameters"),
            "subtype": ("IntegrationSubtype", "integration_subtype"),
        },
    ),
    Kind(
        nodes.Authorizer,
        "AWS::ApiGateway::Authorizer",
        "aws_api_gateway_authorizer",
        {
            "api": ("RestApiId", "rest_api_id"),
            "uri": ("AuthorizerUri", "authorizer_uri"),
            "credentials": ("AuthorizerCredentials", "authorizer_credentials"),
            "authorizer_type": ("Type", "type"),
            "cache_seconds": ("AuthorizerResultTtlInSeconds", "authorizer_result_ttl_in_seconds", 300),
            "identity": ("IdentitySource", "identity_source"),
            "providers": ("ProviderARNs", "provider_arns"),
        },
    ),
    Kind(
        nodes.Authorizer,
        "AWS::ApiGatewayV2::Authorizer",
        "aws_apigatewayv2_authorizer",
        {
            "api": ("ApiId", "api_id"),
            "uri": ("AuthorizerUri", "authorizer_uri"),
            "credentials": ("AuthorizerCredentialsArn", "authorizer_credentials_arn"),
            "authorizer_type": ("AuthorizerType", "authorizer_type"),
            "payload_format": ("AuthorizerPayloadFormatVersion", "authorizer_payload_format_version"),
            "simple_responses": ("EnableSimpleResponses", "enable_simple_responses"),
            "cache_seconds": ("AuthorizerResultTtlInSeconds", "authorizer_result_ttl_in_seconds"),
            "identity": ("IdentitySource", "identity_sources"),
        },
    ),
    Kind(
        nodes.Stage,
        "AWS::ApiGateway::Stage",
        "aws_api_gateway_stage",
        {
            "api": ("RestApiId", "rest_api_id"),
            "stage_name": ("StageName", "stage_name"),
            "deployment": ("DeploymentId", "deployment_id"),
            "variables": ("Variables", "variables"),
            "tracing": ("TracingEnabled", "xray_tracing_enabled", False),
            "access_log": ("AccessLogSetting.DestinationArn", "access_log_settings.destination_arn"),
        },
    ),
    Kind(
        nodes.Stage,
        "AWS::ApiGatewayV2::Stage",
        "aws_apigatewayv2_stage",
        {
            "api": ("ApiId", "api_id"),
            "stage_name": ("StageName", "name"),
            "deployment": ("DeploymentId", "deployment_id"),
            "auto_deploy": ("AutoDeploy", "auto_deploy", False),
            "variables": ("StageVariables", "stage_variables"),
            "access_log": ("AccessLogSettings.DestinationArn", "access_log_settings.destination_arn"),
        },
    ),
    Kind(
        nodes.ApiDeployment,
        "AWS::ApiGateway::Deployment",
        "aws_api_gateway_deployment",
        {
            "api": ("RestApiId", "rest_api_id"),
            "stage_name": ("StageName", "stage_name"),
            "triggers": ("", "triggers"),
            "variables": ("", "variables"),
            "stage_description": ("", "stage_description"),
        },
    ),
    Kind(
        nodes.ApiDeployment,
        "AWS::ApiGatewayV2::Deployment",
        "aws_apigatewayv2_deployment",
        {"api": ("ApiId", "api_id"), "stage_name": ("StageName", ""), "triggers": ("", "triggers")},
    ),
    Kind(
        nodes.DomainName,
        "AWS::ApiGateway::DomainName",
        "aws_api_gateway_domain_name",
        {
            "domain_name": ("DomainName", "domain_name"),
            "mutual_tls": (
                "MutualTlsAuthentication.TruststoreUri",
                "mutual_tls_authentication.truststore_uri",
            ),
        },
    ),
    Kind(
        nodes.DomainName,
        "AWS::ApiGatewayV2::DomainName",
        "aws_apigatewayv2_domain_name",
        {
            "domain_name": ("DomainName", "domain_name"),
            "mutual_tls": (
                "MutualTlsAuthentication.TruststoreUri",
                "mutual_tls_authentication.truststore_uri",
            ),
        },
    ),
    Kind(
        nodes.LoadBalancer,
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "aws_lb aws_alb",
        {
            "balancer_type": ("Type", "load_balancer_type", "application"),
            "subnets": ("Subnets", "subnets"),
            "security_groups": ("SecurityGroups", "security_groups"),
            "scheme": ("Scheme", ""),
        },
    ),
    Kind(
        nodes.LoadBalancerTarget,
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "aws_lb_target_group aws_alb_target_group",
        {
            "target_type": ("TargetType", "target_type", "instance"),
            "attributes": ("TargetGroupAttributes", ""),
            "multi_value_headers": ("", "lambda_multi_value_headers_enabled"),
        },
        parts=(Part(nodes.TargetAttachment, "target", ("Targets", ""), "group", {"target": ("Id", "")}),),
        more=_target_group,
    ),
    Kind(
        nodes.TargetAttachment,
        "",
        "aws_lb_target_group_attachment aws_alb_target_group_attachment",
        {"group": ("", "target_group_arn"), "target": ("", "target_id")},
    ),
    Kind(
        nodes.Listener,
        "AWS::ElasticLoadBalancingV2::Listener",
        "aws_lb_listener aws_alb_listener",
        {
            "balancer": ("LoadBalancerArn", "load_balancer_arn"),
            "target_groups": ("DefaultActions[].TargetGroupArn", "default_action[].target_group_arn"),
            "protocol": ("Protocol", "protocol"),
            "port": ("Port", "port"),
        },
    ),
    Kind(
        nodes.Listener,
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "aws_lb_listener_rule aws_alb_listener_rule",
        {
            "balancer": ("ListenerArn", "listener_arn"),
            "target_groups": ("Actions[].TargetGroupArn", "action[].target_group_arn"),
        },
    ),
    Kind(
        nodes.Distribution,
        "AWS::CloudFront::Distribution",
        "aws_cloudfront_distribution",
        {
            "enabled": ("DistributionConfig.Enabled", "enabled"),
            "origin_domains": ("DistributionConfig.Origins[].DomainName", "origin[].domain_name"),
        },
    ),
    Kind(
        nodes.CloudFrontFunction,
        "AWS::CloudFront::Function",
        "aws_cloudfront_function",
        {
            "function_name": ("Name", "name"),
            "source_text": ("FunctionCode", "code"),
            "runtime": ("FunctionConfig.Runtime", "runtime"),
            "publish": ("AutoPublish", "publish"),
        },
    ),
)
