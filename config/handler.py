"""Django's door under ASGI: a request is run in one thread, and only so many at once."""

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.environment import MOST_CONNECTIONS


class Handler(ASGIHandler):
    """All our middleware and views are synchronous: Django's own handler would go back and forth
    between loop and thread four times for each request.

    A burst waits here, in order and with its bodies read, and not as hundreds of threads that
    take the interpreter from each other and lose their patience with the pool.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        async with self._turns:
            respond: Any = sync_to_async(self.get_response, thread_sensitive=True)
            response: HttpResponseBase = await respond(request)
            return response
