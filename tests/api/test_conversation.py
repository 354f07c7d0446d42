"""Schemathesis speaks every operation as each who uses the API: no 5xx, and only documented
answers in documented shapes. SCHEMATHESIS_EXAMPLES makes the conversation longer."""

import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.description import OPERATIONS, schemathesis_operations
from tests.isolation.condition_rows import TODAY
from tests.isolation.rows import ROWS
from tests.isolation.twin_company import Side, filled
from tests.support.conversation import IDS

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "12"))
ACTORS = ("anna's phone", "post's phone", "revoked phone", "nobody")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SPOKEN = schemathesis_operations()
DATES = {"on": str(TODAY), "month": f"{TODAY:%Y-%m}"}


def say(case: Any, side: Side, actor: str) -> int:
    """One call, checked against the description, and undone."""
    headers = {"Host": side.host, **side.credentials[actor].headers}
    with transaction.atomic():
        response = case.call(base_url=f"http://{side.host}", headers=headers)
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
    return int(response.status_code)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_rightful_call_is_answered_as_described(
    name: str, one_connection: None, acme_side: Side
) -> None:
    method, path, _one = OPERATIONS[name]
    operation = SPOKEN[name]
    names = {key: acme_side.names[value] for key, value in IDS.items()} | DATES
    ids = {key: value for key, value in names.items() if "{" + key + "}" in path}
    rows = [row for row in ROWS if row.verb == method.upper() and matches(row.address, path)]
    assert rows, "the operation needs a Row in tests/isolation/api_rows.py"
    for row in rows:
        body = filled(row.body, acme_side)
        given_body = {"body": body, "media_type": "application/json"} if body else {}
        case = operation.Case(path_parameters=ids, **given_body)
        assert say(case, acme_side, row.who) == row.status


def matches(address: str, path: str) -> bool:
    named = path
    for key, value in IDS.items():
        named = named.replace("{" + key + "}", "{" + value + "}")
    for key, value in DATES.items():
        named = named.replace("{" + key + "}", value)
    return address == named


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_that_is_said_gets_another_answer_than_described(
    name: str, one_connection: None, acme_side: Side
) -> None:
    path = OPERATIONS[name][1]
    operation = SPOKEN[name]
    ids = {key: acme_side.names[value] for key, value in IDS.items() if "{" + key in path}
    seen: set[tuple[str, int]] = set()

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*conversation(operation, ids)))
    def speak(case: Any) -> None:
        for actor in ACTORS:
            seen.add((actor, say(case, acme_side, actor)))

    speak()
    spoken_by = {actor for actor, _status in seen}
    assert spoken_by == set(ACTORS)


def conversation(operation: Any, ids: dict[str, str]) -> list[st.SearchStrategy[Any]]:
    """Well-formed and not, about rows that exist and about any."""
    known = {"path_parameters": ids} if ids else {}
    found = [operation.as_strategy(GenerationMode.POSITIVE, **known)]
    for mode, given_ids in (
        (GenerationMode.POSITIVE, {}),
        (GenerationMode.NEGATIVE, known),
        (GenerationMode.NEGATIVE, {}),
    ):
        if mode is GenerationMode.POSITIVE or "requestBody" in operation.definition.raw or ids:
            found.append(operation.as_strategy(mode, **given_ids))
    return found
