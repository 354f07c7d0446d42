"""Who may answer an alarm, and who was first."""

from django.urls import reverse

from accounts.models import Role, User
from incidents.models import Incident
from notifications.links import acknowledge_path
from notifications.models import Delivery, Notice
from people.models import Employee
from tests.clock import time_passes
from tests.conftest import Phone, signed_in


def test_second_supervisor_learns_who_was_first(
    annas_phone: Phone, boris: User, second: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    url = reverse("supervisor:acknowledge", args=[incident])
    signed_in(boris).post(url)
    page = signed_in(second).post(url, follow=True).content.decode()
    assert "佐藤さん" in page
    assert Incident.objects.get(public_id=incident).acknowledged_by == boris


def test_the_reporter_never_answers_the_own_alarm(annas_phone: Phone, anna: Employee) -> None:
    own = User.objects.create_user("anna", None, family_name="髙橋", roles=[Role.SUPERVISOR])
    anna.user = own
    anna.save()
    incident = annas_phone.tap().json()["id"]
    for action, body in (
        ("acknowledge", {}),
        ("head-out", {}),
        ("close", {"outcome": "resolved", "presses": 0}),
    ):
        signed_in(own).post(reverse(f"supervisor:{action}", args=[incident]), body)
    row = Incident.objects.get(public_id=incident)
    assert (row.acknowledged_at, row.coming_at, row.state) == (None, None, "open")


def test_carla_of_another_department_sees_nothing_not_even_that_it_exists(
    annas_phone: Phone, carla: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    portal = signed_in(carla)
    assert portal.get(f"/portal/incidents/{incident}/").status_code == 404
    assert portal.post(reverse("supervisor:acknowledge", args=[incident])).status_code == 404
    assert "髙橋" not in portal.get("/portal/").content.decode()


def test_a_scanner_that_opens_the_link_acknowledges_nothing(
    annas_phone: Phone, boris: User, client
) -> None:
    incident = annas_phone.tap().json()["id"]
    path = acknowledge_path(Notice.objects.get(incident_id=incident))
    for method in ("get", "head", "options"):
        getattr(client, method)(path, headers={"Host": "acme.localhost"})
    assert Incident.objects.get(public_id=incident).acknowledged_at is None

    client.post(path, headers={"Host": "acme.localhost"})
    assert Incident.objects.get(public_id=incident).acknowledged_by == boris


def test_anyone_who_comes_second_is_not_paged_any_more(
    annas_phone: Phone, boris: User, second: User
) -> None:
    incident = annas_phone.tap().json()["id"]
    time_passes(30)
    for user in (boris, second):
        signed_in(user).post(reverse("supervisor:acknowledge", args=[incident]))
    waiting = Delivery.objects.filter(notice__incident_id=incident, state="pending")
    assert not waiting.exists()
    assert Delivery.objects.filter(notice__recipient_user=second, state="cancelled").exists()


def test_reopened_after_support_the_desk_can_be_asked_again(
    annas_phone: Phone, boris: User
) -> None:
    incident = annas_phone.tap(level="support").json()["id"]
    form = {"outcome": "resolved", "presses": 0}
    signed_in(boris).post(reverse("supervisor:close", args=[incident]), form)
    seen = annas_phone.post(f"incidents/{incident}/answer", {"answer": "still_going"}).json()
    assert seen["support"] == "none"
    again = annas_phone.post(f"incidents/{incident}/raise", {"level": "support"}).json()
    assert again["support"] == "requested"
