"""What becomes of each incident of the dump, by the table of the specification (section 8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.upgrade.restored import Key, Snapshot

CLIMB = "escalation.climb"
PATIENCE = timedelta(seconds=90)
Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Upgrade:
    before: Snapshot
    after: Snapshot

    def within(self, wait: timedelta) -> Window:
        """So long after the upgrade, whose moment lies between the two looks."""
        return self.before.at + wait, self.after.at + wait

    def not_before(self, moment: datetime, wait: timedelta) -> Window:
        earliest, latest = self.within(wait)
        return max(moment, earliest), max(moment, latest)


# When a move comes, by the table of the specification

When = Callable[[Upgrade, Key], Window]


def after(**wait: int) -> When:
    return lambda upgrade, _key: upgrade.within(timedelta(**wait))


def as_promised(upgrade: Upgrade, key: Key) -> Window:
    job = upgrade.before.promised(CLIMB, key)
    assert job is not None
    return upgrade.not_before(job["due_at"], timedelta(seconds=5))


def when_patience_ends(upgrade: Upgrade, key: Key) -> Window:
    waiting_since = upgrade.before.cases[key][0]["waiting_since"]
    return upgrade.not_before(waiting_since + PATIENCE, timedelta(seconds=30))


def ten_minutes_after_setting_out(upgrade: Upgrade, key: Key) -> Window:
    moment = upgrade.before.incidents[key]["coming_at"] + timedelta(minutes=10)
    return moment, moment


def half_an_hour_after_opening(upgrade: Upgrade, key: Key) -> Window:
    moment = upgrade.before.incidents[key]["opened_at"] + timedelta(minutes=30)
    return moment, moment


def spread(upgrade: Upgrade, _key: Key) -> Window:
    return upgrade.before.at + timedelta(minutes=10), upgrade.after.at + timedelta(minutes=60)


def at_the_latest_in_ten_minutes(upgrade: Upgrade, _key: Key) -> Window:
    return upgrade.before.at, upgrade.after.at + timedelta(minutes=10)


SOON = after(seconds=30)
CALL = {"call", "choose"}

BOTH: list[tuple[str, set[str], When]] = [
    ("first_called", CALL, as_promised),
    ("call_overdue", CALL, as_promised),
    ("acknowledged", CALL, as_promised),
    ("choosing", CALL, as_promised),
    ("joined", CALL, as_promised),
    ("climb_died", CALL, SOON),
    ("set_out", {"arrive"}, ten_minutes_after_setting_out),
    ("set_out_days_ago", {"arrive"}, spread),
    ("safe", {"close"}, after(minutes=10)),
    ("safe_while_he_comes", {"close"}, after(minutes=10)),
    ("safe_days_ago", {"close"}, after(minutes=10)),
    ("pressed_after_safe", {"close"} | CALL, at_the_latest_in_ten_minutes),
    ("still_going_after_safe", {"close"} | CALL, at_the_latest_in_ten_minutes),
    ("drill", {"close"}, half_an_hour_after_opening),
    ("drill_coming", {"arrive"}, ten_minutes_after_setting_out),
]
ACME: list[tuple[str, set[str], When, str]] = [
    ("both_called", CALL, as_promised, "none"),
    ("reopened", CALL, as_promised, "none"),
    ("reopened_without_the_desk", CALL, as_promised, "none"),
    ("counter", {"desk"}, when_patience_ends, "asked"),
    ("asked", {"desk"}, when_patience_ends, "asked"),
    ("asked_by_her", {"desk"}, when_patience_ends, "asked"),
    ("asked_by_the_ladder", {"desk"}, when_patience_ends, "asked"),
    ("asked_long_ago", {"desk"}, when_patience_ends, "asked"),
    ("asked_and_safe", {"desk"}, when_patience_ends, "asked"),
    ("asked_while_he_comes", {"desk"}, when_patience_ends, "asked"),
    ("asked_again_after_reopening", {"desk"}, when_patience_ends, "asked"),
    ("silence_not_followed", {"desk"}, when_patience_ends, "asked"),
    ("given_back", {"desk"}, when_patience_ends, "asked"),
    ("joint_drill", {"desk"}, when_patience_ends, "asked"),
    ("unanswered", CALL, as_promised, "unanswered"),
    ("unanswered_to_the_end", CALL, SOON, "unanswered"),
    ("unanswered_for_hours", CALL, spread, "unanswered"),
    ("unanswered_while_he_comes", {"arrive"}, ten_minutes_after_setting_out, "unanswered"),
    ("unanswered_and_safe", {"close"}, after(minutes=10), "unanswered"),
    ("claimed", {"ask"}, after(minutes=30), "acting"),
    ("claimed_and_safe", {"close"}, after(minutes=10), "acting"),
    ("claimed_after_silence", {"ask"}, after(minutes=30), "acting"),
    ("claimed_while_he_comes", {"arrive"}, ten_minutes_after_setting_out, "acting"),
    ("desk_closed", CALL, SOON, "ended"),
    ("desk_closed_days_ago", CALL, spread, "ended"),
    ("desk_closed_while_he_comes", {"arrive"}, ten_minutes_after_setting_out, "ended"),
    ("desk_closed_and_safe", {"close"}, after(minutes=10), "ended"),
    ("drill_without_the_desk", {"close"}, half_an_hour_after_opening, "none"),
]
GLOBEX: list[tuple[str, set[str], When]] = [
    ("both_called", CALL, SOON),
    ("reopened", CALL, SOON),
    ("counter", CALL, SOON),
    ("run_out", CALL, SOON),
    ("run_out_days_ago", CALL, spread),
    ("acknowledged_days_ago", CALL, spread),
]
OPEN: list[tuple[Key, set[str], When, str]] = [
    *((("acme", name), moves, when, "none") for name, moves, when in BOTH),
    *((("acme", name), moves, when, desk) for name, moves, when, desk in ACME),
    *((("globex", name), moves, when, "none") for name, moves, when in BOTH + GLOBEX),
]
LEFT_ALONE = [
    ("acme", "unanswered_for_hours"),
    ("acme", "desk_closed_days_ago"),
    ("globex", "run_out_days_ago"),
    ("globex", "acknowledged_days_ago"),
]
FORGOTTEN_DRILLS = [
    *(
        (company, name)
        for company in ("acme", "globex")
        for name in ("drill_forgotten", "drill_forgotten_coming")
    ),
    ("acme", "joint_drill_forgotten"),
    ("acme", "joint_drill_forgotten_claimed"),
]
OBJECTED_TO = [
    *(
        (company, name)
        for company in ("acme", "globex")
        for name in ("closed_by_boris", "closed_answer_overdue", "closed_twice")
    ),
    ("acme", "closed_while_asked"),
    ("acme", "closed_while_claimed"),
]
OVER = [
    *(
        (company, name)
        for company in ("acme", "globex")
        for name in ("closed_then_safe", "closed_and_asked", "closed_herself")
    ),
    ("acme", "closed_herself_while_asked"),
]
REAL = [key for key, *_rest in OPEN if "drill" not in key[1]]
