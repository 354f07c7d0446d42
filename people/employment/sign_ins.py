"""Sign-ins for supervisors named in a file of employees, who can be called only with one: who gets
one, who only lacks the role, and who stays out of reach. Shown before anything is stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.invitations import schedule_invitation
from accounts.models import Role, User
from people.employment.snapshots import Change, snapshot
from people.models import Employee

WITHDRAWN = {"is_active": False, "roles": [], "email": None}
"""What is left of a sign-in whose import was taken back: a name that is free again."""


@dataclass(frozen=True)
class SignIn:
    employee: Employee
    user: User | None
    """Who gets the role; None with ``problem`` empty: somebody new, who is invited."""
    problem: str = ""
    """Why nobody can be alerted through this person."""


class SignIns:
    """Sign-ins that the file's supervisors get. ``supervisors``: those who answer for somebody."""

    def __init__(self, supervisors: Iterable[Employee]) -> None:
        people = list(supervisors)
        named = User.objects.filter(username__in=[one.number for one in people])
        named = named.exclude(**WITHDRAWN)
        self._named = {one.username: one for one in named.select_related("employee")}
        mails = [one.email.lower() for one in people if one.email]
        lowered = User.objects.annotate(lowered=Lower("email"))
        self._taken = set(lowered.filter(lowered__in=mails).values_list("lowered", flat=True))
        self.wanted = list(self._wanted(people))
        self.given: list[tuple[int, list[str] | None]] = []
        """A user's key, and the roles they had; None for somebody new."""

    def _wanted(self, people: list[Employee]) -> Iterator[SignIn]:
        for employee in people:
            user = employee.user or self._of_number(employee)
            if user is None:
                yield SignIn(employee, None, self._why_not(employee))
                self._taken.add(employee.email.lower())
            elif not user.is_active:
                yield SignIn(employee, None, _("The sign-in is switched off."))
            elif Role.SUPERVISOR not in user.roles or employee.user is None:
                yield SignIn(employee, user)

    def _of_number(self, employee: Employee) -> User | None:
        """A user made by hand before, under the employee's number, and connected to nobody yet."""
        user = self._named.get(employee.number)
        return None if user is None or hasattr(user, "employee") else user

    def _why_not(self, employee: Employee) -> str:
        if not employee.email:
            return _("There is no e-mail address, so no sign-in is made.")
        if employee.number in self._named:
            return _("Somebody else signs in with this employee number.")
        if employee.email.lower() in self._taken:
            return _("Somebody else signs in with this e-mail address.")
        return ""

    def give(self) -> list[Change]:
        """Give them within the import's transaction. Returns how the people's own rows changed."""
        return [self._give(one) for one in self.wanted if not one.problem]

    def _give(self, sign_in: SignIn) -> Change:
        before = snapshot(sign_in.employee)
        user = sign_in.user
        if user is None:
            user = sign_in.employee.user = invited(sign_in.employee)
            self.given.append((user.pk, None))
        else:
            sign_in.employee.user = user
            self.given.append((user.pk, list(user.roles)))
            user.roles = sorted({*user.roles, Role.SUPERVISOR})
            user.save(update_fields=["roles"])
        sign_in.employee.save(update_fields=["user"])
        return sign_in.employee.pk, before, snapshot(sign_in.employee)


def invited(employee: Employee) -> User:
    user = User.objects.filter(username=employee.number).first() or User(username=employee.number)
    user.email, user.roles, user.is_active = employee.email, [Role.SUPERVISOR], True
    for name in ("family_name", "given_name", "family_kana", "given_kana"):
        setattr(user, name, getattr(employee, name))
    user.set_unusable_password()
    user.save()
    schedule_invitation(user)
    return user
