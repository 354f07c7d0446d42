"""Two companies as like as twins: the same keys inside, the same people and passwords, and in each
one alarm with everything that belongs to it. What one shows and the other must not is its mark."""

import json
import uuid
from datetime import time
from urllib.parse import urlsplit

from auditlog.models import LogEntry

from accounts.models import RefusedSignIn, SavedView, SingleSignOn, User
from accounts.sso.policy import keep
from audit.services import ADMIN_STREAM, append
from demo.data import ACME, GLOBEX, DemoCompany
from demo.links import phone_signer, signer
from demo.seed import fill
from escalation.models import ContactRule, Exercise
from incidents.models import Category, Incident, RetentionSettings
from jobs.models import Job, SettledJob
from notifications.links import acknowledge_path, personal_path
from notifications.models import Notice, NoticeText
from people.devices.services import create_device, issue_code, issue_tap_token
from people.models import (
    AppSettings,
    Department,
    Device,
    Employee,
    Exclusion,
    Holiday,
    ImportRun,
    Leave,
    OpeningHours,
    PlannedChange,
    Post,
    ProvisionedEmployee,
    Site,
    SiteManagement,
    SupervisorAssignment,
    Upload,
    WorkPattern,
)
from people.provisioning.tokens import issue_token
from people.supervision.selectors import actor_for_device
from recordings.models import Purpose, Recording
from tenants.context import run_in
from tenants.models import Company, Contract, Domain
from tenants.provisioning import create_company
from tests.isolation.alarms import alarm, record
from tests.isolation.sign_ins import PEOPLE, STAFF, desks, sign_in_everybody
from tests.isolation.twin_company import LONG_AGO, NOBODY, Credential, Side
from wellbeing.models import CareTask, RuleSetting, SupportLine, WellbeingSettings


def twins() -> tuple[Side, Side]:
    acme, globex = (_furnish(mark, demo) for mark, demo in (("acme", ACME), ("globex", GLOBEX)))
    _same_secrets_inside(acme, globex)
    for side in (acme, globex):
        run_in(side.company, sign_in_everybody, side)
        record(side)
    desks(acme)
    globex.credentials |= {name: acme.credentials[name] for name in STAFF}
    _platform(acme, globex)
    Job.objects.filter(company_id__in=[acme.company.pk, globex.company.pk]).delete()
    return acme, globex


def _furnish(mark: str, demo: DemoCompany) -> Side:
    schema = f"{mark}{uuid.uuid4().hex[:8]}"
    company = create_company(
        name=demo.name, schema=schema, domain=f"{schema}.localhost", support=True
    )
    run_in(company, fill, demo)
    side = Side(company, f"{mark}のことば")
    side.names |= {"mark": side.mark, "site": demo.sites[0][0]}
    side.names["department"] = demo.departments[0][1]
    side.names["department_json"] = json.dumps(side.names["department"])[1:-1]
    side.names |= {"longitude": "139.5", "peaks": "0.039"}
    if mark == "globex":
        side.names |= {"longitude": "140.5", "peaks": "0.118"}
    run_in(company, _devices, side)
    alarm(side)
    run_in(company, _names, side)
    return side


def _devices(side: Side) -> None:
    anna, colleague = (Employee.objects.get(number=number) for number in ("020182", "020187"))
    anna.user = User.objects.create_user(
        "anna",
        "demo-sobani-2026",
        family_name="髙橋",
        given_name="美咲",
        given_kana=side.mark,
        roles=[],
    )
    anna.save()
    holders: dict[str, tuple[Employee | None, Post | None]] = {
        "anna's phone": (anna, None),
        "colleague's phone": (colleague, None),
        "post's phone": (None, Post.objects.order_by("pk").first()),
        "revoked phone": (anna, None),
    }
    for name, (employee, post) in holders.items():
        device, token = create_device(employee=employee, post=post, kind="iphone", name=side.mark)
        side.credentials[name] = Credential({"Authorization": f"Bearer {token}"})
        side.keys[name] = device.pk
        side.names[name] = token
        side.names.setdefault("phone", str(device.public_id))
    Device.objects.filter(pk=side.keys["revoked phone"]).update(revoked_at="2026-01-01T00:00:00Z")
    side.names["code"] = issue_code(holder=anna)
    button, side.names["tap_token"] = issue_tap_token(holder=anna, name=side.mark)
    append(ADMIN_STREAM, "tap_token.issued", actor_for_device(button), device=button.public_id)
    side.names["button"], side.keys["button"] = str(button.public_id), button.pk
    side.credentials[NOBODY] = Credential()
    _provider(side, colleague)


