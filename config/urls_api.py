"""The device API, /api/v1/ on a company's host. Each room owns its calls."""

from django.urls import include, path

from escalation import api as escalation
from notifications import api as notifications
from people import api as people

incident = [
    path("", escalation.OneIncidentView.as_view()),
    path("/raise", escalation.LevelView.as_view()),
    path("/answer", escalation.AnswerView.as_view()),
    path("/messages", escalation.MessagesView.as_view()),
    path("/close", escalation.CloseView.as_view()),
    path("/locations", escalation.LocationsView.as_view()),
]

urlpatterns = [
    path("devices/enroll", people.EnrolView.as_view()),
    path("device", escalation.OwnDeviceView.as_view()),
    path("device/push", people.PushView.as_view()),
    path("device/test-notice", escalation.TestNoticeView.as_view()),
    path("incidents", escalation.RaiseView.as_view()),
    path("incidents/<uuid:incident_id>", include(incident)),
    path("me/incidents", escalation.OwnIncidentsView.as_view()),
    path("notices/<uuid:notice_id>/receipts", notifications.ReceiptView.as_view()),
]
