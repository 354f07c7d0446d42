"""A site's number is a link only if a mobile telephone can dial it: an extension never is."""

import pytest

from accounts.models import User
from demo.data import ACME, GLOBEX
from people.models import Employee, Site
from tests.conftest import Phone, signed_in

EXTENSIONS = ["内線 110", "110", "8110", "#9110", "防災センター", "内線 03", "119", "0120", ""]
OUTSIDE = {
    "03-0000-1100": "0300001100",
    "045-000-2200": "0450002200",
    "０３（００００）１１００": "0300001100",
    "090 0000 1000": "09000001000",
    "+81 3 0000 1100": "+81300001100",
}


def numbered(anna: Employee, number: str) -> None:
    Site.objects.filter(pk=anna.site_id).update(internal_number=number)


@pytest.mark.parametrize("number", EXTENSIONS)
def test_an_extension_is_read_and_not_dialled(
    number: str, anna: Employee, annas_phone: Phone
) -> None:
    numbered(anna, number)
    site = annas_phone.get("device").json()["site"]
    assert (site["internal_number"], site["number_to_dial"]) == (number, "")


@pytest.mark.parametrize("number", OUTSIDE)
def test_an_outside_number_is_dialled_and_is_no_extension(
    number: str, anna: Employee, annas_phone: Phone, boris: User
) -> None:
    numbered(anna, number)
    assert annas_phone.get("device").json()["site"]["number_to_dial"] == OUTSIDE[number]
    incident = annas_phone.tap().json()["id"]
    page = signed_in(boris).get(f"/portal/incidents/{incident}/").content.decode()
    assert "拠点の電話" in page
    assert "拠点の内線" not in page


def test_the_number_of_the_demo_calls_nobody_else() -> None:
    """Not even by those who dial its digits."""
    numbers = [site[-1] for company in (ACME, GLOBEX) for site in company.sites]
    assert not {"110", "119", "118"} & {number.split()[-1] for number in numbers}
