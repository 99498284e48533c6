# terraform-aws-modules/lambda/aws//modules/alias: an alias of a function, what may call it, what feeds it.

inputs {
  create                                    = true
  use_existing_alias                        = false
  refresh_alias                             = true
  name                                      = ""
  description                               = ""
  function_name                             = ""
  function_version                          = ""
  routing_additional_version_weights        = {}
  create_async_event_config                 = false
  create_version_async_event_config         = true
  create_qualified_alias_async_event_config = true
  maximum_event_age_in_seconds              = null
  maximum_retry_attempts                    = null
  destination_on_failure                    = null
  destination_on_success                    = null
  create_version_allowed_triggers           = true
  create_qualified_alias_allowed_triggers   = true
  allowed_triggers                          = {}
  event_source_mapping                      = {}
}

data "aws_lambda_alias" "existing" {}

locals {
  version = var.function_version != "" ? var.function_version : "$LATEST"
  made    = var.create && !var.use_existing_alias
  # An alias that another system made points where this one can not see.
  reached = var.use_existing_alias ? data.aws_lambda_alias.existing.function_version : local.version
}

resource "aws_lambda_alias" "with_refresh" {
  count = local.made && var.refresh_alias ? 1 : 0

  name             = var.name
  function_name    = var.function_name
  function_version = local.version

  dynamic "routing_config" {
    for_each = length(keys(var.routing_additional_version_weights)) > 0 ? [true] : []
    content {
      additional_version_weights = var.routing_additional_version_weights
    }
  }
}

resource "aws_lambda_alias" "no_refresh" {
  count = local.made && !var.refresh_alias ? 1 : 0

  name             = var.name
  function_name    = var.function_name
  function_version = local.version

  dynamic "routing_config" {
    for_each = length(keys(var.routing_additional_version_weights)) > 0 ? [true] : []
    content {
      additional_version_weights = var.routing_additional_version_weights
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = toset(var.create && var.create_async_event_config ? compact([
    var.create_version_async_event_config ? "version" : "",
    var.create_qualified_alias_async_event_config ? "qualified_alias" : "",
  ]) : [])

  function_name                = var.function_name
  qualifier                    = each.key == "version" ? local.reached : var.name
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  maximum_retry_attempts       = var.maximum_retry_attempts

  dynamic "destination_config" {
    for_each = var.destination_on_failure != null || var.destination_on_success != null ? [true] : []
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure != null ? [true] : []
        content {
          destination = var.destination_on_failure
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success != null ? [true] : []
        content {
          destination = var.destination_on_success
        }
      }
    }
  }
}

resource "aws_lambda_permission" "version_triggers" {
  for_each = { for name, trigger in var.allowed_triggers : name => trigger if var.create && var.create_version_allowed_triggers }

  function_name      = var.function_name
  qualifier          = local.reached != "$LATEST" ? local.reached : null
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_permission" "qualified_alias_triggers" {
  for_each = { for name, trigger in var.allowed_triggers : name => trigger if var.create && var.create_qualified_alias_allowed_triggers }

  function_name      = var.function_name
  qualifier          = var.name
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = { for name, mapping in var.event_source_mapping : name => mapping if var.create }

  function_name           = try(aws_lambda_alias.with_refresh[0].arn, aws_lambda_alias.no_refresh[0].arn, null)
  event_source_arn        = try(each.value.event_source_arn, null)
  batch_size              = try(each.value.batch_size, null)
  enabled                 = try(each.value.enabled, null)
  starting_position       = try(each.value.starting_position, null)
  function_response_types = try(each.value.function_response_types, null)
}

outputs {
  lambda_alias_name       = var.name
  lambda_alias_arn        = try(aws_lambda_alias.with_refresh[0].arn, aws_lambda_alias.no_refresh[0].arn, "")
  lambda_alias_invoke_arn = try(aws_lambda_alias.with_refresh[0].invoke_arn, aws_lambda_alias.no_refresh[0].invoke_arn, "")
}
