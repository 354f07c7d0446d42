"""An upgrade from f78729c with open incidents and waiting jobs: nobody is forgotten.

The dump was made by make_dump.py; what came before each incident is read in scenes.py and
scenes_with_the_desk.py, what must become of it in expected.py.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jobs.registry import handlers
from tests.upgrade.expected import (
    CLIMB,
    FORGOTTEN_DRILLS,
    LEFT_ALONE,
    OBJECTED_TO,
    OPEN,
    OVER,
    PATIENCE,
    REAL,
    Upgrade,
    When,
    spread,
)
from tests.upgrade.restored import COMPANIES, Key, Restored, Row, Snapshot

# The fixtures are most of it: they run in the first test that asks for them.
pytestmark = pytest.mark.timeout(240)

MOVE = "escalation.move"
RHYTHMS = {kind for kind, one in handlers.items() if one.every}
GONE = (CLIMB, "escalation.no_answer", "incidents.event_recorded:escalation.close_case")


@pytest.fixture(scope="module")
def house() -> Iterator[Restored]:
    restored = Restored()
    yield restored
    restored.drop()


@pytest.fixture(scope="module")
def upgrade(house: Restored) -> Upgrade:
    before = house.look()
    house.migrate()
    return Upgrade(before, house.look())


@pytest.fixture(scope="module")
def again(house: Restored, upgrade: Upgrade) -> Snapshot:
    """Migrated a second time."""
    house.migrate()
    return house.look()


@pytest.fixture(scope="module")
def back(house: Restored, again: Snapshot) -> tuple[str, Snapshot]:
    """The timekeeper; and what a press would have caused just before."""
    return house.work("press_and_come_back()"), house.look()


@pytest.fixture(scope="module")
def pressed(house: Restored, back: tuple[str, Snapshot]) -> dict[Key, dict[str, Any]]:
    caused = json.loads(back[0])
    return {house.names[UUID(public_id)]: found for public_id, found in caused.items()}


@pytest.fixture(scope="module")
def started(back: tuple[str, Snapshot]) -> Snapshot:
    return back[1]


@pytest.fixture(scope="module")
def moved(house: Restored, started: Snapshot) -> Snapshot:
    """Every incident's next move has come."""
    house.work("make_next_moves(1)")
    return house.look()


@pytest.fixture(scope="module")
def later(house: Restored, moved: Snapshot) -> Snapshot:
    """And the two after it."""
    house.work("make_next_moves(2)")
    return house.look()


