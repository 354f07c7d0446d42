"""Anna reads which devices are registered for her, and nobody else's."""

from people.devices.services import issue_tap_token
from people.models import Device, Employee
from tests.conftest import Phone, phone_of


def names(phone: Phone) -> list[tuple[str, bool]]:
    return [(one["kind"], one["is_this"]) for one in phone.get("me/devices").json()]


def test_she_sees_her_own_with_the_one_in_her_hand(
    annas_phone: Phone, annas_watch: Phone, anna: Employee
) -> None:
    issue_tap_token(holder=anna, name="レジの下")
    assert set(names(annas_phone)) == {("iphone", True), ("watch", False), ("button", False)}
    assert annas_phone.get("me/devices").json()[-1]["last_seen_at"] is None


def test_a_revoked_device_is_hers_no_more(annas_phone: Phone, annas_watch: Phone) -> None:
    annas_watch.device.revoke()
    assert names(annas_phone) == [("iphone", True)]


def test_nobody_else_s_are_in_it(annas_phone: Phone, anna: Employee) -> None:
    colleague = Employee.objects.exclude(pk=anna.pk).order_by("pk")[0]
    phone_of(colleague, "android")
    assert "android" not in dict(names(annas_phone))
    assert Device.objects.count() > 1
