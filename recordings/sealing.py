"""Encryption on arrival: master key → company key → one data key per recording → units.

AES-256-GCM throughout. What a ciphertext belongs to is authenticated with it, so that a row moved
to another place, recording or company does not open.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotOpen(Exception):
    """The bytes are not what was sealed under this key for this place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit belongs. ``digest`` is the SHA-256 of its plain bytes."""

    schema: str
    recording: UUID
    run: str
    seq: int
    digest: bytes

    def as_bytes(self) -> bytes:
        return f"{self.schema}|{self.recording}|{self.run}|{self.seq}|".encode() + self.digest


def company_key(master: bytes, schema: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"company|{schema}".encode()).derive(master)


def new_wrapped_key(schema: str, recording: UUID) -> bytes:
    """A fresh data key for a recording, readable only with the company's key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    under = AESGCM(company_key(settings.MASTER_KEY, schema))
    return nonce + under.encrypt(nonce, secrets.token_bytes(KEY_BYTES), recording.bytes)


def unwrap_key(schema: str, recording: UUID, wrapped: bytes) -> bytes:
    """Raises CannotOpen."""
    return _open(company_key(settings.MASTER_KEY, schema), wrapped, recording.bytes)


def seal(key: bytes, place: Place, plain: bytes) -> tuple[bytes, bytes]:
    """Nonce and ciphertext."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, plain, place.as_bytes())


def unseal(key: bytes, place: Place, nonce: bytes, ciphertext: bytes) -> bytes:
    """Raises CannotOpen."""
    return _open(key, nonce + ciphertext, place.as_bytes())


def _open(key: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
