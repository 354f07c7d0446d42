from django.urls import path

from recordings import views

app_name = "recordings"
urlpatterns = [
    path("<uuid:pk>/listen", views.listen, name="listen"),
    path("<uuid:pk>/peaks", views.peaks, name="peaks"),
]
