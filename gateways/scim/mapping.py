"""Between SCIM's User and the employee."""

import hashlib
from typing import Any

from scim2_models import Meta

from gateways.scim.schemas import (
    WORK,
    Email,
    EnterpriseUser,
    JapaneseUser,
    Name,
    Person,
    PhoneNumber,
    ScimContact,
)
from people.models import ProvisionedEmployee
from people.provisioning.services import Profile

# How SCIM calls what cannot be stored.
ATTRIBUTES = {
    "user_name": "userName",
    "external_id": "externalId",
    "number": "employeeNumber",
    "family_name": "name.familyName",
    "given_name": "name.givenName",
    "family_kana": "familyNameKana",
    "given_kana": "givenNameKana",
    "department": "department",
    "job_title": "title",
    "employer": "organization",
    "email": "emails",
    "phone": "phoneNumbers",
}


def profile_of(user: Any, *, absent: str | None) -> Profile:
    """``absent``: what is meant by an attribute that is not there. Of somebody new nothing; of
    somebody known, that it was taken away."""
    name = user.name or Name()
    enterprise, japanese = (
        user[EnterpriseUser] or EnterpriseUser(),
        user[JapaneseUser] or JapaneseUser(),
    )
    texts = {
        "external_id": user.external_id,
        "number": enterprise.employee_number,
        "family_name": name.family_name,
        "given_name": name.given_name,
        "family_kana": japanese.family_name_kana,
        "given_kana": japanese.given_name_kana,
        "department": enterprise.department,
        "job_title": user.title,
        "employer": enterprise.organization,
        "email": _kept(user.emails),
        "phone": (_kept(user.phone_numbers) or "").removeprefix("tel:") or None,
    }
    said = {field: absent if text is None else text for field, text in texts.items()}
    return Profile(user_name=user.user_name or "", is_active=user.active, **said)


def _kept(contacts: list[ScimContact] | None) -> str | None:
    """The contact to keep: the primary one, the one of work, or the first."""
    said = [one for one in contacts or [] if one.value]
    said.sort(key=lambda one: (not one.primary, one.type != WORK))
    return said[0].value if said else None


def user_of(person: ProvisionedEmployee) -> Any:
    employee = person.employee
    user = Person(
        id=str(employee.public_id),
        external_id=person.external_id,
        user_name=person.user_name,
        name=Name(family_name=employee.family_name, given_name=employee.given_name),
        title=employee.job_title or None,
        active=person.is_here,
        emails=_contacts(Email, employee.email),
        phone_numbers=_contacts(PhoneNumber, employee.phone),
    )
    user[EnterpriseUser] = EnterpriseUser(
        employee_number=employee.number,
        department=_department_text(person),
        organization=employee.employer or None,
    )
    if employee.family_kana or employee.given_kana:
        user[JapaneseUser] = JapaneseUser(
            family_name_kana=employee.family_kana or None,
            given_name_kana=employee.given_kana or None,
        )
    user.meta = Meta(
        resource_type="User", created=person.created_at, last_modified=person.changed_at
    )
    user.meta.version = _version(user)
    return user


def _contacts(kind: type[ScimContact], value: str) -> list[Any] | None:
    return [kind(value=value, type=WORK, primary=True)] if value else None


def _department_text(person: ProvisionedEmployee) -> str:
    """The department as the provider wrote it, while it is still that department."""
    department, text = person.employee.department, person.department_text
    return text if text in (department.code, department.name) else department.code


def _version(user: Any) -> str:
    """Hash of what is shown, whatever its author."""
    shown = user.model_dump_json(exclude={"meta"})
    return f'W/"{hashlib.sha256(shown.encode()).hexdigest()[:16]}"'
