# What the expressions of expressions.txt refer to. No resources and no providers: "terraform console" needs none here.

variable "stage" {
  type = string
}

variable "nothing" {
  default = null
}

variable "secret" {
  type      = string
  sensitive = true
}

variable "queues" {
  type = map(object({
    delay  = optional(number, 5)
    fifo   = optional(bool)
    tags   = optional(map(string), {})
    policy = optional(object({ max = optional(number, 3), name = string }))
  }))
}

variable "numbers" {
  type = list(string)
}

variable "unique" {
  type = set(string)
}

variable "pair" {
  type = tuple([string, number])
}

variable "dropped" {
  type = object({ kept = string })
}

locals {
  l     = ["a", "b", "c"]
  empty = []
  m     = { x = 1, y = "two", z = [1, 2] }
  objs  = [{ id = "i1", t = { k = 1 } }, { id = "i2", t = { k = 2 } }]
  nested = {
    dev  = { memory = 128, names = ["d1", "d2"] }
    prod = { memory = 512, names = ["p1"] }
  }
  text     = "Hello, World"
  accented = "héllo wörld ñ"
  heredoc  = <<EOT
first
  second ${local.m.y}
third $${kept} %%{kept}
EOT
  flush    = <<-EOT
    first
      second
    third
  EOT
  trimmed  = <<-EOT
    %{for name in local.l~}
    - ${name}
    %{endfor~}
    %{if local.m.x == 1}one%{else}other%{endif}
    end
  EOT
  tight    = <<-EOT
    a ${~"b"~} c
      d
  EOT
  json     = <<-EOT
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]}
  EOT
  csv      = "name,size\nsmall,1\n\"big, very\",2\n"
  yaml     = "a: 1\nb:\n  - x\n  - 'y'\nc: {d: true, e: null, f: 1.5}\n"
  blanks   = <<-EOT
    a
            
  
      b

    EOT
  shallow  = <<-EOT
      a
   
        b
  EOT
  interrupted = <<-EOT
    ${local.m.y}
      ${local.m.x}  x
    %{if true}
      yes
    %{endif}
    EOT
  tabbed      = <<-EOT
		a
	  b
	EOT
}
