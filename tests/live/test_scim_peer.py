"""Somebody else's SCIM client over a real socket, and the conformance run of its makers."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from httpx2 import Client
from pydantic import Field
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import PatchOp, Required, ResourceType, ScimProvider, UniquenessException
from scim2_tester import Status, check_server

from accounts.models import User
from gateways.scim import schemas
from people.models import Employee
from people.provisioning.tokens import issue_token
from tenants.context import run_in
from tests.live.conftest import Live


@pytest.fixture
def peer(live: Live) -> Iterator[SyncSCIMClient]:
    hanna = run_in(live.company, lambda: User.objects.get(username="hanna"))
    _token, text = run_in(live.company, lambda: issue_token(name="x", by=hanna))
    headers = {"Host": live.host, "Authorization": f"Bearer {text}"}
    with Client(base_url=f"{live.url}/scim/v2", headers=headers, timeout=60) as line:
        yield SyncSCIMClient(line)


class Enterprise(schemas.EnterpriseUser):
    """What everybody here must have, and departments that exist: no schema can say so."""

    employee_number: Annotated[str | None, Required.true] = Field(
        None, examples=[f"7{number:06}" for number in range(50_000)]
    )
    department: Annotated[str | None, Required.true] = Field(None, examples=["10", "食品フロア"])


class Japanese(schemas.JapaneseUser):
    family_name_kana: Annotated[str | None, Required.true] = Field(None, examples=["アオキ"])
    given_name_kana: Annotated[str | None, Required.true] = Field(None, examples=["ソラ"])


class Email(schemas.Email):
    """The one that is kept is the primary one."""

    primary: bool | None = Field(None, examples=[True])


class PhoneNumber(schemas.PhoneNumber):
    primary: bool | None = Field(None, examples=[True])


class Person(schemas.User[Any]):
    active: Annotated[bool | None, Required.true] = None
    emails: list[Email] | None = None  # type: ignore[assignment]
    phone_numbers: list[PhoneNumber] | None = None  # type: ignore[assignment]


Whole = Person[  # type: ignore[type-arg]
    Annotated[Enterprise, Required.true] | Annotated[Japanese, Required.true]
]


def test_the_conformance_run_finds_nothing(peer: SyncSCIMClient) -> None:
    kind = ResourceType.from_resource(Whole)
    peer.provider = ScimProvider(
        [Person, Enterprise, Japanese], [kind], schemas.PROVIDER.config, schemas.PROVIDER.policy
    )
    results = check_server(peer)
    good = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}
    wrong = [(one.title, one.status, one.reason) for one in results if one.status not in good]
    assert wrong == []
    titles = {one.title for one in results}
    assert {"object_creation", "object_deletion", "check_remove_attribute"} <= titles


def test_a_client_that_knows_only_what_is_published_here(live: Live, peer: SyncSCIMClient) -> None:
    peer.discover()
    model: Any = peer.provider.model_for("User")
    body = {
        "userName": "sora@acme.example",
        "name": {"familyName": "青木", "givenName": "空"},
        str(schemas.EnterpriseUser.__schema__): {"employeeNumber": "770001", "department": "10"},
        str(schemas.JapaneseUser.__schema__): {"familyNameKana": "ア", "givenNameKana": "ソ"},
    }
    made = peer.create(model.model_validate(body))
    with pytest.raises(UniquenessException):
        peer.create(model.model_validate(body))
    found = peer.query(model, query_parameters={"filter": 'userName eq "SORA@acme.example"'})
    assert [one.id for one in found.resources] == [made.id]
    turn = {"op": "replace", "path": "active", "value": False}
    off = PatchOp[model].model_validate({"Operations": [turn]})
    peer.modify(model, made.id, off)
    assert peer.query(model, made.id).active is False
    sora = run_in(live.company, lambda: Employee.objects.get(number="770001"))
    assert (sora.full_name, str(sora.public_id)) == ("青木 空", made.id)
    assert sora.ended_on
