"""IAM: the policy language, the catalogue of actions, and what calls need and statements grant.

Import the module that you need; none of them reads data before it is asked for something.
"""
