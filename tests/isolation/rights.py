"""Which of the nine (actors.py) has the right to an address: said once for each kind of address,
for the administration read from the table that HR is shown."""

from accounts.permissions import ADMINISTRATION
from accounts.roles import Role
from tests.isolation.row import Row

DEVICE = frozenset({"employee device"})
TEAM = frozenset({"supervisor"})
HR = frozenset({"hr_admin"})
SET_UP = HR | {"it_admin"}
HEALTH = frozenset({"occupational health"})
STAFF = SET_UP | {"privacy_auditor"}
SUPERVISORS = TEAM | {"site manager"}
SIGNED_IN = STAFF | SUPERVISORS | HEALTH
NONE: frozenset[str] = frozenset()
BY_ROLE = {Role.HR_ADMIN: "hr_admin", Role.IT_ADMIN: "it_admin",
           Role.PRIVACY_AUDITOR: "privacy_auditor"}  # fmt: skip

# The first beginning that fits decides; the longer ones stand above.
PORTAL = (
    ("/portal/hr/readiness/", HR),
    ("/portal/hr/recovery/", HR),
    ("/portal/hr/", SET_UP),
    ("/portal/recordings/", TEAM | HR),
    ("/portal/conditions/figures/", SUPERVISORS | HR | HEALTH),
    ("/portal/conditions/erase/", HR | HEALTH),
    ("/portal/conditions/", SUPERVISORS | HEALTH),
    ("/portal/care/{care}/", TEAM | HEALTH),
    ("/portal/care/", SUPERVISORS | HEALTH),
    ("/portal/incidents/{incident}/note/", TEAM | HR),
    ("/portal/incidents/{incident}/classify/", TEAM | HR),
    ("/portal/incidents/", TEAM),
    ("/portal/joint-drills/", SUPERVISORS | HR),
    ("/portal/", SIGNED_IN),
)
ADMIN = (
    ("/admin/people/employee/export/", SET_UP),
    ("/admin/people/employee/import/", HR),
    ("/admin/people/employee/process_import/", HR),
    ("/admin/people/employee/template/", HR),
    ("/admin/autocomplete/?", SET_UP),
)


def rightful(row: Row) -> frozenset[str] | None:
    """None: whoever knows the address has the right to it, or it is the same for everybody."""
    if row.public or row.who in {"nobody", "watcher"}:
        return None
    if row.status in {403, 404}:
        return NONE  # even for whom the row calls rightful
    path = row.address
    if path.startswith("/api/"):
        return DEVICE
    if path.startswith("/admin/"):
        return _admin(row, path)
    if path.startswith("/portal/incidents/") and row.verb == "GET":
        return TEAM | HR
    return next((who for start, who in PORTAL if path.startswith(start)), SIGNED_IN)


def _admin(row: Row, path: str) -> frozenset[str]:
    if said := next((who for start, who in ADMIN if path.startswith(start)), None):
        return said
    room, _slash, rest = path.removeprefix("/admin/").partition("/")
    model, _slash, page = rest.partition("/")
    look_change_delete = ADMINISTRATION.get(f"{room}.{model}")
    if look_change_delete:
        if page and row.status == 302:
            return STAFF  # leads to the page below whatever is named
        which = 2 if page.endswith("delete/") else 1 if page == "add/" else 0
        return _named(look_change_delete[which])
    if room and not rest:
        looks = [look for name, (look, _c, _d) in ADMINISTRATION.items()
                 if name.startswith(f"{room}.")]  # fmt: skip
        return _named(frozenset().union(*looks)) if looks else STAFF
    return STAFF


def _named(roles: frozenset[str]) -> frozenset[str]:
    return frozenset(BY_ROLE[Role(role)] for role in roles if role in BY_ROLE)
