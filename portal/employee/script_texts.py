"""The words that the app's scripts say, by the name they know them under."""

from django.utils.translation import gettext as _

from portal.employee.setup_texts import setup_texts


def script_texts() -> dict[str, str]:
    return {
        **standing_by(),
        **permissions(),
        **setup_texts(),
        **in_alarm(),
        **sound(),
        **afterwards(),
        **condition(),
    }


def standing_by() -> dict[str, str]:
    return {
        "ready": _("Ready"),
        "notRegistered": _("Not registered"),
        "notRegisteredWhy": _(
            "This device is not registered any more. Ask for a new registration code."
        ),
        "notConfirmed": _("Not confirmed"),
        "notConfirmedWhy": _("The server could not be reached. Last confirmed: {time}"),
        "offline": _("Offline"),
        "offlineWhy": _(
            "There is no network. Last confirmed: {time}. If in danger, call 110 (police)."
        ),
        "nobody": _("Nobody to reach"),
        "nobodyWhy": _("No supervisor is set for you. Please tell your manager."),
        "noMicrophone": _("No microphone"),
        "noMicrophoneWhy": _("An alarm is sent without sound."),
        "noNotices": _("No notices"),
        "notTested": _("Notices not tested"),
        "never": _("never"),
        "andOthers": _("{name} and {count} more"),
        "nobodyKnown": _("Not confirmed yet"),
        "enrolOffline": _("No connection. Check the network and try once more."),
        "enrolTooOften": _("Too many tries. Wait a few minutes."),
        "enrolUnknown": _(
            "This code is not known or has expired. Ask your supervisor or HR for a new sheet."
        ),
    }


def permissions() -> dict[str, str]:
    """What the rows below the button say."""
    return {
        "permission-granted": _("Allowed"),
        "permission-denied": _("Blocked"),
        "permission-prompt": _("Not yet allowed"),
        "permission-default": _("Not yet allowed"),
        "permission-unknown": _("Not confirmed"),
        "permission-none": _("Not found"),
        "permission-unavailable": _("Not available"),
        "permission-failing": _("They do not arrive"),
        "permission-missed": _("The test did not arrive"),
        "permission-untested": _("Not tested"),
        "permission-open": _("Not done yet"),
        "confirmedByYou": _("Confirmed"),
    }


def in_alarm() -> dict[str, str]:
    return {
        "sending": _("Sending…"),
        "late": _("It has not arrived"),
        "refused": _("It has not been accepted"),
        "lateDetail": _("It is sent again and again. Do not wait for it if you are in danger."),
        "delivered": _("Your supervisors have been told"),
        "accepted": _("The alarm has been received"),
        "waits": _("Waiting for confirmation {time}"),
        "seenBy": _("{name} has seen it"),
        "askedOnSite": _("{name} has asked {people} on site"),
        "comes": _("{name} is on the way"),
        "arrived": _("{name} has arrived"),
        "lost": _("{name} may not be able to come"),
        "wrote": _("{name}: {text}"),
        "closedBy": _("{name} has ended the alarm"),
        "closed": _("The alarm has ended"),
        "closedMistaken": _("Ended as pressed by mistake"),
        "alarmRuns": _("Alarm is running {time}"),
        "newsWaits": _("There is news, it is being fetched…"),
        "notSent": _("It did not get through. Press once more."),
        "cameLate": _("Pressed {minutes} minutes ago, arrived only now. Do you still need help?"),
        **again_and_safe(),
        **danger(),
        **security_company(),
    }


def again_and_safe() -> dict[str, str]:
    return {
        "againLate": _("Your second call has not arrived"),
        "againArrived": _("Your second call has arrived"),
        "callsAgain": _("Everybody is called again in a moment"),
        "inTime": _("in {time}"),
        "calledAgain": _("Everybody has been called again"),
        "sendingSafe": _("Sending that you are safe…"),
        "sendingMistaken": _("Sending that it was a mistake…"),
        "saidSafe": _("You have said that you are safe"),
        "safeLater": _("Everybody is told as soon as there is a connection."),
    }


def danger() -> dict[str, str]:
    """Why 110 stands in red."""
    return {
        "danger-desk_silent": _("The security company is not answering"),
        "danger-nobody_came": _("Nobody is on the way yet"),
        "danger-nobody_reached": _("Nobody has been reached"),
        "revoked": _("Sound and position do not get through"),
        "revokedDetail": _("This device is not registered any more. Only the alarm has arrived."),
        "danger110": _("Please call 110 (police)."),
        "dangerDrill": _("This is a drill: in a real alarm you would now call 110 (police)."),
    }


