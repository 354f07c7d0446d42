"""Playbacks that somebody looked at: by whom, with what result, and that it stays."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from audit.selectors import problems_of
from incidents.models import Incident
from people.models import Exclusion
from recordings.models import PlayReview, PlaySession, Recording
from recordings.play_reviews import MOST_AT_ONCE, pass_plays
from tenants.context import run_in
from tests.conftest import Phone, signed_in
from tests.recordings.conftest import Recorder, committed, recorder
from tests.support.dashboard import cards
from tests.support.records import alarm, recording, reviewer

__all__ = ["alarm", "committed", "recorder", "recording", "reviewer"]
LIST = "/admin/recordings/playsession/"
WAITING = f"{LIST}?review=recent"


def played(recording: Recording, by: User, **more: Any) -> PlaySession:
    """With a reason: not acting."""
    given = {"reason": "事実の確認", "acting": False} | more
    return PlaySession.objects.create(
        recording=recording,
        user=by,
        actor_name=by.get_full_name(),
        mode="dvr",
        session_key_hash=b"x",
        **given,
    )


@pytest.fixture
def play(recording: Recording, boris: User) -> PlaySession:
    return played(recording, boris)


def say(user: User, play: PlaySession, verdict: str, note: str = "") -> str:
    answer = signed_in(user).post(
        f"{LIST}{play.pk}/review/", {"verdict": verdict, "note": note}, follow=True
    )
    return str(answer.content.decode())


def press(user: User, *plays: PlaySession) -> str:
    chosen = {"action": "pass_as_fine", "_selected_action": [play.pk for play in plays]}
    return str(signed_in(user).post(LIST, chosen, follow=True).content.decode())


def results(play: PlaySession) -> list[tuple[str, str]]:
    return list(play.reviews.order_by("pk").values_list("by__username", "verdict"))


def listed(user: User, address: str) -> set[int]:
    page: Any = signed_in(user).get(address)
    return {one.pk for one in page.context["cl"].result_list}


def test_what_was_looked_at_leaves_the_card_and_every_result_stays(
    play: PlaySession, reviewer: User, hanna: User
) -> None:
    assert cards(reviewer)[WAITING] == ("open", 1)
    assert "まだ誰も確認していません" in signed_in(reviewer).get(f"{LIST}{play.pk}/change/").text
    say(reviewer, play, "asked", "本人に理由を聞いています")
    assert cards(reviewer)[WAITING] == cards(hanna)[WAITING] == ("calm", 0)
    assert listed(reviewer, f"{LIST}?review=asked") == {play.pk}
    page = say(hanna, play, "wrong")
    for words in (str(reviewer), "本人に理由を聞いています", "本人に確認中", str(hanna), "不適切"):
        assert words in page
    assert listed(hanna, f"{LIST}?review=wrong") == {play.pk}
    assert listed(hanna, f"{LIST}?review=asked") == set()


def test_each_result_is_in_the_recordings_chain_without_the_words(
    play: PlaySession, reviewer: User
) -> None:
    say(reviewer, play, "wrong", "業務と関係のない再生")
    stream = str(play.recording.public_id)
    (entry,) = AuditEvent.objects.of(stream)
    facts = {name: entry.payload[name] for name in ("verb", "session", "verdict", "noted")}
    assert facts == {
        "verb": "recording.play_reviewed",
        "session": str(play.public_id),
        "verdict": "wrong",
        "noted": True,
    }
    assert entry.payload["actor"]["id"] == str(reviewer.public_id)
    assert "業務" not in entry.canon
    assert problems_of(stream) == []


def test_nobody_checks_the_own_playback(
    play: PlaySession, recording: Recording, hanna: User
) -> None:
    own = played(recording, hanna)
    page = signed_in(hanna).get(f"{LIST}{own.pk}/change/").text
    assert "ご自身の再生は、ほかの人が確認します" in page
    assert 'name="verdict"' not in page
    assert "ご自身の再生は、ほかの人が確認します" in say(hanna, own, "fine")
    pressed = press(hanna, own, play)
    assert "「問題なし」と記録しました：1件" in pressed
    assert "変更しなかった再生：1件" in pressed
    assert (results(own), results(play)) == ([], [("hanna", "fine")])
    assert cards(hanna)[WAITING] == ("open", 1)


def test_own_playbacks_do_not_use_up_what_can_be_checked_at_once(
    recording: Recording, boris: User, hanna: User
) -> None:
    own = [played(recording, hanna) for _more in range(MOST_AT_ONCE)]
    boriss = played(recording, boris)
    assert pass_plays(user=hanna, plays=[one.pk for one in (*own, boriss)]) == 1
    assert results(boriss) == [("hanna", "fine")]


def test_many_at_once_leave_what_somebody_said_before(
    play: PlaySession, recording: Recording, boris: User, reviewer: User, hanna: User
) -> None:
    others = [played(recording, boris) for _more in range(3)]
    acting = played(recording, boris, acting=True)
    say(hanna, play, "wrong")
    press(reviewer, play, acting, *others)
    assert results(play) == [("hanna", "wrong")]
    assert [results(one) for one in others] == [[("rei", "fine")]] * 3
    assert results(acting) == []


def test_older_ones_are_on_no_card_but_in_the_filter(
    play: PlaySession, recording: Recording, boris: User, reviewer: User
) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    old = played(recording, boris, started_at=long_ago)
    assert listed(reviewer, WAITING) == {play.pk}
    assert listed(reviewer, f"{LIST}?review=waiting") == {play.pk, old.pk}
    assert listed(reviewer, f"{LIST}?review=nonsense") == {play.pk, old.pk}


def test_what_is_kept_from_somebody_is_not_theirs_to_check(
    play: PlaySession, alarm: Incident, reviewer: User, hanna: User
) -> None:
    Exclusion.objects.create(
        user=reviewer, incident_id=alarm.public_id, reason="当事者", decided_by=hanna
    )
    hidden, nothing = (
        signed_in(reviewer).post(f"{LIST}{pk}/review/", {"verdict": "fine"}) for pk in (play.pk, 0)
    )
    assert hidden.status_code == nothing.status_code == 404
    assert pass_plays(user=reviewer, plays=[play.pk]) == 0
    press(reviewer, play)
    assert results(play) == []
    assert cards(reviewer)[WAITING] == ("calm", 0)


@pytest.mark.parametrize("given", [{}, {"verdict": "x"}, {"verdict": "fine", "note": "あ" * 301}])
def test_a_wrong_form_is_told_and_writes_nothing(
    play: PlaySession, hanna: User, given: dict[str, str]
) -> None:
    answer = signed_in(hanna).post(f"{LIST}{play.pk}/review/", given, follow=True)
    assert answer.status_code == 200
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert results(play) == []


def test_the_recorded_employee_reads_the_same_as_before(
    play: PlaySession, annas_phone: Phone, hanna: User
) -> None:
    path = f"me/recordings/{play.recording.public_id}/plays"
    before = annas_phone.get(path).json()
    say(hanna, play, "wrong", "業務と関係のない再生")
    assert annas_phone.get(path).json() == before
    assert before[0]["who"] == play.actor_name


def test_two_who_press_at_once_write_each_result_once(recorder: Recorder) -> None:
    together = threading.Barrier(2)

    def furnish() -> tuple[list[User], list[int]]:
        recording = Recording.objects.get(public_id=recorder.recording)
        boris, hanna = (User.objects.get(username=name) for name in ("boris", "hanna"))
        other = User.objects.create_user(
            f"rei{uuid.uuid4().hex[:6]}", None, family_name="点検", roles=["privacy_auditor"]
        )
        return [hanna, other], [played(recording, boris).pk for _more in range(20)]

    users, keys = run_in(recorder.company, furnish)

    def pressing(user: User) -> int:
        try:
            together.wait(timeout=10)
            return run_in(recorder.company, lambda: pass_plays(user=user, plays=keys))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(pressing, users)) == len(keys)
    written = PlayReview.objects.filter(play__in=keys)
    assert run_in(recorder.company, written.count) == len(keys)
