"""The record of an alarm: the alarm itself, what happened in it, and how long it is kept."""

from incidents.models.category import Category, Classification
from incidents.models.device_state import DeviceState
from incidents.models.event import IncidentEvent
from incidents.models.incident import LATE_AFTER, LONGEST_NAME, Incident, IncidentQuerySet
from incidents.models.location import LocationFix
from incidents.models.message import Message
from incidents.models.read_mark import ReadMark
from incidents.models.retention import RetentionSettings
from incidents.models.tap import Tap

__all__ = [
    "LATE_AFTER",
    "LONGEST_NAME",
    "Category",
    "Classification",
    "DeviceState",
    "Incident",
    "IncidentEvent",
    "IncidentQuerySet",
    "LocationFix",
    "Message",
    "ReadMark",
    "RetentionSettings",
    "Tap",
]
