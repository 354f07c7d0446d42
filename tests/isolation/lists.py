"""The lists of the two administrations: who has which right there, and what each page must show.

Said here and not read from where the pages are: a right that is widened there is found here.
"""

from dataclasses import dataclass

HR = frozenset({"hr_admin"})
SET_UP = HR | {"it_admin"}
REVIEW = HR | {"privacy_auditor"}
STAFF = SET_UP | REVIEW
PLATFORM = frozenset({"platform admin"})
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Expected:
    look: frozenset[str]
    change: frozenset[str]
    """Or add."""
    delete: frozenset[str]
    row: str
    """Key in a Side of a row of it."""
    shows: str
    """What only that company's page of this row contains."""
    listed: str | None = None
    """The same of the list, where it shows less than the row's own page."""
    is_added: bool = True
    """Else it is made by what happens, not by a form: an enrolment, a tap; or there is one."""
    is_written_once: bool = False
    """What was announced, decided or agreed to stays as it was said."""


LISTS = {
    "people.employee": Expected(SET_UP, HR, NONE, "employee 020182", "{site}"),
    "people.department": Expected(SET_UP, HR, HR, "department", "{department}"),
    "people.site": Expected(SET_UP, SET_UP, HR, "site", "{site}"),
    "people.post": Expected(SET_UP, SET_UP, HR, "post", "{site}"),
    "people.supervisorassignment": Expected(SET_UP, HR, HR, "assignment", "{department}"),
    "people.sitemanagement": Expected(SET_UP, HR, HR, "management", "{site}"),
    "people.device": Expected(SET_UP, SET_UP, NONE, "anna's phone", "{mark}", is_added=False),
    "people.exclusion": Expected(HR, HR, NONE, "exclusion", "{mark}", is_written_once=True),
    "people.importrun": Expected(HR, HR, NONE, "import", "", listed="{mark}", is_added=False),
    "people.provisioningtoken": Expected(SET_UP, SET_UP, NONE, "token", "{mark}"),
    "people.workpattern": Expected(HR, HR, HR, "pattern", ""),
    "people.leave": Expected(HR, HR, HR, "leave", ""),
    "people.holiday": Expected(SET_UP, SET_UP, SET_UP, "holiday", "{mark}"),
    "people.openinghours": Expected(SET_UP, SET_UP, SET_UP, "opening", ""),
    "people.appsettings": Expected(SET_UP, SET_UP, NONE, "app settings", "", is_added=False),
    "accounts.user": Expected(SET_UP | PLATFORM, HR | PLATFORM, NONE, "anna", "{mark}"),
    "accounts.singlesignon": Expected(
        SET_UP, SET_UP, NONE, "single sign-on", "{sso}", is_added=False
    ),
    "accounts.refusedsignin": Expected(SET_UP, NONE, NONE, "refused", "{mark}"),
    "incidents.incident": Expected(HR, NONE, NONE, "incident", "{site}"),
    "incidents.category": Expected(SET_UP, SET_UP, HR, "category", "{mark}"),
    "incidents.retentionsettings": Expected(HR, HR, NONE, "retention", "", is_added=False),
    "escalation.exercise": Expected(HR, HR, NONE, "exercise", "{site}", is_written_once=True),
    "escalation.contactrule": Expected(SET_UP, HR, HR, "contact rule", "{site}"),
    "notifications.notice": Expected(HR, NONE, NONE, "told", "{mark}"),
    "notifications.noticetext": Expected(SET_UP, SET_UP, SET_UP, "text", "{mark}"),
    "recordings.recording": Expected(HR, NONE, NONE, "recording", "{recording}", listed="{mark}"),
    "recordings.purpose": Expected(REVIEW, HR, NONE, "purpose", "{mark}", is_written_once=True),
    "recordings.playsession": Expected(REVIEW, NONE, NONE, "session", "{mark}"),
    "wellbeing.wellbeingsettings": Expected(
        HR, HR, NONE, "settings", "{mark}", listed="", is_added=False
    ),
    "wellbeing.rulesetting": Expected(HR, HR, HR, "rule", ""),
    "wellbeing.supportline": Expected(HR, HR, HR, "line", "{mark}"),
    "auditlog.logentry": Expected(
        STAFF | PLATFORM, NONE, NONE, "log", "{department}", listed="{mark}"
    ),
    "tenants.company": Expected(PLATFORM, PLATFORM, NONE, "ops company", "ops"),
    "tenants.domain": Expected(PLATFORM, PLATFORM, PLATFORM, "ops host", "ops.localhost"),
    "tenants.contract": Expected(PLATFORM, PLATFORM, NONE, "demo contract", "S-"),
    "tenants.recovery": Expected(
        PLATFORM,
        PLATFORM,
        NONE,
        "recovery",
        "x@same.example",
        listed="",
        is_added=False,
        is_written_once=True,
    ),
    "jobs.job": Expected(PLATFORM, PLATFORM, NONE, "job", "once.kept", listed="", is_added=False),
    "jobs.settledjob": Expected(PLATFORM, NONE, NONE, "settled job", "once.done", is_added=False),
}
