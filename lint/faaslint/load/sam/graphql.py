"""AWS::Serverless::GraphQLApi: the API with its schema, keys, data sources, functions and resolvers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...model.guard import ALWAYS
from ...model.record import field, record
from ...model.span import Span
from ...model.value import ABSENT, Fields, Item, Items, Known, Reference, Value, is_absent
from ..cloudformation.text import known_text
from .connectors import Connector
from .make import Content, fields, made
from .role import trust
from .serverless import Serverless, mapping_of, tag_list

_SAME: Final = (
    "XrayEnabled",
    "Visibility",
    "OwnerContact",
    "IntrospectionConfig",
    "QueryDepthLimit",
    "ResolverCountLimit",
)
_AUTHORIZERS: Final = {
    "AWS_LAMBDA": ("LambdaAuthorizer", "LambdaAuthorizerConfig"),
    "OPENID_CONNECT": ("OpenIDConnect", "OpenIDConnectConfig"),
    "AMAZON_COGNITO_USER_POOLS": ("UserPool", "UserPoolConfig"),
}
_DYNAMODB: Final = ("AwsRegion", "TableName", "UseCallerCredentials", "DeltaSyncConfig", "Versioned")
_RUNTIME: Final = {"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"}
"""The runtime of the resolver code that SAM writes itself, which only hands on what it is given."""


@record(frozen=False)
class _Names:
    """What data sources and functions are called, for those that use them."""

    sources: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, Value] = field(default_factory=dict)


def transform_graphql_api(source: Serverless, connectors: list[Connector]) -> None:
    """Add everything that a GraphQL API becomes. The policies of its roles are those of connectors, made later."""
    _add_api(source, connectors)
    span = source.span
    api = Reference(source.name, "ApiId")
    schema = f"{source.name}Schema"
    definition: dict[str, Content] = {
        "ApiId": api,
        "Definition": source.get("SchemaInline"),
        "DefinitionS3Location": source.get("SchemaUri"),
    }
    _add(source, schema, "GraphQLSchema", definition, span)
    for name, entry, place in _entries(source.get("ApiKeys"), span):
        key: dict[str, Content] = {
            "ApiId": api,
            "ApiKeyId": entry.get("ApiKeyId"),
            "Description": entry.get("Description"),
            "Expires": entry.get("ExpiresOn"),
        }
        _add(source, source.name + name, "ApiKey", key, place)
    cache = mapping_of(source.get("Cache"))
    if cache is not None:
        _add(source, f"{source.name}ApiCache", "ApiCache", {"ApiId": api, **cache.values}, source.key("Cache"))
    names = _Names()
    _add_tables(source, names, connectors)
    _add_functions_behind(source, names, connectors)
    domain = mapping_of(source.get("DomainName"))
    if domain is not None:
        place = source.key("DomainName")
        _add(source, f"{source.name}DomainName", "DomainName", {**domain.values}, place)
        association: dict[str, Content] = {
            "ApiId": api,
            "DomainName": Reference(f"{source.name}DomainName", "Ref"),
        }
        _add(source, f"{source.name}DomainNameApiAssociation", "DomainNameApiAssociation", association, place)
    _add_functions(source, names)
    _add_resolvers(source, names, schema)


def _add(source: Serverless, address: str, kind: str, properties: dict[str, Content], span: Span) -> None:
    source.add(address, f"AWS::AppSync::{kind}", properties, span, depends_on=source.depends_on)


def _entries(value: Value, span: Span) -> Iterator[tuple[str, Fields, Span]]:
    """Yield the named parts of a property."""
    listed = mapping_of(value)
    if listed is not None:
        for name, inner in listed.values.items():
            entry = mapping_of(inner)
            if entry is not None:
                yield name, entry, listed.keys.get(name, span)


def _add_api(source: Serverless, connectors: list[Connector]) -> None:
    auth = mapping_of(source.get("Auth")) or Fields({})
    span = source.key("Auth")
    callers: list[Value] = []
    name = source.get("Name")
    properties: dict[str, Content] = {
        "Name": source.name if is_absent(name) else name,
        "Tags": tag_list(source.get("Tags")),
        **{one: source.get(one) for one in _SAME},
        **_authentication(auth, callers, is_first=True),
        "LogConfig": _logging(source),
    }
    additional = auth.get("Additional")
    if isinstance(additional, Known) and isinstance(additional.value, Items):
        listed = additional.value
        items = []
        for item in listed.items:
            entry = mapping_of(item.value)
            value = item.value if entry is None else made(_authentication(entry, callers, is_first=False), span)
            items.append(Item(value, item.guard))
        properties["AdditionalAuthenticationProviders"] = Known(Items(tuple(items), listed.openness), additional.trail)
    source.add(source.name, "AWS::AppSync::GraphQLApi", properties, is_own=True)
    for number, function in enumerate(callers, 1):
        own: dict[str, Content] = {
            "Type": "AWS::AppSync::GraphQLApi",
            "Arn": Reference(source.name, "Ref"),
            "ResourceId": Reference(source.name, "ApiId"),
        }
        _connect(connectors, f"{source.name}ToLambdaAuthConnector{number}", own, _function(function), ["Write"], span)


def _authentication(auth: Fields, callers: list[Value], *, is_first: bool) -> dict[str, Content]:
    kind = auth.get("Type")
    found: dict[str, Content] = {"AuthenticationType": kind}
    ours, theirs = _AUTHORIZERS.get(known_text(kind) or "", ("", ""))
    entry = mapping_of(auth.get(ours)) if ours else None
    if entry is not None:
        values = {name: value for name, value in entry.values.items() if is_first or name != "DefaultAction"}
        found[theirs] = values if ours == "UserPool" else entry.values
        if ours == "LambdaAuthorizer":
            callers.append(entry.get("AuthorizerUri"))
    return found


def _logging(source: Serverless) -> Content:
    """Return the logging configuration, and make the role that it needs: SAM logs unless it is told not to."""
    written = source.get("Logging")
    if isinstance(written, Known) and written.value is False:
        return ABSENT
    entry = mapping_of(written) or Fields({})
    level, role = entry.get("FieldLogLevel"), entry.get("CloudWatchLogsRoleArn")
    address = f"{source.name}CloudWatchRole"
    if is_absent(role):
        policy = "arn:aws:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs"
        properties: dict[str, Content] = {
            "AssumeRolePolicyDocument": trust("appsync.amazonaws.com"),
            "ManagedPolicyArns": [policy.replace("aws", source.partition, 1)],
        }
        source.add(address, "AWS::IAM::Role", properties, source.key("Logging"), depends_on=source.depends_on)
    return {
        "ExcludeVerboseContent": entry.get("ExcludeVerboseContent"),
        "FieldLogLevel": "ALL" if is_absent(level) else level,
        "CloudWatchLogsRoleArn": Reference(address, "Arn") if is_absent(role) else role,
    }


def _add_tables(source: Serverless, names: _Names, connectors: list[Connector]) -> None:
    listed = mapping_of(source.get("DataSources")) or Fields({})
    for name, entry, span in _entries(listed.get("DynamoDb"), source.span):
        table, region, delta = entry.get("TableName"), entry.get("Region"), entry.get("DeltaSync")
        place = source.pseudo("AWS::Region") if is_absent(region) else region
        config: dict[str, Content] = {one: entry.get(one) for one in _DYNAMODB}
        config |= {"AwsRegion": place, "DeltaSyncConfig": delta}
        for switch in ("UseCallerCredentials", "Versioned"):
            if known_text(entry.get(switch)) == "false":
                config[switch] = ABSENT
        partition = source.pseudo("AWS::Partition")
        arn = entry.get("TableArn")
        if is_absent(arn):
            arn = source.arn(span, "dynamodb", "table/", table, partition=partition, region=place)
        permissions = entry.get("Permissions")
        wanted: Content = ["Read", "Write"] if is_absent(permissions) else permissions
        own: dict[str, Content] = {"Type": "AMAZON_DYNAMODB", "DynamoDBConfig": config}
        target: dict[str, Content] = {"Type": "AWS::DynamoDB::Table", "Arn": arn}
        _add_source(source, names, name, entry, span, "DynamoDB", own, target, "ToTableConnector", wanted, connectors)


def _add_functions_behind(source: Serverless, names: _Names, connectors: list[Connector]) -> None:
    listed = mapping_of(source.get("DataSources")) or Fields({})
    for name, entry, span in _entries(listed.get("Lambda"), source.span):
        function = entry.get("FunctionArn")
        own: dict[str, Content] = {"Type": "AWS_LAMBDA", "LambdaConfig": {"LambdaFunctionArn": function}}
        target = _function(function)
        _add_source(source, names, name, entry, span, "Lambda", own, target, "ToLambdaConnector", ["Write"], connectors)


def _function(function: Value) -> dict[str, Content]:
    return {"Type": "AWS::Lambda::Function", "Arn": function}


def _add_source(
    source: Serverless,
    names: _Names,
    name: str,
    entry: Fields,
    span: Span,
    kind: str,
    own: dict[str, Content],
    target: dict[str, Content],
    suffix: str,
    permissions: Content,
    connectors: list[Connector],
) -> None:
    """Add a data source, and the role by which it reaches what is behind it unless it has one of its own."""
    address = f"{source.name}{name}{kind}DataSource"
    role, called = entry.get("ServiceRoleArn"), entry.get("Name")
    generated = f"{address}Role"
    properties: dict[str, Content] = {
        "ApiId": Reference(source.name, "ApiId"),
        "Name": name if is_absent(called) else called,
        "Description": entry.get("Description"),
        **own,
        "ServiceRoleArn": Reference(generated, "Arn") if is_absent(role) else role,
    }
    _add(source, address, "DataSource", properties, span)
    names.sources[name] = Known(Reference(address, "Name"), (span,))
    if is_absent(role):
        trusted: dict[str, Content] = {"AssumeRolePolicyDocument": trust("appsync.amazonaws.com")}
        source.add(generated, "AWS::IAM::Role", trusted, span, depends_on=source.depends_on)
        end: dict[str, Content] = {
            "Type": "AWS::AppSync::DataSource",
            "Arn": Reference(address, "DataSourceArn"),
            "RoleName": Reference(generated, "Ref"),
        }
        _connect(connectors, f"{address}{suffix}", end, target, permissions, span)


def _connect(
    connectors: list[Connector],
    name: str,
    source: dict[str, Content],
    target: dict[str, Content],
    permissions: Content,
    span: Span,
) -> None:
    # The transform gives these connectors no condition, whatever the API has.
    connectors.append(Connector(name, span, ALWAYS, made(source, span), made(target, span), made(permissions, span)))


def _runtime(entry: Fields) -> Content:
    runtime = mapping_of(entry.get("Runtime"))
    return ABSENT if runtime is None else {"Name": runtime.get("Name"), "RuntimeVersion": runtime.get("Version")}


def _add_functions(source: Serverless, names: _Names) -> None:
    for name, entry, span in _entries(source.get("Functions"), source.span):
        identifier, called = entry.get("Id"), entry.get("Name")
        if not is_absent(identifier):
            names.functions[name] = identifier
            continue
        address = source.name + name
        properties: dict[str, Content] = {
            "ApiId": Reference(source.name, "ApiId"),
            "Name": name if is_absent(called) else called,
            "Code": entry.get("InlineCode"),
            "CodeS3Location": entry.get("CodeUri"),
            "DataSourceName": _source_name(source, names, entry.get("DataSource")),
            "MaxBatchSize": entry.get("MaxBatchSize"),
            "Description": entry.get("Description"),
            "Runtime": _runtime(entry),
            "SyncConfig": entry.get("Sync"),
        }
        _add(source, address, "FunctionConfiguration", properties, span)
        names.functions[name] = Known(Reference(address, "FunctionId"), (span,))


def _source_name(source: Serverless, names: _Names, value: Value) -> Value:
    word = known_text(value)
    if word is None:
        return value
    if word.lower() == "none":
        address = f"{source.name}NoneDataSource"
        if "" not in names.sources:
            names.sources[""] = Known(Reference(address, "Name"), (source.span,))
            nothing: dict[str, Content] = {"ApiId": Reference(source.name, "ApiId"), "Name": address, "Type": "NONE"}
            _add(source, address, "DataSource", nothing, source.key("Functions"))
        return names.sources[""]
    return names.sources.get(word, value)


def _add_resolvers(source: Serverless, names: _Names, schema: str) -> None:
    for kind, listed, place in _entries(source.get("Resolvers"), source.span):
        for name, entry, span in _entries(Known(listed, (place,)), place):
            written = entry.get("FieldName")
            pipeline = entry.get("Pipeline")
            members = pipeline.value.items if isinstance(pipeline, Known) and isinstance(pipeline.value, Items) else ()
            functions = [names.functions.get(known_text(item.value) or "", item.value) for item in members]
            has_code = not is_absent(entry.get("InlineCode")) or not is_absent(entry.get("CodeUri"))
            properties = fields(
                {
                    "ApiId": Reference(source.name, "ApiId"),
                    "Code": entry.get("InlineCode"),
                    "CodeS3Location": entry.get("CodeUri"),
                    "Runtime": _runtime(entry) if has_code else _RUNTIME,
                    "FieldName": name if is_absent(written) else written,
                    "TypeName": kind,
                    "Kind": "PIPELINE",
                    "PipelineConfig": {"Functions": functions},
                    "CachingConfig": entry.get("Caching"),
                    "MaxBatchSize": entry.get("MaxBatchSize"),
                },
                span,
            )
            source.add(f"{source.name}{kind}{name}", "AWS::AppSync::Resolver", properties, span, depends_on=(schema,))
