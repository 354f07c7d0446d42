"""The people of a rung are told by one statement, each as if they were told alone."""

from django.utils.translation import get_language

from accounts.models import User
from jobs.models import Job
from notifications.models import Delivery, Notice
from notifications.services import DELIVER, job_key, send_notices
from tests.conftest import Phone


def told(recipients: dict, **fields) -> None:
    send_notices(
        recipients,
        **{"kind": "alarm", "words": lambda: (str(get_language()), "text"), "path": "/"} | fields,
    )


def test_each_in_their_own_language(boris: User, second: User) -> None:
    boris.language, second.language = "ja", "en"
    told({"b": boris, "s": second})
    titles = dict(Notice.objects.values_list("dedupe", "title"))
    assert titles == {"b": "ja", "s": "en"}


def test_who_was_told_already_is_not_told_again(boris: User, second: User) -> None:
    told({"b": boris})
    told({"b": boris, "s": second})
    assert sorted(Notice.objects.values_list("dedupe", flat=True)) == ["b", "s"]
    ways = Delivery.objects.values_list("notice__dedupe", "channel", "address")
    assert sorted(ways) == [("b", "email", boris.email), ("s", "email", second.email)]
    keys = [job_key(key) for key in Delivery.objects.values_list("public_id", flat=True)]
    jobs = Job.objects.filter(kind=DELIVER)
    assert sorted(jobs.values_list("key", flat=True)) == sorted(keys)
    assert set(jobs.values_list("lane", "crew", "urgency")) == {(0, "email", 0)}


def test_by_every_way_of_each(boris: User, annas_phone: Phone, browser, second: User) -> None:
    browser.subscribe(boris)
    told({"b": boris, "a": annas_phone.device, "s": second})
    ways = sorted(Delivery.objects.values_list("notice__dedupe", "channel"))
    assert ways == [("b", "email"), ("b", "webpush"), ("s", "email")]


def test_one_without_a_way_is_called_in_vain(boris: User, second: User) -> None:
    boris.email = None
    told({"b": boris, "s": second})
    vain = Job.objects.filter(kind__startswith="notifications.person_unreachable")
    assert [job.payload["user"] for job in vain] == [boris.pk]
