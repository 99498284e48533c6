variable "name" {}
variable "queue" {}
variable "memory" { type = number }

resource "terraform_data" "settings" {
  count = 2
  input = "${var.name}-${count.index}"
}

resource "terraform_data" "worker" {
  input = {
    memory      = var.memory
    timeout     = coalesce(null, 30)
    environment = { QUEUE = var.queue, SETTINGS = join(",", terraform_data.settings[*].input) }
    layers      = [for one in terraform_data.settings : one.id]
    message     = <<-EOT
      Hello,
        ${upper(var.name)}
    EOT
  }
  triggers_replace = [var.queue, var.memory]
}

output "id" {
  value = terraform_data.worker.id
}
