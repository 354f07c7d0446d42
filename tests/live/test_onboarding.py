"""From the platform's start page to a passed exercise, by what is to be seen alone.

The platform opens the company. Nobody types another address: hanna's is in the mail, the phones
read theirs from the square on the sheet.
"""

import os
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.db import connection
from playwright.sync_api import Browser, expect

from accounts.models import User
from tenants.context import run_in
from tenants.models import Company
from tests.live.browsers import SILENT, chromiums
from tests.live.conftest import Server, free_port
from tests.live.person_at_screen import PersonAtScreen, Sink
from tests.support.second_factor import code_of
from tests.support.workers import Worker

pytestmark = pytest.mark.browser

PASSWORD = "hidamari no niwa 7"
HEAD = "従業員番号,姓,名,セイ,メイ,部署コード,拠点,雇用区分,入社日,上司従業員番号,メールアドレス"
PEOPLE = (
    "000201,髙橋,武,タカハシ,タケシ,10,本町店,正社員,2020/4/1,000202,takahashi@new.example",
    "000202,佐藤,恵,サトウ,メグミ,10,本町店,正社員,R2.4.1,,sato@new.example",
    "000203,﨑山,花,ｻｷﾔﾏ,ハナ,10,本町店,パート,2024年4月1日,000201,",
)
WRONG = (
    "000204,森,翔,モリ,ショウ,99,本町店,正社員,2024/4/1,,",
    "000205,林,葵,ハヤシ,アオイ,10,駅前店,正社員,2024/4/1,,",
    "000206,原,蓮,ハラ,レン,10,本町店,正社員,2024/13/41,,",
)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    kept, port = Sink(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture
def house(sink: tuple[Sink, int], django_db_setup: None) -> Iterator[Server]:
    """A server whose mail goes to the sink, and its worker."""
    running = Server(free_port(), {"EMAIL_URL": f"smtp://127.0.0.1:{sink[1]}"})
    worker = Worker(sink[1])
    running.start()
    # Links in mails are made by the process that sends them.
    os.environ["PORT"], before = str(running.port), os.environ.get("PORT", "")
    worker.start()
    os.environ["PORT"] = before
    yield running
    worker.kill()
    running.stop()


@dataclass(frozen=True)
class Opener:
    """A platform administrator, and what the authenticator app on the desk holds."""

    username: str
    secret: str
    start: str


@pytest.fixture
def opener(house: Server, django_db_blocker: Any) -> Opener:
    with django_db_blocker.unblock():
        platform, secret = Company.objects.get(schema_name="platform"), generate_totp_secret()

        def hired() -> User:
            user = User.objects.create_user(
                f"ran{uuid.uuid4().hex[:8]}", PASSWORD, family_name="蘭", roles=["platform_admin"]
            )
            TOTP.activate(user, secret)
            return user

        user = run_in(platform, hired)
        connection.close()
    return Opener(user.username, secret, f"http://localhost:{house.port}/admin/")


def signs_in(ran: PersonAtScreen, opener: Opener) -> None:
    ran.page.goto(opener.start)
    ran.write("login", opener.username)
    ran.write("password", PASSWORD)
    ran.press("サインイン")
    ran.write("code", code_of(opener.secret))
    ran.press("サインイン")


def opens_company(ran: PersonAtScreen) -> None:
    """Whose first administrator is invited by mail."""
    ran.touch(ran.page.locator("a[href$='/tenants/company/']").first)
    ran.touch(ran.page.locator("a[href$='/tenants/company/add/']").first)
    name = f"live{uuid.uuid4().hex[:8]}"
    for field_name, text in (
        ("name", "みなみ百貨店"),
        ("schema_name", name),
        ("host", f"{name}.localhost"),
        ("family_name", "人見"),
        ("given_name", "ハナ"),
        ("username", "000101"),
        ("email", "hanna@new.example"),
    ):
        ran.write(field_name, text)
    ran.still("onboarding-platform.png")
    ran.save()
    expect(ran.page.locator("#result_list").get_by_text(name, exact=True)).to_be_visible()


def file_of(tmp_path: Path, *rows: str) -> Path:
    made = tmp_path / "従業員.csv"
    made.write_bytes("\r\n".join([HEAD, *rows]).encode("cp932"))
    return made


def screen(browser: Browser, *, width: int = 1440, height: int = 900) -> PersonAtScreen:
    given = {"width": width, "height": height}
    context = browser.new_context(
        locale="ja", timezone_id="Asia/Tokyo", viewport=given, permissions=["geolocation"]
    )
    return PersonAtScreen(context.new_page())


def test_a_company_comes_from_the_platform_to_a_passed_exercise(
    sink: tuple[Sink, int], opener: Opener, tmp_path: Path, tell: Any
) -> None:
    mails, began = sink[0], time.monotonic()
    with chromiums(None, SILENT) as (office, pocket):
        ran = screen(office)
        signs_in(ran, opener)
        opens_company(ran)
        hanna = screen(office)
        hanna.page.goto(mails.link_to("hanna@new.example"))
        prepares(hanna, tmp_path, comes_in(hanna))
        appoints(hanna)
        decides_the_contact_rule(hanna)
        checks_the_reach(hanna, mails, office)
        phones = hands_out(hanna, pocket)
        announces(hanna)
        deputy = screen(office, width=375, height=812)
        deputy.page.goto(mails.link_to("sato@new.example"))
        chooses_password(deputy)
        rehearse(phones, deputy)
        passed(hanna)
    everybody = [ran, hanna, deputy, *phones]
    presses = sum(one.presses for one in everybody)
    tell(
        f"onboarding: {hanna.presses} presses by HR, {presses} by everybody,"
        f" {(time.monotonic() - began) / 60:.1f} min by machine"
    )


def chooses_password(somebody: PersonAtScreen) -> None:
    somebody.write("new_password1", PASSWORD)
    somebody.write("new_password2", PASSWORD)
    somebody.still("onboarding-invitation.png")
    somebody.press("パスワードを設定して進む")


def comes_in(hanna: PersonAtScreen) -> str:
    """Returns a recovery code, for when she is asked once more before her app shows the next."""
    chooses_password(hanna)
    hanna.touch(hanna.page.locator("summary"))
    secret = hanna.page.locator(".secret").inner_text()
    while time.time() % 30 > 25:
        time.sleep(0.2)
    hanna.write("code", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    hanna.press("設定する")
    expect(hanna.page.get_by_text("保管しました。続ける")).to_be_visible()
    (spare, *_others) = re.findall(r"<li>(\d{8})</li>", hanna.page.content())
    hanna.follow("保管しました。続ける")
    expect(hanna.page.get_by_text("9項目中 0項目が完了")).to_be_visible()
    hanna.still("onboarding-checklist.png")
    return str(spare)


def home(hanna: PersonAtScreen) -> None:
    hanna.menu("ダッシュボード")


def prepares(hanna: PersonAtScreen, tmp_path: Path, spare: str) -> None:
    """What she writes about: the purpose, the place, the people."""
    hanna.follow("利用目的を書く")
    hanna.write("code", spare)
    hanna.press("確認する")
    hanna.save()
    home(hanna)
    hanna.follow("拠点を登録する")
    for name, text in (
        ("name", "本町店"),
        ("address", "東京都中央区本町1-1"),
        ("latitude", "35.68"),
        ("longitude", "139.77"),
    ):
        hanna.write(name, text)
    hanna.save()
    hanna.menu("部署")
    hanna.touch(hanna.page.locator("a[href$='/department/add/']").first)
    hanna.write("name", "売場")
    hanna.write("code", "10")
    hanna.save()
    home(hanna)
    hanna.follow("従業員を取り込む")
    imports(hanna, tmp_path)


def imports(hanna: PersonAtScreen, tmp_path: Path) -> None:
    """The list says who answers for whom; those two are invited by it."""
    upload = hanna.page.locator("input[type=file]")
    upload.set_input_files(file_of(tmp_path, *PEOPLE, *WRONG))
    hanna.press("内容を確認する")
    for reason in ("部署「99」は登録されていません", "拠点「駅前店」は登録されていません", "日付"):
        expect(hanna.page.get_by_text(reason).first).to_be_visible(timeout=60_000)
    hanna.still("onboarding-import.png")
    upload.set_input_files(file_of(tmp_path, *PEOPLE))
    hanna.press("内容を確認する")
    expect(hanna.page.get_by_text("sato@new.exampleに招待を送ります")).to_be_visible(timeout=60_000)
    hanna.press("取り込む")
    expect(hanna.page.get_by_text("sato@new.exampleに招待を送りました")).to_be_visible(
        timeout=60_000
    )


def appoints(hanna: PersonAtScreen) -> None:
    """A second administrator; a deputy for the supervisor of the list, who is on leave."""
    home(hanna)
    hanna.follow("2人目を招待する")
    invites(hanna, "000102", "二見", "人事担当")
    home(hanna)
    hanna.press("上司を割り当てる", "link")
    hanna.choose("supervisor", "佐藤")
    hanna.choose("department", "売場")
    hanna.write("priority", "2")
    hanna.save()
    hanna.menu("休暇・休職")
    hanna.touch(hanna.page.locator("a[href$='/leave/add/']").first)
    hanna.choose("employee", "髙橋")
    today = time.strftime("%Y-%m-%d")
    hanna.write("starts_on", today)
    hanna.write("ends_on", today)
    hanna.save()


def decides_the_contact_rule(hanna: PersonAtScreen) -> None:
    home(hanna)
    hanna.follow("連絡ルールを決める")
    hanna.write("step_seconds", "45")
    hanna.save()
    home(hanna)
    expect(hanna.page.get_by_text("次の人へ45秒、選ぶまで60秒")).to_be_visible()


def checks_the_reach(hanna: PersonAtScreen, mails: Sink, office: Browser) -> None:
    """A test message to both, who each press its button, one on leave and at home."""
    home(hanna)
    hanna.follow("届き方を確認する")
    hanna.press("全員（2人）に送る")
    expect(hanna.page.get_by_text("応答を待っています")).to_have_count(2)
    for to in ("takahashi@new.example", "sato@new.example"):
        somebody = screen(office, width=375, height=812)
        somebody.page.goto(mails.link_to(to, "/portal/reach/"))
        somebody.touch(somebody.page.get_by_role("button", name=re.compile("^届きました")))
        expect(somebody.page.get_by_text("ありがとうございます")).to_be_visible()
        somebody.still("onboarding-reach-confirmed.png")
    hanna.menu("届き方の確認")
    expect(hanna.page.locator(".reach-state.green")).to_have_count(2)
    hanna.still("onboarding-reach.png")
    hanna.menu("備え")
    expect(hanna.page.get_by_text("割り当てられた上司の全員が、90日以内に")).to_be_visible()
    hanna.still("onboarding-readiness.png")
    hanna.follow("ダッシュボード")


def invites(hanna: PersonAtScreen, number: str, name: str, role: str) -> None:
    for field_name, text in (
        ("family_name", name),
        ("username", number),
        ("email", f"u{number}@new.example"),
    ):
        hanna.write(field_name, text)
    hanna.touch(hanna.page.locator("label", has_text=role).first)
    hanna.save()


def hands_out(hanna: PersonAtScreen, pocket: Browser) -> list[PersonAtScreen]:
    """A sheet for somebody without e-mail, and one for the shared phone of the counter."""
    hanna.menu("配置場所")
    hanna.touch(hanna.page.locator("a[href$='/post/add/']").first)
    hanna.write("name", "1階レジ")
    hanna.page.locator("select[name=kind]").select_option(label="共用端末")
    hanna.page.locator("select[name=site]").select_option(label="本町店")
    hanna.save()
    phones = [enrolled(hanna, pocket, "1階レジ")]
    hanna.menu("従業員")
    return [enrolled(hanna, pocket, "﨑山"), *phones]


def enrolled(hanna: PersonAtScreen, pocket: Browser, who: str) -> PersonAtScreen:
    """The phone's camera reads the address from the square on the sheet."""
    hanna.tick(who)
    hanna.run("登録用紙を作る")
    hanna.press("登録用紙を作る")
    code = hanna.page.locator(".sheet-code").inner_text()
    start = hanna.page.url.partition("/portal/")[0]
    hanna.follow("従業員の一覧に戻る")
    phone = screen(pocket, width=375, height=812)
    phone.page.goto(f"{start}/app/#code={code}")
    phone.press("登録する")
    phone.touch(phone.page.locator("[data-tab=ready]"))
    expect(phone.page.locator("[data-press]")).to_be_visible()
    return phone


def announces(hanna: PersonAtScreen) -> None:
    home(hanna)
    hanna.follow("訓練を予告する")
    hanna.choose("site", "本町店")
    hanna.still("onboarding-exercise.png")
    hanna.save()


def rehearse(phones: list[PersonAtScreen], deputy: PersonAtScreen) -> None:
    """She says that it is a drill. The supervisor is on leave: the deputy is called and sees it."""
    hers = phones[0]
    expect(hers.page.locator("[data-exercise]")).to_be_visible()
    hers.touch(hers.page.locator("[data-press]"))
    hers.still("onboarding-drill.png")
    hers.press("訓練")
    hers.touch(hers.page.locator("[data-veil]"))
    expect(hers.page.locator("[data-drill]")).to_be_visible()
    alarm = deputy.page.get_by_role("link", name="﨑山 花").first
    expect(alarm).to_be_visible(timeout=60_000)
    deputy.touch(alarm)
    expect(deputy.page.get_by_text("訓練").first).to_be_visible()
    deputy.touch(deputy.page.get_by_role("button", name=re.compile("^確認しました")))
    expect(hers.page.get_by_text("佐藤さん").first).to_be_visible()


def passed(hanna: PersonAtScreen) -> None:
    hanna.menu("訓練")
    expect(hanna.page.get_by_text("合格").first).to_be_visible()
