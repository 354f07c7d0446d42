"""What HR decides about conditions, by its form."""

from accounts.models import User
from tests.conftest import signed_in

ADMIN = "/admin/wellbeing/"


def settings_form(**fields: str) -> dict[str, str]:
    return {
        "is_on": "on",
        "reminds": "on",
        "remind_after_minutes": "30",
        "keep_days": "730",
        "small_group_floor": "5",
        "exports_reason": "",
        "icon_set": "faces",
    } | fields


def save_settings(user: User, **fields: str):
    return signed_in(user).post(f"{ADMIN}wellbeingsettings/add/", settings_form(**fields))
