"""How long the response waits for whom."""

from datetime import timedelta

DESK_ANSWERS_WITHIN = timedelta(seconds=90)
ARRIVES_WITHIN = timedelta(minutes=10)
ARRIVAL_ANSWERED_WITHIN = timedelta(seconds=60)
SAFETY_ANSWERED_WITHIN = timedelta(minutes=5)
GOES_ON_ASKED_EVERY = timedelta(minutes=30)
REMINDED_FIRST = timedelta(minutes=10)
REMINDED_AGAIN = (timedelta(hours=1), timedelta(days=1))
DRILL_ENDS_AFTER = timedelta(minutes=30)

SAME_HAND = timedelta(seconds=5)
"""Phone and watch pressed by one person."""
JUST_CALLED = timedelta(seconds=30)
STANDS_STILL_AFTER = timedelta(seconds=5)
"""A clock that is later than this may never run: nobody waits for it."""
STALE = timedelta(minutes=10)
"""A person who set out longer ago than this is not waited for when she cries again."""
PLAN_IS_OLD_AFTER = timedelta(hours=12)
REOPENS_WITHIN = timedelta(hours=12)
AFTER_THE_DESK = timedelta(seconds=60)
HR_FROM_LAP = 3
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))


def pause(lap: int) -> timedelta:
    """Pause after so many laps (from 1) without anybody."""
    return PAUSES[min(lap, len(PAUSES)) - 1]


def reminder(reminders: int) -> timedelta:
    """Wait after so many reminders (from 1)."""
    return REMINDED_AGAIN[min(reminders, len(REMINDED_AGAIN)) - 1]
