"""Sound that a device recorded around a tap, in units of about a second, and who played it.

    recording -> ended (closed_at, last_seq) -> complete (manifest_sha256) -> erased (erased_at)

Units may come late, twice and out of order; a unit that was acknowledged is never changed. The
media planes reach these tables with schema-qualified SQL: a change here is a change there.
"""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from incidents.models import LONGEST_NAME, Incident
from people.models import Device

SAMPLES_PER_FRAME = 1024


class RecordingQuerySet(models.QuerySet["Recording"]):
    def of_holder(self, device: Device) -> "RecordingQuerySet":
        if device.employee_id:
            return self.filter(device__employee=device.employee_id)
        return self.filter(device__post=device.post_id)

    def of_tap(self, tap_id: uuid.UUID) -> "RecordingQuerySet":
        return self.filter(tap_id=tap_id, incident__isnull=True)


class Recording(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.UUIDField(unique=True)
    tap_id = models.UUIDField(db_index=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="recordings"
    )
    device = models.ForeignKey(Device, models.PROTECT, related_name="recordings")
    codec = models.CharField(_("codec"), max_length=20, default="aac-lc")
    sample_rate = models.PositiveIntegerField(_("sample rate"))
    frames_per_unit = models.PositiveSmallIntegerField(_("frames per unit"))
    started_at = models.DateTimeField(_("started at"))
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    last_seq = models.BigIntegerField(null=True, blank=True)
    gaps = models.JSONField(default=list, blank=True)
    chain = models.BinaryField(null=True, editable=False)
    manifest_sha256 = models.BinaryField(null=True, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return date_format(localtime(self.started_at), "SHORT_DATETIME_FORMAT")

    @property
    def is_live(self) -> bool:
        return self.closed_at is None

    @property
    def unit_seconds(self) -> float:
        return self.frames_per_unit * SAMPLES_PER_FRAME / self.sample_rate

    def span(self, first: int, last: int) -> tuple[timedelta, timedelta]:
        """Span of these units, in whole seconds from the beginning."""
        start, end = (timedelta(seconds=int(at * self.unit_seconds)) for at in (first, last + 1))
        return start, end


class RecordingKey(models.Model):
    """The wrapped data key. Deleting this row makes the sound unreadable for good."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="key")
    wrapped = models.BinaryField()

    class Meta:
        db_table = "recordings_key"

    def __str__(self) -> str:
        return str(self.recording_id)


class Unit(models.Model):
    pk = models.CompositePrimaryKey("recording_id", "seq")
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="units", db_index=False)
    seq = models.BigIntegerField()
    digest = models.BinaryField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    first_sample = models.BigIntegerField()
    samples = models.IntegerField()
    run = models.CharField(max_length=64, blank=True, default="")
    device_time_ms = models.BigIntegerField(null=True)
    sent_ms = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(db_default=Now())
    flags = models.CharField(max_length=80, blank=True, default="")
    peaks = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.seq}"


class QuarantinedUnit(models.Model):
    """A unit that was not accepted: quarantined, sealed, never in place of another."""

    class Reason(models.TextChoices):
        CONFLICT = "conflict", _("other bytes under the same number")
        NOT_ADTS = "not_adts", _("not readable as sound")
        SAMPLES = "samples", _("samples do not match")

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="quarantined")
    seq = models.BigIntegerField()
    digest = models.BinaryField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    run = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=20, choices=Reason)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "recordings_quarantine"
        constraints = [
            # A device that repeats its mistake does not fill the table with it.
            models.UniqueConstraint(fields=["recording", "seq", "digest"], name="quarantined_once")
        ]

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.seq} {self.reason}"


class PlaySession(models.Model):
    """Somebody listens. Belongs to one sign-in; the recorded person can see it."""

    class Mode(models.TextChoices):
        LIVE = "live", _("live")
        DVR = "dvr", _("replay")

    class ActorKind(models.TextChoices):
        USER = "user", _("the company's own")
        OPERATOR = "operator", _("security company")

    LEASE: ClassVar[timedelta] = timedelta(seconds=10)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="plays")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="plays"
    )
    actor_kind = models.CharField(max_length=10, choices=ActorKind, default=ActorKind.USER)
    operator_id = models.UUIDField(null=True)
    grant_id = models.UUIDField(null=True)
    actor_name = models.CharField(_("who"), max_length=LONGEST_NAME)
    session_key_hash = models.BinaryField(editable=False)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    acting = models.BooleanField(_("acting"))
    started_at = models.DateTimeField(_("started at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("playback")
        verbose_name_plural = _("playbacks")
        ordering = ("-started_at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    actor_kind="user",
                    user__isnull=False,
                    operator_id__isnull=True,
                    grant_id__isnull=True,
                )
                | models.Q(
                    actor_kind="operator",
                    user__isnull=True,
                    operator_id__isnull=False,
                    grant_id__isnull=False,
                ),
                name="somebody_listens",
            )
        ]

    def __str__(self) -> str:
        started = date_format(localtime(self.started_at), "SHORT_DATETIME_FORMAT")
        return f"{self.actor_name} {started}"


class PlayRange(models.Model):
    """Units handed out, written before their bytes leave."""

    session = models.ForeignKey(PlaySession, models.PROTECT, related_name="ranges")
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.first_seq}-{self.last_seq}"


class SoundMark(models.Model):
    """A place that a listener marked, shown to all who may listen. Never changed: its maker may
    withdraw it, and then both are shown. Counted in the sound itself, not by a clock."""

    LONGEST_WORD: ClassVar[int] = 40

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    play = models.ForeignKey(PlaySession, models.PROTECT, related_name="marks")
    client_id = models.UUIDField()
    at_ms = models.PositiveIntegerField()
    word = models.CharField(max_length=LONGEST_WORD, blank=True, default="")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "recordings_mark"
        ordering = ("at_ms", "pk")
        constraints = [
            models.UniqueConstraint(fields=["play", "client_id"], name="marked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.play_id}/{self.at_ms} {self.word}"

    @property
    def second(self) -> int:
        return self.at_ms // 1000

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")


class MarkWithdrawal(models.Model):
    mark = models.OneToOneField(SoundMark, models.PROTECT, related_name="withdrawal")
    withdrawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "recordings_mark_withdrawal"

    def __str__(self) -> str:
        return str(self.mark_id)


class SeenMark(models.Model):
    """What a grant shows its holder of the marks (sql/company.sql)."""

    public_id = models.UUIDField(primary_key=True)
    recording_id = models.UUIDField()
    operator_id = models.UUIDField(null=True)
    who = models.TextField()
    at_ms = models.IntegerField()
    word = models.TextField()
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "ops_mark"
        ordering = ("at_ms", "made_at")

    def __str__(self) -> str:
        return str(self.public_id)


class SeenSpoken(models.Model):
    """When a unit was spoken, for the clock below the waveform (sql/company.sql)."""

    pk = models.CompositePrimaryKey("recording_id", "seq")
    recording_id = models.UUIDField()
    seq = models.BigIntegerField()
    device_time_ms = models.BigIntegerField(null=True)
    sent_ms = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ops_spoken"
        ordering = ("recording_id", "seq")

    def __str__(self) -> str:
        return f"{self.recording_id} {self.seq}"


class PlayReview(models.Model):
    """A review of a playback by somebody else. The newest counts; none is ever changed, and
    the recorded person is shown none."""

    class Verdict(models.TextChoices):
        FINE = "fine", _("nothing wrong")
        ASKED = "asked", _("asking the person who played it")
        WRONG = "wrong", _("improper")

    play = models.ForeignKey(PlaySession, models.PROTECT, related_name="reviews")
    verdict = models.CharField(_("result"), max_length=5, choices=Verdict)
    note = models.CharField(_("Note"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("check of a playback")
        verbose_name_plural = _("checks of playbacks")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.get_verdict_display())


class Purpose(models.Model):
    """One version of the published reason why people are recorded. The newest holds."""

    text = models.TextField(_("purpose of recording"), max_length=2000)
    published_at = models.DateTimeField(_("published at"), db_default=Now())
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("published by"), related_name="+"
    )

    class Meta:
        verbose_name = _("purpose of recording")
        verbose_name_plural = _("purposes of recording")
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.text[:40]
