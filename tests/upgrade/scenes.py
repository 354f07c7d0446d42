"""Who has come how far when the upgrade comes. A function's name is the incident's in the dump."""

# mypy: ignore-errors
# Of f78729c, like everything that make_dump runs.

from collections.abc import Callable

from scene import Scene

MINUTES, HOURS, DAYS = 60, 3600, 86400

# In both companies


def first_called(s: Scene) -> None:
    s.press()
    s.wait(4)


def call_overdue(s: Scene) -> None:
    s.press()
    s.wait(2 * MINUTES)


def both_called(s: Scene) -> None:
    """With a contract the desk is next; without one the ladder has run out."""
    s.press()
    s.wait(30)
    s.climb()
    s.wait(4)


def acknowledged(s: Scene) -> None:
    s.press()
    s.wait(4)
    s.acknowledged()


def choosing(s: Scene) -> None:
    """The call of the next was put off until the end of his minute."""
    s.press()
    s.wait(20)
    s.acknowledged()
    s.wait(10)
    s.climb()


def joined(s: Scene) -> None:
    s.press()
    s.wait(4)
    s.press_on_the_watch()


def climb_died(s: Scene) -> None:
    s.press()
    s.wait(10 * MINUTES)
    s.climb_dies()


def set_out(s: Scene) -> None:
    s.press()
    s.wait(20)
    s.boris_sets_out()
    s.wait(4 * MINUTES)


def set_out_days_ago(s: Scene) -> None:
    set_out(s)
    s.wait(3 * DAYS)


def safe(s: Scene) -> None:
    s.press()
    s.wait(20)
    s.says("safe")
    s.wait(2 * MINUTES)


def safe_while_he_comes(s: Scene) -> None:
    set_out(s)
    s.says("safe")


def safe_days_ago(s: Scene) -> None:
    safe(s)
    s.wait(3 * DAYS)


def pressed_after_safe(s: Scene) -> None:
    """It called nobody then, nor did まだ続いています."""
    safe(s)
    s.press_on_the_watch()


def still_going_after_safe(s: Scene) -> None:
    safe(s)
    s.says("still_going")


def reopened(s: Scene) -> None:
    s.press()
    s.wait(20)
    s.boris_closes()
    s.case_follows()
    s.wait(60)
    s.says("still_going")
    s.wait(4)


def counter(s: Scene) -> None:
    """Nobody is assigned: the desk at once, or nobody at all."""
    s.press_at_the_counter()
    s.wait(20)


def drill(s: Scene) -> None:
    s.press(drill=True)
    s.wait(5 * MINUTES)


def drill_coming(s: Scene) -> None:
    s.press(drill=True)
    s.boris_sets_out()
    s.wait(5 * MINUTES)


def drill_forgotten(s: Scene) -> None:
    s.press(drill=True)
    s.wait(2 * HOURS)


def drill_forgotten_coming(s: Scene) -> None:
    drill_coming(s)
    s.wait(2 * HOURS)


def closed_by_boris(s: Scene) -> None:
    s.press()
    s.acknowledged()
    s.wait(60)
    s.boris_closes()
    s.case_follows()
    s.wait(60)


def closed_answer_overdue(s: Scene) -> None:
    closed_by_boris(s)
    s.wait(6 * MINUTES)


def closed_then_safe(s: Scene) -> None:
    closed_by_boris(s)
    s.says("safe")


def closed_twice(s: Scene) -> None:
    reopened(s)
    s.boris_closes()
    s.case_follows()
    s.wait(60)


def closed_and_asked(s: Scene) -> None:
    closed_by_boris(s)
    s.wait(4 * MINUTES)
    s.nobody_answers()
    s.wait(1 * HOURS)


def closed_herself(s: Scene) -> None:
    s.press()
    s.wait(60)
    s.closes_herself()


# Without a contract


def run_out(s: Scene) -> None:
    both_called(s)
    s.wait(5 * MINUTES)


def run_out_days_ago(s: Scene) -> None:
    both_called(s)
    s.wait(5 * DAYS)


def acknowledged_days_ago(s: Scene) -> None:
    acknowledged(s)
    s.wait(70)
    s.climb()
    s.wait(5 * DAYS)


Play = Callable[[Scene], None]
BOTH: list[Play] = [
    first_called, call_overdue, both_called, acknowledged, choosing, joined, climb_died,
    set_out, set_out_days_ago, safe, safe_while_he_comes, safe_days_ago,
    pressed_after_safe, still_going_after_safe, reopened, counter,
    drill, drill_coming, drill_forgotten, drill_forgotten_coming,
    closed_by_boris, closed_answer_overdue, closed_then_safe, closed_twice, closed_and_asked,
    closed_herself,
]  # fmt: skip
WITHOUT_CONTRACT: list[Play] = [run_out, run_out_days_ago, acknowledged_days_ago]
