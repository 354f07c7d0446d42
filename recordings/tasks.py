from uuid import UUID

from incidents.models import Incident
from jobs.models import Job
from jobs.registry import subscriber
from recordings.services import link_recordings


# Lane 0: until it has run, nobody can listen.
@subscriber("incidents.tap_recorded", name="recordings.link", lane=0)
def link(job: Job) -> None:
    incident = Incident.objects.select_related("device").get(public_id=job.payload["incident"])
    link_recordings(incident=incident, tap_id=UUID(job.payload["tap_id"]))
