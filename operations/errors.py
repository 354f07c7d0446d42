"""Why a step at the desk was refused. `code` is for programs, the words are for pages."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """Base of all refusals at the desk."""

    code = "refused"

    def message(self) -> str:
        return _("This is not possible now.")


class UnknownCase(Refused):
    code = "unknown-case"

    def message(self) -> str:
        return _("There is no such case.")


class CaseClosed(Refused):
    code = "case-closed"

    def message(self) -> str:
        return _("The case is closed.")


class AlreadyClaimed(Refused):
    """Another operator was first; `by` says who."""

    code = "already-claimed"

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by

    def message(self) -> str:
        return _("%(name)s has taken the case.") % {"name": self.by}


class NotYourCase(Refused):
    """Only the operator who has claimed the case may do this."""

    code = "not-your-case"

    def message(self) -> str:
        return _("Take the case first.")


class NobodyHoldsIt(Refused):
    """The case waits: there is nobody to read along with, and anyone who wants it takes it."""

    code = "nobody-holds-it"

    def message(self) -> str:
        return _("Nobody holds the case. Take it to see it.")


class NotTheLead(Refused):
    code = "not-the-lead"

    def message(self) -> str:
        return _("Only the lead operator reads along.")


class NotOnShift(Refused):
    code = "not-on-shift"

    def message(self) -> str:
        return _("Begin your shift first.")


class CasesStillHeld(Refused):
    """The operator still holds cases, so the shift does not end; `numbers` says which."""

    code = "cases-still-held"

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers

    def message(self) -> str:
        listed = ", ".join(map(str, self.numbers))
        return _("Hand over or close these cases first: %(numbers)s") % {"numbers": listed}


class UnknownOperator(Refused):
    """The receiver of a hand-over is not on duty, or is the giver."""

    code = "unknown-operator"

    def message(self) -> str:
        return _("This operator is not on duty.")


class HandoverOver(Refused):
    code = "handover-over"

    def message(self) -> str:
        return _("The hand-over is no longer open.")


class NoGrant(Refused):
    """No grant in force for this operator: a 404 in views."""

    code = "no-grant"

    def message(self) -> str:
        return _("There is no such case.")


class SecondPersonNeeded(Refused):
    code = "second-person-needed"

    def message(self) -> str:
        return _("A second person has to approve.")


class ReasonNeeded(Refused):
    code = "reason-needed"

    def message(self) -> str:
        return _("Please give a reason.")


class UnknownResponder(Refused):
    code = "unknown-responder"

    def message(self) -> str:
        return _("There is no such responder on duty.")


class ResponderBusy(Refused):
    code = "responder-busy"

    def __init__(self, call_sign: str) -> None:
        super().__init__(call_sign)
        self.call_sign = call_sign

    def message(self) -> str:
        return _("%(call_sign)s is on another dispatch.") % {"call_sign": self.call_sign}


class ResponderReserved(Refused):
    """Another case has reserved the responder (次に出動) first."""

    code = "responder-reserved"

    def __init__(self, call_sign: str) -> None:
        super().__init__(call_sign)
        self.call_sign = call_sign

    def message(self) -> str:
        return _("%(call_sign)s is already reserved by another case.") % {
            "call_sign": self.call_sign
        }


class DrillCannotDispatch(Refused):
    code = "drill-cannot-dispatch"

    def message(self) -> str:
        return _("This is a drill: no dispatch and no call to the police.")


class DrillNotPossible(Refused):
    code = "drill-not-possible"

    def message(self) -> str:
        return _("A joint drill ends after it begins, not in the past, and lasts 4 hours at most.")


class UnknownDrill(Refused):
    code = "unknown-drill"

    def message(self) -> str:
        return _("This joint drill is no longer open.")


class UnknownDispatch(Refused):
    code = "unknown-dispatch"

    def message(self) -> str:
        return _("There is no such dispatch.")


class ArrivedTooSoon(Refused):
    """An arrival so soon after the departure that it may be a slip; `seconds` says how soon."""

    code = "arrived-too-soon"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def message(self) -> str:
        words = _("{seconds} s since the departure. Are you there already? Then press once more.")
        return words.format(seconds=self.seconds)


class StepOutOfOrder(Refused):
    """A step out of order, like arrival before departure; `state` is the dispatch's."""

    code = "step-out-of-order"

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state

    def message(self) -> str:
        return _("The steps are accept, depart, arrive, leave. Now: %(state)s") % {
            "state": self.state
        }


class DispatchStillActive(Refused):
    code = "dispatch-still-active"

    def message(self) -> str:
        return _("Responders are still under way.")


class CallFromFuture(Refused):
    code = "call-from-future"

    def message(self) -> str:
        return _("The time of the call is later than now. Enter when the call was made.")


class UnknownCall(Refused):
    code = "unknown-call"

    def message(self) -> str:
        return _("No such call is recorded in this case.")


class ReferenceKnown(Refused):
    """The reference was entered by somebody faster; `reference` is the stored one."""

    code = "reference-known"

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def message(self) -> str:
        return _("The reference number is recorded already: %(reference)s") % {
            "reference": self.reference
        }


class WrongResult(Refused):
    """A drill needs a drill's result, and only a drill can have it."""

    code = "wrong-result"

    def message(self) -> str:
        return _("This case cannot be closed with this result.")


class PositionFromFuture(Refused):
    code = "position-from-future"

    def message(self) -> str:
        return _("The position bears a time in the future.")


class PositionOutOfRange(Refused):
    code = "position-out-of-range"

    def message(self) -> str:
        return _("This is not a position on earth.")


class UnknownStep(Refused):
    code = "unknown-step"

    def message(self) -> str:
        return _("There is no such step in this company's protocol.")
