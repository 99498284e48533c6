# terraform-aws-modules/lambda/aws: a function or a layer, its role, its triggers.

inputs {
  create                                  = true
  create_function                         = true
  create_layer                            = false
  create_role                             = true
  create_package                          = true
  region                                  = null
  function_name                           = ""
  description                             = ""
  handler                                 = ""
  runtime                                 = ""
  memory_size                             = 128
  timeout                                 = 3
  publish                                 = false
  snap_start                              = false
  lambda_at_edge                          = false
  lambda_at_edge_logs_all_regions         = true
  layers                                  = null
  architectures                           = null
  package_type                            = "Zip"
  image_uri                               = null
  image_config_command                    = []
  image_config_entry_point                = []
  image_config_working_directory          = null
  kms_key_arn                             = null
  environment_variables                   = {}
  ephemeral_storage_size                  = 512
  tracing_mode                            = null
  dead_letter_target_arn                  = null
  reserved_concurrent_executions          = -1
  provisioned_concurrent_executions       = -1
  vpc_subnet_ids                          = null
  vpc_security_group_ids                  = null
  file_system_arn                         = null
  file_system_local_mount_path            = null
  logging_log_format                      = "Text"
  logging_log_group                       = null
  durable_config_execution_timeout        = null
  durable_config_retention_period         = null
  managed_instances_capacity_provider_arn = null

  source_path            = null
  local_existing_package = null
  s3_existing_package    = null
  store_on_s3            = false
  s3_bucket              = null
  s3_prefix              = null

  layer_name               = ""
  compatible_runtimes      = []
  compatible_architectures = null

  create_lambda_function_url                   = false
  create_unqualified_alias_lambda_function_url = true
  authorization_type                           = "NONE"
  invoke_mode                                  = null
  cors                                         = {}

  create_async_event_config                   = false
  create_current_version_async_event_config   = true
  create_unqualified_alias_async_event_config = true
  maximum_event_age_in_seconds                = null
  maximum_retry_attempts                      = null
  destination_on_failure                      = null
  destination_on_success                      = null

  allowed_triggers                          = {}
  create_current_version_allowed_triggers   = true
  create_unqualified_alias_allowed_triggers = true
  event_source_mapping                      = {}

  use_existing_cloudwatch_log_group = false
  cloudwatch_logs_retention_in_days = null
  cloudwatch_logs_kms_key_id        = null

  lambda_role                   = ""
  role_name                     = null
  role_permissions_boundary     = null
  trusted_entities              = []
  assume_role_policy_statements = {}

  attach_cloudwatch_logs_policy      = true
  attach_create_log_group_permission = true
  attach_dead_letter_policy          = false
  attach_network_policy              = false
  attach_tracing_policy              = false
  attach_async_event_policy          = false
  attach_policy_json                 = false
  attach_policy_jsons                = false
  attach_policy                      = false
  attach_policies                    = false
  attach_policy_statements           = false
  number_of_policy_jsons             = 0
  number_of_policies                 = 0
  policy_json                        = null
  policy_jsons                       = []
  policy                             = null
  policies                           = []
  policy_statements                  = {}
}

data "aws_partition" "current" {}
# The archive is made by a script while Terraform runs.
data "external" "archive" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  functions = var.create && var.create_function && !var.create_layer ? 1 : 0
  roles     = local.functions == 1 && var.create_role ? 1 : 0
  object    = var.s3_existing_package != null
  on_bucket = local.object || var.store_on_s3
  log_group = coalesce(var.logging_log_group, "/aws/lambda/${var.lambda_at_edge ? "us-east-1." : ""}${var.function_name}")
  log_arn   = try(data.aws_cloudwatch_log_group.lambda[0].arn, aws_cloudwatch_log_group.lambda[0].arn, "")
  # Logs of a function at the edge are written wherever it ran.
  log_target = local.roles == 1 && var.lambda_at_edge ? "arn:${data.aws_partition.current.partition}:logs:${var.lambda_at_edge_logs_all_regions ? "*" : "us-east-1"}:${data.aws_caller_identity.current.account_id}:log-group:${local.log_group}" : local.log_arn
}

