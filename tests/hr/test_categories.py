"""Categories of harassment and what follows from them for keeping records."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import Role, User
from incidents.models import Category, Incident, RetentionSettings
from incidents.retention import RetentionDue, keep_until, preview
from tenants.schemas import enter_schema
from tests.conftest import Phone, signed_in

ADMIN = "/admin/incidents/"


@pytest.fixture
def closed(annas_phone: Phone, boris: User) -> Incident:
    public_id = annas_phone.tap().json()["id"]
    signed_in(boris).post(
        f"/portal/incidents/{public_id}/close/", {"outcome": "resolved", "presses": 0}
    )
    enter_schema("acme")
    return Incident.objects.get(public_id=public_id)


def kept_days(incident: Incident) -> int:
    until = keep_until(incident)
    assert until is not None
    assert incident.closed_at is not None
    return (until - incident.closed_at).days


def page_of(incident: Incident) -> str:
    return f"/portal/incidents/{incident.public_id}/"


def named(name: str) -> Category:
    return Category.objects.get(name=name)


def classify(user: User, incident: Incident, *names: str):
    keys = [named(name).pk for name in names]
    return signed_in(user).post(page_of(incident) + "classify/", {"category": keys}, follow=True)


def save(user: User, category: Category, **fields: object):
    form = {
        "taxonomy": category.taxonomy,
        "name": category.name,
        "order": category.order,
        "name_in_english": category.name_in_english,
        "keep_days": category.keep_days,
        "corresponds_to": category.corresponds_to_id or "",
        "is_on": "on",
    } | fields
    return signed_in(user).post(f"{ADMIN}category/{category.pk}/change/", form)


def test_every_company_begins_with_both_official_lists(acme, globex) -> None:
    for company in (acme, globex):
        enter_schema(company.schema)
        assert Category.objects.filter(taxonomy="types").count() == 9
        assert (
            Category.objects.filter(taxonomy="acts", corresponds_to__taxonomy="types").count() == 15
        )


def test_boris_says_after_the_alarm_what_it_was(closed: Incident, boris: User) -> None:
    assert "身体的な攻撃" in signed_in(boris).get(page_of(closed)).content.decode()
    page = classify(boris, closed, "身体的な攻撃", "暴言型").content.decode()
    assert "分類を記録しました" in page
    assert "さんが分類を記入しました：身体的な攻撃、暴言型" in page
    assert "<small>暴力型</small>" in page
    classify(boris, closed, "暴言型")
    assert [one.category.name for one in closed.classifications.all()] == ["暴言型"]


def test_an_open_alarm_is_answered_first(annas_phone: Phone, boris: User) -> None:
    incident = Incident.objects.get(public_id=annas_phone.tap().json()["id"])
    assert "dialog-classify" not in signed_in(boris).get(page_of(incident)).content.decode()
    assert "先に通報を終了してから" in classify(boris, incident, "暴言型").content.decode()
    assert not incident.classifications.exists()


def test_anna_does_not_classify_her_own(closed: Incident, anna, hanna: User) -> None:
    anna.user = User.objects.create_user("misaki", None, roles=[Role.HR_ADMIN])
    anna.save()
    assert classify(anna.user, closed, "暴言型").status_code == 403
    assert classify(hanna, closed, "暴言型").status_code == 200
    assert closed.classifications.get().by_name == hanna.get_full_name()


def test_what_hr_renames_and_switches_off_is_what_boris_is_offered(
    closed: Incident, boris: User, hanna: User
) -> None:
    classify(boris, closed, "暴言型")
    assert save(hanna, named("暴言型"), name="ひどい言葉", is_on="").status_code == 302
    assert save(hanna, named("権威型"), is_on="").status_code == 302
    page = signed_in(boris).get(page_of(closed)).content.decode()
    assert "ひどい言葉" in page, "it was chosen before"
    assert "権威型</span></label>" not in page
    entry = LogEntry.objects.get_for_object(named("ひどい言葉")).latest("pk")
    assert entry.actor == hanna
    assert entry.changes_dict["name"] == ["暴言型", "ひどい言葉"]
    assert "同じ名前の分類" in save(hanna, named("権威型"), name="暴力型").content.decode()


def test_a_used_category_is_never_deleted(closed: Incident, boris: User, hanna: User) -> None:
    classify(boris, closed, "暴言型")
    used, unused = named("暴言型"), named("権威型")
    page = signed_in(hanna)
    page.post(f"{ADMIN}category/{used.pk}/delete/", {"post": "yes"})
    page.post(f"{ADMIN}category/{unused.pk}/delete/", {"post": "yes"})
    assert list(Category.objects.filter(pk__in=[used.pk, unused.pk])) == [used]
    with pytest.raises(ProtectedError):
        used.delete()


def test_it_sets_categories_up_and_sees_no_record(acme, hanna: User) -> None:
    it = User.objects.create_user("it", None, family_name="情シス", roles=[Role.IT_ADMIN])
    assert save(it, named("権威型"), order=5).status_code == 302
    assert named("権威型").order == 5
    assert signed_in(it).get(f"{ADMIN}category/{named('権威型').pk}/delete/").status_code == 403
    for page in ("retentionsettings/", "incident/"):
        assert signed_in(it).get(ADMIN + page).status_code == 403
        assert signed_in(hanna).get(ADMIN + page).status_code == 200


def test_the_longest_category_decides_how_long(closed: Incident, boris: User, hanna: User) -> None:
    def days() -> int:
        return kept_days(closed)

    assert days() == 365
    classify(boris, closed, "暴言型")
    assert days() == 1825
    classify(boris, closed, "暴言型", "身体的な攻撃")
    assert days() == 3650
    save(hanna, named("身体的な攻撃"), keep_days=4000)
    assert days() == 4000
    assert "30日以上" in save(hanna, named("暴言型"), keep_days=3).content.decode()


def test_the_preview_says_what_would_be_due_and_that_nothing_is_erased(
    closed: Incident, hanna: User
) -> None:
    assert preview() == [
        RetentionDue(0, 0),
        RetentionDue(30, 0),
        RetentionDue(90, 0),
        RetentionDue(365, 1),
        RetentionDue(None, 0),
    ]
    long_ago = timezone.now() - timedelta(days=200)
    Incident.objects.filter(pk=closed.pk).update(closed_at=long_ago)
    page = signed_in(hanna)
    form = {"keep_unclassified_days": "210", "keep_drill_days": "30"}
    assert page.post(f"{ADMIN}retentionsettings/add/", form).status_code == 302
    shown = page.get(f"{ADMIN}retentionsettings/1/change/").content.decode()
    assert preview()[1] == RetentionDue(30, 1)
    assert "自動の消去は、まだ行われません" in shown
    refused = page.post(
        f"{ADMIN}retentionsettings/1/change/", form | {"keep_unclassified_days": "10"}
    )
    assert "90日以上にしてください" in refused.content.decode()
    assert RetentionSettings.current().keep_unclassified_days == 210
    assert LogEntry.objects.get_for_model(RetentionSettings).get().actor == hanna


def test_a_mistaken_tap_is_kept_as_long_and_a_drill_is_not(closed: Incident) -> None:
    found = Incident.objects.filter(pk=closed.pk)
    found.update(outcome="mistaken")
    assert kept_days(closed) == 365
    found.update(drill="internal")
    assert kept_days(closed) == 30
