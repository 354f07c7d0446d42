"""What the pages of devices show, in as many queries for two sites as for 200."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from people.devices.managed import ManagedDevices
from people.models import Device, Employee, Post, Site
from people.supervision.selectors import silent_devices

SHOWN = ("all", "missing", "silent")


@dataclass(frozen=True, slots=True)
class SiteLine:
    site: Site | None
    """None: those who work at no site."""
    people: int
    missing: int
    silent: int
    sheets: int


def site_lines(managed: ManagedDevices) -> list[SiteLine]:
    lacking = Count("pk", filter=Q(is_enrolled=False))
    counted = managed.employees().order_by().values("site").annotate(n=Count("pk"), lacking=lacking)
    staff: dict[int | None, tuple[int, int]] = {
        row["site"]: (row["n"], row["lacking"]) for row in counted
    }
    silent = by_site(silent_devices().filter(pk__in=managed.devices().values("pk")))
    sheets = by_site(managed.codes())
    sites: list[Site | None] = [*managed.sites(), *([None] if None in staff else [])]
    return [
        SiteLine(site, *staff.get(key, (0, 0)), silent[key], sheets[key])
        for site, key in ((site, site.pk if site else None) for site in sites)
    ]


def by_site(held: QuerySet[Any]) -> Counter[int | None]:
    """Count devices or codes by the site of their holders."""
    place = Coalesce("employee__site", "post__site")
    rows = held.order_by().annotate(place=place).values("place").annotate(n=Count("pk"))
    return Counter({row["place"]: row["n"] for row in rows})


def staff_of(managed: ManagedDevices, site: Site, shown: str) -> QuerySet[Employee]:
    return _narrowed(managed.employees().filter(site=site), shown)


def posts_of(managed: ManagedDevices, site: Site, shown: str) -> QuerySet[Post]:
    """Posts of a site; none is "missing" a device, because a counter needs none."""
    if shown == "missing":
        return Post.objects.none()
    return _narrowed(managed.posts().filter(site=site).select_related("site"), shown)


def _narrowed(holders: QuerySet[Any], shown: str) -> QuerySet[Any]:
    devices = Device.objects.filter(revoked_at__isnull=True).order_by("enrolled_at")
    prefetched = holders.prefetch_related(Prefetch("devices", devices, to_attr="in_hand"))
    if shown == "missing":
        return prefetched.filter(is_enrolled=False)
    return prefetched.filter(is_silent=True) if shown == "silent" else prefetched


@dataclass(frozen=True, slots=True)
class Held:
    device: Device
    is_silent: bool


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A holder and their devices: name, kana and number, nothing else of the person."""

    holder: Any
    kana: str
    field: str
    """What a sheet asks for it by."""
    devices: list[Held]


def holder_lines(holders: list[Any]) -> list[HolderLine]:
    keys = [device.pk for one in holders for device in one.in_hand]
    silent = set(silent_devices().filter(pk__in=keys).values_list("pk", flat=True))
    return [
        HolderLine(
            holder=one,
            kana=f"{one.family_kana} {one.given_kana}" if isinstance(one, Employee) else "",
            field="employee" if isinstance(one, Employee) else "post",
            devices=[Held(device, device.pk in silent) for device in one.in_hand],
        )
        for one in holders
    ]
