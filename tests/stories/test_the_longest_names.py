"""Nothing that the company may call somebody or write ever refuses a press or an answer: every name
and text as long as the product takes it, through every door."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from audit.actors import Actor
from incidents.models import Category, Incident
from people.devices.services import create_device
from people.models import Employee, Post, SupervisorAssignment
from recordings.models import PlaySession
from tests.clock import run_due, time_passes
from tests.conftest import Phone, phone_of, signed_in
from tests.stories.scene import Scene

IN_TOKYO = "東京都千代田区"


def longest(row: Model, *names: str) -> None:
    """As long as the row's own form takes it."""
    for name in names:
        length = row._meta.get_field(name).max_length
        setattr(row, name, (IN_TOKYO * 200)[:length])
    row.save()


@pytest.fixture
def anna_with_the_longest_name(anna: Employee) -> Phone:
    longest(anna, "family_name", "given_name", "floor", "job_title", "employer")
    longest(anna.department, "name")
    assert anna.site is not None
    longest(anna.site, "name")
    return phone_of(anna)


@pytest.fixture
def long_post(boris: User, second: User) -> Phone:
    """Of a counter for which boris and second answer."""
    post = Post.objects.select_related("site").first()
    assert post is not None
    for turn, person in enumerate((boris, second), start=1):
        mine = Employee.objects.get(user=person)
        SupervisorAssignment.objects.create(supervisor=mine, site=post.site, priority=turn)
    longest(post, "name", "floor")
    longest(post.site, "name")
    device, token = create_device(employee=None, post=post, kind="tablet", name="t")
    return Phone(device, token)


@pytest.fixture
def people(boris: User, second: User, hanna: User) -> dict[str, User]:
    for person in (boris, second):
        longest(person, "family_name", "given_name")
    return {"boris": boris, "second": second, "hanna": hanna}


def test_anna_is_helped_whatever_everybody_is_called(
    anna_with_the_longest_name: Phone, people: dict[str, User], olga: Actor
) -> None:
    scene = Scene(anna_with_the_longest_name, people)
    scene.taps(level="support")
    _everybody_answers(scene)
    scene.olga("claim")
    scene.olga("close", result="calmed")
    _ends_and_goes_on(scene)


def test_a_counter_calls_whatever_it_is_called(long_post: Phone, people: dict[str, User]) -> None:
    scene = Scene(long_post, people)
    scene.taps(level="support")
    _everybody_answers(scene)
    time_passes(100)
    scene.taps()
    _ends_and_goes_on(scene)


def _everybody_answers(scene: Scene) -> None:
    for button in ("acknowledge", "head-out", "still-on-way", "cannot-come", "arrive"):
        scene.presses("boris", button)
    scene.presses("second", "head-out")
    scene.presses("boris", "note", text="あ" * 2000)
    answered = scene.phone.post(
        f"incidents/{scene.id}/messages", {"client_id": str(uuid.uuid4()), "text": "あ" * 500}
    )
    assert answered.status_code == 201
    run_due()


def _ends_and_goes_on(scene: Scene) -> None:
    scene.presses("boris", "close", outcome="resolved", presses=scene.incident.presses)
    assert scene.incident.closed_by_name == scene.people["boris"].get_full_name()
    category = Category.objects.filter(is_on=True).first()
    assert category is not None
    scene.presses("boris", "classify", category=category.pk)
    assert scene.incident.classifications.get().by_name == scene.people["boris"].get_full_name()
    scene.says("still_going")
    scene.says("safe")
    scene.ends_it()
    assert scene.incident.closed_by_name == scene.phone.device.holder.full_name


def test_a_message_longer_than_a_title_reaches_her_and_counts(scene: Scene) -> None:
    scene.taps()
    scene.heard()
    text = "すぐ行きます。" * 70
    scene.presses("boris", "message", client_id=str(uuid.uuid4()), text=text)
    assert scene.screen()["messages"][0]["text"] == text
    assert scene.screen()["acknowledged_by"] is not None
    titles = scene.heard()
    assert any(one.startswith(text[:190]) and one.endswith("…") for one in titles)


def test_hr_gives_a_counter_its_longest_name_and_it_calls(acme: Any, hanna: User) -> None:
    post = Post.objects.select_related("site").first()
    assert post is not None
    form = {"site": post.site_id, "floor": "階" * 20, "kind": post.kind, "name": "総" * 80}
    saved = signed_in(hanna).post(
        reverse("admin:people_post_change", args=[post.pk], urlconf="config.urls_company"), form
    )
    assert saved.status_code == 302
    post.refresh_from_db()
    device, token = create_device(employee=None, post=post, kind="tablet", name="t")
    pressed = Phone(device, token).tap()
    assert pressed.status_code == 201
    assert Incident.objects.get().holder == post


LONGEST_OF_EACH = {
    "closed_by_name": Incident,
    "actor_name": Incident._meta.get_field("events").related_model,
    "author_name": Incident._meta.get_field("messages").related_model,
    "by_name": Incident._meta.get_field("classifications").related_model,
}


def _length(model: type[Model], *names: str) -> int:
    lengths = [model._meta.get_field(name).max_length or 0 for name in names]
    return sum(lengths) + len(names) - 1


@pytest.mark.parametrize(
    ("column", "model"), [*LONGEST_OF_EACH.items(), ("actor_name", PlaySession)]
)
def test_a_column_for_a_name_takes_whatever_anybody_can_be_called(
    acme: Any, column: str, model: Any
) -> None:
    """A widened name of a person or place, and a column that is not: here it shows."""
    site = Post._meta.get_field("site").related_model
    longest_name = max(
        _length(User, "family_name", "given_name"),
        _length(Employee, "family_name", "given_name"),
        _length(Post, "name", "floor") + 1 + _length(site, "name"),
    )
    assert model._meta.get_field(column).max_length >= longest_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT atttypmod - 4 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
            [model._meta.db_table, column],
        )
        assert cursor.fetchone()[0] == model._meta.get_field(column).max_length


def test_a_client_that_sends_a_longer_text_than_it_may_is_told_so(scene: Scene) -> None:
    scene.taps()
    body = {"client_id": str(uuid.uuid4()), "text": "あ" * 501}
    assert scene.phone.post(f"incidents/{scene.id}/messages", body).status_code == 400
