"""A list of employees on its way in.

checking -> checked             nothing is wrong with it; what would change is kept for the page
checking -> refused             why is kept for the page, and its wrong rows as a file
checked -> importing            confirmed; one at a time in a company
checked -> checking             confirmed when another import had changed people since the look
importing -> imported           `run` says what changed
importing -> refused            wrong by now: nothing was imported
checking | importing -> failed  tried too often: nothing was imported

The row is deleted at `kept_until`; the file itself as soon as nobody needs it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.models.import_run import ImportRun


class Upload(models.Model):
    class State(models.TextChoices):
        CHECKING = "checking"
        CHECKED = "checked"
        REFUSED = "refused"
        IMPORTING = "importing"
        IMPORTED = "imported"
        FAILED = "failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    kept_until = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    # What the page shows, in the uploader's language.
    outcome = models.JSONField(default=dict)
    wrong_rows = models.BinaryField(null=True)
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="importing"), name="one_import_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.CHECKING, self.State.IMPORTING}
