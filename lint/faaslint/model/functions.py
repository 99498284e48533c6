"""Lambda: functions, what is published of them, who may call them, what they are fed by."""

from __future__ import annotations

from .guard import ALWAYS, Guard
from .node import Code, Node
from .record import record
from .value import ABSENT, CLOSED, Openness, Value


@record(frozen=False, eq=False, kw_only=True)
class Function(Node):
    """A Lambda function, with the configuration of ``$LATEST``."""

    function_name: Value
    runtime: Value
    handler: Value
    memory: Value
    timeout: Value
    role: Value
    environment: Value
    """Known(Fields) of variable name to value, ABSENT or Unknown."""
    kms_key: Value = ABSENT
    layers: Value = ABSENT
    subnets: Value = ABSENT
    security_groups: Value = ABSENT
    vpc: Value = ABSENT
    """The whole VPC configuration: set or not."""
    dual_stack: Value = ABSENT
    """Whether its network interfaces get IPv6 addresses too."""
    dead_letter: Value = ABSENT
    """The ARN of the queue or topic."""
    tracing: Value = ABSENT
    """``Active`` or ``PassThrough``."""
    package_type: Value = ABSENT
    image: Value = ABSENT
    """The URI of the container image."""
    image_command: Value = ABSENT
    image_entry_point: Value = ABSENT
    code_inline: Value = ABSENT
    """Source text in the template (``ZipFile``)."""
    code_file: Value = ABSENT
    """The archive on disk that the provider uploads (Terraform ``filename``)."""
    code_bucket: Value = ABSENT
    code_key: Value = ABSENT
    code_object_version: Value = ABSENT
    code_hash: Value = ABSENT
    """Terraform's ``source_code_hash`` (or ``code_sha256``): what makes it notice that the code changed."""
    code_key_kms: Value = ABSENT
    """The KMS key that encrypts the archive."""
    code_signing: Value = ABSENT
    reserved_concurrency: Value = ABSENT
    ephemeral_storage: Value = ABSENT
    architectures: Value = ABSENT
    snap_start: Value = ABSENT
    """``PublishedVersions`` or ``None`` (text)."""
    file_systems: Value = ABSENT
    """The list of mounts; each is a FileSystemMount too."""
    log_group: Value = ABSENT
    log_format: Value = ABSENT
    """``JSON`` or ``Text``."""
    log_level: Value = ABSENT
    system_log_level: Value = ABSENT
    runtime_update: Value = ABSENT
    """``Auto``, ``FunctionUpdate`` or ``Manual``."""
    runtime_version: Value = ABSENT
    recursive_loop: Value = ABSENT
    """``Allow`` or ``Terminate``."""
    publish: Value = ABSENT
    """Whether each update publishes a version (Terraform)."""
    capacity_provider: Value = ABSENT
    durable: Value = ABSENT
    tags: Value = ABSENT
    region: Value = ABSENT
    """The region it is created in; ABSENT where the stack or provider does not say."""
    ignored_changes: tuple[str, ...] = ()
    """The arguments whose changes Terraform leaves alone; ``all`` stands for every one."""
    replaced: bool = False
    """Whether Terraform makes it anew with something else, such as a hash of its code."""
    ignored_policies: Value = ABSENT
    """The property (``Policies``, ``PermissionsBoundary``) that SAM leaves out, because ``Role`` is set beside it."""
    provisioned_without_alias: Value = ABSENT
    """Provisioned concurrency that SAM is to write on an alias, where no alias is published."""
    code: tuple[tuple[Guard, Code], ...] = ()


@record(frozen=False, eq=False, kw_only=True)
class Version(Node):
    """A published version: a snapshot of a function."""

    function: Value
    provisioned_concurrency: Value = ABSENT
    code_hash: Value = ABSENT
    """``CodeSha256``: what the code must be for the version to be published."""
    description: Value = ABSENT
    number: Value = ABSENT
    """The version number where a plan or a state records it."""
    recorded_role: Value = ABSENT
    """The execution role that this version is recorded to have (plan with prior state, ``--base``)."""
    recorded_dead_letter: Value = ABSENT


@record
class VersionWeight:
    """One additional version of an alias's routing: its share is ``weight``, a fraction from 0 to 1."""

    version: Value
    weight: Value
    guard: Guard = ALWAYS


@record(frozen=False, eq=False, kw_only=True)
class Alias(Node):
    """A name that points at one version, or at two with weights."""

    alias_name: Value
    function: Value
    version: Value
    weights: tuple[VersionWeight, ...] = ()
    weights_openness: Openness = CLOSED
    routing: Value = ABSENT
    """The whole routing configuration: set or not."""
    provisioned_concurrency: Value = ABSENT
    deployment: Value = ABSENT
    """The CodeDeploy deployment group that each update goes through (``UpdatePolicy.CodeDeployLambdaAliasUpdate``)."""
    hook_before: Value = ABSENT
    """The function that tests a deployment before traffic shifts."""
    hook_after: Value = ABSENT
    ignored_changes: tuple[str, ...] = ()
    """The arguments whose changes Terraform leaves alone, because something else moves the alias."""


