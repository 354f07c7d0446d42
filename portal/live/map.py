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
        "sayWhy": _("The alarm is closed: who listens now says why, and it is recorded."),
        "pressPlay": _("Sound starts only when you press play"),
        "noneYet": _("No sound has arrived yet. It can be heard here as soon as it does."),
        "noneCame": _("No sound of this alarm has arrived."),
        "stopped": _("No new sound since {time}. What comes later appears here by itself."),
        "refused": _("Playing was ended by the server"),
        "signedOut": _("Playing has ended, because you are signed out."),
        "signInAgain": _("Sign in again"),
        "rightGone": _("Playing has ended: you may no longer listen to this recording."),
        "openAgain": _("Open this page anew"),
        "endedPlayAgain": _("Playing was ended by the server. Press play to listen on."),
        "loud": _("Loud voice"),
        "silent": _("Silence"),
        "call": _("The person called again"),
        "markOf": _("Mark of {name}"),
        "marked": _("Marked at {time}"),
        "notMarked": _(
            "It was not marked. Mark only while you listen, and open the page anew if it stays so."
        ),
        "markAgain": _(
            "It is not known whether the mark arrived. Press once more: it counts once."
        ),
        "withdraw": _("Withdraw"),
        "withdrawn": _("(withdrawn)"),
        "toneTest": _(
            "Did you hear a tone? If not: turn the device up, leave its silent mode, and see which"
            " loudspeaker or headphones it plays to."
        ),
        "volumeZero": _("The volume is at zero: move the slider to the right and try again."),
        "pressAgain": _("The browser held the sound back. Press once more."),
        "cannotListen": _("The sound cannot be played. Press once more."),
    }
