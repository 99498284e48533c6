"""What is known of modules that are not in the package: whether they call AWS, and whether they read the environment."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Trust(StrEnum):
    """What a module from outside the package may do behind the handler's back."""

    STANDARD = "standard"
    """It is part of Python."""
    HARMLESS = "harmless"
    """It calls no AWS API with the function's role."""
    SDK = "sdk"
    """It is the AWS SDK, whose calls are followed."""
    CALLS_AWS = "calls"
    """It calls AWS, in ways that are not followed."""
    UNKNOWN = "unknown"


STANDARD: Final = frozenset(
    ["__future__", "_thread", "abc", "aifc", "annotationlib", "antigravity", "argparse", "array", "ast", "asynchat", "asyncio", "asyncore", "atexit", "audioop", "base64", "bdb", "binascii", "bisect", "builtins", "bz2", "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code", "codecs", "codeop", "collections", "colorsys", "compileall", "compression", "concurrent", "configparser", "contextlib", "contextvars", "copy", "copyreg", "crypt", "csv", "ctypes", "curses", "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis", "distutils", "doctest", "email", "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch", "fractions", "ftplib", "functools", "gc", "genericpath", "getopt", "getpass", "gettext", "glob", "graphlib", "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib", "imghdr", "imp", "importlib", "inspect", "io", "ipaddress", "itertools", "json", "keyword", "lib2to3", "linecache", "locale", "logging", "lzma", "mailbox", "mailcap", "marshal", "math", "mimetypes", "mmap", "modulefinder", "msilib", "msvcrt", "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath", "nturl2path", "numbers", "opcode", "operator", "optparse", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools", "pipes", "pkgutil", "platform", "plistlib", "poplib", "posix", "posixpath", "pprint", "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr", "pydoc", "pydoc_data", "pyexpat", "queue", "quopri", "random", "re", "readline", "reprlib", "resource", "rlcompleter", "runpy", "sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site", "smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "sre_compile", "sre_constants", "sre_parse", "ssl", "stat", "statistics", "string", "stringprep", "struct", "subprocess", "sunau", "symtable", "sys", "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile", "termios", "textwrap", "this", "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib", "trace", "traceback", "tracemalloc", "tty", "turtle", "turtledemo", "types", "typing", "unicodedata", "unittest", "urllib", "uu", "uuid", "venv", "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound", "wsgiref", "xdrlib", "xml", "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo"]
)
"""The standard library of all supported versions of Python together."""

_HARMLESS: Final = frozenset(
    ["aiofiles", "aiohttp", "annotated_types", "anyio", "appdirs", "argon2", "arrow", "asgiref", "async_timeout", "asyncpg", "attr", "attrs", "aws_embedded_metrics", "aws_lambda_context", "aws_lambda_typing", "aws_lambda_powertools", "aws_xray_sdk", "awslambdaric", "babel", "backoff", "bcrypt", "bleach", "brotli", "bs4", "cachetools", "cattrs", "cbor2", "certifi", "cffi", "cfnresponse", "chardet", "charset_normalizer", "click", "colorama", "confluent_kafka", "croniter", "cryptography", "cssselect", "cv2", "cx_Oracle", "cycler", "dacite", "dateparser", "dateutil", "deepdiff", "defusedxml", "dill", "dns", "docutils", "docx", "email_validator", "emoji", "et_xmlfile", "exceptiongroup", "fastapi", "fastavro", "fastjsonschema", "feedparser", "filelock", "flask", "flask_cors", "frozendict", "frozenlist", "fuzzywuzzy", "geopy", "google_auth", "gql", "graphene", "graphql", "greenlet", "grpc", "h11", "h2", "html5lib", "httpcore", "httplib2", "httpx", "humanize", "idna", "imagehash", "importlib_metadata", "importlib_resources", "inflection", "iso8601", "isodate", "itsdangerous", "jinja2", "jmespath", "joblib", "jose", "jsondiff", "jsonpatch", "jsonpath_ng", "jsonpickle", "jsonpointer", "jsonschema", "jwcrypto", "jwt", "kafka", "kiwisolver", "lark", "ldap3", "loguru", "lxml", "lz4", "magic", "mako", "mangum", "markdown", "markupsafe", "marshmallow", "matplotlib", "maxminddb", "more_itertools", "mpmath", "msgpack", "msgspec", "multidict", "mypy_extensions", "mysql", "MySQLdb", "names", "networkx", "nltk", "nltk_data", "numexpr", "numpy", "oauthlib", "odf", "openpyxl", "oracledb", "orjson", "packaging", "paho", "paramiko", "parse", "passlib", "pdfminer", "pdfplumber", "peewee", "phonenumbers", "pika", "PIL", "pkg_resources", "platformdirs", "playwright", "ply", "polyline", "pptx", "prometheus_client", "promise", "prompt_toolkit", "propcache", "protobuf", "psutil", "psycopg", "psycopg2", "pyarrow", "pyasn1", "pycparser", "pydantic", "pydantic_core", "pygments", "pymongo", "pymssql", "pymysql", "pynacl", "nacl", "pyodbc", "pypdf", "PyPDF2", "pyparsing", "pyproj", "pyrsistent", "pytesseract", "pytz", "qrcode", "rapidfuzz", "redis", "referencing", "regex", "reportlab", "requests", "requests_oauthlib", "requests_toolbelt", "responses", "rfc3339", "rich", "rpds", "rsa", "ruamel", "schema", "scipy", "selenium", "semantic_version", "sentry_sdk", "setuptools", "shapely", "shortuuid", "simplejson", "six", "skimage", "sklearn", "slugify", "sniffio", "snowflake", "sortedcontainers", "soupsieve", "sqlalchemy", "sqlglot", "sqlparse", "starlette", "stripe", "structlog", "svgwrite", "sympy", "tabulate", "tenacity", "termcolor", "textblob", "textdistance", "threadpoolctl", "tiktoken", "toml", "tomli", "tomlkit", "toolz", "tornado", "tqdm", "twilio", "typeguard", "typer", "typing_extensions", "typing_inspect", "typing_inspection", "tzdata", "tzlocal", "ujson", "unidecode", "uritemplate", "urllib3", "user_agents", "uvicorn", "uvloop", "validators", "vobject", "voluptuous", "wcwidth", "websocket", "websockets", "werkzeug", "wrapt", "wsproto", "xlrd", "xlsxwriter", "xlwt", "xmljson", "xmlsec", "xmltodict", "yaml", "yarl", "zeep", "zipp", "zoneinfo", "zstandard"]
)
"""Third-party packages that call no AWS API on their own account, by the name that is imported."""

