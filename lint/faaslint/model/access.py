"""Who may do what: roles, policies, resource policies, keys and secrets."""

from __future__ import annotations

from enum import StrEnum

from .node import Node
from .record import record
from .value import ABSENT, CLOSED, Openness, Value


@record(frozen=False, eq=False, kw_only=True)
class Role(Node):
    """An IAM role. Its statements hang on it by GRANTS edges; ``policies_openness`` says whether they are all known."""

    role_name: Value = ABSENT
    trust: Value = ABSENT
    """The trust policy document."""
    trust_statements: tuple[Statement, ...] = ()
    trust_openness: Openness = CLOSED
    boundary: Value = ABSENT
    managed_policies: Value = ABSENT
    """The managed policies that the role itself lists."""
    policies_openness: Openness = CLOSED


class PolicyKind(StrEnum):
    """How a policy comes to a role, or to a resource."""

    INLINE = "inline"
    CUSTOMER = "customer-managed"
    AWS = "aws-managed"
    TEMPLATE = "sam-template"
    CONNECTOR = "sam-connector"
    GENERATED = "generated"
    CDK = "cdk-default"
    """The default policy of a role of the CDK: grant methods write into it, and so may the user. Its wildcards over a prefix
    (``s3:GetObject*``) are those of the grants."""
    RESOURCE = "resource-policy"
    """A policy of a queue, topic, bucket, key, secret, file system … itself."""
    DOCUMENT = "document"
    """A document that the project describes and puts on nothing that is known here."""


@record(frozen=False, eq=False, kw_only=True)
class Policy(Node):
    """A policy document of roles, users, groups …, or of nobody yet. ``openness`` says whether all of it could be read."""

    policy_name: Value = ABSENT
    policy_kind: PolicyKind = PolicyKind.INLINE
    document: Value = ABSENT
    openness: Openness = CLOSED


@record(frozen=False, eq=False, kw_only=True)
class PolicyAttachment(Node):
    """What attaches managed policies to a role (Terraform).

    With ``exclusive`` nothing else may attach a policy to the role: each apply detaches what is not listed here.
    """

    role: Value = ABSENT
    policies: Value = ABSENT
    exclusive: bool = False


@record(frozen=False, eq=False, kw_only=True)
class ResourcePolicy(Node):
    """A policy document on resources of the project. Its statements hang on it by GRANTS edges.

    ``resources`` names what it is on, as the user writes it (queue URLs, topic ARNs, a bucket's name …); ATTACHED_TO edges
    lead to those of this project.
    """

    resources: Value = ABSENT
    document: Value = ABSENT
    openness: Openness = CLOSED
    """Whether all its statements could be read."""


@record(frozen=False, eq=False, kw_only=True)
class Statement(Node):
    """One statement of a policy. Lists are guarded; a part that is not text is Unknown in place.

    ``effect`` is Known("Allow") or Known("Deny"), or Unknown. ``condition`` is ABSENT where the statement has none.
    """

    effect: Value
    actions: Value = ABSENT
    not_actions: Value = ABSENT
    resources: Value = ABSENT
    not_resources: Value = ABSENT
    principals: Value = ABSENT
    """Known(Fields) of principal type (``Service``, ``AWS``, ``Federated``, ``*``) to Items, or ABSENT."""
    not_principals: Value = ABSENT
    condition: Value = ABSENT
    policy_kind: PolicyKind = PolicyKind.INLINE


@record(frozen=False, eq=False, kw_only=True)
class Key(Node):
    """A KMS key."""

    policy: Value = ABSENT
    enabled: Value = ABSENT
    rotation: Value = ABSENT
    multi_region: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class KeyAlias(Node):
    """A name (``alias/…``) of a KMS key. ``key`` names the key."""

    alias_name: Value = ABSENT
    key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Secret(Node):
    """A Secrets Manager secret."""

    secret_name: Value = ABSENT
    kms_key: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class SecretRotation(Node):
    """The rotation of a secret by a function."""

    secret: Value = ABSENT
    function: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Parameter(Node):
    """A parameter of Systems Manager. ``parameter_type`` is ``String``, ``StringList`` or ``SecureString``."""

    parameter_name: Value = ABSENT
    parameter_type: Value = ABSENT
    kms_key: Value = ABSENT
