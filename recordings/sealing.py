"""Encryption on arrival: master key → company key → one data key per recording → units.

AES-256-GCM throughout. What a ciphertext belongs to is authenticated with it, so that a row moved
to another place, recording or company does not open.
"""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class SealBroken(Exception):
    """The bytes are not what was sealed under this key for this place."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(key: bytes, *, under: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(under).encrypt(nonce, key, context.encode())


def unwrap(wrapped: bytes, *, under: bytes, context: str) -> bytes:
    """Raises SealBroken."""
    try:
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        return AESGCM(under).decrypt(nonce, sealed, context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(context) from error


def company_context(schema: str, version: int) -> str:
    return f"company|{schema}|{version}"


def recording_context(schema: str, recording: UUID, version: int) -> str:
    return f"recording|{schema}|{recording}|{version}"


class Seal:
    """The data key of one recording, ready for its units."""

    __slots__ = ("_aead", "_place")

    def __init__(self, key: bytes, schema: str, recording: UUID) -> None:
        self._aead = AESGCM(key)
        self._place = f"{schema}|{recording}|".encode()

    def close(self, plain: bytes, *, run: str, seq: int, digest: bytes) -> tuple[bytes, bytes]:
        """Nonce and ciphertext."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce, self._aead.encrypt(nonce, plain, self._about(run, seq, digest))

    def open(self, nonce: bytes, ciphertext: bytes, *, run: str, seq: int, digest: bytes) -> bytes:
        """Raises SealBroken."""
        try:
            return self._aead.decrypt(nonce, ciphertext, self._about(run, seq, digest))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"unit {seq}") from error

    def _about(self, run: str, seq: int, digest: bytes) -> bytes:
        return self._place + f"{run}|{seq}|".encode() + digest
