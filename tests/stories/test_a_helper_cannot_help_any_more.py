"""However somebody stops being able to help, an open alarm does not wait for them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import update_last_login

from accounts.models import Role, User
from people.employment.departures import leave_today
from people.imports.undo import undo_import
from people.models import Employee, ImportRun, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.clock import run_due, time_passes
from tests.conftest import signed_in
from tests.stories.scene import Scene

NAMES = (
    "username",
    "email",
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "language",
)


def unticks_active(person: User, hanna: User) -> None:
    _on_the_users_page(person, hanna, roles=person.roles)


def takes_the_role(person: User, hanna: User) -> None:
    """And nobody is assigned to them any more."""
    SupervisorAssignment.objects.filter(supervisor__user=person).delete()
    _on_the_users_page(person, hanna, roles=[Role.SITE_MANAGER], is_active="on")


def _on_the_users_page(person: User, hanna: User, **form: object) -> None:
    saved = signed_in(hanna).post(
        f"/admin/accounts/user/{person.pk}/change/",
        {name: getattr(person, name) or "" for name in NAMES} | form,
    )
    assert saved.status_code == 302, saved.content.decode()
    enter_schema("acme")


def takes_the_import_back(person: User, hanna: User) -> None:
    SupervisorAssignment.objects.filter(supervisor__user=person).delete()
    run = ImportRun.objects.create(file_name="a.xlsx", by=hanna, sign_ins=[[person.pk, []]])
    undo_import(run_id=run.pk)


def says_it_is_the_last_day(person: User, _hanna: User) -> None:
    leave_today(Employee.objects.get(user=person))


WAYS = [unticks_active, takes_the_role, takes_the_import_back, says_it_is_the_last_day]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("button", ["head-out", "arrive"])
def test_anyone_who_comes_and_cannot_help_any_more_is_not_waited_for(
    scene: Scene, boris: User, hanna: User, way: Callable[[User, User], None], button: str
) -> None:
    scene.taps()
    scene.presses("boris", button)
    scene.paged()
    way(boris, hanna)
    time_passes(1)
    seen = scene.screen()
    assert (seen["coming_by"], seen["arrived_by"]) == (None, None)
    assert scene.paged() == ["second"]


def test_anyone_who_keeps_the_duty_or_only_signs_in_is_waited_for(
    scene: Scene, boris: User, hanna: User
) -> None:
    boris.roles = [Role.SUPERVISOR, Role.SITE_MANAGER]
    boris.save()
    scene.taps()
    scene.presses("boris", "head-out")
    scene.paged()
    _on_the_users_page(boris, hanna, roles=[Role.SUPERVISOR], is_active="on")
    update_last_login(User, User.objects.get(pk=boris.pk))
    run_due()
    assert scene.screen()["coming_by"] is not None
    assert scene.paged() == []
