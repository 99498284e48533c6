"""What the CDK synthesises: an assembly of stacks, read as the app that its user wrote."""
