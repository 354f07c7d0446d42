"""An identity provider as it speaks: bodies as Entra ID and Okta send them."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
JAPANESE = "urn:ietf:params:scim:schemas:extension:sobani:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def person(user_name: str = "sora@acme.example", number: str = "770001", **other: Any) -> Any:
    """Somebody new, as they are first sent; ``other`` is said instead, None leaves it out."""
    body = {
        "schemas": [CORE, ENTERPRISE, JAPANESE],
        "externalId": f"ext-{user_name}",
        "userName": user_name,
        "active": True,
        "displayName": "Sora Aoki",
        "name": {"familyName": "青木", "givenName": "空", "formatted": "Sora Aoki"},
        "emails": [{"primary": True, "type": "work", "value": "sora@acme.example"}],
        "phoneNumbers": [
            {"type": "mobile", "value": "090-1111-2222"},
            {"type": "work", "value": "03-1111-2222"},
        ],
        "title": "販売員",
        "preferredLanguage": "ja",
        "meta": {"resourceType": "User"},
        ENTERPRISE: {"employeeNumber": number, "department": "食品フロア", "costCenter": "7"},
        JAPANESE: {"familyNameKana": "アオキ", "givenNameKana": "ソラ"},
    } | other
    return {name: value for name, value in body.items() if value is not None}


@dataclass(frozen=True)
class Provider:
    token: str
    host: str = "acme.localhost"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = body if isinstance(body, bytes | str | None) else json.dumps(body)
        headers = {"Host": self.host, "Authorization": f"Bearer {self.token}"} | headers
        return Client().generic(
            method, f"/scim/v2/{path}", sent or "", "application/scim+json", headers=headers
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def make(self, body: Any) -> Any:
        return self.call("POST", "Users", body)

    def patch(self, key: str, *operations: Any) -> Any:
        return self.call("PATCH", f"Users/{key}", {"schemas": [PATCH], "Operations": operations})

    def made(self, **said: Any) -> str:
        """Somebody new; their id."""
        answer = self.make(person(**said))
        assert answer.status_code == 201, answer.content.decode()
        return str(answer.json()["id"])


def refused(answer: Any, status: int, kind: str = "") -> str:
    """It is an error as SCIM has it; what it says."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode())
    assert answer.headers["Content-Type"] == "application/scim+json"
    body = answer.json()
    assert body["schemas"] == [ERROR]
    assert body["status"] == str(status)
    assert body.get("scimType", "") == kind
    return str(body.get("detail", ""))
