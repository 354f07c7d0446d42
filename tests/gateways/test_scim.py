"""What the door understands of SCIM, and what it refuses: everything wrong is the sender's error,
and nothing of it is stored."""

import json
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from scim2_models import Context, Error, ListResponse

from gateways.scim.api import MOST_BYTES
from gateways.scim.schemas import Person
from people.models import Department, Employee, ProvisionedEmployee
from tests.gateways.provider import CORE, ENTERPRISE, JAPANESE, Provider, person, refused

NAME = {"familyName": "青木", "givenName": "空"}


def enterprise(**said: Any) -> dict[str, Any]:
    return {ENTERPRISE: {"employeeNumber": "770001", "department": "20"} | said}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown department": (enterprise(department="営業部"), "department"),
    "no department": (enterprise(department=None), "department"),
    "a name of two departments": (enterprise(department="同じ名前"), "department"),
    "no number": (enterprise(employeeNumber=None), "employeeNumber"),
    "a long number": (enterprise(employeeNumber="7" * 21), "employeeNumber"),
    "no kana": ({JAPANESE: None}, "familyNameKana"),
    "one kana": ({JAPANESE: {"familyNameKana": "アオキ"}}, "givenNameKana"),
    "a crooked address": ({"emails": [{"value": "sora"}]}, "emails"),
    "words for a telephone": ({"phoneNumbers": [{"value": "call me"}]}, "phoneNumbers"),
    "a formula": ({"title": "=1+1"}, "title"),
    "a long title": ({"title": "x" * 61}, "title"),
    "an empty name": ({"name": NAME | {"familyName": ""}}, "name.familyName"),
    "no given name": ({"name": {"familyName": "青木"}}, ""),
    "no name": ({"name": None}, ""),
    "no user name": ({"userName": None}, ""),
    "an empty user name": ({"userName": " "}, "userName"),
    "a long user name": ({"userName": "x" * 256}, "userName"),
    "a long external id": ({"externalId": "x" * 256}, "externalId"),
    "NUL in the title": ({"title": "a\0b"}, "title"),
    "NUL in the user name": ({"userName": "a\0b"}, "userName"),
    "NUL in the external id": ({"externalId": "a\0b"}, "externalId"),
    "NUL in the department": (enterprise(department="a\0b"), "department"),
    "a number for a name": ({"name": NAME | {"givenName": 5}}, ""),
    "a list for a title": ({"title": ["x"]}, ""),
    "perhaps active": ({"active": "perhaps"}, ""),
    "a text for contacts": ({"emails": "x@y.example"}, ""),
}


@pytest.mark.parametrize(("fields", "names"), WRONG.values(), ids=WRONG)
def test_who_cannot_be_registered_is_refused_by_the_attribute(
    provider: Provider, fields: dict[str, Any], names: str
) -> None:
    Department.objects.create(name="同じ名前", code="90")
    Department.objects.create(name="同じ名前", code="91")
    people = Employee.objects.count()
    assert names in refused(provider.make(person(**fields)), 400, "invalidValue")
    assert Employee.objects.count() == people
    assert not ProvisionedEmployee.objects.exists()


CHANGES = {what: one for what, one in WRONG.items() if not what.startswith(("no ", "one "))}


@pytest.mark.parametrize(("fields", "names"), CHANGES.values(), ids=CHANGES)
def test_a_change_that_cannot_be_leaves_everything_as_it_was(
    provider: Provider, fields: dict[str, Any], names: str
) -> None:
    key = provider.made()
    Department.objects.create(name="同じ名前", code="90")
    Department.objects.create(name="同じ名前", code="91")
    before = provider.get(f"Users/{key}").json()
    first = {"op": "replace", "value": {"active": False, "userName": "another@acme.example"}}
    answer = provider.patch(key, first, {"op": "replace", "value": fields})
    assert names in refused(answer, 400, "invalidValue")
    assert provider.get(f"Users/{key}").json() == before


