"""One second of sound as a device sends it: 47 ADTS frames, 4 KB."""

import base64
import hashlib

FRAMES, PAYLOAD = 47, 80
HEAD = bytes([0xFF, 0xF1, 0x4C, 0x40, PAYLOAD + 7 >> 3, ((PAYLOAD + 7) & 7) << 5 | 0x1F, 0xFC])
UNIT = (HEAD + b"s" * PAYLOAD) * FRAMES
PEAKS = ",".join("90" for _ in range(10))


def unit_headers(data: bytes, token: str) -> list[str]:
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return [
        f"Authorization: Bearer {token}",
        "Content-Type: audio/aac",
        f"Content-Digest: sha-256=:{digest}:",
        "Unit-Run: bench",
        f"Unit-Peak: {PEAKS}",
        f"Content-Length: {len(data)}",
    ]
