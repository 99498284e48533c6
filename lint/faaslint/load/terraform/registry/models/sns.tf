# terraform-aws-modules/sns/aws: a topic, its policy, its subscriptions.

inputs {
  create                          = true
  region                          = null
  name                            = null
  use_name_prefix                 = false
  fifo_topic                      = false
  kms_master_key_id               = null
  content_based_deduplication     = false
  create_topic_policy             = true
  enable_default_topic_policy     = true
  topic_policy                    = null
  topic_policy_statements         = {}
  source_topic_policy_documents   = []
  override_topic_policy_documents = []
  create_subscription             = true
  subscriptions                   = {}
}

data "aws_caller_identity" "current" {}

locals {
  name = var.name != null ? trimsuffix(var.name, ".fifo") : ""
}

resource "aws_sns_topic" "this" {
  count = var.create ? 1 : 0

  region                      = var.region
  name                        = var.use_name_prefix ? null : (var.fifo_topic ? "${local.name}.fifo" : local.name)
  name_prefix                 = var.use_name_prefix ? "${local.name}-" : null
  fifo_topic                  = var.fifo_topic
  content_based_deduplication = var.content_based_deduplication
  kms_master_key_id           = var.kms_master_key_id
  policy                      = var.create_topic_policy ? null : var.topic_policy
}

data "aws_iam_policy_document" "this" {
  count = var.create && var.create_topic_policy ? 1 : 0

  source_policy_documents   = var.source_topic_policy_documents
  override_policy_documents = var.override_topic_policy_documents

  dynamic "statement" {
    for_each = var.enable_default_topic_policy ? [true] : []
    content {
      effect    = "Allow"
      resources = [aws_sns_topic.this[0].arn]
      actions = [
        "sns:AddPermission", "sns:DeleteTopic", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic",
        "sns:Publish", "sns:RemovePermission", "sns:SetTopicAttributes", "sns:Subscribe",
      ]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "AWS:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }

  dynamic "statement" {
    for_each = try(var.topic_policy_statements, {})
    content {
      sid         = try(statement.value.sid, null)
      effect      = try(coalesce(statement.value.effect), "Allow")
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)
      resources   = try(coalescelist(statement.value.resources), [aws_sns_topic.this[0].arn])

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

resource "aws_sns_topic_policy" "this" {
  count = var.create && var.create_topic_policy ? 1 : 0

  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.this[0].json
}

resource "aws_sns_topic_subscription" "this" {
  for_each = { for name, subscription in var.subscriptions : name => subscription if var.create && var.create_subscription }

  topic_arn             = aws_sns_topic.this[0].arn
  protocol              = each.value.protocol
  endpoint              = each.value.endpoint
  filter_policy         = try(each.value.filter_policy, null)
  filter_policy_scope   = try(each.value.filter_policy_scope, null)
  raw_message_delivery  = try(each.value.raw_message_delivery, null)
  redrive_policy        = try(each.value.redrive_policy, null)
  subscription_role_arn = try(each.value.subscription_role_arn, null)
}

outputs {
  topic_arn      = try(aws_sns_topic.this[0].arn, null)
  topic_id       = try(aws_sns_topic.this[0].id, null)
  topic_name     = try(aws_sns_topic.this[0].name, null)
  topic_owner    = try(aws_sns_topic.this[0].owner, null)
  sns_topic_arn  = try(aws_sns_topic.this[0].arn, null)
  sns_topic_id   = try(aws_sns_topic.this[0].id, null)
  sns_topic_name = try(aws_sns_topic.this[0].name, null)
  subscriptions  = aws_sns_topic_subscription.this
}