_PREFIXES: Final[dict[str, Trust]] = {
    "boto3": Trust.SDK,
    "botocore": Trust.SDK,
    "s3transfer": Trust.SDK,
    "botocore.auth": Trust.CALLS_AWS,
    "botocore.awsrequest": Trust.CALLS_AWS,
    "botocore.signers": Trust.CALLS_AWS,
    "aws_lambda_powertools.utilities.parameters": Trust.CALLS_AWS,
    "aws_lambda_powertools.utilities.idempotency": Trust.CALLS_AWS,
    "aws_lambda_powertools.utilities.feature_flags": Trust.CALLS_AWS,
    "aws_lambda_powertools.utilities.data_masking": Trust.CALLS_AWS,
    "aws_lambda_powertools.utilities.streaming": Trust.CALLS_AWS,
    "opensearchpy": Trust.HARMLESS,
    "opensearchpy.AWSV4SignerAuth": Trust.CALLS_AWS,
    "opensearchpy.AWSV4SignerAsyncAuth": Trust.CALLS_AWS,
    "opensearchpy.RequestsAWSV4SignerAuth": Trust.CALLS_AWS,
    "opensearchpy.Urllib3AWSV4SignerAuth": Trust.CALLS_AWS,
    "opensearchpy.helpers.signer": Trust.CALLS_AWS,
    "elasticsearch": Trust.HARMLESS,
    "google.protobuf": Trust.HARMLESS,
}
"""Dotted names whose trust differs from that of what they are in."""

_READS_ENVIRONMENT: Final = frozenset(
    ["decouple", "dotenv", "dynaconf", "environ", "environs", "envparse", "everett", "hydra", "omegaconf", "pydantic_settings", "starlette.config"]
)
"""Packages through which source reads variables that it does not name in ``os.environ``."""

_SETS_ENVIRONMENT: Final = frozenset({"dotenv", "environ", "environs", "dynaconf"})
"""Packages that load variables from a file into the environment."""

ROUTERS: Final = ("aws_lambda_powertools", "chalice", "fastapi", "flask", "starlette", "mangum", "falcon", "bottle", "quart")
"""Frameworks that call the functions which their decorators register."""


def trust_of(path: str) -> Trust:
    """Return what may come of importing a dotted name (``module`` or ``module.name``) from outside the package."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        found = _PREFIXES.get(".".join(parts[:length]))
        if found is not None:
            return found
    if parts[0] in STANDARD:
        return Trust.STANDARD
    if parts[0] in _HARMLESS or parts[0].startswith(("mypy_boto3", "types_", "_")):
        return Trust.HARMLESS
    return Trust.UNKNOWN


def reads_environment(path: str) -> bool:
    """Return whether a module reads variables on behalf of its caller."""
    return path.split(".", 1)[0] in _READS_ENVIRONMENT or path in ("starlette.config", "pydantic.BaseSettings")


def sets_environment(path: str) -> bool:
    """Return whether a module may put variables into the environment."""
    return path.split(".", 1)[0] in _SETS_ENVIRONMENT
