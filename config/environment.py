"""Reading the environment. Without SOBANI_ENV it is production, which refuses missing secrets."""

import hashlib
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

ENV = os.environ.get("SOBANI_ENV", "production")
if ENV not in {"demo", "production"}:
    raise ImproperlyConfigured("SOBANI_ENV is demo or production")

IS_DEMO = ENV == "demo"

TURNS = {"pages": 6, "api": 4, "health": 2, "sockets": 4, "media": 8}
"""How many of each run at once in one web process: each holds one connection to the database."""
POOLED_CONNECTIONS = sum(TURNS.values()) - TURNS["media"]
"""Django's pool: a request that has a turn waits for nobody's connection."""
WEB_CONNECTIONS = sum(TURNS.values()) + 1
"""All of one web process; the last one is opened by `/readyz` and closed again."""

Process = Literal["web", "timekeeper", "worker", "command"]


def _started_as() -> Process:
    """The kind of process, from the command line: settings are read before commands run."""
    program, *words = sys.argv
    if Path(program).name == "manage.py" and words[:1] == ["timekeeper"]:
        return "timekeeper"
    if "celery" in Path(program).parts[-2:] and "worker" in words:
        return "worker"
    return "command"


process: Process = _started_as()
"""What this process is; config.asgi says "web" before it loads the settings."""


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set")
    return value


def secret(name: str, data_dir: Path) -> bytes:
    """A secret from NAME or NAME_FILE; the demo makes one for itself in DATA_DIR/keys."""
    if value := os.environ.get(name):
        return value.encode()
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_bytes().strip()
    if not IS_DEMO:
        raise ImproperlyConfigured(f"{name} or {name}_FILE is not set")
    return _kept(data_dir / "keys" / name.lower(), secrets.token_hex(32).encode())


def key_of(value: bytes) -> bytes:
    """32 bytes from a secret of any form."""
    return hashlib.sha256(value).digest()


def vapid_key(data_dir: Path) -> str:
    """The path of the key that signs Web Push; made once in the demo."""
    path = Path(os.environ.get("VAPID_PRIVATE_KEY_FILE", data_dir / "keys" / "vapid.pem"))
    if not path.exists():
        if not IS_DEMO:
            return ""
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _kept(path, pem)
    return str(path)


def vapid_public_key(path: str) -> bytes:
    """The browser's applicationServerKey: the uncompressed point."""
    if not path:
        return b""
    key = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _kept(path: Path, value: bytes) -> bytes:
    """Write once, readable by us alone; the second writer reads what the first wrote."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(value)
    except FileExistsError:
        return path.read_bytes()
    return value


def object_storage(data_dir: Path) -> dict[str, Any]:
    """S3 when S3_BUCKET is set (any endpoint that speaks it), else files under DATA_DIR."""
    bucket = os.environ.get("S3_BUCKET")
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": data_dir / "objects"},
        }
    key = os.environ.get("S3_KMS_KEY_ID", "")
    encrypted = {"ServerSideEncryption": "aws:kms"} | ({"SSEKMSKeyId": key} if key else {})
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": os.environ.get("S3_ENDPOINT") or None,
            "region_name": os.environ.get("S3_REGION") or None,
            "object_parameters": encrypted if _wants_kms() else {},
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "signature_version": "s3v4",
        },
    }


def _wants_kms() -> bool:
    """Whether to ask for KMS; S3_SSE=none for servers without. Objects are sealed by us anyway."""
    return os.environ.get("S3_SSE", "kms") == "kms"


def role_of(url: str) -> str:
    return str(conninfo_to_dict(url).get("user", ""))


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds after which the database ends what hangs; 0: never."""

    lock: int
    statement: int
    idle: int
    """In a transaction whose client says nothing: it may have lost its network or power."""


# Processes that serve people give up soon, so that nobody waits behind a company that is stuck.
PATIENCE: dict[Process, Patience] = {
    "web": Patience(lock=2, statement=10, idle=10),
    "timekeeper": Patience(lock=1, statement=5, idle=10),
    "worker": Patience(lock=5, statement=120, idle=60),
    "command": Patience(lock=30, statement=0, idle=600),
}
NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def connection_options(given: dict[str, Any]) -> dict[str, Any]:
    """Timeouts for every connection of this process, so that nothing hangs forever.

    ``given`` is what the URL says besides names, sslmode and its like; it stays.
    """
    patience = PATIENCE[process]
    server = {
        "lock_timeout": f"{patience.lock}s",
        "statement_timeout": f"{patience.statement}s",
        "idle_in_transaction_session_timeout": f"{patience.idle}s",
        # A client that vanished without a word is noticed in half a minute, not in two hours.
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "20000",
    }
    flags = [f"-c {name}={value}" for name, value in server.items()]
    return given | {
        "application_name": f"sobani {process}",
        "connect_timeout": 3,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
        "options": " ".join([*given.get("options", "").split(), *flags]),
    }


def database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    given = {name: value for name, value in parts.items() if name not in NAMES}
    options = connection_options(given)
    if process == "web":
        # Shorter than a device waits, so that it hears that it must come again.
        options["pool"] = {
            "min_size": 2,
            "max_size": POOLED_CONNECTIONS,
            "timeout": 3,
            "max_lifetime": 900,
            "max_idle": 120,
        }
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        **{theirs: parts.get(ours, "") for ours, theirs in NAMES.items()},
        "CONN_MAX_AGE": 0 if process == "web" else 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