BODIES: dict[str, Any] = {
    "no JSON": b"{",
    "empty": b"",
    "not UTF-8": b'{"userName": "\xff"}',
    "a lone surrogate": b'{"schemas": ["%s"], "userName": "\\ud800"}' % CORE.encode(),
    "a list": [],
    "null": "null",
    "nested very deep": b"[" * 50_000,
    "deep inside": b'{"title":' * 6_000,
    "no schemas": {"userName": "x"},
    "another schema": {"schemas": ["urn:x:y"], "userName": "x"},
    "a huge number": b'{"userName": %s}' % (b"9" * 10_000),
    "not a number": b'{"userName": NaN}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_is_no_message_of_scim_is_refused(provider: Provider, method: str, body: Any) -> None:
    path = "Users" if method == "POST" else f"Users/{provider.made()}"
    people = Employee.objects.count()
    answer = provider.call(method, path, body)
    assert answer.status_code == 400, answer.content.decode()
    assert Error.model_validate(answer.json()).status == 400
    assert Employee.objects.count() == people


def test_a_message_that_is_too_large_is_not_read(provider: Provider) -> None:
    for size in (1_000_001, MOST_BYTES):
        body = json.dumps(person(nickName="x" * size)).encode()
        refused(provider.call("POST", "Users", body), 413)
    assert not ProvisionedEmployee.objects.exists()
    body = json.dumps(person(nickName="x" * (MOST_BYTES - 1_500))).encode()
    assert provider.call("POST", "Users", body).status_code == 201


SHAPES: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "Entra: a text that is false": (
        [{"op": "Replace", "path": "active", "value": "False"}],
        {"active": False},
    ),
    "Entra: without a path": (
        [{"op": "Replace", "value": {"active": "False", "title": "店長"}}],
        {"active": False, "title": "店長"},
    ),
    "Entra: addresses as keys": (
        [{"op": "Replace", "value": {"name.familyName": "赤木", f"{ENTERPRISE}:department": "30"}}],
        {
            "name": NAME | {"familyName": "赤木"},
            ENTERPRISE: {"employeeNumber": "770001", "department": "30"},
        },
    ),
    "Entra: one of the addresses": (
        [{"op": "Replace", "path": 'emails[type eq "work"].value', "value": "s@acme.example"}],
        {"emails": [{"value": "s@acme.example", "type": "work", "primary": True}]},
    ),
    "Entra: one that is not there yet": (
        [
            {"op": "remove", "path": "phoneNumbers"},
            {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "03-9"},
        ],
        {"phoneNumbers": [{"value": "03-9", "type": "work", "primary": True}]},
    ),
    "Entra: what is not kept here": (
        [
            {"op": "Replace", "path": "displayName", "value": "x"},
            {"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "x"},
            {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "x"},
            {"op": "Replace", "path": "title", "value": "店長"},
        ],
        {"title": "店長"},
    ),
    "Okta: active within the value": (
        [{"op": "replace", "value": {"active": False}}],
        {"active": False},
    ),
    "an extension by its address": (
        [{"op": "replace", "path": f"{JAPANESE}:familyNameKana", "value": "ｱｶｷﾞ"}],
        {JAPANESE: {"familyNameKana": "アカギ", "givenNameKana": "ソラ"}},
    ),
    "a whole extension": (
        [{"op": "add", "path": ENTERPRISE, "value": {"organization": "派遣会社"}}],
        {
            ENTERPRISE: {
                "employeeNumber": "770001",
                "department": "食品フロア",
                "organization": "派遣会社",
            }
        },
    ),
    "gone": ([{"op": "remove", "path": "title"}], {"title": None}),
    "the number": (
        [{"op": "replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "770009"}],
        {ENTERPRISE: {"employeeNumber": "770009", "department": "食品フロア"}},
    ),
    "how she is called there": (
        [
            {"op": "replace", "path": "userName", "value": "SORA@acme.example"},
            {"op": "replace", "path": "externalId", "value": "x"},
        ],
        {"userName": "SORA@acme.example", "externalId": "x"},
    ),
}


@pytest.mark.parametrize(("operations", "then"), SHAPES.values(), ids=SHAPES)
def test_changes_as_they_are_sent(
    provider: Provider, operations: list[Any], then: dict[str, Any]
) -> None:
    key = provider.made()
    before = provider.get(f"Users/{key}").json()
    answer = provider.patch(key, *operations)
    assert answer.status_code == 204, answer.content.decode()
    after = provider.get(f"Users/{key}").json()
    changed = {name: one for name, one in then.items() if one is not None}
    expected = {name: one for name, one in before.items() if name not in then} | changed
    assert without_meta(after) == without_meta(expected)


def without_meta(user: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in user.items() if name not in ("meta", "schemas")}


MISTAKES: dict[str, tuple[Any, str]] = {
    "no such deed": ({"op": "move", "path": "title", "value": "x"}, "invalidValue"),
    "the id": ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
    "the user name away": ({"op": "remove", "path": "userName"}, "mutability"),
    "nothing to remove": ({"op": "remove"}, "noTarget"),
    "a broken path": ({"op": "replace", "path": "emails[", "value": "x"}, "invalidPath"),
    "a path of NUL": ({"op": "replace", "path": "\0", "value": "x"}, "invalidPath"),
    "a path that is a number": ({"op": "replace", "path": 5, "value": "x"}, ""),
    "no value": ({"op": "add", "path": "title"}, "invalidValue"),
    "her department away": ({"op": "remove", "path": f"{ENTERPRISE}:department"}, "invalidValue"),
    "her number away": ({"op": "remove", "path": f"{ENTERPRISE}:employeeNumber"}, "invalidValue"),
    "her kana away": ({"op": "remove", "path": JAPANESE}, "invalidValue"),
    "an unknown department": (
        {"op": "add", "path": f"{ENTERPRISE}:department", "value": "営業部"},
        "invalidValue",
    ),
    "no operation": (None, "invalidValue"),
    "many operations": ([{"op": "remove", "path": "title"}] * 100, ""),
    "a long path": ({"op": "replace", "path": "a." * 30_000, "value": "x"}, "invalidPath"),
    "deep brackets": (
        {"op": "replace", "path": f"emails[{'(' * 30_000}", "value": "x"},
        "invalidPath",
    ),
}


@pytest.mark.parametrize(("operation", "kind"), MISTAKES.values(), ids=MISTAKES)
def test_changes_that_make_no_sense(provider: Provider, operation: Any, kind: str) -> None:
    key = provider.made()
    before = provider.get(f"Users/{key}").json()
    many = operation if isinstance(operation, list) else [operation] if operation else []
    answer = (
        provider.patch(key, {"op": "replace", "path": "title", "value": "店長"}, *many)
        if many
        else provider.patch(key)
    )
    assert answer.status_code == (413 if len(many) == 100 else 400), answer.content.decode()
    assert answer.json().get("scimType", "") == kind or not kind, answer.json()
    assert provider.get(f"Users/{key}").json() == before


def listed(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    found = ListResponse[Person].model_validate(
        answer.json(), scim_ctx=Context.RESOURCE_QUERY_RESPONSE
    )
    return [one.user_name for one in found.resources or []]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('userName eq "SORA@acme.example"', ["sora@acme.example"]),
        ('USERNAME Eq "sora@acme.example"', ["sora@acme.example"]),
        ('externalId eq "ext-sora@acme.example"', ["sora@acme.example"]),
        ('externalId eq "EXT-sora@acme.example"', []),
        (f'{ENTERPRISE}:employeeNumber eq "770001"', ["sora@acme.example"]),
        (f'{CORE}:userName eq "sora@acme.example"', ["sora@acme.example"]),
        ('userName eq "nobody"', []),
        ('userName eq "x\\" or userName pr"', []),
    ],
)
def test_one_is_found_by_name(provider: Provider, asked: str, found: list[str]) -> None:
    provider.made()
    provider.made(user_name="umi@acme.example", number="770002")
    assert listed(provider.get(query(filter=asked))) == found


def query(**said: Any) -> str:
    return f"Users?{urlencode(said)}"


GARBAGE = [
    "userName",
    "userName eq",
    'userName eq "x',
    'userName co "x"',
    'title eq "x"',
    "(((",
    'userName eq "a" and externalId eq "b"',
    "userName pr",
    "userName eq true",
    "userName eq null",
    'userName eq "\\u0000"',
    "\0",
    "(" * 5_000,
    "not " * 2_000,
    'emails[type eq "work"]',
    "",
    '"; DROP TABLE x',
    "userName eq 'x'",
    'userName eq "\\ud800"',
]


@pytest.mark.parametrize("asked", GARBAGE, ids=lambda one: one[:20].replace("\0", "NUL"))
def test_what_cannot_be_searched_is_refused(provider: Provider, asked: str) -> None:
    answer = provider.get(query(filter=asked))
    assert answer.status_code == 400, answer.content.decode()
    assert answer.json()["scimType"] in {"invalidFilter", "invalidValue"}


def test_pages(provider: Provider) -> None:
    names = [f"u{number}@acme.example" for number in range(5)]
    for number, name in enumerate(names):
        provider.made(user_name=name, number=f"77{number:04}")
    assert listed(provider.get("Users")) == names
    page = provider.get(query(startIndex=2, count=2))
    assert listed(page) == names[1:3]
    body = page.json()
    assert (body["totalResults"], body["startIndex"], body["itemsPerPage"]) == (5, 2, 2)
    for start, count, expected in (
        (0, 1, names[:1]),
        (-5, 1, names[:1]),
        (6, 9, []),
        (1, 0, []),
        (1, -1, []),
        (1, 10**9, names),
        (10**30, 5, []),
    ):
        page = provider.get(query(startIndex=start, count=count))
        assert listed(page) == expected
        assert page.json()["totalResults"] == 5
    for crooked in ({"startIndex": "x"}, {"count": "x"}, {"startIndex": "\0"}, {"count": 1.5}):
        refused(provider.get(query(**crooked)), 400, "invalidValue")
    few = provider.get(query(attributes="userName", count=1)).json()["Resources"][0]
    assert set(few) == {"schemas", "id", "userName"}


def test_the_largest_page_has_two_hundred(provider: Provider) -> None:
    department = Department.objects.get(code="10")
    employees = [
        Employee(number=f"8{number:05}", family_name="x", given_name="x", department=department)
        for number in range(201)
    ]
    Employee.objects.bulk_create(employees)
    ProvisionedEmployee.objects.bulk_create(
        ProvisionedEmployee(employee=one, user_name=one.number) for one in employees
    )
    body = provider.get(query(count=5_000)).json()
    assert (body["totalResults"], len(body["Resources"])) == (201, 200)


def test_what_there_is_not(provider: Provider) -> None:
    for path in (
        "Groups",
        f"Groups/{uuid.uuid4()}",
        "nothing",
        "Users/x",
        f"Users/{uuid.uuid4()}",
        "Users/a/b",
        "ResourceTypes/Group",
        "Schemas/urn:x",
        "a\nb",
        "%00",
    ):
        refused(provider.get(path), 404)
    for method, path in (("POST", "Bulk"), ("GET", "Me")):
        refused(provider.call(method, path, {}), 501)
    for method, path in (
        ("DELETE", "Users"),
        ("POST", "Schemas"),
        ("PUT", "Users"),
        ("POST", f"Users/{uuid.uuid4()}"),
        ("OPTIONS", "Users"),
    ):
        refused(provider.call(method, path, {}), 405)
    kinds = provider.get("ResourceTypes").json()["Resources"]
    assert [one["endpoint"] for one in kinds] == ["/Users"]
    plain = provider.call("POST", "Users", person(), **{"Content-Type": "text/plain"})
    assert plain.status_code in {201, 415}


def test_names_are_one_persons_whatever_their_case(provider: Provider) -> None:
    provider.made()
    for fields in (
        {"user_name": "SORA@ACME.EXAMPLE", "number": "770002", "externalId": "b"},
        {"user_name": "b", "number": "770001", "externalId": "b"},
        {"user_name": "b", "number": "770002", "externalId": "ext-sora@acme.example"},
    ):
        refused(provider.make(person(**fields)), 409, "uniqueness")
    other = provider.made(user_name="umi@acme.example", number="770002")
    taken = {"op": "replace", "path": "userName", "value": "Sora@acme.example"}
    assert "userName" in refused(provider.patch(other, taken), 409, "uniqueness")
    number = {"op": "replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "020182"}
    assert "employeeNumber" in refused(provider.patch(other, number), 409, "uniqueness")
    assert Employee.objects.filter(number__startswith="7700").count() == 2
