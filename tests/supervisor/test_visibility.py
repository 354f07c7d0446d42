"""The condition that pages long lists lets through exactly what the table of permissions allows."""

import pytest

from accounts.models import Role, User
from incidents.models import Incident
from incidents.visibility import Visibility
from people.models import Employee, Exclusion, Post, SupervisorAssignment
from tests.conftest import A_MOVE, Phone, phone_of, signed_in
from tests.support.queries import queries_of

STAFF = ("boris", "second", "carla", "hanna")


@pytest.fixture
def many(annas_phone: Phone, boris: User, carla: User, hanna: User) -> list[Incident]:
    """Alarms from everywhere in the company, closed and open, with two conflicts of interest."""
    for employee in Employee.objects.filter(user__isnull=True).order_by("pk")[:24]:
        phone_of(employee).tap()
    own = User.objects.create_user("anna", None, family_name="髙橋", roles=[Role.SUPERVISOR])
    Employee.objects.filter(number="020182").update(user=own)
    post = Post.objects.order_by("pk")[0]
    SupervisorAssignment.objects.create(
        supervisor=Employee.objects.get(user=carla), site=post.site, priority=3
    )
    device = annas_phone.device
    Incident.objects.create(number=9000, post=post, device=device, level="alarm", **A_MOVE)
    found = list(Incident.objects.order_by("pk"))
    for user in (boris, hanna):
        Exclusion.objects.create(
            user=user, employee=found[0].reporter, decided_by=hanna, reason="当事者"
        )
    Exclusion.objects.create(
        user=carla, incident_id=found[3].public_id, decided_by=hanna, reason="当事者"
    )
    return found


def test_the_database_and_the_table_agree_for_everybody(many: list[Incident]) -> None:
    seen = {}
    for user in User.objects.all():
        viewer = Visibility(user)
        condition = set(Incident.objects.filter(viewer.condition()))
        assert condition == set(viewer.visible(many)), user
        seen[user.username] = len(condition)
    assert 0 < seen["carla"] < seen["hanna"] < len(many)


def test_a_longer_list_costs_no_more_queries(many: list[Incident], hanna: User) -> None:
    portal = signed_in(hanna)
    few = queries_of(lambda: portal.get("/portal/open/"))
    for employee in Employee.objects.filter(user__isnull=True, incidents=None)[:3]:
        phone_of(employee).tap()
    assert queries_of(lambda: portal.get("/portal/open/")) == few
