"""Each proof of who somebody is, shown once more: at the other company, after it was withdrawn or
used up, after its owner's duty was taken away. Nothing is answered and nothing changes, at once.

What the media planes and the sockets take is asked in test_planes.py and test_sockets.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.invitations import schedule_invitation
from accounts.models import Invitation, User
from people.models import (
    Device,
    Employee,
    EnrolmentCode,
    ProvisioningToken,
    SupervisorAssignment,
)
from tenants.context import run_in
from tenants.models import Company
from tests.isolation.condition_rows import TODAY
from tests.isolation.expectations import World
from tests.isolation.requests import send
from tests.isolation.row import Row
from tests.isolation.twin_company import (
    Reply,
    Side,
    alike,
    filled,
    footprint,
    invented,
    missing,
)

GONE = "2026-01-01T00:00:00Z"
End = Callable[[Side], Any]


def users(username: str, **to: Any) -> End:
    return lambda _side: User.objects.filter(username=username).update(**to)


def without_duty(username: str) -> End:
    """HR takes the role and ends the assignment; somebody else has HR's first."""

    def take(_side: Side) -> None:
        User.objects.create_user("haruka", None, family_name="後任", roles=["hr_admin"])
        User.objects.filter(username=username).update(roles=[])
        mine = SupervisorAssignment.objects.filter(supervisor__user__username=username)
        mine.update(starts_on="2020-01-01", ends_on="2020-01-02")

    return take


def signed_out(_side: Side) -> None:
    Session.objects.all().delete()


def new_password(_side: Side) -> None:
    boris = User.objects.get(username="boris")
    boris.set_password("another-password-2026")
    boris.save()


def devices(key: str, **to: Any) -> End:
    return lambda side: Device.objects.filter(pk=side.keys[key]).update(**to)


def anna_left(_side: Side) -> None:
    Employee.objects.filter(number="020182").update(ended_on="2026-01-01")


def tokens(_side: Side) -> None:
    ProvisioningToken.objects.update(revoked_at=GONE)


def codes(**to: Any) -> End:
    return lambda _side: EnrolmentCode.objects.update(**to)


def invitations(**to: Any) -> End:
    return lambda _side: Invitation.objects.update(**to)


def invited_again(_side: Side) -> None:
    schedule_invitation(User.objects.get(username="boris"))


@dataclass(frozen=True)
class Proof:
    """How it is used, and after what it is good no more; 0: another page, which shows nothing."""

    what: str
    use: Row
    ends: dict[str, tuple[End, int]]
    is_a_name: bool = False
    """It stands in the address or body, and not in a cookie or header."""

    def __str__(self) -> str:
        return self.what


