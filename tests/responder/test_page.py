"""Rosa reads where to go, presses the four steps, and sees nothing that is not hers."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.actors import Actor
from audit.models import AuditEvent
from incidents.models import Incident, IncidentEvent
from incidents.selectors import timeline
from operations import dispatches
from operations.company_access import door
from operations.company_access.views import case_view
from operations.models import AccessGrant, Case, Dispatch, Responder
from portal.supervisor.steps import steps_of
from tests.conftest import Phone
from tests.operations.conftest import run_jobs
from tests.responder.conftest import desk_browser

JSON = {"Accept": "application/json"}


def press(phone: Client, dispatch: Dispatch, step: str, **fields: str) -> Any:
    return phone.post(f"/field/dispatches/{dispatch.public_id}/{step}/", fields, headers=JSON)


def state_of(dispatch: Dispatch) -> str:
    dispatch.refresh_from_db()
    return dispatch.state


def read(phone: Client) -> str:
    return phone.get("/field/").content.decode()


def test_before_the_order_is_received_only_company_and_site_are_shown(
    dispatch: Dispatch, phone: Client
) -> None:
    text = read(phone)
    assert "東都百貨店株式会社" in text
    assert "指示受領" in text
    for secret in ("東京都中央区", "青い傘", "髙橋"):
        assert secret not in text


def test_with_the_order_come_warnings_first_then_code_word_and_the_way(
    dispatch: Dispatch, phone: Client
) -> None:
    assert press(phone, dispatch, "accept").status_code == 204
    text = read(phone)
    wanted = [
        "売場では名乗らず",
        "青い傘",
        "赤色灯・サイレンは使わず",
        "従業員通用口(北側)",
        "東京都中央区日本橋1丁目",
    ]
    places = [text.find(one) for one in wanted]
    assert places == sorted(places)
    assert -1 not in places
    assert "090-0000" not in text
    assert "geo:35.684610,139.774120" in text


def test_every_look_is_in_the_companys_audit_and_asking_for_news_is_none(
    dispatch: Dispatch, phone: Client, case: Case
) -> None:
    press(phone, dispatch, "accept")
    before = AuditEvent.objects.of(str(case.incident_id)).count()
    phone.get("/field/now")
    assert AuditEvent.objects.of(str(case.incident_id)).count() == before
    read(phone)
    entry = AuditEvent.objects.of(str(case.incident_id)).last()
    assert entry is not None
    assert (entry.payload["verb"], entry.payload["source"]) == ("dispatch.viewed", "dispatch")


def test_the_four_steps_lead_to_an_empty_page(dispatch: Dispatch, phone: Client) -> None:
    for step in ("accept", "depart"):
        assert press(phone, dispatch, step).status_code == 204
    assert press(phone, dispatch, "arrive", sure="yes").status_code == 204
    assert press(phone, dispatch, "leave").status_code == 400
    assert press(phone, dispatch, "leave", result="calmed").status_code == 204
    text = read(phone)
    assert "現在、出動の指示はありません" in text
    assert "東京都中央区" not in text
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.result) == ("left", "calmed")


def test_a_step_sent_again_keeps_its_first_time(dispatch: Dispatch, phone: Client) -> None:
    press(phone, dispatch, "accept")
    dispatch.refresh_from_db()
    first = dispatch.accepted_at
    assert press(phone, dispatch, "accept").status_code == 204
    dispatch.refresh_from_db()
    assert dispatch.accepted_at == first


def test_arrival_before_departure_is_refused_with_kind_words(
    dispatch: Dispatch, phone: Client
) -> None:
    press(phone, dispatch, "accept")
    refused = press(phone, dispatch, "arrive")
    assert refused.status_code == 409
    assert refused.json()["code"] == "step-out-of-order"
    assert "指示受領・出発・現着・離脱の順" in refused.json()["detail"]


def test_an_arrival_seconds_after_the_departure_is_asked_back(
    dispatch: Dispatch, phone: Client
) -> None:
    for step in ("accept", "depart"):
        press(phone, dispatch, step)
    asked = press(phone, dispatch, "arrive")
    assert (asked.status_code, asked.json()["code"]) == (409, "arrived-too-soon")
    assert re.search(r"出発から\d+秒です。もう着きましたか？", asked.json()["detail"])
    assert state_of(dispatch) == "en_route"
    assert press(phone, dispatch, "arrive", sure="yes").status_code == 204
    assert state_of(dispatch) == "arrived"


def test_an_arrival_a_minute_after_the_departure_is_believed(
    dispatch: Dispatch, phone: Client
) -> None:
    for step in ("accept", "depart"):
        press(phone, dispatch, step)
    Dispatch.objects.update(departed_at=timezone.now() - timedelta(seconds=61))
    assert press(phone, dispatch, "arrive").status_code == 204


def test_without_scripts_a_second_press_answers_what_was_asked_back(
    dispatch: Dispatch, phone: Client
) -> None:
    for step in ("accept", "depart"):
        press(phone, dispatch, step)
    assert 'name="sure"' not in read(phone)
    url = f"/field/dispatches/{dispatch.public_id}/arrive/"
    page = phone.post(url, follow=True).content.decode()
    assert "もう着きましたか" in page
    assert 'name="sure"' in page
    phone.post(url, {"sure": "yes"})
    assert state_of(dispatch) == "arrived"


def test_a_mistaken_arrival_is_taken_back_and_the_company_reads_so(
    dispatch: Dispatch, phone: Client, incident: Incident
) -> None:
    refused = press(phone, dispatch, "not-arrived")
    assert (refused.status_code, refused.json()["code"]) == (409, "step-out-of-order")
    for step in ("accept", "depart"):
        press(phone, dispatch, step)
    press(phone, dispatch, "arrive", sure="yes")
    assert "現着を取り消す" in read(phone)
    for _again in range(2):
        assert press(phone, dispatch, "not-arrived").status_code == 204
    assert state_of(dispatch) == "en_route"
    assert dispatch.arrived_at is None
    run_jobs()
    lines = [entry.text for entry in timeline(incident)]
    assert sum("まだ到着していません" in line for line in lines) == 1, lines
    assert steps_of(Incident.objects.get(pk=incident.pk))[4].by == "M-14"


def test_after_a_mistaken_arrival_the_desk_still_hears_that_it_is_late(
    dispatch: Dispatch, phone: Client
) -> None:
    for step in ("accept", "depart"):
        press(phone, dispatch, step)
    press(phone, dispatch, "arrive", sure="yes")
    Dispatch.objects.update(arrive_by=timezone.now() - timedelta(seconds=1))
    dispatches.raise_deadline(dispatch.public_id, "arrive")
    press(phone, dispatch, "not-arrived")
    run_jobs()
    dispatch.refresh_from_db()
    assert dispatch.late_at is not None


def test_without_scripts_the_same_forms_lead_back_to_the_page(
    dispatch: Dispatch, phone: Client
) -> None:
    url = f"/field/dispatches/{dispatch.public_id}/"
    page = phone.post(f"{url}arrive/", follow=True)
    assert "の順に記録してください" in page.content.decode()
    assert "東京都中央区" in phone.post(f"{url}accept/", follow=True).content.decode()


def test_another_responder_finds_nothing(dispatch: Dispatch, phone: Client) -> None:
    rudi = desk_browser("rudi")
    assert "東都百貨店" not in read(rudi)
    for step in ("accept", "decline", "depart", "arrive", "message"):
        fields = {"text": "x", "client_id": str(uuid.uuid4())}
        assert press(rudi, dispatch, step, **fields).status_code == 404
    assert press(phone, dispatch, "accept").status_code == 204


def test_operators_have_no_responders_page_and_responders_no_desk(
    dispatch: Dispatch, phone: Client
) -> None:
    assert desk_browser("olga").get("/field/").status_code == 403
    assert phone.get("/desk/").status_code == 403
    assert phone.get("/").headers["Location"] == "/field/"


def test_once_called_back_the_place_is_gone(dispatch: Dispatch, phone: Client, olga: Actor) -> None:
    press(phone, dispatch, "accept")
    assert "東京都中央区" in read(phone)
    dispatches.cancel(dispatch_id=dispatch.public_id, operator=olga)
    assert "東京都中央区" not in read(phone)
    assert phone.get("/field/now").json()["shown"] == ""


def where(phone: Client, **moved: Any) -> Any:
    place = {"latitude": 35.68, "longitude": 139.77, "recorded_at": timezone.now().isoformat()}
    return phone.post("/field/position", place | moved, headers=JSON)


def test_positions_count_from_the_order_to_the_arrival(
    dispatch: Dispatch, phone: Client, m14: Responder
) -> None:
    assert where(phone).status_code == 409
    press(phone, dispatch, "accept")
    assert where(phone).status_code == 204
    m14.refresh_from_db()
    assert m14.latitude == 35.68
    press(phone, dispatch, "depart")
    press(phone, dispatch, "arrive", sure="yes")
    assert where(phone, latitude=1).status_code == 409
    m14.refresh_from_db()
    assert m14.latitude == 35.68


def test_a_position_of_another_age_is_of_now(
    dispatch: Dispatch, phone: Client, m14: Responder
) -> None:
    press(phone, dispatch, "accept")
    assert where(phone, recorded_at="2001-01-01T00:00:00Z").status_code == 204
    m14.refresh_from_db()
    assert m14.located_at is not None
    assert timezone.now() - m14.located_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("moved", "status"),
    [
        ({"recorded_at": (timezone.now() + timedelta(hours=1)).isoformat()}, 409),
        ({"latitude": 91}, 409),
        ({"latitude": "nan"}, 400),
        ({"latitude": "north"}, 400),
        ({"recorded_at": ""}, 400),
    ],
)
def test_impossible_positions_are_refused(
    dispatch: Dispatch, phone: Client, moved: dict[str, Any], status: int
) -> None:
    press(phone, dispatch, "accept")
    refused = where(phone, **moved)
    assert refused.status_code == status
    assert refused.json()["detail"]


def test_rosas_message_is_read_at_the_desk_once_and_not_in_the_company(
    dispatch: Dispatch, phone: Client, grant: AccessGrant, olga: Actor, incident: Incident
) -> None:
    words = {"text": "通用口に着きます", "client_id": str(uuid.uuid4())}
    assert press(phone, dispatch, "message", **words).status_code == 404
    press(phone, dispatch, "accept")
    for _again in range(2):
        assert press(phone, dispatch, "message", **words).status_code == 204
    view = door.read(grant_id=grant.public_id, operator=olga, verb="case.viewed", query=case_view)
    assert [one.payload["text"] for one in view.notes] == ["通用口に着きます"]
    assert IncidentEvent.objects.filter(incident=incident, kind="responder_note").count() == 1
    assert not any("通用口に着きます" in entry.text for entry in timeline(incident))


def test_the_persons_latest_position_is_where_rosa_is_led(
    dispatch: Dispatch, phone: Client, case: Case, annas_phone: Phone
) -> None:
    fix = {"latitude": 35.5, "longitude": 139.5, "recorded_at": timezone.now().isoformat()}
    annas_phone.post(f"incidents/{case.incident_id}/locations", {"fixes": [fix]})
    press(phone, dispatch, "accept")
    assert "geo:35.500000,139.500000" in read(phone)
