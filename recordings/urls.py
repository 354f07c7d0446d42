from django.urls import path

from recordings import mark_views, views

app_name = "recordings"
urlpatterns = [
    path("<uuid:pk>/listen", views.listen, name="listen"),
    path("<uuid:pk>/peaks", views.peaks, name="peaks"),
    path("<uuid:pk>/mark", mark_views.make, name="mark"),
    path("<uuid:pk>/marks", mark_views.marks, name="marks"),
    path("<uuid:pk>/marks/<uuid:mark_id>/withdraw", mark_views.withdraw, name="withdraw-mark"),
]
