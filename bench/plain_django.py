"""The peer: a plain Django view that stores a unit, no less durably than ours and no more.

It asks for no token, checks no digest and seals nothing.
"""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from psycopg.conninfo import conninfo_to_dict

_parts = conninfo_to_dict(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY="of the bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _parts["dbname"],
            "USER": _parts.get("user", ""),
            "PASSWORD": _parts.get("password", ""),
            "HOST": _parts.get("host", ""),
            "PORT": _parts.get("port", ""),
            "OPTIONS": {"pool": {"min_size": 2, "max_size": 8}},
        }
    },
)


def put_unit(request: HttpRequest, recording: str, seq: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_unit VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [recording, seq, request.body],
        )
    return HttpResponse(status=201)


urlpatterns = [path("units/<str:recording>/<int:seq>", put_unit)]
application = get_asgi_application()