OUT = {
    "deactivated": (users("boris", is_active=False), 302),
    "signed out": (signed_out, 302),
    "new password": (new_password, 302),
}
ALARM, LINK = "/portal/incidents/{incident}/", "/portal/n/{notice}/?{link}"
PRESS: dict[str, Any] = {"method": "POST", "form": True}
REVOKED = {"revoked": (devices("anna's phone", revoked_at=GONE), 403)}
CHOOSE = {"new_password1": "correct horse 42", "new_password2": "correct horse 42"}
PROOFS = [
    Proof(
        "a supervisor's session",
        Row("company /x", "boris", "{mark}", ALARM),
        OUT | {"without duty": (without_duty("boris"), 404)},
    ),
    Proof(
        "a supervisor's session that answers",
        Row("company /x", "boris", "", f"{ALARM}acknowledge/", **PRESS, status=302, to=ALARM),
        OUT | {"without duty": (without_duty("boris"), 404)},
    ),
    Proof(
        "a supervisor's session that listens",
        Row("company /x", "boris", "{peaks}", "/portal/recordings/{recording}/peaks"),
        {"without duty": (without_duty("boris"), 404), "signed out": (signed_out, 401)},
    ),
    Proof(
        "HR's session",
        Row("company /x", "hanna", "{site}", "/admin/people/site/"),
        {"without duty": (without_duty("hanna"), 302), "signed out": (signed_out, 302)},
    ),
    Proof(
        "HR's session at an alarm",
        Row("company /x", "hanna", "{mark}", ALARM),
        {"without duty": (without_duty("hanna"), 404), "signed out": (signed_out, 302)},
    ),
    Proof(
        "the watching cookie",
        Row("company /x", "watcher", '"ringing": true', "/portal/watching/poll"),
        {
            "deactivated": (users("boris", is_active=False), 401),
            "new password": (new_password, 401),
            "without duty": (without_duty("boris"), 0),
        },
    ),
    Proof(
        "a device token",
        Row("company /x", "anna's phone", "{site}", "/api/v1/device"),
        REVOKED | {"left": (anna_left, 401)},
    ),
    Proof(
        "a device token that writes",
        Row(
            "company POST /x",
            "anna's phone",
            "",
            "/api/v1/device/push",
            method="PUT",
            body={"token": "t"},
            status=204,
        ),
        REVOKED | {"left": (anna_left, 401)},
    ),
    Proof(
        "an identity provider's token",
        Row("company /x", "provider", "{mark}", "/scim/v2/Users"),
        {"revoked": (tokens, 401)},
    ),
    Proof(
        "an identity provider's token that writes",
        Row(
            "company /x",
            "provider",
            "",
            "/scim/v2/Users/{provisioned}",
            method="DELETE",
            status=204,
        ),
        {"revoked": (tokens, 401)},
    ),
    Proof(
        "a tap token",
        Row("company POST /x", "nobody", "{incident}", "/api/v1/tap/{tap_token}"),
        {"left": (anna_left, 404)},
        is_a_name=True,
    ),
    Proof(
        "an enrolment code",
        Row(
            "company POST /x",
            "nobody",
            '"token":"sb1.',
            "/api/v1/devices/enroll",
            body={"code": "{code}", "kind": "watch"},
            status=201,
        ),
        {
            "revoked": (codes(revoked_at=GONE), 404),
            "expired": (codes(expires_at=GONE), 404),
            "left": (anna_left, 404),
        },
        is_a_name=True,
    ),
    Proof(
        "an invitation",
        Row(
            "company /x",
            "nobody",
            "",
            "/accounts/invitation/{invitation}/",
            **PRESS,
            body=CHOOSE,
            status=302,
        ),
        {
            "used": (invitations(used_at=GONE), 410),
            "expired": (invitations(expires_at=GONE), 410),
            "replaced": (invited_again, 410),
            "deactivated": (users("boris", is_active=False), 404),
        },
        is_a_name=True,
    ),
    Proof(
        "the link to choose a new password",
        Row(
            "company /x",
            "nobody",
            "",
            "/accounts/password/reset/key/{reset}/",
            status=302,
            to="/accounts/password/reset/key/",
        ),
        {"used": (new_password, 0)},
        is_a_name=True,
    ),
    Proof(
        "the link of a call",
        Row("company /x", "nobody", "佐藤", LINK),
        {
            "deactivated": (users("boris", is_active=False), 404),
            "without duty": (without_duty("boris"), 404),
        },
        is_a_name=True,
    ),
    Proof(
        "the link of a call, pressed",
        Row("company /x", "nobody", "", LINK, **PRESS, status=302, to=LINK),
        {
            "deactivated": (users("boris", is_active=False), 404),
            "without duty": (without_duty("boris"), 404),
        },
        is_a_name=True,
    ),
    Proof(
        "the link of a reminder, answered",
        Row(
            "company /x",
            "nobody",
            "",
            "/portal/check-in/{reminder}/?{reminder_link}",
            **PRESS,
            status=302,
            to="/portal/check-in/{reminder}/",
            body={"on": str(TODAY), "condition": "bad", "note_audience": "health"},
        ),
        {"left": (anna_left, 404)},
        is_a_name=True,
    ),
    Proof(
        "the link of a demonstration",
        Row("company /x", "nobody", "", "/demo/sign-in/{demo}/", status=302, to="/portal/"),
        {"deactivated": (users("boris", is_active=False), 404)},
        is_a_name=True,
    ),
]
every_proof = pytest.mark.parametrize("proof", PROOFS, ids=str)


