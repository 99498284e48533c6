# terraform-aws-modules/apigateway-v2/aws: an HTTP or WebSocket API, its routes, integrations, authorizers and stage.
# Calls of releases before 5 name the integrations themselves (`integrations`, `default_stage_access_log_…`).

inputs {
  create                         = true
  create_api_gateway             = true
  create_routes_and_integrations = true
  create_stage                   = true
  region                         = null
  name                           = ""
  protocol_type                  = "HTTP"
  body                           = null
  credentials_arn                = null
  route_key                      = null
  target                         = null
  cors_configuration             = null
  authorizers                    = {}
  routes                         = {}
  integrations                   = {}
  stage_name                     = "$default"
  disable_execute_api_endpoint   = null
  stage_access_log_settings      = {}
}

locals {
  present = var.create && var.create_api_gateway
  # One shape for both generations: what a route calls, by the route's key.
  called = merge(
    { for key, integration in var.integrations : key => {
      uri             = try(integration.lambda_arn, integration.integration_uri, null)
      type            = try(integration.integration_type, try(integration.lambda_arn, "") != "" ? "AWS_PROXY" : "MOCK")
      method          = try(integration.integration_method, null)
      credentials_arn = try(integration.credentials_arn, null)
    } },
    { for key, route in var.routes : key => {
      uri             = try(route.integration.uri, null)
      type            = try(coalesce(route.integration.type), "AWS_PROXY")
      method          = try(route.integration.method, null)
      credentials_arn = try(route.integration.credentials_arn, null)
    } },
  )
  routed = merge(var.integrations, var.routes)
}

resource "aws_apigatewayv2_api" "this" {
  count = local.present ? 1 : 0

  region                       = var.region
  name                         = var.name
  protocol_type                = var.protocol_type
  body                         = var.protocol_type == "HTTP" ? var.body : null
  credentials_arn              = var.protocol_type == "HTTP" ? var.credentials_arn : null
  route_key                    = var.protocol_type == "HTTP" ? var.route_key : null
  target                       = var.protocol_type == "HTTP" ? var.target : null
  disable_execute_api_endpoint = var.disable_execute_api_endpoint

  dynamic "cors_configuration" {
    for_each = var.protocol_type == "HTTP" && var.cors_configuration != null ? [var.cors_configuration] : []
    content {
      allow_credentials = try(cors_configuration.value.allow_credentials, null)
      allow_headers     = try(cors_configuration.value.allow_headers, null)
      allow_methods     = try(cors_configuration.value.allow_methods, null)
      allow_origins     = try(cors_configuration.value.allow_origins, null)
      expose_headers    = try(cors_configuration.value.expose_headers, null)
      max_age           = try(cors_configuration.value.max_age, null)
    }
  }
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each = { for name, authorizer in var.authorizers : name => authorizer if local.present }

  api_id                     = aws_apigatewayv2_api.this[0].id
  name                       = try(coalesce(each.value.name), each.key)
  authorizer_type            = try(each.value.authorizer_type, null)
  authorizer_uri             = try(each.value.authorizer_uri, null)
  authorizer_credentials_arn = try(each.value.authorizer_credentials_arn, null)
  identity_sources           = try(each.value.identity_sources, null)
}

resource "aws_apigatewayv2_route" "this" {
  for_each = { for key, route in local.routed : key => route if local.present && var.create_routes_and_integrations }

  api_id               = aws_apigatewayv2_api.this[0].id
  route_key            = each.key
  authorization_type   = try(each.value.authorization_type, null)
  authorization_scopes = try(each.value.authorization_scopes, null)
  authorizer_id        = try(aws_apigatewayv2_authorizer.this[each.value.authorizer_key].id, each.value.authorizer_id, null)
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = { for key, integration in local.called : key => integration if local.present && var.create_routes_and_integrations }

  api_id             = aws_apigatewayv2_api.this[0].id
  integration_type   = each.value.type
  integration_uri    = each.value.uri
  integration_method = each.value.method
  credentials_arn    = each.value.credentials_arn
}

resource "aws_apigatewayv2_stage" "this" {
  count = local.present && var.create_stage ? 1 : 0

  api_id      = aws_apigatewayv2_api.this[0].id
  name        = var.stage_name
  auto_deploy = var.protocol_type == "HTTP" ? true : null
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.present && var.create_stage && try(var.stage_access_log_settings.create_log_group, true) ? { this = true } : {}

  name              = try(coalesce(var.stage_access_log_settings.log_group_name), "/aws/apigateway/${var.name}/${replace(var.stage_name, "$", "")}")
  retention_in_days = try(var.stage_access_log_settings.log_group_retention_in_days, null)
}

outputs {
  api_id                                   = try(aws_apigatewayv2_api.this[0].id, null)
  api_arn                                  = try(aws_apigatewayv2_api.this[0].arn, null)
  api_endpoint                             = try(aws_apigatewayv2_api.this[0].api_endpoint, null)
  api_execution_arn                        = try(aws_apigatewayv2_api.this[0].execution_arn, null)
  authorizers                              = aws_apigatewayv2_authorizer.this
  integrations                             = aws_apigatewayv2_integration.this
  routes                                   = aws_apigatewayv2_route.this
  stage_id                                 = try(aws_apigatewayv2_stage.this[0].id, null)
  stage_arn                                = try(aws_apigatewayv2_stage.this[0].arn, null)
  stage_execution_arn                      = try(aws_apigatewayv2_stage.this[0].execution_arn, null)
  stage_invoke_url                         = try(aws_apigatewayv2_stage.this[0].invoke_url, null)
  apigatewayv2_api_id                      = try(aws_apigatewayv2_api.this[0].id, null)
  apigatewayv2_api_arn                     = try(aws_apigatewayv2_api.this[0].arn, null)
  apigatewayv2_api_api_endpoint            = try(aws_apigatewayv2_api.this[0].api_endpoint, null)
  apigatewayv2_api_execution_arn           = try(aws_apigatewayv2_api.this[0].execution_arn, null)
  default_apigatewayv2_stage_arn           = try(aws_apigatewayv2_stage.this[0].arn, null)
  default_apigatewayv2_stage_execution_arn = try(aws_apigatewayv2_stage.this[0].execution_arn, null)
  default_apigatewayv2_stage_invoke_url    = try(aws_apigatewayv2_stage.this[0].invoke_url, null)
}
