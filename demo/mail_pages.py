"""The demo's mailbox: what each person got, and nothing of it ever left this machine."""

from collections import Counter
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demo.local import only_at_this_machine
from demo.mailbox import Mail, NoSuchMail, mails, names_of, open_mail


@dataclass(frozen=True, slots=True)
class Reader:
    address: str
    name: str
    mails: int
    unread: int


@dataclass(frozen=True, slots=True)
class MailLine:
    mail: Mail
    readers: list[str]


@never_cache
@require_safe
@only_at_this_machine
def received(request: HttpRequest) -> HttpResponse:
    """Everything, or what one person got; the newest first."""
    chosen = request.GET.get("to", "")
    everything = mails()
    names = names_of({address for mail in everything for address in mail.to})
    shown = [mail for mail in everything if not chosen or chosen in mail.to]
    context = {
        "chosen": chosen,
        "readers": _readers(everything, names),
        "lines": [MailLine(mail, [names[address] for address in mail.to]) for mail in shown],
        "unread": sum(not mail.is_read for mail in everything),
    }
    return render(request, "demo/mailbox.html", context)


def _readers(everything: list[Mail], names: dict[str, str]) -> list[Reader]:
    all_of, unread_of = Counter[str](), Counter[str]()
    for mail in everything:
        all_of.update(mail.to)
        unread_of.update(() if mail.is_read else mail.to)
    readers = (
        Reader(address, names[address], count, unread_of[address])
        for address, count in all_of.items()
    )
    return sorted(readers, key=lambda reader: (-reader.unread, reader.name))


@never_cache
@require_safe
@only_at_this_machine
def one_mail(request: HttpRequest, key: str) -> HttpResponse:
    try:
        opened = open_mail(key)
    except NoSuchMail as error:
        raise Http404 from error
    names = names_of(opened.mail.to)
    context = {"opened": opened, "readers": [names[address] for address in opened.mail.to]}
    return render(request, "demo/mail.html", context)
