from django.urls import path

from wellbeing import api

urlpatterns = [
    path("check-ins", api.OwnConditionsView.as_view()),
    path("check-ins/<str:on>", api.CheckInView.as_view()),
    path("me/conditions/<str:month>", api.OwnMonthView.as_view()),
    path("me/health-referral", api.ReferralView.as_view()),
    path("me/condition-looks", api.OwnLooksView.as_view()),
    path("me/conditions-export", api.OwnExportView.as_view()),
    path("me/incidents/<uuid:incident_id>/care", api.CareView.as_view()),
]
