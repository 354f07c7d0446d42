"""合同訓練: boris announces it, lena agrees, and while it lasts anna's drill reaches the desk."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from incidents.models import Incident
from operations.models import Case, JointDrill
from tests.conftest import Phone, signed_in
from tests.operations.conftest import lena, olga
from tests.responder.conftest import desk_browser

__all__ = ["lena", "olga"]


def announce(browser: Client, begins: timedelta, ends: timedelta) -> str:
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    times = {"starts_at": now + begins, "ends_at": now + ends}
    form = {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in times.items()}
    return browser.post("/portal/joint-drills/", form, follow=True).content.decode()


@pytest.fixture
def drill(boris: User) -> JointDrill:
    page = announce(signed_in(boris), timedelta(hours=-1), timedelta(hours=1))
    assert "警備会社の同意待ち" in page
    return JointDrill.objects.get()


def pressed_as_drill(phone: Phone) -> Incident:
    answer = phone.tap(level="support", drill=True)
    return Incident.objects.get(public_id=answer.json()["id"])


def test_agreed_it_brings_annas_drill_to_the_desk_striped_and_nobody_can_be_sent(
    drill: JointDrill, lena: Actor, olga: Actor, annas_phone: Phone
) -> None:
    lenas, olgas = desk_browser("lena"), desk_browser("olga")
    assert "東都百貨店" in lenas.get("/desk/drills/").content.decode()
    lenas.post(f"/desk/drills/{drill.public_id}/agree/")
    incident = pressed_as_drill(annas_phone)
    assert incident.drill == "joint"
    case = Case.objects.get(incident_id=incident.public_id)
    shown = olgas.get("/console/").content.decode()
    assert ("drill-stripe" in shown, "出動と110番通報は行いません" in shown) == (True, True)
    page = f"/console/cases/{case.public_id}/"
    olgas.post(f"{page}claim/")
    answer = olgas.post(f"{page}send/", {"responder": drill.public_id}, follow=True)
    assert "訓練" in answer.content.decode()
    assert not case.dispatches.exists()


def test_until_the_desk_agrees_a_drill_stays_inside_the_company(
    drill: JointDrill, annas_phone: Phone
) -> None:
    assert pressed_as_drill(annas_phone).drill == "internal"
    assert not Case.objects.exists()


def test_while_it_lasts_a_real_alarm_stays_real(
    drill: JointDrill, lena: Actor, annas_phone: Phone
) -> None:
    desk_browser("lena").post(f"/desk/drills/{drill.public_id}/agree/")
    incident = annas_phone.tap(level="support").json()["id"]
    assert Case.objects.get(incident_id=incident).drill == "none"


@pytest.mark.parametrize("end", ["decline", "cancel", "over"])
def test_declined_called_off_or_over_it_brings_nothing_to_the_desk(
    end: str, drill: JointDrill, lena: Actor, boris: User, annas_phone: Phone
) -> None:
    lenas, url = desk_browser("lena"), f"/desk/drills/{drill.public_id}/"
    lenas.post(url + ("decline/" if end == "decline" else "agree/"))
    if end == "cancel":
        signed_in(boris).post(f"/portal/joint-drills/{drill.public_id}/cancel/")
    if end == "over":
        past = timezone.now() - timedelta(seconds=1)
        JointDrill.objects.update(ends_at=past)
    assert pressed_as_drill(annas_phone).drill == "internal"
    again = lenas.post(url + "agree/", follow=True)
    assert "受け付けられません" in again.content.decode()


def test_only_the_lead_answers_and_only_supervisors_and_hr_announce(
    drill: JointDrill, olga: Actor, hanna: User
) -> None:
    assert desk_browser("olga").post(f"/desk/drills/{drill.public_id}/agree/").status_code == 403
    drill.refresh_from_db()
    assert drill.state == "announced"
    assert signed_in(hanna).get("/portal/joint-drills/").status_code == 200


@pytest.mark.parametrize(("begins", "ends"), [(2, 1), (-3, -2), (1, 6)])
def test_a_drill_without_length_in_the_past_or_too_long_is_refused_in_words(
    begins: int, ends: int, boris: User
) -> None:
    page = announce(signed_in(boris), timedelta(hours=begins), timedelta(hours=ends))
    assert "4時間以内" in page
    assert not JointDrill.objects.exists()
