# terraform-aws-modules/step-functions/aws: a state machine, its role, its log group.

inputs {
  create                                 = true
  create_role                            = true
  use_existing_role                      = false
  region                                 = null
  name                                   = ""
  definition                             = ""
  type                                   = "STANDARD"
  publish                                = false
  role_arn                               = ""
  role_name                              = null
  trusted_entities                       = []
  aws_region_assume_role                 = ""
  logging_configuration                  = {}
  service_integrations                   = {}
  use_existing_cloudwatch_log_group      = false
  cloudwatch_log_group_name              = null
  cloudwatch_log_group_retention_in_days = null
  attach_cloudwatch_logs_policy          = true
  attach_policies_for_integrations       = true
  attach_policy_json                     = false
  policy_json                            = null
  attach_policy_jsons                    = false
  policy_jsons                           = []
  number_of_policy_jsons                 = 0
  attach_policy                          = false
  policy                                 = null
  attach_policies                        = false
  policies                               = []
  number_of_policies                     = 0
  attach_policy_statements               = false
  policy_statements                      = {}
}

data "aws_region" "current" {}
data "unknown" "grants" {}

locals {
  roles = var.create && var.create_role && !var.use_existing_role ? 1 : 0
  logs  = try(var.logging_configuration["level"], "OFF") != "OFF"
}

resource "aws_sfn_state_machine" "this" {
  count = var.create ? 1 : 0

  region     = var.region
  name       = var.name
  definition = var.definition
  type       = upper(var.type)
  publish    = var.publish
  role_arn   = var.use_existing_role ? var.role_arn : aws_iam_role.this[0].arn

  dynamic "logging_configuration" {
    for_each = local.logs ? [true] : []
    content {
      level                  = try(var.logging_configuration.level, null)
      include_execution_data = try(var.logging_configuration.include_execution_data, null)
      log_destination        = try(var.logging_configuration.log_destination, "${aws_cloudwatch_log_group.sfn[0].arn}:*", null)
    }
  }
}

resource "aws_cloudwatch_log_group" "sfn" {
  count = var.create && local.logs && !var.use_existing_cloudwatch_log_group ? 1 : 0

  name              = coalesce(var.cloudwatch_log_group_name, "/aws/vendedlogs/states/${var.name}")
  retention_in_days = var.cloudwatch_log_group_retention_in_days
}

resource "aws_iam_role" "this" {
  count = local.roles

  name = coalesce(var.role_name, var.name)
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["sts:AssumeRole"]
      Principal = { Service = distinct(concat(
        ["states.${var.aws_region_assume_role == "" ? data.aws_region.current.region : var.aws_region_assume_role}.amazonaws.com"],
        var.trusted_entities,
      )) }
    }]
  })
}

# What the module grants for a service is a table of its own: which actions, is not known here.
resource "aws_iam_role_policy" "integrations" {
  for_each = { for service, access in var.service_integrations : service => access if local.roles == 1 && var.attach_policies_for_integrations }

  role   = aws_iam_role.this[0].name
  policy = data.unknown.grants.json
}

resource "aws_iam_role_policy" "logs" {
  count = local.logs && var.attach_cloudwatch_logs_policy ? local.roles : 0

  role = aws_iam_role.this[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Resource = ["*"]
      Action = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
      ]
    }]
  })
}

resource "aws_iam_role_policy" "additional_json" {
  count = var.attach_policy_json ? local.roles : 0

  role   = aws_iam_role.this[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count = local.roles == 1 && var.attach_policy_jsons ? var.number_of_policy_jsons : 0

  role   = aws_iam_role.this[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count = var.attach_policy ? local.roles : 0

  role       = aws_iam_role.this[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count = local.roles == 1 && var.attach_policies ? var.number_of_policies : 0

  role       = aws_iam_role.this[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "additional_inline" {
  count = var.attach_policy_statements ? local.roles : 0

  dynamic "statement" {
    for_each = var.policy_statements
    content {
      sid       = try(statement.value.sid, null)
      effect    = try(coalesce(statement.value.effect), "Allow")
      actions   = try(statement.value.actions, null)
      resources = try(statement.value.resources, null)
    }
  }
}

resource "aws_iam_role_policy" "additional_inline" {
  count = var.attach_policy_statements ? local.roles : 0

  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.additional_inline[0].json
}

outputs {
  state_machine_id          = try(aws_sfn_state_machine.this[0].id, "")
  state_machine_arn         = try(aws_sfn_state_machine.this[0].arn, "")
  state_machine_name        = try(aws_sfn_state_machine.this[0].name, "")
  state_machine_version_arn = try(aws_sfn_state_machine.this[0].state_machine_version_arn, "")
  role_arn                  = try(aws_iam_role.this[0].arn, "")
  role_name                 = try(aws_iam_role.this[0].name, "")
  cloudwatch_log_group_arn  = try(aws_cloudwatch_log_group.sfn[0].arn, "")
  cloudwatch_log_group_name = try(aws_cloudwatch_log_group.sfn[0].name, "")
}
