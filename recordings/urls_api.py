from django.urls import path

from recordings.api import OwnPlaysView, RecordingsView

urlpatterns = [
    path("recordings", RecordingsView.as_view()),
    path("me/recordings/<uuid:recording_id>/plays", OwnPlaysView.as_view()),
]