resource "aws_lambda_function" "this" {
  count = local.functions

  region                         = var.region
  function_name                  = var.function_name
  description                    = var.description
  role                           = var.create_role ? aws_iam_role.lambda[0].arn : var.lambda_role
  handler                        = var.package_type == "Zip" ? var.handler : null
  runtime                        = var.package_type == "Zip" ? var.runtime : null
  memory_size                    = var.memory_size
  timeout                        = var.lambda_at_edge ? min(var.timeout, 30) : var.timeout
  publish                        = var.lambda_at_edge || var.snap_start ? true : var.publish
  layers                         = var.layers
  architectures                  = var.architectures
  package_type                   = var.package_type
  image_uri                      = var.image_uri
  kms_key_arn                    = var.kms_key_arn
  reserved_concurrent_executions = var.reserved_concurrent_executions
  filename                       = var.local_existing_package
  s3_bucket                      = local.object ? try(var.s3_existing_package.bucket, null) : (var.store_on_s3 ? var.s3_bucket : null)
  s3_key                         = local.object ? try(var.s3_existing_package.key, null) : null

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size == null ? [] : [true]
    content {
      size = var.ephemeral_storage_size
    }
  }

  dynamic "image_config" {
    for_each = length(var.image_config_command) + length(var.image_config_entry_point) > 0 || var.image_config_working_directory != null ? [true] : []
    content {
      command           = var.image_config_command
      entry_point       = var.image_config_entry_point
      working_directory = var.image_config_working_directory
    }
  }

  dynamic "environment" {
    for_each = length(keys(var.environment_variables)) > 0 ? [true] : []
    content {
      variables = var.environment_variables
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn != null ? [true] : []
    content {
      target_arn = var.dead_letter_target_arn
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_mode != null ? [true] : []
    content {
      mode = var.tracing_mode
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [true] : []
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }

  dynamic "file_system_config" {
    for_each = var.file_system_arn != null && var.file_system_local_mount_path != null ? [true] : []
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? [true] : []
    content {
      apply_on = "PublishedVersions"
    }
  }

  dynamic "logging_config" {
    for_each = var.logging_log_group != null || var.logging_log_format != "Text" ? [true] : []
    content {
      log_group  = var.logging_log_group
      log_format = var.logging_log_format
    }
  }

  dynamic "durable_config" {
    for_each = var.durable_config_execution_timeout != null ? [true] : []
    content {
      execution_timeout = var.durable_config_execution_timeout
      retention_period  = var.durable_config_retention_period
    }
  }

  dynamic "capacity_provider_config" {
    for_each = var.managed_instances_capacity_provider_arn != null ? [true] : []
    content {
      lambda_managed_instances_capacity_provider_config {
        capacity_provider_arn = var.managed_instances_capacity_provider_arn
      }
    }
  }
}

resource "aws_lambda_layer_version" "this" {
  count = var.create && var.create_layer ? 1 : 0

  layer_name               = var.layer_name
  compatible_runtimes      = length(var.compatible_runtimes) > 0 ? var.compatible_runtimes : (var.runtime == "" ? null : [var.runtime])
  compatible_architectures = var.compatible_architectures
  filename                 = var.local_existing_package
}

data "aws_cloudwatch_log_group" "lambda" {
  count = var.use_existing_cloudwatch_log_group ? local.functions : 0
  name  = local.log_group
}

resource "aws_cloudwatch_log_group" "lambda" {
  count = var.use_existing_cloudwatch_log_group ? 0 : local.functions

  name              = local.log_group
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id
}

resource "aws_lambda_provisioned_concurrency_config" "current_version" {
  count = var.provisioned_concurrent_executions > -1 ? local.functions : 0

  function_name                     = aws_lambda_function.this[0].function_name
  qualifier                         = aws_lambda_function.this[0].version
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = toset(local.functions == 1 && var.create_async_event_config ? compact([
    var.create_current_version_async_event_config ? "current_version" : "",
    var.create_unqualified_alias_async_event_config ? "unqualified_alias" : "",
  ]) : [])

  function_name                = aws_lambda_function.this[0].function_name
  qualifier                    = each.key == "current_version" ? aws_lambda_function.this[0].version : null
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

resource "aws_lambda_permission" "current_version_triggers" {
  for_each = { for name, trigger in var.allowed_triggers : name => trigger if local.functions == 1 && var.create_current_version_allowed_triggers }

  function_name          = aws_lambda_function.this[0].function_name
  qualifier              = aws_lambda_function.this[0].version
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_permission" "unqualified_alias_triggers" {
  for_each = { for name, trigger in var.allowed_triggers : name => trigger if local.functions == 1 && var.create_unqualified_alias_allowed_triggers }

  function_name          = aws_lambda_function.this[0].function_name
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = { for name, mapping in var.event_source_mapping : name => mapping if local.functions == 1 && var.create_unqualified_alias_allowed_triggers }

  function_name                      = aws_lambda_function.this[0].arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  enabled                            = try(each.value.enabled, true)
  starting_position                  = try(each.value.starting_position, null)
  starting_position_timestamp        = try(each.value.starting_position_timestamp, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)
  function_response_types            = try(each.value.function_response_types, null)
  tumbling_window_in_seconds         = try(each.value.tumbling_window_in_seconds, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) != null ? [true] : []
    content {
      on_failure {
        destination_arn = each.value.destination_arn_on_failure
      }
    }
  }

  dynamic "scaling_config" {
    for_each = try([each.value.scaling_config], [])
    content {
      maximum_concurrency = try(scaling_config.value.maximum_concurrency, null)
    }
  }

  dynamic "filter_criteria" {
    for_each = try(each.value.filter_criteria, null) != null ? [true] : []
    content {
      dynamic "filter" {
        for_each = try(flatten([each.value.filter_criteria]), [])
        content {
          pattern = try(filter.value.pattern, null)
        }
      }
    }
  }

  dynamic "self_managed_event_source" {
    for_each = try(each.value.self_managed_event_source, [])
    content {
      endpoints = self_managed_event_source.value.endpoints
    }
  }

  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value["type"]
      uri  = source_access_configuration.value["uri"]
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count = var.create_lambda_function_url ? local.functions : 0

  function_name      = aws_lambda_function.this[0].function_name
  qualifier          = var.create_unqualified_alias_lambda_function_url ? null : aws_lambda_function.this[0].version
  authorization_type = var.authorization_type
  invoke_mode        = var.invoke_mode

  dynamic "cors" {
    for_each = length(keys(var.cors)) > 0 ? [var.cors] : []
    content {
      allow_credentials = try(cors.value.allow_credentials, null)
      allow_headers     = try(cors.value.allow_headers, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_origins     = try(cors.value.allow_origins, null)
      expose_headers    = try(cors.value.expose_headers, null)
      max_age           = try(cors.value.max_age, null)
    }
  }
}

data "aws_iam_policy_document" "assume_role" {
  count = local.roles

  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type = "Service"
      identifiers = distinct(compact(concat(
        var.lambda_at_edge ? ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] : ["lambda.amazonaws.com"],
        [for entity in var.trusted_entities : try(tostring(entity), "")],
      )))
    }

    dynamic "principals" {
      for_each = [for entity in var.trusted_entities : entity if !can(tostring(entity))]
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }

  dynamic "statement" {
    for_each = var.assume_role_policy_statements
    content {
      sid         = try(statement.value.sid, null)
      effect      = try(coalesce(statement.value.effect), "Allow")
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)

      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "lambda" {
  count = local.roles

  name                 = coalesce(var.role_name, var.function_name, "*")
  assume_role_policy   = data.aws_iam_policy_document.assume_role[0].json
  permissions_boundary = var.role_permissions_boundary
}

resource "aws_iam_role_policy" "logs" {
  count = var.attach_cloudwatch_logs_policy ? local.roles : 0

  role = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = compact([
        !var.use_existing_cloudwatch_log_group && var.attach_create_log_group_permission ? "logs:CreateLogGroup" : "",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
      ])
      Resource = ["${local.log_target}:*", "${local.log_target}:*:*"]
    }]
  })
}

