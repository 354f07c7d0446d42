"""How durations read on screens: 03:42 as a clock, 1:02:05 from the hour on."""

from datetime import datetime, timedelta


def milliseconds(at: datetime | None) -> int | None:
    return int(at.timestamp() * 1000) if at else None


def clock_text(length: timedelta) -> str:
    seconds = max(0, int(length.total_seconds()))
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
