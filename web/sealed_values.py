"""What a company keeps secret is encrypted under its own key, which follows from the master key.

AES-256-GCM. What a ciphertext is about is authenticated with it, so that one moved to another row
or company does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotOpen(Exception):
    """The bytes are not what was sealed under this key for this place."""


def seal_for(schema: str, about: bytes, plain: bytes) -> bytes:
    return seal(_company_key(schema), about, plain)


def open_for(schema: str, about: bytes, sealed: bytes) -> bytes:
    """Decrypt with the company's key. Raises CannotOpen."""
    return unseal(_company_key(schema), about, sealed)


def seal(key: bytes, about: bytes, plain: bytes) -> bytes:
    """Encrypt it; returns the nonce, then the ciphertext."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def unseal(key: bytes, about: bytes, sealed: bytes) -> bytes:
    """Decrypt what ``seal`` returned. Raises CannotOpen."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def _company_key(schema: str) -> bytes:
    kdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"company|{schema}".encode())
    return kdf.derive(settings.MASTER_KEY)