@record(frozen=False, eq=False, kw_only=True)
class ProvisionedConcurrency(Node):
    """Provisioned concurrency that a resource of its own sets on a version or alias (Terraform)."""

    function: Value
    qualifier: Value = ABSENT
    amount: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class RuntimeManagement(Node):
    """When a function moves to a new version of its runtime, as a resource of its own (Terraform)."""

    function: Value
    runtime_update: Value = ABSENT
    runtime_version: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class RecursionConfig(Node):
    """Whether Lambda stops a function that calls itself in a loop, as a resource of its own (Terraform)."""

    function: Value
    recursive_loop: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Permission(Node):
    """A statement of a function's resource policy that lets someone call it."""

    function: Value
    action: Value
    principal: Value
    qualifier: Value = ABSENT
    source_arn: Value = ABSENT
    source_account: Value = ABSENT
    organization: Value = ABSENT
    event_source_token: Value = ABSENT
    function_url_auth_type: Value = ABSENT
    invoked_via_function_url: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class FunctionUrl(Node):
    """An HTTPS endpoint of a function. The lists of ``cors`` have attributes of their own."""

    function: Value
    qualifier: Value = ABSENT
    auth_type: Value = ABSENT
    invoke_mode: Value = ABSENT
    """``BUFFERED`` or ``RESPONSE_STREAM``."""
    cors: Value = ABSENT
    """The whole CORS configuration: set or not."""
    allow_origins: Value = ABSENT
    allow_methods: Value = ABSENT
    allow_headers: Value = ABSENT
    allow_credentials: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class EventSourceMapping(Node):
    """A poller that reads a queue or stream and calls a function with batches."""

    function: Value
    source: Value
    """The ARN of what is polled; ABSENT for self-managed Kafka."""
    batch_size: Value = ABSENT
    batching_window: Value = ABSENT
    enabled: Value = ABSENT
    starting_position: Value = ABSENT
    starting_timestamp: Value = ABSENT
    response_types: Value = ABSENT
    maximum_concurrency: Value = ABSENT
    filters: Value = ABSENT
    """The list of patterns, each JSON text."""
    on_failure: Value = ABSENT
    kms_key: Value = ABSENT
    self_managed: Value = ABSENT
    """The whole configuration of a Kafka cluster outside AWS: set or not."""
    access_configurations: Value = ABSENT
    """The list of credentials and networks; each is a SourceAccess too."""
    topics: Value = ABSENT
    queues: Value = ABSENT
    bisect: Value = ABSENT
    maximum_record_age: Value = ABSENT
    """Seconds; -1 is without end."""
    maximum_retries: Value = ABSENT
    """-1 is without end."""
    parallelization: Value = ABSENT
    tumbling_window: Value = ABSENT
    consumer_group: Value = ABSENT
    collection: Value = ABSENT
    """The collection of a DocumentDB database."""
    database: Value = ABSENT
    full_document: Value = ABSENT
    metrics: Value = ABSENT
    minimum_pollers: Value = ABSENT
    maximum_pollers: Value = ABSENT
    tags: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class SourceAccess(Node):
    """How a mapping gets at its source: ``access_type`` (``BASIC_AUTH``, ``VPC_SUBNET`` …) and the secret or network."""

    mapping: Value = ABSENT
    access_type: Value = ABSENT
    uri: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class InvokeConfig(Node):
    """How asynchronous calls of a function are retried, and where their outcome goes."""

    function: Value
    qualifier: Value = ABSENT
    on_failure: Value = ABSENT
    on_success: Value = ABSENT
    maximum_retries: Value = ABSENT
    maximum_age: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Layer(Node):
    """A version of a layer. ``code`` is its content where that is on disk."""

    layer_name: Value = ABSENT
    description: Value = ABSENT
    runtimes: Value = ABSENT
    architectures: Value = ABSENT
    code_file: Value = ABSENT
    code_bucket: Value = ABSENT
    code_key: Value = ABSENT
    code_object_version: Value = ABSENT
    code_hash: Value = ABSENT
    code: tuple[tuple[Guard, Code], ...] = ()
    replaced: bool = False
    extension: bool = False
    """Whether its content has an ``extensions`` folder: programs that run beside every function that uses it."""


@record(frozen=False, eq=False, kw_only=True)
class LayerPermission(Node):
    """A statement of a layer's resource policy."""

    layer: Value = ABSENT
    action: Value = ABSENT
    principal: Value = ABSENT
    organization: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class CodeSigning(Node):
    """A code signing configuration. ``on_mismatch`` is ``Warn`` or ``Enforce``."""

    profiles: Value = ABSENT
    on_mismatch: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class CapacityProvider(Node):
    """Instances of the user's own that functions run on (Lambda Managed Instances)."""

    provider_name: Value = ABSENT
    subnets: Value = ABSENT
    security_groups: Value = ABSENT
    role: Value = ABSENT
    """The role with which Lambda runs the instances."""
    architectures: Value = ABSENT
    maximum_cpus: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class FileSystemMount(Node):
    """A file system that a function mounts, through an access point."""

    function: Value = ABSENT
    access_point: Value = ABSENT
    mount_path: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class Deployment(Node):
    """A CodeDeploy deployment group: how traffic shifts from one version to the next."""

    application: Value = ABSENT
    configuration: Value = ABSENT
    """The name of the deployment configuration (``CodeDeployDefault.LambdaCanary10Percent5Minutes``)."""
    role: Value = ABSENT
    alarms: Value = ABSENT
    """The list of alarms that stop a deployment."""
    alarms_enabled: Value = ABSENT
    rollback: Value = ABSENT


@record(frozen=False, eq=False, kw_only=True)
class DeploymentConfiguration(Node):
    """A CodeDeploy configuration of the user's own: in which steps traffic shifts."""

    platform: Value = ABSENT
    """``Lambda``, ``ECS`` or ``Server``."""
    routing: Value = ABSENT
    """``AllAtOnce``, ``TimeBasedCanary`` or ``TimeBasedLinear``."""


@record(frozen=False, eq=False, kw_only=True)
class CustomResource(Node):
    """A resource whose ``ServiceToken`` names the function (or topic) that makes it."""

    service_token: Value = ABSENT
    service_timeout: Value = ABSENT
