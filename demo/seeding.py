"""Filling the demo companies. Run again it changes nothing."""

import math

from accounts.models import Role, User
from demo.data import ACME, GLOBEX, NAMES, DemoCompany
from people.models import Department, Employee, Post, Site, SupervisorAssignment
from tenants.context import run_in
from tenants.models import Company, Domain
from tenants.provisioning import create_company

PASSWORD = "demo-sobani-2026"
ANNA, BORIS, SECOND, CARLA, HANNA = range(5)
# Which part a person plays: sign-in name, roles.
PARTS: dict[int, tuple[str, list[str]]] = {
    BORIS: ("boris", [Role.SUPERVISOR]),
    SECOND: ("second", [Role.SUPERVISOR]),
    CARLA: ("carla", [Role.SUPERVISOR]),
    HANNA: ("hanna", [Role.HR_ADMIN]),
}


def seed() -> None:
    for demo in (ACME, GLOBEX):
        if not Company.objects.filter(schema_name=demo.schema).exists():
            company = create_company(
                name=demo.name,
                schema=demo.schema,
                domain=f"{demo.schema}.localhost",
                support=demo.support,
            )
            run_in(company, fill, demo)
    _desk("ops", "警備会社オペレーションセンター", "ops.localhost", Company.Kind.OPS)
    _desk("platform", "そばに運営", "localhost", Company.Kind.PLATFORM)


def _desk(schema: str, name: str, domain: str, kind: str) -> None:
    if Domain.objects.filter(domain=domain).exists():
        return
    company = create_company(name=name, schema=schema, domain=domain, kind=kind)
    role = Role.OPERATOR if kind == Company.Kind.OPS else Role.PLATFORM_ADMIN
    username = "olga" if kind == Company.Kind.OPS else "platform"
    run_in(company, _user, username, "大野", "玲子", "オオノ", "レイコ", [role], username)


def fill(demo: DemoCompany) -> None:
    departments = [
        Department.objects.create(code=code, name=name) for code, name in demo.departments
    ]
    sites = [
        Site.objects.create(
            name=name, address=address, latitude=latitude, longitude=longitude,
            floors=list(floors), internal_number=number, outline=_outline(latitude, longitude),
        )
        for name, address, latitude, longitude, floors, number in demo.sites
    ]  # fmt: skip
    _posts(sites)
    people = [_employee(demo, index, departments, sites) for index in range(len(NAMES))]
    _assignments(departments, people)


def _posts(sites: list[Site]) -> None:
    for site in sites:
        Post.objects.create(site=site, floor="B1", name="防災センター", kind=Post.Kind.GUARD_ROOM)
        Post.objects.create(site=site, floor=site.floors[0], name="総合案内カウンター")


def _employee(
    demo: DemoCompany, index: int, departments: list[Department], sites: list[Site]
) -> Employee:
    family, given, family_kana, given_kana = NAMES[index]
    username, roles = PARTS.get(index, ("", []))
    user = None
    if username:
        user = _user(username, family, given, family_kana, given_kana, roles, demo.schema)
    outside = index % 10 == 9
    site = sites[index % 2 if index > HANNA else 0]
    return Employee.objects.create(
        user=user,
        number=f"{20182 + index:06d}",
        family_name=family, given_name=given, family_kana=family_kana, given_kana=given_kana,
        employment=Employee.Employment.OUTSIDE if outside else Employee.Employment.REGULAR,
        employer=demo.outside_firm if outside else "",
        department=departments[1 if index == CARLA else 0 if index <= SECOND else index % 4],
        site=site,
        floor=site.floors[-1],
        job_title="課長" if roles and index != HANNA else "",
        email=user.email or "" if user else "" if index % 3 else f"p{index}@{demo.schema}.example",
        phone=f"090-0000-{1000 + index}",
    )  # fmt: skip


def _user(
    username: str, family: str, given: str, family_kana: str, given_kana: str,
    roles: list[str], schema: str,
) -> User:  # fmt: skip
    return User.objects.create_user(
        username, PASSWORD,
        email=f"{username}@{schema}.example",
        family_name=family, given_name=given, family_kana=family_kana, given_kana=given_kana,
        roles=roles,
    )  # fmt: skip


def _assignments(departments: list[Department], people: list[Employee]) -> None:
    assign = SupervisorAssignment.objects.create
    assign(supervisor=people[BORIS], department=departments[0], priority=1, on_site=True)
    assign(supervisor=people[SECOND], department=departments[0], priority=2)
    assign(supervisor=people[CARLA], department=departments[1], priority=1)
    for department in departments[2:]:
        assign(supervisor=people[SECOND], department=department, priority=1)


def _outline(latitude: float, longitude: float) -> list[list[float]]:
    """A building of 60 by 40 metres around the point, as [longitude, latitude] pairs."""
    north = 20 / 111_320
    east = 30 / (111_320 * math.cos(math.radians(latitude)))
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return [[longitude + x * east, latitude + y * north] for x, y in corners]
