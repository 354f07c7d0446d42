"""Encryption on arrival: master key → company key → one data key per recording → units.

What a ciphertext belongs to is authenticated with it, so that a row moved to another place,
recording or company does not open.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from web import sealed_values
from web.sealed_values import KEY_BYTES, NONCE_BYTES, CannotOpen

__all__ = ["CannotOpen", "Place", "new_wrapped_key", "seal", "unseal", "unwrap_key"]


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


def new_wrapped_key(schema: str, recording: UUID) -> bytes:
    """A fresh data key for a recording, readable only with the company's key."""
    return sealed_values.seal_for(schema, recording.bytes, secrets.token_bytes(KEY_BYTES))


def unwrap_key(schema: str, recording: UUID, wrapped: bytes) -> bytes:
    """Unwrap a recording's data key. Raises CannotOpen."""
    return sealed_values.open_for(schema, recording.bytes, wrapped)


def seal(key: bytes, place: Place, plain: bytes) -> tuple[bytes, bytes]:
    """Encrypt a unit; returns nonce and ciphertext."""
    sealed = sealed_values.seal(key, place.as_bytes(), plain)
    return sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]


def unseal(key: bytes, place: Place, nonce: bytes, ciphertext: bytes) -> bytes:
    """Decrypt a unit. Raises CannotOpen."""
    return sealed_values.unseal(key, place.as_bytes(), nonce + ciphertext)
