"""What a line of the record says in Japanese: who did it, or that it happened by itself."""

from typing import Any

import pytest

from incidents.models import IncidentEvent
from incidents.sentences import sentence
from operations.models import SeenEvent

ANNA, BORIS = ("device", "髙橋 美咲"), ("user", "佐藤 健一")
OLGA, CLOCK = ("operator", "大野 玲子"), ("clock", "")
OLGAS = "警備会社 大野 玲子さん"
Who = tuple[str, str]


def said(kind: str, by: Who, *, of_post: bool = False, **payload: Any) -> str:
    actor_kind, name = by
    event = IncidentEvent(kind=kind, actor_kind=actor_kind, actor_name=name, payload=payload)
    return sentence(event, of_post=of_post)


@pytest.mark.parametrize(
    ("kind", "by", "words"),
    [
        ("opened", ANNA, "髙橋 美咲さんが通報しました"),
        ("tapped_again", ANNA, "髙橋 美咲さんがもう一度押しました"),
        ("still_going", ANNA, "髙橋 美咲さん：まだ続いています"),
        ("safe", ANNA, "髙橋 美咲さん：安全です"),
        ("goes_on_in", ANNA, "新しい通報で続いています"),
        ("acknowledged_too", BORIS, "佐藤 健一さんも確認しました"),
        ("made_real", ANNA, "髙橋 美咲さん：これは訓練ではありません"),
        ("acknowledged", BORIS, "佐藤 健一さんが通報を確認しました"),
        ("heading_out", BORIS, "佐藤 健一さんが向かっています"),
        ("still_on_way", BORIS, "佐藤 健一さんは引き続き向かっています"),
        ("arrived", BORIS, "佐藤 健一さんが到着しました"),
        ("cannot_come", BORIS, "佐藤 健一さんは行けなくなりました"),
        ("closed", BORIS, "佐藤 健一さんが終了しました"),
        ("reopened", BORIS, "佐藤 健一さんが通報を再開しました"),
        ("desk_claimed", OLGA, f"{OLGAS}が引き継ぎました"),
        ("desk_given_back", OLGA, f"{OLGAS}が案件を受信待ちに戻しました"),
        ("desk_phoned", OLGA, f"{OLGAS}が電話をかけました"),
    ],
)
def test_everybody_is_named_politely(kind: str, by: Who, words: str) -> None:
    assert said(kind, by) == words


@pytest.mark.parametrize(
    ("kind", "by", "words"),
    [
        ("support_requested", ANNA, "髙橋 美咲さんが警備会社へ支援を要請しました"),
        ("support_requested", BORIS, "佐藤 健一さんが警備会社へ支援を要請しました"),
        ("support_requested", CLOCK, "自動で警備会社へ要請しました"),
        ("support_requested_again", BORIS, "佐藤 健一さんが警備会社へもう一度支援を要請しました"),
        ("support_requested_again", CLOCK, "自動で警備会社へもう一度要請しました"),
        (
            "support_rehearsed",
            BORIS,
            "佐藤 健一さんが警備会社への要請を練習しました"
            "（訓練のため、警備会社には伝わっていません）",
        ),
        (
            "support_rehearsed",
            CLOCK,
            "警備会社への要請を自動で練習しました（訓練のため、警備会社には伝わっていません）",
        ),
        ("climbed", CLOCK, "次の人に連絡しました"),
        ("called_again", CLOCK, "これまでに連絡した全員にもう一度連絡しました"),
        ("hr_called", CLOCK, "ほかに向かう人がいないため、人事に連絡しました"),
        ("people_added", CLOCK, "新しく担当になった人を連絡先に加えました"),
        ("unreachable", CLOCK, "連絡した人の誰にも届かなかったため、すぐに次の人へ連絡しました"),
        ("nobody_left", CLOCK, "ほかに連絡できる担当者がいません"),
        ("arrival_asked", CLOCK, "向かっている人に、到着したかどうかを尋ねました"),
        (
            "not_arrived",
            CLOCK,
            "向かった人から到着の連絡がないため、ほかの人にもう一度連絡しました",
        ),
        ("asked_if_over", CLOCK, "まだ続いているかどうかを尋ねました"),
        ("reminded", CLOCK, "通報がまだ終了していないことを、対応中の人に知らせました"),
        (
            "second_person_called",
            CLOCK,
            "本人からの返事がないまま終了されたため、別の担当者に連絡しました",
        ),
        ("drill_ended", CLOCK, "訓練は30分たったため、自動で終了しました"),
        ("suspended", CLOCK, "サービスが停止されました。110番通報してください"),
        ("dispatch_cancelled", CLOCK, "緊急対処員を呼び戻しました"),
        ("desk_unanswered", CLOCK, "警備会社が90秒応答しませんでした。110番通報してください"),
        # What no clock does, said of it by an older release.
        ("closed", CLOCK, "自動処理が終了しました"),
    ],
)
def test_what_the_clock_does_is_nobodys_deed(kind: str, by: Who, words: str) -> None:
    assert said(kind, by) == words


