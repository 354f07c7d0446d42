"""Who may come in by the company's own sign-in, and what changes with its settings.

The provider says who somebody is, never what they may do: the person is a user of this company
already, named by an address that the provider has verified and may speak for. From then on by the
provider's own name for them, so that an address given to somebody else opens nothing.
"""

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.db import transaction

from accounts.models import SingleSignOn, User

CONNECTED_BY = {"issuer", "client_id"}


class NotAdmitted(Exception):
    """``why``: "unknown", or "other" where the address belongs to somebody else's connection."""

    def __init__(self, why: str, user: User | None = None) -> None:
        super().__init__(why)
        self.why, self.user = why, user


@transaction.atomic
def admit(login: SocialLogin) -> None:
    """Set the login's user to the one the provider names. Raises NotAdmitted."""
    if login.is_existing:
        return
    account = login.account
    user = _named_by(login)
    connected = SocialAccount.objects.filter(user=user, provider=account.provider).first()
    if connected and connected.uid != account.uid:
        raise NotAdmitted("other", user)
    if not connected:
        account.user = user
        account.save()
    login.user = user


def _named_by(login: SocialLogin) -> User:
    """The user of a verified address, locked, so that of two concurrent logins one is seen."""
    row = SingleSignOn.in_use()
    domains = set(row.email_domains) if row else set()
    for address in login.email_addresses:
        if address.verified and address.email.rpartition("@")[2] in domains:
            users = User.objects.filter(email__iexact=address.email, is_active=True)
            if user := users.select_for_update().first():
                return user
    raise NotAdmitted("unknown")


@transaction.atomic
def keep(row: SingleSignOn, *, secret: str = "") -> set[str]:
    """Save it, with a new secret if there is one; which fields changed. Another provider's names
    for people are not this one's."""
    before = SingleSignOn.objects.select_for_update().filter(pk=1).first()
    fields = ("is_on", "issuer", "client_id", "email_domains")
    changed = {one for one in fields if getattr(before, one, None) != getattr(row, one)}
    if secret:
        row.secret = secret
        changed.add("secret")
    row.pk = 1
    row.save()
    if changed & CONNECTED_BY:
        SocialAccount.objects.all().delete()
    return changed
