"""Peers that do not answer rest, so that threads wait for one of them and not for all.

Of one process: each finds out by itself.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from notifications.channels.errors import DeliveryError, NoAnswer, PeerRests

IN_A_ROW = 3
PROBE_EVERY = 5.0


@dataclass(slots=True)
class Silence:
    times: int = 0
    probe_at: float = 0.0
    """Never, while somebody is probing."""


class Breaker:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._silent: dict[str, Silence] = {}

    @contextmanager
    def call(self, peer: str) -> Iterator[None]:
        """Guard one try, which may raise NoAnswer. Raises PeerRests where none is made."""
        self._let_through(peer)
        try:
            yield
        except NoAnswer:
            self._note_silence(peer, times=1)
            raise
        except DeliveryError:
            self._note_answer(peer)
            raise
        except BaseException:  # says nothing of the peer
            self._note_silence(peer, times=0)
            raise
        self._note_answer(peer)

    def _let_through(self, peer: str) -> None:
        with self._lock:
            silence = self._silent.get(peer)
            if silence is None or silence.times < IN_A_ROW:
                return
            wait = silence.probe_at - self._clock()
            if wait > 0:
                raise PeerRests(peer, min(wait, PROBE_EVERY))
            silence.probe_at = math.inf

    def _note_silence(self, peer: str, *, times: int) -> None:
        with self._lock:
            silence = self._silent.setdefault(peer, Silence())
            silence.times += times
            silence.probe_at = self._clock() + PROBE_EVERY

    def _note_answer(self, peer: str) -> None:
        with self._lock:
            self._silent.pop(peer, None)


BREAKER = Breaker()
"""Shared by every channel: a peer that is away is away for all callers."""