def used(proof: Proof, side: Side) -> Reply:
    return send(proof.use, side, side.credentials[proof.use.who], side)


@every_proof
def test_it_is_good_at_home_and_worth_nothing_elsewhere(
    proof: Proof, db: None, acme_side: Side, world: World
) -> None:
    globex, row = world["own"], proof.use
    with transaction.atomic():
        good = used(proof, globex)
        transaction.set_rollback(True)
    assert good.status == row.status, good
    assert good.location.startswith(filled(row.to, globex))
    assert filled(row.shows, globex) in good.text
    before = footprint(globex)
    theirs = world["other company"] if proof.is_a_name else globex
    unknown = missing(globex) if proof.is_a_name else globex
    replayed = send(row, globex, acme_side.credentials[row.who], theirs)
    made_up = send(row, globex, invented(acme_side.credentials[row.who]), unknown)
    sent_on = bool(row.to) and made_up.location.startswith(filled(row.to, globex))
    assert made_up.is_refusal or not sent_on
    assert bare(replayed, proof, theirs) == bare(made_up, proof, unknown)
    assert footprint(globex) == before


def bare(reply: Reply, proof: Proof, side: Side) -> Reply:
    return alike(reply, filled(proof.use.address, side), side)


def endings() -> Iterator[tuple[Proof, str]]:
    yield from ((proof, name) for proof in PROOFS for name in proof.ends)


@pytest.mark.parametrize(("proof", "end"), endings(), ids=str)
def test_after_its_end_it_is_refused_at_the_next_request(
    proof: Proof, end: str, db: None, acme_side: Side
) -> None:
    act, status = proof.ends[end]
    run_in(acme_side.company, act, acme_side)
    before = footprint(acme_side)
    reply = used(proof, acme_side)
    if status:
        assert reply.status == status, reply
    elif proof.use.shows:
        assert filled(proof.use.shows, acme_side) not in reply.text
    else:
        assert not reply.location.startswith(filled(proof.use.to, acme_side))
    shown = bare(reply, proof, acme_side).text
    assert not [secret for secret in acme_side.secrets() if secret in shown]
    assert footprint(acme_side) == before


def test_used_once_is_used_up(db: None, acme_side: Side) -> None:
    """An invitation by its press; a call's link confirms once, however often it is pressed."""
    by_name = {proof.what: proof for proof in PROOFS}
    invitation, link = by_name["an invitation"], by_name["the link of a call, pressed"]
    assert used(invitation, acme_side).status == 302
    after = footprint(acme_side)
    assert used(invitation, acme_side).status == 410
    assert footprint(acme_side) == after
    assert used(link, acme_side).status == 302
    confirmed = footprint(acme_side)
    assert confirmed != after
    assert used(link, acme_side).status == 302
    assert footprint(acme_side) == confirmed


def test_who_has_no_role_at_the_desk_any_more_is_out_at_once(db: None, acme_side: Side) -> None:
    """Also the platform's administrator, who is not the last."""
    for who, schema, row in (
        ("olga", "ops", Row("ops /x", "olga", "", "/console/")),
        ("rosa", "ops", Row("ops /x", "rosa", "", "/field/")),
        ("lena", "ops", Row("ops /x", "lena", "", "/desk/setup/")),
        ("platform", "platform", Row("platform /x", "platform", "", "/admin/tenants/company/")),
    ):
        assert send(row, acme_side, acme_side.credentials[who], acme_side).status == 200
        company = Company.objects.get(schema_name=schema)
        with transaction.atomic():
            run_in(company, users(who, roles=[]), acme_side)
            assert send(row, acme_side, acme_side.credentials[who], acme_side).is_refusal, who
            transaction.set_rollback(True)
        with transaction.atomic():
            away = {"expire_date": timezone.now() - timedelta(seconds=1)}
            run_in(company, lambda to=away: Session.objects.update(**to))
            assert send(row, acme_side, acme_side.credentials[who], acme_side).is_refusal, who
            transaction.set_rollback(True)
