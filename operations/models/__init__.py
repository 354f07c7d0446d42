"""The security company's desk, across companies, in the public schema.

These rows hold ids of companies, incidents and the desk's own staff: no name and no position of
anybody who asks for help. What the desk learns of them stays in the company's schema
(`granted_views`).
"""

from operations.models.case import Case
from operations.models.dispatch import Base, Dispatch, Responder
from operations.models.drill import JointDrill
from operations.models.emergency import EmergencyCall
from operations.models.grant import AccessGrant
from operations.models.granted_views import (
    SeenContact,
    SeenDeviceState,
    SeenEvent,
    SeenFix,
    SeenIncident,
    SeenLoudness,
    SeenMessage,
    SeenRecording,
)
from operations.models.memo import Memo
from operations.models.protocol import ProtocolStep, StepDone
from operations.models.shift import Centre, Handover, Shift

__all__ = [
    "AccessGrant",
    "Base",
    "Case",
    "Centre",
    "Dispatch",
    "EmergencyCall",
    "Handover",
    "JointDrill",
    "Memo",
    "ProtocolStep",
    "Responder",
    "SeenContact",
    "SeenDeviceState",
    "SeenEvent",
    "SeenFix",
    "SeenIncident",
    "SeenLoudness",
    "SeenMessage",
    "SeenRecording",
    "Shift",
    "StepDone",
]
