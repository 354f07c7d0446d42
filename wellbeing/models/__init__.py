"""How people are, day by day, and who asks them."""

from wellbeing.models.care import CareReason, CareTask, FollowUp, FollowUpChoice
from wellbeing.models.checkins import CheckIn, CheckInRevision, Look
from wellbeing.models.figures import IncidentFigure, WeeklyFigure
from wellbeing.models.settings import (
    RULE_NAMES,
    IconSet,
    RuleSetting,
    SupportLine,
    WellbeingSettings,
)

__all__ = [
    "RULE_NAMES",
    "CareReason",
    "CareTask",
    "CheckIn",
    "CheckInRevision",
    "FollowUp",
    "FollowUpChoice",
    "IconSet",
    "IncidentFigure",
    "Look",
    "RuleSetting",
    "SupportLine",
    "WeeklyFigure",
    "WellbeingSettings",
]