def _provider(side: Side, kept: Employee) -> None:
    """The company's identity provider keeps a colleague of anna's."""
    token, text = issue_token(name=side.mark, by=User.objects.get(username="hanna"))
    side.credentials["provider"] = Credential({"Authorization": f"Bearer {text}"})
    side.keys["token"] = token.pk
    ProvisionedEmployee.objects.create(employee=kept, user_name=side.mark)
    side.names["provisioned"] = str(kept.public_id)


def _names(side: Side) -> None:
    call_to_boris = Notice.objects.get(recipient_user__username="boris")
    told = Notice.objects.create(
        recipient_device_id=side.keys["anna's phone"],
        kind="answer",
        title=side.mark,
        path="/app/",
        incident_id=side.names["incident"],
        dedupe="told",
    )
    recording, incident = Recording.objects.get(), Incident.objects.get()
    side.keys["incident"] = incident.pk
    anna = Employee.objects.get(number="020182")
    reminder = Notice.objects.create(
        recipient_employee=anna,
        kind="check_in",
        title=side.mark,
        path="/portal/check-in/",
        dedupe="reminder",
    )
    side.names["sso"] = _single_sign_on(side)
    check = Notice.objects.create(
        recipient_user=call_to_boris.recipient_user,
        kind=Notice.CHECK,
        title=side.mark,
        path="/portal/reach/",
        dedupe="check",
    )
    side.names |= {"check": str(check.public_id)}
    side.names |= {"check_link": urlsplit(personal_path(check)).query}
    side.keys |= _condition_settings(anna, side.mark)
    side.names |= {
        "care": str(CareTask.objects.create(employee=anna, due_on="2026-11-24").public_id),
        "person": str(anna.public_id),
        "reminder": str(reminder.public_id),
        "reminder_link": urlsplit(personal_path(reminder)).query,
    }
    side.names |= {
        "upload": str(_upload(side.mark).public_id),
        "plan": str(_plan().public_id),
        "place": str(anna.site.public_id),
        "notice": str(call_to_boris.public_id),
        "told": str(told.public_id),
        "link": urlsplit(acknowledge_path(call_to_boris)).query,
        "demo_phone": phone_signer().sign(side.company.schema),
        "demo": signer().sign(f"{side.company.schema}:boris"),
    }
    side.keys |= {
        "recording": recording.pk,
        "notice": call_to_boris.pk,
        "told": told.pk,
        "log": LogEntry.objects.filter(object_repr=side.names["department"]).earliest("pk").pk,
        "site": Site.objects.get(name=side.names["site"]).pk,
        "department": Department.objects.get(name=side.names["department"]).pk,
        "post": Post.objects.filter(site__name=side.names["site"]).earliest("pk").pk,
        "assignment": SupervisorAssignment.objects.earliest("pk").pk,
        "management": SiteManagement.objects.get().pk,
        **{name: User.objects.get(username=name).pk for name in PEOPLE},
        **{f"employee {e.number}": e.pk for e in Employee.objects.all()},
    }
    side.names |= {f"{name}_pk": str(key) for name, key in side.keys.items()}


def _single_sign_on(side: Side) -> str:
    """Switched on; its provider is never reached from here."""
    issuer = f"https://127.0.0.1/{side.company.schema}"
    row = SingleSignOn(is_on=True, issuer=issuer, client_id="x", email_domains=["same.example"])
    keep(row, secret=side.mark)
    return issuer


def _upload(mark: str) -> Upload:
    return Upload.objects.create(
        by=User.objects.get(username="hanna"),
        file_name=mark,
        state=Upload.State.CHECKED,
        kept_until="2036-01-01T00:00:00Z",
        looked_at="2036-01-01T00:00:00Z",
        wrong_rows=mark.encode(),
        outcome={"name": "errors.csv", "kind": "text/csv"},
    )


