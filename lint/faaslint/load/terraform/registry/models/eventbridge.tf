# terraform-aws-modules/eventbridge/aws: a bus, rules with their targets, schedules, pipes, the role that delivers.

inputs {
  create                         = true
  create_bus                     = true
  create_rules                   = true
  create_targets                 = true
  create_role                    = true
  create_pipe_role_only          = false
  create_api_destinations        = false
  create_connections             = false
  create_schedules               = true
  create_pipes                   = true
  append_rule_postfix            = true
  append_schedule_postfix        = true
  append_pipe_postfix            = true
  append_destination_postfix     = true
  append_connection_postfix      = true
  region                         = null
  bus_name                       = "default"
  kms_key_identifier             = null
  rules                          = {}
  targets                        = {}
  schedules                      = {}
  pipes                          = {}
  api_destinations               = {}
  role_name                      = null
  trusted_entities               = []
  attach_tracing_policy          = false
  attach_kinesis_policy          = false
  kinesis_target_arns            = []
  attach_kinesis_firehose_policy = false
  kinesis_firehose_target_arns   = []
  attach_sqs_policy              = false
  sqs_target_arns                = []
  attach_sns_policy              = false
  sns_target_arns                = []
  attach_lambda_policy           = false
  lambda_target_arns             = []
  attach_ecs_policy              = false
  ecs_target_arns                = []
  attach_sfn_policy              = false
  sfn_target_arns                = []
  attach_api_destination_policy  = false
  attach_policy_json             = false
  policy_json                    = null
  attach_policy_jsons            = false
  policy_jsons                   = []
  number_of_policy_jsons         = 0
  attach_policy                  = false
  policy                         = null
  attach_policies                = false
  policies                       = []
  number_of_policies             = 0
  attach_policy_statements       = false
  policy_statements              = {}
}

data "unknown" "grants" {}

locals {
  bus   = var.create_bus ? aws_cloudwatch_event_bus.this[0].name : var.bus_name
  roles = var.create && var.create_role ? 1 : 0
  named = { for name, rule in var.rules : name => var.append_rule_postfix ? "${replace(name, "_", "-")}-rule" : name }
  pairs = flatten([
    for name, rule in var.rules : [
      for target in try(var.targets[name], []) : merge(target, { rule = name })
    ]
  ])
  # What the role may do, by the switches that attach it.
  grants = concat(
    var.attach_kinesis_policy ? [{ Effect = "Allow", Action = ["kinesis:PutRecord"], Resource = var.kinesis_target_arns }] : [],
    var.attach_kinesis_firehose_policy ? [{ Effect = "Allow", Action = ["firehose:PutRecord"], Resource = var.kinesis_firehose_target_arns }] : [],
    var.attach_sqs_policy ? [{ Effect = "Allow", Action = ["sqs:SendMessage*", "kms:Decrypt", "kms:GenerateDataKey"], Resource = var.sqs_target_arns }] : [],
    var.attach_sns_policy ? [{ Effect = "Allow", Action = ["sns:Publish"], Resource = var.sns_target_arns }] : [],
    var.attach_lambda_policy ? [{ Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = var.lambda_target_arns }] : [],
    var.attach_ecs_policy ? [{ Effect = "Allow", Action = ["ecs:RunTask"], Resource = var.ecs_target_arns }] : [],
    var.attach_sfn_policy ? [{ Effect = "Allow", Action = ["states:StartExecution"], Resource = var.sfn_target_arns }] : [],
  )
}

