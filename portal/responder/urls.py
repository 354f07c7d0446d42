"""The responder's page, under /field/ on the security company's host."""

from django.urls import path

from portal.responder import views

app_name = "responder"

ONE = "dispatches/<uuid:dispatch_id>/"

urlpatterns = [
    path("", views.page, name="page"),
    path("now", views.now, name="now"),
    path("part/", views.part, name="part"),
    path("position", views.position, name="position"),
    path(ONE + "accept/", views.accept, name="accept"),
    path(ONE + "decline/", views.decline, name="decline"),
    path(ONE + "depart/", views.depart, name="depart"),
    path(ONE + "arrive/", views.arrive, name="arrive"),
    path(ONE + "not-arrived/", views.not_arrived, name="not-arrived"),
    path(ONE + "leave/", views.leave, name="leave"),
    path(ONE + "message/", views.message, name="message"),
]
