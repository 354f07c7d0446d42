"""Anna reads the app in the language that she chose on her phone. Nobody else's page changes."""

import re
from pathlib import Path
from shutil import copytree

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from config.app_texts import APP_FILES
from config.translations import faults, languages
from tenants.models import Company
from tests.conftest import Phone, signed_in

CALL = {
    "ja": "通報する",
    "ja-simple": "助けを 呼ぶ",
    "en": "Raise the alarm",
    "zh-hans": "求助",
    "vi": "Gọi giúp đỡ",
    "ne": "मद्दत माग्नुहोस्",
}


def at_acme(chosen: str = "", accepted: str = "") -> Client:
    client = Client(headers={"Host": "acme.localhost", "Accept-Language": accepted})
    if chosen:
        client.cookies["app_language"] = chosen
    return client


def language_of(page: str) -> str:
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("language", languages())
def test_every_word_is_there_with_its_placeholders(language: str) -> None:
    assert faults(language) == []


def test_every_file_of_the_apps_texts_is_there(settings: Settings) -> None:
    """A text that moves away would no longer be asked for in the app's languages."""
    gone = [one for one in APP_FILES if not list(Path(settings.BASE_DIR).glob(one))]
    assert gone == []


@pytest.fixture
def vietnamese(settings: Settings, tmp_path: Path) -> Path:
    """A copy of the catalogues, of which the Vietnamese one may be spoilt."""
    copytree(settings.LOCALE_PATHS[0], tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale/vi/LC_MESSAGES/django.po"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('msgid "Call the police (110)"', 'msgid "Dial 110"', "vi: missing: Call 110"),
        ("{name} đang đến", "đang đến", "vi: other placeholders: {name} is on the way"),
    ],
)
def test_a_word_that_is_missing_or_lost_a_name_is_found(
    vietnamese: Path, before: str, after: str, said: str
) -> None:
    call_command("check_translations")
    whole = vietnamese.read_text()
    assert before in whole
    vietnamese.write_text(whole.replace(before, after))
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("check_translations")


@pytest.mark.parametrize(("language", "words"), CALL.items())
def test_the_app_speaks_the_chosen_language(acme: Company, language: str, words: str) -> None:
    answer = at_acme(language, accepted="ja").get("/app/")
    page = answer.content.decode()
    assert language_of(page) == answer.headers["Content-Language"] == language
    assert f"<strong>{words}</strong>" in page
    manifest = at_acme(language).get("/app/manifest.webmanifest").json()
    assert manifest["lang"] == language


@pytest.mark.parametrize(
    ("accepted", "guessed"),
    [
        ("", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("vi-VN,vi;q=0.9,en-US;q=0.8", "vi"),
        ("ne-NP", "ne"),
        ("ja-simple", "ja-simple"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("pt-BR,en;q=0.5,ja;q=0.1", "en"),
        ("pt-BR,*;q=0.5", "ja"),
        ("x" * 9000, "ja"),
    ],
)
def test_the_first_guess_is_the_browsers_own(acme: Company, accepted: str, guessed: str) -> None:
    assert language_of(at_acme(accepted=accepted).get("/app/").content.decode()) == guessed


def test_a_choice_is_kept_by_the_server_and_a_guess_is_none(acme: Company) -> None:
    chosen = at_acme("ne").get("/app/").cookies["app_language"]
    assert (chosen.value, chosen["path"]) == ("ne", "/app/")
    assert int(chosen["max-age"]) > 300 * 24 * 3600
    assert "app_language" not in at_acme(accepted="ne").get("/app/").cookies
    assert language_of(at_acme("klingon").get("/app/").content.decode()) == "ja"


def test_the_worker_is_another_one_in_another_language(acme: Company) -> None:
    def worker(language: str) -> bytes:
        return at_acme(language).get("/app/sw.js").content

    assert worker("vi") == worker("vi") != worker("ja")


def test_the_portal_does_not_follow(boris: User) -> None:
    his = signed_in(boris)
    his.cookies["app_language"] = "vi"
    page = his.get("/portal/", headers={"Accept-Language": "vi"}).content.decode()
    assert language_of(page) == "ja"


def test_the_server_answers_in_the_language_of_the_app(annas_phone: Phone) -> None:
    def audiences(language: str) -> list[str]:
        known = annas_phone.call("get", "check-ins", HTTP_ACCEPT_LANGUAGE=language).json()
        return [one["text"] for one in known["audiences"]]

    assert audiences("vi")[-1] == "chỉ mình tôi"
    assert audiences("ja")[-1] == "自分だけ"
