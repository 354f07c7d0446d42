"""The mail that says what will happen in a day, and the link by which a named contact stops it.

The link is a signature of the recovery's id, good for one press: what it stops is stopped.
"""

import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from tenants.context import current_company
from tenants.links import absolute
from tenants.models import Contact, Recovery


class UnknownLink(Exception):
    """No recovery of this company has this token."""


def mail_to_hr(recovery_id: uuid.UUID, user_id: int) -> EmailMessage | None:
    recovery = _running(recovery_id)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if recovery is None or user is None or not user.email:
        return None
    with override(user.language):
        how = _("To stop it, sign in to the administration and press the red button:")
        return _message(recovery, user.email, how, "/admin/")


def mail_to_contact(recovery_id: uuid.UUID, contact_id: int) -> EmailMessage | None:
    recovery = _running(recovery_id)
    contact = Contact.objects.filter(pk=contact_id, company_id=current_company().id).first()
    if recovery is None or contact is None:
        return None
    with override(settings.LANGUAGE_CODE):
        how = _("To stop it, open this page and press the red button:")
        return _message(recovery, contact.email, how, path_of(recovery))


def _running(recovery_id: uuid.UUID) -> Recovery | None:
    running = Recovery.objects.running().select_related("contact")
    return running.filter(public_id=recovery_id, company_id=current_company().id).first()


def _message(recovery: Recovery, to: str, how: str, path: str) -> EmailMessage:
    person = User.objects.filter(public_id=recovery.person).first()
    names = {
        "who": person.get_full_name() if person else "",
        "contact": recovery.contact.name,
        "when": moment(recovery),
        "reason": recovery.reason,
    }
    lines = [
        _("The sign-in of %(who)s will be reset at %(when)s. %(contact)s asked for it.") % names,
        _("Reason: %(reason)s") % names,
        _("After that %(who)s gets an invitation by e-mail. No role changes.") % names,
        "",
        _("If this is right, you need not do anything. If not, please stop it."),
        how,
        absolute(path),
        "",
        f"{settings.BRAND_NAME} {current_company().name}",
    ]
    subject = _("A sign-in will be reset in 24 hours")
    return EmailMessage(subject=subject, body="\n".join(lines), to=[to])


def moment(recovery: Recovery) -> str:
    """When it is due, in the time zone of the people notified."""
    assert recovery.due_at
    zone = ZoneInfo(current_company().time_zone)
    return date_format(timezone.localtime(recovery.due_at, zone), "DATETIME_FORMAT")


def path_of(recovery: Recovery) -> str:
    return f"/recovery/{_signer().sign(recovery.public_id.hex)}/"


def recovery_of(token: str) -> Recovery:
    """The recovery of a link's token. Raises UnknownLink."""
    try:
        public_id = uuid.UUID(_signer().unsign(token))
    except (BadSignature, ValueError) as error:
        raise UnknownLink from error
    recoveries = Recovery.objects.select_related("company", "contact")
    recovery = recoveries.filter(public_id=public_id, company_id=current_company().id).first()
    if recovery is None:
        raise UnknownLink
    return recovery


def _signer() -> Signer:
    """A signer that is valid on one company's host only, as all of ours."""
    return Signer(sep=".", salt=f"recovery:{current_company().schema}")
