# terraform-aws-modules/s3-bucket/aws//modules/notification: whom a bucket tells, and what lets it.

inputs {
  create                   = true
  create_lambda_permission = true
  create_sqs_policy        = true
  create_sns_policy        = true
  region                   = null
  bucket                   = ""
  bucket_arn               = null
  eventbridge              = null
  lambda_notifications     = {}
  sqs_notifications        = {}
  sns_notifications        = {}
}

data "aws_partition" "this" {}

locals {
  bucket_arn = var.bucket_arn != null ? var.bucket_arn : "arn:${data.aws_partition.this.partition}:s3:::${var.bucket}"
}

resource "aws_s3_bucket_notification" "this" {
  count = var.create ? 1 : 0

  region      = var.region
  bucket      = var.bucket
  eventbridge = var.eventbridge

  dynamic "lambda_function" {
    for_each = var.lambda_notifications
    content {
      id                  = try(lambda_function.value.id, lambda_function.key)
      lambda_function_arn = lambda_function.value.function_arn
      events              = lambda_function.value.events
      filter_prefix       = try(lambda_function.value.filter_prefix, null)
      filter_suffix       = try(lambda_function.value.filter_suffix, null)
    }
  }

  dynamic "queue" {
    for_each = var.sqs_notifications
    content {
      id            = try(queue.value.id, queue.key)
      queue_arn     = queue.value.queue_arn
      events        = queue.value.events
      filter_prefix = try(queue.value.filter_prefix, null)
      filter_suffix = try(queue.value.filter_suffix, null)
    }
  }

  dynamic "topic" {
    for_each = var.sns_notifications
    content {
      id            = try(topic.value.id, topic.key)
      topic_arn     = topic.value.topic_arn
      events        = topic.value.events
      filter_prefix = try(topic.value.filter_prefix, null)
      filter_suffix = try(topic.value.filter_suffix, null)
    }
  }
}

resource "aws_lambda_permission" "allow" {
  for_each = { for name, notification in var.lambda_notifications : name => notification if var.create_lambda_permission }

  region         = var.region
  action         = "lambda:InvokeFunction"
  function_name  = each.value.function_name
  qualifier      = try(each.value.qualifier, null)
  principal      = "s3.amazonaws.com"
  source_arn     = local.bucket_arn
  source_account = try(each.value.source_account, null)
}

resource "aws_sqs_queue_policy" "allow" {
  for_each = { for name, notification in var.sqs_notifications : name => notification if var.create_sqs_policy }

  queue_url = try(each.value.queue_id, each.value.queue_arn)
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = each.value.queue_arn
      Condition = { ArnEquals = { "aws:SourceArn" = local.bucket_arn } }
    }]
  })
}

resource "aws_sns_topic_policy" "allow" {
  for_each = { for name, notification in var.sns_notifications : name => notification if var.create_sns_policy }

  arn = each.value.topic_arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = each.value.topic_arn
      Condition = { ArnEquals = { "aws:SourceArn" = local.bucket_arn } }
    }]
  })
}

outputs {
  s3_bucket_notification_id = try(aws_s3_bucket_notification.this[0].id, "")
}
