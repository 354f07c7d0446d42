"""The company's daily round: rules over everybody, contacts that are due, closed weeks, retention.

Everything in it is idempotent, so a round that is killed is simply run again.
"""

from wellbeing.daily import forget_old, local_now, run_rules, tell_health_of_overdue
from wellbeing.followups import hand_out_due
from wellbeing.weekly_figures import close_quarter, close_weeks


def daily_round() -> None:
    today = local_now().date()
    run_rules(today)
    hand_out_due(today)
    tell_health_of_overdue(today)
    close_weeks(today)
    close_quarter(today)
    forget_old(today)
