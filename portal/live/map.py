"""Words and limits of the map and the player beside it."""

from uuid import UUID

from django.utils.translation import gettext as _

MOST_FIXES = 2000
# The script puts a recording's id in its place.
ANY_RECORDING = UUID(int=0)


def map_texts() -> dict[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "gridOnly": _("Coordinate grid (no position leaves the company)"),
        "gsi": _('<a href="https://maps.gsi.go.jp/development/ichiran.html">GSI tiles</a>'),
        "startedHere": _("Alarm raised {time}"),
        "secondsAgo": _("{n} s ago"),
        "minutesAgo": _("{n} min ago"),
        "hoursAgo": _("{n} h ago"),
        "updated": _("Updated {age}"),
        "lastFix": _("Last position"),
        "accuracy": _("Accuracy ±{m} m"),
        "accuracyUnknown": _("Accuracy unknown"),
        "following": _("Following"),
        "follow": _("Follow again"),
        "looking": _("{names} also looking"),
    }


def sound_texts() -> dict[str, str]:
    return {
        "listenLive": _("Listen live"),
        "listen": _("Play"),
        "pause": _("Stop"),
        "delay": _("about {s} s behind"),
        "waiting": _("Waiting for sound"),
        "playback": _("Playing back"),
        "ended": _("End of the recording"),
        "closedNow": _("The alarm is closed. To listen on, press play and say why."),
        "refused": _("Playing was ended by the server"),
        "pressAgain": _("The browser held the sound back. Press once more."),
        "cannotListen": _("The sound cannot be played. Press once more."),
    }
