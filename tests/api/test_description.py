"""OpenAPI 3.1: complete, valid, and the same as what is routed."""

import re
import subprocess
import sys

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.description import DESCRIPTION, OPERATIONS
from tests.isolation.routes import all_routes

every_operation = pytest.mark.parametrize("name", OPERATIONS)
PROBLEM = "application/problem+json"
# What is named in the call is the credential.
WITHOUT_TOKEN = {"enrollDevice", "tap"}


def test_it_is_valid_openapi_3_1() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()) == []


def test_it_is_made_without_any_warning() -> None:
    command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn"]
    made = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    assert "Warning" not in made.stderr


def test_every_call_of_the_api_is_described() -> None:
    routed = {route.split(" ", 1)[1] for route in all_routes() if " /api/v1/" in route}
    callable_ = {route for route in routed if not route.startswith("/")}
    described = {f"{method.upper()} {path}" for method, path, _one in OPERATIONS.values()}
    plain = {re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in callable_}
    assert described == plain


@every_operation
def test_an_operation_says_who_may_call_it_and_how_it_refuses(name: str) -> None:
    _method, path, one = OPERATIONS[name]
    needs_token = one.get("security", [{}]) != [{}]
    assert needs_token == (name not in WITHOUT_TOKEN)
    expected = {"401", "403"} if needs_token else set()
    expected |= {"404"} if "{" in path else set()
    expected |= {"400", "413"} if "requestBody" in one else set()
    refusals = {code: answer for code, answer in one["responses"].items() if code[0] == "4"}
    assert expected <= set(refusals)
    assert any(code[0] == "2" for code in one["responses"])
    for answer in refusals.values():
        assert list(answer["content"]) == [PROBLEM]
