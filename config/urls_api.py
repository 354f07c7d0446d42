"""The device API, /api/v1/ on a company's host. Each app owns its calls."""

from django.urls import include, path, re_path

from escalation.api import device_state, tap
from escalation.api import incidents as escalation
from notifications import api as notifications
from people.devices import api as people

INCIDENT = "incidents/<uuid:incident_id>"

urlpatterns = [
    path("devices/enroll", people.EnrolView.as_view()),
    path("device", escalation.OwnDeviceView.as_view()),
    path("device/state", device_state.DeviceStateView.as_view()),
    path("device/push", people.PushView.as_view()),
    path("device/web-push", notifications.WebPushView.as_view()),
    path("device/test-notice", escalation.TestNoticeView.as_view()),
    path("device/tap-token", tap.TapTokensView.as_view()),
    path("device/tap-token/<uuid:device_id>", tap.TapTokenView.as_view()),
    path("tap/<str:tap_token>", tap.TapView.as_view()),
    path("incidents", escalation.RaiseView.as_view()),
    path(INCIDENT, escalation.OneIncidentView.as_view()),
    path(f"{INCIDENT}/raise", escalation.LevelView.as_view()),
    path(f"{INCIDENT}/answer", escalation.AnswerView.as_view()),
    path(f"{INCIDENT}/messages", escalation.MessagesView.as_view()),
    path(f"{INCIDENT}/close", escalation.CloseView.as_view()),
    path(f"{INCIDENT}/locations", escalation.LocationsView.as_view()),
    path("me/devices", people.OwnDevicesView.as_view()),
    path("me/incidents", escalation.OwnIncidentsView.as_view()),
    path("", include("recordings.urls_api")),
    path("", include("wellbeing.urls_api")),
    path("notices/<uuid:notice_id>/receipts", notifications.ReceiptView.as_view()),
    re_path(r"[\s\S]*", people.UnknownCallView.as_view()),  # line feeds included
]
