"""The tables that an inspector asks for, on a page, on paper and in a spreadsheet."""

import csv
import io
import re
import uuid

from operations.models import Case
from tenants.models import Company
from tests.responder.conftest import desk_browser
from tests.support.answers import answered


def test_shares_are_shown_for_the_desk_and_for_each_company(acme: Company, globex: Company) -> None:
    for seconds in (5, 10, 40, 70):
        answered(acme, seconds)
    answered(globex, 8)
    page = desk_browser("olga").get("/desk/figures/").content.decode()
    assert "管制全体" in page
    for share in ("50.0%", "60.0%", "75.0%", "80.0%", "100.0%"):
        assert share in page


def test_what_has_just_come_is_no_share_on_the_page_nor_in_the_csv(acme: Company) -> None:
    Case.objects.create(
        company=acme, incident_id=uuid.uuid4(), number=1, level="support", source="employee"
    )
    browser = desk_browser("olga")
    page = browser.get("/desk/figures/").content.decode()
    assert ("0.0%" in page, "未達" in page) == (False, False)
    text = browser.get("/desk/figures.csv").content.decode("utf-8")[1:]
    for row in csv.DictReader(io.StringIO(text)):
        assert (row["通報"], row["応答"]) == ("1", "0")
        assert (row["30秒以内の割合"], row["60秒以内の割合"]) == ("", "")


def test_the_csv_holds_the_same_and_no_formula(acme: Company) -> None:
    Company.objects.filter(pk=acme.pk).update(name="=cmd|'/c calc'!A0")
    answered(acme, 5)
    answer = desk_browser("olga").get("/desk/figures.csv")
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["30秒以内の割合"] for row in rows] == ["1.0000", "1.0000"]
    assert rows[1]["会社"] == "'=cmd|'/c calc'!A0"


def test_somebody_who_drives_sees_no_figures(acme: Company) -> None:
    assert desk_browser("rosa").get("/desk/figures/").status_code == 403


def companies(page: str) -> list[str]:
    """In the order of the table of the period."""
    table = page.split('id="period"')[1].split("</table>")[0]
    return [name for name in re.findall(r'<th scope="row">(.*?)</th>', table) if name != "管制全体"]


def test_the_companies_are_sorted_by_the_head_that_was_pressed(
    acme: Company, globex: Company
) -> None:
    for seconds in (5, 70):
        answered(acme, seconds)
    answered(globex, 40)
    browser = desk_browser("olga")

    def ordered(query: str) -> list[str]:
        return companies(browser.get(f"/desk/figures/?order={query}").content.decode())

    assert ordered("alarms-down") == [acme.name, globex.name]
    assert ordered("alarms-up") == [globex.name, acme.name]
    assert ordered("within_60-down") == [globex.name, acme.name]
    assert ordered("p80-up") == [globex.name, acme.name]
    assert ordered("nothing-down") == ordered("")


def test_the_bars_of_a_day_say_how_fast_and_what_waits_is_late_for_nobody(acme: Company) -> None:
    for seconds in (5, 40, 70):
        answered(acme, seconds)
    Case.objects.create(
        company=acme, incident_id=uuid.uuid4(), number=1, level="support", source="employee"
    )
    page = desk_browser("olga").get("/desk/figures/").content.decode()
    assert "4件（30秒以内 1件、60秒以内 1件、60秒超・応答なし 1件）" in page
    for tone in ("green", "amber", "red", "open"):
        assert page.count(f'<rect class="{tone}"') == 1


def test_a_period_without_an_alarm_has_no_bars(acme: Company) -> None:
    answered(acme, 5)
    page = desk_browser("olga").get("/desk/figures/?since=2026-01-01&until=2026-01-31")
    period = page.content.decode().split('id="period"')[1].split("</section>")[0]
    assert "<rect" not in period


def test_every_percentile_is_explained_in_words(acme: Company) -> None:
    page = desk_browser("olga").get("/desk/figures/").content.decode()
    for words in ("5件中4件は、この秒数以内", "1,000件中985件は、この秒数以内"):
        assert words in page