resource "aws_iam_role_policy" "dead_letter" {
  count = var.attach_dead_letter_policy ? local.roles : 0

  role = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sns:Publish", "sqs:SendMessage"], Resource = [var.dead_letter_target_arn] }]
  })
}

data "aws_iam_policy" "vpc" {
  count = var.attach_network_policy ? local.roles : 0
  arn   = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

resource "aws_iam_role_policy" "vpc" {
  count = var.attach_network_policy ? local.roles : 0

  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy.vpc[0].policy
}

data "aws_iam_policy" "tracing" {
  count = var.attach_tracing_policy ? local.roles : 0
  arn   = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

resource "aws_iam_role_policy" "tracing" {
  count = var.attach_tracing_policy ? local.roles : 0

  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy.tracing[0].policy
}

resource "aws_iam_role_policy" "async" {
  count = var.attach_async_event_policy ? local.roles : 0

  role = aws_iam_role.lambda[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"]
      Resource = distinct(compact([var.destination_on_failure, var.destination_on_success]))
    }]
  })
}

resource "aws_iam_role_policy" "additional_json" {
  count = var.attach_policy_json ? local.roles : 0

  role   = aws_iam_role.lambda[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count = local.roles == 1 && var.attach_policy_jsons ? var.number_of_policy_jsons : 0

  role   = aws_iam_role.lambda[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count = var.attach_policy ? local.roles : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count = local.roles == 1 && var.attach_policies ? var.number_of_policies : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "additional_inline" {
  count = var.attach_policy_statements ? local.roles : 0

  dynamic "statement" {
    for_each = var.policy_statements
    content {
      sid           = try(statement.value.sid, replace(statement.key, "/[^0-9A-Za-z]/", ""))
      effect        = try(coalesce(statement.value.effect), "Allow")
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "additional_inline" {
  count = var.attach_policy_statements ? local.roles : 0

  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.additional_inline[0].json
}

outputs {
  lambda_function_arn                  = try(aws_lambda_function.this[0].arn, "")
  lambda_function_arn_static           = try(aws_lambda_function.this[0].arn, "")
  lambda_function_name                 = try(aws_lambda_function.this[0].function_name, "")
  lambda_function_invoke_arn           = try(aws_lambda_function.this[0].invoke_arn, "")
  lambda_function_qualified_arn        = try(aws_lambda_function.this[0].qualified_arn, "")
  lambda_function_qualified_invoke_arn = try(aws_lambda_function.this[0].qualified_invoke_arn, "")
  lambda_function_version              = try(aws_lambda_function.this[0].version, "")
  lambda_function_last_modified        = try(aws_lambda_function.this[0].last_modified, "")
  lambda_function_kms_key_arn          = try(aws_lambda_function.this[0].kms_key_arn, "")
  lambda_function_source_code_hash     = try(aws_lambda_function.this[0].source_code_hash, "")
  lambda_function_source_code_size     = try(aws_lambda_function.this[0].source_code_size, "")
  lambda_function_url                  = try(aws_lambda_function_url.this[0].function_url, "")
  lambda_function_url_id               = try(aws_lambda_function_url.this[0].url_id, "")
  local_filename                       = var.local_existing_package != null || var.store_on_s3 ? var.local_existing_package : data.external.archive.result.filename
  lambda_layer_arn                     = try(aws_lambda_layer_version.this[0].arn, "")
  lambda_layer_layer_arn               = try(aws_lambda_layer_version.this[0].layer_arn, "")
  lambda_layer_version                 = try(aws_lambda_layer_version.this[0].version, "")
  lambda_event_source_mapping_arn      = { for name, mapping in aws_lambda_event_source_mapping.this : name => mapping.arn }
  lambda_event_source_mapping_uuid     = { for name, mapping in aws_lambda_event_source_mapping.this : name => mapping.uuid }
  lambda_role_arn                      = try(aws_iam_role.lambda[0].arn, "")
  lambda_role_name                     = try(aws_iam_role.lambda[0].name, "")
  lambda_role_unique_id                = try(aws_iam_role.lambda[0].unique_id, "")
  lambda_cloudwatch_log_group_arn      = local.log_arn
  lambda_cloudwatch_log_group_name     = try(aws_cloudwatch_log_group.lambda[0].name, local.log_group)
}
