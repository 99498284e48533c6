# cloudposse/lambda-function/aws: a function, its role, what may call it.

inputs {
  enabled                            = true
  function_name                      = null
  description                        = null
  handler                            = null
  runtime                            = null
  memory_size                        = 128
  timeout                            = 3
  publish                            = false
  layers                             = []
  architectures                      = null
  package_type                       = "Zip"
  image_uri                          = null
  image_config                       = {}
  filename                           = null
  s3_bucket                          = null
  s3_key                             = null
  kms_key_arn                        = ""
  lambda_environment                 = null
  ephemeral_storage_size             = null
  tracing_config_mode                = null
  dead_letter_config_target_arn      = null
  reserved_concurrent_executions     = -1
  vpc_config                         = null
  lambda_at_edge_enabled             = false
  cloudwatch_lambda_insights_enabled = false
  cloudwatch_logs_retention_in_days  = null
  role_name                          = null
  permissions_boundary               = ""
  ssm_parameter_names                = null
  custom_iam_policy_arns             = []
  inline_iam_policy                  = null
  invoke_function_permissions        = []
}

data "aws_partition" "this" {}
data "aws_region" "this" {}
data "aws_caller_identity" "this" {}

locals {
  # The module's context can switch it off; left out, it is on.
  present = coalesce(var.enabled, true) ? 1 : 0
  managed = "arn:${data.aws_partition.this.partition}:iam::aws:policy"
}

resource "aws_lambda_function" "this" {
  count = local.present

  function_name                  = var.function_name
  description                    = var.description
  role                           = aws_iam_role.this[0].arn
  handler                        = var.handler
  runtime                        = var.runtime
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  publish                        = var.publish
  layers                         = var.layers
  architectures                  = var.architectures
  package_type                   = var.package_type
  image_uri                      = var.image_uri
  filename                       = var.filename
  s3_bucket                      = var.s3_bucket
  s3_key                         = var.s3_key
  kms_key_arn                    = var.kms_key_arn
  reserved_concurrent_executions = var.reserved_concurrent_executions

  dynamic "dead_letter_config" {
    for_each = try(length(var.dead_letter_config_target_arn), 0) > 0 ? [true] : []
    content {
      target_arn = var.dead_letter_config_target_arn
    }
  }

  dynamic "environment" {
    for_each = var.lambda_environment != null ? [var.lambda_environment] : []
    content {
      variables = environment.value.variables
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_config_mode != null ? [true] : []
    content {
      mode = var.tracing_config_mode
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc_config != null ? [var.vpc_config] : []
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size != null ? [true] : []
    content {
      size = var.ephemeral_storage_size
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.present

  name              = "/aws/lambda/${var.function_name}"
  retention_in_days = var.cloudwatch_logs_retention_in_days
}

resource "aws_iam_role" "this" {
  count = local.present

  name = var.role_name != null ? var.role_name : "${var.function_name}-${data.aws_region.this.name}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = { Service = concat(["lambda.amazonaws.com"], var.lambda_at_edge_enabled ? ["edgelambda.amazonaws.com"] : []) }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cloudwatch_logs" {
  count      = local.present
  role       = aws_iam_role.this[0].name
  policy_arn = "${local.managed}/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy_attachment" "cloudwatch_insights" {
  count      = var.cloudwatch_lambda_insights_enabled ? local.present : 0
  role       = aws_iam_role.this[0].name
  policy_arn = "${local.managed}/CloudWatchLambdaInsightsExecutionRolePolicy"
}

resource "aws_iam_role_policy_attachment" "vpc_access" {
  count      = var.vpc_config != null ? local.present : 0
  role       = aws_iam_role.this[0].name
  policy_arn = "${local.managed}/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_iam_role_policy_attachment" "xray" {
  count      = var.tracing_config_mode != null ? local.present : 0
  role       = aws_iam_role.this[0].name
  policy_arn = "${local.managed}/AWSXRayDaemonWriteAccess"
}

resource "aws_iam_role_policy" "ssm" {
  count = try(length(var.ssm_parameter_names), 0) > 0 ? local.present : 0
  role  = aws_iam_role.this[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
      Resource = [
        for name in var.ssm_parameter_names :
        "arn:${data.aws_partition.this.partition}:ssm:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}:parameter${name}"
      ]
    }]
  })
}

resource "aws_iam_role_policy_attachment" "custom" {
  for_each   = local.present == 1 ? { for index, arn in var.custom_iam_policy_arns : index => arn } : {}
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "inline" {
  count  = var.inline_iam_policy != null ? local.present : 0
  role   = aws_iam_role.this[0].name
  policy = var.inline_iam_policy
}

resource "aws_lambda_permission" "invoke_function" {
  for_each      = local.present == 1 ? { for index, permission in var.invoke_function_permissions : index => permission } : {}
  function_name = aws_lambda_function.this[0].function_name
  action        = "lambda:InvokeFunction"
  principal     = each.value.principal
  source_arn    = each.value.source_arn
}

outputs {
  arn                       = try(aws_lambda_function.this[0].arn, null)
  invoke_arn                = try(aws_lambda_function.this[0].invoke_arn, null)
  qualified_arn             = try(aws_lambda_function.this[0].qualified_arn, null)
  function_name             = try(aws_lambda_function.this[0].function_name, null)
  role_name                 = try(aws_iam_role.this[0].name, null)
  role_arn                  = try(aws_iam_role.this[0].arn, null)
  cloudwatch_log_group_name = try(aws_cloudwatch_log_group.this[0].name, null)
}
