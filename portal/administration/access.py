"""Who comes in at pages that are no list of an admin site."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.models import User
from accounts.requests import signed_in
from people.devices.managed import ManagedDevices
from people.models import Site


def managed_devices_of(request: HttpRequest) -> ManagedDevices:
    managed = ManagedDevices(signed_in(request))
    if not managed.manages_any:
        raise PermissionDenied
    return managed


def named_site(managed: ManagedDevices, text: str) -> Site:
    """The managed site of a public id; 404 for any other text."""
    try:
        return managed.sites().get(public_id=UUID(text))
    except (Site.DoesNotExist, ValueError) as error:
        raise Http404 from error


def sees_readiness(user: User) -> bool:
    return user.has_perm("people.change_supervisorassignment")