def named(keys: list[Key]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("key", keys, ids="-".join)


def test_every_incident_of_the_dump_is_looked_at(upgrade: Upgrade) -> None:
    looked_at = [key for key, *_rest in OPEN] + FORGOTTEN_DRILLS + OBJECTED_TO + OVER
    assert sorted(looked_at) == sorted(upgrade.before.incidents)


@pytest.mark.parametrize(
    ("key", "moves", "when", "desk"), OPEN, ids=["-".join(key) for key, *_rest in OPEN]
)
def test_an_open_incident_has_the_next_move_of_the_table(
    upgrade: Upgrade, key: Key, moves: set[str], when: When, desk: str
) -> None:
    incident = upgrade.after.incidents[key]
    earliest, latest = when(upgrade, key)
    assert (incident["state"], incident["desk"]) == ("open", desk)
    assert incident["next_move"] in moves
    assert earliest <= incident["next_move_at"] <= latest


def jobs_of_moves(snapshot: Snapshot, key: Key) -> list[tuple[Any, ...]]:
    incident = str(snapshot.incidents[key]["public_id"])
    return [
        (job["key"], job["lane"], job["due_at"], job["payload"]["turn"])
        for job in snapshot.pending(MOVE)
        if job["payload"]["incident"] == incident
    ]


def job_of_next_move(snapshot: Snapshot, key: Key) -> tuple[Any, ...]:
    incident = snapshot.incidents[key]
    job = f"move:{incident['public_id']}:{incident['turn']}"
    return job, 0, incident["next_move_at"], incident["turn"]


@named(REAL)
def test_a_press_after_the_upgrade_calls(pressed: dict[Key, dict[str, Any]], key: Key) -> None:
    """People, the operator who has it, or everybody at the desk; at the latest in 30 seconds."""
    caused = pressed[key]
    is_called = caused["next_move"] in ("call", "choose") and caused["in_seconds"] <= 30
    assert caused["paged"] or caused["desk_was_told"] or is_called


def test_a_press_takes_back_who_set_out_days_ago(pressed: dict[Key, dict[str, Any]]) -> None:
    for company in ("acme", "globex"):
        assert not pressed[company, "set_out_days_ago"]["coming"]
        assert pressed[company, "set_out"]["coming"]


@named([key for key, *_rest in OPEN] + OBJECTED_TO)
def test_a_next_move_is_promised_by_one_job(upgrade: Upgrade, key: Key) -> None:
    assert jobs_of_moves(upgrade.after, key) == [job_of_next_move(upgrade.after, key)]


def test_nobody_else_has_a_move(upgrade: Upgrade) -> None:
    promised = {job["payload"]["incident"] for job in upgrade.after.pending(MOVE)}
    moving = [row for row in upgrade.after.incidents.values() if row["next_move"]]
    assert promised == {str(row["public_id"]) for row in moving}
    assert len(moving) == len(OPEN) + len(OBJECTED_TO)


def test_the_clock_of_a_move_is_the_column_it_is_read_from(upgrade: Upgrade) -> None:
    """Else the first event that comes would set another time."""
    clocks = {
        "call": ("call_at", timedelta(0)),
        "choose": ("call_at", timedelta(0)),
        "desk": ("desk_at", PATIENCE),
        "ask": ("remind_at", timedelta(0)),
        "close": ("remind_at", timedelta(0)),
    }
    for key, incident in upgrade.after.incidents.items():
        if incident["next_move"] in clocks:
            column, wait = clocks[incident["next_move"]]
            assert incident[column] + wait == incident["next_move_at"], key


def test_what_comes_for_many_is_spread(upgrade: Upgrade) -> None:
    for company in ("acme", "globex"):
        mine = [key for key, _moves, when, _desk in OPEN if when is spread and key[0] == company]
        moments = {upgrade.after.incidents[key]["next_move_at"] for key in mine}
        assert len(moments) == len(mine) > 1


@named(LEFT_ALONE)
def test_who_was_left_alone_for_long_is_in_the_fourth_lap(upgrade: Upgrade, key: Key) -> None:
    assert upgrade.after.incidents[key]["lap"] == 4


@named(LEFT_ALONE)
def test_those_in_charge_and_hr_are_told_first(
    upgrade: Upgrade, started: Snapshot, key: Key
) -> None:
    assert started.incidents[key]["turn"] == upgrade.after.incidents[key]["turn"]
    assert {"hanna", "boris"} <= set(told(upgrade.before, started, key))


def told(earlier: Snapshot, later: Snapshot, key: Key) -> list[str]:
    """Sign-in names, or none for a device, of the notices that are new."""
    known = {notice["id"] for notice in earlier.notices[key]}
    return [one["username"] or "" for one in later.notices[key] if one["id"] not in known]


def test_anyone_who_was_called_counts_as_called(upgrade: Upgrade) -> None:
    for key, incident in upgrade.after.incidents.items():
        before, rungs = upgrade.before.rungs[key], upgrade.after.rungs[key]
        called = [rung["climbed_at"] for rung in before]
        assert [rung["first_called_at"] for rung in rungs] == called, key
        this_round = upgrade.before.incidents[key]["round"]
        rounds = [this_round if moment else None for moment in called]
        if incident["state"] == "open":
            assert [rung["called_round"] for rung in rungs] == rounds, key


def test_a_plan_keeps_its_age_and_its_pace(upgrade: Upgrade) -> None:
    """Those who became responsible since are called by a cry; each step is as long as it was."""
    for key, incident in upgrade.after.incidents.items():
        for rung in upgrade.after.rungs[key]:
            frozen_at = rung["frozen_at"] or incident["opened_at"]
            assert frozen_at <= incident["opened_at"] + timedelta(seconds=1), key
            if rung["order"]:
                assert rung["step_seconds"] == rung["after_seconds"] / rung["order"], key


def test_what_the_desk_does_is_not_taken_for_news(upgrade: Upgrade) -> None:
    for key, incident in upgrade.after.incidents.items():
        if incident["desk"] in ("asked", "unanswered", "acting"):
            assert incident["desk_turn"] == upgrade.after.cases[key][0]["turn"], key
        if incident["desk"] == "ended":
            assert incident["desk_result"] == upgrade.after.cases[key][0]["result"], key


def test_who_has_seen_it_was_the_first_to_see_it(upgrade: Upgrade) -> None:
    for key, incident in upgrade.after.incidents.items():
        assert incident["first_seen_at"] == upgrade.before.incidents[key]["acknowledged_at"], key


def test_what_people_did_stays(upgrade: Upgrade) -> None:
    kept = (
        "number",
        "level",
        "drill",
        "opened_at",
        "acknowledged_at",
        "acknowledged_by_id",
        "coming_at",
        "coming_by_id",
        "support_requested_at",
    )
    for key, *_rest in OPEN:
        before, now = upgrade.before.incidents[key], upgrade.after.incidents[key]
        assert {name: before[name] for name in kept} == {name: now[name] for name in kept}, key


@pytest.mark.parametrize("company", COMPANIES)
def test_alarm_numbers_go_on_after_the_highest(
    house: Restored, again: Snapshot, company: str
) -> None:
    following, highest = house.next_and_highest(company)
    assert following > highest


@named(FORGOTTEN_DRILLS)
def test_a_forgotten_drill_is_closed_as_one(upgrade: Upgrade, key: Key) -> None:
    incident = upgrade.after.incidents[key]
    assert (incident["state"], incident["outcome"]) == ("closed", "drill")
    assert incident["next_move"] is None


@named([*FORGOTTEN_DRILLS, *OBJECTED_TO, *OVER])
def test_no_case_waits_for_an_incident_that_is_over(upgrade: Upgrade, key: Key) -> None:
    """The job that would have withdrawn it is gone; an operator who has it is told."""
    for case in upgrade.after.cases[key]:
        assert case["state"] == "closed" or (
            case["state"] == "claimed" and case["company_closed_at"] is not None
        )


@named(OBJECTED_TO)
def test_a_close_without_her_word_is_asked_about(upgrade: Upgrade, key: Key) -> None:
    before, now = upgrade.before.incidents[key], upgrade.after.incidents[key]
    assert (now["state"], now["next_move"]) == ("closed", "ask")
    assert now["next_move_at"] == before["upload_until"]


@named(OVER)
def test_who_has_answered_is_left_in_peace(upgrade: Upgrade, key: Key) -> None:
    incident = upgrade.after.incidents[key]
    assert (incident["state"], incident["next_move"]) == ("closed", None)


def test_jobs_of_the_former_release_that_nobody_would_run_are_gone(upgrade: Upgrade) -> None:
    assert upgrade.before.pending(*GONE)
    assert upgrade.after.pending(*GONE) == []
    steps = [job["payload"]["step"] for job in upgrade.after.pending("operations.climb")]
    assert set(steps) == {1, 2}


def test_every_job_that_waits_has_a_handler(upgrade: Upgrade) -> None:
    assert {job["kind"] for job in upgrade.after.pending()} <= set(handlers)


def is_replaced(job: Row) -> bool:
    climbs = job["kind"] == "operations.climb" and job["payload"]["step"] == 3
    return job["state"] == "pending" and (job["kind"] in GONE or climbs)


def name_of(job: Row) -> str:
    """What comes back in a rhythm has one name now."""
    rhythm = f"{job['kind']}:{job['company_id']}"
    return rhythm if job["kind"] in RHYTHMS else job["key"]


def promise(job: Row) -> tuple[Any, ...]:
    """A job that was being run when the database was stopped is run again."""
    state = "pending" if job["state"] == "leased" else job["state"]
    return (job["kind"], job["payload"], job["due_at"], job["attempts"], state)


def test_all_other_jobs_are_untouched(upgrade: Upgrade) -> None:
    """But those of a case that was closed, which have no reason any more."""
    over = [*FORGOTTEN_DRILLS, *OBJECTED_TO, *OVER]
    cases = {str(case["public_id"]) for key in over for case in upgrade.before.cases[key]}
    kept = [job for job in upgrade.before.jobs.values() if not is_replaced(job)]
    assert {job["state"] for job in kept} == {"pending", "leased", "done", "cancelled", "dead"}
    for job in kept:
        if job["payload"].get("case") in cases:
            continue
        if job["state"] in ("done", "cancelled"):
            assert upgrade.after.settled[job["key"]]["state"] == job["state"]
        else:
            assert promise(upgrade.after.jobs[name_of(job)]) == promise(job)


def test_migrating_again_changes_nothing(upgrade: Upgrade, again: Snapshot) -> None:
    assert again.incidents == upgrade.after.incidents
    assert again.rungs == upgrade.after.rungs
    assert again.cases == upgrade.after.cases
    assert again.jobs == upgrade.after.jobs


def test_nothing_fails_afterwards(again: Snapshot, later: Snapshot) -> None:
    known = {job["key"]: job["last_error"] for job in again.jobs.values()}
    failed = {
        (job["kind"], job["last_error"])
        for job in later.jobs.values()
        if job["last_error"] != known.get(job["key"], "")
        and not job["last_error"].startswith("Retry")
    }
    assert failed == set()


@named(REAL)
def test_when_its_move_comes_somebody_is_told_or_asked(
    started: Snapshot, moved: Snapshot, key: Key
) -> None:
    cases = [
        [(case["public_id"], case["state"], case["turn"]) for case in one.cases[key]]
        for one in (started, moved)
    ]
    assert told(started, moved, key) or cases[0] != cases[1]


@named(REAL)
def test_a_move_follows_every_move(moved: Snapshot, later: Snapshot, key: Key) -> None:
    for one in (moved, later):
        assert one.incidents[key]["state"] == "open"
        assert one.incidents[key]["next_move_at"] > one.at
        assert jobs_of_moves(one, key) == [job_of_next_move(one, key)]


def test_the_second_reminder_comes_an_hour_after_the_first(
    started: Snapshot, moved: Snapshot
) -> None:
    hour = timedelta(hours=1)
    for company in ("acme", "globex"):
        incident = moved.incidents[company, "safe"]
        assert incident["next_move"] == "close"
        assert started.at + hour < incident["next_move_at"] < moved.at + hour


@named(OBJECTED_TO)
def test_without_her_word_a_second_person_is_called(
    upgrade: Upgrade, moved: Snapshot, key: Key
) -> None:
    assert "second" in told(upgrade.after, moved, key)
    assert moved.incidents[key]["next_move"] is None
