"""Japanese dates as they are written here: Django's own have no space before the time."""

DATETIME_FORMAT = "Y年n月j日 H:i"
SHORT_DATETIME_FORMAT = "Y/m/d H:i"
