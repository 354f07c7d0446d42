"""The demo's operators are on shift from the start: everybody who opens a console can answer."""

from accounts.models import Role, User
from demo.desk import CONSOLES
from operations.models import Centre
from operations.shifts import start_shift

AT_A_CONSOLE = {Role.OPERATOR, Role.LEAD}


def begin_shifts() -> None:
    """In the desk's schema: everybody who has a console."""
    for user in User.objects.filter(username__in=CONSOLES, is_active=True):
        begin_shift(user)


def begin_shift(user: User) -> None:
    """Begin this person's shift, if operators are what they are; one that was begun goes on."""
    centre = Centre.objects.filter(is_backup=False).first()
    if centre and AT_A_CONSOLE & set(user.roles):
        console = CONSOLES.get(user.username, "")
        start_shift(operator=user.as_actor(), centre=centre, console=console)