@pytest.mark.parametrize(
    ("kind", "by", "payload", "words"),
    [
        (
            "climbed",
            CLOCK,
            {"people": ["田中", "山本"]},
            "次の人（田中さん、山本さん）に連絡しました",
        ),
        (
            "asked_on_site",
            BORIS,
            {"people": ["田中", "山本"]},
            "佐藤 健一さんが現場の人（田中さん、山本さん）に頼みました",
        ),
        ("asked_on_site", BORIS, {"people": []}, "佐藤 健一さんが現場の人に頼みました"),
        (
            "hr_called",
            CLOCK,
            {"people": ["花村"]},
            "ほかに向かう人がいないため、人事（花村さん）に連絡しました",
        ),
        (
            "arrival_asked",
            CLOCK,
            {"person": "佐藤 健一"},
            "佐藤 健一さんに、到着したかどうかを尋ねました",
        ),
        (
            "arrival_asked",
            CLOCK,
            {"people": ["佐藤 健一"]},
            "佐藤 健一さんに、到着したかどうかを尋ねました",
        ),
        (
            "not_arrived",
            CLOCK,
            {"person": "佐藤 健一"},
            "佐藤 健一さんから到着の連絡がないため、ほかの人にもう一度連絡しました",
        ),
        ("goes_on_in", ANNA, {"number": 12}, "通報12で続いています"),
        (
            "made_real",
            BORIS,
            {"number": 12},
            "佐藤 健一さん：これは訓練ではありません（通報 12 として続けます）",
        ),
        (
            "was_drill",
            CLOCK,
            {"number": 11},
            "訓練ではありません（訓練の通報 11 として始まりました）",
        ),
        ("message", OLGA, {"text": "聞こえています"}, f"{OLGAS}：聞こえています"),
        ("note", BORIS, {"text": "50%off"}, "佐藤 健一さんのメモ：50%off"),
        ("classified", BORIS, {"text": "暴言型"}, "佐藤 健一さんが分類を記入しました：暴言型"),
        (
            "police_called",
            OLGA,
            {"number_called": "110", "reference": "4521", "station": "中央警察署"},
            f"{OLGAS}が110番通報しました（中央警察署、受理番号 4521）",
        ),
        (
            "police_called",
            OLGA,
            {"number_called": "110", "reference": "4521", "station": ""},
            f"{OLGAS}が110番通報しました（受理番号 4521）",
        ),
        (
            "police_called",
            OLGA,
            {"number_called": "045-000-1212", "reference": "", "station": "加賀町警察署"},
            f"{OLGAS}が110番通報しました（045-000-1212、加賀町警察署、受理番号は確認中）",
        ),
        (
            "police_called",
            OLGA,
            {"number_called": "110"},
            f"{OLGAS}が110番通報しました（受理番号は確認中）",
        ),
        (
            "police_reference",
            OLGA,
            {"reference": "4521"},
            f"{OLGAS}が110番通報の受理番号を記録しました：4521",
        ),
        (
            "fire_called",
            OLGA,
            {"number_called": "119", "reference": "", "station": ""},
            f"{OLGAS}が119番通報しました（受理番号は確認中）",
        ),
        (
            "dispatch_requested",
            OLGA,
            {"call_sign": "M-14"},
            f"{OLGAS}が緊急対処員 M-14 に出動を指示しました",
        ),
        (
            "dispatch_left",
            OLGA,
            {"call_sign": "M-14", "result": "police"},
            "緊急対処員 M-14 が離脱しました（警察へ引き渡し）",
        ),
        (
            "desk_closed",
            OLGA,
            {"result": "calmed", "words": "相手は立ち去りました"},
            f"{OLGAS}が対応を終了しました（沈静化）：相手は立ち去りました",
        ),
        ("desk_closed", OLGA, {"result": "calmed"}, f"{OLGAS}が対応を終了しました（沈静化）"),
        ("desk_closed", OLGA, {"result": "of a later release"}, f"{OLGAS}が対応を終了しました"),
        (
            "desk_break_glass",
            OLGA,
            {"reason": "police_ask"},
            f"{OLGAS}が緊急閲覧で記録を開きました（警察・消防からの照会）",
        ),
    ],
)
def test_what_is_known_is_said_and_what_is_not_is_left_out(
    kind: str, by: Who, payload: dict[str, Any], words: str
) -> None:
    assert said(kind, by, **payload) == words


def test_a_posts_shared_device_is_no_person() -> None:
    counter = ("device", "1階 総合案内")
    assert said("opened", counter, of_post=True) == "1階 総合案内が通報しました"
    assert said("closed", BORIS, of_post=True) == "佐藤 健一さんが終了しました"


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (("user", ""), "担当者が終了しました"),
        (("device", ""), "通報した人が終了しました"),
        (("operator", ""), "警備会社が終了しました"),
        (("responder", "田中 勇"), "警備会社 田中 勇さんが終了しました"),
    ],
)
def test_anyone_who_has_no_name_is_not_the_system(by: Who, words: str) -> None:
    assert said("closed", by) == words


def test_the_console_says_it_in_the_same_words() -> None:
    seen = SeenEvent(kind="safe", actor_kind="device", actor_name="髙橋 美咲", payload={})
    assert sentence(seen, of_post=False) == said("safe", ANNA)
