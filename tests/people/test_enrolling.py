"""A printed code makes a phone hers: for fourteen days, again if she needs it, for nobody else."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from demo.seed import PASSWORD
from people.devices.services import issue_code
from people.models import Device, Employee, EnrolmentCode
from tests.conftest import Phone


@pytest.fixture(autouse=True)
def _fresh_counts(acme) -> None:
    cache.clear()


def enrol(code: str, kind: str = "iphone"):
    body = {"code": code, "kind": kind, "name": "私の端末"}
    return Client(headers={"Host": "acme.localhost"}).post(
        "/api/v1/devices/enroll", body, content_type="application/json"
    )


def full_width(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)


AS_TYPED = [
    str,
    str.lower,
    lambda code: code.replace("-", " "),
    lambda code: code.replace("-", ""),
    lambda code: code.replace("-", "ー"),
    lambda code: code.replace("-", "‐") + "\u3000\u200b",
    full_width,
    lambda code: full_width(code.lower()),
    lambda code: f"登録コード：{code}",
    lambda code: f"https://acme.example/app/#code={code}",
    lambda code: f" HTTPS://acme.example/app/?x=1#CODE={code.lower()}&from=sheet ",
    lambda code: full_width(f"https://acme.example/app/#code={code}"),
    lambda code: f"https://acme.example/app/%23code%3D{code.replace('-', '%2D')}",
]


@pytest.mark.parametrize("typed", AS_TYPED)
def test_the_code_is_read_as_people_type_it(anna: Employee, typed) -> None:
    answer = enrol(typed(issue_code(holder=anna)))
    assert answer.status_code == 201
    phone = Phone(Device.objects.get(), answer.json()["token"])
    assert phone.get("device").json()["holder"] == {"name": anna.full_name}


def test_a_newer_installation_replaces_the_older_of_the_same_kind(anna: Employee) -> None:
    code = issue_code(holder=anna)
    old, watch, new = (enrol(code, kind).json() for kind in ("iphone", "watch", "iphone"))
    living = {str(one.public_id) for one in Device.objects.filter(revoked_at=None)}
    assert living == {watch["device_id"], new["device_id"]}
    device = Device.objects.get(public_id=old["device_id"])
    assert Phone(device, old["token"]).get("device").status_code == 403


def test_an_old_sheet_and_a_leavers_sheet_open_nothing(anna: Employee) -> None:
    code = issue_code(holder=anna)
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert enrol(code).status_code == 404
    code = issue_code(holder=anna)
    Employee.objects.filter(pk=anna.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert enrol(code).status_code == 404


def test_a_whole_shop_enrols_at_once(anna: Employee) -> None:
    code = issue_code(holder=anna)
    assert {enrol(code).status_code for _phone in range(61)} == {201}


def test_guessing_is_slowed_down(anna: Employee) -> None:
    answers = [enrol("AAAA-BBBB-CCCC").status_code for _guess in range(61)]
    assert answers == [404] * 60 + [429]
    refused = enrol("AAAA-BBBB-CCCC")
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) > 0


GONE = {"BACKEND": "config.cache.ForgivingCache", "LOCATION": "redis://127.0.0.1:9/0"}


@override_settings(CACHES={"default": GONE})
def test_without_the_cache_nobody_is_kept_from_enrolling(anna: Employee) -> None:
    assert enrol(issue_code(holder=anna)).status_code == 201


@override_settings(CACHES={"default": GONE})
def test_without_the_cache_one_signs_in(boris) -> None:
    browser = Client(headers={"Host": "acme.localhost"})
    answer = browser.post("/accounts/login/", {"login": "boris", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
