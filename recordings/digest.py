"""Content-Digest (RFC 9530), of which only SHA-256 is spoken here."""

import base64
import binascii
import hashlib
import re

SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:$|,)")


class BadDigest(ValueError):
    """There is no readable sha-256 in the header."""


def parse(header: str) -> bytes:
    """The 32 bytes of the sha-256 member. Raises BadDigest."""
    match = SHA256.search(header)
    if match is None:
        raise BadDigest(header[:100])
    try:
        return base64.b64decode(match[1], validate=True)
    except binascii.Error as error:
        raise BadDigest(header[:100]) from error


def header(digest: bytes) -> str:
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def of(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
