"""Django's door under ASGI: a request is run in one thread, and only so many at once."""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.environment import TURNS
from tenants.hosts import last_known
from web.body_limits import ClientLeft, TooLong, body_of, plain, replayed
from web.busy import busy_answer
from web.problems import CONTENT_TYPE, Problem
from web.turns import NoTurn, Turns

DEVICE_API = "/api/v1/"
HEALTH = "/health/"
PATIENCE = 10.0
"""Seconds until a waiting client gets "too much is going on". The app gives up after five and sends
its press again: it leaves the line when it hangs up, and nothing is done twice. Buttons and
Shortcuts have only this one try, so their press is worth waiting for."""


class QueueingHandler(ASGIHandler):
    """All our middleware and views are synchronous: Django's own handler would go back and forth
    between loop and thread four times for each request.

    A burst waits here, in order and with its bodies read, and not as hundreds of threads that
    take the interpreter from each other and lose their patience with the pool. Pages never wait
    for taps, taps never for pages, and half of the turns are always left to other companies.
    """

    def __init__(self) -> None:
        super().__init__()
        self.turns = {name: Turns(TURNS[name]) for name in ("pages", "api", "health")}

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].startswith(DEVICE_API):
            await super().handle(scope, receive, send)
            return
        try:
            body = await body_of(scope, receive)
        except TooLong:
            await self.send_response(too_long(), send)
        except ClientLeft:
            return
        else:
            await super().handle(plain(scope, body), replayed(body, receive), send)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        turns = self.turns[kind_of(request.path)]
        company = last_known(request.META.get("HTTP_HOST", ""))
        respond: Any = sync_to_async(self._respond, thread_sensitive=True)
        try:
            response: HttpResponseBase = await turns.run(
                company, PATIENCE, lambda: respond(request)
            )
        except NoTurn:
            return busy_answer(request)
        return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        """Return the connection with the turn: a client that reads slowly keeps neither."""
        try:
            return self.get_response(request)
        finally:
            close_old_connections()


def too_long() -> HttpResponse:
    problem = Problem(413, "too-long")
    headers = {"Connection": "close"}  # the rest of the body is not waited for
    return HttpResponse(problem.as_bytes(), CONTENT_TYPE, problem.status, headers=headers)


def kind_of(path: str) -> str:
    if path.startswith(DEVICE_API):
        return "api"
    return "health" if path == HEALTH else "pages"
