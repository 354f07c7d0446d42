"""Texts of a notice outside our own pages, in the recipient's language."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from notifications.models import Notice
from people.models import Device, Employee


@dataclass(frozen=True, slots=True)
class RenderedNotice:
    title: str
    subject: str
    body: str
    open_page: str


def render_for_recipient(notice: Notice) -> RenderedNotice:
    with override(language_of(notice.recipient_user or notice.recipient_device)):
        return render_notice(notice)


def render_notice(notice: Notice) -> RenderedNotice:
    """Render it in the active language."""
    return RenderedNotice(
        title=_title(notice),
        subject=_subject(notice),
        body=notice.body,
        open_page=_("Open this page to answer:"),
    )


def language_of(recipient: User | Device | Employee | None) -> str:
    """A person's own, or that of a device's app; people without a sign-in have their company's."""
    if isinstance(recipient, User | Device):
        return recipient.language
    return str(settings.LANGUAGE_CODE)


def _title(notice: Notice) -> str:
    title = " ".join(notice.title.split())
    if notice.kind == Notice.CHECK:
        return _("[Check] %(title)s") % {"title": title}
    return _("[Drill] %(title)s") % {"title": title} if notice.drill else title


def _subject(notice: Notice) -> str:
    title = _title(notice)
    if notice.drill or notice.kind == Notice.CHECK:
        return title
    if notice.incident_id is None:
        return _("[%(brand)s] %(title)s") % {
            "brand": settings.BRAND_NAME,
            "title": title,
        }
    return _("[Alarm] %(title)s") % {"title": title}
