from django.urls import path

from demo.views import sign_in

urlpatterns = [path("sign-in/<str:token>/", sign_in, name="demo-sign-in")]
