"""On a demo company's host."""

from django.urls import path

from demo.phone import phone
from demo.urls import urlpatterns as everywhere

urlpatterns = [*everywhere, path("demo/phone/<str:token>/", phone, name="demo-phone")]
