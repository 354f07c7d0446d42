"""Ids that occur in the device API."""

IDS = {
    "incident_id": "incident",
    "recording_id": "recording",
    "notice_id": "told",
    "device_id": "button",
    "tap_token": "tap_token",
}
