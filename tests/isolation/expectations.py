"""What is wrong with an address: it is asked by those who have the right to it, by the nine about
their own and about what is not theirs, by the people of its row, and with what acme's people have.

Everything that is wrong comes as a sentence, so that one test shows all of it. A refusal is
compared, byte for byte but for what any two replies differ in, with the answer to a name that
nobody has."""

import os
from collections.abc import Iterator
from functools import cached_property

from tests.isolation.actors import ACTORS, AT_THE_DESK, SUBJECTS
from tests.isolation.requests import Answer, Asking
from tests.isolation.rights import HEALTH, SIGNED_IN, SUPERVISORS, rightful
from tests.isolation.row import Row
from tests.isolation.twin_company import (
    NOBODY,
    Credential,
    Side,
    filled,
    invented,
    missing,
)

World = dict[str, Side]
OWN = "own"
# Of these pages each reads what is of its reader's people.
DIFFERENT_FOR_EACH = (SIGNED_IN, SUPERVISORS | HEALTH)
NAMED_LIKE_AN_ALARM = ("{incident}", "{recording}")
# Anna's own, no matter whom the closed alarm belongs to.
NAMED_OF_HERS = ("{told}", "{button}")


class Judge:
    def __init__(self, row: Row, acme: Side, world: World) -> None:
        self.row, self.acme, self.world = row, acme, world
        self.globex = world[OWN]
        self.ask = Asking(row, acme, self.globex)
        self._nothing: dict[str, Answer] = {}

    @cached_property
    def unknown(self) -> Side:
        return missing(self.globex)

    def wrong(self) -> list[str]:
        found = [*self._who_has_the_right(), *self._strangers(), *self._people()]
        for subject in asked_about(self.row):
            found += [f"{subject}: {what}" for what in self._nine(subject)]
        if rightful(self.row) is None and compares(self.row):
            found += self._a_name_from_acme()
        return found

    def nothing(self, who: str) -> Answer:
        """What this person gets who asks for what does not exist."""
        if who not in self._nothing:
            self._nothing[who] = self.ask(self.globex.credentials[who], self.unknown)
        return self._nothing[who]

    @cached_property
    def good(self) -> Answer:
        return self.ask(self.globex.credentials[self.row.who], self.globex)

    def _who_has_the_right(self) -> Iterator[str]:
        """The positive control: what is theirs, and nothing of the other company."""
        row, reply, acme = self.row, self.good.reply, self.acme
        if reply.status not in {row.status, row.or_status}:
            yield f"{row.who} should get {row.status}: {reply}"
        if not reply.location.startswith(filled(row.to, self.globex)):
            yield f"{row.who} is sent to {reply.location}"
        if filled(row.shows, self.globex) not in reply.text:
            yield f"{row.who} does not read {filled(row.shows, self.globex)}"
        if row.own and "{" in row.shows and filled(row.shows, acme) in reply.text:
            yield f"{row.who} reads acme's {filled(row.shows, acme)}"
        if row.kind != "ops":
            leaked = [one for one in acme.secrets() if one in reply.text]
            yield from (f"{row.who} reads acme's {one}" for one in leaked)
        if changes(row) and self.globex.company.schema not in self.good.changed:
            yield f"{row.who} pressed, and nothing changed"
        if acme.company.schema in self.good.changed:
            yield f"{row.who} changed something of acme's"

    def _strangers(self) -> Iterator[str]:
        """Everybody whose sign-in is good on some other host."""
        for name, credential in strangers(self.row, self.acme):
            made_up = self.ask(invented(credential), self.unknown)
            sides = (self.globex, self.acme) if self.row.names_something else (self.globex,)
            for side in sides:
                answer = self.ask(credential, side)
                if not (self.row.public or answer.reply.is_refusal):
                    yield f"{name} from elsewhere is answered: {answer.reply}"
                if answer.bare != made_up.bare:
                    yield f"{name} from elsewhere learns something: {answer.bare} {made_up.bare}"
                yield from (f"{name} reads {it}" for it in self.ask.leaks(answer, side))
                yield from (f"{name} changed {schema}" for schema in answer.changed)

    def _people(self) -> Iterator[str]:
        """Those whom the row names, of the same company."""
        for who, status in self.row.others.items():
            answer = self.ask(self.globex.credentials[who], self.globex)
            if answer.reply.status != status:
                yield f"{who} should get {status}: {answer.reply}"
            if answer.reply.is_refusal:
                yield from self._refusal(who, who, answer, OWN)

    def _nine(self, subject: str) -> Iterator[str]:
        """With those of the desk and the platform on hosts where they have something to do."""
        side, cast = self.world[subject], cast_of(self.row)
        answers = {
            actor: self.ask(side.credentials[who], side)
            if (who, subject) != (self.row.who, OWN)
            else self.good
            for actor, who in cast.items()
        }
        answered = {actor for actor, one in answers.items() if not one.reply.is_refusal}
        if answered != (entitled := expected(self.row, subject)):
            yield f"answered: {sorted(answered)}, have the right to it: {sorted(entitled)}"
        for actor, one in answers.items():
            if actor in answered:
                yield from self._answer(actor, one, subject)
            else:
                yield from self._refusal(actor, cast[actor], one, subject)

    def _answer(self, actor: str, answer: Answer, subject: str) -> Iterator[str]:
        row, reply = self.row, answer.reply
        # What is over takes no answers any more, and says so to those who may know.
        over = {409} if subject == "closed" else set()
        if reply.status not in {row.status, row.or_status} | over:
            yield f"{actor} should get {row.status}: {reply}"
        shows = filled(row.shows, self.globex)
        about_oneself = row.address.startswith("/accounts/")
        differs = about_oneself or row.desk_wide or rightful(row) in DIFFERENT_FOR_EACH
        reads_the_same = subject == OWN and not differs
        if reads_the_same and reply.status == 200 and shows not in reply.text:
            yield f"{actor} does not read {shows}"

    def _refusal(self, actor: str, who: str, answer: Answer, subject: str) -> Iterator[str]:
        yield from (f"{actor} was refused and changed {schema}" for schema in answer.changed)
        if not compares(self.row) or knows_anyway(actor, answer, subject):
            return
        if answer.bare != (nothing := self.nothing(who)).bare:
            yield f"{actor} learns that it exists: {answer.bare} instead of {nothing.bare}"

    def _a_name_from_acme(self) -> Iterator[str]:
        """Where the name is the credential: worth nothing here."""
        answer = self.ask(self.globex.credentials[self.row.who], self.world["other company"])
        nothing = self.nothing(self.row.who)
        if answer.bare != nothing.bare:
            yield f"acme's name tells something: {answer.bare} instead of {nothing.bare}"
        if not (answer.reply.status == 404 or self.row.public or "reset" in self.row.address):
            yield f"acme's name is answered: {answer.reply}"
        yield from (f"acme's name changed {schema}" for schema in answer.changed)


