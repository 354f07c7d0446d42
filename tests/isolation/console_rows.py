"""The addresses of the operators' console."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.row import Row

NEW = "7f3c2b9e-5d0a-4d1e-9a51-0c8f4be0a001"
CLIENT = {"client_id": NEW}
CALL = {
    "made": "on",
    "service": "police",
    "number_called": "110",
    "called_at": "00:00",
    "situation": "x",
}


POST = {"method": "POST", "form": True}
# Every console shows which cases there are: their names are no secret at the desk.
DESK_WIDE = POST | {"status": 302, "to": "/console/", "desk_only": True, "desk_wide": True}


def row(path: str, shows: str = "", url: str = "", who: str = "olga", **more: Any) -> Row:
    others = {"nobody": 302} | more.pop("others", {})
    return Row(f"ops /console/{path}", who, shows, f"/console/{url or path}", others=others, **more)


def beside_the_cases() -> Iterator[Row]:
    """What no case is about, and the lead's way to a colleague's."""
    yield row("idle/", 'id="idle"', own=False)
    memo = DESK_WIDE | {"own": False}
    yield row("memos/", "", body=CLIENT | {"text": "x"}, **memo)
    yield row("memos/<uuid:memo_id>/done/", "", f"memos/{NEW}/done/", **memo)
    yield row(
        "cases/<uuid:case_id>/read-along/",
        "",
        "cases/{case}/read-along/",
        who="lena",
        others={"olga": 404, "otto": 404},
        **DESK_WIDE,
    )


def console() -> Iterator[Row]:
    """Olga holds globex's case, otto acme's: neither has anything of the other's."""

    yield from beside_the_cases()
    yield row("", "{site}", own=False)
    yield row("queue/", "{site}", own=False)
    yield row(
        "search/",
        "found-who",
        method="POST",
        form=True,
        body={"q": "{site}"},
        own=False,
        desk_wide=True,
        idempotent=True,
    )
    yield row("poll", '"events"', own=False)
    yield row("alive", method="POST", status=204, idempotent=True)
    one, url, not_mine = "cases/<uuid:case_id>/", "cases/{case}/", {"otto": 404}
    yield row(one, "{mark}", url, others=not_mine)
    yield row(one + "parts/", "{mark}", url + "parts/", others=not_mine)
    yield row(one + "positions", "{longitude}", url + "positions", others=not_mine)
    yield row(
        one + "read-aloud/",
        "{site}",
        url + "read-aloud/",
        others=not_mine,
        own=False,
        idempotent=True,
        body={"weapon": "x"},
        **POST,
    )
    yield from _sound()
    back = POST | {"status": 302, "to": "/console/cases/{case}/"}
    for name, body in (
        ("message", CLIENT | {"text": "x"}),
        ("note", {"text": "x"}),
        ("phoned", {"whom": "x"}),
        ("emergency", CALL),
    ):
        yield row(f"{one}{name}/", "", f"{url}{name}/", body=body, others=not_mine, **back)
    # These change rows of the desk's own, which no company's footprint holds.
    for name, body in (
        ("step", {"step": "1"}),
        ("send", {"responder": NEW}),
        ("reserve", {"responder": NEW}),
        ("hand-over", {"to": NEW, "note": "x"}),
        ("close", {"result": "calmed"}),
        ("reference", {"call": NEW, "reference": "x"}),
    ):
        yield row(
            f"{one}{name}/", "", f"{url}{name}/", body=body, others=not_mine, desk_only=True, **back
        )
    dispatch = "dispatches/<uuid:dispatch_id>/"
    for name, body in (("advance", {"to": "accept"}), ("call-back", {})):
        yield row(
            f"{one}{dispatch}{name}/",
            "",
            f"{url}dispatches/{{dispatch}}/{name}/",
            body=body,
            others=not_mine,
            desk_only=True,
            **back,
        )
    yield row(
        one + "give-back/",
        "",
        url + "give-back/",
        others=not_mine,
        desk_only=True,
        **POST,
        status=302,
        to="/console/",
    )
    yield row(one + "claim/", "", url + "claim/", others={"otto": 302}, **DESK_WIDE)
    yield row(
        one + "break-glass/",
        "",
        url + "break-glass/",
        body={"reason": "review"},
        others={"otto": 302},
        **DESK_WIDE,
    )
    yield row("handovers/<uuid:handover_id>/", "", f"handovers/{NEW}/", status=404, own=False)
    yield row(
        "handovers/<uuid:handover_id>/take-over/",
        "",
        "handovers/{offer}/take-over/",
        body={"has_read": "on"},
        **DESK_WIDE,
    )
    for name in ("approve", "end"):
        yield row(
            f"break-glass/<uuid:grant_id>/{name}/",
            "",
            f"break-glass/{{glass}}/{name}/",
            **DESK_WIDE,
        )


def _sound() -> Iterator[Row]:
    one, url, not_mine = "cases/<uuid:case_id>/", "cases/{case}/", {"nobody": 302, "otto": 404}

    def row(path: str, shows: str, url: str, **more: Any) -> Row:
        return Row(f"ops /console/{path}", "olga", shows, f"/console/{url}", **more)

    yield row(
        one + "recordings/<uuid:recording_id>/listen",
        "/play/",
        url + "recordings/{recording}/listen",
        method="POST",
        body={"mode": "live"},
        status=201,
        own=False,
        others=not_mine,
    )
    yield row(
        one + "recordings/<uuid:recording_id>/peaks",
        '"per_second"',
        url + "recordings/{recording}/peaks",
        own=False,
        others=not_mine,
    )
    yield row(
        one + "recordings/<uuid:recording_id>/marks",
        "{flag}",
        url + "recordings/{recording}/marks",
        others=not_mine,
    )
    yield row(
        one + "recordings/<uuid:recording_id>/mark",
        '"id"',
        url + "recordings/{recording}/mark",
        method="POST",
        body=CLIENT | {"session": "{ear}", "at_ms": 200},
        status=201,
        own=False,
        others=not_mine,
    )
    yield row(
        one + "recordings/<uuid:recording_id>/marks/<uuid:mark_id>/withdraw",
        "",
        url + "recordings/{recording}/marks/{desk_flag}/withdraw",
        method="POST",
        status=204,
        others=not_mine,
    )
