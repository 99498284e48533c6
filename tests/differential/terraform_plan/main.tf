# Only what Terraform has built in: a plan of it needs no provider.
variable "teams" {
  type = map(object({ size = number, queues = optional(list(string), ["main"]) }))
}

variable "stage" {
  type    = string
  default = "dev"
}

variable "token" {
  type      = string
  sensitive = true
}

locals {
  tags  = { stage = var.stage, owner = "platform" }
  alarm = var.stage == "prod"
}

resource "terraform_data" "key" {
  input = "key-${var.stage}"
}

resource "terraform_data" "secret" {
  input = { token = var.token, plain = "visible" }
}

resource "terraform_data" "alarm" {
  count = local.alarm ? 1 : 0
  input = "alarm"
}

module "team" {
  source   = "./team"
  for_each = var.teams

  name   = each.key
  size   = each.value.size
  queues = each.value.queues
  key    = terraform_data.key.id
  tags   = merge(local.tags, { team = each.key })
}

output "first" {
  value = module.team["orders"].workers["main"]
}
