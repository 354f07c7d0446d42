"""Whether somebody sits at the machine itself. What opens without a password is for nobody else."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

P = ParamSpec("P")

FORWARDED = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)
"""What proxies add. A browser at the machine needs none, whatever such a header says."""


def is_at_this_machine(request: HttpRequest) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    if not _is_loopback(request.META["REMOTE_ADDR"]):
        return False
    return is_name_of_this_machine(request.get_host().partition(":")[0])


def _is_loopback(address: str) -> bool:
    """Over a socket in the file system there is no address: then a proxy stands before it."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_name_of_this_machine(host: str) -> bool:
    """Browsers look these names up nowhere: they are the machine that the browser runs on."""
    return host == "localhost" or host.endswith(".localhost")


def only_at_this_machine(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer everybody else with a page that says where it works."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_at_this_machine(request):
            return render(request, "demo/elsewhere.html", status=403)
        return view(request, *args, **kwargs)

    return guarded
