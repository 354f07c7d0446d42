"""What the scripts say during the set-up: steps, test notice, ways to permissions."""

from django.utils.translation import gettext as _


def setup_texts() -> dict[str, str]:
    return {**steps(), **states(), **notice_test(), **ways()}


def steps() -> dict[str, str]:
    return {
        "yourDevice": _("This is now the device of {name}"),
        "setupProgress": _("Step {step} of {steps}"),
        "setupNext": _("Next"),
        "setupLater": _("Later"),
        "setupOpen": _("Set up"),
        "setupAgain": _("Check again"),
        "setupLeft": _("You can already raise an alarm. These are still open:"),
        "setupDone": _("Everything is set up."),
        "step-microphone": _("Microphone"),
        "step-place": _("Position"),
        "step-notices": _("Notices"),
        "step-exercise": _("Drill"),
        "allow-microphone": _("Allow the microphone"),
        "allow-place": _("Allow the position"),
        "allow-notices": _("Allow notices"),
    }


def states() -> dict[str, str]:
    """What is so, once it is known; whatever is wrong, an alarm can still be raised."""
    return {
        "setup-microphone-granted": _("The microphone can be used."),
        "setup-microphone-denied": _("It is blocked. Until it is allowed, alarms have no sound."),
        "setup-microphone-none": _("No microphone was found. Alarms are sent without sound."),
        "setup-place-granted": _("Your position can be found."),
        "setup-place-denied": _("It is blocked. Until it is allowed, alarms have no position."),
        "setup-place-unavailable": _("No position was found. Is the location service on?"),
        "setup-notices-granted": _("Notices arrive on this device."),
        "setup-notices-denied": _("They are blocked. You see news only while the app is open."),
        "setup-notices-unavailable": _(
            "This device gets no notices. You see news only while the app is open."
        ),
        "setup-notices-failing": _(
            "This browser could not be registered for notices. You see news only while the app is "
            "open."
        ),
        "setup-notices-missed": _("The test did not arrive. Look here, then send another."),
        "setup-notices-untested": _("Allowed. Now test whether they arrive."),
    }


def notice_test() -> dict[str, str]:
    """A test notice by its newest state."""
    return {
        "test-none": _("No test yet."),
        "test-sent": _(
            "Sent. Has a notice come to this device, at the top of the screen or in the list of "
            "notices?"
        ),
        "test-displayed": _("The device says that it has shown it. Did you see it?"),
        "test-confirmed": _("You confirmed that it came."),
        "test-missed": _("You said that it did not come."),
        "test-failed": _("It could not be sent to this device."),
        "testFirst": _("Send a test notice"),
        "testAgain": _("Send another"),
    }


def ways() -> dict[str, str]:
    return {
        "way-title": _("How to allow it"),
        "way-system": _("Kind of device"),
        "way-iphone": _("iPhone (Safari)"),
        "way-iphone-app": _("iPhone (from the home screen)"),
        "way-android": _("Android (Chrome)"),
        "way-desktop": _("Computer"),
        "way-page-menu": _("Touch the sign at the end of the address bar."),
        "way-site-settings": _("Choose “Website Settings”."),
        "way-allow": _("Set “{what}” to “Allow”."),
        "way-share": _("Touch the share sign."),
        "way-home-screen": _("Choose “Add to Home Screen”."),
        "way-open-installed": _(
            "Open the app from the home screen and register it with the same sheet."
        ),
        "way-settings": _("Open the “Settings” of the iPhone."),
        "way-apps-safari": _("“Apps”, then “Safari”, then “{what}”."),
        "way-notices-app": _("“Notifications”, then the name of this app."),
        "way-left-of-address": _("Touch the sign left of the address."),
        "way-permissions": _("Choose “Permissions”."),
        "way-reload": _("Load the page anew."),
    }
