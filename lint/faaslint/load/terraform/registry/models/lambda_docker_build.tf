# terraform-aws-modules/lambda/aws//modules/docker-build: an image that is built here and put into a repository.

inputs {
  create_ecr_repo  = false
  ecr_repo         = null
  ecr_address      = null
  image_tag        = null
  source_path      = null
  docker_file_path = "Dockerfile"
}

resource "docker_image" "this" {
  name = "${var.ecr_repo != null ? var.ecr_repo : "repository"}:${var.image_tag != null ? var.image_tag : "latest"}"

  build {
    context    = var.source_path
    dockerfile = var.docker_file_path
  }
}

resource "docker_registry_image" "this" {
  name = docker_image.this.name
}

resource "aws_ecr_repository" "this" {
  count = var.create_ecr_repo ? 1 : 0

  name = var.ecr_repo
}

outputs {
  image_uri = docker_registry_image.this.name
  image_id  = docker_registry_image.this.id
}
