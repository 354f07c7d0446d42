"""Announced exercises (訓練): who is notified, who takes part, and when one is passed."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from escalation.models import Exercise
from incidents.models import Incident
from jobs.clock import database_now
from jobs.services import cancel, schedule
from notifications.services import send_notice
from people.models import Device
from people.supervision.selectors import devices_within
from tenants.context import current_company


@transaction.atomic
def announce_exercise(*, exercise: Exercise, actor: Actor) -> None:
    """Publish the exercise; those who take part are notified when it begins."""
    assert actor.user_id
    exercise.announced_by_id = actor.user_id
    exercise.save()
    schedule(
        current_company(),
        kind="escalation.exercise_begins",
        key=_job_key(exercise),
        payload={"exercise": exercise.pk},
        due_at=exercise.starts_at,
    )
    append(ADMIN_STREAM, "exercise.announced", actor, exercise=exercise.pk)


@transaction.atomic
def end_exercise(*, exercise: Exercise, actor: Actor) -> bool:
    """End it now; one that has not begun is over before it begins."""
    now = database_now()
    running = Exercise.objects.filter(pk=exercise.pk, ends_at__gt=now)
    first = min(now, exercise.starts_at)
    if not running.update(starts_at=first, ends_at=now):
        return False
    cancel(_job_key(exercise))
    append(ADMIN_STREAM, "exercise.ended", actor, exercise=exercise.pk)
    return True


def _job_key(exercise: Exercise) -> str:
    return f"escalation.exercise_begins:{current_company().schema}:{exercise.pk}"


def tell_that_it_begins(exercise: Exercise) -> None:
    if exercise.ends_at <= database_now():
        return
    taking_part = devices_within(site_id=exercise.site_id, department_id=exercise.department_id)
    for device in taking_part.select_related("employee", "post"):
        send_notice(
            recipient=device,
            kind="exercise",
            title=gettext_lazy("An exercise has begun. The button asks whether it is a drill."),
            path="/app/",
            drill=True,
            dedupe=f"exercise:{exercise.pk}:device:{device.pk}",
            lane=1,
        )


def running_for(device: Device) -> Exercise | None:
    """The running exercise of a device's holder; of two the one that ends last."""
    return Exercise.objects.around(Now()).of(device).order_by("-ends_at").first()


def note_passed(incident: Incident) -> None:
    """Note it passed when a supervisor sees the first drill tap, in the same transaction."""
    if incident.drill == Incident.Drill.NONE:
        return
    exercises = Exercise.objects.around(incident.opened_at).of(incident.device)
    exercises.filter(passed_at__isnull=True).update(passed_at=Now(), passed_with=incident)
