variable "name" {}
variable "size" { type = number }
variable "queues" { type = list(string) }
variable "key" {}
variable "tags" { type = map(string) }

resource "terraform_data" "queue" {
  for_each = toset(var.queues)
  input = {
    name = "${var.name}-${each.key}"
    key  = var.key
    tags = var.tags
  }
}

resource "terraform_data" "policy" {
  input = jsonencode({
    Version = "2012-10-17"
    Statement = [for name in var.queues : {
      Effect   = "Allow"
      Action   = ["sqs:SendMessage", "sqs:GetQueueUrl"]
      Resource = "arn:aws:sqs:eu-west-1:111122223333:${var.name}-${name}"
    }]
  })
}

module "worker" {
  source   = "./worker"
  for_each = terraform_data.queue

  name   = each.key
  queue  = each.value.id
  memory = var.size > 2 ? 1024 : 256
}

output "workers" {
  value = { for name, worker in module.worker : name => worker.id }
}
