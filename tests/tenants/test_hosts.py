"""The host decides the company, before anything else. Who may see what on which host is the
matrix in tests/isolation/."""

import pytest
from django.test import Client


@pytest.mark.parametrize("host", ["nobody.localhost", "public", "", "acme.localhost.evil.example"])
def test_an_unknown_host_is_404_before_anything_else(db: None, host: str) -> None:
    for path in ("/portal/", "/api/v1/device", "/admin/", "/static/css/base.css"):
        assert Client(headers={"Host": host}).get(path).status_code == 404
