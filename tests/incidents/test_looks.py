"""HR reads on an alarm's page who of the security company looked, and what was done."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.models import User
from audit.actors import Actor
from audit.services import append
from incidents.log import CLOCK
from incidents.models import Incident
from operations.models import AccessGrant
from tests.conftest import signed_in
from tests.responder.conftest import case, desk_browser, grant, incident, olga

__all__ = ["case", "grant", "incident", "olga"]

MADE = {"made": "on", "situation": "店頭で大声"}
ROW = re.compile(r'<th scope="row">(.*?)</th><td class="long">(.*?)</td>')


def read_by(hr: User, incident: Incident) -> list[tuple[str, str]]:
    address = reverse("admin:incidents_incident_change", args=[incident.pk])
    return ROW.findall(signed_in(hr).get(address).content.decode())


@pytest.fixture
def busy(grant: AccessGrant, olga: Actor) -> AccessGrant:
    """Olga looks, tells anna something, writes a note, telephones and calls the police."""
    console, address = desk_browser("olga"), f"/console/cases/{grant.case.public_id}/"
    console.get(address)
    console.post(f"{address}message/", {"client_id": uuid.uuid4(), "text": "聞こえています"})
    console.post(f"{address}note/", {"text": "家族が興奮"})
    console.post(f"{address}phoned/", {"whom": "employee"})
    called = {"service": "police", "number_called": "110", "called_at": "00:00"} | MADE
    console.post(f"{address}emergency/", called | {"reference": "4521"})
    return grant


def test_each_deed_is_told_in_words_and_with_the_operators_name(
    busy: AccessGrant, incident: Incident, hanna: User
) -> None:
    rows = read_by(hanna, incident)
    assert {who for who, _what in rows} == {"警備会社 大野 玲子さん"}
    assert {what for _who, what in rows} >= {
        "案件を見ました",
        "メッセージを送りました",
        "警備会社内のメモを書きました",
        "電話をかけたことを記録しました",
        "110番通報を記録しました",
    }
    assert not [what for _who, what in rows if "." in what]


def test_what_nobody_has_words_for_is_shown_rather_than_hidden(
    incident: Incident, hanna: User
) -> None:
    append(str(incident.public_id), "something.new", CLOCK)
    gone = Actor(kind="operator", id=str(uuid.uuid4()))
    append(str(incident.public_id), "case.viewed", gone)
    assert read_by(hanna, incident) == [
        ("警備会社", "something.new"),
        ("警備会社", "案件を見ました"),
    ]
