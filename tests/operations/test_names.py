"""Whoever did something is named politely, at the company and at the desk alike; no system is."""

import pytest

from incidents.models import Incident, IncidentEvent
from incidents.selectors import timeline
from operations.models import AccessGrant, Case
from tests.operations.test_console import console, page


@pytest.mark.parametrize(
    ("kind", "actor_kind", "name", "line"),
    [
        ("support_requested", "system", "", "システムが警備会社へ支援を要請"),
        ("support_requested", "system", "システム", "システムが警備会社へ支援を要請"),
        ("support_requested", "user", "佐藤 健一", "佐藤 健一さんが警備会社へ支援を要請"),
        ("still_going", "device", "髙橋 美咲", "髙橋 美咲さん：まだ続いています"),
        ("desk_claimed", "operator", "三宅 礼子", "警備会社 三宅 礼子さんが引き継ぎました"),
        ("desk_phoned", "operator", "三宅 礼子", "警備会社 三宅 礼子さんが電話をかけました"),
        ("desk_given_back", "operator", "", "警備会社が案件を受信キューに戻しました"),
    ],
)  # fmt: skip
def test_people_are_called_san_and_the_system_is_not(
    kind: str, actor_kind: str, name: str, line: str,
    grant: AccessGrant, case: Case, incident: Incident,
) -> None:  # fmt: skip
    IncidentEvent.objects.create(
        incident=incident, kind=kind, actor_kind=actor_kind, actor_name=name
    )
    assert line in [entry.text for entry in timeline(incident)]
    assert line in console("olga").get(page(case)).content.decode()
