"""On every host of the demo."""

from django.urls import URLPattern, URLResolver, path

from demo.views import sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("demo/sign-in/<str:token>/", sign_in, name="demo-sign-in")
]
