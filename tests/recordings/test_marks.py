"""Marks while listening: who may hear the sound sees who marked what, and nothing is undone."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from operations.company_access import door
from operations.grants import read_along
from operations.models import AccessGrant
from people.models import Exclusion
from recordings.models import MarkWithdrawal, SeenMark, SeenSpoken, SoundMark
from tenants.context import run_in
from tests.operations.conftest import desk_actor, on_shift
from tests.recordings.conftest import Recorder, browser_of
from tests.recordings.listening import ask, pressed
from tests.support.console import console
from tests.support.ears import Ear, ear

__all__ = ["ear"]


def url_of(recorder: Recorder) -> str:
    return f"/portal/recordings/{recorder.recording}/marks"


def mark_at(recorder: Recorder) -> str:
    return f"/portal/recordings/{recorder.recording}/mark"


def wish(session: object, **more: Any) -> dict[str, Any]:
    return {"session": str(session), "client_id": str(uuid.uuid4()), "at_ms": 1500} | more


def post(browser: Client, url: str, body: object) -> Any:
    return browser.post(url, body, content_type="application/json")


def marks(recorder: Recorder, username: str) -> Any:
    return browser_of(recorder.company, username).get(url_of(recorder))


def boris_listens(recorder: Recorder) -> tuple[Client, str]:
    browser, opened = ask(recorder, "boris")
    return browser, opened.json()["session"]


def verbs(recorder: Recorder) -> list[str]:
    found = AuditEvent.objects.of(str(recorder.recording))
    return run_in(recorder.company, lambda: [one.payload["verb"] for one in found])


def test_boris_marks_what_he_hears_and_all_who_may_listen_see_it(recorder: Recorder) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    answer = post(browser, mark_at(recorder), wish(session, word=" 「殴るぞ」\n\u202e "))
    assert answer.status_code == 201
    (seen,) = marks(recorder, "second").json()["marks"]
    assert (seen["at_ms"], seen["word"], seen["who"]) == (1500, "「殴るぞ」", "佐藤 健一")
    assert (seen["mine"], seen["withdrawn"]) == (False, False)
    assert marks(recorder, "boris").json()["marks"][0]["mine"] is True
    assert marks(recorder, "carla").status_code == 404
    assert verbs(recorder) == ["recording.opened", "recording.marked"]


def test_the_recorded_person_reads_who_marked_and_where(recorder: Recorder) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    post(browser, mark_at(recorder), wish(session, word="大声"))
    path = f"/api/v1/me/recordings/{recorder.recording}/plays"
    phone = {"Host": recorder.host, "Authorization": f"Bearer {recorder.token}"}
    (play,) = Client(headers=phone).get(path).json()
    (one,) = play["marks"]
    assert (play["who"], one["at_seconds"], one["word"], one["withdrawn"]) == (
        "佐藤 健一",
        1,
        "大声",
        False,
    )


def test_sent_twice_it_is_one_mark_and_two_at_once_are_two(recorder: Recorder) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    same, other = wish(session), wish(session)

    def send(body: dict[str, Any]) -> str:
        try:
            return str(post(browser, mark_at(recorder), body).json()["id"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(send, [same, other, same, other]))
    assert len(set(made)) == 2
    assert len(marks(recorder, "boris").json()["marks"]) == 2
    assert verbs(recorder).count("recording.marked") == 2


def test_who_does_not_listen_marks_nothing(recorder: Recorder) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    for other in ("second", "hanna", "carla"):
        refused = post(browser_of(recorder.company, other), mark_at(recorder), wish(session))
        assert refused.status_code == 404, other
    assert post(browser, mark_at(recorder), wish(uuid.uuid4())).status_code == 404
    assert marks(recorder, "boris").json()["marks"] == []


def test_who_has_lost_the_right_to_listen_neither_marks_nor_sees(recorder: Recorder) -> None:
    incident = pressed(recorder)
    browser, session = boris_listens(recorder)
    post(browser, mark_at(recorder), wish(session))

    def exclude() -> None:
        boris, hanna = (User.objects.get(username=one) for one in ("boris", "hanna"))
        case = {"incident_id": incident.public_id, "reason": "当事者"}
        Exclusion.objects.create(user=boris, decided_by=hanna, **case)

    run_in(recorder.company, exclude)
    assert post(browser, mark_at(recorder), wish(session)).status_code == 404
    assert browser.get(url_of(recorder)).status_code == 404
    assert len(marks(recorder, "second").json()["marks"]) == 1


def test_a_mark_is_withdrawn_by_its_maker_alone_and_stays_to_be_seen(recorder: Recorder) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    made = post(browser, mark_at(recorder), wish(session)).json()["id"]
    withdraw = f"{url_of(recorder)}/{made}/withdraw"
    assert browser_of(recorder.company, "second").post(withdraw).status_code == 404
    assert [browser.post(withdraw).status_code for _twice in range(2)] == [204, 204]
    (seen,) = marks(recorder, "second").json()["marks"]
    assert (seen["id"], seen["withdrawn"]) == (made, True)
    assert verbs(recorder)[-2:] == ["recording.marked", "recording.mark_withdrawn"]


def test_the_application_cannot_change_or_delete_a_mark(recorder: Recorder) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    made = post(browser, mark_at(recorder), wish(session)).json()["id"]
    browser.post(f"{url_of(recorder)}/{made}/withdraw")
    for act in (
        lambda: SoundMark.objects.update(word="x"),
        lambda: SoundMark.objects.all()._raw_delete("default"),
        lambda: MarkWithdrawal.objects.update(withdrawn_at=timezone.now()),
        lambda: MarkWithdrawal.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run_in(recorder.company, act)


@pytest.mark.parametrize(
    "more",
    [
        {"at_ms": -1},
        {"at_ms": 1.5},
        {"at_ms": True},
        {"at_ms": 10**12},
        {"at_ms": "5"},
        {"word": 5},
        {"client_id": "x"},
        {"session": None},
    ],
)
def test_what_is_no_mark_is_refused(recorder: Recorder, more: dict[str, Any]) -> None:
    pressed(recorder)
    browser, session = boris_listens(recorder)
    assert post(browser, mark_at(recorder), wish(session) | more).status_code == 400
    assert post(browser, mark_at(recorder), [more]).status_code == 400


# The desk


def of_case(ear: Ear, recording: object) -> str:
    return f"/console/cases/{ear.grant.case.public_id}/recordings/{recording}/marks"


def test_olga_and_boris_see_each_others_marks(ear: Ear, recorder: Recorder) -> None:
    olga, url = console("olga"), of_case(ear, recorder.recording)
    browser, session = boris_listens(recorder)
    made = post(browser, mark_at(recorder), wish(session, at_ms=100)).json()["id"]
    body = wish(ear.session, word="刃物")
    sent = [post(olga, url.removesuffix("s"), body) for _twice in range(2)]
    assert [one.status_code for one in sent] == [201, 201]
    seen = [(one["who"], one["mine"]) for one in olga.get(url).json()["marks"]]
    assert seen == [("佐藤 健一", False), ("大野 玲子", True)]
    seen = [(one["who"], one["mine"]) for one in marks(recorder, "boris").json()["marks"]]
    assert seen == [("佐藤 健一", True), ("大野 玲子", False)]
    assert olga.post(f"{url}/{made}/withdraw").status_code == 404
    assert olga.post(f"{url}/{sent[0].json()['id']}/withdraw").status_code == 204
    flags = marks(recorder, "boris").json()["marks"]
    assert [one["withdrawn"] for one in flags] == [False, True]
    assert verbs(recorder).count("recording.marked") == 2


def test_without_a_grant_in_force_nobody_at_the_desk_marks_or_sees(
    ear: Ear, recorder: Recorder
) -> None:
    olga, otto, url = console("olga"), console("otto"), of_case(ear, recorder.recording)
    _browser, session = boris_listens(recorder)
    make = url.removesuffix("s")

    def statuses(browser: Client) -> tuple[int, int]:
        return browser.get(url).status_code, post(browser, make, wish(ear.session)).status_code

    assert post(olga, make, wish(session)).status_code == 404, "boris listens there, not she"
    assert statuses(otto) == (404, 404)
    AccessGrant.objects.filter(pk=ear.grant.pk).update(expires_at=timezone.now())
    assert statuses(olga) == (404, 404)
    made = SoundMark.objects.filter(play__recording__public_id=recorder.recording)
    assert run_in(recorder.company, made.exists) is False


def test_the_lead_who_reads_along_sees_no_marks_and_makes_none(
    ear: Ear, recorder: Recorder
) -> None:
    olga, lena, url = console("olga"), console("lena"), of_case(ear, recorder.recording)
    case = ear.grant.case.public_id
    lead = on_shift("lena")
    reading = run_in(recorder.company, read_along, case_id=case, lead=lead)
    post(olga, url.removesuffix("s"), wish(ear.session, word="刃物"))
    assert lena.get(f"/console/cases/{case}/").status_code == 200
    assert [one["word"] for one in olga.get(url).json()["marks"]] == ["刃物"]
    seen = lena.get(url)
    assert seen.status_code == 404 or seen.json()["marks"] == []
    assert post(lena, url.removesuffix("s"), wish(ear.session)).status_code == 404
    counted = [
        door.read(grant_id=grant, operator=who, verb="case.viewed", query=seen_by.objects.count)
        for grant, who in (
            (ear.grant.public_id, desk_actor("olga")),
            (reading.public_id, lead),
        )
        for seen_by in (SeenMark, SeenSpoken)
    ]
    assert counted[0] == 1
    assert counted[2:] == [0, 0]