def asked_about(row: Row) -> list[str]:
    """All five where the address names an alarm or its sound; where it names what only this company
    has one of, the three that differ; where it names nothing, everybody's own. PROVE=1 asks about
    all five everywhere."""
    if rightful(row) is None:
        return []
    if row.kind != "company":
        return [OWN]
    if "PROVE" in os.environ or any(name in row.address for name in NAMED_LIKE_AN_ALARM):
        return list(SUBJECTS)
    return [OWN, "other company", "erased"] if compares(row) and not row.by_key else [OWN]


def cast_of(row: Row) -> dict[str, str]:
    return ACTORS | AT_THE_DESK if row.kind != "company" else ACTORS


def expected(row: Row, subject: str) -> frozenset[str]:
    entitled = rightful(row) or frozenset()
    repeated = row.idempotent and not any(name in row.address for name in NAMED_LIKE_AN_ALARM)
    if not row.names_something or row.by_key or repeated:
        return entitled
    hers = any(name in row.address for name in NAMED_OF_HERS)
    if subject in {"other company", "erased"} or (subject == "closed" and hers):
        return frozenset()
    if subject == "other department" and any(n in row.address for n in NAMED_LIKE_AN_ALARM):
        # HR keeps every record; a device and a supervisor have to do with their own people only.
        return entitled & {"hr_admin"}
    return entitled


def compares(row: Row) -> bool:
    return row.names_something and not row.desk_wide


def knows_anyway(actor: str, answer: Answer, subject: str) -> bool:
    """HR reads every alarm of the company, so it is told that answering is not for it."""
    is_hr = actor in {"hr_admin", "hanna"}
    return is_hr and answer.reply.status == 403 and subject not in {"other company", "erased"}


def changes(row: Row) -> bool:
    quiet = row.idempotent or row.desk_only or "logout" in row.address
    return row.verb != "GET" and not quiet


def strangers(row: Row, acme: Side) -> Iterator[tuple[str, Credential]]:
    if row.who == NOBODY and row.names_something:
        return  # what is named is the credential
    if row.kind == "company":
        names = {row.who, "olga"} - {NOBODY}
    else:
        names = {"boris", "olga", "platform"} - {{"ops": "olga", "platform": "platform"}[row.kind]}
    yield from ((f"{name} of acme", acme.credentials[name]) for name in sorted(names))
