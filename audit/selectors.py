"""Reading streams together with where they stand."""

from typing import Any

from django.db.models import OuterRef, Subquery

from audit.models import AuditEvent, AuditHead
from audit.verify import ChainProblem, verify_stream


def problems_of(stream: str) -> list[ChainProblem]:
    """Verify a stream as it stands. Entries and head come from one statement, because other
    transactions append meanwhile."""
    head = AuditHead.objects.filter(stream=OuterRef("stream"))
    events = list(
        AuditEvent.objects.of(stream).annotate(
            head_seq=Subquery(head.values("seq")[:1]),
            head_hash=Subquery(head.values("hash")[:1]),
        )
    )
    if not events:
        return verify_stream([], AuditHead.objects.filter(stream=stream).first())
    last: Any = events[-1]
    known = last.head_seq is not None
    stood = AuditHead(stream=stream, seq=last.head_seq, hash=last.head_hash) if known else None
    return verify_stream(events, stood)
