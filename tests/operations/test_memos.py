"""引き継ぎメモ: olga writes one, it stands on every console, otto ticks it off."""

import uuid

import pytest

from audit.actors import Actor
from operations.models import Case, Memo
from tests.operations.conftest import desk_actor
from tests.support.console import console, page

TEXT = "M-18は給油のため10:30まで出動できません"
HTMX = {"HX-Request": "true"}


def write(who: str, client_id: str = "", text: str = TEXT) -> str:
    body = {"client_id": client_id or str(uuid.uuid4()), "text": text}
    return console(who).post("/console/memos/", body, headers=HTMX).content.decode()


def shown(who: str) -> bool:
    queue = console(who).get("/console/queue/").content.decode()
    return TEXT in queue and "大野 玲子" in queue


def test_a_memo_stands_on_every_console_until_somebody_has_dealt_with_it(
    olga: Actor, otto: Actor
) -> None:
    assert "すべてのコンソールに表示しました" in write("olga")
    assert (shown("olga"), shown("otto")) == (True, True)
    memo = Memo.objects.get()
    console("otto").post(f"/console/memos/{memo.public_id}/done/", headers=HTMX)
    console("olga").post(f"/console/memos/{memo.public_id}/done/", headers=HTMX)
    assert (shown("olga"), shown("otto")) == (False, False)
    memo.refresh_from_db()
    assert str(memo.done_by) == otto.id, "the first tick counts"


def test_sent_twice_from_two_tabs_it_is_one_memo(olga: Actor) -> None:
    again = str(uuid.uuid4())
    for _tab in range(2):
        write("olga", again)
    assert Memo.objects.count() == 1


@pytest.mark.parametrize("text", ["", "　 ", "あ" * 301], ids=["nothing", "blanks", "too long"])
def test_what_is_no_memo_is_refused_where_it_was_typed(olga: Actor, text: str) -> None:
    assert "300字まで" in write("olga", text=text)
    assert not Memo.objects.exists()


def test_only_who_is_on_shift_writes(acme: object) -> None:
    assert desk_actor("lena").id
    assert "勤務を開始してください" in write("lena")
    assert not Memo.objects.exists()


def test_memos_stand_beside_an_open_case_too(olga: Actor, case: Case) -> None:
    write("olga")
    console("olga").post(f"{page(case)}claim/")
    assert TEXT in console("olga").get(page(case)).content.decode()
