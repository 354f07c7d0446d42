"""Which of the eleven (actors.py), and who of desk and platform, has the right to an address.

Said here and not read from the product: a right that is widened there is found here.
An address that no line names has no right yet, and its test says so.
"""

from tests.isolation.lists import HR, LISTS, NONE, PLATFORM, REVIEW, SET_UP, STAFF
from tests.isolation.row import Row

DEVICE = frozenset({"employee device"})
TEAM = frozenset({"supervisor"})
HEALTH = frozenset({"occupational health"})
PROVIDER = frozenset({"identity provider"})
SUPERVISORS = TEAM | {"supervisor of a site"}
SIGNED_IN = STAFF | SUPERVISORS | HEALTH | {"site manager"}
# Anyone who looks after devices: everybody's, or those of their own site.
KEEPERS = SET_UP | {"site manager"}
# At the desk: olga holds the case, otto that of the other company.
OPERATOR = frozenset({"operator"})
LEAD = frozenset({"lead"})
AT_A_CONSOLE = OPERATOR | {"operator of another case"} | LEAD
RESPONDER = frozenset({"responder"})

Lines = tuple[tuple[str, frozenset[str]], ...]

# The first that fits decides, so the longer ones stand above; what ends in $ is one address.
COMPANY: Lines = (
    ("/api/", DEVICE),
    ("/scim/v2/", PROVIDER),
    ("/accounts/", SIGNED_IN),
    ("/portal/hr/readiness/$", HR),
    ("/portal/hr/trail/$", REVIEW),
    ("/portal/hr/recovery/", HR),
    ("/portal/hr/sheets/", KEEPERS),
    ("/portal/devices/", KEEPERS),
    # Who listens marks: HR reads them, and marks in a listening of its own.
    ("/portal/recordings/{recording}/mark$", TEAM),
    ("/portal/recordings/{recording}/marks/{flag}/withdraw$", TEAM),
    ("/portal/recordings/{recording}/", TEAM | HR),
    ("/portal/conditions/figures/$", SUPERVISORS | HR | HEALTH),
    ("/portal/conditions/erase/$", HR | HEALTH),
    ("/portal/conditions/$", SUPERVISORS | HEALTH),
    ("/portal/conditions/people/", TEAM | HEALTH),
    ("/portal/care/{care}/", TEAM | HEALTH),
    ("/portal/care/$", SUPERVISORS | HEALTH),
    ("/portal/incidents/{incident}/$", TEAM | HR),
    ("/portal/incidents/{incident}/parts/$", TEAM | HR),
    ("/portal/incidents/{incident}/positions$", TEAM | HR),
    ("/portal/incidents/{incident}/read/$", TEAM | HR),
    ("/portal/incidents/{incident}/note/$", TEAM | HR),
    ("/portal/incidents/{incident}/classify/$", TEAM | HR),
    ("/portal/incidents/{incident}/", TEAM),
    ("/portal/joint-drills/$", SUPERVISORS | HR),
    # Of these each reads what is of its reader's people.
    ("/portal/$", SIGNED_IN),
    ("/portal/open/$", SIGNED_IN),
    ("/portal/closed/$", SIGNED_IN),
    ("/portal/closed.csv$", SIGNED_IN),
    ("/portal/poll$", SIGNED_IN),
    ("/portal/watching/$", SIGNED_IN),
    ("/portal/push/$", SIGNED_IN),
    ("/portal/notices/", SIGNED_IN),
    ("/admin/people/employee/export/$", HR),
    ("/admin/people/employee/import/", HR),
    ("/admin/people/employee/process_import/$", HR),
    ("/admin/people/employee/template/$", HR),
    ("/admin/people/employee/withdraw/", HR),
    ("/admin/notifications/noticetext/preview/$", SET_UP),
    ("/admin/accounts/user/rights/$", SET_UP),
    ("/admin/accounts/singlesignon/test/$", SET_UP),
    ("/admin/recordings/playsession/{session_pk}/review/$", REVIEW),
    ("/admin/views/{view_pk}/remove/$", HR),
    ("/admin/views/", SET_UP),
    ("/admin/autocomplete/?", SET_UP),
    ("/admin/reach/", HR),
    ("/admin/people/holiday/national/", SET_UP),
    ("/admin/search/", STAFF),
    ("/admin/jsi18n/$", STAFF),
    ("/admin/password_change/", STAFF),
    ("/admin/$", STAFF),
)
OPS: Lines = (
    ("/accounts/", AT_A_CONSOLE | RESPONDER),
    ("/console/cases/{case}/claim/$", AT_A_CONSOLE),
    ("/console/cases/{case}/read-along/$", LEAD),
    ("/console/cases/{case}/break-glass/$", AT_A_CONSOLE),
    ("/console/cases/{case}/", OPERATOR),
    ("/console/handovers/{offer}/take-over/$", AT_A_CONSOLE),
    ("/console/break-glass/{glass}/", AT_A_CONSOLE),
    ("/console/$", AT_A_CONSOLE),
    ("/console/queue/$", AT_A_CONSOLE),
    ("/console/idle/$", AT_A_CONSOLE),
    ("/console/memos/", AT_A_CONSOLE),
    ("/console/search/$", AT_A_CONSOLE),
    ("/console/poll$", AT_A_CONSOLE),
    ("/console/alive$", AT_A_CONSOLE),
    ("/desk/break-glass/$", LEAD),
    ("/desk/setup/", LEAD),
    ("/desk/drills/$", AT_A_CONSOLE),
    ("/desk/drills/", LEAD),
    ("/desk/", AT_A_CONSOLE),
    ("/field/", RESPONDER),
)
PLATFORM_HOST: Lines = (
    ("/admin/tenants/recovery/ask/", PLATFORM),
    ("/accounts/", PLATFORM),
    ("/admin/search/$", PLATFORM),
    ("/admin/jsi18n/$", PLATFORM),
    ("/admin/password_change/", PLATFORM),
    ("/admin/$", PLATFORM),
)
LINES = {"company": COMPANY, "ops": OPS, "platform": PLATFORM_HOST}
HERE = {"company": STAFF | SUPERVISORS | HEALTH, "ops": AT_A_CONSOLE, "platform": PLATFORM}


def rightful(row: Row) -> frozenset[str] | None:
    """None: everyone who knows the address has the right to it, or it is the same for everybody."""
    if row.public or row.who in {"nobody", "watcher"}:
        return None
    if row.status in {403, 404}:
        return NONE  # even for whom the row calls rightful
    if those := next((who for start, who in LINES[row.kind] if _fits(row.address, start)), None):
        return those
    assert row.address.startswith("/admin/"), f"say in rights.py who has the right to {row.address}"
    return _administration(row) & (PLATFORM if row.kind == "platform" else STAFF)


def _fits(address: str, start: str) -> bool:
    return address == start[:-1] if start.endswith("$") else address.startswith(start)


def _administration(row: Row) -> frozenset[str]:
    room, _slash, rest = row.address.removeprefix("/admin/").partition("/")
    model, _slash, page = rest.partition("/")
    if not model:
        looks = [one.look for name, one in LISTS.items() if name.startswith(f"{room}.")]
        return NONE.union(*looks)
    rights = LISTS[f"{room}.{model}"]
    if page and row.status == 302 and row.verb == "GET":
        return STAFF | PLATFORM  # leads to the page below whatever is named
    if page.endswith("delete/"):
        return rights.delete
    return rights.change if page == "add/" or row.verb == "POST" else rights.look
