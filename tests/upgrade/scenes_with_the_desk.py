"""The same for a company with a support contract: how far the desk has come."""

# mypy: ignore-errors
# Of f78729c, like everything that make_dump runs.

from scene import Scene
from scenes import DAYS, HOURS, MINUTES, Play, both_called


def asked(s: Scene) -> None:
    s.press()
    s.boris_asks_the_desk()
    s.wait(4)


def asked_by_her(s: Scene) -> None:
    s.press("support")
    s.wait(75)


def asked_by_the_ladder(s: Scene) -> None:
    both_called(s)
    s.wait(26)
    s.climb()
    s.wait(4)


def asked_long_ago(s: Scene) -> None:
    asked(s)
    s.wait(10 * MINUTES)


def asked_and_safe(s: Scene) -> None:
    asked(s)
    s.says("safe")


def asked_while_he_comes(s: Scene) -> None:
    s.press()
    s.boris_sets_out()
    s.boris_asks_the_desk()
    s.wait(4)


def asked_again_after_reopening(s: Scene) -> None:
    """The first case ended with the close."""
    asked(s)
    s.boris_closes()
    s.case_follows()
    s.wait(30)
    s.says("still_going")
    s.boris_asks_the_desk()
    s.wait(4)


def reopened_without_the_desk(s: Scene) -> None:
    """Its case was withdrawn by the close: that is no end by the desk."""
    asked(s)
    s.boris_closes()
    s.case_follows()
    s.wait(30)
    s.says("still_going")
    s.wait(4)


def silence_not_followed(s: Scene) -> None:
    """90 seconds are over at the desk; the company has not been told yet."""
    asked(s)
    s.nobody_takes_it()


def unanswered(s: Scene) -> None:
    silence_not_followed(s)
    s.follow_desk()
    s.wait(4)


def unanswered_to_the_end(s: Scene) -> None:
    """The second ladder has run out as well: nothing is promised any more."""
    unanswered(s)
    for _rung in ("second", "desk"):
        s.wait(26)
        s.climb()
        s.wait(4)


def unanswered_for_hours(s: Scene) -> None:
    unanswered_to_the_end(s)
    s.wait(5 * HOURS)


def unanswered_while_he_comes(s: Scene) -> None:
    asked_while_he_comes(s)
    s.nobody_takes_it()
    s.follow_desk()
    s.wait(4)


def unanswered_and_safe(s: Scene) -> None:
    unanswered(s)
    s.says("safe")


def claimed(s: Scene) -> None:
    asked(s)
    s.claimed()
    s.follow_desk()
    s.wait(5 * MINUTES)


def claimed_and_safe(s: Scene) -> None:
    claimed(s)
    s.says("safe")


def claimed_while_he_comes(s: Scene) -> None:
    asked_while_he_comes(s)
    s.claimed()
    s.follow_desk()
    s.wait(2 * MINUTES)


def claimed_after_silence(s: Scene) -> None:
    """Taken a moment ago, which the company has not heard: its own ladder still climbs."""
    unanswered(s)
    s.claimed()


def given_back(s: Scene) -> None:
    claimed(s)
    s.given_back()
    s.follow_desk()
    s.wait(4)


def desk_closed(s: Scene) -> None:
    claimed(s)
    s.desk_closes()
    s.follow_desk()
    s.wait(2 * MINUTES)


def desk_closed_days_ago(s: Scene) -> None:
    desk_closed(s)
    s.wait(5 * DAYS)


def desk_closed_while_he_comes(s: Scene) -> None:
    claimed_while_he_comes(s)
    s.desk_closes()
    s.follow_desk()
    s.wait(60)


def desk_closed_and_safe(s: Scene) -> None:
    desk_closed(s)
    s.says("safe")


def drill_without_the_desk(s: Scene) -> None:
    """It would have been asked now: that is all that an internal drill does."""
    s.press(drill=True)
    s.wait(30)
    s.climb()
    s.wait(30)
    s.climb()
    s.wait(4 * MINUTES)


def closed_while_asked(s: Scene) -> None:
    """The desk has not heard of it yet: its case still waits."""
    asked(s)
    s.boris_closes()
    s.wait(4)


def closed_herself_while_asked(s: Scene) -> None:
    asked(s)
    s.closes_herself()


def closed_while_claimed(s: Scene) -> None:
    claimed(s)
    s.boris_closes()
    s.wait(4)


# During a joint drill


def joint_drill(s: Scene) -> None:
    s.press(drill=True)
    s.boris_asks_the_desk()
    s.wait(4)


def joint_drill_forgotten(s: Scene) -> None:
    joint_drill(s)
    s.wait(2 * HOURS)


def joint_drill_forgotten_claimed(s: Scene) -> None:
    joint_drill(s)
    s.claimed()
    s.follow_desk()
    s.wait(2 * HOURS)


WITH_CONTRACT: list[Play] = [
    asked, asked_by_her, asked_by_the_ladder, asked_long_ago, asked_and_safe, asked_while_he_comes,
    asked_again_after_reopening, reopened_without_the_desk,
    silence_not_followed, unanswered, unanswered_to_the_end, unanswered_for_hours,
    unanswered_while_he_comes, unanswered_and_safe,
    claimed, claimed_and_safe, claimed_while_he_comes, claimed_after_silence, given_back,
    desk_closed, desk_closed_days_ago, desk_closed_while_he_comes, desk_closed_and_safe,
    drill_without_the_desk,
    closed_while_asked, closed_herself_while_asked, closed_while_claimed,
]  # fmt: skip
JOINT: list[Play] = [joint_drill, joint_drill_forgotten, joint_drill_forgotten_claimed]
