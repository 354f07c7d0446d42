"""The operators' desk, under /console/ on the security company's host."""

from django.urls import path

from portal.operator import actions, marks, views

app_name = "operator"

urlpatterns = [
    path("", views.cases, name="cases"),
    path("queue/", views.queue, name="queue"),
    path("idle/", views.idle, name="idle"),
    path("search/", views.search, name="search"),
    path("poll", views.poll, name="poll"),
    path("alive", views.alive, name="alive"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("cases/<uuid:case_id>/parts/", views.parts, name="parts"),
    path("cases/<uuid:case_id>/positions", views.positions, name="positions"),
    path("cases/<uuid:case_id>/read-aloud/", views.read_aloud, name="read-aloud"),
    path("cases/<uuid:case_id>/recordings/<uuid:recording_id>/listen", views.listen, name="listen"),
    path("cases/<uuid:case_id>/recordings/<uuid:recording_id>/peaks", views.peaks, name="peaks"),
    path("cases/<uuid:case_id>/recordings/<uuid:recording_id>/mark", marks.make, name="mark"),
    path("cases/<uuid:case_id>/recordings/<uuid:recording_id>/marks", marks.marks, name="marks"),
    path(
        "cases/<uuid:case_id>/recordings/<uuid:recording_id>/marks/<uuid:mark_id>/withdraw",
        marks.withdraw,
        name="withdraw-mark",
    ),
    path("cases/<uuid:case_id>/claim/", actions.claim, name="claim"),
    path("cases/<uuid:case_id>/give-back/", actions.give_back, name="give-back"),
    path("cases/<uuid:case_id>/message/", actions.message, name="message"),
    path("cases/<uuid:case_id>/note/", actions.note, name="note"),
    path("cases/<uuid:case_id>/phoned/", actions.phoned, name="phoned"),
    path("cases/<uuid:case_id>/emergency/", actions.emergency, name="emergency"),
    path("cases/<uuid:case_id>/reference/", actions.reference, name="reference"),
    path("cases/<uuid:case_id>/step/", actions.step, name="step"),
    path("cases/<uuid:case_id>/send/", actions.send, name="send"),
    path("cases/<uuid:case_id>/reserve/", actions.reserve, name="reserve"),
    path(
        "cases/<uuid:case_id>/dispatches/<uuid:dispatch_id>/advance/",
        actions.advance,
        name="advance",
    ),
    path(
        "cases/<uuid:case_id>/dispatches/<uuid:dispatch_id>/call-back/",
        actions.call_back,
        name="call-back",
    ),
    path("cases/<uuid:case_id>/hand-over/", actions.hand_over, name="hand-over"),
    path("cases/<uuid:case_id>/close/", actions.close, name="close"),
    path("cases/<uuid:case_id>/break-glass/", actions.ask_break_glass, name="ask-break-glass"),
    path("cases/<uuid:case_id>/read-along/", actions.read_along, name="read-along"),
    path("memos/", actions.write_memo, name="write-memo"),
    path("memos/<uuid:memo_id>/done/", actions.tick_memo, name="tick-memo"),
    path("handovers/<uuid:handover_id>/", views.offer, name="offer"),
    path("handovers/<uuid:handover_id>/take-over/", actions.take_over, name="take-over"),
    path(
        "break-glass/<uuid:grant_id>/approve/",
        actions.approve_break_glass,
        name="approve-break-glass",
    ),
    path("break-glass/<uuid:grant_id>/end/", actions.end_break_glass, name="end-break-glass"),
]
