"""What the security company did looks like what it is, on the supervisor's page and the console."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import User
from audit.actors import Actor
from incidents.models import Incident
from operations.cases import claim
from operations.models import AccessGrant, Case, Dispatch, Responder
from people.devices.services import create_device
from people.models import Post
from tenants.models import Company
from tests.conftest import Phone, signed_in
from tests.operations.conftest import asked, run_jobs
from tests.responder.conftest import case, desk_browser, grant, m14, olga, rosa

__all__ = ["case", "grant", "m14", "olga", "rosa"]

LINE = re.compile(
    r'<li id="entry-.*?class="timeline-mark (\w*)">.*?#([a-z0-9-]+)".*?'
    r"<div>(<b>)?(.*?)(?:</b>|<small>|</div>)",
    re.DOTALL,
)
Look = tuple[str, str, bool]


def lines(page: str) -> dict[str, Look]:
    """Words of each line -> icon, tone, strong."""
    return {
        unescape(text).strip(): (icon, tone, bool(strong))
        for tone, icon, strong, text in LINE.findall(page)
    }


def look_of(page: str, words: str) -> Look:
    return next(look for text, look in lines(page).items() if words in text)


MADE = {"made": "on", "situation": "店頭で大声"}


@pytest.fixture
def helped(case: Case, grant: AccessGrant, olga: Actor, m14: Responder) -> Case:
    """Olga has taken over, sent M-14, called the police, written a note and finished."""
    console, address = desk_browser("olga"), f"/console/cases/{case.public_id}/"
    console.post(f"{address}send/", {"responder": m14.public_id})
    dispatch = Dispatch.objects.get(case=case)
    for step in ("accept", "depart", "arrive"):
        console.post(f"{address}dispatches/{dispatch.public_id}/advance/", {"to": step})
    called = {"service": "police", "number_called": "110", "called_at": "00:00"} | MADE
    console.post(f"{address}emergency/", called | {"reference": "4521", "station": "中央警察署"})
    console.post(f"{address}note/", {"text": "家族が興奮"})
    left = {"to": "leave", "result": "police"}
    console.post(f"{address}dispatches/{dispatch.public_id}/advance/", left)
    console.post(f"{address}close/", {"result": "calmed"})
    run_jobs()
    return case


@pytest.fixture
def supervisors_page(helped: Case, boris: User) -> str:
    address = reverse("supervisor:incident", args=[helped.incident_id])
    return signed_in(boris).get(address).content.decode()


@pytest.fixture
def operators_page(helped: Case) -> str:
    return desk_browser("olga").get(f"/console/cases/{helped.public_id}/").content.decode()


@pytest.mark.parametrize(
    ("words", "look"),
    [
        ("警備会社へ支援を要請しました", ("shield-alert", "red", True)),
        ("大野 玲子さんが引き継ぎました", ("headset", "green", True)),
        ("緊急対処員 M-14 に出動を指示しました", ("car", "blue", False)),
        ("緊急対処員 M-14 が指示を受領しました", ("car", "blue", False)),
        ("緊急対処員 M-14 が向かっています", ("car", "green", True)),
        ("緊急対処員 M-14 が現着しました", ("map-pin-check", "green", True)),
        ("110番通報しました（中央警察署、受理番号 4521）", ("siren", "blue", True)),
        ("緊急対処員 M-14 が離脱しました（警察へ引き渡し）", ("footprints", "", False)),
        ("対応を終了しました（沈静化）", ("shield-check", "amber", True)),
    ],
)
def test_a_line_of_the_security_company_looks_like_what_it_is(
    words: str, look: Look, supervisors_page: str, operators_page: str
) -> None:
    assert look_of(supervisors_page, words) == look
    assert look_of(operators_page, words) == look


def test_a_note_of_the_desk_is_on_the_console_alone(
    supervisors_page: str, operators_page: str
) -> None:
    assert look_of(operators_page, "家族が興奮") == ("clipboard-pen", "", False)
    assert "家族が興奮" not in supervisors_page


def test_annas_phone_shows_what_the_security_company_did_last(
    grant: AccessGrant, annas_phone: Phone
) -> None:
    run_jobs()
    desk_browser("olga").post(f"/console/cases/{grant.case.public_id}/note/", {"text": "在宅"})
    shown = annas_phone.get(f"incidents/{grant.incident_id}").json()["support_step"]
    assert shown == "警備会社 大野 玲子さんが引き継ぎました"


def test_a_counters_shared_phone_is_not_named_like_a_person(
    acme: Company, hanna: User, olga: Actor
) -> None:
    post = Post.objects.select_related("site").earliest("pk")
    counter = Phone(*create_device(employee=None, post=post, kind="android", name="共用"))
    case = asked(counter)
    claim(case_id=case.public_id, operator=olga)
    address = reverse("supervisor:incident", args=[case.incident_id])
    for page in (
        signed_in(hanna).get(address),
        desk_browser("olga").get(f"/console/cases/{case.public_id}/"),
    ):
        assert f"{post.full_name}が通報しました" in lines(page.content.decode())


def test_anyone_who_closed_it_is_named_politely(annas_phone: Phone, boris: User) -> None:
    incident = annas_phone.tap().json()["id"]
    annas_phone.post(f"incidents/{incident}/close", {"outcome": "mistaken"})
    page = signed_in(boris).get(reverse("supervisor:incident", args=[incident])).content.decode()
    assert "髙橋 美咲さんが終了しました（押し間違い）" in page
    assert "髙橋 美咲さんが終了しました" in lines(page)


def test_a_reader_of_english_can_read_who_it_was(annas_phone: Phone, boris: User) -> None:
    incident = annas_phone.tap().json()["id"]
    User.objects.filter(pk=boris.pk).update(language="en")
    page = signed_in(User.objects.get(pk=boris.pk)).get(
        reverse("supervisor:incident", args=[incident])
    )
    shown = lines(page.content.decode())
    assert "TAKAHASHI Misaki raised an alarm" in shown
    assert "SATO Kenichi was notified" in shown
    assert not re.search("[一-龥]", "".join(shown))


def test_nobody_is_called_mr_system(case: Case, boris: User) -> None:
    """The ladder asks the desk by itself where nobody answers."""
    incident = Incident.objects.get(public_id=case.incident_id)
    incident.events.filter(kind="support_requested").update(actor_kind="clock", actor_name="")
    page = signed_in(boris).get(reverse("supervisor:incident", args=[case.incident_id]))
    assert "自動で警備会社へ要請しました" in page.content.decode()
    assert "システム" not in page.content.decode()
