# terraform-aws-modules/s3-bucket/aws: a bucket and its policy. Statements that the module adds by itself leave it open.

inputs {
  create_bucket                             = true
  region                                    = null
  bucket                                    = null
  bucket_prefix                             = null
  force_destroy                             = false
  attach_policy                             = false
  policy                                    = null
  attach_elb_log_delivery_policy            = false
  attach_lb_log_delivery_policy             = false
  attach_access_log_delivery_policy         = false
  attach_cloudtrail_log_delivery_policy     = false
  attach_waf_log_delivery_policy            = false
  attach_inventory_destination_policy       = false
  attach_analytics_destination_policy       = false
  attach_require_latest_tls_policy          = false
  attach_deny_insecure_transport_policy     = false
  attach_deny_unencrypted_object_uploads    = false
  attach_deny_incorrect_kms_key_sse         = false
  attach_deny_incorrect_encryption_headers  = false
  attach_deny_ssec_encrypted_object_uploads = false
  versioning                                = {}
  server_side_encryption_configuration      = {}
}

data "unknown" "statements" {}

locals {
  # Statements of the module's own, for which the policy stays open.
  adds = anytrue([
    var.attach_elb_log_delivery_policy, var.attach_lb_log_delivery_policy, var.attach_access_log_delivery_policy,
    var.attach_cloudtrail_log_delivery_policy, var.attach_waf_log_delivery_policy, var.attach_inventory_destination_policy,
    var.attach_analytics_destination_policy, var.attach_require_latest_tls_policy, var.attach_deny_insecure_transport_policy,
    var.attach_deny_unencrypted_object_uploads, var.attach_deny_incorrect_kms_key_sse,
    var.attach_deny_incorrect_encryption_headers, var.attach_deny_ssec_encrypted_object_uploads,
  ])
}

resource "aws_s3_bucket" "this" {
  count = var.create_bucket ? 1 : 0

  region        = var.region
  bucket        = var.bucket
  bucket_prefix = var.bucket_prefix
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_policy" "this" {
  count = var.create_bucket && (var.attach_policy || local.adds) ? 1 : 0

  bucket = aws_s3_bucket.this[0].id
  policy = data.aws_iam_policy_document.combined[0].json
}

data "aws_iam_policy_document" "combined" {
  count = var.create_bucket && (var.attach_policy || local.adds) ? 1 : 0

  source_policy_documents = concat(compact([var.attach_policy ? var.policy : null]), local.adds ? [data.unknown.statements.json] : [])
}

outputs {
  s3_bucket_id                          = try(aws_s3_bucket.this[0].id, "")
  s3_bucket_arn                         = try(aws_s3_bucket.this[0].arn, "")
  s3_bucket_bucket_domain_name          = try(aws_s3_bucket.this[0].bucket_domain_name, "")
  s3_bucket_bucket_regional_domain_name = try(aws_s3_bucket.this[0].bucket_regional_domain_name, "")
  s3_bucket_hosted_zone_id              = try(aws_s3_bucket.this[0].hosted_zone_id, "")
  s3_bucket_region                      = try(aws_s3_bucket.this[0].bucket_region, "")
  s3_bucket_policy                      = try(aws_s3_bucket_policy.this[0].policy, "")
}
