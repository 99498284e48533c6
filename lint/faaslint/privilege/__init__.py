"""Least privilege: what each function needs its role for, what the role grants, and the difference."""
