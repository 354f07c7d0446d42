"""A company with people, as readiness counts them."""

from accounts.models import User
from people.models import Department, Employee, Site, SupervisorAssignment


def crowd(people: int, sites: int) -> None:
    made = Site.objects.bulk_create(
        Site(name=f"拠点{n:03}", address="x", latitude=35, longitude=139) for n in range(sites)
    )
    rooms = Department.objects.bulk_create(
        Department(name=f"部{n}", code=f"x{n}") for n in range(sites)
    )
    names = {"family_name": "山", "given_name": "田", "family_kana": "ヤマ", "given_kana": "タ"}
    staff = Employee.objects.bulk_create(
        Employee(number=f"z{n}", department=rooms[n % sites], site=made[n % sites], **names)
        for n in range(people)
    )
    users = User.objects.bulk_create(
        User(username=f"u{n}", email=f"u{n}@acme.example", family_name="山") for n in range(sites)
    )
    for one, user in zip(staff, users, strict=False):
        one.user = user
    Employee.objects.bulk_update(staff[:sites], ["user"])
    SupervisorAssignment.objects.bulk_create(
        SupervisorAssignment(supervisor=one, department=room)
        for one, room in zip(staff, rooms, strict=False)
    )
