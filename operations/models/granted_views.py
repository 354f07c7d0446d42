"""What a grant lets its holder see: the views of sql/company.sql, for reading only.

They exist in every company's schema and answer only inside `door.read()` and `door.write()`.
"""

from django.db import models


class SeenIncident(models.Model):
    """The one incident of the grant, with who, where and how to get there."""

    public_id = models.UUIDField(primary_key=True)
    number = models.IntegerField()
    level = models.CharField(max_length=10)
    drill = models.CharField(max_length=10)
    silent = models.BooleanField()
    state = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    pressed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.TextField()
    coming_at = models.DateTimeField(null=True)
    coming_by = models.TextField()
    support_requested_at = models.DateTimeField(null=True)
    safe_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12)
    person = models.TextField()
    person_kana = models.TextField()
    person_phone = models.TextField()
    department = models.TextField()
    post = models.TextField()
    floor = models.TextField()
    device_kind = models.CharField(max_length=10)
    site = models.TextField()
    address = models.TextField()
    prefecture = models.TextField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    outline = models.JSONField()
    internal_number = models.TextField()
    warnings = models.TextField()
    code_word = models.TextField()
    entrance = models.TextField()
    keys = models.TextField()
    approach = models.TextField()
    police_number = models.TextField()
    camera_url = models.TextField()
    report_only = models.BooleanField()

    class Meta:
        managed = False
        db_table = "ops_incident"

    def __str__(self) -> str:
        return str(self.number)


class SeenContact(models.Model):
    """Those on the incident's contact plan, in calling order. Not for responders."""

    user_id = models.BigIntegerField(primary_key=True)
    order = models.IntegerField()
    name = models.TextField()
    phone = models.TextField()
    on_site = models.BooleanField()
    has_acknowledged = models.BooleanField()
    is_coming = models.BooleanField()

    class Meta:
        managed = False
        db_table = "ops_contact"
        ordering = ("order", "user_id")

    def __str__(self) -> str:
        return self.name


class SeenFix(models.Model):
    id = models.BigIntegerField(primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ops_fix"
        ordering = ("at",)

    def __str__(self) -> str:
        return str(self.at)


class SeenDeviceState(models.Model):
    """What the device says of itself, while the alarm is open."""

    device_id = models.BigIntegerField(primary_key=True)
    sound = models.CharField(max_length=20)
    position = models.CharField(max_length=20)
    unsent_seconds = models.IntegerField(null=True)
    battery_percent = models.IntegerField(null=True)
    network = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ops_device"
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return f"{self.sound} {self.position}"


class SeenMessage(models.Model):
    """Not for responders."""

    public_id = models.UUIDField(primary_key=True)
    author_kind = models.CharField(max_length=10)
    author_name = models.TextField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ops_message"
        ordering = ("at",)

    def __str__(self) -> str:
        return str(self.public_id)


class SeenEvent(models.Model):
    """The incident's timeline, the desk's own notes included. Not for responders."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=12)
    actor_name = models.TextField()
    at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        managed = False
        db_table = "ops_event"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.kind


class SeenRecording(models.Model):
    """Not for responders: sound is for the operator who holds the case."""

    public_id = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "ops_recording"
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return str(self.public_id)


class SeenLoudness(models.Model):
    """Of one unit of sound how loud it was, for the waveform. Not for responders."""

    pk = models.CompositePrimaryKey("recording_id", "seq")
    recording_id = models.UUIDField()
    sample_rate = models.IntegerField()
    seq = models.BigIntegerField()
    first_sample = models.BigIntegerField()
    samples = models.IntegerField()
    peaks = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "ops_loudness"
        ordering = ("recording_id", "seq")

    def __str__(self) -> str:
        return f"{self.recording_id} {self.seq}"
