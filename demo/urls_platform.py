"""On the platform's host: where the demo begins, and what was sent in it."""

from django.urls import path

from demo.front_page import front_page
from demo.mail_pages import one_mail, received
from demo.urls import urlpatterns as everywhere

urlpatterns = [
    path("", front_page, name="demo-landing"),
    path("demo/mail/", received, name="demo-mail"),
    path("demo/mail/<str:key>/", one_mail, name="demo-one-mail"),
    *everywhere,
]
