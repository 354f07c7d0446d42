"""Who is signed in: the people of a company, the desk's and the platform's."""

import uuid
from importlib import import_module

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts import second_factor
from accounts.invitations import path_of, schedule_invitation
from accounts.models import User
from companies.recovery_notice import path_of as recovery_path
from portal.live.watch_ticket import COOKIE, ticket_for
from tenants.context import run_in
from tenants.models import NOTICE, Company, Contact, Recovery
from tests.isolation.twin_company import Credential, Side

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STAFF = ("olga", "otto", "lena", "rosa", "platform")
PEOPLE = ("boris", "second", "carla", "hanna", "anna", "daisuke")


def sign_in_everybody(side: Side) -> None:
    for username in PEOPLE:
        side.credentials[username] = signed_in(User.objects.get(username=username))
    boris = User.objects.get(username="boris")
    side.names["reset"] = f"{user_pk_to_url_str(boris)}-{default_token_generator.make_token(boris)}"
    schedule_invitation(boris)
    side.names["invitation"] = path_of(boris.invitations.get()).split("/")[-2]
    side.credentials["watcher"] = Credential(cookies={COOKIE: ticket_for(boris)})
    _recovery(side)


def _recovery(side: Side) -> None:
    """Somebody wants hanna's sign-in reset, and the company is being told."""
    contact = Contact.objects.create(
        company=side.company, name="x", email="x@same.example", phone="1"
    )
    begun = Recovery.objects.create(
        company=side.company,
        person=User.objects.get(username="hanna").public_id,
        contact=contact,
        verified_how="x",
        reason=side.mark,
        state=Recovery.State.RUNNING,
        asked_by=uuid.uuid4(),
        approved_by=uuid.uuid4(),
        approved_at=timezone.now(),
        due_at=timezone.now() + NOTICE,
    )
    side.names |= {"recovery": str(begun.public_id), "recovery_pk": str(begun.pk)}
    side.names["recovery_token"] = recovery_path(begun).split("/")[-2]


def signed_in(user: User) -> Credential:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    second_factor.vouch(session, "test")
    session.create()
    return Credential(cookies={settings.SESSION_COOKIE_NAME: session.session_key})


def desks(side: Side) -> None:
    for username in STAFF:
        schema = "platform" if username == "platform" else "ops"
        company = Company.objects.get(schema_name=schema)
        side.credentials[username] = run_in(
            company, lambda name=username: signed_in(User.objects.get(username=name))
        )
