"""Conditions and care, under /portal/ on a company's host."""

from django.urls import path

from portal.conditions import by_mail, erasure, trends, views

app_name = "conditions"

urlpatterns = [
    path("conditions/", views.board, name="board"),
    path("conditions/sheet.xlsx", views.sheet, name="sheet"),
    path("conditions/paper/", views.paper, name="paper"),
    path("conditions/people/<uuid:public_id>/", views.person, name="person"),
    path("conditions/figures/", trends.figures, name="figures"),
    path("check-in/<uuid:public_id>/", by_mail.answer, name="answer"),
    path("conditions/erase/", erasure.erase_conditions, name="erase"),
    path("care/", views.care, name="care"),
    path("care/<uuid:public_id>/settle/", views.settle, name="settle"),
    path("care/<uuid:public_id>/later/", views.later, name="later"),
    path("care/<uuid:public_id>/undo/", views.undo, name="undo"),
]
