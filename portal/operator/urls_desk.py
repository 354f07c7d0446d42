"""The desk's own book-keeping, under /desk/: shifts, hand-over, figures, set-up."""

from django.urls import path

from portal.operator import (
    desk_drills,
    desk_figures,
    desk_glass,
    desk_setup,
    desk_shifts,
    desk_wall,
)

app_name = "desk"

urlpatterns = [
    path("", desk_shifts.shift, name="shift"),
    path("start/", desk_shifts.start, name="start"),
    path("end/", desk_shifts.end, name="end"),
    path("log/", desk_shifts.log, name="log"),
    path("handovers/", desk_shifts.offer, name="offer"),
    path("handovers/<uuid:handover_id>/cancel/", desk_shifts.cancel, name="cancel"),
    path("drills/", desk_drills.overview, name="drills"),
    path("drills/<uuid:drill_id>/agree/", desk_drills.agree, name="agree"),
    path("drills/<uuid:drill_id>/decline/", desk_drills.decline, name="decline"),
    path("break-glass/", desk_glass.glass, name="glass"),
    path("wall/", desk_wall.wall, name="wall"),
    path("figures/", desk_figures.figures, name="figures"),
    path("figures.csv", desk_figures.as_csv, name="csv"),
    path("setup/", desk_setup.overview, name="setup"),
    path("setup/<slug:kind>/add/", desk_setup.add, name="add"),
    path("setup/<slug:kind>/<int:pk>/", desk_setup.change, name="change"),
]
