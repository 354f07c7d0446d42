"""What programs ask: a device's own addresses, and the identity provider's."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.console_rows import CLIENT, NEW
from tests.isolation.row import Row

EXTENSION = "urn:ietf:params:scim:schemas:extension:"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
KEYS = {"p256dh": "B" * 87, "auth": "a" * 22}
ENDPOINT = "http://127.0.0.1:9/push/x"

OWN_API = {"nobody": 401, "colleague's phone": 404, "post's phone": 404, "boris": 401, "anna": 401}


def device_api() -> Iterator[Row]:
    phone, incident = "anna's phone", "/api/v1/incidents/{incident}"

    def row(route: str, url: str, shows: str, **more: Any) -> Row:
        return Row(f"company {route}", phone, shows, url, **more)

    one = "/api/v1/incidents/<uuid:incident_id>"
    yield row("GET " + one, incident, "{mark}", others=OWN_API | {"revoked phone": 404})
    for call, body, status, shows in (
        ("raise", {"level": "support"}, 200, "{incident}"),
        ("answer", {"answer": "still_going"}, 200, "{incident}"),
        ("messages", CLIENT | {"text": "x"}, 201, "{mark}"),
        ("close", {"outcome": "safe"}, 200, "{incident}"),
        ("locations", {"fixes": [{"latitude": 35, "longitude": 139}]}, 202, ""),
    ):
        yield row(
            f"POST {one}/{call}",
            f"{incident}/{call}",
            shows,
            body=body,
            status=status,
            others=OWN_API,
        )
    yield row(
        "GET /api/v1/device",
        "/api/v1/device",
        "{site}",
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "GET /api/v1/me/incidents",
        "/api/v1/me/incidents",
        "{incident}",
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "GET /api/v1/me/devices",
        "/api/v1/me/devices",
        "{button}",
        others={"nobody": 401, "boris": 401, "anna": 401, "revoked phone": 403},
    )
    plays = "/api/v1/me/recordings/<uuid:recording_id>/plays"
    yield row(
        "GET " + plays,
        "/api/v1/me/recordings/{recording}/plays",
        "{session}",
        others=OWN_API | {"revoked phone": 403},
    )
    yield row(
        "POST /api/v1/notices/<uuid:notice_id>/receipts",
        "/api/v1/notices/{told}/receipts",
        "",
        body={"stage": "displayed"},
        status=202,
        others=OWN_API,
    )
    # A press while her alarm is open joins it; after it was closed it opens another.
    yield row(
        "POST /api/v1/incidents",
        "/api/v1/incidents",
        "{incident}",
        body={"tap_id": NEW},
        or_status=201,
        others={"nobody": 401, "boris": 401},
    )
    yield row(
        "POST /api/v1/incidents",
        "/api/v1/incidents",
        "{mark}",
        body={"tap_id": "{tap}"},
        idempotent=True,
    )
    yield row(
        "POST /api/v1/recordings",
        "/api/v1/recordings",
        "/ingest/",
        own=False,
        status=201,
        body=CLIENT | {"tap_id": NEW, "sample_rate": 48000, "frames_per_unit": 47},
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "POST /api/v1/device/test-notice",
        "/api/v1/device/test-notice",
        "",
        status=202,
        others={"nobody": 401, "revoked phone": 403},
    )
    yield row(
        "PUT /api/v1/device/state",
        "/api/v1/device/state",
        "",
        status=204,
        body={"sound": "muted"},
        others={"nobody": 401, "boris": 401, "revoked phone": 204},
    )
    yield row(
        "PUT /api/v1/device/push",
        "/api/v1/device/push",
        "",
        status=204,
        body={"token": "t"},
        others={"nobody": 401, "revoked phone": 403},
    )
    yield row(
        "PUT /api/v1/device/web-push",
        "/api/v1/device/web-push",
        "",
        status=204,
        body={"endpoint": ENDPOINT, "keys": KEYS},
        others={"nobody": 401, "revoked phone": 403},
    )
    yield row(
        "POST /api/v1/device/tap-token",
        "/api/v1/device/tap-token",
        '"tap_token":"tap1.',
        own=False,
        body={"name": "x"},
        status=201,
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "DELETE /api/v1/device/tap-token/<uuid:device_id>",
        "/api/v1/device/tap-token/{button}",
        "",
        status=204,
        others=OWN_API | {"revoked phone": 403},
    )
    # The address is the credential.
    yield Row(
        "company POST /api/v1/tap/<str:tap_token>",
        "nobody",
        "{incident}",
        "/api/v1/tap/{tap_token}",
    )
    yield Row(
        "company /api/v1/[\\s\\S]*",
        "nobody",
        "not-found",
        "/api/v1/nothing",
        status=404,
        own=False,
        public=True,
    )
    yield Row(
        "company POST /api/v1/devices/enroll",
        "nobody",
        '"token":"sb1.',
        body={"code": "{code}", "kind": "watch"},
        status=201,
        own=False,
    )


def provider_api() -> Iterator[Row]:
    """The identity provider's; for everybody else there is nothing to be seen."""
    others = dict.fromkeys(("nobody", "hanna", "boris", "anna's phone"), 401)

    def row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
        return Row(
            f"company /scim/v2/{path}",
            "provider",
            shows,
            f"/scim/v2/{url or path}",
            others=others,
            **more,
        )

    urn = "urn:ietf:params:scim:schemas:core:2.0:User"
    yield row("ServiceProviderConfig", "oauthbearertoken", own=False)
    yield row("ResourceTypes", '"/Users"', own=False)
    yield row("ResourceTypes/<str:name>", '"/Users"', "ResourceTypes/User", own=False)
    yield row("Schemas", urn, own=False)
    yield row("Schemas/<str:urn>", urn, f"Schemas/{urn}", own=False)
    yield row("Users", "{mark}")
    body = {
        "schemas": [urn],
        "userName": NEW,
        "name": {"familyName": "新", "givenName": "人"},
        f"{EXTENSION}enterprise:2.0:User": {"employeeNumber": "990001", "department": "10"},
        f"{EXTENSION}sobani:2.0:User": {"familyNameKana": "シン", "givenNameKana": "ジン"},
    }
    yield row("Users", NEW, body=body, method="POST", status=201, own=False)
    one, url = "Users/<str:user_id>", "Users/{provisioned}"
    yield row(one, "{mark}", url)
    yield row(one, NEW, url, body=body, method="PUT", own=False)
    change = {"schemas": [PATCH], "Operations": [{"op": "Replace", "value": {"active": "False"}}]}
    yield row(one, "", url, body=change, method="PATCH", status=204)
    yield row(one, "", url, method="DELETE", status=204)
    yield row("[\\s\\S]*", "", "nothing", status=404, own=False)
