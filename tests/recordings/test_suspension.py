"""A company is suspended in the middle of a stream: its device never pauses, and is refused."""

import asyncio
import itertools

import pytest
from django.db import connection

from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tests.recordings.conftest import Recorder, recorder, run
from tests.recordings.sounds import unit

__all__ = ["recorder"]


def test_a_stream_without_a_pause_is_refused_once_the_host_is_asked_for_again(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.hosts.CACHE_SECONDS", 0.5)  # instead of ten
    forget_cached_companies()

    def suspend() -> None:
        Company.objects.filter(pk=recorder.company.pk).update(is_suspended=True)
        connection.close()

    async def stream() -> int:
        assert (await recorder.put(0, unit())).status == 201
        await asyncio.to_thread(suspend)
        async with asyncio.timeout(60):
            for seq in itertools.count(1):
                answer = await recorder.put(seq, unit())
                if answer.status != 201:
                    return answer.status
                await asyncio.sleep(0.05)
        raise AssertionError

    try:
        assert run(stream()) == 404
    finally:
        Company.objects.filter(pk=recorder.company.pk).update(is_suspended=False)
        forget_cached_companies()
