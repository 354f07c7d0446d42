"""Who comes in at pages that are no list of an admin site."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.models import User
from accounts.requests import signed_in
from people.devices.managed import Keeper
from people.models import Site


def keeper_of(request: HttpRequest) -> Keeper:
    keeper = Keeper(signed_in(request))
    if not keeper.keeps_any:
        raise PermissionDenied
    return keeper


def named_site(keeper: Keeper, text: str) -> Site:
    """Of those that are looked after."""
    try:
        return keeper.sites().get(public_id=UUID(text))
    except (Site.DoesNotExist, ValueError) as error:
        raise Http404 from error


def sees_readiness(user: User) -> bool:
    return user.has_perm("people.change_supervisorassignment")
