from uuid import UUID

from incidents.models import Incident
from jobs.models import Job
from jobs.registry import Payload, subscriber
from recordings.services import link_recordings, waits_for_tap


def has_come_before(payload: Payload) -> bool:
    """Nearly never; a recording that comes after its tap finds it by itself."""
    return waits_for_tap(UUID(payload["tap_id"]))


# Lane 0: until it has run, nobody can listen.
@subscriber("incidents.tap_recorded", name="recordings.link", lane=0, wants=has_come_before)
def link(job: Job) -> None:
    incident = Incident.objects.select_related("device").get(public_id=job.payload["incident"])
    link_recordings(incident=incident, tap_id=UUID(job.payload["tap_id"]))
