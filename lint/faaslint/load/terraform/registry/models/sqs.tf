# terraform-aws-modules/sqs/aws: a queue, its dead-letter queue, their policies.

inputs {
  create                          = true
  region                          = null
  name                            = null
  use_name_prefix                 = false
  fifo_queue                      = false
  content_based_deduplication     = null
  delay_seconds                   = null
  kms_master_key_id               = null
  max_message_size                = null
  message_retention_seconds       = null
  receive_wait_time_seconds       = null
  sqs_managed_sse_enabled         = true
  visibility_timeout_seconds      = null
  redrive_policy                  = {}
  create_queue_policy             = false
  queue_policy_statements         = {}
  source_queue_policy_documents   = []
  override_queue_policy_documents = []

  create_dlq                          = false
  dlq_name                            = null
  dlq_delay_seconds                   = null
  dlq_kms_master_key_id               = null
  dlq_message_retention_seconds       = null
  dlq_receive_wait_time_seconds       = null
  dlq_sqs_managed_sse_enabled         = true
  dlq_visibility_timeout_seconds      = null
  create_dlq_queue_policy             = false
  dlq_queue_policy_statements         = {}
  source_dlq_queue_policy_documents   = []
  override_dlq_queue_policy_documents = []
}

locals {
  name     = var.name != null ? trimsuffix(var.name, ".fifo") : ""
  ending   = var.fifo_queue && !var.use_name_prefix ? ".fifo" : ""
  dlq_name = var.dlq_name != null ? trimsuffix(var.dlq_name, ".fifo") : "${local.name}-dlq"
}

resource "aws_sqs_queue" "this" {
  count = var.create ? 1 : 0

  region                      = var.region
  name                        = var.use_name_prefix ? null : "${local.name}${local.ending}"
  name_prefix                 = var.use_name_prefix ? "${local.name}-" : null
  fifo_queue                  = var.fifo_queue
  content_based_deduplication = var.content_based_deduplication
  delay_seconds               = var.delay_seconds
  kms_master_key_id           = var.kms_master_key_id
  max_message_size            = var.max_message_size
  message_retention_seconds   = var.message_retention_seconds
  receive_wait_time_seconds   = var.receive_wait_time_seconds
  sqs_managed_sse_enabled     = var.kms_master_key_id != null ? null : var.sqs_managed_sse_enabled
  visibility_timeout_seconds  = var.visibility_timeout_seconds
}

resource "aws_sqs_queue" "dlq" {
  count = var.create && var.create_dlq ? 1 : 0

  region                     = var.region
  name                       = var.use_name_prefix ? null : "${local.dlq_name}${local.ending}"
  name_prefix                = var.use_name_prefix ? "${local.dlq_name}-" : null
  fifo_queue                 = var.fifo_queue
  delay_seconds              = try(coalesce(var.dlq_delay_seconds, var.delay_seconds), null)
  kms_master_key_id          = try(coalesce(var.dlq_kms_master_key_id, var.kms_master_key_id), null)
  max_message_size           = var.max_message_size
  message_retention_seconds  = try(coalesce(var.dlq_message_retention_seconds, var.message_retention_seconds), null)
  receive_wait_time_seconds  = try(coalesce(var.dlq_receive_wait_time_seconds, var.receive_wait_time_seconds), null)
  visibility_timeout_seconds = try(coalesce(var.dlq_visibility_timeout_seconds, var.visibility_timeout_seconds), null)
}

resource "aws_sqs_queue_redrive_policy" "this" {
  count = var.create && !var.create_dlq && length(var.redrive_policy) > 0 ? 1 : 0

  queue_url      = aws_sqs_queue.this[0].url
  redrive_policy = jsonencode(var.redrive_policy)
}

resource "aws_sqs_queue_redrive_policy" "dlq" {
  count = var.create && var.create_dlq ? 1 : 0

  queue_url      = aws_sqs_queue.this[0].url
  redrive_policy = jsonencode(merge({ deadLetterTargetArn = aws_sqs_queue.dlq[0].arn, maxReceiveCount = 5 }, var.redrive_policy))
}

data "aws_iam_policy_document" "this" {
  count = var.create && var.create_queue_policy ? 1 : 0

  source_policy_documents   = var.source_queue_policy_documents
  override_policy_documents = var.override_queue_policy_documents

  dynamic "statement" {
    for_each = try(var.queue_policy_statements, {})
    content {
      sid         = try(statement.value.sid, null)
      effect      = try(coalesce(statement.value.effect), "Allow")
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = try(coalescelist(statement.value.resources), [aws_sqs_queue.this[0].arn])

      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = try(statement.value.condition, statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_sqs_queue_policy" "this" {
  count = var.create && var.create_queue_policy ? 1 : 0

  queue_url = aws_sqs_queue.this[0].url
  policy    = data.aws_iam_policy_document.this[0].json
}

data "aws_iam_policy_document" "dlq" {
  count = var.create && var.create_dlq && var.create_dlq_queue_policy ? 1 : 0

  source_policy_documents   = var.source_dlq_queue_policy_documents
  override_policy_documents = var.override_dlq_queue_policy_documents

  dynamic "statement" {
    for_each = try(var.dlq_queue_policy_statements, {})
    content {
      sid         = try(statement.value.sid, null)
      effect      = try(coalesce(statement.value.effect), "Allow")
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = try(coalescelist(statement.value.resources), [aws_sqs_queue.dlq[0].arn])

      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = try(statement.value.condition, statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_sqs_queue_policy" "dlq" {
  count = var.create && var.create_dlq && var.create_dlq_queue_policy ? 1 : 0

  queue_url = aws_sqs_queue.dlq[0].url
  policy    = data.aws_iam_policy_document.dlq[0].json
}

outputs {
  queue_id                     = try(aws_sqs_queue.this[0].id, null)
  queue_arn                    = try(aws_sqs_queue.this[0].arn, null)
  queue_arn_static             = try(aws_sqs_queue.this[0].arn, null)
  queue_url                    = try(aws_sqs_queue.this[0].url, null)
  queue_name                   = try(aws_sqs_queue.this[0].name, null)
  sqs_queue_arn                = try(aws_sqs_queue.this[0].arn, null)
  sqs_queue_id                 = try(aws_sqs_queue.this[0].id, null)
  sqs_queue_name               = try(aws_sqs_queue.this[0].name, null)
  dead_letter_queue_id         = try(aws_sqs_queue.dlq[0].id, null)
  dead_letter_queue_arn        = try(aws_sqs_queue.dlq[0].arn, null)
  dead_letter_queue_arn_static = try(aws_sqs_queue.dlq[0].arn, null)
  dead_letter_queue_url        = try(aws_sqs_queue.dlq[0].url, null)
  dead_letter_queue_name       = try(aws_sqs_queue.dlq[0].name, null)
}
