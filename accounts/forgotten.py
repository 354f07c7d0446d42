"""Forgotten passwords: a link by e-mail to the address on record, to choose another.

The link is made when it is sent: the job that sends it carries no secret.
"""

import uuid

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from jobs.services import schedule
from tenants.context import current_company
from tenants.links import absolute

FORGOTTEN = "accounts.forgotten_password"


def schedule_new_password(user: User) -> None:
    schedule(
        current_company(),
        kind=FORGOTTEN,
        key=f"{FORGOTTEN}:{uuid.uuid4()}",
        payload={"user": str(user.public_id)},
    )


def new_password_mail(public_id: str) -> EmailMessage | None:
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    if user is None or not user.email:
        return None
    with override(user.language):
        lines = [
            _("%(name)s, somebody asked for a new password for your sign-in to %(brand)s.")
            % {"name": user.get_full_name(), "brand": settings.BRAND_NAME},
            "",
            _("Sign-in name: %(username)s") % {"username": user.username},
            _("Open this page within three days and choose a password:"),
            absolute(_path_for(user)),
            "",
            _("If it was not you, you need not do anything."),
            "",
            f"{settings.BRAND_NAME} {current_company().name}",
        ]
        subject = _("A new password for %(brand)s") % {"brand": settings.BRAND_NAME}
    return EmailMessage(subject=subject, body="\n".join(lines), to=[user.email])


def _path_for(user: User) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return f"/accounts/password/reset/key/{user_pk_to_url_str(user)}-{token}/"
