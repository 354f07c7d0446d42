import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import LONGEST_NAME, Incident


class Message(models.Model):
    class Author(models.TextChoices):
        EMPLOYEE = "employee", _("employee")
        SUPERVISOR = "supervisor", _("supervisor")
        OPERATOR = "operator", _("operator")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="messages")
    client_id = models.UUIDField()
    author_kind = models.CharField(max_length=10, choices=Author)
    author_id = models.CharField(max_length=40)
    author_name = models.CharField(max_length=LONGEST_NAME)
    text = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "client_id"], name="one_message_per_client_id"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