def _plan() -> PlannedChange:
    return PlannedChange.objects.create(
        employee=Employee.objects.get(number="020187"),
        on="2036-01-01",
        job_title="店長",
        due_at="2036-01-01T00:00:00Z",
        fields=["job_title"],
        run=ImportRun.objects.earliest("pk"),
        by=User.objects.get(username="hanna"),
    )


def _condition_settings(anna: Employee, mark: str) -> dict[str, int]:
    hours = {"starts_at": time(9), "ends_at": time(18)}
    long_ago, boris = f"{LONG_AGO}T00:00:00Z", User.objects.get(username="boris")
    rows = {
        "settings": WellbeingSettings.objects.create(pk=1, exports_reason=mark),
        "rule": RuleSetting.objects.create(rule="silence", count=4),
        "line": SupportLine.objects.create(name=mark),
        "pattern": WorkPattern.objects.create(employee=anna, weekdays=[0], **hours),
        "leave": Leave.objects.create(employee=anna, starts_on=LONG_AGO, ends_on=LONG_AGO),
        "holiday": Holiday.objects.create(on=LONG_AGO, name=mark),
        "exclusion": Exclusion.objects.create(
            user=User.objects.get(username="carla"),
            incident_id=uuid.uuid4(),
            reason=mark,
            decided_by=User.objects.get(username="hanna"),
        ),
        "purpose": Purpose.objects.create(text=mark, published_by=boris),
        "exercise": Exercise.objects.create(
            site=anna.site, starts_at=long_ago, ends_at=long_ago, announced_by=boris
        ),
        "contact rule": ContactRule.objects.create(site=anna.site),
        "opening": OpeningHours.objects.create(weekdays=[0], opens_at=time(10), closes_at=time(20)),
        "app settings": AppSettings.objects.create(pk=1),
        "text": NoticeText.objects.create(language="ja", title=f"{mark}{{number}}", body=mark),
        "category": Category.objects.create(name=mark),
        "retention": RetentionSettings.objects.create(pk=1),
        "single sign-on": SingleSignOn.objects.get(),
        "view": SavedView.objects.create(
            owner=User.objects.get(username="hanna"),
            list="people.employee",
            name=mark,
            query="enrolled=no",
            is_shared=True,
        ),
        "refused": RefusedSignIn.objects.create(
            hour=long_ago, last_at=long_ago, method="code", reason="code", network=mark, times=1
        ),
        "import": ImportRun.objects.create(file_name=mark, by=User.objects.get(username="hanna")),
    }
    return {name: row.pk for name, row in rows.items()}


def _same_secrets_inside(acme: Side, globex: Side) -> None:
    """Even the stored hashes are equal: whatever is signed with them fits on both."""
    assert acme.keys == globex.keys, "the companies must hold rows with equal internal keys"
    hashes = run_in(acme.company, lambda: dict(User.objects.values_list("username", "password")))
    for username, password in hashes.items():
        for side in (acme, globex):
            same = {"password": password, "last_login": None, "email": f"{username}@same.example"}
            run_in(
                side.company,
                lambda name=username, to=same: User.objects.filter(username=name).update(**to),
            )


def _platform(*sides: Side) -> None:
    """What the platform has of everybody, named by the same keys from both."""
    ops, demo = (Company.objects.get(schema_name=name) for name in ("ops", "acme"))
    kept, _new = Job.objects.get_or_create(
        company=demo, kind="once.kept", key="once.kept", state=Job.State.DEAD
    )
    done, _new = SettledJob.objects.get_or_create(
        key="once.done",
        defaults={
            "company": demo,
            "kind": "once.done",
            "lane": 1,
            "state": "done",
            "due_at": "2036-01-01T00:00:00Z",
            "attempts": 1,
            "failures": 0,
        },
    )
    for side in sides:
        side.names |= {
            "ops company_pk": str(ops.pk),
            "ops host_pk": str(Domain.objects.get(tenant=ops).pk),
            "demo contract_pk": str(Contract.objects.get(company=demo).pk),
            "job_pk": str(kept.pk),
            "settled job_pk": done.pk,
            "demo company_pk": str(demo.pk),
            "recovery_pk": sides[-1].names["recovery_pk"],
        }
