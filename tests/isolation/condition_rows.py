"""The table's part for conditions and care."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.isolation.row import Row

TODAY = date.today()  # noqa: DTZ011 - a device's own day
OTHERS = {"nobody": 401, "colleague's phone": 404, "boris": 401, "anna": 401}


def _page(path: str, shows: str, who: str = "boris", url: str = "", **more: Any) -> Row:
    more = {"own": False, "others": {"hanna": 404, "anna": 404, "nobody": 302}} | more
    return Row(f"company /portal/{path}", who, shows, f"/portal/{url or path}", **more)


def conditions() -> Iterator[Row]:
    guests = {"nobody": 401, "boris": 401, "revoked phone": 403, "post's phone": 403}

    def call(route: str, shows: str, **more: Any) -> Row:
        more = {"own": False, "others": guests} | more
        return Row(f"company {route}", "anna's phone", shows, **more)

    yield call("GET /api/v1/check-ins", "audiences")
    yield call(
        "PUT /api/v1/check-ins/<str:on>",
        '"condition"',
        url=f"/api/v1/check-ins/{TODAY}",
        body={"condition": "good"},
    )
    yield call(
        "GET /api/v1/me/conditions/<str:month>",
        '"is_working"',
        url=f"/api/v1/me/conditions/{TODAY:%Y-%m}",
    )
    yield call("POST /api/v1/me/health-referral", "", status=202)
    yield call("GET /api/v1/me/condition-looks", "[")
    yield call("GET /api/v1/me/conditions-export", "check_ins")
    care, url = (
        "/api/v1/me/incidents/<uuid:incident_id>/care",
        "/api/v1/me/incidents/{incident}/care",
    )
    one = OTHERS | {"revoked phone": 403, "post's phone": 403}
    yield call(f"GET {care}", "contacts", url=url, others=one)
    yield call(f"PUT {care}", '"declined":true', url=url, body={"declined": True}, others=one)

    yield _page("conditions/", "髙橋 美咲")
    yield _page("care/", "髙橋 美咲")
    yield _page("conditions/sheet.xlsx", "", status=404)  # off until HR says why
    yield _page("conditions/paper/", "", status=404)
    yield _page("conditions/figures/", "", others={"hanna": 200, "anna": 404, "nobody": 302})
    yield _page("conditions/erase/", "", who="hanna", others={"boris": 404, "nobody": 302})
    yield from _care()
    link = {"url": "check-in/{reminder}/?{reminder_link}", "who": "nobody", "others": {}}
    yield _page("check-in/<uuid:public_id>/", "今日の調子", **link)
    yield _page(
        "check-in/<uuid:public_id>/",
        "",
        **link,
        method="POST",
        form=True,
        status=302,
        body={"on": str(TODAY), "condition": "bad", "note_audience": "health"},
        to="/portal/check-in/{reminder}/?{reminder_link}",
    )


def _care() -> Iterator[Row]:
    nobodys = {"carla": 404, "hanna": 404, "anna": 404, "nobody": 302}
    press: dict[str, Any] = {"method": "POST", "form": True, "others": nobodys}
    back: dict[str, Any] = press | {"status": 302, "to": "/portal/conditions/"}
    one = "care/<uuid:public_id>/"
    yield _page(one + "settle/", "", url="care/{care}/settle/", body={"outcome": "talked"}, **back)
    yield _page(one + "later/", "", url="care/{care}/later/", body={"days": "1"}, **back)
    # Nothing has been settled just now that could be taken back.
    yield _page(one + "undo/", "", url="care/{care}/undo/", status=404, idempotent=True, **press)
    person, url = "conditions/people/<uuid:public_id>/", "conditions/people/{person}/"
    yield _page(person, "髙橋 美咲", url=url, others=nobodys)
