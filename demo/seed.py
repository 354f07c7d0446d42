"""Filling the demo companies. Run again it changes nothing."""

import math
from collections.abc import Mapping
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils.translation import override

from accounts.models import Role, User
from demo.data import ACME, GLOBEX, NAMES, DemoCompany
from demo.desk import (
    ACME_PROTOCOL,
    CENTRES,
    DESK_PEOPLE,
    DESK_PROTOCOL,
    GUIDES,
    PLATFORM_PEOPLE,
    UNITS,
)
from escalation.models import ContactRule
from operations.models import Base, Centre, ProtocolStep, Responder
from people.models import (
    Department,
    Employee,
    Post,
    Site,
    SiteGuide,
    SiteManagement,
    SupervisorAssignment,
)
from recordings.models import Purpose
from recordings.purposes import USUAL_PURPOSE, publish_purpose
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company

PASSWORD = "demo-sobani-2026"
ANNA, BORIS, SECOND, CARLA, HANNA, KEIKO, DAISUKE = range(7)
# Which part a person plays: sign-in name, roles.
PARTS: dict[int, tuple[str, list[str]]] = {
    BORIS: ("boris", [Role.SUPERVISOR]),
    SECOND: ("second", [Role.SUPERVISOR]),
    CARLA: ("carla", [Role.SUPERVISOR]),
    HANNA: ("hanna", [Role.HR_ADMIN]),
    KEIKO: ("keiko", [Role.OCCUPATIONAL_HEALTH]),
    DAISUKE: ("daisuke", [Role.SITE_MANAGER]),
}


def seed() -> list[Company]:
    """Returns the client companies that were new."""
    fresh = []
    for demo in (ACME, GLOBEX):
        if not Company.objects.filter(schema_name=demo.schema).exists():
            company = create_company(
                name=demo.name,
                schema=demo.schema,
                domain=f"{demo.schema}.localhost",
                support=demo.support,
            )
            run_in(company, fill, demo)
            fresh.append(company)
    _desk("ops", "警備会社オペレーションセンター", "ops.localhost", Company.Kind.OPS)
    _desk("platform", "そばに運営", "localhost", Company.Kind.PLATFORM)
    fill_desk()
    return fresh


def _desk(schema: str, name: str, domain: str, kind: str) -> None:
    company = Company.objects.filter(schema_name=schema).first()
    if company is None:
        company = create_company(name=name, schema=schema, domain=domain, kind=kind)
    people = DESK_PEOPLE if kind == Company.Kind.OPS else PLATFORM_PEOPLE
    run_in(company, _staff, people, schema)


def _staff(people: Mapping[str, tuple[Role, str, str, str, str]], schema: str) -> None:
    for username, (role, family, given, family_kana, given_kana) in people.items():
        if not User.objects.filter(username=username).exists():
            _user(username, family, given, family_kana, given_kana, [role], schema)


def fill_desk() -> None:
    """Centres, bases and responders, the desk's own protocol and acme's."""
    for name, prefecture, phone, email, is_backup in CENTRES:
        Centre.objects.get_or_create(
            name=name,
            defaults={
                "prefecture": prefecture,
                "phone": phone,
                "email": email,
                "is_backup": is_backup,
            },
        )
    ops = Company.objects.get(schema_name="ops")
    for call_sign, (base, prefecture, latitude, longitude, travel, username) in UNITS.items():
        place, _created = Base.objects.get_or_create(
            name=base,
            defaults={"prefecture": prefecture, "latitude": latitude, "longitude": longitude},
        )
        user_id = run_in(ops, _public_id, username)
        Responder.objects.get_or_create(
            call_sign=call_sign, defaults={"base": place, "travel": travel, "user_id": user_id}
        )
    for company, steps in (
        (None, DESK_PROTOCOL),
        (Company.objects.get(schema_name="acme"), ACME_PROTOCOL),
    ):
        if not ProtocolStep.objects.filter(company=company).exists():
            for order, (text, seconds, fact) in enumerate(steps, start=1):
                ProtocolStep.objects.create(
                    company=company, order=order, text=text, within_seconds=seconds, fact=fact
                )


def _public_id(username: str) -> UUID:
    return User.objects.get(username=username).public_id


def fill(demo: DemoCompany) -> None:
    departments = [
        Department.objects.create(code=code, name=name) for code, name in demo.departments
    ]
    sites = [
        Site.objects.create(
            name=name,
            address=address,
            latitude=latitude,
            longitude=longitude,
            floors=list(floors),
            internal_number=number,
            outline=_outline(latitude, longitude),
        )
        for name, address, latitude, longitude, floors, number in demo.sites
    ]
    for site in sites:
        SiteGuide.objects.create(site=site, **GUIDES[site.name])
    _posts(sites)
    people = [_employee(demo, index, departments, sites) for index in range(len(NAMES))]
    _assignments(departments, people)
    daisuke = User.objects.get(username="daisuke")
    SiteManagement.objects.create(site=sites[0], user=daisuke)
    ContactRule.objects.create()
    _publish_purpose()


def _publish_purpose() -> None:
    hanna = User.objects.get(username="hanna")
    with override("ja"):
        purpose = Purpose(text=str(USUAL_PURPOSE))
    publish_purpose(purpose=purpose, actor=hanna.as_actor())


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
        family_name=family,
        given_name=given,
        family_kana=family_kana,
        given_kana=given_kana,
        employment=Employee.Employment.OUTSIDE if outside else Employee.Employment.REGULAR,
        employer=demo.outside_firm if outside else "",
        department=departments[1 if index == CARLA else 0 if index <= SECOND else index % 4],
        site=site,
        floor=site.floors[-1],
        job_title="課長" if Role.SUPERVISOR in roles else "",
        email=user.email or "" if user else "" if index % 3 else f"p{index}@{demo.schema}.example",
        phone=f"090-0000-{1000 + index}",
    )


def _user(
    username: str,
    family: str,
    given: str,
    family_kana: str,
    given_kana: str,
    roles: list[str],
    schema: str,
) -> User:
    return User.objects.create(
        username=username,
        password=_kept_password(),
        email=f"{username}@{schema}.example",
        family_name=family,
        given_name=given,
        family_kana=family_kana,
        given_kana=given_kana,
        roles=roles,
    )


@cache
def _kept_password() -> str:
    """Slow on purpose, so it is made once for everybody: here they have the same one anyway."""
    return make_password(PASSWORD)


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
