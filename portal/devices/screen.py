"""What the pages of devices show, in as many queries for two sites as for 200."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from people.devices.managed import Keeper
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


def site_lines(keeper: Keeper) -> list[SiteLine]:
    lacking = Count("pk", filter=Q(is_enrolled=False))
    counted = keeper.employees().order_by().values("site").annotate(n=Count("pk"), lacking=lacking)
    staff: dict[int | None, tuple[int, int]] = {
        row["site"]: (row["n"], row["lacking"]) for row in counted
    }
    silent = by_site(silent_devices().filter(pk__in=keeper.devices().values("pk")))
    sheets = by_site(keeper.codes())
    sites: list[Site | None] = [*keeper.sites(), *([None] if None in staff else [])]
    return [
        SiteLine(site, *staff.get(key, (0, 0)), silent[key], sheets[key])
        for site, key in ((site, site.pk if site else None) for site in sites)
    ]


def by_site(held: QuerySet[Any]) -> Counter[int | None]:
    """How many of these devices or codes belong to the people and posts of each site."""
    place = Coalesce("employee__site", "post__site")
    rows = held.order_by().annotate(place=place).values("place").annotate(n=Count("pk"))
    return Counter({row["place"]: row["n"] for row in rows})


def staff_of(keeper: Keeper, site: Site, shown: str) -> QuerySet[Employee]:
    return _narrowed(keeper.employees().filter(site=site), shown)


def posts_of(keeper: Keeper, site: Site, shown: str) -> QuerySet[Post]:
    """A counter needs no device, so that none is missing."""
    if shown == "missing":
        return Post.objects.none()
    return _narrowed(keeper.posts().filter(site=site).select_related("site"), shown)


def _narrowed(holders: QuerySet[Any], shown: str) -> QuerySet[Any]:
    mine = Device.objects.filter(revoked_at__isnull=True).order_by("enrolled_at")
    found = holders.prefetch_related(Prefetch("devices", mine, to_attr="in_hand"))
    if shown == "missing":
        return found.filter(is_enrolled=False)
    return found.filter(is_silent=True) if shown == "silent" else found


@dataclass(frozen=True, slots=True)
class Held:
    device: Device
    is_silent: bool


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Name, kana and number; nothing else of the person."""

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
