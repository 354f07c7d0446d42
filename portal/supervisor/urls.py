"""The supervisor's portal, under /portal/ on a company's host."""

from django.urls import path

from portal.supervisor import (
    actions,
    alerts,
    closed,
    closed_file,
    joint_drills,
    notices,
    reach,
    views,
)

app_name = "supervisor"

urlpatterns = [
    path("", views.incidents, name="incidents"),
    path("open/", views.open_incidents, name="open"),
    path("closed/", closed.closed, name="closed"),
    path("closed.csv", closed_file.closed_csv, name="closed-csv"),
    path("poll", views.poll, name="poll"),
    path("incidents/<uuid:public_id>/", views.incident, name="incident"),
    path("incidents/<uuid:public_id>/parts/", views.incident_parts, name="incident-parts"),
    path("incidents/<uuid:public_id>/positions", views.positions, name="positions"),
    path("incidents/<uuid:public_id>/acknowledge/", actions.acknowledge, name="acknowledge"),
    path("incidents/<uuid:public_id>/head-out/", actions.head_out, name="head-out"),
    path("incidents/<uuid:public_id>/still-on-way/", actions.still_on_way, name="still-on-way"),
    path("incidents/<uuid:public_id>/cannot-come/", actions.cannot_come, name="cannot-come"),
    path("incidents/<uuid:public_id>/arrive/", actions.arrive, name="arrive"),
    path("incidents/<uuid:public_id>/reopen/", actions.reopen, name="reopen"),
    path("incidents/<uuid:public_id>/ask-on-site/", actions.ask_on_site, name="ask-on-site"),
    path("incidents/<uuid:public_id>/support/", actions.request_support, name="request-support"),
    path("incidents/<uuid:public_id>/called-110/", actions.called_110, name="called-110"),
    path("incidents/<uuid:public_id>/read/", views.read, name="read"),
    path("incidents/<uuid:public_id>/message/", actions.message, name="message"),
    path("incidents/<uuid:public_id>/close/", actions.close, name="close"),
    path("incidents/<uuid:public_id>/note/", actions.note, name="note"),
    path("incidents/<uuid:public_id>/classify/", actions.classify, name="classify"),
    path("joint-drills/", joint_drills.joint_drills, name="drills"),
    path("joint-drills/<uuid:drill_id>/cancel/", joint_drills.cancel_drill, name="cancel-drill"),
    path("watching/", alerts.watching, name="watching"),
    path("watching/poll", alerts.watching_poll, name="watching-poll"),
    path("n/<uuid:public_id>/", alerts.notice, name="notice"),
    path("reach/<uuid:public_id>/", reach.reach, name="reach"),
    path("reach/<uuid:public_id>/receipts/", reach.receipts, name="reach-receipts"),
    path("push/", alerts.save_push, name="push"),
    path("notices/", notices.standing, name="notices"),
    path("notices/test/", notices.test, name="notices-test"),
    path("notices/answer/", notices.answer, name="notices-answer"),
    path("sw.js", alerts.service_worker, name="service-worker"),
]
