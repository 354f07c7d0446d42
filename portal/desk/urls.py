"""The desk's own book-keeping, under /desk/: shifts, hand-over, figures, set-up."""

from django.urls import path

from portal.desk import break_glass, drills, figures, ledger, setup, shifts, wall

app_name = "desk"

urlpatterns = [
    path("", shifts.shift, name="shift"),
    path("start/", shifts.start, name="start"),
    path("end/", shifts.end, name="end"),
    path("log/", shifts.log, name="log"),
    path("handovers/", shifts.offer, name="offer"),
    path("handovers/<uuid:handover_id>/cancel/", shifts.cancel, name="cancel"),
    path("drills/", drills.overview, name="drills"),
    path("drills/<uuid:drill_id>/agree/", drills.agree, name="agree"),
    path("drills/<uuid:drill_id>/decline/", drills.decline, name="decline"),
    path("break-glass/", break_glass.overview, name="break-glass"),
    path("wall/", wall.wall, name="wall"),
    path("figures/", figures.figures, name="figures"),
    path("figures.csv", figures.as_csv, name="csv"),
    path("dispatches/", ledger.dispatches, name="dispatches"),
    path("dispatches.csv", ledger.dispatches_as_csv, name="dispatches-csv"),
    path("closed/", ledger.closed, name="closed"),
    path("setup/", setup.overview, name="setup"),
    path("setup/<slug:kind>/add/", setup.add, name="add"),
    path("setup/<slug:kind>/<int:pk>/", setup.change, name="change"),
]
