"""What a page says of its connection."""

import uuid

from tests.live.conftest import LivePhone

COLLEAGUE = "020190"  # 小林 誠, of anna's department


LIVE, LOST = "リアルタイム接続中", "再接続中"


def say(phone: LivePhone, incident: str, text: str) -> None:
    body = {"client_id": str(uuid.uuid4()), "text": text}
    answer = phone.send("POST", f"/api/v1/incidents/{incident}/messages", json=body)
    assert answer.status_code == 201, answer.text