def security_company() -> dict[str, str]:
    return {
        "securityCompany": _("Security company"),
        "askSupportAgain": _("Ask again"),
        "isAsked": _("Asked"),
        "asked-employee": _("The security company has been asked"),
        "asked-supervisor": _("Your supervisor has asked the security company"),
        "asked-system": _("The security company was asked automatically"),
        "supportWaits": _("Waiting for an answer {time}"),
        "supportRehearsed": _("A drill: the security company is not really asked"),
        "supportActs": _("The security company is acting"),
        "supportEnded": _("The security company has finished ({result})"),
        "supportSilent": _("The security company is not answering"),
    }


def sound() -> dict[str, str]:
    return {
        "sound-recording": _("Recording now"),
        "sound-sample": _("Playing the sample scene into the recording"),
        "sound-starting": _("Starting to record…"),
        "sound-muted": _("The microphone is muted"),
        "sound-ended": _("The microphone has stopped"),
        "sound-paused": _("The recording is paused"),
        "sound-denied": _("Not recording: the microphone is blocked"),
        "sound-none": _("Not recording: no microphone"),
        "sound-broken": _("The recording has failed"),
        "sound-off": _("Not recording"),
        **what_arrives(),
        **what_has_ended(),
    }


def what_arrives() -> dict[str, str]:
    """Each stands on an answer of the server, or says that there is none."""
    return {
        "reportArrived": _("It has arrived"),
        "mayBeOld": _("What you see may be old"),
        "soundOnDevice": _("Recording on this device, not sent: {time}"),
        "soundKept": _("Sound waits for the network. It is kept on this device."),
        "soundKeptForNewCode": _("It is not lost: it is sent once this device is registered again"),
        "soundOlder": _("Still to be sent: {time}"),
        "soundUnsent": _("Sound not sent: {time}"),
        "noSound": _("No recording"),
        "placeShared": _("Sharing the position"),
        "placeWaits": _("Finding the position…"),
        "placeUnsent": _("The position has not arrived"),
        "placeRefused": _("It cannot be sent"),
        "place-denied": _("Not shared: the position is blocked"),
        "place-unavailable": _("The position cannot be found"),
        "noPlace": _("No position arrives"),
        "workplaceKnown": _("Your place of work is known: {site}"),
    }


def what_has_ended() -> dict[str, str]:
    return {
        "soundStops": _("The recording is being ended…"),
        "endedBoth": _("Recording and position have ended."),
        "endedSound": _("The recording has ended."),
        "endedPlace": _("Sharing the position has ended."),
        "soundLeft": _("{time} of the recording is still to be sent."),
    }


def condition() -> dict[str, str]:
    return {
        "good": _("good"),
        "normal": _("normal"),
        "bad": _("bad"),
        "chooseCondition": _("Choose how you are."),
        "conditionSaved": _("Recorded. You can change it until the day is over."),
        "conditionWaits": _("No network. It is kept here and sent as soon as there is one."),
        "conditionRefused": _("It was not accepted. Please look again."),
        "healthAsked": _("Occupational health has been asked."),
        "noReader": _("Nobody can read it."),
        "noAnswer": _("no answer"),
        "monthEmpty": _("No answers in this month."),
        "noLooks": _("Nobody has looked."),
        "careAfter": _("Being asked how you are"),
        "careWho": _("Who may ask you how you are in the coming weeks?"),
        "careNobody": _("I do not want to be asked"),
        "careDays": _("You are asked on {days}."),
        "careSaved": _("Your choice is noted."),
        "careLines": _("Somebody outside to talk to"),
    }


def afterwards() -> dict[str, str]:
    return {
        "loading": _("Loading…"),
        "noHistory": _("No alarms yet"),
        "notLoaded": _("It could not be loaded. Try again later."),
        "isOpen": _("Open"),
        "isClosed": _("Ended"),
        "drill": _("Drill"),
        "number": _("No. {number}"),
        "whoPlayed": _("Recording {length}: who has listened"),
        "noPlays": _("Nobody has listened to it."),
        "play-live": _("live"),
        "play-replay": _("replay"),
        "playReason": _("Reason: {reason}"),
        "thisDevice": _("This device"),
        "lastSeen": _("last seen {time}"),
        "neverSeen": _("not seen yet"),
        "meterSpeak": _("Speak: the bars should move."),
        "meterGood": _("The microphone works."),
        "meterQuiet": _("Almost no sound arrived. Check the microphone."),
        "meterNone": _("The microphone cannot be used. Check its permission."),
        "noticeArrived": _("A notice has arrived."),
    }