resource "aws_cloudwatch_event_bus" "this" {
  count = var.create && var.create_bus ? 1 : 0

  region             = var.region
  name               = var.bus_name
  kms_key_identifier = var.kms_key_identifier
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = { for name, rule in var.rules : name => rule if var.create && var.create_rules }

  region              = var.region
  name                = local.named[each.key]
  event_bus_name      = local.bus
  description         = try(each.value.description, null)
  event_pattern       = try(each.value.event_pattern, null)
  schedule_expression = try(each.value.schedule_expression, null)
  role_arn            = try(each.value.role_arn, false) == true ? aws_iam_role.eventbridge[0].arn : null
  state               = try(each.value.enabled ? "ENABLED" : "DISABLED", upper(each.value.state), null)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = { for target in local.pairs : target.name => target if var.create && var.create_targets }

  region         = var.region
  event_bus_name = local.bus
  rule           = local.named[each.value.rule]
  arn            = try(each.value.destination, null) != null ? aws_cloudwatch_event_api_destination.this[each.value.destination].arn : try(each.value.arn, null)
  role_arn       = try(each.value.attach_role_arn, null) == true ? aws_iam_role.eventbridge[0].arn : try(each.value.attach_role_arn, null)
  target_id      = try(each.value.target_id, null)
  input          = try(each.value.input, null)
  input_path     = try(each.value.input_path, null)

  dynamic "dead_letter_config" {
    for_each = try(each.value.dead_letter_arn, null) != null ? [true] : []
    content {
      arn = each.value.dead_letter_arn
    }
  }

  dynamic "retry_policy" {
    for_each = try(each.value.retry_policy, null) != null ? [each.value.retry_policy] : []
    content {
      maximum_event_age_in_seconds = try(retry_policy.value.maximum_event_age_in_seconds, null)
      maximum_retry_attempts       = try(retry_policy.value.maximum_retry_attempts, null)
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "this" {
  for_each = { for name, destination in var.api_destinations : name => destination if var.create && var.create_api_destinations }

  name                = var.append_destination_postfix ? "${replace(each.key, "_", "-")}-destination" : each.key
  invocation_endpoint = each.value.invocation_endpoint
  http_method         = each.value.http_method
}

resource "aws_scheduler_schedule" "this" {
  for_each = { for name, schedule in var.schedules : name => schedule if var.create && var.create_schedules }

  region                       = var.region
  name                         = var.append_schedule_postfix ? "${replace(each.key, "_", "-")}-schedule" : each.key
  group_name                   = try(each.value.group_name, null)
  schedule_expression          = each.value.schedule_expression
  schedule_expression_timezone = try(each.value.timezone, null)
  state                        = try(each.value.state, null)

  flexible_time_window {
    mode                      = try(each.value.use_flexible_time_window, false) ? "FLEXIBLE" : "OFF"
    maximum_window_in_minutes = try(each.value.maximum_window_in_minutes, null)
  }

  target {
    arn      = each.value.arn
    role_arn = try(coalesce(each.value.role_arn), aws_iam_role.eventbridge[0].arn, null)
    input    = try(each.value.input, null)

    dynamic "dead_letter_config" {
      for_each = try(each.value.dead_letter_arn, null) != null ? [true] : []
      content {
        arn = each.value.dead_letter_arn
      }
    }
  }
}

resource "aws_pipes_pipe" "this" {
  for_each = { for name, pipe in var.pipes : name => pipe if var.create && var.create_pipes }

  region     = var.region
  name       = var.append_pipe_postfix ? "${replace(each.key, "_", "-")}-pipe" : each.key
  source     = each.value.source
  target     = each.value.target
  enrichment = contains(keys(var.api_destinations), try(each.value.enrichment, "")) ? aws_cloudwatch_event_api_destination.this[each.value.enrichment].arn : try(each.value.enrichment, null)
  role_arn   = try(coalesce(each.value.role_arn), aws_iam_role.eventbridge_pipe[each.key].arn, null)
}

resource "aws_iam_role" "eventbridge_pipe" {
  for_each = { for name, pipe in var.pipes : name => pipe if var.create && var.create_pipes && (var.create_role || var.create_pipe_role_only) && try(pipe.create_role, true) }

  name_prefix = "${each.key}-"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { Service = "pipes.amazonaws.com" } }]
  })
}

# Which actions a pipe's role gets, follows from what it reads and writes; it is not known here.
resource "aws_iam_role_policy" "pipe" {
  for_each = aws_iam_role.eventbridge_pipe

  role   = each.value.name
  policy = data.unknown.grants.json
}

resource "aws_iam_role" "eventbridge" {
  count = local.roles

  name = coalesce(var.role_name, var.bus_name, "*")
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["sts:AssumeRole"]
      Principal = { Service = distinct(concat(
        ["events.amazonaws.com"],
        var.trusted_entities,
        length(keys(var.schedules)) > 0 && var.create_schedules ? ["scheduler.amazonaws.com"] : [],
      )) }
    }]
  })
}

resource "aws_iam_role_policy" "grants" {
  count = local.roles == 1 && length(local.grants) > 0 ? 1 : 0

  role   = aws_iam_role.eventbridge[0].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.grants })
}

resource "aws_iam_role_policy" "additional_json" {
  count = var.attach_policy_json ? local.roles : 0

  role   = aws_iam_role.eventbridge[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count = local.roles == 1 && var.attach_policy_jsons ? var.number_of_policy_jsons : 0

  role   = aws_iam_role.eventbridge[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count = var.attach_policy ? local.roles : 0

  role       = aws_iam_role.eventbridge[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count = local.roles == 1 && var.attach_policies ? var.number_of_policies : 0

  role       = aws_iam_role.eventbridge[0].name
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

  role   = aws_iam_role.eventbridge[0].name
  policy = data.aws_iam_policy_document.additional_inline[0].json
}

outputs {
  eventbridge_bus_name             = var.bus_name
  eventbridge_bus_arn              = try(aws_cloudwatch_event_bus.this[0].arn, "")
  eventbridge_bus                  = aws_cloudwatch_event_bus.this
  eventbridge_rule_ids             = { for name, rule in aws_cloudwatch_event_rule.this : name => rule.id }
  eventbridge_rule_arns            = { for name, rule in aws_cloudwatch_event_rule.this : name => rule.arn }
  eventbridge_rules                = aws_cloudwatch_event_rule.this
  eventbridge_targets              = aws_cloudwatch_event_target.this
  eventbridge_schedule_ids         = { for name, schedule in aws_scheduler_schedule.this : name => schedule.id }
  eventbridge_schedule_arns        = { for name, schedule in aws_scheduler_schedule.this : name => schedule.arn }
  eventbridge_schedules            = aws_scheduler_schedule.this
  eventbridge_pipe_ids             = { for name, pipe in aws_pipes_pipe.this : name => pipe.id }
  eventbridge_pipe_arns            = { for name, pipe in aws_pipes_pipe.this : name => pipe.arn }
  eventbridge_pipes                = aws_pipes_pipe.this
  eventbridge_pipe_role_arns       = { for name, role in aws_iam_role.eventbridge_pipe : name => role.arn }
  eventbridge_pipe_role_names      = { for name, role in aws_iam_role.eventbridge_pipe : name => role.name }
  eventbridge_api_destination_arns = { for name, destination in aws_cloudwatch_event_api_destination.this : name => destination.arn }
  eventbridge_role_arn             = try(aws_iam_role.eventbridge[0].arn, "")
  eventbridge_role_name            = try(aws_iam_role.eventbridge[0].name, "")
}
