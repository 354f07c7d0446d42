"""Whoever is given a sign-in chooses the password: a link by e-mail, good for three days."""

import uuid

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from jobs.services import schedule
from tenants.context import current_company
from tenants.links import absolute


def promise_invitation(user: User) -> None:
    """In the transaction that gives the sign-in."""
    schedule(
        current_company(),
        kind="accounts.invite",
        key=f"accounts.invite:{uuid.uuid4()}",
        payload={"user": str(user.public_id)},
    )


def send_invitation(user: User) -> None:
    with override(user.language):
        lines = [
            _("%(name)s, you can sign in to %(brand)s from now on.")
            % {"name": user.get_full_name(), "brand": settings.BRAND_NAME},
            "",
            _("Sign-in name: %(username)s") % {"username": user.username},
            _("Open this page within three days and choose a password:"),
            absolute(password_path(user)),
            "",
            f"{settings.BRAND_NAME} {current_company().name}",
        ]
        subject = _("Your sign-in to %(brand)s") % {"brand": settings.BRAND_NAME}
    EmailMessage(subject=subject, body="\n".join(lines), to=[str(user.email)]).send()


def password_path(user: User) -> str:
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"/accounts/password/reset/key/{key}/"
