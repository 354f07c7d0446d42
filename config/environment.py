"""Reading the environment. Without SOBANI_ENV it is production, which refuses missing secrets."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

ENV = os.environ.get("SOBANI_ENV", "production")
if ENV not in {"demo", "production"}:
    raise ImproperlyConfigured("SOBANI_ENV is demo or production")

IS_DEMO = ENV == "demo"
MOST_CONNECTIONS = 8
"""Of one web process, Django's half; so many requests run at once."""
is_web = False
"""Set by config.asgi before it loads the settings: whoever serves it pools its connections."""


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
    return key.public_key().public_bytes(  # type: ignore[union-attr]
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _kept(path: Path, value: bytes) -> bytes:
    """Write once, readable by us alone; whoever comes second reads what the first wrote."""
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
    """S3_SSE=none for a server without a key service; the objects are sealed by us anyway."""
    return os.environ.get("S3_SSE", "kms") == "kms"


def role_of(url: str) -> str:
    return str(conninfo_to_dict(url).get("user", ""))


def database(url: str, *, pooled: bool) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    options: dict[str, Any] = {}
    if pooled:
        options["pool"] = {
            "min_size": 2,
            "max_size": MOST_CONNECTIONS,
            "timeout": 5,
            "max_lifetime": 900,
            "max_idle": 120,
        }
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": 0 if pooled else 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
